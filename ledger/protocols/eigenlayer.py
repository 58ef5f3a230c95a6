"""EigenLayer: a view in; deposits into strategies, queued and completed withdrawals, rewards out.

Sources: Layr-Labs/eigenlayer-contracts, StrategyManager.sol, DelegationManager.sol, EigenPod.sol,
DelayedWithdrawalRouter.sol and RewardsCoordinator.sol in their versions since mainnet; its README,
deployments. Shares of a strategy are a position; those in the queue are one of their own, by the
root of the withdrawal, which completes it.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._stakes import Says, Table, staked
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "eigenlayer"
RANK: Final = 10

#: Deposit(address staker, address token, address strategy, uint256 shares), and since 2025 without
#: the token; nothing indexed.
DEPOSIT: Final = "0x7cfff908a4b583f36430b25d75964c458d8ede8a99bd61be750e97ee1b2f3a96"
DEPOSIT_SHORT: Final = "0x5548c837ab068cf56a2c2479df0882a4922fd203edb7517321831d95078c5f62"
#: WithdrawalQueued(bytes32 root, (address staker, address delegatedTo, address withdrawer, uint256
#: nonce, uint32 startBlock, address[] strategies, uint256[] shares) withdrawal), and since 2025
#: SlashingWithdrawalQueued(the same, uint256[] sharesToWithdraw); nothing indexed.
QUEUED: Final = "0x9009ab153e8014fbfb02f2217f5cde7aa7f9ad734ae85ca3ee3f4ca2fdd499f9"
SLASHING_QUEUED: Final = "0x26b2aae26516e8719ef50ea2f6831a2efbd4e37dccdf0f6936b27bc08e793e30"
#: WithdrawalCompleted(bytes32 root), SlashingWithdrawalCompleted(bytes32 root), nothing indexed;
#: of the first version WithdrawalCompleted(address depositor, uint96 nonce, address withdrawer,
#: bytes32 root), the addresses indexed.
COMPLETED: Final = "0xc97098c2f658800b4df29001527f7324bcdffcf6e8751a699ab920a1eced5b1d"
SLASHING_COMPLETED: Final = "0x1f40400889274ed07b24845e5054a87a0cab969eb1277aafe61ae352e7c32a00"
FIRST_COMPLETED: Final = "0xe7eb0ca11b83744ece3d78e9be01b913425fbae70c32ce27726d0ecde92ef8d2"
#: RestakedBeaconChainETHWithdrawn(address recipient, uint256 amount) of a pod, recipient indexed;
#: DelayedWithdrawalsClaimed(address recipient, uint256 amountClaimed, uint256 index).
POD_WITHDRAWN: Final = "0x8947fd2ce07ef9cc302c4e8f0461015615d91ce851564839e91cc804c2f49d8e"
DELAYED_CLAIMED: Final = "0x6b7151500bd0b5cc211bcc47b3029831b769004df4549e8e1c9a69da05bb0943"
#: RewardsClaimed(bytes32 root, address earner, address claimer, address recipient, address token,
#: uint256 claimedAmount); the first three addresses indexed.
REWARDS_CLAIMED: Final = "0x9543dbd55580842586a951f0386e24d68a5df99ae29e3b216588b45fd684ce31"

_READ: Final[Table] = {REWARDS_CLAIMED: (Says("reward", 4, 3, user=-3, amount=2, token=1),)}
#: The managers of strategies, which take deposits, and of delegations, which queue withdrawals and
#: complete them (README, deployments: Ethereum, Holesky, Sepolia). Neither holds anything, so that
#: nothing else tells their logs from a stranger's.
MANAGERS: Final = frozenset(
    {
        ("eip155:1", "0x858646372cc42e1a627fce94aa7a7033e7cf075a"),
        ("eip155:17000", "0xdfb5f6ce42aaa7830e94ecfccad411bef4d4d5b6"),
        ("eip155:11155111", "0x2e3d6c0744b10eb0a4e6f679f71554a39ec47a5d"),
    }
)
DELEGATIONS: Final = frozenset(
    {
        ("eip155:1", "0x39053d51b77dc0d36036fc1fcc8cb819df8ef37a"),
        ("eip155:17000", "0xa44151489861fe9e3055d95adc98fbd462b948e7"),
        ("eip155:11155111", "0xd4a7e1bd8015057293f0d0a557088c286942e84b"),
    }
)
#: Units of shares are shown like tokens of 18 decimals.
_DECIMALS: Final = 18

#: Shares go into the queue without anything moving.
WITHOUT_LEGS: Final = frozenset({QUEUED, SLASHING_QUEUED})

SIGNS: Final = frozenset(
    {
        *(DEPOSIT, QUEUED, SLASHING_QUEUED, COMPLETED, SLASHING_COMPLETED, FIRST_COMPLETED),
        *(POD_WITHDRAWN, DELAYED_CLAIMED, REWARDS_CLAIMED),
        *(manager for _, manager in MANAGERS | DELEGATIONS),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits, then the two steps of a withdrawal, what pods paid, and rewards."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    for topic, words in ((DEPOSIT, 4), (DEPOSIT_SHORT, 3)):
        for log in _logs_of(view, MANAGERS, topic, words):
            events += _deposited(view.without(events), log, words, units)
    for topic in (QUEUED, SLASHING_QUEUED):
        for log in _logs_of(view, DELEGATIONS, topic, 10):
            events += _queued(view, log, units)
    events += _completed(view.without(events), units)
    for topic, place in ((POD_WITHDRAWN, 0), (DELAYED_CLAIMED, 1)):
        for log in logs_with(view.activity, topic, 2 - place, place + 1):
            events += _paid_out(view.without(events), log, place)
    found = staked(view.without(events), _READ, NAME)
    events += found.events if found is not None else ()
    shares = {leg.asset for one in events for leg in one.legs if leg.role == "position"}
    facts = (Asset(asset, "shares", _DECIMALS, "position") for asset in sorted(shares))
    return Recognised(events, tuple(facts)) if events else None


def _logs_of(
    view: ActivityView, managers: frozenset[tuple[str, str]], topic: str, words: int
) -> list[Log]:
    """Logs of a topic that a manager of the network wrote."""
    found = logs_with(view.activity, topic, 1, words)
    return [log for log in found if (view.activity.network, log.address) in managers]


def _deposited(view: ActivityView, log: Log, words: int, units: Units) -> tuple[Event, ...]:
    """What went to a strategy, for shares of it."""
    network, staker = view.activity.network, word_address(log, 0)
    strategy, shares = word_address(log, words - 2), number_in(log, words - 1)
    paid = [leg for leg in view.legs if leg.counterparty == strategy and leg.quantity < 0][:1]
    if not paid or staker not in view.owned:
        return ()
    asset = position(network, NAME, strategy)
    made = units.move(wallet_id(network, staker), asset, shares)
    return (event(view, "stake", (*paid, *made), NAME),)


def _queued(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Shares that the books know, out of their strategies and into the queue."""
    network, root = view.activity.network, log.data[2:66]
    words = (len(log.data) - 2) // 64
    start = number_in(log, 1) // 32
    if not 0 < start < words - 7:
        return ()
    wallet = wallet_id(network, word_address(log, start))
    strategies = _array(log, start, 5, words)
    amounts = _array(log, start, 6, words)
    legs: tuple[Leg, ...] = ()
    for word, amount in zip(strategies, amounts, strict=False):
        asset = position(network, NAME, f"0x{word:040x}"[:42])
        known = min(units.of(wallet, asset) or 0, amount)
        if known:
            legs += units.move(wallet, asset, -known)
            legs += units.move(wallet, _waiting(network, root, f"0x{word:040x}"), known)
    return (event(view, "unstake", legs, NAME),) if legs else ()


