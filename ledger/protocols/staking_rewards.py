"""Contracts that keep a token and pay rewards: a view in; stakes, withdrawals and rewards out.

Source: Synthetix, contracts/interfaces/IStakingRewards.sol and StakingRewards.sol, whose logs most
gauges and reward pools have copied; uniswap/merkle-distributor, IMerkleDistributor.sol, for claims.

A stake for which no token came is a position of its own, counted in units of what was staked.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of, known_without_asking, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    split,
    word_address,
)

NAME: Final = "staking_rewards"
RANK: Final = 10

#: Staked(address user, uint256 amount), Withdrawn(address user, uint256 amount) and
#: RewardPaid(address user, uint256 reward); user indexed.
STAKED: Final = "0x9e71bc8eea02a63969f509818f2dafb9254532904319f9dbda79b67bd34a5f3d"
WITHDRAWN: Final = "0x7084f5476618d8e60b11ef0d7d3f06914655adb8793e28ff7f018d4c76d505d5"
REWARD_PAID: Final = "0xe2403640ba68fed3a2f88b7557551d1993f84b99bb10ff833f0cf8db0c5e0486"
#: Claimed(uint256 index, address account, uint256 amount) of a distributor, nothing indexed; and
#: Claimed(address account, uint256 amount), Claim(address account, uint256 amount), account
#: indexed, of those that came after it.
CLAIMED_BY_INDEX: Final = "0x4ec90e965519d92681267467f775ada5bd214aa92c0dc93d90a5e880ce9ed026"
CLAIMED: Final = "0xd8138f8a3f377c5259ca548e70e4c2de94f129f5a11036a15b69513cba2b426a"
CLAIM: Final = "0x47cee97cb7acd717b3c0aa1435d004cd5b3c8c57d70dbceb4e4458bbd60e39d4"
#: Deposit(address provider, uint256 value), Withdraw(address provider, uint256 value) of Curve's
#: gauges (curve-dao-contracts, LiquidityGauge.vy), provider indexed; and of SushiSwap's MasterChef
#: Deposit(address user, uint256 pid, uint256 amount), Withdraw of the same shape, the first two
#: indexed.
GAUGE_DEPOSIT: Final = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
GAUGE_WITHDRAW: Final = "0x884edad9ce6fa2440d8a54cc123490eb96d2768479d49ff9c7366125a9424364"
CHEF_DEPOSIT: Final = "0x90890809c654f11d6e72a28fa60149770a0d11ec6c92319d6ceb2bb0a4ea1a15"
CHEF_WITHDRAW: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"

#: topic → kind of event and the sign of the leg
READ: Final = {
    STAKED: ("stake", -1),
    WITHDRAWN: ("unstake", 1),
    REWARD_PAID: ("reward", 1),
    CLAIMED: ("airdrop", 1),
    CLAIM: ("airdrop", 1),
    GAUGE_DEPOSIT: ("stake", -1),
    GAUGE_WITHDRAW: ("unstake", 1),
    CHEF_DEPOSIT: ("stake", -1),
    CHEF_WITHDRAW: ("unstake", 1),
}

_POSITIONS: Final = frozenset({"stake", "unstake"})
#: Logs whose names others use too: they count for a token that moved to or from the contract.
_COMMON: Final = frozenset(
    {
        *(CLAIMED_BY_INDEX, CLAIMED, CLAIM),
        *(GAUGE_DEPOSIT, GAUGE_WITHDRAW, CHEF_DEPOSIT, CHEF_WITHDRAW),
    }
)

SIGNS: Final = frozenset({*READ, CLAIMED_BY_INDEX})


def recognise(view: ActivityView) -> Recognised | None:
    """Legs of just the size that the contract logged for an owned user, where the fund acted.

    A share token that came for a stake belongs to it. Coin is never taken for a claimed token: it
    is as often a stake that comes back.
    """
    if not view.acts:
        return None
    events: tuple[Event, ...] = ()
    units = Units(view)
    for topic, (kind, sign) in READ.items():
        for log in logs_with(view.activity, topic, 2, 1):
            if address_in(log.topics, 1) in view.owned:
                size = sign * number_in(log, 0)
                events += _named(view.without(events), log, kind, size, units)
    for log in logs_with(view.activity, CLAIMED_BY_INDEX, 1, 3):
        if word_address(log, 1) in view.owned:
            size = number_in(log, 2)
            events += _named(view.without(events), log, "airdrop", size, units)
    return Recognised(events, _facts(view, events)) if events else None


def _named(view: ActivityView, log: Log, kind: str, size: int, units: Units) -> tuple[Event, ...]:
    """The event of one leg of this signed size, with the share token or position for it."""
    coin = native(view.activity.network)
    found = [
        leg
        for leg in view.legs
        if leg.quantity == size
        and contract_of(leg.asset) != log.address
        and (
            log.topics[0] not in _COMMON or (leg.asset != coin and leg.counterparty == log.address)
        )
    ][:1]
    if not found:
        return ()
    shares = [leg for leg in view.legs if kind in _POSITIONS and _is_share(leg, log, size)][:1]
    if kind in _POSITIONS and not shares:
        return (_without_share(view, log, found[0], units),)
    return (event(view, kind, (*found, *shares), NAME),)


def _without_share(view: ActivityView, log: Log, leg: Leg, units: Units) -> Event:
    """A stake that the contract alone remembers; what comes back beyond it is a reward."""
    asset = _position(view, log)
    wallet = wallet_id(view.activity.network, address_in(log.topics, 1))
    if leg.quantity < 0:
        made = units.move(wallet, asset, -leg.quantity)
        return event(view, "stake", (leg, *made), NAME)
    staked = units.of(wallet, asset)
    if not staked:
        return event(view, "unstake", (leg,), NAME, "position:unknown")
    back = min(leg.quantity, staked)
    parts = split(leg, leg.quantity - back, "reward")
    return event(view, "unstake", (*parts, *units.move(wallet, asset, -back)), NAME)


def _position(view: ActivityView, log: Log) -> AssetId:
    """What a contract keeps, of one of its pools where it has several."""
    pool = f".{int(log.topics[2], 16)}" if log.topics[0] in {CHEF_DEPOSIT, CHEF_WITHDRAW} else ""
    return position(view.activity.network, NAME, f"{log.address}{pool}")


def _facts(view: ActivityView, events: tuple[Event, ...]) -> tuple[Asset, ...]:
    """The positions follow what was staked."""
    facts: dict[AssetId, Asset] = {}
    for one in events:
        kept = [leg.asset for leg in one.legs if leg.role == "position"]
        if one.kind == "stake" and kept:
            staked = next(leg.asset for leg in one.legs if leg.role == "plain")
            known = view.assets.get(staked) or known_without_asking(staked)
            if known is not None:
                facts[kept[0]] = Asset(
                    kept[0], known.symbol, known.decimals, "position", underlying=staked
                )
    return tuple(facts.values())


def _is_share(leg: Leg, log: Log, size: int) -> bool:
    """Whether a leg is the receipt for a stake: the contract's own token, or as many units made."""
    if (leg.quantity > 0) == (size > 0):
        return False
    made = leg.counterparty == ZERO_ADDRESS and leg.quantity == -size
    return made or contract_of(leg.asset) == log.address
