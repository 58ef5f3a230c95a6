"""A folder with a kept book enters; it is asked for balances and lots, by as little as that takes.

A program of its own: what measures it (peers.py) loads what no question needs.
"""

from api.desk import now
from api.standing import Kept
from ledger.model.fund import Fund
from ledger.store import open_store


def ask(folder: str, fund: str) -> None:
    """Balances and lots of the kept book."""
    with open_store(f"sqlite:///{folder}/book.db", clock=now) as store:
        kept = Kept(store, Fund(fund))
        assert kept.totals() and kept.lots()
