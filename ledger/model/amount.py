"""Exact amounts: text to whole base units and back, money in 10⁻¹⁸, and every rounding of the
ledger.

A quantity is a plain `int` of base units. Money is a plain `int` of 10⁻¹⁸ of its currency, wrapped
in
`Money` where the currency must travel with it. `Decimal` appears only at the edges (quotes,
display)
and only in a context of 120 digits: the default of 28 digits rounds even a unary minus.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.model.errors import BadAmount

#: Money is counted in 10⁻¹⁸ of its currency.
MONEY_DECIMALS: Final = 18
MONEY_ONE: Final = 10**MONEY_DECIMALS

#: The largest quantity a chain can hold, in base units.
QUANTITY_MAX: Final = 2**256 - 1

CONTEXT: Final = Context(prec=120, rounding=ROUND_HALF_EVEN)

_STRICT: Final = re.compile(r"-?[0-9]{1,78}(?:\.[0-9]{1,36})?", re.ASCII)
_LONGEST: Final = 1 + 78 + 1 + 36


def parse_decimal(text: str) -> Decimal:
    """A plain decimal number as a Decimal.

    No exponent, sign `+`, space, separator, NaN or digit outside ASCII; at most 78 digits before
    and
    36 after the point. The text is checked before it is converted: `int(Decimal("1E+9999999"))`
    alone
    would stop the program. Raises BadAmount.
    """
    if len(text) > _LONGEST or _STRICT.fullmatch(text) is None:
        raise BadAmount(f"{text[:40]!r} is not a plain decimal number")
    return CONTEXT.create_decimal(text)


def units_from_text(text: str, decimals: int) -> int:
    """Whole base units of a plain decimal text, exact; raises BadAmount when digits are lost."""
    if len(text) > _LONGEST or _STRICT.fullmatch(text) is None:
        raise BadAmount(f"{text[:40]!r} is not a plain decimal number")
    whole, _, fraction = text.partition(".")
    lacking = decimals - len(fraction)
    if lacking >= 0:
        scale: int = 10**lacking
        return int(whole + fraction) * scale
    if fraction[decimals:].strip("0"):
        raise BadAmount(f"{text} has more than {decimals} decimals")
    return int(whole + fraction[:decimals])


def text_from_units(units: int, decimals: int) -> str:
    """Base units as plain decimal text without trailing zeros: inverse of `units_from_text`."""
    digits = str(units)
    if not decimals or len(digits) < decimals + 2:  # it may have no digit before the point
        if not decimals or not units:
            return digits
        sign = "-" if units < 0 else ""
        digits = sign + digits.lstrip("-").rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")


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


def divide_half_even(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, ties to even."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient % 2):
        quotient += 1
    return quotient


def portion(total: int, part: int, whole: int) -> int:
    """`total * part / whole`, rounded toward zero: what a part of a lot takes of its cost.

    The remainder stays in the lot, so the last piece takes it and nothing is lost (P2).
    """
    return total * part // whole if total >= 0 else -(-total * part // whole)


def spread(total: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """`total` split in proportion to non-negative weights; the last weighted piece takes the
    remainder.
    """
    whole = sum(weights)
    assert whole > 0 and min(weights) >= 0, "weights must be non-negative and not all zero"
    pieces = [portion(total, weight, whole) for weight in weights]
    last = max(index for index, weight in enumerate(weights) if weight)
    pieces[last] += total - sum(pieces)
    return tuple(pieces)


def taken_in_turn(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` split in proportion to non-negative weights, each of what is left then: no piece is
    above its weight where the total is not above their sum.
    """
    rest, pieces = sum(weights), []
    for weight in weights:
        piece = portion(total, weight, rest) if weight else 0
        pieces.append(piece)
        total -= piece
        rest -= weight
    return tuple(pieces)


def rounded_text(units: int, decimals: int, places: int) -> str:
    """Base units shown with exactly `places` decimals, rounded half even: for print, never for
    sums.
    """
    shown = divide_half_even(units * 10**places, 10**decimals)
    digits = str(abs(shown)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if shown < 0 else text


def ratio_text(numerator: int, denominator: int, places: int) -> str:
    """A quotient of two integers shown with exactly `places` decimals, rounded half even."""
    return rounded_text(divide_half_even(numerator * 10**places, denominator), places, places)


def basis_points_text(part: int, whole: int, places: int) -> str | None:
    """`part` in hundredths of a percent of `whole`, half even; None where there is no whole."""
    return ratio_text(part * 10_000, whole, places) if whole > 0 else None


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
