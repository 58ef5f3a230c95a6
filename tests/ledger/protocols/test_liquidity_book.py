"""Pools by bins: a share of a bin is liquidity, and neither bought nor minted as a collectible."""

import pytest

from ledger.protocols import liquidity_book as book
from tests.ledger.moves import NETWORK, activity, address, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "DepositedToBins(address,address,uint256[],bytes32[])": book.DEPOSITED,
        "WithdrawnFromBins(address,address,uint256[],bytes32[])": book.WITHDRAWN,
        "Mint(bytes32,address,uint256[],bytes32,bytes32[],bytes32,bytes32)": book.MINTED,
        "Burn(bytes32,address,uint256[],bytes32,bytes32[])": book.BURNT,
    }.items():
        assert hashes_to(signature, topic)


def share(contract, number):
    return f"{NETWORK}/erc1155:{address(contract)}/{number}"


PAIR = (share("pair", 8), share("pair", 9))
ARRAYS = [64, 160, 2, 8, 9, 2, 1, 1]


def pair(topic):
    return log(5, "pair", topic, "router", "w", data=ARRAYS)


def infinite(topic):
    more = [1, 1] if topic == book.MINTED else []
    return log(5, book.BIN_MANAGER, topic, 3, "manager", data=[160, 0, 256, *more, *ARRAYS[2:]])


BINS = (share("manager", 8), share("manager", 9))
PUT_IN = [
    (pair(book.DEPOSITED), PAIR, "pair", "router", "trader_joe"),
    (infinite(book.MINTED), BINS, book.VAULT, "manager", "pancakeswap"),
]


@pytest.mark.parametrize(("told", "shares", "keeper", "called", "name"), PUT_IN)
def test_what_goes_into_bins_is_liquidity(told, shares, keeper, called, name):
    text = (
        f"w > {keeper} 100 A; w > {called} 50 ETH; {called} > w 10 ETH;"
        f"zero > w 70 {shares[0]}; zero > w 30 {shares[1]}"
    )
    event = only(activity(text, logs=[told], called=called), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", name)
    assert [leg[::2] for leg in said(event)] == [
        *((-100, "plain"), (-50, "plain"), (10, "refund"), (70, "plain"), (30, "plain")),
    ]


TAKEN_OUT = [
    (pair(book.WITHDRAWN), PAIR, "pair", "router", "trader_joe"),
    (infinite(book.BURNT), BINS, book.VAULT, "manager", "pancakeswap"),
]


@pytest.mark.parametrize(("told", "shares", "keeper", "called", "name"), TAKEN_OUT)
def test_what_comes_out_of_bins_was_liquidity(told, shares, keeper, called, name):
    text = f"w > zero 70 {shares[0]}; {keeper} > w 90 A; {keeper} > w 40 B"
    event = only(activity(text, logs=[told], called=called), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("pool_withdraw", name, 3)


def test_liquidity_of_somebody_else_and_a_forged_manager_are_none():
    text = "w > shop 100 A; shop > w 5 B"
    event = only(activity(text, logs=[pair(book.DEPOSITED)], called="shop"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", None)
    forged = log(5, "evil", book.MINTED, 3, "evil", data=[160, 0, 256, 1, 1, *ARRAYS[2:]])
    text = f"w > evil 100 A; zero > w 70 {share('evil', 8)}"
    events = events_of(activity(text, logs=[forged], called="evil"), PROTOCOLS)
    assert [one.protocol for one in events] == [None]
