"""Rocket Pool."""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import position
from ledger.protocols import rocket_pool as pool
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


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "DepositReceived(address,uint256,uint256)": pool.DEPOSIT_RECEIVED,
        "TokensMinted(address,uint256,uint256,uint256)": pool.TOKENS_MINTED,
        "TokensBurned(address,uint256,uint256,uint256)": pool.TOKENS_BURNED,
        "RPLFixedSupplyBurn(address,uint256,uint256)": pool.RPL_MIGRATED,
        "RPLStaked(address,uint256,uint256)": pool.RPL_STAKED,
        "RPLStaked(address,address,uint256,uint256)": pool.RPL_STAKED_FOR,
        "RPLWithdrawn(address,uint256,uint256)": pool.RPL_WITHDRAWN,
        "MinipoolCreated(address,address,uint256)": pool.CREATED,
        "EtherWithdrawalProcessed(address,uint256,uint256,uint256,uint256)": pool.PROCESSED,
        "EtherWithdrawn(address,uint256,uint256)": pool.WITHDRAWN,
        "BondReduced(uint256,uint256,uint256)": pool.REDUCED,
        "RewardsClaimed(address,uint256[],uint256[],uint256[])": pool.REWARDS_CLAIMED,
        "RewardsClaimed(uint256,uint256)": pool.MEGAPOOL_CLAIMED,
        "MegapoolValidatorExited(uint32,uint256)": pool.MEGAPOOL_EXITED,
    }.items():
        assert hashes_to(signature, topic)


def test_coin_for_reth_is_a_stake_with_the_fee_that_the_pool_kept():
    logs = [
        log(4, "deposit", pool.DEPOSIT_RECEIVED, "w", data=[100, 9]),
        log(5, "rETH", pool.TOKENS_MINTED, "w", data=[90, 99, 9]),
    ]
    for beside in ("", "; w > x 5 USDC; w > y 7 ETH"):
        one = activity(f"w > deposit 100 ETH; zero > w 90 rETH{beside}", logs=logs)
        event = next(event for event in events_of(one, PROTOCOLS) if event.kind == "stake")
        assert (event.protocol, [leg.quantity for leg in event.legs]) == ("rocket_pool", [-100, 90])


