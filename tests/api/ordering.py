"""Standing orders as if they had been given at a time, and books of two sales in 2025."""

from datetime import datetime

from api.desk import Desk
from api.jobs.tax_order import give_order
from api.wallets import wallet_of
from ledger.store import open_store
from tests.api.conftest import HEADER
from tests.end_to_end.command import Command

#: One lot each at 1,000, 3,000 and 2,000; half a unit is sold for 2,000 twice.
BOUGHT = (
    "2024-01-01T10:00:00Z,buy,bank,USD,1000,BTC,1,,,,,,b-1,",
    "2024-06-01T10:00:00Z,buy,bank,USD,3000,BTC,1,,,,,,b-2,",
    "2024-07-01T10:00:00Z,buy,bank,USD,2000,BTC,1,,,,,,b-3,",
)
FEBRUARY = "2025-02-01T10:00:00Z,sell,bank,BTC,0.5,USD,2000,,,,,,s-1,"
AUGUST = "2025-08-01T10:00:00Z,sell,bank,BTC,0.5,USD,2000,,,,,,s-2,"


def order(url: str, method: str, at: str, wallet: str | None = None):
    """Give an order by a store whose clock is at a time; the wallet is there by then."""
    with open_store(url, clock=lambda: datetime.fromisoformat(at)) as store:
        if wallet is not None:
            store.wallets.add("main", [wallet_of("venue:partita", wallet, wallet, None)])
        return give_order(Desk(store, store.funds.get("main")), method, wallet, "Ann")


def bring(partita: Command, *rows: str) -> None:
    """Import rows by the command."""
    done = partita("import", partita.write("rows.csv", HEADER.strip(), *rows))
    assert done.code in {0, 3}, done.err


def costs(answer) -> list[str]:
    """What the lots of each disposal cost, in the order of time."""
    return [line["cost"] for line in sorted(answer["disposals"], key=lambda one: one["disposed"])]
