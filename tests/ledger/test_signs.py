"""A protocol is asked where one of its signs is; elsewhere it would have nothing to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import classify as room
from ledger.classify import classify
from ledger.shapes import Recognised, event
from tests.ledger.moves import activity, address, events_of, log, wallets
from tests.ledger.protocols.registry import PROTOCOLS
from tests.ledger.test_classify import LOGS, MOVES, plugin, random_activity


def test_a_protocol_is_asked_where_a_sign_of_it_is_and_nowhere_else():
    def all_burnt(view):
        return Recognised((event(view, "burn", view.legs),))

    for sign, kind in (("bob", "burn"), ("router", "burn"), ("w", "burn"), ("alice", "send")):
        found = events_of(activity("w > bob 5 ETH"), [plugin(all_burnt, sign)])
        assert [one.kind for one in found] == [kind], sign
    spoken = log(3, "pool", address("topic"), "w")
    for sign in ("pool", "topic"):
        found = events_of(activity("w > bob 5 ETH", logs=[spoken]), [plugin(all_burnt, sign)])
        assert [one.kind for one in found] == ["burn"], sign


def everyone(_, protocols):
    """All protocols by rank and name, whether a sign of them is there or not."""
    return sorted(protocols, key=lambda each: (each.RANK, each.NAME))


@given(MOVES, LOGS, st.sampled_from(("w", "alice")))
def test_who_is_not_asked_for_want_of_a_sign_would_have_said_nothing(moves, logs, caller):
    one = random_activity(moves, logs, caller)
    asked = classify(one, wallets(), PROTOCOLS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "_asked", everyone)
        assert classify(one, wallets(), PROTOCOLS) == asked


def test_signs_are_topics_and_addresses_as_they_are_read():
    for protocol in PROTOCOLS:
        assert protocol.SIGNS, protocol.NAME
        # what a network credits by itself comes from the party `protocol`
        for sign in protocol.SIGNS - {"protocol"}:
            assert sign == sign.lower() and len(sign) in {42, 66}, (protocol.NAME, sign)
            int(sign, 16)
