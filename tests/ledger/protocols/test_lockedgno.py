"""Locked GNO: what the lock took and gave, with its token as balances show it."""

import pytest

from ledger.protocols import lockedgno
from tests.ledger.moves import activity, events_of, said
from tests.ledger.protocols.registry import PROTOCOLS

LOCK, GNO, LOCKED = lockedgno.LOCK, lockedgno.GNO, lockedgno.LOCKED


@pytest.mark.parametrize(
    ("text", "kind", "net"),
    [
        (f"w > {LOCK} 9 {GNO}; w > {LOCK} 9 {LOCKED}; protocol > w 18 {LOCKED}", "stake", 9),
        (f"{LOCK} > w 9 {GNO}; {LOCK} > w 9 {LOCKED}; w > protocol 18 {LOCKED}", "unstake", -9),
    ],
)
def test_gno_is_locked_and_comes_back(text, kind, net):
    (event,) = events_of(activity(text, called=LOCK), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "lockedgno")
    assert sum(units for units, asset, _ in said(event) if asset == LOCKED) == net


def test_other_tokens_other_parties_and_both_ways_say_nothing():
    for text in (f"w > {LOCK} 9 A", f"w > x 9 {GNO}", f"w > {LOCK} 9 {GNO}; {LOCK} > w 2 {GNO}"):
        found = events_of(activity(text, called=LOCK), PROTOCOLS)
        assert {event.protocol for event in found} == {None}
