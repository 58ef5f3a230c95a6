"""Fluid: a position by number, its collateral and its debt."""

from ledger.model.asset import debt, position
from ledger.protocols import fluid
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
KEPT = position(NETWORK, "fluid", f"{address('v')}.7")
OWED = debt(NETWORK, "fluid", f"{address('v')}.7")


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("LogOperate(address,uint256,int256,int256,address)", fluid.OPERATE)
    assert hashes_to("LogLiquidate(address,uint256,uint256,address)", fluid.LIQUIDATE)
    moved = "LogOperate(address,address,int256,int256,address,address,uint256,uint256)"
    assert hashes_to(moved, fluid.MOVED)


def moved_for(vault, layer=fluid.LIQUIDITY):
    return log(1, layer, fluid.MOVED, vault, "U", data=[0] * 6)


def told(text, coll, owed, user="w", caller="w", **known):
    data = [user, 7, coll % 2**256, owed % 2**256, user]
    logs = [moved_for("v"), log(3, "v", fluid.OPERATE, data=data)]
    one = activity(text, logs=logs, caller=caller)
    return {event.kind: said(event) for event in events_of(one, PROTOCOLS, **known)}


def test_a_position_is_opened_with_a_loan():
    text = "zero > w 1 Nft#7@0; w > layer 10 ETH; layer > w 100 U@2"
    assert told(text, 10, 100) == {
        "lend_deposit": [
            (1, asset("Nft#7"), "title"),
            (-10, asset("ETH"), "plain"),
            (10, KEPT, "position"),
        ],
        "borrow": [(100, asset("U"), "plain"), (100, OWED, "debt")],
    }


def test_a_position_is_paid_back_with_interest():
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 100}
    assert told("w > layer 104 U@1; layer > w 10 C@2", -10, -104, held=held) == {
        "repay": [
            (-104, asset("U"), "plain"),
            (-104, OWED, "debt"),
            (4, OWED, "interest"),
        ],
        "lend_withdraw": [(10, asset("C"), "plain"), (-10, KEPT, "position")],
    }


def test_the_liquidator_pays_debt_for_collateral():
    logs = [moved_for("v"), log(3, "v", fluid.LIQUIDATE, data=["bot", 9, 90, "bot"])]
    one = activity("bot > layer 90 U@1; layer > bot 9 C@2", logs=logs, caller="bot")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "fluid")


def test_positions_of_others_and_strangers_say_nothing():
    assert set(told("layer > w 100 U@2", 0, 100, user="x")) == {"receive"}
    assert set(told("layer > w 100 U@2", 0, 100, caller="x")) == {"receive"}


def test_what_another_own_wallet_pays_clears_the_debt_of_the_one_that_owes():
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 100}
    logs = [moved_for("v"), log(3, "v", fluid.OPERATE, data=["w2", 7, 0, -60 % 2**256, "w2"])]
    event = only(activity("w2 > layer 60 U@1", logs=logs, caller="w2"), PROTOCOLS, held=held)
    debts = [(leg.wallet, leg.quantity) for leg in event.legs if leg.role == "debt"]
    assert (event.kind, debts) == ("repay", [(WALLET, -60)])


def test_the_position_of_a_stranger_is_none_of_ours():
    """Anybody may pay for it or put into it; nothing of it is in the books then."""
    assert told("w > layer 60 U@1", 0, -60) == {"repay": [(-60, asset("U"), "plain")]}
    logs = [moved_for("v"), log(3, "v", fluid.OPERATE, data=["w", 7, 10, 0, "w"])]
    event = only(activity("w > layer 10 ETH", logs=logs), PROTOCOLS)
    assert (event.kind, event.note) == ("lend_deposit", "position:unknown")
    assert said(event) == [(-10, asset("ETH"), "plain")]
    text = "zero > x 1 Nft#7@0; w > layer 10 ETH"
    event = only(activity(text, logs=logs), PROTOCOLS)
    assert said(event) == [(-10, asset("ETH"), "plain")]


def test_a_vault_for_which_the_layer_moved_nothing_says_nothing():
    data = ["w", 7, 0, 100, "w"]
    for beside in (moved_for("other"), moved_for("v", layer="evil")):
        logs = [beside, log(3, "v", fluid.OPERATE, data=data)]
        event = only(activity("w > pool 9 A; pool > w 100 U@2", logs=logs), PROTOCOLS)
        assert event.kind == "swap"


def test_a_position_that_the_called_contract_levered_is_its_holders():
    layer = fluid.LIQUIDITY
    opened = f"w > router 10 ETH; {layer} > router 100 U; router > px 100 U; px > router 19 ETH;"
    opened += f"router > {layer} 29 ETH; zero > router 1 Nft#7; router > {{}} 1 Nft#7"
    assert told(opened.format("w"), 29, 100, user="router") == {
        "borrow": [
            (-10, asset("ETH"), "plain"),
            (29, KEPT, "position"),
            (100, OWED, "debt"),
            (1, asset("Nft#7"), "title"),
        ]
    }
    assert told(opened.format("x"), 29, 100, user="router").keys() == {"send"}
    closed = f"router > {layer} 100 U; {layer} > router 29 C; router > w 7 U"
    held = {(WALLET, KEPT): 29, (WALLET, OWED): 100}
    assert told(closed, -29, -100, user="router", held=held) == {
        "repay": [(7, asset("U"), "plain"), (-29, KEPT, "position"), (-100, OWED, "debt")]
    }


def test_a_position_of_a_contract_with_shares_of_its_own_is_not_the_funds():
    logs = [moved_for("v"), log(3, "v", fluid.OPERATE, data=["X", 7, 10, 0, "X"])]
    moved = "zero > X 1 Nft#7@0; w > X 10 C@1; X > layer 10 C@2"
    one = activity(f"{moved}; zero > w 9 X@4", logs=logs, called="X")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["vault_deposit"]
    one = activity(moved, logs=logs, called="X")
    assert said(only(one, PROTOCOLS))[1:] == [(10, KEPT, "position")]
