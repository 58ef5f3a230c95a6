"""Names with amounts → a drawing of horizontal bars: gains run right in blue, losses left in orange."""

from reportlab.graphics.shapes import Drawing, Rect

from reports.display import money, percent
from reports.pdf.charts.axis import label, narrow, rule
from reports.pdf.style import COLOURS, INK, PALE
from reports.display import tone_of
from reports.statement import BarChart

ROW, BAR, NAMES, FIGURES = 13.0, 7.0, 132.0, 58.0


def draw_bars(chart: BarChart, width: float) -> Drawing:
    """A row a name; the figure stands at the end of its bar, away from zero."""
    rows = len(chart.bars)
    found = Drawing(width, max(1, rows) * ROW + 4)
    if not rows:
        found.add(label(0, 6, "Nothing to show."))
        return found
    low = min(0, *(value for _, value in chart.bars)) if rows else 0
    high = max(0, *(value for _, value in chart.bars))
    left, right = NAMES + (FIGURES if low < 0 else 4), width - FIGURES
    span = high - low or 1
    zero = left - low / span * (right - left)
    for number, (name, value) in enumerate(chart.bars):
        y = found.height - (number + 1) * ROW
        end = zero + value / span * (right - left)
        colour = COLOURS[tone_of(value)]
        found.add(narrow(0, y + 3, name, NAMES - 8, fillColor=INK))
        found.add(
            Rect(min(zero, end), y + 2, abs(end - zero), BAR, fillColor=colour, strokeColor=None)
        )
        said = money(value, 0) if chart.unit == "money" else percent(value)
        anchor, gap = ("end", -4) if value < 0 else ("start", 4)
        found.add(label(end + gap, y + 3, said, textAnchor=anchor, fillColor=colour))
    found.add(rule(zero, 2, zero, found.height - 2, PALE))
    return found
