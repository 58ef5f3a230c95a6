"""What charts share: round ticks of a range, months on a time axis, labels, encoded strings."""

from collections.abc import Iterator
from datetime import date

from reportlab.graphics.shapes import Line, String
from reportlab.lib.colors import Color

from ledger.model.amount import MONEY_ONE
from reports.pdf.style import GREY, REGULAR, RULE, SMALL
from reports.pdf.text import fitted, text
from reports.statement import Unit

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
THOUSANDS = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"), (10**3, "k"))


def ticks(low: int, high: int, wanted: int = 5) -> tuple[int, ...]:
    """Round numbers (1, 2 or 5 of a power of ten apart) that enclose [low, high]."""
    if low == high:
        apart = max(abs(low) // 10, MONEY_ONE // 100)
        low, high = low - apart, high + apart
    rough = max(1, (high - low) // wanted)
    power = 10 ** (len(str(rough)) - 1)
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    first, last = low // step, -(-high // step)
    return tuple(number * step for number in range(first, last + 1))


def tick_text(value: int, step: int, unit: Unit) -> str:
    """A tick in short: 4.2m of money, 12% of a fraction, with the decimals that its step needs."""
    sign, size = "−" if value < 0 else "", abs(value)
    if unit == "fraction":
        return f"{sign}{_scaled(size, step, MONEY_ONE // 100)}%"
    for scale, name in THOUSANDS:
        if step * 10 >= scale * MONEY_ONE // 10 and size >= scale * MONEY_ONE:
            return f"{sign}{_scaled(size, step, scale * MONEY_ONE)}{name}"
    return f"{sign}{_scaled(size, step, MONEY_ONE)}"


def _scaled(size: int, step: int, one: int) -> str:
    places = 0
    while places < 6 and (step * 10**places) % one:
        places += 1
    return f"{size / one:,.{places}f}"


def month_starts(first: date, last: date) -> Iterator[tuple[date, str]]:
    """The first days of months in [first, last] with labels, thinned so that twelve remain."""
    count = (last.year - first.year) * 12 + last.month - first.month
    apart = next((each for each in (1, 2, 3, 6, 12) if count / each <= 12), 12 * (count // 144 + 1))
    year, month = first.year, first.month
    for number in range(count + 2):
        here = (year * 12 + month - 1 + number) // 12, (month - 1 + number) % 12 + 1
        day = date(*here, 1)
        if first <= day <= last and (here[1] - 1) % min(apart, 12) == 0:
            label = MONTHS[here[1] - 1]
            yield day, f"{label} {here[0]}" if here[1] == 1 else label


def label(x: float, y: float, value: str, **style: object) -> String:
    """A small grey string; its text is encoded."""
    shown: dict[str, object] = {"fontName": REGULAR, "fontSize": SMALL, "fillColor": GREY}
    return String(x, y, text(value), **(shown | style))


def narrow(x: float, y: float, value: str, width: float, **style: object) -> String:
    """A label that is cut where it would be wider than `width`."""
    return label(x, y, fitted(value, REGULAR, SMALL, width), **style)


def rule(x1: float, y1: float, x2: float, y2: float, colour: Color = RULE) -> Line:
    """A thin line."""
    return Line(x1, y1, x2, y2, strokeColor=colour, strokeWidth=0.4)
