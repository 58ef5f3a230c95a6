"""CrossCurve: the first step, which the owner pays, and the last, which pays the owner."""

import pytest

from ledger.link import link
from ledger.protocols import crosscurve
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"
BOTH = wallets() | wallets(network=ARBITRUM)


def test_topics_are_the_hashes_of_their_signatures():
    step = "uint64,bytes32,uint64,bytes32,uint8,uint8"
    assert hashes_to(f"ComplexOpProcessed({step})", crosscurve.PROCESSED)
    assert hashes_to("FeePaid(address,address,uint256)", crosscurve.FEE_PAID)
    assert hashes_to("RequestSent(bytes32,bytes,address,uint64)", crosscurve.REQUEST_SENT)


def first(text="w > portal 100 U; w > router 3 ETH", payer="w", called="router2"):
    sent = [55, 128, called, 42161, 0]
    logs = [
        log(5, "gate", crosscurve.REQUEST_SENT, data=sent),
        log(1, "router", crosscurve.FEE_PAID, payer, data=["treasury", 3]),
        log(9, "router", crosscurve.PROCESSED, data=[1, 0, 42161, 55, 1, 2]),
    ]
    return activity(text, logs=logs, name="out")


def last(request=55, caller="relayer", onward=0, emitter="router2"):
    step = log(9, emitter, crosscurve.PROCESSED, data=[42161, request, 0, onward, 1, 4])
    return activity(
        "pool > w 98 V",
        logs=[step],
        network=ARBITRUM,
        caller=caller,
        called="receiver",
        minutes=4,
        name="in",
    )


def test_the_first_step_takes_one_asset_and_its_fee():
    event = only(first(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "crosscurve")
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    coin = only(first("w > router 103 ETH"), PROTOCOLS)
    assert [leg[::2] for leg in said(coin)] == [(-100, "plain"), (-3, "fee")]


@pytest.mark.parametrize(("request_", "joined"), [(55, True), (56, False)])
def test_both_ends_join_by_the_request(request_, joined):
    ends = [*events_of(first(), PROTOCOLS, BOTH), *events_of(last(request_), PROTOCOLS, BOTH)]
    linked = link(ends, BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert (linked.in_flight == ()) == joined


def test_only_the_router_that_was_called_ends_an_operation():
    for sent, came in ((first(), last(emitter="stranger")), (first(called="zero"), last())):
        ends = [*events_of(sent, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
        assert len(link(ends, BOTH).in_flight) == 1


def test_steps_of_others_and_steps_between_claim_nothing():
    assert "bridge_out" not in {event.kind for event in events_of(first(payer="x"), PROTOCOLS)}
    assert only(last(caller="w"), PROTOCOLS, BOTH).kind == "receive"
    assert only(last(onward=7), PROTOCOLS, BOTH).kind == "receive"


def test_a_trade_in_the_first_step_is_left_alone():
    kinds = {event.kind for event in events_of(first("w > a 5 U; a > w 6 V"), PROTOCOLS)}
    assert "bridge_out" not in kinds
