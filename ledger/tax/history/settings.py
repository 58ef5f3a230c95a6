"""Settings as words come in; a frozen set of choices leaves, or what is wrong with the words."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Final, Literal, NamedTuple, cast

from ledger.tax.history.words import (
    BadSetting,
    listed,
    read_day,
    read_day_after,
    read_long_term,
    read_mark_from,
    read_scope,
    read_time,
    read_year_starts,
    read_zone,
    shown,
)
from ledger.tax.rules import Losses, Rules, Words

#: Methods that choose lots, those that average, and those that are a procedure of their own.
ORDERS: Final = frozenset("fifo lifo hifo lofo specific".split())
BY_HOLDING: Final = ORDERS | {"average"}
WHOLE: Final = frozenset(
    "year-average share-matching company-matching four-week-matching portfolio".split()
)
#: Methods that a standing order may name.
STANDING: Final = ORDERS - {"specific"}
METHODS: Final = BY_HOLDING | WHOLE

#: What units of a hard fork are, as `Settings.forks` has it.
Forks = Literal["income", "free", "shared"]

#: Settings of one word, with their values; those of `None` have a form of their own.
WORDS: Final[dict[str, frozenset[str] | None]] = {
    "day_zone": None,
    "basis_scope": None,
    "long_term": None,
    "hifo_key": frozenset({"price", "unit_cost"}),
    "token_fee": frozenset({"disposal", "spread"}),
    "fiat_fee": frozenset({"basis", "expense"}),
    "gifts_sent": frozenset({"disposal", "no_gain"}),
    "donations": frozenset({"as_gifts", "no_gain"}),
    "missing_basis": frozenset({"refuse", "zero"}),
    "loss_rule": frozenset({"none", "ca_superficial", "us_wash"}),
    "indexation": frozenset({"none", "uk_frozen"}),
    "exemption": frozenset({"yearly", "none"}),
    "wraps": frozenset({"carry", "disposal"}),
    "pools": frozenset({"carry", "disposal"}),
    "move_fee": frozenset({"disposal", "basis"}),
    "swaps": None,
    "rewards": None,
    "forks": frozenset({"income", "free", "shared"}),
    "old_stock": None,
    "year_starts": None,
    "mark_to_market": None,
}
#: Settings that are tables or lists.
TABLES: Final = frozenset(
    "allocation method_by_year method_by_wallet identification standing_orders section_1256".split()
)

#: What holds where neither the question nor the regime says anything.
PLAIN: Final[dict[str, str]] = {
    "day_zone": "UTC",
    "basis_scope": "universal",
    "long_term": "never",
    "hifo_key": "price",
    "token_fee": "disposal",
    "fiat_fee": "basis",
    "gifts_sent": "disposal",
    "donations": "as_gifts",
    "missing_basis": "refuse",
    "loss_rule": "none",
    "indexation": "none",
    "exemption": "yearly",
    "wraps": "carry",
    "pools": "carry",
    "move_fee": "disposal",
    "swaps": "disposal",
    "rewards": "income",
    "forks": "income",
    "old_stock": "none",
    "year_starts": "regime",
    "mark_to_market": "none",
}


class Allocation(NamedTuple):
    """Rev. Proc. 2024-28, global rule: open lots in an order fill wallets in an order.

    `at` is when the split was made, `sha256` the digest of the split that was frozen then, `due`
    the last day of the return in whose year it takes effect.
    """

    method: str
    wallets: tuple[str, ...]
    at: datetime | None = None
    sha256: str | None = None
    due: date | None = None


class StandingOrder(NamedTuple):
    """A method for what leaves a wallet, or any wallet (None), from a time on."""

    at: datetime
    wallet: str | None
    method: str


class Settings(NamedTuple):
    """The choices that change an answer.

    `wallets_from` is the day from which basis is kept by wallet: None never, `date.min` always.
    `long_days` counts where `long_term` is `days`. `year_starts` None is the regime's own.
    `old_before` is the day before which stock is old and kept apart; `swaps_from` the day from
    which a swap of assets carries its cost, `rewards_from` that from which rewards are no income.
    `forks` says what units of a hard fork are: income, without income or cost, or without income
    and with a part of what the units cost that they came of, which nobody states.
    `mark_from` is the first tax year of mark to market; `identified_at` says when rows were named.
    `wraps_sold` and `pools_sold`: what changes its form is given up and bought. `move_fees_kept`:
    units that a move costs stay in the cost of what is moved.

    No question overrules the last five: three are the regime's own, and `by_piece` is how books
    are answered: the pieces of a disposal whose basis is known have their figure where others have
    none. With `splits_at_end` one pool is put into wallets after the last event, where none came
    since the day on which it is: what an allocation would come to.
    """

    method: str
    zone: tzinfo
    wallets_from: date | None
    long_term: Literal["anniversary", "days", "never"]
    long_days: int
    by_unit_cost: bool
    fee_units_spread: bool
    money_fees_count: bool
    gifts_at_cost: bool
    donations_at_cost: bool
    missing_is_zero: bool
    superficial: bool
    wash: bool
    indexed: bool
    exemption: bool
    year_starts: tuple[int, int] | None
    old_before: date | None
    swaps_from: date | None
    rewards_from: date | None
    forks: Forks
    mark_from: int | None
    section_1256: frozenset[str]
    standing: tuple[StandingOrder, ...]
    allocation: Allocation | None
    by_year: tuple[tuple[int, str], ...]
    by_wallet: Mapping[str, str]
    identified: Mapping[str, tuple[str, ...]]
    identified_at: Mapping[str, datetime]
    wraps_sold: bool = False
    pools_sold: bool = False
    move_fees_kept: bool = False
    losses: Losses = "never"
    unit_fees_count: bool = True
    month_ends: bool = True
    by_piece: bool = False
    splits_at_end: bool = False


def settings_of(method: object, given: object, rules: Rules) -> Settings:
    """The settings of a question over those of its regime; raises BadSetting."""
    if not isinstance(given, Mapping):
        raise BadSetting("settings are an object of names and values")
    unknown = [str(name)[:40] for name in given if name not in WORDS and name not in TABLES]
    if unknown:
        raise BadSetting(f"no setting is called {unknown[0]!r}: {listed(WORDS.keys() | TABLES)}")
    words: dict[str, object] = {**PLAIN, **rules.words(), **given}
    if "gifts_sent" in given and "donations" not in given:
        words["donations"] = PLAIN["donations"]  # what is said of gifts is said of donations
    for name, values in WORDS.items():
        if values is not None and not (isinstance(words[name], str) and words[name] in values):
            raise BadSetting(f"{name} is one of {listed(values)}, not {shown(words[name])}")
    long_term, long_days = read_long_term(words["long_term"])
    identified = _identified(words)
    settings = Settings(
        method=_method(method, METHODS),
        zone=read_zone(words["day_zone"]),
        wallets_from=read_scope(words["basis_scope"]),
        long_term=long_term,
        long_days=long_days,
        by_unit_cost=words["hifo_key"] == "unit_cost",
        fee_units_spread=words["token_fee"] == "spread",
        money_fees_count=words["fiat_fee"] == "basis",
        gifts_at_cost=words["gifts_sent"] == "no_gain",
        donations_at_cost="no_gain" in {words["gifts_sent"], words["donations"]},
        missing_is_zero=words["missing_basis"] == "zero",
        superficial=words["loss_rule"] == "ca_superficial",
        wash=words["loss_rule"] == "us_wash",
        indexed=words["indexation"] == "uk_frozen",
        exemption=words["exemption"] == "yearly",
        year_starts=read_year_starts(words["year_starts"]),
        old_before=read_day_after(words, "old_stock", "none", "before"),
        swaps_from=read_day_after(words, "swaps", "disposal", "carry_from"),
        rewards_from=read_day_after(words, "rewards", "income", "free_from"),
        forks=cast("Forks", words["forks"]),
        mark_from=read_mark_from(words["mark_to_market"]),
        section_1256=frozenset(_names("section_1256", words.get("section_1256", []))),
        standing=_standing(words.get("standing_orders", [])),
        allocation=_allocation(words.get("allocation")),
        by_year=_by_year(words),
        by_wallet={k: _method(v, BY_HOLDING) for k, v in _table(words, "method_by_wallet").items()},
        identified={row: names for row, (names, _) in identified.items()},
        identified_at={row: at for row, (_, at) in identified.items() if at is not None},
        wraps_sold=words["wraps"] == "disposal",
        pools_sold=words["pools"] == "disposal",
        move_fees_kept=words["move_fee"] == "basis",
        losses=rules.losses,
        unit_fees_count=rules.unit_fees_count,
        month_ends=rules.month_ends,
    )
    _check_together(settings)
    return settings


def looks_ahead(settings: Settings) -> bool:
    """Whether what is acquired of an asset later bears on a sale of it."""
    by_itself = settings.method in WHOLE and settings.method != "portfolio"
    return by_itself or settings.superficial or settings.wash


def _check_together(settings: Settings) -> None:
    """Raises BadSetting for choices that cannot be made together."""
    whole, method = settings.method in WHOLE, settings.method
    if whole and (settings.by_year or settings.by_wallet or settings.identified):
        raise BadSetting(f"{method} matches by itself: no method by year or wallet, no lots")
    if whole and settings.wallets_from is not None:
        raise BadSetting(f"{method} is one pool of all wallets: basis_scope is universal")
    if whole and settings.superficial:
        raise BadSetting(f"ca_superficial needs lots or a moving average, not {method}")
    if settings.allocation is not None and settings.wallets_from in {None, date.min}:
        raise BadSetting("an allocation is made on the date of basis_scope wallet_from:DATE")
    if settings.indexed and method != "company-matching":
        raise BadSetting(f"uk_frozen indexes the pool of company-matching, not {method}")
    marked = settings.mark_from is not None or settings.section_1256
    methods = {method, *settings.by_wallet.values(), *(name for _, name in settings.by_year)}
    if (settings.wash or marked or settings.standing) and not methods <= ORDERS:
        raise BadSetting("us_wash, marks and standing orders need a method that chooses lots")
    apart = settings.by_wallet or settings.identified or settings.superficial
    if settings.old_before is not None and (whole or marked or settings.wash or apart):
        raise BadSetting("old stock goes first by itself: no lots, no rule of losses, no marks")
    if settings.old_before is not None and settings.wallets_from not in {None, date.min}:
        raise BadSetting("old stock is kept by wallet always or never")
    if settings.swaps_from is not None and settings.old_before is None:
        raise BadSetting("swaps carry their cost where old stock is kept apart: old_stock")


def _method(value: object, among: frozenset[str]) -> str:
    if not isinstance(value, str) or value not in among:
        raise BadSetting(f"a method is one of {listed(among)}, not {shown(value)}")
    return value


def _allocation(value: object) -> Allocation | None:
    if value is None:
        return None
    said = {"method", "wallets"}
    if not isinstance(value, Mapping) or not said <= set(value) <= said | {"at", "sha256", "due"}:
        raise BadSetting("allocation is an object of method and wallets, at, sha256 and due")
    wallets = value["wallets"]
    if not isinstance(wallets, list) or not all(isinstance(name, str) for name in wallets):
        raise BadSetting("the wallets of an allocation are a list of names")
    at, due, digest = value.get("at"), value.get("due"), value.get("sha256")
    if digest is not None and not (isinstance(digest, str) and at is not None):
        raise BadSetting("sha256 is the digest of a frozen allocation, which has the time at")
    return Allocation(
        _method(value["method"], STANDING),
        tuple(wallets),
        None if at is None else read_time(at, "at"),
        digest,
        None if due is None else read_day(due, "due"),
    )


def _standing(value: object) -> tuple[StandingOrder, ...]:
    """Standing orders, oldest first."""
    if not isinstance(value, list):
        raise BadSetting("standing_orders are a list of objects of at, method and wallet")
    orders = []
    for one in value:
        if not isinstance(one, Mapping) or not {"at", "method"} <= set(one) <= {
            *("at", "method", "wallet"),
        }:
            raise BadSetting("a standing order is an object of at, method and, or not, wallet")
        wallet = one.get("wallet")
        if wallet is not None and not isinstance(wallet, str):
            raise BadSetting("the wallet of a standing order is a name")
        orders.append(
            StandingOrder(read_time(one["at"], "at"), wallet, _method(one["method"], STANDING))
        )
    return tuple(sorted(orders, key=lambda order: order.at))


def _identified(words: Words) -> dict[str, tuple[tuple[str, ...], datetime | None]]:
    """Rows with the rows of their lots, and when they were named where that is said."""
    found: dict[str, tuple[tuple[str, ...], datetime | None]] = {}
    for row, value in _table(words, "identification").items():
        if isinstance(value, Mapping):
            if set(value) != {"lots", "at"}:
                raise BadSetting(f"the identification of {row[:40]} has lots and at")
            found[row] = (_names(row, value["lots"]), read_time(value["at"], "at"))
        else:
            found[row] = (_names(row, value), None)
    return found


def _by_year(words: Words) -> tuple[tuple[int, str], ...]:
    years = []
    for year, method in _table(words, "method_by_year").items():
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise BadSetting(f"method_by_year has years like 2021, not {shown(year)}")
        years.append((int(year), _method(method, BY_HOLDING)))
    return tuple(sorted(years))


def _table(words: Words, name: str) -> Mapping[str, object]:
    value = words.get(name, {})
    if not isinstance(value, Mapping):
        raise BadSetting(f"{name} is an object, not {shown(value)}")
    return {str(key): inner for key, inner in value.items()}


def _names(row: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadSetting(f"the list of {row[:40]} is one of names, not {shown(value)}")
    return tuple(value)
