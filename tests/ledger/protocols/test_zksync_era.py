"""The bridges of zkSync Era in all their forms."""

import pytest

from ledger.protocols import zksync_era as era
from tests.ledger.moves import activity, address, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

DIAMOND, ERA = era.DIAMOND, era.ERA
FIRST = "0x57891966931eb4bb6fb81430e6ce0a03aabde063"


def test_topics_are_the_hashes_of_their_signatures():
    numbers = "uint256," * 10
    transaction = f"({numbers}uint256[4],bytes,bytes,uint256[],bytes,bytes)"
    for signature, topic in {
        "BridgehubDepositBaseTokenInitiated(uint256,address,address,uint256)": era.COIN_SENT[0],
        "BridgehubDepositBaseTokenInitiated(uint256,address,bytes32,uint256)": era.COIN_SENT[1],
        "BridgehubDepositInitiated(uint256,bytes32,address,address,address,uint256)": (
            era.TOKEN_SENT
        ),
        "BridgehubDepositInitiated(uint256,bytes32,address,bytes32,bytes)": era.ASSET_SENT,
        "DepositInitiated(bytes32,address,address,address,uint256)": era.FIRST_SENT,
        f"NewPriorityRequest(uint256,bytes32,uint64,{transaction},bytes[])": era.REQUESTED,
        "EthWithdrawalFinalized(address,uint256)": era.COIN_CAME,
        "WithdrawalFinalized(address,address,uint256)": era.FIRST_CAME,
        "WithdrawalFinalizedSharedBridge(uint256,address,address,uint256)": era.TOKEN_CAME,
        "Withdrawal(address,address,uint256)": era.COIN_LEFT,
        "WithdrawalInitiated(address,address,address,uint256)": era.TOKEN_LEFT,
        "FinalizeDeposit(address,address,address,uint256)": era.TOKEN_ARRIVED,
        "Mint(address,uint256)": era.COIN_MINTED,
    }.items():
        assert hashes_to(signature, topic)


COIN_LOGS = [
    ("hub", log(2, "shared", era.COIN_SENT[0], 324, "w", data=["zero", 100])),
    ("hub", log(2, "shared", era.COIN_SENT[1], 324, "w", data=[1, 100])),
    (DIAMOND, log(2, DIAMOND, era.REQUESTED, data=[1, 2, 3, 160, 192])),
]


@pytest.mark.parametrize(("called", "told"), COIN_LOGS)
def test_coin_goes_with_the_gas_of_the_other_side(called, told):
    event = only(activity(f"w > {called} 100 ETH", logs=[told], called=called), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "zksync_era")
    assert event.note.split()[-1] == f"expects:{ERA}/0x{'e' * 40}/1-100"


TOKEN_LOGS = [
    log(2, "shared", era.TOKEN_SENT, 324, 9, "w", data=["w", "U", 100]),
    log(2, "shared", era.ASSET_SENT, 324, 9, "w", data=[1, 64, 0]),
    log(2, "first", era.FIRST_SENT, 9, "w", "w", data=["U", 100]),
]


@pytest.mark.parametrize("told", TOKEN_LOGS)
def test_a_token_goes_and_coin_pays_for_it(told):
    paid = log(1, "shared", era.COIN_SENT[0], 324, "w", data=["zero", 3])
    one = activity("w > vault 100 U; w > hub 3 ETH", logs=[paid, told], called="hub")
    event = only(one, PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]
    assert event.note.split() == [f"to:{ERA}:{address('w')}", f"expects:{ERA}/*/100"]


CAME_LOGS = [
    ("U", log(2, FIRST, era.FIRST_CAME, "w", "U", data=[100])),
    ("U", log(2, "shared", era.TOKEN_CAME, 324, "w", "U", data=[100])),
    ("ETH", log(2, "shared", era.TOKEN_CAME, 324, "w", "zero", data=[100])),
    ("ETH", log(2, DIAMOND, era.COIN_CAME, "w", data=[100])),
]


@pytest.mark.parametrize(("asset", "told"), CAME_LOGS)
def test_a_withdrawal_is_paid_whoever_finishes_it(asset, told):
    one = activity(f"vault > w 100 {asset}", logs=[told], caller="x", called="shared")
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("bridge_in", "zksync_era")


def test_what_leaves_the_other_side_is_for_the_network_below():
    gone = log(2, era.BASE_TOKEN, era.COIN_LEFT, "w", "w", data=[100])
    text = f"w > {era.BASE_TOKEN} 100 ETH"
    event = only(activity(text, logs=[gone], called=era.BASE_TOKEN), PROTOCOLS)
    assert (event.kind, event.note.split()[0]) == ("bridge_out", f"to:eip155:1:{address('w')}")
    gone = log(2, "bridge", era.TOKEN_LEFT, "w", "w", "U", data=[100])
    event = only(activity("w > zero 100 U", logs=[gone], called="bridge"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "zksync_era")


def test_what_is_of_others_or_of_other_contracts_is_none():
    told = log(2, "shop", era.FIRST_CAME, "w", "U", data=[100])
    assert only(activity("x > w 100 U", logs=[told], caller="x"), PROTOCOLS).kind == "receive"
    told = log(2, "shop", era.COIN_CAME, "w", data=[100])
    assert only(activity("x > w 100 ETH", logs=[told], caller="x"), PROTOCOLS).kind == "receive"
    told = log(2, "shared", era.COIN_SENT[0], 324, "x", data=["zero", 100])
    assert only(activity("w > hub 100 ETH", logs=[told], called="hub"), PROTOCOLS).kind == "send"
    told = log(2, "shop", era.REQUESTED, data=[1, 2, 3, 160, 192])
    assert only(activity("w > shop 9 ETH", logs=[told], called="shop"), PROTOCOLS).kind == "send"


def test_what_arrives_there_is_made_by_its_bridge_or_minted():
    token = log(2, "bridge", era.TOKEN_ARRIVED, "w", "w", "U", data=[100])
    one = activity("zero > w 100 U", logs=[token], caller="x", called="bridge", fee=0)
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("bridge_in", "zksync_era")
    minted = ((1, 90), (2, 7))
    coin = [log(n, era.BASE_TOKEN, era.COIN_MINTED, "w", data=[units]) for n, units in minted]
    text = f"{era.BASE_TOKEN} > w 90 ETH; protocol > w 7 ETH"
    event = only(activity(text, logs=coin, caller="x", fee=0), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("bridge_in", "zksync_era", 2)


def test_coin_that_nobody_minted_and_a_token_from_a_shop_did_not_arrive():
    coin = log(1, "shop", era.COIN_MINTED, "w", data=[90])
    one = activity(f"{era.BASE_TOKEN} > w 90 ETH", logs=[coin], caller="x", fee=0)
    assert only(one, PROTOCOLS).kind == "receive"
    token = log(2, "bridge", era.TOKEN_ARRIVED, "w", "w", "U", data=[100])
    one = activity("shop > w 100 U", logs=[token], caller="x", called="bridge", fee=0)
    assert only(one, PROTOCOLS).kind == "receive"
