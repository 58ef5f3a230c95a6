"""A year's lines and brokers' statements come in; each is compared with what it is about.

Form 1099-DA says what a broker told the tax office of a sale; the fund's own books say what was
sold. A statement is about one account, so the lines of its wallet stand beside its rows: first
those that agree in more, then in less, and what is left of an asset and a day as one. A broker may
state proceeds before costs of the sale or after them: either agrees.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from typing import Final, NamedTuple

from ledger.model.amount import MONEY_DECIMALS, divide_half_even
from ledger.model.asset import Asset, AssetId, currency_of, known_without_asking
from ledger.model.broker import STATED_DECIMALS, BrokerSale, Comparison, Outcome
from ledger.model.fund import WalletId
from ledger.model.tax import TaxLine

_CENT: Final = 10 ** (MONEY_DECIMALS - 2)
#: Brokers state quantities to eight decimals.
_QUANTUM: Final = 10 ** (STATED_DECIMALS - 8)
_DAY: Final = timedelta(days=1)

#: Which of (date acquired, quantity, proceeds) a pair has to agree in, the strictest first.
_STAGES: Final = (
    (True, True, True),
    (False, True, True),
    (True, False, True),
    (False, False, True),
    (True, True, False),
    (False, True, False),
)

Assets = Mapping[AssetId, Asset]


class _Ours(NamedTuple):
    """A line with what is compared of it."""

    line: TaxLine
    symbol: str
    quantity: int
    sold: date


#: Both sides of each asset and day.
_Days = defaultdict[tuple[str, date], tuple[list[_Ours], list[BrokerSale]]]


def reconcile(
    lines: Iterable[TaxLine],
    sales: Iterable[BrokerSale],
    wallets: Iterable[WalletId],
    assets: Assets,
) -> tuple[Comparison, ...]:
    """Every row of the statements and every line of their wallets, each in one comparison.

    `wallets` are those that a statement was received of: lines of others are in no comparison. The
    order of input decides nothing.
    """
    asked = set(wallets)
    ours = defaultdict(list)
    for line in lines:
        if line.wallet in asked and line.assessed and not currency_of(line.asset):
            ours[line.wallet].append(_ours(line, assets))
    theirs = defaultdict(list)
    for sale in sales:
        theirs[sale.wallet].append(sale)
    found: list[Comparison] = []
    for wallet in sorted(asked | theirs.keys()):
        found += _of_wallet(wallet, ours[wallet], theirs[wallet])
    return tuple(sorted(found, key=_place))


def _ours(line: TaxLine, assets: Assets) -> _Ours:
    known = assets.get(line.asset) or known_without_asking(line.asset)
    decimals = 0 if known is None else known.decimals
    symbol = line.asset if known is None else known.symbol
    quantity = divide_half_even(line.quantity * 10**STATED_DECIMALS, 10**decimals)
    return _Ours(line, symbol.upper(), quantity, line.disposed.date())


def _of_wallet(
    wallet: WalletId, ours: Sequence[_Ours], theirs: Sequence[BrokerSale]
) -> Iterator[Comparison]:
    """Day by day; then what fell on the day before or after by the broker's clock."""
    days = _by_day(ours, theirs)
    rest_ours: dict[tuple[str, date], list[_Ours]] = {}
    rest_theirs: dict[tuple[str, date], list[BrokerSale]] = {}
    for place, (mine, other) in sorted(days.items()):
        for stage in _STAGES:
            for one, sale in _pairs(mine, other, stage):
                yield _compared(wallet, [one], [sale])
        if mine and other:
            yield _compared(wallet, mine, other)
        elif mine:
            rest_ours[place] = mine
        else:
            rest_theirs[place] = other
    for (symbol, day), other in rest_theirs.items():
        for near in (day - _DAY, day + _DAY):
            for one, sale in _pairs(rest_ours.get((symbol, near), []), other, _STAGES[1]):
                dated = f"dated {sale.sold.isoformat()} by the broker"
                yield replace(_compared(wallet, [one], [sale]), note=dated)
    for one in chain.from_iterable(rest_ours.values()):
        yield Comparison("missing_with_them", wallet, one.symbol, (one.line,), ())
    for sale in chain.from_iterable(rest_theirs.values()):
        yield Comparison("missing_with_us", wallet, sale.symbol, (), (sale,))


def _by_day(ours: Sequence[_Ours], theirs: Sequence[BrokerSale]) -> _Days:
    days: _Days = defaultdict(_nothing)
    for one in sorted(ours, key=_order_of_line):
        days[one.symbol, one.sold][0].append(one)
    for sale in sorted(theirs, key=_order_of_sale):
        days[sale.symbol, sale.sold][1].append(sale)
    return days


def _nothing() -> tuple[list[_Ours], list[BrokerSale]]:
    return [], []


_Stage = tuple[bool, bool, bool]
_Key = tuple[date | None, int | None, int | None]


