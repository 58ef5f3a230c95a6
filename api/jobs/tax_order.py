"""A method and a wallet → a standing order for the lots of sales after it, kept with the time."""

from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from api import given
from api.jobs.tax_trial import wallet_of
from ledger.model.errors import BadInput
from ledger.model.filing import ORDER, FiledYear
from ledger.tax.history.settings import STANDING
from ledger.tax.history.words import listed
from ledger.tax.orders import RecordedOrder, body_of, order_of

if TYPE_CHECKING:
    from api.desk import Desk


def give_order(desk: "Desk", method: str, wallet: str | None, by: str) -> RecordedOrder:
    """Keep which lots every sale from now on takes, out of a wallet or of any.

    The time is that of the store, now: nobody dates an order back. A later one replaces it. Raises
    BadInput for a method that chooses no lots by itself and for a name that several wallets have,
    NotFound for a wallet that is not there.
    """
    person = given.name("the name of who orders", by)
    if method not in STANDING:
        raise BadInput(f"a standing order is for one of {listed(STANDING)}, not {method[:40]!r}")
    body = body_of(method, None if wallet is None else wallet_of(desk.wallets(), wallet))

    def make(said_at: datetime, previous: str) -> FiledYear:
        return FiledYear(
            ORDER, said_at.year, person, "", "", body, "", version("partita"), said_at, previous
        )

    return order_of(desk.store.filings.order(desk.fund.name, make))
