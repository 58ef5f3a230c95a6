"""Exact integers and computed floats → the texts that people read: the one place that formats.

Fractions are whole 10⁻¹⁸ like money. A minus is `−`, thousands are set apart by commas, and what
rounds to zero has no sign.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final

from ledger.model.activity import iso
from ledger.model.amount import (
    MONEY_DECIMALS,
    basis_points_text,
    money_from_decimal,
    ratio_text,
    rounded_text,
)
from reports.statement import Tone

UNKNOWN: Final = "n/a"
NOT_MEANINGFUL: Final = "n/m"
#: A full Kelly fraction beyond this says that the stakes are tiny beside the results, and no more.
KELLY_FULL_MAX: Final = 10
SIGNIFICANT: Final = 6
QUANTITY_DIGITS: Final = 15


def grouped(plain: str) -> str:
    """A plain decimal text with thousands set apart, a true minus, and no minus zero."""
    whole, point, fraction = plain.lstrip("-").partition(".")
    negative = plain.startswith("-") and (whole + fraction).strip("0") != ""
    return f"{'−' if negative else ''}{int(whole):,}{point}{fraction}"


def money(units: int, places: int = 2) -> str:
    """Money in 10⁻¹⁸ with `places` decimals."""
    return grouped(rounded_text(units, MONEY_DECIMALS, places))


def percent(parts: int, places: int = 2) -> str:
    """A fraction in 10⁻¹⁸ as a percentage."""
    return grouped(rounded_text(parts, MONEY_DECIMALS - 2, places)) + "%"


def share(part: int, whole: int, places: int = 1) -> str:
    """`part` of `whole` as a percentage; n/a of nothing."""
    return grouped(ratio_text(part * 100, whole, places)) + "%" if whole else UNKNOWN


def basis_points(part: int, whole: int) -> str:
    """`part` of `whole` in hundredths of a percent; n/a of nothing."""
    found = basis_points_text(part, whole, 1)
    return UNKNOWN if found is None else f"{grouped(found)} bp"


def quantity(units: int, decimals: int) -> str:
    """A quantity with four decimals, or with eight where it is below a tenth.

    From 10¹⁵ on it is said as `1.2345×10^20`: a worthless token's supply must not push figures off
    a page; exports have every digit.
    """
    power = len(str(abs(units))) - 1 - decimals
    if power >= QUANTITY_DIGITS:
        shown = ratio_text(units, 10 ** (power + decimals), 4)
        return f"{grouped(shown)}×10^{power}"
    places = 4 if abs(units) * 10 >= 10**decimals else 8
    return grouped(rounded_text(units, decimals, min(places, decimals)))


def incomplete(unpriced: int) -> str:
    """What a net asset value leaves out, to stand beside it; empty where it is whole."""
    if not unpriced:
        return ""
    return f"{unpriced} asset{'' if unpriced == 1 else 's'} without a price not counted"


def without_return(days: int) -> str:
    """How many days have no return for want of a price; empty for none."""
    if not days:
        return ""
    return f"{days} day{'' if days == 1 else 's'} without a return: a price was missing"


def price(value: Decimal) -> str:
    """A price with six significant digits and two decimals at least; a dust as `1.25×10^−12`."""
    units = money_from_decimal(value)
    if not units:
        return money(0)
    digits = len(str(abs(units))) - MONEY_DECIMALS
    if digits <= -SIGNIFICANT:
        shown = ratio_text(units, 10 ** (digits + MONEY_DECIMALS - 1), 2)
        return f"{grouped(shown)}×10^−{1 - digits}"
    return money(units, max(2, SIGNIFICANT - digits))


def measured(value: float | None, unit: str) -> str:
    """A figure of the risk report: fractions as percentages; n/a where there is none."""
    if value is None:
        return UNKNOWN
    if unit == "fraction":
        return f"{value:z,.2%}".replace("-", "−")
    if unit in {"days", "count"}:
        return f"{value:z,.0f}".replace("-", "−")
    return f"{value:z,.2f}".replace("-", "−")


def kelly_full(value: float | None, unit: str = "fraction") -> str:
    """A full Kelly fraction; n/m where it is beyond ten either way."""
    beyond = value is not None and abs(value) > KELLY_FULL_MAX
    return NOT_MEANINGFUL if beyond else measured(value, unit)


def hundredths(value: float) -> int:
    """A figure between −1 and 1 in whole hundredths, for the strength of a colour."""
    return int(f"{value:z.2f}".replace(".", ""))


def tone_of(value: int) -> Tone:
    """Blue for a gain, orange for a loss."""
    return "gain" if value > 0 else "loss" if value < 0 else "plain"


def minute(time: datetime) -> str:
    """A time to the minute in UTC."""
    return iso(time)[:16].replace("T", " ")