def _pairs(
    ours: list[_Ours], theirs: list[BrokerSale], stage: _Stage
) -> Iterator[tuple[_Ours, BrokerSale]]:
    """Lines and rows that agree in what the stage asks for; they are taken out of both lists."""
    dated, counted, valued = stage
    waiting: defaultdict[_Key, deque[int]] = defaultdict(deque)
    for index, one in enumerate(ours):
        acquired = one.line.acquired
        first = acquired.date() if dated and acquired is not None else None
        units = _eighth(one.quantity) if counted else None
        for cents in _cents_of(one.line) if valued else (None,):
            waiting[first, units, cents].append(index)
    taken: set[int] = set()
    left: list[BrokerSale] = []
    for sale in theirs:
        found = _first(waiting, sale, stage, taken)
        if found is None:
            left.append(sale)
        else:
            taken.add(found)
            yield ours[found], sale
    theirs[:] = left
    ours[:] = [one for index, one in enumerate(ours) if index not in taken]


def _first(
    waiting: Mapping[_Key, deque[int]], sale: BrokerSale, stage: _Stage, taken: set[int]
) -> int | None:
    """The first line that agrees and is free."""
    dated, counted, valued = stage
    if (dated and sale.acquired is None) or (counted and sale.quantity is None):
        return None
    units = _eighth(sale.quantity or 0) if counted else None
    for cents in _near(sale) if valued else (None,):
        queue = waiting.get((sale.acquired if dated else None, units, cents), deque())
        while queue and queue[0] in taken:
            queue.popleft()
        if queue:
            return queue.popleft()
    return None


def _near(sale: BrokerSale) -> tuple[int, int, int]:
    cents = divide_half_even(sale.proceeds, _CENT)
    return (cents, cents - 1, cents + 1)


def _cents_of(line: TaxLine) -> tuple[int, ...]:
    """Proceeds before and after costs, in cents; nothing where they are not known."""
    if line.proceeds is None:
        return ()
    both = (line.proceeds, line.proceeds - line.fees)
    return tuple(dict.fromkeys(divide_half_even(each, _CENT) for each in both))


def _eighth(quantity: int) -> int:
    return divide_half_even(quantity, _QUANTUM)


def _compared(wallet: WalletId, ours: Sequence[_Ours], theirs: Sequence[BrokerSale]) -> Comparison:
    """One comparison of both sides' sums; a cent a row, and 10⁻⁸ units, are rounding."""
    rows = max(len(ours), len(theirs))
    stated = sum(sale.proceeds for sale in theirs)
    before = _total(one.line.proceeds for one in ours)
    fees = sum(one.line.fees for one in ours)
    gross = before is not None and abs(before - stated) < abs(before - fees - stated)
    proceeds = None if before is None else before - stated - (0 if gross else fees)
    cost, basis = _total(one.line.cost for one in ours), _total(sale.basis for sale in theirs)
    missing = None if cost is None or basis is None else cost - basis
    units = _total(sale.quantity for sale in theirs)
    quantity = None if units is None else sum(one.quantity for one in ours) - units
    if quantity is not None and abs(quantity) > rows * _QUANTUM:
        outcome: Outcome = "quantity_differs"
    else:
        sold_for = proceeds is None or abs(proceeds) > rows * _CENT
        bought_for = basis is not None and (missing is None or abs(missing) > rows * _CENT)
        outcome = _OUTCOMES[sold_for, bought_for]
    lines = tuple(one.line for one in ours)
    return Comparison(
        outcome, wallet, theirs[0].symbol, lines, tuple(theirs), gross, proceeds, missing, quantity
    )


_OUTCOMES: Final[Mapping[tuple[bool, bool], Outcome]] = {
    (False, False): "match",
    (False, True): "basis_differs",
    (True, False): "proceeds_differ",
    (True, True): "proceeds_and_basis_differ",
}


def _total(amounts: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is not known."""
    known = list(amounts)
    return None if None in known else sum(amount for amount in known if amount is not None)


def _order_of_line(one: _Ours) -> tuple[str, ...]:
    line = one.line
    acquired = "" if line.acquired is None else line.acquired.isoformat()
    identity = (line.disposed.isoformat(), line.source, line.lot, acquired, line.asset)
    return (*identity, str(line.quantity).zfill(80))


def _order_of_sale(sale: BrokerSale) -> tuple[date, str, str, int, int]:
    acquired = "" if sale.acquired is None else sale.acquired.isoformat()
    return (sale.sold, acquired, sale.box, sale.proceeds, sale.quantity or 0)


def _place(each: Comparison) -> tuple[str, date, str, str, str]:
    days = [line.disposed.date() for line in each.lines] or [sale.sold for sale in each.sales]
    ids = [f"{line.source} {line.lot} {line.quantity}" for line in each.lines]
    rows = [sale.source for sale in each.sales]
    return (each.wallet, min(days), each.symbol, " ".join(ids), " ".join(rows))
