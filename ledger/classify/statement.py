"""A view of a statement's row in, the event that the row claims to be out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ledger.classify.generic import unexplained
from ledger.model.activity import Statement
from ledger.model.event import Event, Leg, LegRole, Unexplained
from ledger.shapes import ActivityView, event, with_role

#: Kind of a statement row → kind of its event, and the role of its legs (docs/partita_csv.md).
STATED: Final[Mapping[str, tuple[str, LegRole]]] = {
    "buy": ("swap", "plain"),
    "sell": ("swap", "plain"),
    "swap": ("swap", "plain"),
    "deposit": ("receive", "plain"),
    "withdrawal": ("send", "plain"),
    "transfer": ("own_transfer", "plain"),
    "income": ("reward", "reward"),
    "interest": ("reward", "interest"),
    "staking": ("reward", "reward"),
    "mining": ("reward", "reward"),
    "airdrop": ("airdrop", "plain"),
    "fork": ("airdrop", "plain"),
    "gift_received": ("receive", "plain"),
    "gift_sent": ("send", "plain"),
    "donation": ("donation", "plain"),
    "lost": ("send", "plain"),
    "stolen": ("send", "plain"),
    "spend": ("send", "plain"),
    "fee": ("service_fee", "fee"),
    "borrow": ("borrow", "plain"),
    "repay": ("repay", "plain"),
    "liquidation": ("liquidation", "plain"),
    "split": ("migrate", "plain"),
    "contribution": ("contribution", "plain"),
    "redemption": ("redemption", "plain"),
}

_MOVES: Final = frozenset({"transfer", "deposit", "withdrawal"})
_LOANS: Final = frozenset({"borrow", "repay"})


def stated(
    view: ActivityView, statement: Statement
) -> tuple[tuple[Event, ...], tuple[Unexplained, ...]]:
    """The row as one event, which keeps the stated kind in its note, the value and the strategy.

    A loan gets a debt of as many units beside what moved: statements show no token for it. A move
    whose other side is not the fund's is sent or received, whatever the row calls it.
    """
    if statement.kind not in STATED:
        return (), unexplained(view, view.legs, f"no such kind of row: {statement.kind[:40]}")
    kind, role = STATED[statement.kind]
    if statement.kind in _MOVES:
        kind = _kind_of_move(view, kind)
    moved = _moved(view)
    legs = tuple(with_role(leg, role if leg in moved else "fee") for leg in view.legs)
    if statement.kind in _LOANS:
        legs += tuple(replace(leg, claim=None, role="debt") for leg in moved)
    row = event(view, kind, legs, note=f"stated:{statement.kind}{_split_of(statement, moved)}")
    if statement.value is not None or statement.strategy is not None:
        row = replace(row, value=statement.value, strategy=statement.strategy)
    return (row,), ()


def _split_of(statement: Statement, moved: Sequence[Leg]) -> str:
    """The units that a split into more or less of the same asset is of: what it is all about."""
    gave = [leg for leg in moved if leg.quantity < 0]
    same = len(moved) == 2 and len({leg.asset for leg in moved}) == 1
    return f" of:{-gave[0].quantity}" if statement.kind == "split" and same and gave else ""


def _moved(view: ActivityView) -> tuple[Leg, ...]:
    """The legs that the kind of the row is about: what went to `fee` is the venue's charge."""
    return tuple(leg for leg in view.legs if leg.counterparty != "fee")


def _kind_of_move(view: ActivityView, otherwise: str) -> str:
    """Between own wallets if each transfer is; else by the direction in which units went."""
    moved = _moved(view)
    if not moved:
        return otherwise
    sides = Counter(leg.claim for leg in moved)
    if all(count > 1 for count in sides.values()):
        return "own_transfer"
    came = sum(1 if leg.quantity > 0 else -1 for leg in moved)
    return "receive" if came > 0 else "send"
