"""Wrapped native coins."""

from ledger.protocols import weth
from tests.ledger.moves import activity, events_of, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposit(address,uint256)", weth.DEPOSIT)
    assert hashes_to("Withdrawal(address,uint256)", weth.WITHDRAWAL)


def test_coin_for_as_many_tokens_is_a_wrap_and_back_an_unwrap():
    wrap = activity(
        "w > WETH 5 ETH; zero > w 5 WETH", logs=[log(0, "WETH", weth.DEPOSIT, "w", data=[5])]
    )
    assert (only(wrap, PROTOCOLS).kind, only(wrap, PROTOCOLS).protocol) == ("wrap", "weth")
    back = activity(
        "w > zero 5 WETH; WETH > w 5 ETH", logs=[log(0, "WETH", weth.WITHDRAWAL, "w", data=[5])]
    )
    assert only(back, PROTOCOLS).kind == "unwrap"


def test_a_wrap_before_a_trade_is_an_event_of_its_own():
    one = activity(
        "w > WETH 5 ETH; zero > w 5 WETH; w > pool 3 WETH; pool > w 9 A",
        logs=[log(0, "WETH", weth.DEPOSIT, "w", data=[5])],
    )
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["wrap", "swap"]


def test_without_the_log_no_protocol_is_named():
    assert only(activity("w > WETH 5 ETH; zero > w 5 WETH"), PROTOCOLS).protocol is None
