"""Settings as words come in; a frozen set of choices leaves, or what is wrong with the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.model.errors import BadInput
from ledger.tax.rules import Rules, Words

#: Methods that choose lots, those that average, and those that are a procedure of their own.
ORDERS: Final = frozenset("fifo lifo hifo lofo specific".split())
BY_HOLDING: Final = ORDERS | {"average"}
WHOLE: Final = frozenset("year-average share-matching company-matching portfolio".split())
METHODS: Final = BY_HOLDING | WHOLE

#: Years that a history may speak of: far from where dates end, so that no window leaves them.
YEARS: Final = range(1900, 2201)

#: Settings of one word, with their values; those of `None` have a form of their own.
WORDS: Final[dict[str, frozenset[str] | None]] = {
    "day_zone": None,
    "basis_scope": None,
    "long_term": None,
    "hifo_key": frozenset({"price", "unit_cost"}),
    "token_fee": frozenset({"disposal", "spread"}),
    "fiat_fee": frozenset({"basis", "expense"}),
    "gifts_sent": frozenset({"disposal", "no_gain"}),
    "missing_basis": frozenset({"refuse", "zero"}),
    "loss_rule": frozenset({"none", "ca_superficial"}),
    "wraps": frozenset({"carry", "disposal"}),
    "pools": frozenset({"carry", "disposal"}),
    "move_fee": frozenset({"disposal", "basis"}),
}
#: Settings that are tables.
TABLES: Final = frozenset("allocation method_by_year method_by_wallet identification".split())

#: What holds where neither the question nor the regime says anything.
PLAIN: Final[dict[str, str]] = {
    "day_zone": "UTC",
    "basis_scope": "universal",
    "long_term": "never",
    "hifo_key": "price",
    "token_fee": "disposal",
    "fiat_fee": "basis",
    "gifts_sent": "disposal",
    "missing_basis": "refuse",
    "loss_rule": "none",
    "wraps": "carry",
    "pools": "carry",
    "move_fee": "disposal",
}


class BadSetting(BadInput):
    """A setting outside the closed set; the text names it and what is in the set."""

    code = "bad_setting"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Rev. Proc. 2024-28, global rule: open lots in an order fill wallets in an order."""

    method: str
    wallets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that change an answer.

    `wallets_from` is the day from which basis is kept by wallet: None never, `date.min` always.
    `long_days` counts where `long_term` is `days`. `wraps_sold` and `pools_sold`: what changes its
    form is given up and bought. `move_fees_kept`: units that a move costs stay in the cost of what
    is moved. `by_piece`: the pieces of a disposal whose basis is known have their figure where
    others have none.
    """

    method: str
    zone: ZoneInfo
    wallets_from: date | None
    long_term: Literal["anniversary", "days", "never"]
    long_days: int
    by_unit_cost: bool
    fee_units_spread: bool
    money_fees_count: bool
    gifts_at_cost: bool
    missing_is_zero: bool
    superficial: bool
    allocation: Allocation | None
    by_year: tuple[tuple[int, str], ...]
    by_wallet: Mapping[str, str]
    identified: Mapping[str, tuple[str, ...]]
    wraps_sold: bool = False
    pools_sold: bool = False
    move_fees_kept: bool = False
    by_piece: bool = False


def settings_of(method: object, given: object, rules: Rules) -> Settings:
    """The settings of a question over those of its regime; raises BadSetting."""
    if not isinstance(given, Mapping):
        raise BadSetting("settings are an object of names and values")
    unknown = [str(name)[:40] for name in given if name not in WORDS and name not in TABLES]
    if unknown:
        raise BadSetting(f"no setting is called {unknown[0]!r}: {_listed(WORDS.keys() | TABLES)}")
    words: dict[str, object] = {**PLAIN, **rules.settings, **given}
    for name, values in WORDS.items():
        if values is not None and not (isinstance(words[name], str) and words[name] in values):
            raise BadSetting(f"{name} is one of {_listed(values)}, not {_shown(words[name])}")
    long_term, long_days = _long_term(words["long_term"])
    settings = Settings(
        method=_method(method, METHODS),
        zone=_zone(words["day_zone"]),
        wallets_from=_scope(words["basis_scope"]),
        long_term=long_term,
        long_days=long_days,
        by_unit_cost=words["hifo_key"] == "unit_cost",
        fee_units_spread=words["token_fee"] == "spread",
        money_fees_count=words["fiat_fee"] == "basis",
        gifts_at_cost=words["gifts_sent"] == "no_gain",
        missing_is_zero=words["missing_basis"] == "zero",
        superficial=words["loss_rule"] == "ca_superficial",
        allocation=_allocation(words.get("allocation")),
        by_year=_by_year(words),
        by_wallet={k: _method(v, BY_HOLDING) for k, v in _table(words, "method_by_wallet").items()},
        identified={k: _names(k, v) for k, v in _table(words, "identification").items()},
        wraps_sold=words["wraps"] == "disposal",
        pools_sold=words["pools"] == "disposal",
        move_fees_kept=words["move_fee"] == "basis",
    )
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    """Raises BadSetting for choices that cannot be made together."""
    whole = settings.method in WHOLE
    if whole and (settings.by_year or settings.by_wallet or settings.identified):
        raise BadSetting(
            f"{settings.method} matches by itself: no method by year or wallet, no lots"
        )
    if whole and settings.wallets_from is not None:
        raise BadSetting(f"{settings.method} is one pool of all wallets: basis_scope is universal")
    if whole and settings.superficial:
        raise BadSetting(f"ca_superficial needs lots or a moving average, not {settings.method}")
    if settings.allocation is not None and settings.wallets_from in {None, date.min}:
        raise BadSetting("an allocation is made on the date of basis_scope wallet_from:DATE")


def _method(value: object, among: frozenset[str]) -> str:
    if not isinstance(value, str) or value not in among:
        raise BadSetting(f"a method is one of {_listed(among)}, not {_shown(value)}")
    return value


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(f"day_zone is an IANA zone, not {_shown(value)}") from error


def _scope(value: object) -> date | None:
    if value == "universal":
        return None
    if value == "wallet":
        return date.min
    words, _, day = str(value).partition(":")
    try:
        since = date.fromisoformat(day)
        if words == "wallet_from" and since.year in YEARS:
            return since
    except ValueError:
        day = ""
    raise BadSetting(
        f"basis_scope is universal, wallet or wallet_from:YYYY-MM-DD, not {_shown(value)}"
    )


def _long_term(value: object) -> tuple[Literal["anniversary", "days", "never"], int]:
    if value == "anniversary":
        return "anniversary", 0
    if value == "never":
        return "never", 0
    words, _, days = str(value).partition(":")
    if words == "days" and days.isascii() and days.isdigit() and len(days) <= 6:
        return "days", int(days)
    raise BadSetting(f"long_term is anniversary, days:N or never, not {_shown(value)}")


def _allocation(value: object) -> Allocation | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"method", "wallets"}:
        raise BadSetting("allocation is an object of method and wallets")
    wallets = value["wallets"]
    if not isinstance(wallets, list) or not all(isinstance(name, str) for name in wallets):
        raise BadSetting("the wallets of an allocation are a list of names")
    return Allocation(_method(value["method"], ORDERS - {"specific"}), tuple(wallets))


def _by_year(words: Words) -> tuple[tuple[int, str], ...]:
    years = []
    for year, method in _table(words, "method_by_year").items():
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise BadSetting(f"method_by_year has years like 2021, not {_shown(year)}")
        years.append((int(year), _method(method, BY_HOLDING)))
    return tuple(sorted(years))


def _table(words: Words, name: str) -> Mapping[str, object]:
    value = words.get(name, {})
    if not isinstance(value, Mapping):
        raise BadSetting(f"{name} is an object, not {_shown(value)}")
    return {str(key): inner for key, inner in value.items()}


def _names(row: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadSetting(f"the identification of {row[:40]} is a list of rows")
    return tuple(value)


def _shown(value: object) -> str:
    return repr(value)[:60]


def _listed(values: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(values))
