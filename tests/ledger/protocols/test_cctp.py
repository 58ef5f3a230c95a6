"""CCTP: burns and mints of both versions, the first joined by domain and number."""

import pytest

from ledger.link import link
from ledger.protocols import cctp
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ARBITRUM = "eip155:42161"
BOTH = wallets() | wallets(network=ARBITRUM)
USDC = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
USDC_2 = "0xaf88d065e77c8cc2239327c5edb3a432268e5831"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "DepositForBurn(uint64,address,uint256,address,bytes32,uint32,bytes32,bytes32)": cctp.BURNT,
        "DepositForBurn(address,uint256,address,bytes32,uint32,bytes32,bytes32,uint256,uint32,"
        "bytes)": cctp.BURNT_2,
        "MintAndWithdraw(address,uint256,address)": cctp.MINTED,
        "MintAndWithdraw(address,uint256,address,uint256)": cctp.MINTED_2,
        "MessageReceived(address,uint32,uint64,bytes32,bytes)": cctp.RECEIVED,
        "MessageReceived(address,uint32,bytes32,bytes32,uint32,bytes)": cctp.RECEIVED_2,
    }.items():
        assert hashes_to(signature, topic)


def burn(domain=3, recipient="w", token=USDC):
    burnt = log(3, "messenger", cctp.BURNT, 17, token, "w", data=[100, recipient, domain, "m", 0])
    return activity(f"w > minter 100 {token}", logs=[burnt], called="messenger", name="out")


def mint(number=17, quantity=100, token=USDC_2):
    logs = [
        log(3, "messenger2", cctp.MINTED, "w", token, data=[quantity]),
        log(4, "transmitter", cctp.RECEIVED, "x", number, data=[0, "messenger", 96, 0]),
    ]
    return activity(
        f"zero > w {quantity} {token}",
        logs=logs,
        network=ARBITRUM,
        caller="x",
        called="transmitter",
        minutes=9,
        name="in",
    )


def test_a_burn_names_message_recipient_and_quantity():
    event = only(burn(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "cctp")
    to = f"to:{ARBITRUM}:{address('w')}"
    assert event.note == f"message:cctp:0:17 {to} expects:{ARBITRUM}/{USDC_2}/100"


def test_a_coin_whose_name_on_the_other_side_no_log_says_joins_nothing():
    eurc = burn(token="EURC")
    assert only(eurc, PROTOCOLS).note.split()[-1] == f"expects:{ARBITRUM}/*/100"
    ends = [*events_of(eurc, PROTOCOLS, BOTH), *events_of(mint(token="EURC"), PROTOCOLS, BOTH)]
    assert len(link(ends, BOTH).in_flight) == 1


def test_a_network_that_is_not_evm_has_no_address():
    assert only(burn(domain=5), PROTOCOLS).note == "message:cctp:0:17"


def test_both_ends_join_by_domain_and_number():
    linked = link([*events_of(burn(), PROTOCOLS, BOTH), *events_of(mint(), PROTOCOLS, BOTH)], BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {"bridge:cctp:0:17"}


@pytest.mark.parametrize("came", [mint(number=18), mint(quantity=99), mint(token="X")])
def test_another_number_quantity_or_token_does_not_join(came):
    ends = [*events_of(burn(), PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    assert len(link(ends, BOTH).in_flight) == 1


def test_the_second_version_has_its_number_on_arrival_alone():
    burnt = log(3, "m", cctp.BURNT_2, "U", "w", 1000, data=[100, "w", 3, "m", 0, 1, 256, 0])
    event = only(activity("w > minter 100 U", logs=[burnt], called="m"), PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_out", f"to:{ARBITRUM}:{address('w')}")
    logs = [
        log(3, "m", cctp.MINTED_2, "w", "U", data=[99, 1]),
        log(4, "t", cctp.RECEIVED_2, "x", 1 << 250, 1000, data=[3, "m", 64, 0]),
    ]
    event = only(activity("zero > w 99 U", logs=logs, caller="x", called="t"), PROTOCOLS)
    assert (event.kind, event.note) == ("bridge_in", f"message:cctp2:3:0x{1 << 250:064x}")


def test_what_a_router_keeps_of_a_larger_payment_is_a_fee():
    burnt = log(3, "messenger", cctp.BURNT, 17, "U", "router", data=[98, "w", 3, "m", 0])
    event = only(activity("w > router 100 U; router > minter 98 U", logs=[burnt]), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-98, "plain"), (-2, "fee")]
    # what a contract did not pass on has nothing to do with the bridge
    assert only(activity("w > router 100 U", logs=[burnt]), PROTOCOLS).kind == "send"


def test_coin_that_a_router_swapped_is_no_fee_of_the_bridge():
    burnt = log(3, "messenger", cctp.BURNT, 17, "U", "router", data=[98, "w", 3, "m", 0])
    one = activity("w > router 5000 ETH; router > pool 5000 ETH", logs=[burnt])
    assert only(one, PROTOCOLS).kind == "send"
    # nor is a token that went into a trade beside the bridge
    both = activity("w > router 150 U; router > minter 98 U; router > w 9 V", logs=[burnt])
    assert only(both, PROTOCOLS).kind == "swap"


def test_burns_and_mints_of_others_claim_nothing():
    logs = burn().logs
    assert only(activity("w > shop 7 U", logs=logs, called="shop"), PROTOCOLS).kind == "send"
    other = activity("x > w 7 U2", logs=mint().logs, network=ARBITRUM, caller="x")
    assert only(other, PROTOCOLS, BOTH).kind == "receive"
