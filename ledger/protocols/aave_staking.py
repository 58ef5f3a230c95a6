"""Aave's safety module and incentives: a view in; stakes, their end, rewards, migration out.

Sources: aave/stake-v2 and bgd-labs/stake-token, IStakedToken (both forms of the logs);
aave/incentives-controller, IAaveIncentivesController.sol; aave-v3-periphery,
IRewardsController.sol; aave/aave-token, LendToAaveMigrator.sol.

A stake is its own share token. That of GHO is one too.
"""

from collections.abc import Mapping
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20
from ledger.model.event import Event
from ledger.protocols._loans import moved
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    net,
    number_in,
    payments,
)

NAME: Final = "aave_staking"
RANK: Final = 10

#: Staked(address from, address onBehalfOf, uint256 amount), Redeem(address from, address to,
#: uint256 amount); the addresses indexed. Since the second version the shares are one word more.
STAKED: Final = "0x5dac0c1b1112564a045ba943c9d50270893e8e826c49be8e7073adc713ab7bd7"
REDEEM: Final = "0xd12200efa34901b99367694174c3b0d32c99585fdf37c7c26892136ddd0836d9"
STAKED_SHARES: Final = "0x6c86f3fd5118b3aa8bb4f389a617046de0a3d3d477de1a1673d227f802f616dc"
REDEEM_SHARES: Final = "0x3f693fff038bb8a046aa76d9516190ac7444f7d69cf952c4cbdc086fdef2d6fc"
#: RewardsClaimed(address from, address to, uint256 amount) of a stake and of the first incentives;
#: the addresses indexed.
CLAIMED: Final = "0x9310ccfcb8de723f578a9e4282ea9f521f05ae40dc08f3068dfad528a65ee3c7"
#: RewardsClaimed(address user, address to, address claimer, uint256 amount) of the incentives of
#: the second version; the addresses indexed.
CLAIMED_BY: Final = "0x5637d7f962248a7f05a7ab69eec6446e31f3d0a299d997f135a65c62806e7891"
#: RewardsClaimed(address user, address reward, address to, address claimer, uint256 amount) of the
#: third version's rewards; the first three indexed.
CLAIMED_OF: Final = "0xc052130bc4ef84580db505783484b067ea8b71b3bca78a7e12db7aea8658f004"
#: LendMigrated(address sender, uint256 amount); both indexed.
LEND_MIGRATED: Final = "0x5c5c7a8e729fa9bfdd1ecad2e8f7f3db1d29acf43c1e6036f34fd68621d15c81"

#: What a migrated token becomes: LEND and AAVE (aave/aave-token, deployments).
LEND: Final = "0x80fb784b7ed66730e8b1dbd9820afd29931aab03"
AAVE: Final = "0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9"

#: Stakes that carry another name: GHO (bgd-labs/aave-address-book, AaveSafetyModule).
STAKES: Final[Mapping[str, str]] = {"0x1a88df1cfe15af22b3c4c783d4e6f7f9e0c1885d": "gho"}

SIGNS: Final = frozenset(
    {
        *(STAKED, REDEEM, STAKED_SHARES, REDEEM_SHARES),
        *(CLAIMED, CLAIMED_BY, CLAIMED_OF, LEND_MIGRATED),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Stakes and what ends them, claims to an owned address, and LEND that became AAVE."""
    if not view.acts:
        return None
    events: tuple[Event, ...] = ()
    for signature, words in ((STAKED, 1), (STAKED_SHARES, 2), (REDEEM, 1), (REDEEM_SHARES, 2)):
        for log in logs_with(view.activity, signature, 3, words):
            events += _stake(view.without(events), log)
    for signature, topics, words in ((CLAIMED, 3, 1), (CLAIMED_BY, 4, 1), (CLAIMED_OF, 4, 2)):
        for log in logs_with(view.activity, signature, topics, words):
            events += _claim(view.without(events), log)
    for log in logs_with(view.activity, LEND_MIGRATED, 3, 0):
        events += _migrated(view.without(events), log)
    return Recognised(events) if events else None


def _name(address: str) -> str:
    return STAKES.get(address, NAME)


def _stake(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The staked token against the stake's own, each in the size that the log says."""
    put_in = log.topics[0] in {STAKED, STAKED_SHARES}
    sign, share = 1 if put_in else -1, erc20(view.activity.network, log.address)
    amount = number_in(log, 0)
    units = number_in(log, 1) if log.topics[0] in {STAKED_SHARES, REDEEM_SHARES} else amount
    shares = [leg for leg in view.legs if leg.asset == share and leg.quantity == sign * units][:1]
    paid = [leg for leg in moved(view, -sign * amount, {log.address}) if leg.asset != share]
    if not shares or not paid:
        return ()
    kind = "stake" if put_in else "unstake"
    return (event(view, kind, (*paid, *shares), _name(log.address)),)


def _claim(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was paid for a claim, straight to the wallet or by staking it for the wallet."""
    claimed_of = log.topics[0] == CLAIMED_OF
    amount = number_in(log, 1 if claimed_of else 0)
    reward = erc20(view.activity.network, address_in(log.topics, 2)) if claimed_of else None
    receiver = address_in(log.topics, 3 if claimed_of else 2)
    legs = [
        leg
        for leg in view.legs
        if leg.quantity == amount and reward in {None, leg.asset} and leg.wallet.endswith(receiver)
    ][:1]
    return (event(view, "reward", legs, _name(log.address)),) if legs else ()


def _migrated(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """LEND against a hundredth of it in AAVE."""
    network, amount = view.activity.network, int(log.topics[2], 16)
    old, new = erc20(network, LEND), erc20(network, AAVE)
    if address_in(log.topics, 1) not in view.owned:
        return ()
    came = net(leg for leg in view.legs if leg.asset == new)
    wanted: dict[AssetId, int] = {old: -amount, new: came.get(new, 0)}
    legs = payments(view, wanted)
    return (event(view, "migrate", legs, NAME),) if len(legs) > 1 else ()
