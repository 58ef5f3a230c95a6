"""Relay: its depository, receiver and solver."""

import pytest

from ledger.protocols import relay
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SOLVER = "0xf70da97812cb96acdf810712aa562db8dfa3dbef"


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("RelayNativeDeposit(address,uint256,bytes32)", relay.COIN_DEPOSIT)
    assert hashes_to("RelayErc20Deposit(address,address,uint256,bytes32)", relay.DEPOSIT)
    assert hashes_to("FundsForwardedWithData(bytes)", relay.FORWARDED)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("w > depository 7 ETH", log(3, "depository", relay.COIN_DEPOSIT, data=["w", 7, 55])),
        ("w > depository 7 U", log(3, "depository", relay.DEPOSIT, data=["w", "U", 7, 55])),
        ("w > depository 7 ETH", log(3, "depository", relay.FORWARDED, data=[32, 32, 55])),
    ],
)
def test_what_was_given_leaves_with_the_request(text, given):
    event = only(activity(text, logs=[given], called="depository"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "relay")
    assert event.note == f"message:relay:0x{55:064x}"


def test_data_that_are_no_request_name_none():
    given = log(3, "receiver", relay.FORWARDED, data=[32, 4, 55])
    event = only(activity("w > receiver 7 ETH", logs=[given], called="receiver"), PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_out", "")


def test_the_solver_is_paid_and_pays_plainly():
    assert only(activity(f"w > {SOLVER} 7 ETH", called=SOLVER), PROTOCOLS).kind == "bridge_out"
    came = activity(f"{SOLVER} > w 7 ETH", caller=SOLVER, called="w")
    assert (only(came, PROTOCOLS).kind, only(came, PROTOCOLS).protocol) == ("bridge_in", "relay")
    swapped = activity("pool > w 7 U", caller=SOLVER, called="router")
    assert only(swapped, PROTOCOLS).kind == "bridge_in"


def test_payments_of_others_claim_nothing():
    given = log(3, "depository", relay.DEPOSIT, data=["x", "U", 7, 55])
    one = activity("w > shop 8 V", logs=[given], called="shop")
    assert only(one, PROTOCOLS).kind == "send"
    assert only(activity("x > w 7 ETH", caller="x", called="w"), PROTOCOLS).kind == "receive"
