"""Whole base units: a plain decimal text enters and a number leaves, and back; every rounding.

Nothing but `int` is in here, so that what counts alone, a batch of tax questions, loads nothing
else.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.errors import BadAmount

#: Digits before the point and behind it, at most.
_WHOLE_MAX: Final = 78
_FRACTION_MAX: Final = 36


def check_plain(text: str) -> None:
    """Raises BadAmount unless a text is a plain decimal number.

    No exponent, sign `+`, space, separator, NaN or digit outside ASCII; at most 78 digits before
    and 36 after the point.
    """
    whole, point, fraction = text.removeprefix("-").partition(".")
    digits = whole + fraction
    plain = digits.isascii() and digits.isdecimal() and (fraction or not point)
    if not (plain and 0 < len(whole) <= _WHOLE_MAX and len(fraction) <= _FRACTION_MAX):
        raise BadAmount(f"{text[:40]!r} is not a plain decimal number")


def units_from_text(text: str, decimals: int) -> int:
    """Whole base units of a plain decimal text, exact; raises BadAmount when digits are lost."""
    whole, point, fraction = text.partition(".")
    # what nearly all numbers are is seen at once: few digits, on both sides of a point
    plain = whole.isdecimal() and (fraction.isdecimal() or not point) and text.isascii()
    if not plain or len(text) > _FRACTION_MAX:
        check_plain(text)
    if len(fraction) > decimals:
        if fraction[decimals:].strip("0"):
            raise BadAmount(f"{text} has more than {decimals} decimals")
        fraction = fraction[:decimals]
    return int(whole + fraction.ljust(decimals, "0"))


def text_from_units(units: int, decimals: int) -> str:
    """Base units as plain decimal text without trailing zeros: inverse of `units_from_text`."""
    digits = str(units)
    point = len(digits) - decimals
    if point < 2 or not decimals:  # there may be no digit before the point
        if not decimals or not units:
            return digits
        sign = "-" if units < 0 else ""
        digits = sign + digits.lstrip("-").rjust(decimals + 1, "0")
        point = len(digits) - decimals
    fraction = digits[point:].rstrip("0")
    return f"{digits[:point]}.{fraction}" if fraction else digits[:point]


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
