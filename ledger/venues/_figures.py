"""The texts of cells enter; exact base units, times and asset ids leave.

Every text rule of the room is here. Numbers are rewritten as text into the one form that
`ledger.model.amount` accepts and are never floats.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from ledger.model.activity import is_in_the_age_of_chains
from ledger.model.amount import QUANTITY_MAX, units_from_text
from ledger.model.asset import AssetId, by_symbol, parse_asset_id
from ledger.model.errors import BadAmount, BadInput

#: What exports write where there is no number.
NO_NUMBER: Final = frozenset({"", "-", "--", "—", "N/A", "n/a", "null", "None", "nan", "NaN"})

_LONGEST: Final = 160
_EXPONENT_MAX: Final = 78
_CURRENCY_SIGNS: Final = "$€£¥"
_NUMBER: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?", re.ASCII)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?"
    r" ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
_CAIP: Final = re.compile(r"eip155:[0-9]|solana:[0-9A-Za-z]|iso4217:|symbol:")


class TooPrecise(BadAmount):
    """A number with more decimals than its asset."""

    code = "too_precise"


class BadTime(BadInput):
    """A text that is no time."""

    code = "bad_time"


def plain_number(text: str, *, decimal_comma: bool = False) -> str:
    """A number as exports write it, rewritten as the plain decimal text of `parse_decimal`.

    Takes signs with `+`, currency signs, thousands separators and exponents up to 78 (`0E-18`);
    `decimal_comma` says which mark is which. Raises BadAmount.
    """
    bare = text.strip()
    if len(bare) > _LONGEST:
        raise BadAmount(f"{bare[:40]!r}… is no number: it is too long")
    sign = bare[:1] if bare[:1] in {"+", "-"} else ""
    digits = bare[len(sign) :].strip(_CURRENCY_SIGNS).strip()
    if decimal_comma:
        digits = digits.translate(str.maketrans(".,", ",."))
    whole = digits.partition(".")[0]
    if _GROUPED.fullmatch(whole):
        digits = whole.replace(",", "") + digits[len(whole) :]
    parts = _NUMBER.fullmatch(sign + digits)
    if parts is None or not (parts[2] or parts[3]):
        raise BadAmount(f"{bare[:40]!r} is no number")
    exponent = int(parts[4] or 0)
    if abs(exponent) > _EXPONENT_MAX:
        raise BadAmount(f"{bare[:40]!r} has an exponent beyond {_EXPONENT_MAX}")
    return _shifted(parts[2], parts[3] or "", exponent, negative=parts[1] == "-")


def _shifted(whole: str, fraction: str, exponent: int, *, negative: bool) -> str:
    """Digits with the point moved, as plain text; minus zero is zero."""
    point = len(whole) + exponent
    digits = whole + fraction
    if point < 0:
        digits, point = "0" * -point + digits, 0
    digits = digits.ljust(point, "0")
    left, right = digits[:point].lstrip("0") or "0", digits[point:].rstrip("0")
    text = f"{left}.{right}" if right else left
    return f"-{text}" if negative and text != "0" else text


def units(text: str, decimals: int) -> int:
    """Signed base units of a plain decimal text; raises BadAmount, TooPrecise for lost digits."""
    fraction = text.partition(".")[2]
    if len(fraction.rstrip("0")) > decimals and fraction.isascii() and fraction.isdigit():
        raise TooPrecise(f"{text[:40]} has more than {decimals} decimals")
    quantity = units_from_text(text, decimals)
    if abs(quantity) > QUANTITY_MAX:
        raise BadAmount(f"{text[:40]}… is more than any asset has units")
    return quantity


def optional_units(text: str, decimals: int, *, decimal_comma: bool = False) -> int | None:
    """Signed base units of a number as exports write it, None for none; raises BadAmount."""
    bare = text.strip()
    if bare in NO_NUMBER:
        return None
    return units(plain_number(bare, decimal_comma=decimal_comma), decimals)


def iso_time(text: str) -> datetime:
    """A time `YYYY-MM-DD[ HH:MM[:SS[.f…]]][zone]` in UTC; without a zone it is UTC.

    Digits beyond microseconds are cut. Raises BadTime.
    """
    parts = _TIME.fullmatch(text.strip())
    if parts is None:
        raise BadTime(f"{text.strip()[:40]!r} is no ISO 8601 time")
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups()[:6])
    try:
        micro = int((parts[7] or "0")[:6].ljust(6, "0"))
        local = datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(parts[8]))
        return _bounded(local.astimezone(UTC))
    except (ValueError, OverflowError):
        raise BadTime(f"{text.strip()[:40]!r} is no time of the calendar") from None


def unix_time(text: str) -> datetime:
    """A time in whole seconds since 1970; raises BadTime."""
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 11):
        raise BadTime(f"{bare[:40]!r} is no time in seconds")
    return _bounded(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(bare)))


def _zone(text: str | None) -> timezone:
    if text is None or text in {"Z", "UTC"}:
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _bounded(time: datetime) -> datetime:
    if not is_in_the_age_of_chains(time):
        raise BadTime(f"{time:%Y-%m-%d} is before 2009-01-03 or after 2100: no chain is older")
    return time


def asset_of(text: str) -> AssetId:
    """The asset that a cell names: an id of CAIP-19 style, else a symbol; raises BadInput."""
    bare = text.strip()
    if not bare.isprintable():
        raise BadInput(f"{bare[:40]!r} holds characters that cannot be seen")
    if _CAIP.match(bare):
        lower = bare.lower() if bare.startswith("eip155:") else bare
        return parse_asset_id(lower)
    if not bare or len(bare) > 64:
        raise BadInput(f"{bare[:40]!r} is no symbol of an asset")
    return parse_asset_id(by_symbol(bare))
