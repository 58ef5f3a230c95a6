"""A grid of figures → a drawing: each cell tinted by its strength, blue or orange."""

from reportlab.graphics.shapes import Drawing, Rect

from reports.pdf.charts.axis import label, narrow, rule
from reports.pdf.style import BOLD, COLOURS, INK, REGULAR, SMALL, WHITE, tint
from reports.statement import Heat

ROW, HEAD = 15.0, 14.0
GAP = 1.2


def draw_heat(chart: Heat, width: float) -> Drawing:
    """Labels at the left, a column a name; with `set_off` the last column stands apart in bold."""
    longest = max((len(name) for name, _ in chart.rows), default=0)
    names = 34.0 if longest < 6 else 150.0
    extra = 6.0 if chart.set_off else 0.0
    cell = (width - names - extra) / max(1, len(chart.columns))
    size = min(SMALL, cell * 0.3)
    found = Drawing(width, HEAD + ROW * len(chart.rows) + 2)
    for number, title in enumerate(chart.columns):
        x = names + number * cell + (extra if _last(chart, number) else 0)
        place = x + cell / 2
        found.add(label(place, found.height - 9, title, textAnchor="middle", fontSize=size))
    found.add(rule(0, found.height - HEAD + 1, width, found.height - HEAD + 1))
    for row, (name, cells) in enumerate(chart.rows):
        y = found.height - HEAD - (row + 1) * ROW
        found.add(narrow(0, y + 5, name, names - 6, fillColor=INK))
        for number, content in enumerate(cells):
            if content is None:
                continue
            apart = _last(chart, number)
            x = names + number * cell + (extra if apart else 0)
            shade = WHITE if content.strength == 0 else tint(content.strength)
            found.add(
                Rect(x + GAP / 2, y + GAP / 2, cell - GAP, ROW - GAP, fillColor=shade,
                     strokeColor=None)
            )  # fmt: skip
            found.add(
                label(x + cell / 2, y + 5, content.figure.text, textAnchor="middle",
                      fontSize=size, fontName=BOLD if apart else REGULAR,
                      fillColor=COLOURS[content.figure.tone] if apart else INK)
            )  # fmt: skip
    return found


def _last(chart: Heat, number: int) -> bool:
    return chart.set_off and number == len(chart.columns) - 1
