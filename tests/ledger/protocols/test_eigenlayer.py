"""EigenLayer."""

from ledger.classify import after, classify
from ledger.protocols import eigenlayer as eigen
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

MANAGER = "0x858646372cc42e1a627fce94aa7a7033e7cf075a"
DELEGATION = "0x39053d51b77dc0d36036fc1fcc8cb819df8ef37a"
STRUCT = "(address,address,address,uint256,uint32,address[],uint256[])"


def test_topics_are_the_hashes_of_their_signatures():
    rewards = "RewardsClaimed(bytes32,address,address,address,address,uint256)"
    for signature, topic in {
        "Deposit(address,address,address,uint256)": eigen.DEPOSIT,
        "Deposit(address,address,uint256)": eigen.DEPOSIT_SHORT,
        f"WithdrawalQueued(bytes32,{STRUCT})": eigen.QUEUED,
        f"SlashingWithdrawalQueued(bytes32,{STRUCT},uint256[])": eigen.SLASHING_QUEUED,
        "WithdrawalCompleted(bytes32)": eigen.COMPLETED,
        "SlashingWithdrawalCompleted(bytes32)": eigen.SLASHING_COMPLETED,
        "WithdrawalCompleted(address,uint96,address,bytes32)": eigen.FIRST_COMPLETED,
        "RestakedBeaconChainETHWithdrawn(address,uint256)": eigen.POD_WITHDRAWN,
        "DelayedWithdrawalsClaimed(address,uint256,uint256)": eigen.DELAYED_CLAIMED,
        rewards: eigen.REWARDS_CLAIMED,
    }.items():
        assert hashes_to(signature, topic)


def deposited():
    logs = [log(5, MANAGER, eigen.DEPOSIT, data=["w", "stETH", "strategy", 90])]
    return activity("w > strategy 100 stETH", logs=logs)


def queued(topic=eigen.SLASHING_QUEUED, shares=60, manager=DELEGATION, beside=()):
    struct = ["w", "operator", "w", 3, 77, 224, 288, 1, "strategy", 1, shares]
    said = log(5, manager, topic, data=[4711, 96, 0, *struct])
    return activity("", logs=[*beside, said])


def test_a_deposit_is_a_position_in_shares_of_its_strategy():
    event = only(deposited(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "eigenlayer")
    assert [leg.quantity for leg in event.legs] == [-100, 90]
    short = log(5, MANAGER, eigen.DEPOSIT_SHORT, data=["w", "strategy", 90])
    assert only(activity("w > strategy 100 stETH", logs=[short]), PROTOCOLS).kind == "stake"


def test_shares_wait_in_the_queue_under_the_root_of_their_withdrawal():
    events, _ = classify(deposited(), wallets(), PROTOCOLS)
    held = after(events.events, {})
    for topic in (eigen.QUEUED, eigen.SLASHING_QUEUED):
        step, _ = classify(queued(topic), wallets(), PROTOCOLS, held=held)
        (event,) = step.events
        assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [-60, 60])
    done = log(5, DELEGATION, eigen.SLASHING_COMPLETED, data=[4711])
    paid = activity("strategy > w 66 stETH", logs=[done])
    event = only(paid, PROTOCOLS, held={**held, **after(step.events, held)})
    assert (event.kind, [leg.quantity for leg in event.legs], event.note) == (
        "unstake",
        [66, -60],
        "",
    )


def test_shares_that_nobody_knows_make_no_event_and_their_payment_says_so():
    classified, _ = classify(queued(), wallets(), PROTOCOLS)
    assert [event.kind for event in classified.events] == ["gas_only"]
    for manager, topic, data in (
        (DELEGATION, eigen.COMPLETED, [4711]),
        (MANAGER, eigen.FIRST_COMPLETED, [3, 4711]),
    ):
        done = log(5, manager, topic, data=data)
        event = only(activity("strategy > w 66 stETH", logs=[done]), PROTOCOLS)
        assert (event.kind, event.note) == ("unstake", "position:unknown")


def test_only_the_managers_of_the_network_queue_and_complete():
    events, _ = classify(deposited(), wallets(), PROTOCOLS)
    held = after(events.events, {})
    # the other manager's word is no word for a stranger's log beside it
    spoken = log(2, MANAGER, "0x" + "77" * 32, "w")
    holesky = "0xa44151489861fe9e3055d95adc98fbd462b948e7"
    for manager in ("stranger", MANAGER, holesky):
        for topic in (eigen.QUEUED, eigen.SLASHING_QUEUED):
            one = queued(topic, manager=manager, beside=[spoken])
            step, _ = classify(one, wallets(), PROTOCOLS, held=held)
            assert [event.kind for event in step.events] == ["gas_only"]
    for manager, topic, data in (
        ("stranger", eigen.COMPLETED, [4711]),
        (MANAGER, eigen.SLASHING_COMPLETED, [4711]),
        (DELEGATION, eigen.FIRST_COMPLETED, [3, 4711]),
    ):
        done = log(5, manager, topic, data=data)
        paid = activity("strategy > w 66 stETH", logs=[done])
        assert only(paid, PROTOCOLS, held=held).kind == "receive"


def test_only_the_manager_of_strategies_takes_deposits():
    for topic, data in (
        (eigen.DEPOSIT, ["w", "stETH", "strategy", 90]),
        (eigen.DEPOSIT_SHORT, ["w", "strategy", 90]),
    ):
        said = log(5, "stranger", topic, data=data)
        assert only(activity("w > strategy 100 stETH", logs=[said]), PROTOCOLS).kind == "send"


def test_what_was_bought_beside_a_withdrawal_is_no_part_of_it():
    done = log(5, DELEGATION, eigen.COMPLETED, data=[4711])
    one = activity("w > pool 5 USDC; pool > w 66 X", logs=[done])
    assert only(one, PROTOCOLS).kind == "swap"


def test_a_struct_that_points_nowhere_is_left_alone():
    broken = log(5, DELEGATION, eigen.QUEUED, data=[4711, 1 << 99, *([0] * 9)])
    classified, _ = classify(activity("", logs=[broken]), wallets(), PROTOCOLS)
    assert [event.kind for event in classified.events] == ["gas_only"]


def test_coin_of_validators_comes_from_pods_and_their_router():
    for said in (
        log(5, "pod", eigen.POD_WITHDRAWN, "w", data=[32]),
        log(5, "pod", eigen.DELAYED_CLAIMED, data=["w", 32, 1]),
    ):
        event = only(activity("pod > w 32 ETH", logs=[said]), PROTOCOLS)
        assert (event.kind, event.protocol) == ("unstake", "eigenlayer")
        assert only(activity("pod > w 31 ETH", logs=[said]), PROTOCOLS).kind == "receive"


def test_rewards_are_in_the_token_that_the_log_names():
    claimed = log(5, "c", eigen.REWARDS_CLAIMED, "e", "w", "w", data=[1, "EIGEN", 7])
    event = only(activity("c > w 7 EIGEN", logs=[claimed]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("reward", "eigenlayer")
