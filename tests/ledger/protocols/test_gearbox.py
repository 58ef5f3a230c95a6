"""Gearbox: stakes of GEAR, pools through a zapper."""

from ledger.model.asset import position
from ledger.protocols import gearbox
from tests.ledger.moves import NETWORK, activity, address, asset, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

KEPT = position(NETWORK, "gearbox", address("st"))
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "DepositGear(address,uint256)": gearbox.STAKED,
        "ClaimGearWithdrawal(address,address,uint256)": gearbox.CLAIMED,
        "Deposit(address,address,uint256,uint256)": gearbox.DEPOSIT,
        "Withdraw(address,address,address,uint256,uint256)": gearbox.WITHDRAW,
        "Refer(address,uint256,uint256)": gearbox.REFER,
        "AddLiquidity(address,address,uint256,uint256)": gearbox.ADDED,
        "RemoveLiquidity(address,address,uint256)": gearbox.REMOVED,
    }.items():
        assert hashes_to(signature, topic)


def test_a_stake_and_its_end():
    one = activity("w > st 100 GEAR@1", logs=[log(2, "st", gearbox.STAKED, "w", data=[100])])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, said(event)[1]) == (
        *("stake", "gearbox"),
        (100, KEPT, "position"),
    )
    logs = [log(2, "st", gearbox.CLAIMED, "w", data=["w", 100])]
    event = only(activity("st > w 100 GEAR@1", logs=logs), PROTOCOLS, held={(WALLET, KEPT): 100})
    assert (event.kind, said(event)[1]) == ("unstake", (-100, KEPT, "position"))
    logs = [log(2, "st", gearbox.CLAIMED, "x", data=["w", 100])]
    assert only(activity("st > w 100 GEAR@1", logs=logs), PROTOCOLS).kind == "receive"


def test_a_zapper_deposits_coin_and_hands_on_a_token_of_the_farm():
    logs = [
        log(2, "pool", gearbox.DEPOSIT, "zap", "zap", data=[100, 97]),
        log(3, "pool", gearbox.REFER, "zap", 0, data=[100]),
    ]
    one = activity(
        "w > zap 100 ETH; zap > pool 100 ETH; zero > w 97 farm@4", logs=logs, called="zap"
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "gearbox")
    assert said(event) == [(-100, asset("ETH"), "plain"), (97, asset("farm"), "plain")]
    logs = [logs[0], log(3, "other", gearbox.REFER, "zap", 0, data=[100])]
    stranger = activity("w > zap 100 ETH; zero > w 97 farm@4", logs=logs, called="zap")
    assert only(stranger, PROTOCOLS).protocol != "gearbox"


def test_a_zapper_withdraws_from_a_pool_that_is_known():
    network, (pool, *_) = next(iter(gearbox.POOLS.items()))
    logs = [log(2, pool, gearbox.WITHDRAW, "zap", "zap", "zap", data=[103, 97])]
    text = "w > zap 97 farm@1; zap > w 103 ETH"
    one = activity(text, logs=logs, called="zap", network=network)
    event = only(one, PROTOCOLS, wallets(network=network))
    assert (event.kind, event.protocol) == ("vault_withdraw", "gearbox")


def test_pools_of_the_first_versions_give_a_token_beside_them():
    added = log(3, "pool", gearbox.ADDED, "w", "w", data=[100, 0])
    event = only(activity("w > pool 100 U@1; zero > w 90 dU@2", logs=[added]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "gearbox")
    assert said(event) == [(-100, asset("U"), "plain"), (90, asset("dU"), "plain")]
    removed = log(3, "pool", gearbox.REMOVED, "w", "w", data=[90])
    back = activity("w > zero 90 dU@1; pool > w 105 U@2", logs=[removed], called="pool")
    event = only(back, PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "gearbox")
    others = log(3, "pool", gearbox.ADDED, "x", "x", data=[100, 0])
    one = activity("w > pool 100 U@1; zero > w 90 dU@2", logs=[others])
    assert only(one, PROTOCOLS).protocol is None
    less = log(3, "pool", gearbox.REMOVED, "w", "w", data=[89])
    one = activity("w > zero 90 dU@1; pool > w 105 U@2", logs=[less], called="pool")
    assert only(one, PROTOCOLS).protocol is None


def test_what_a_gateway_unwraps_of_a_pool_of_the_first_versions_came_out_of_it():
    removed = log(3, "pool", gearbox.REMOVED, "gate", "gate", data=[90])
    text = "w > gate 90 dW@1; gate > zero 90 dW@2; pool > gate 95 WETH@3;"
    text += "WETH > gate 95 ETH; gate > w 95 ETH"
    event = only(activity(text, logs=[removed], called="gate"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "gearbox")
    assert said(event) == [(-90, asset("dW"), "plain"), (95, asset("ETH"), "plain")]
    added = log(3, "pool", gearbox.ADDED, "gate", "w", data=[100, 0])
    text = "w > gate 100 ETH; gate > WETH 100 ETH; gate > pool 100 WETH@1; zero > w 90 dW@2"
    event = only(activity(text, logs=[added], called="gate"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "gearbox")


def test_pools_of_several_assets_that_log_alike_are_not_cut():
    removed = log(4, "pool", gearbox.REMOVED, "w", "w", data=[90])
    text = "w > zero 90 LP@1; pool > w 50 A@2; pool > w 50 B@3"
    event = only(activity(text, logs=[removed], called="pool"), PROTOCOLS)
    assert (event.protocol, {leg.quantity for leg in event.legs}) == (None, {-90, 50})
    assert len(event.legs) == 3
    others = log(4, "pool", gearbox.REMOVED, "x", "x", data=[90])
    event = only(activity("w > zero 90 LP@1; pool > w 50 A@2", logs=[others]), PROTOCOLS)
    assert event.protocol is None
    added = log(4, "pool", gearbox.ADDED, "w", "w", data=[100, 0])
    text = "w > pool 100 U@1; zero > w 90 LP@2; zero > w 5 R@3"
    assert only(activity(text, logs=[added]), PROTOCOLS).protocol is None
