"""Charts drawn once: a chart of a statement enters, a drawing for pages and pictures leaves."""

from reportlab.graphics.shapes import Drawing

from reports.pdf.charts.bars import draw_bars
from reports.pdf.charts.heat import draw_heat
from reports.pdf.charts.line import draw_line
from reports.pdf.style import REGULAR
from reports.statement import BarChart, Chart, LineChart


def drawing(chart: Chart, width: float) -> Drawing:
    """The drawing of a chart, `width` points wide, as high as it needs."""
    if isinstance(chart, LineChart):
        made = draw_line(chart, width)
    elif isinstance(chart, BarChart):
        made = draw_bars(chart, width)
    else:
        made = draw_heat(chart, width)
    made.initialFontName = REGULAR
    return made
