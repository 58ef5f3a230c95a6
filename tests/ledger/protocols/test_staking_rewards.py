"""Staking contracts that log like Synthetix's, and claims."""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import Asset
from ledger.protocols import staking_rewards as pool
from tests.ledger.moves import activity, asset, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

STAKED = log(5, "farm", pool.STAKED, "w", data=[100])
WITHDRAWN = log(5, "farm", pool.WITHDRAWN, "w", data=[100])
PAID = log(6, "farm", pool.REWARD_PAID, "w", data=[7])


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Staked(address,uint256)": pool.STAKED,
        "Withdrawn(address,uint256)": pool.WITHDRAWN,
        "RewardPaid(address,uint256)": pool.REWARD_PAID,
        "Claimed(uint256,address,uint256)": pool.CLAIMED_BY_INDEX,
        "Claimed(address,uint256)": pool.CLAIMED,
        "Claim(address,uint256)": pool.CLAIM,
        "Deposit(address,uint256)": pool.GAUGE_DEPOSIT,
        "Withdraw(address,uint256)": pool.GAUGE_WITHDRAW,
        "Deposit(address,uint256,uint256)": pool.CHEF_DEPOSIT,
        "Withdraw(address,uint256,uint256)": pool.CHEF_WITHDRAW,
        "RewardPaid(address,address,uint256)": pool.REWARD_PAID_IN,
        "Claimed(address,address,uint256)": pool.CLAIMED_TOKEN,
        "Claimed(address,uint256,uint256,address,uint256)": pool.CLAIMED_UPDATE,
        "Claimed(address,uint256,uint256,uint256)": pool.CLAIMED_EPOCH,
        "RewardClaimed(address,uint256)": pool.REWARD_CLAIMED,
        "RewardsClaimed(address,uint256)": pool.REWARDS_CLAIMED,
        "Harvest(address,uint256)": pool.HARVEST,
        "Deposit(address,uint256,uint256,address)": pool.CHEF_DEPOSIT_TO,
        "Withdraw(address,uint256,uint256,address)": pool.CHEF_WITHDRAW_TO,
        "Harvest(address,uint256,uint256)": pool.CHEF_HARVEST,
        "Deposit(address,uint256,uint256,int128,uint256)": pool.LOCK_DEPOSIT,
        "Deposit(address,uint256,uint256,uint256)": pool.POOL_DEPOSIT,
        "Deposit(address,uint256,uint256,uint256,uint256)": pool.POOL_DEPOSIT_FOR,
        "Staked(address,uint256,uint256,bytes)": pool.STAKED_TOTAL,
        "Unstaked(address,uint256,uint256,bytes)": pool.UNSTAKED_TOTAL,
        "Deposited(address,uint256)": pool.DEPOSITED,
        "Stake(address,uint256)": pool.STAKE,
        "Unstake(address,uint256)": pool.UNSTAKE,
        "Unstaked(address,uint256)": pool.UNSTAKED,
        "Locked(address,uint256)": pool.LOCKED,
        "Unlocked(address,uint256)": pool.UNLOCKED,
        "Claimed(uint256,uint256,uint256,uint256,address,address)": pool.CLAIMED_QUEST,
        "TokensClaimed(address,address,uint256,uint256)": pool.CLAIMED_FEES,
        "TokensClaimed(bytes16,address,uint256,uint256)": pool.CLAIMED_CAMPAIGN,
        "Deposit(address,address,uint256,uint32)": pool.BATCH_DEPOSIT,
        "Withdraw(address,address,uint256)": pool.BATCH_WITHDRAW,
        "ShareMinted(uint256,address,uint256,uint256)": pool.DELEGATED,
        "DelegatorClaimedRewards(uint256,address,uint256)": pool.DELEGATE_PAID,
        "DelegatorUnstaked(uint256,address,uint256)": pool.UNDELEGATED,
        "DelegatorUnstakeWithId(uint256,address,uint256,uint256)": pool.UNDELEGATED_BY_NUMBER,
        "BondDepositedETH(uint256,address,uint256)": pool.BONDED[0],
        "BondDepositedStETH(uint256,address,uint256)": pool.BONDED[1],
        "BondDepositedWstETH(uint256,address,uint256)": pool.BONDED[2],
        "BondClaimedStETH(uint256,address,uint256)": pool.BOND_CLAIMED[0],
        "BondClaimedWstETH(uint256,address,uint256)": pool.BOND_CLAIMED[1],
    }.items():
        assert hashes_to(signature, topic)


