"""Charts drawn once: a chart of a statement enters, a drawing for pages and pictures leaves."""

from reportlab.graphics.shapes import Drawing

from reports.pdf.charts.bars import draw_bars
from reports.pdf.charts.heat import draw_heat
from reports.pdf.charts.line import draw_line
from reports.statement import BarChart, Chart, LineChart


def drawing(chart: Chart, width: float) -> Drawing:
    """The drawing of a chart, `width` points wide, as high as it needs."""
    if isinstance(chart, LineChart):
        return draw_line(chart, width)
    if isinstance(chart, BarChart):
        return draw_bars(chart, width)
    return draw_heat(chart, width)
