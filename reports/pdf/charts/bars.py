"""Names with amounts → a drawing of bars: gains run right in blue, losses left in orange."""

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.display import money, percent, tone_of
from reports.pdf.charts.axis import label, narrow, rule
from reports.pdf.style import COLOURS, INK, PALE, REGULAR, SMALL
from reports.statement import BarChart

ROW, BAR, NAMES = 13.0, 7.0, 132.0


def draw_bars(chart: BarChart, width: float) -> Drawing:
    """A row a name; the figure stands at the end of its bar, away from zero."""
    rows = len(chart.bars)
    found = Drawing(width, max(1, rows) * ROW + 4)
    if not rows:
        found.add(label(0, 6, "Nothing to show."))
        return found
    values = [0, *(value for _, value in chart.bars)]
    low, high = min(values), max(values)
    before, behind = _room(chart, low), _room(chart, high)
    left, right = NAMES + before, width - behind
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
        said = _said(chart, value)
        anchor, gap = ("end", -4) if value < 0 else ("start", 4)
        found.add(label(end + gap, y + 3, said, textAnchor=anchor, fillColor=colour))
    found.add(rule(zero, 2, zero, found.height - 2, PALE))
    return found


def _said(chart: BarChart, value: int) -> str:
    return money(value, 0) if chart.unit == "money" else percent(value)


def _room(chart: BarChart, extreme: int) -> float:
    """What the figure at the end of the longest bar needs; nothing where no bar goes."""
    return stringWidth(_said(chart, extreme), REGULAR, SMALL) + 6 if extreme else 2.0