def name_of(project):
    return next(contract for contract, name in pool.KNOWN.items() if name == project)


def into_and_out(there, back, put, took):
    """Kind and protocol of a stake and of what came back of it, and what is kept at the end."""
    into = only(activity(there, logs=[put]), PROTOCOLS)
    held = after([into], {})
    out = only(activity(back, logs=[took]), PROTOCOLS, held=held)
    return [(one.kind, one.protocol) for one in (into, out)], [*after([out], held).values()]


@pytest.mark.parametrize("topic", [pool.UNDELEGATED, pool.UNDELEGATED_BY_NUMBER])
def test_what_is_delegated_to_a_validator_of_polygon_is_kept_until_it_is_unbonded(topic):
    bought = log(5, pool.STAKING_INFO, pool.DELEGATED, 8, "w", 100, data=[99])
    sold = log(5, pool.STAKING_INFO, topic, 8, "w", data=[100, 1])
    assert into_and_out("w > manager 100 POL", "manager > w 100 POL", bought, sold) == (
        [("stake", "polygon"), ("unstake", "polygon")],
        [0],
    )
    paid = log(5, pool.STAKING_INFO, pool.DELEGATE_PAID, 8, "w", 7)
    event = only(activity("manager > w 7 POL", logs=[paid]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "polygon")
    for user, emitter in (("x", pool.STAKING_INFO), ("w", "evil")):
        forged = log(5, emitter, pool.DELEGATED, 8, user, 100, data=[99])
        one = activity("w > manager 100 POL", logs=[forged])
        assert only(one, PROTOCOLS).kind == "send"


@pytest.mark.parametrize(("asset_", "place"), [("ETH", 0), ("stETH", 1), ("wstETH", 2)])
def test_a_bond_of_a_node_operator_is_kept_until_it_is_claimed(asset_, place):
    put = log(5, pool.BOND_ACCOUNTING, pool.BONDED[place], 4, data=["w", 100])
    took = log(5, pool.BOND_ACCOUNTING, pool.BOND_CLAIMED[place > 1], 4, data=["w", 100])
    there, back = f"w > module 100 {asset_}", f"{pool.BOND_ACCOUNTING} > w 100 {asset_}"
    kinds, kept = into_and_out(there, back, put, took)
    assert kinds == [("stake", "lido_csm"), ("unstake", "lido_csm")]
    assert kept == [0]


def test_a_token_is_deposited_for_the_exchange_by_batches_and_withdrawn():
    place = name_of("dxdao_mesa")
    put = log(5, place, pool.BATCH_DEPOSIT, "w", "A", data=[100, 3])
    took = log(5, place, pool.BATCH_WITHDRAW, "w", "A", data=[100])
    assert into_and_out(f"w > {place} 100 A", f"{place} > w 100 A", put, took) == (
        [("stake", "dxdao_mesa"), ("unstake", "dxdao_mesa")],
        [0],
    )
    other = log(5, place, pool.BATCH_DEPOSIT, "w", "B", data=[100, 3])
    assert only(activity(f"w > {place} 100 A", logs=[other]), PROTOCOLS).kind == "send"


def test_a_stake_without_a_token_in_return_is_a_stake():
    event = only(activity("w > farm 100 S", logs=[STAKED]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "staking_rewards")
    position = event.legs[-1]
    assert (position.role, position.quantity, position.claim) == ("position", 100, None)


def test_the_token_for_a_stake_belongs_to_it():
    for token in ("farm", "receipt"):
        one = activity(f"w > farm 100 S; zero > w 100 {token}", logs=[STAKED])
        assert len(only(one, PROTOCOLS).legs) == 2


def test_what_comes_back_is_unstaked_and_the_reward_is_income():
    one = activity("farm > w 100 S; farm > w 7 R", logs=[WITHDRAWN, PAID])
    unstake, reward = events_of(one, PROTOCOLS)
    assert (unstake.kind, reward.kind) == ("unstake", "reward")
    assert [leg.asset for leg in reward.legs] == [asset("R")]


def test_a_claim_from_a_distributor_is_an_airdrop():
    claimed = log(5, "drop", pool.CLAIMED_BY_INDEX, data=[3, "w", 50])
    assert only(activity("drop > w 50 T", logs=[claimed]), PROTOCOLS).kind == "airdrop"
    claimed = log(5, "drop", pool.CLAIMED, "w", data=[50])
    assert only(activity("drop > w 50 T", logs=[claimed]), PROTOCOLS).kind == "airdrop"


def test_coin_is_no_airdrop_and_another_size_is_no_reward():
    claimed = log(5, "queue", pool.CLAIMED, "w", data=[50])
    assert only(activity("queue > w 50 ETH", logs=[claimed]), PROTOCOLS).kind == "receive"
    assert only(activity("farm > w 8 R", logs=[PAID]), PROTOCOLS).kind == "receive"


def test_a_log_in_a_transaction_that_the_fund_did_not_send_makes_no_income():
    one = activity("farm > w 7 R", logs=[PAID], caller="x", called="farm")
    assert only(one, PROTOCOLS).kind == "receive"


def test_gauges_and_farms_keep_what_moved_to_them():
    for topic, indexed in ((pool.GAUGE_DEPOSIT, ["w"]), (pool.CHEF_DEPOSIT, ["w", 3])):
        one = activity("w > farm 100 S", logs=[log(5, "farm", topic, *indexed, data=[100])])
        assert only(one, PROTOCOLS).kind == "stake"
        one = activity("w > other 100 S", logs=[log(5, "farm", topic, *indexed, data=[100])])
        assert only(one, PROTOCOLS).kind == "send"
    for topic, indexed in ((pool.GAUGE_WITHDRAW, ["w"]), (pool.CHEF_WITHDRAW, ["w", 3])):
        one = activity("farm > w 100 S", logs=[log(5, "farm", topic, *indexed, data=[100])])
        assert only(one, PROTOCOLS).kind == "unstake"


def test_a_wrapped_coin_is_no_gauge():
    deposit = log(5, "WETH", pool.GAUGE_DEPOSIT, "w", data=[100])
    one = activity("w > WETH 100 ETH; zero > w 100 WETH", logs=[deposit])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("wrap", "weth")


def test_the_reward_is_in_the_token_that_the_log_names():
    for topic, indexed, data in (
        (pool.REWARD_PAID_IN, ["w", "R"], [7]),
        (pool.CLAIMED_TOKEN, ["w", "R"], [7]),
        (pool.CLAIMED_TOKEN, ["R", "w"], [7]),
        (pool.CLAIMED_UPDATE, ["R", "w", 3], [9, 7]),
    ):
        said = log(5, "farm", topic, *indexed, data=data)
        assert only(activity("farm > w 7 R", logs=[said]), PROTOCOLS).kind == "reward"
        assert only(activity("farm > w 7 X", logs=[said]), PROTOCOLS).kind == "receive"


def test_what_a_known_distributor_paid_is_a_reward_whoever_asked_for_it():
    merkl = "0x3ef3d8ba38ebe18db133cec108f4d14ce00dd9ae"
    for distributor, kind in ((merkl, "reward"), ("other", "receive")):
        claimed = log(5, distributor, pool.CLAIMED_TOKEN, "w", "R", data=[7])
        one = activity(f"{distributor} > w 7 R", logs=[claimed], caller="x", called="bot9")
        assert only(one, [pool]).kind == kind
    one = activity(f"{merkl} > w 7 R", logs=[log(5, merkl, pool.CLAIMED_TOKEN, "w", "R", data=[7])])
    assert only(one, PROTOCOLS).protocol == "merkl"


def test_a_lock_for_votes_keeps_its_units_and_the_topic_of_a_farm_gives_them_back():
    locked = log(5, "ve", pool.LOCK_DEPOSIT, "w", 99, data=[100, 1, 5])
    event = only(activity("w > ve 100 CRV", logs=[locked]), PROTOCOLS)
    assert [leg.quantity for leg in event.legs] == [-100, 100]
    gone = log(5, "ve", pool.CHEF_WITHDRAW, "w", data=[100, 5])
    assert only(activity("ve > w 100 CRV", logs=[gone]), PROTOCOLS).kind == "unstake"


def test_plain_words_count_for_tokens_of_the_contract_that_said_them():
    for topic, moves, kind in (
        (pool.STAKE, "w > farm 100 S", "stake"),
        (pool.DEPOSITED, "w > farm 100 S", "stake"),
        (pool.LOCKED, "w > farm 100 S", "stake"),
        (pool.UNSTAKED, "farm > w 100 S", "unstake"),
        (pool.UNLOCKED, "farm > w 100 S", "unstake"),
        (pool.REWARD_CLAIMED, "farm > w 100 S", "reward"),
        (pool.HARVEST, "farm > w 100 S", "reward"),
        (pool.REWARDS_CLAIMED, "other > w 100 S", "receive"),
        (pool.STAKE, "w > other 100 S", "send"),
        (pool.DEPOSITED, "w > farm 100 ETH", "send"),
    ):
        said = log(5, "farm", topic, "w", data=[100])
        assert only(activity(moves, logs=[said]), PROTOCOLS).kind == kind


def test_the_second_version_of_a_farm_and_eip_900():
    said = log(5, "farm", pool.CHEF_DEPOSIT_TO, "x", 3, "w", data=[100])
    assert only(activity("w > farm 100 S", logs=[said]), PROTOCOLS).kind == "stake"
    said = log(5, "farm", pool.CHEF_HARVEST, "w", 3, data=[7])
    assert only(activity("farm > w 7 R", logs=[said]), PROTOCOLS).kind == "reward"
    said = log(5, "farm", pool.STAKED_TOTAL, "w", data=[100, 900, 96, 0])
    assert only(activity("w > farm 100 S", logs=[said]), PROTOCOLS).kind == "stake"


def test_a_token_that_distributes_itself_is_an_airdrop():
    claimed = log(5, "T", pool.CLAIM, "w", data=[50])
    assert only(activity("T > w 50 T", logs=[claimed]), PROTOCOLS).kind == "airdrop"


def test_coin_that_was_wrapped_beside_a_payment_of_the_same_size_is_no_stake():
    deposit = log(5, "WETH", pool.GAUGE_DEPOSIT, "w", data=[100])
    one = activity("w > x 100 S; w > WETH 100 ETH; zero > w 100 WETH", logs=[deposit])
    assert {event.kind for event in events_of(one, PROTOCOLS)} == {"send", "wrap"}


def test_a_stake_that_pools_pass_on_stands_in_the_one_that_logged_last():
    logs = [log(4, "extra", pool.STAKED, "w", data=[100]), STAKED]
    event = only(activity("w > farm 100 S", logs=logs), PROTOCOLS)
    assert event.legs[-1].asset.endswith(asset("farm").rpartition(":")[2])


ROUND_TRIPS = [
    (pool.STAKED, ["w"], [100], pool.WITHDRAWN, ["w"], [100]),
    (pool.GAUGE_DEPOSIT, ["w"], [100], pool.GAUGE_WITHDRAW, ["w"], [100]),
    (pool.CHEF_DEPOSIT, ["w", 3], [100], pool.CHEF_WITHDRAW, ["w", 3], [100]),
    (pool.LOCK_DEPOSIT, ["w", 9], [100, 1, 2], pool.CHEF_WITHDRAW, ["w"], [100, 2]),
    (pool.STAKED_TOTAL, ["w"], [100, 100, 0], pool.UNSTAKED_TOTAL, ["w"], [100, 0, 0]),
]


@pytest.mark.parametrize("trip", ROUND_TRIPS)
def test_what_goes_in_one_way_comes_out_and_leaves_nothing(trip):
    staked, who, sizes, freed, whose, backs = trip
    into = only(
        activity("w > farm 100 S", logs=[log(1, "farm", staked, *who, data=sizes)], called="farm"),
        PROTOCOLS,
    )
    held = after([into], {})
    assert list(held.values()) == [100]
    one = activity(
        "farm > w 100 S", logs=[log(1, "farm", freed, *whose, data=backs)], called="farm"
    )
    back = only(one, PROTOCOLS, held=held)
    assert back.kind == "unstake"
    assert list(after([back], held).values()) == [0]
    assert only(one, PROTOCOLS).note in {"position:unknown", ""}


@pytest.mark.parametrize(
    ("topic", "amount", "text", "kinds"),
    [
        (pool.CHEF_DEPOSIT, 100, "w > farm 100 LP; farm > w 7 T", ["stake", "reward"]),
        (pool.CHEF_DEPOSIT, 0, "farm > w 7 T", ["reward"]),
        (pool.CHEF_DEPOSIT, 0, "zero > w 7 T; rewarder > w 2 U", ["reward"]),
        (pool.CHEF_WITHDRAW, 100, "farm > w 100 LP; farm > w 7 T", ["unstake", "reward"]),
    ],
)
def test_a_farm_pays_at_each_step_without_a_word(topic, amount, text, kinds):
    step = log(5, "farm", topic, "w", 3, data=[amount])
    events = events_of(activity(text, logs=[step], called="farm"), PROTOCOLS)
    assert [one.kind for one in events] == kinds


def test_a_stake_that_comes_back_less_a_fee_and_coin_are_no_reward():
    back = log(5, "farm", pool.CHEF_WITHDRAW, "w", 3, data=[100])
    for text in ("farm > w 99 LP", "farm > w 100 ETH", "farm > w 99 LP; farm > w 7 T"):
        one = activity(text, logs=[back], called="farm")
        assert "reward" not in {event.kind for event in events_of(one, PROTOCOLS)}
    one = activity("farm > w 7 T", logs=[back], caller="x", called="farm")
    assert only(one, PROTOCOLS).kind == "receive"
    put = log(5, "farm", pool.CHEF_DEPOSIT, "w", 3, data=[100])
    one = activity("w > farm 100 LP; zero > w 95 Receipt", logs=[put], called="farm")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["stake", "receive"]
    none = log(5, "farm", pool.CHEF_DEPOSIT, "w", 3, data=[0])
    one = activity("pool > w 7 T", logs=[none], called="router")
    assert only(one, PROTOCOLS).kind == "receive"


@pytest.mark.parametrize(
    ("topic", "amount", "text", "kinds"),
    [
        (pool.GAUGE_DEPOSIT, 50, "w > farm 50 S; farm > w 7 T", ["stake", "reward"]),
        (pool.GAUGE_DEPOSIT, 0, "farm > w 7 T", ["reward"]),
        (
            pool.GAUGE_WITHDRAW,
            100,
            "farm > w 100 S; farm > w 7 T; farm > w 1 U",
            ["unstake", "reward"],
        ),
        (pool.GAUGE_WITHDRAW, 0, "farm > w 7 S", ["reward"]),
        (pool.GAUGE_DEPOSIT, 50, "w > farm 50 S; farm > w 7 S", ["stake", "receive"]),
        (pool.GAUGE_DEPOSIT, 50, "w > farm 60 S; farm > w 7 T", ["swap"]),
        (pool.GAUGE_DEPOSIT, 0, "farm > w 7 ETH", ["receive"]),
        (pool.GAUGE_DEPOSIT, 0, "other > w 7 T", ["receive"]),
    ],
)
def test_a_pool_that_keeps_a_stake_pays_beside_it_without_a_word(topic, amount, text, kinds):
    first = activity(
        "w > farm 100 S", logs=[log(5, "farm", pool.GAUGE_DEPOSIT, "w", data=[100])], called="farm"
    )
    held = after(events_of(first, PROTOCOLS), {})
    step = activity(text, logs=[log(5, "farm", topic, "w", data=[amount])], called="farm")
    assert [one.kind for one in events_of(step, PROTOCOLS, held=held)] == kinds
    assert "reward" not in {one.kind for one in events_of(step, PROTOCOLS)}


def test_a_gauge_with_a_token_pays_beside_it():
    step = log(5, "gauge", pool.GAUGE_WITHDRAW, "w", data=[10])
    text = "gauge > w 10 LP; w > zero 10 gauge; gauge > w 3 LDO"
    events = events_of(activity(text, logs=[step], called="gauge"), PROTOCOLS)
    assert [one.kind for one in events] == ["unstake", "reward"]
    events = events_of(activity(text, logs=[step], called="router"), PROTOCOLS)
    assert [one.kind for one in events] == ["unstake", "receive"]


@pytest.mark.parametrize(
    ("topic", "data"), [(pool.POOL_DEPOSIT, [100, 90, 9]), (pool.POOL_DEPOSIT_FOR, [100, 90, 0, 9])]
)
def test_what_a_pool_puts_in_again_comes_back_as_a_reward(topic, data):
    put = log(5, "farm", topic, "w", data=data)
    event = only(activity("w > farm 100 S", logs=[put], called="farm"), PROTOCOLS)
    back = log(5, "farm", pool.CHEF_WITHDRAW, "w", data=[110, 90])
    one = activity("farm > w 110 S", logs=[back], called="farm")
    held = after([event], {})
    event = only(one, PROTOCOLS, held=held)
    assert [(leg.quantity, leg.role) for leg in event.legs] == [
        (100, "plain"),
        (10, "reward"),
        (-100, "position"),
    ]
    text = "w > farm 100 S; zero > w 90 farm"
    assert only(activity(text, logs=[put], called="farm"), PROTOCOLS).kind == "vault_deposit"


@pytest.mark.parametrize("topic", [pool.CLAIMED, pool.CLAIM, pool.REWARD_CLAIMED])
@pytest.mark.parametrize(
    ("amount", "token", "kind"),
    [(100, "S", "unstake"), (100, "T", None)],
)
def test_all_of_a_stake_that_comes_back_is_no_income_whatever_it_is_called(
    topic, amount, token, kind
):
    known = {asset("S"): Asset(asset("S"), "S", 18, "token")}
    put = log(5, "lock", pool.DEPOSITED, "w", data=[100])
    classified, facts = classify(
        activity("w > lock 100 S", logs=[put], called="lock"), wallets(), PROTOCOLS, known
    )
    held = after(classified.events, {})
    back = log(5, "lock", topic, "w", data=[amount])
    one = activity(f"lock > w {amount} {token}", logs=[back], called="lock")
    event = only(one, PROTOCOLS, assets={fact.id: fact for fact in facts}, held=held)
    income = "reward" if topic == pool.REWARD_CLAIMED else "airdrop"
    assert event.kind == (kind or income)
    assert after([event], held) == ({} if kind is None else dict.fromkeys(held, 0))