def test_reth_for_coin_is_unstaked():
    burned = log(5, "rETH", pool.TOKENS_BURNED, "w", data=[90, 100, 9])
    event = only(activity("w > zero 90 rETH; rETH > w 100 ETH", logs=[burned]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("unstake", "rocket_pool")


def test_reth_for_somebody_else_claims_nothing():
    burned = log(5, "rETH", pool.TOKENS_BURNED, "x", data=[80, 88, 9])
    event = only(activity("w > x 90 rETH; x > w 99 ETH", logs=[burned]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("swap", None)


def test_a_bond_is_a_position_in_coin():
    bond = log(4, "node", pool.DEPOSIT_RECEIVED, "w", data=[100, 9])
    one = activity("w > node 100 ETH", logs=[bond])
    event = only(one, PROTOCOLS)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("stake", [-100, 100])
    _, facts = classify(one, wallets(), PROTOCOLS)
    assert [fact.underlying for fact in facts] == [asset("ETH")]


def test_rpl_is_migrated_one_for_one():
    burned = log(5, "RPL", pool.RPL_MIGRATED, "w", data=[100, 9])
    event = only(activity("w > RPL 100 old; RPL > w 100 RPL", logs=[burned]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("migrate", "rocket_pool")


def test_rpl_that_was_staked_is_known_to_the_contract_that_comes_after():
    staked = log(5, "first", pool.RPL_STAKED, "w", data=[100, 9])
    classified, _ = classify(
        activity("w > first 100 RPL; first > vault 100 RPL", logs=[staked]), wallets(), PROTOCOLS
    )
    held = after(classified.events, {})
    gone = log(5, "second", pool.RPL_WITHDRAWN, "w", data=[40, 9])
    event = only(activity("vault > w 40 RPL", logs=[gone], called="second"), PROTOCOLS, held=held)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [40, -40])
    staked = log(5, "third", pool.RPL_STAKED_FOR, "node", data=["w", 7, 9])
    assert (
        only(activity("w > third 7 RPL; third > vault 7 RPL", logs=[staked]), PROTOCOLS).kind
        == "stake"
    )


def test_rewards_of_nodes_are_the_sums_of_what_was_claimed():
    data = [96, 192, 288, 2, 1, 2, 2, 30, 12, 2, 4, 3]
    claimed = log(5, "distributor", pool.REWARDS_CLAIMED, "w", data=data)
    event = only(
        activity("v > w 42 RPL; v > w 7 ETH", logs=[claimed], called="distributor"), PROTOCOLS
    )
    assert event.kind == "reward"
    assert said(event) == [(42, asset("RPL"), "plain"), (7, asset("ETH"), "plain")]
    assert only(activity("v > w 41 RPL", logs=[claimed]), PROTOCOLS).kind == "receive"
    broken = log(5, "distributor", pool.REWARDS_CLAIMED, "w", data=[96, 1 << 99, 33, 0, 0, 0])
    assert only(activity("v > w 41 RPL", logs=[broken]), PROTOCOLS).kind == "receive"


ETHER = 10**18
WALLET = next(iter(wallets("w")))


def bond(of):
    return position(NETWORK, "rocket_pool", f"bond.{address(of)}")


def bonded(*minipools, ether=16):
    """A node that pays for minipools in one transaction."""
    logs = []
    for place, name in enumerate(minipools):
        logs += [
            log(4 * place, "node", pool.DEPOSIT_RECEIVED, "w", data=[ether * ETHER, 9]),
            log(4 * place + 1, "manager", pool.CREATED, name, "w", data=[9]),
        ]
    text = ";".join(f"w > node {ether * ETHER} ETH" for _ in minipools)
    return after(events_of(activity(text, logs=logs), PROTOCOLS), {})


def handed_out(amount, total=None, minipool="mini", to="w"):
    logs = [log(5, minipool, pool.WITHDRAWN, to, data=[amount, 9])]
    if total is not None:
        logs = [log(4, minipool, pool.PROCESSED, "w", data=[amount, 1, total, 9]), *logs]
    return activity(f"{minipool} > w {amount} ETH", logs=logs, called=minipool)


def test_each_minipool_has_a_bond_of_its_own():
    held = bonded("mini", "other")
    assert held == {(WALLET, bond("mini")): 16 * ETHER, (WALLET, bond("other")): 16 * ETHER}


@pytest.mark.parametrize(
    ("amount", "legs"),
    [
        (16 * ETHER, [("plain", 16 * ETHER), ("position", -16 * ETHER)]),
        (17 * ETHER, [("plain", 16 * ETHER), ("reward", ETHER), ("position", -16 * ETHER)]),
        (15 * ETHER, [("plain", 15 * ETHER), ("position", -15 * ETHER), ("penalty", -ETHER)]),
    ],
)
def test_a_minipool_whose_validator_left_closes_its_bond(amount, legs):
    held = bonded("mini", "other")
    event = only(handed_out(amount, 33 * ETHER), PROTOCOLS, held=held)
    assert (event.kind, [(role, units) for units, _, role in said(event)]) == ("unstake", legs)
    assert {**held, **after([event], held)} == {
        (WALLET, bond("mini")): 0,
        (WALLET, bond("other")): 16 * ETHER,
    }


def test_little_that_a_minipool_hands_out_is_earned():
    held = bonded("mini")
    event = only(handed_out(ETHER // 2, ETHER), PROTOCOLS, held=held)
    assert (event.kind, after([event], held)) == ("reward", {})


def test_a_minipool_that_was_dissolved_gives_its_bond_back_bit_by_bit():
    held = bonded("mini")
    first = only(handed_out(10 * ETHER), PROTOCOLS, held=held)
    left = after([first], held)
    assert left == {(WALLET, bond("mini")): 6 * ETHER}
    second = only(handed_out(6 * ETHER), PROTOCOLS, held=left)
    assert after([second], left) == {(WALLET, bond("mini")): 0}


def test_a_bond_that_is_reduced_is_credit_for_the_next():
    held = bonded("mini")
    data = [16 * ETHER, 8 * ETHER, 9]
    reduced = activity("", logs=[log(3, "mini", pool.REDUCED, data=data)], called="mini")
    event = only(reduced, PROTOCOLS, held=held)
    held = after([event], held)
    assert held == {(WALLET, bond("mini")): 8 * ETHER, (WALLET, bond("w")): 8 * ETHER}
    event = only(handed_out(8 * ETHER, 33 * ETHER, "second"), PROTOCOLS, held=held)
    held |= after([event], held)
    event = only(handed_out(8 * ETHER, 33 * ETHER), PROTOCOLS, held=held)
    assert not any({**held, **after([event], held)}.values())


def test_what_a_minipool_that_nobody_knows_hands_out_is_said():
    for total in (None, ETHER, 33 * ETHER):
        event = only(handed_out(16 * ETHER, total), PROTOCOLS)
        assert event.note == "position:unknown"
    assert only(handed_out(5, to="x"), PROTOCOLS, held=bonded("mini")).kind == "receive"
    data = [16 * ETHER, 8 * ETHER, 9]
    logs = [log(3, "mini", pool.REDUCED, data=data)]
    assert only(activity("", logs=logs, called="mini"), PROTOCOLS).kind == "gas_only"


def of_megapool(amount, *more, held=None, emitter="mega"):
    logs = [log(3, emitter, pool.MEGAPOOL_CLAIMED, data=[amount, 9]), *more]
    one = activity(f"mega > w {amount} ETH", logs=logs, called="mega")
    return only(one, PROTOCOLS, held=held or {})


def test_a_megapool_pays_earnings_and_with_who_left_the_bond():
    node = position(NETWORK, "rocket_pool", f"bond.{address('w')}")
    held = {(next(iter(wallets("w"))), node): 4}
    event = of_megapool(7, held=held)
    assert (event.kind, event.protocol, len(event.legs)) == ("reward", "rocket_pool", 1)
    left = log(4, "mega", pool.MEGAPOOL_EXITED, 2, data=[9])
    event = of_megapool(7, left, held=held)
    assert (event.kind, said(event)) == (
        "unstake",
        [(4, asset("ETH"), "plain"), (3, asset("ETH"), "reward"), (-4, node, "position")],
    )
    assert of_megapool(7, left).note == "position:unknown"
    # another one's validator left
    assert (
        of_megapool(7, log(4, "x", pool.MEGAPOOL_EXITED, 2, data=[9]), held=held).kind == "reward"
    )
    assert of_megapool(7, emitter="evil").protocol is None
