"""A fund's desk or its books, and limits → the figure of each limit, and the time that it is of.

What stands now is read from what the last keeping put down, whatever the length of the history; of
another time it is taken from the books of that time. Both give the same figures.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from api import figures
from api.desk import BALANCE, Desk, observations
from api.exposures import (
    HOLDING_KINDS,
    inside_of,
    known_of,
    protocols_of,
    strategies_of,
)
from api.own_capital import parts_of
from api.standing import Kept, stood
from ledger.model.asset import is_position
from ledger.model.fund import Fund
from ledger.model.limit import Limit
from ledger.model.position import Mark, NavPoint
from ledger.nav.valuation import Valuation
from risk.exposure import Exposure
from risk.exposure import Known as OfAssets
from risk.exposure import exposure as exposed
from risk.lending import LendingAccount, lending_accounts
from risk.limits import Checked, Known, Returns, check, needs_positions, needs_protocols
from risk.own_capital import own_capital
from risk.returns import contributed, from_nav

if TYPE_CHECKING:
    from api.standing import Stood
    from ledger.books import Books

#: How the parameters of a limit begin that are liquidation thresholds.
THRESHOLD: Final = "threshold:"

Loans = dict[tuple[tuple[str, str], ...], Sequence[LendingAccount]]


def measured(desk: Desk, limits: Sequence[Limit]) -> tuple[datetime, tuple[Checked, ...]]:
    """The time of the books as they are kept, and the figure of each limit."""
    with stood(desk, None) as found:
        points = found.nav()
        at = points[-1].time if points else figures.close_of(None)
        own = _own_exposures(found.marks(), _known(desk, found, limits), limits)
        strategies = {limit.strategy for limit in limits if not needs_positions(limit.measure)}
        # a strategy's returns follow from entries: the books are made again for them alone
        books = desk.books() if strategies - {""} else None
        known = Known(_returns(strategies, points, books), own, _loans(own, limits))
        return at, check(limits, known)


def measured_of(
    books: "Books", fund: Fund, limits: Sequence[Limit], time: datetime | None
) -> tuple[Checked, ...]:
    """The figure of each limit on books of another time."""
    marks = figures.marks(books, time)
    own = _own_exposures(marks, known_of(books, marks, time), limits)
    strategies = {limit.strategy for limit in limits if not needs_positions(limit.measure)}
    points = figures.nav(books, fund, time)
    returns = _returns(strategies, points, books)
    return check(limits, Known(returns, own, _loans(own, limits)))


def _returns(
    wanted: set[str], points: Sequence[NavPoint], books: "Books | None"
) -> dict[str, Returns]:
    """The returns of the fund, of strategies on their own capital, else what they contributed."""
    found = {"": Returns(from_nav(points), "fund")} if "" in wanted else {}
    if books is None:
        return found
    own = {part.name: part.points for part in parts_of(books, points) if part.points}
    owning = {wallet.strategy for wallet in books.wallets.values()}
    by_time = {point.time: point for point in points}
    trades = figures.closed_trades(books)
    for name in sorted(wanted - {""}):
        if name in owning and name in own:
            # however little it is of the fund: what is limited is what happens to it
            found[name] = Returns(own_capital(name, own[name], by_time, 0.0).returns, "own capital")
        elif name in {trade.strategy for trade in trades}:
            found[name] = Returns(contributed(trades, points, name), "closed trades")
    return found


def _own_exposures(
    marks: Sequence[Mark], known: OfAssets, limits: Sequence[Limit]
) -> dict[str, Exposure]:
    """The exposure of the fund (empty name) and of each strategy that has wallets of its own."""
    wanted = {limit.strategy for limit in limits if needs_positions(limit.measure)}
    own = {"": exposed(marks, known)} if wanted else {}
    for strategy in wanted - {""}:
        wallets = {wallet for wallet, name in known.strategies.items() if name == strategy}
        if wallets:
            held = [mark for mark in marks if mark.position.wallet in wallets]
            own[strategy] = exposed(held, known)
    return own


def _known(desk: Desk, found: "Stood", limits: Sequence[Limit]) -> OfAssets:
    """What is known beside the marks; how units came is looked up only where it is asked for."""
    store, name, marks = desk.store, desk.fund.name, found.marks()
    asked = any(needs_protocols(limit.measure) for limit in limits)
    entries = store.journal.live_of_kinds(name, HOLDING_KINDS) if asked else ()
    inside = {}
    if isinstance(found, Kept) and any(is_position(mark.position.asset) for mark in marks):
        seen = observations(store.answers.all(name, BALANCE))
        prices, moment = found.prices()
        inside = inside_of(marks, seen, Valuation(prices, moment, desk.fund.policy))
    return OfAssets(found.assets(), inside, protocols_of(entries), strategies_of(desk.wallets()))


def _loans(own: Mapping[str, Exposure], limits: Sequence[Limit]) -> Loans:
    asked = {limit.parameters for limit in limits if limit.measure == "health"}
    return {
        parameters: lending_accounts(
            own[""].lines,
            {
                key.removeprefix(THRESHOLD): float(share)
                for key, share in parameters
                if key.startswith(THRESHOLD)
            },
            lambda _one, _other: "not asked for",
        )
        for parameters in asked
    }
