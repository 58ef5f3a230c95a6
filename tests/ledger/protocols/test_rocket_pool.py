"""Rocket Pool."""

from ledger.classify import after, classify
from ledger.protocols import rocket_pool as pool
from tests.ledger.moves import activity, asset, events_of, log, only, said, wallets
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
        "RewardsClaimed(address,uint256[],uint256[],uint256[])": pool.REWARDS_CLAIMED,
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
