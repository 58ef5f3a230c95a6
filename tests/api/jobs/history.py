"""Numbers enter; rows of a fund's history leave, put into a store, and what was kept of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from api.desk import Desk
from api.standing import Kept, stood
from api.views import Total
from ledger.model.activity import microseconds
from ledger.model.evidence import StatementLine
from ledger.model.fund import Fund
from ledger.model.lot import Lot
from ledger.model.position import NavPoint
from ledger.store import Store

BEGIN = datetime(2024, 1, 5, tzinfo=UTC)

#: The digest of the journal, lots, net asset values and balances.
Figures = tuple[str, list[Lot], tuple[NavPoint, ...], tuple[Total, ...]]


def row(kind: str, time: datetime, wallet: str = "w0", **cells: str) -> StatementLine:
    """A row of Partita CSV."""
    told = {"time": f"{time:%Y-%m-%dT%H:%M:%SZ}", "kind": kind, "wallet": wallet, **cells}
    return StatementLine("partita", "partita_csv", tuple(told.items()), file="h.csv")


def history(days: int, a_day: int) -> Iterator[StatementLine]:
    """So many trades a day; swaps imply prices, and coins move to a place where they come late."""
    for day in range(days):
        for number in range(a_day):
            time = BEGIN + timedelta(days=day, seconds=(number + 1) * 60_000 // a_day)
            yield _trade(day * a_day + number, time)
        if day % 9 == 1:
            gone, back = (BEGIN + timedelta(days=day + more, hours=20) for more in (0, day % 40))
            moved = {"txid": f"0x{day:x}"}
            yield row("withdrawal", gone, sent_asset="AAA", sent_quantity="0.5", **moved)
            if day % 2:  # the other ones wait for their other side
                moved |= {"received_asset": "AAA", "received_quantity": "0.5"}
                yield row("deposit", back, "w1", **moved)


def _trade(number: int, time: datetime) -> StatementLine:
    units = str(1 + number % 3)
    if number % 7 == 5:
        swapped = {"sent_asset": "AAA", "sent_quantity": units}
        return row("swap", time, **swapped, received_asset="BBB", received_quantity="2.5")
    if number % 4 == 3:
        sold = {"sent_asset": "AAA", "sent_quantity": units}
        return row("sell", time, **sold, received_asset="USD", received_quantity="70")
    bought = {"received_asset": "AAA", "received_quantity": units}
    return row("buy", time, **bought, sent_asset="USD", sent_quantity=str(100 + number % 13))


def fund_of(store: Store, name: str, lines: list[StatementLine]) -> Desk:
    """The desk of a new fund that has these rows, each with its time; nothing is kept yet."""
    store.funds.create(Fund(name))
    times = {one.id: microseconds(datetime.fromisoformat(one.cells[0][1])) for one in lines}
    store.evidence.add(name, lines, times=times)
    return Desk(store, store.funds.get(name))


def figures_of(desk: Desk) -> Figures:
    """What stands of a fund whose books are kept, as it was put down."""
    digest = desk.store.journal.digest(desk.fund.name)
    with stood(desk, None) as now:
        assert isinstance(now, Kept)
        return digest, sorted(now.lots(), key=lambda lot: lot.id), now.nav(), now.totals()
