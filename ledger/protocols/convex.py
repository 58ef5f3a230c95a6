"""Convex and Aura: a view in; deposits, locks, rewards and conversions of locked tokens out.

Sources: convex-eth/platform, contracts Booster.sol, BaseRewardPool.sol, CvxLockerV2.sol and
CvxCrvStakingWrapper.sol, docs.convexfinance.com (contract addresses); aurafinance/aura-contracts,
Booster.sol, BaseRewardPool4626.sol and AuraLocker.sol, docs.aura.finance (deployments).

Their pools log like Synthetix's. What tells them apart is a booster that was asked, or the
protocol's own token that comes with every reward.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import contract_of
from ledger.model.event import Event
from ledger.protocols._stakes import Says, Table, staked
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    net,
)

NAME: Final = "convex"
RANK: Final = 10

#: Deposited(address user, uint256 poolid, uint256 amount), Withdrawn of the same shape, of a
#: booster; user and poolid indexed.
DEPOSITED: Final = "0x73a19dd210f1a7f902193214c0ee91dd35ee5b4d920cba8d519eca65a7b488ca"
WITHDRAWN: Final = "0x92ccf450a286a957af52509bc1c9939d1a6a481783e142e41e2499f0bb66ebc6"
#: Of a reward pool: Staked(address user, uint256 amount), Withdrawn(address user, uint256 amount),
#: RewardPaid(address user, uint256 reward), user indexed; of those on other networks RewardPaid(
#: address user, address rewardToken, address receiver, uint256 amount), the first two indexed.
POOL_STAKED: Final = "0x9e71bc8eea02a63969f509818f2dafb9254532904319f9dbda79b67bd34a5f3d"
POOL_WITHDRAWN: Final = "0x7084f5476618d8e60b11ef0d7d3f06914655adb8793e28ff7f018d4c76d505d5"
POOL_PAID: Final = "0xe2403640ba68fed3a2f88b7557551d1993f84b99bb10ff833f0cf8db0c5e0486"
POOL_PAID_TO: Final = "0xce405e67b4d6e56e438257e15f160ae28b450e6e7659bbc4c1f4e09a1ac846cb"
#: Of a locker: Staked(address user, uint256 epoch, uint256 paidAmount, uint256 lockedAmount,
#: uint256 boostedAmount) of Convex, the first two indexed; Staked(address user, uint256 paidAmount,
#: uint256 lockedAmount) of Aura; Withdrawn(address user, uint256 amount, bool relocked);
#: RewardPaid(address user, address rewardsToken, uint256 reward), the first two indexed.
CVX_LOCKED: Final = "0x9cfd25589d1eb8ad71e342a86a8524e83522e3936c0803048c08f6d9ad974f40"
AURA_LOCKED: Final = "0x1449c6dd7851abc30abf37f57715f492010519147cc2652fbc38202c18a6ee90"
UNLOCKED: Final = "0x2fd83d5e9f5d240bed47a97a24cf354e4047e25edc2da27b01fd95e5e8a0c9a5"
LOCK_PAID: Final = "0x540798df468d7b23d11f156fdb954cb19ad414d150722a7b6d55ba369dea792e"
#: Deposited(address user, address account, uint256 amount, bool wrapped) of staked cvxCRV, the
#: addresses indexed; its Withdrawn(address user, uint256 amount, bool unwrapped) is the locker's.
WRAPPED: Final = "0xb32af138549e2a71563d1f2b1f7f0a139b3cdbc83d877d13603de1c3c5fd487a"

#: Stakes and withdrawals of a pool stand before those of the booster, which logs them as well.
READ: Final[Table] = {
    POOL_STAKED: (Says("stake", 2, 1),),
    DEPOSITED: (Says("stake", 3, 1, pool=-2),),
    CVX_LOCKED: (Says("stake", 3, 3),),
    AURA_LOCKED: (Says("stake", 2, 2),),
    WRAPPED: (Says("stake", 3, 2, user=-2),),
    POOL_WITHDRAWN: (Says("unstake", 2, 1),),
    WITHDRAWN: (Says("unstake", 3, 1, pool=-2),),
    UNLOCKED: (Says("unstake", 2, 2),),
    POOL_PAID: (Says("reward", 2, 1),),
    POOL_PAID_TO: (Says("reward", 3, 2, amount=1, token=-2),),
    LOCK_PAID: (Says("reward", 3, 1, token=-2),),
}

#: What is done for an account without being asked.
_UNASKED: Final[Table] = {topic: READ[topic] for topic in (POOL_PAID, POOL_PAID_TO, LOCK_PAID)}

#: Contract → protocol: boosters, lockers and pools for tokens of their own, on all networks alike.
KNOWN: Final = {
    "0xf403c135812408bfbe8713b5a23a04b3d48aae31": "convex",  # booster
    "0x3fe65692bfcd0e6cf84cb1e7d24108e434a7587e": "convex",  # rewards for cvxCRV
    "0xcf50b810e57ac33b91dcf525c6ddd9881b139332": "convex",  # rewards for CVX
    "0xd18140b4b819b895a3dba5442f959fa44994af50": "convex",  # vlCVX, first version
    "0x72a19342e8f1838460ebfccef09f6585e32db86e": "convex",  # vlCVX
    "0xaa0c3f5f7dfd688c6e646f66cd2a6b66acdbe434": "convex",  # stkCvxCrv
    "0x7818a1da7bd1e64c199029e86ba244a9798eee10": "aura",  # booster, first version
    "0xa57b8d98dae62b26ec3bcc4a365338157060b234": "aura",  # booster
    "0x98ef32edd24e2c92525e59afc4475c1242a30184": "aura",  # booster beside Ethereum
    "0x3fa73f1e5d8a792c80f426fc8f84fbf7ce9bbcac": "aura",  # vlAURA
    "0x00a7ba8ae7bca0b10a32ea1f8e2a1da980c6cad2": "aura",  # rewards for auraBAL
}
#: Tokens that come with rewards.
PAID: Final = {
    "0x4e3fbd56cd56c3e72c1403e103b45db9da5b9d2b": "convex",  # CVX
    "0xc0c293ce456ff0ed870add98a0828dd4d2903dbf": "aura",  # AURA
    "0x1509706a6c66ca549ff0cb464de88231ddbe213b": "aura",  # AURA beside Ethereum
}
#: Tokens that stand for what was locked for ever: cvxCRV, cvxFXS, auraBAL.
CONVERTED: Final = {
    "0x62b9c7356a2dc64a1969e19c23e4f579f9810aa7": "convex",
    "0xfeef77d3f69374f66429c91d732a244f074bdf74": "convex",
    "0x616e8bfa43f920657b3497dbf40d6b1a02d4608d": "aura",
}

SIGNS: Final = frozenset({*KNOWN, *PAID, *CONVERTED})


def recognise(view: ActivityView) -> Recognised | None:
    """What pools, boosters and lockers said of the fund; what was locked for ever for a token.

    Anybody may have a pool pay what an account earned: then a known contract or a pool that keeps a
    stake of the fund's has to say so.
    """
    asked = _asked(view)

    def named(log: Log) -> str | None:
        return KNOWN.get(log.address, asked)

    found = staked(view, READ if view.acts else _UNASKED, named, KNOWN)
    events = found.events if found is not None else ()
    events = _with_own_token(view, events)
    events += _converted(view.without(events)) if view.acts else ()
    return Recognised(events, found.assets if found is not None else ()) if events else None


def _asked(view: ActivityView) -> str | None:
    """The protocol of a booster that logged here, or of the token that came."""
    for log in view.activity.logs:
        if log.topics[:1] and log.topics[0] in {DEPOSITED, WITHDRAWN} and log.address in KNOWN:
            return KNOWN[log.address]
    came = (contract_of(leg.asset) or "" for leg in view.legs if leg.quantity > 0)
    return next((PAID[contract] for contract in came if contract in PAID), None)


def _with_own_token(view: ActivityView, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events with what came of the protocol's own token beside a reward: it has no log."""
    paid = next((one.protocol for one in events if one.kind == "reward"), None)
    if paid is None:
        return events
    rest = [leg for leg in view.without(events).legs if PAID.get(contract_of(leg.asset) or "")]
    if not rest or any(leg.quantity < 0 for leg in rest):
        return events
    return (*events, event(view, "reward", rest, paid))


def _converted(view: ActivityView) -> tuple[Event, ...]:
    """One asset that left, for a token that was made and stands for it as locked."""
    sums = net(leg for leg in view.legs if not is_non_fungible(leg.asset))
    went = [asset for asset, total in sums.items() if total < 0]
    for leg in view.legs:
        name = CONVERTED.get(contract_of(leg.asset) or "")
        made = leg.quantity > 0 and leg.counterparty == ZERO_ADDRESS
        if name is not None and made and len(went) == 1:
            legs = [one for one in view.legs if one.asset in {went[0], leg.asset}]
            return (event(view, "stake", legs, name),)
    return ()
