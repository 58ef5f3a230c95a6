"""Hegic: an option without a token is kept until it ends."""

from ledger.classify import after
from ledger.protocols import hegic
from tests.ledger.moves import activity, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

OPTIONS = min(hegic.CONTRACTS)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Create(uint256,address,uint256,uint256)": hegic.CREATE,
        "Exercise(uint256,uint256)": hegic.EXERCISE,
        "Expire(uint256,uint256)": hegic.EXPIRE,
    }.items():
        assert hashes_to(signature, topic)


def bought(who="w", by=OPTIONS):
    told = log(5, by, hegic.CREATE, 4, who, data=[1, 30])
    return activity(f"w > {by} 32 ETH; {by} > w 2 ETH", logs=[told], called=by)


def test_the_premium_buys_an_option():
    event = only(bought(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("option_buy", "hegic")
    assert [leg[::2] for leg in said(event)] == [(-32, "plain"), (2, "refund"), (1, "position")]


def test_it_is_exercised_for_its_profit():
    held = after([only(bought(), PROTOCOLS)], {})
    told = log(5, OPTIONS, hegic.EXERCISE, 4, data=[50])
    one = activity("pool > w 50 ETH", logs=[told], called=OPTIONS)
    event = only(one, PROTOCOLS, held=held)
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "option_exercise",
        [(50, "plain"), (-1, "position")],
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.note) == ("option_exercise", "position:unknown")


def test_it_expires_for_nothing_by_whoever_unlocks_it():
    held = after([only(bought(), PROTOCOLS)], {})
    told = log(5, OPTIONS, hegic.EXPIRE, 4, data=[30])
    one = activity("", logs=[told], called=OPTIONS, caller="x", fee=0)
    event = only(one, PROTOCOLS, held=held)
    assert (event.kind, [leg[::2] for leg in said(event)]) == ("option_expiry", [(-1, "position")])


def test_options_of_others_and_of_copies_are_none():
    assert [one.protocol for one in events_of(bought(who="x"), PROTOCOLS)] == [None]
    assert [one.protocol for one in events_of(bought(by="copy"), PROTOCOLS)] == [None]
