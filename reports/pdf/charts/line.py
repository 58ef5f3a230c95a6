"""A series over days → a drawing: a line from point to point over a pale area, months below."""

from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.display import money, percent
from reports.pdf.charts.axis import label, month_starts, rule, tick_text, ticks
from reports.pdf.style import BOLD, COLOURS, PALE, SMALL
from reports.statement import LineChart

HEIGHT = 186.0
LEFT, TOP, BOTTOM = 40.0, 6.0, 18.0


def draw_line(chart: LineChart, width: float) -> Drawing:
    """The series with round ticks; its last value is written behind its end."""
    found = Drawing(width, HEIGHT)
    if len(chart.points) < 2:
        found.add(label(0, HEIGHT / 2, "Two days at least make a line."))
        return found
    days, values = [day for day, _ in chart.points], [value for _, value in chart.points]
    low, high = min(values), max(values)
    if chart.from_zero:
        low, high = min(0, low), max(0, high)
    marks = ticks(low, high, 4)
    bottom, height = marks[0], marks[-1] - marks[0]
    last = money(values[-1], 0) if chart.unit == "money" else percent(values[-1])
    right = width - stringWidth(last, BOLD, SMALL) - 8
    inner, tall = right - LEFT, HEIGHT - TOP - BOTTOM
    length = (days[-1] - days[0]).days

    def x_of(day: object) -> float:
        return LEFT + (day - days[0]).days / length * inner  # type: ignore[operator, no-any-return]

    def y_of(value: int) -> float:
        return BOTTOM + (value - bottom) / height * tall

    for mark in marks:
        zero = chart.from_zero and mark == 0
        found.add(rule(LEFT, y_of(mark), right, y_of(mark), *((PALE,) if zero else ())))
        said = tick_text(mark, marks[1] - marks[0], chart.unit)
        found.add(label(LEFT - 6, y_of(mark) - 2.2, said, textAnchor="end"))
    for day, said in month_starts(days[0], days[-1]):
        found.add(rule(x_of(day), BOTTOM, x_of(day), BOTTOM - 3, PALE))
        if x_of(day) < right - 14:
            found.add(label(x_of(day) + 1, BOTTOM - 11, said))
    colour = COLOURS[chart.tone]
    line = [place for day, value in chart.points for place in (x_of(day), y_of(value))]
    floor = y_of(0) if chart.from_zero else BOTTOM
    area = [line[0], floor, *line, line[-2], floor]
    pale = Color(colour.red, colour.green, colour.blue, alpha=0.1)
    found.add(Polygon(area, fillColor=pale, strokeColor=None))
    found.add(PolyLine(line, strokeColor=colour, strokeWidth=0.9, strokeLineJoin=1))
    found.add(Circle(line[-2], line[-1], 1.6, fillColor=colour, strokeColor=None))
    found.add(label(right + 6, line[-1] - 2.2, last, fontName=BOLD, fillColor=colour))
    return found
