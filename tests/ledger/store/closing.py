"""A store and a month enter; the month leaves closed as `ledger.close` seals it, from its rows."""

from datetime import timedelta

from ledger.close import checkpoints
from ledger.model.fund import Policy
from ledger.store import Store
from tests.ledger.store.cases import START, entry

#: Days after START, which is 2 January 2025, of some instant of a later month.
FEBRUARY, MARCH, APRIL = 35, 63, 95


def on(name: str, days: int, quantity: int = 5):
    """An entry of a day so many days after 2 January 2025."""
    return entry(name, quantity, after=days * 86_400)


def close(store: Store, month: str, person: str = "ann", fund: str = "main") -> tuple[str, ...]:
    """Close a month and those before it, all under one lock; gives them."""
    with store.transaction(fund) as inside:
        months = inside.periods.to_close(fund, month)
        live = inside.journal.live_entries(fund)
        inside.periods.close(fund, checkpoints(live, Policy(), months), person)
    return months


def micros(days: int) -> int:
    """Microseconds since 1970 so many days after START."""
    return int((START + timedelta(days=days)).timestamp()) * 1_000_000