def _array(log: Log, start: int, place: int, words: int) -> list[int]:
    """An array of a struct that starts at a word, as far as the data goes."""
    first = start + number_in(log, start + place) // 32
    if not start < first < words:
        return []
    end = min(first + 1 + number_in(log, first), words)
    return [number_in(log, word) for word in range(first + 1, end)]


def _waiting(network: str, root: str, strategy: str) -> AssetId:
    return position(network, NAME, f"{root}.{strategy}")


def _completed(view: ActivityView, units: Units) -> tuple[Event, ...]:
    """What strategies paid out, for the shares that waited under the root of the withdrawal.

    Shares that nobody knows are only taken for it where nothing left: then nothing was bought.
    """
    network = view.activity.network
    roots = [
        log.data[2 + 64 * place :][:64]
        for managers, topic, place in (
            (DELEGATIONS, COMPLETED, 0),
            (DELEGATIONS, SLASHING_COMPLETED, 0),
            (MANAGERS, FIRST_COMPLETED, 1),
        )
        for log in _logs_of(view, managers, topic, place + 1)
    ]
    if not roots or not view.acts:
        return ()
    bought = any(leg.quantity < 0 for leg in view.legs)
    events: tuple[Event, ...] = ()
    for leg in view.legs:
        if leg.quantity < 0 or leg.asset == native(network):
            continue
        waiting = (_waiting(network, root, leg.counterparty) for root in roots)
        held = next((asset for asset in waiting if units.of(leg.wallet, asset)), None)
        if held is not None:
            gone = units.move(leg.wallet, held, -(units.of(leg.wallet, held) or 0))
            events += (event(view, "unstake", (leg, *gone), NAME),)
        elif not bought:
            events += (event(view, "unstake", (leg,), NAME, "position:unknown"),)
    return events


def _paid_out(view: ActivityView, log: Log, place: int) -> tuple[Event, ...]:
    """Coin of validators that a pod or the router of its withdrawals paid to the fund."""
    recipient = word_address(log, 0) if place else address_in(log.topics, 1)
    came = [
        leg
        for leg in view.legs
        if leg.asset == native(view.activity.network)
        and leg.quantity == number_in(log, place)
        and leg.counterparty == log.address
    ][:1]
    if not came or recipient not in view.owned:
        return ()
    return (event(view, "unstake", came, NAME, "position:unknown"),)
