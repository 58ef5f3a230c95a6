"""Frankencoin's savings."""

from ledger.classify import after, classify
from ledger.protocols import frankencoin as savings
from tests.ledger.moves import activity, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Saved(address,uint192)", savings.SAVED)
    assert hashes_to("Withdrawn(address,uint192)", savings.WITHDRAWN)
    assert hashes_to("InterestCollected(address,uint256,uint256)", savings.INTEREST)
    assert hashes_to("InterestCollected(address,uint256)", savings.FIRST_INTEREST)


SAVED = activity("w > S 100 ZCHF", logs=[log(5, "S", savings.SAVED, "w", data=[100])])


def test_what_is_saved_is_a_position_that_grows_with_interest_less_the_fee():
    classified, _ = classify(SAVED, wallets(), PROTOCOLS)
    (event,) = classified.events
    assert (event.kind, event.protocol) == ("stake", "frankencoin")
    assert [leg.quantity for leg in event.legs] == [-100, 100]
    logs = [
        log(5, "S", savings.INTEREST, "w", data=[9, 2]),
        log(6, "S", savings.WITHDRAWN, "w", data=[107]),
    ]
    held = after(classified.events, {})
    classified, _ = classify(activity("S > w 107 ZCHF", logs=logs), wallets(), PROTOCOLS, held=held)
    kinds = {event.kind: said(event) for event in classified.events}
    assert [quantity for quantity, _, _ in kinds["reward"]] == [7]
    assert [quantity for quantity, _, _ in kinds["unstake"]] == [107, -107]
    assert not any(after(classified.events, held).values())


def test_what_somebody_saved_for_the_fund_comes_as_a_position():
    logs = [log(5, "S", savings.SAVED, "w", data=[100])]
    event = only(activity("", logs=logs, caller="x", called="S"), PROTOCOLS)
    assert (event.kind, [role for _, _, role in said(event)]) == ("receive", ["position"])


def test_what_is_taken_out_to_somebody_else_leaves_as_a_position():
    classified, _ = classify(SAVED, wallets(), PROTOCOLS)
    one = activity("", logs=[log(5, "S", savings.WITHDRAWN, "w", data=[60])])
    event = only(one, PROTOCOLS, held=after(classified.events, {}))
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("send", [-60])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.legs, event.note) == ("send", (), "position:unknown")


def test_interest_of_others_and_of_accounts_that_nobody_knows_is_not_booked():
    for owner in ("x", "w"):
        one = activity("", logs=[log(5, "S", savings.FIRST_INTEREST, owner, data=[9])])
        assert only(one, PROTOCOLS).kind == "gas_only"
