"""Exact amounts: text to whole base units and back, money in 10⁻¹⁸, and every rounding of the
ledger.

A quantity is a plain `int` of base units. Money is a plain `int` of 10⁻¹⁸ of its currency, wrapped
in
`Money` where the currency must travel with it. `Decimal` appears only at the edges (quotes,
display)
and only in a context of 120 digits: the default of 28 digits rounds even a unary minus. What whole
numbers alone need stands in `whole.py`, and is given from here too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.model.whole import (
    basis_points_text,
    check_plain,
    divide_half_even,
    portion,
    ratio_text,
    rounded_text,
    spread,
    taken_in_turn,
    text_from_units,
    units_from_text,
)

__all__ = (
    "CONTEXT", "FACE_VALUE", "MONEY_DECIMALS", "MONEY_ONE", "QUANTITY_MAX", "Money", "Rate",
    "basis_points_text", "compounded", "divide_half_even", "money_from_decimal", "parse_decimal",
    "percent_text", "plain_text", "portion", "price_from_value", "rate_of", "ratio_text",
    "rounded_text", "spread", "taken_in_turn", "text_from_units", "units_from_text", "value_of",
)  # fmt: skip

#: Money is counted in 10⁻¹⁸ of its currency.
MONEY_DECIMALS: Final = 18
MONEY_ONE: Final = 10**MONEY_DECIMALS

#: The largest quantity a chain can hold, in base units.
QUANTITY_MAX: Final = 2**256 - 1

CONTEXT: Final = Context(prec=120, rounding=ROUND_HALF_EVEN)


def parse_decimal(text: str) -> Decimal:
    """A plain decimal number as a Decimal.

    The text is checked before it is converted: `int(Decimal("1E+9999999"))` alone would stop the
    program. Raises BadAmount.
    """
    check_plain(text)
    return CONTEXT.create_decimal(text)


def money_from_decimal(amount: Decimal) -> int:
    """A Decimal amount of money in units of 10⁻¹⁸, rounded half even."""
    scaled = CONTEXT.scaleb(amount, MONEY_DECIMALS)
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN, context=CONTEXT))


class Rate(NamedTuple):
    """A price in integers: base units times `numerator` over `denominator` are 10⁻¹⁸ of money."""

    numerator: int
    denominator: int

    def value(self, quantity: int) -> int:
        """The value of a signed quantity, rounded half even."""
        return divide_half_even(quantity * self.numerator, self.denominator)


#: Money in itself.
FACE_VALUE: Final = Rate(1, 1)


@lru_cache(maxsize=65_536)
def rate_of(decimals: int, price: Decimal) -> Rate:
    """The price of one whole unit as a rate for base units.

    Exact in integers: the price is scaled to 10⁻³⁶ first, which holds every quote that
    `parse_decimal` accepts.
    """
    scaled = int(CONTEXT.scaleb(price, 36).to_integral_value(context=CONTEXT))
    return Rate(scaled, 10 ** (decimals + 36 - MONEY_DECIMALS))


def value_of(quantity: int, decimals: int, price: Decimal) -> int:
    """The value of a signed quantity at a price of one whole unit, in 10⁻¹⁸ of money, half even."""
    return rate_of(decimals, price).value(quantity)


def price_from_value(value: int, quantity: int, decimals: int) -> Decimal:
    """The price of one whole unit when `quantity` is worth `value` (10⁻¹⁸), to 36 places, half
    even.
    """
    scaled = divide_half_even(value * 10 ** (decimals + 36 - MONEY_DECIMALS), quantity)
    return CONTEXT.scaleb(CONTEXT.create_decimal(scaled), -36)


def compounded(factors: Iterable[Decimal]) -> Decimal:
    """The product of growth factors in the context of 120 digits; 1 for none."""
    product = CONTEXT.create_decimal(1)
    for factor in factors:
        product = CONTEXT.multiply(product, factor)
    return product


def percent_text(factor: Decimal, places: int) -> str:
    """A growth factor as a percentage, 1.05 as `5.00`, with `places` decimals, half even."""
    scaled = CONTEXT.scaleb(CONTEXT.subtract(factor, CONTEXT.create_decimal(1)), places + 2)
    units = int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN, context=CONTEXT))
    return rounded_text(units, places, places)


def plain_text(number: Decimal) -> str:
    """A Decimal in fixed notation without trailing zeros: what `parse_decimal` reads back."""
    with localcontext(CONTEXT):
        text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount of a currency: `units` are 10⁻¹⁸ of it, `currency` is an ISO 4217 code."""

    units: int
    currency: str

    def __post_init__(self) -> None:
        assert type(self.units) is int and self.currency.isascii()

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Money of a plain decimal text; raises BadAmount."""
        return cls(units_from_text(text, MONEY_DECIMALS), currency)

    def __add__(self, other: "Money") -> "Money":
        assert self.currency == other.currency, "money of two currencies has no sum"
        return Money(self.units + other.units, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        assert self.currency == other.currency, "money of two currencies has no difference"
        return Money(self.units - other.units, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.units, self.currency)

    def text(self) -> str:
        """The amount as a plain decimal text, exact."""
        return text_from_units(self.units, MONEY_DECIMALS)
