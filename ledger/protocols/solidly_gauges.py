"""Gauges and votes of Solidly's kind (Velodrome, Aerodrome): a view in; stakes, locks, rewards out.

Sources: velodrome-finance/contracts, IGauge.sol, IReward.sol and VotingEscrow.sol, and v1 of them;
velodrome-finance/slipstream, ICLGauge.sol, which stakes the token of a position.

What a gauge or the escrow keeps is a position, counted in units of what was handed in. A position
whose token is in a gauge stays the fund's.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._forks import SOLIDLY_NAMES
from ledger.protocols._locks import follows, locked, unlocked
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
)

NAME: Final = "solidly_gauges"
#: After those who know their own contracts by address: escrows of others log the same.
RANK: Final = 12

#: Deposit(address from, address to, uint256 amount), from and to indexed, and Withdraw(address
#: from, uint256 amount), from indexed, of a gauge of v2.
STAKED: Final = "0x5548c837ab068cf56a2c2479df0882a4922fd203edb7517321831d95078c5f62"
UNSTAKED: Final = "0x884edad9ce6fa2440d8a54cc123490eb96d2768479d49ff9c7366125a9424364"
#: Deposit(address from, uint256 tokenId, uint256 amount), Withdraw of the same shape, from indexed,
#: of a gauge of v1.
STAKED_V1: Final = "0x90890809c654f11d6e72a28fa60149770a0d11ec6c92319d6ceb2bb0a4ea1a15"
UNSTAKED_V1: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
#: Deposit(address user, uint256 tokenId, uint128 liquidityToStake), Withdraw of the same shape, all
#: indexed, of a gauge of Slipstream.
TOKEN_STAKED: Final = "0x1c8ab8c7f45390d58f58f1d655213a82cca5d12179761a87c16f098813b8f211"
TOKEN_UNSTAKED: Final = "0x8903a5b5d08a841e7f68438387f1da20c84dea756379ed37e633ff3854b99b84"
#: ClaimRewards(address from, uint256 amount), from indexed, of a gauge of v2, and
#: ClaimRewards(address from, address reward, uint256 amount), the addresses indexed, of gauges of
#: v1 and of what is paid for votes.
CLAIMED: Final = "0x1f89f96333d3133000ee447473151fa9606543368f02271c9d95ae14f13bcc67"
CLAIMED_TOKEN: Final = "0x9aa05b3d70a9e3e2f004f039648839560576334fb45c81f91b6db03ad9e2efc9"
#: Deposit(address provider, uint256 tokenId, uint8 depositType, uint256 value, uint256 locktime,
#: uint256 ts), the first three indexed, of the escrow; of v1's Deposit(address provider, uint256
#: tokenId, uint256 value, uint256 locktime, uint8 depositType, uint256 ts) provider and locktime
#: are. Withdraw(address provider, uint256 tokenId, uint256 value, uint256 ts), provider and, but in
#: v1, tokenId indexed.
LOCKED: Final = "0x8835c22a0c751188de86681e15904223c054bedd5c68ec8858945b7831290273"
LOCKED_V1: Final = "0xff04ccafc360e16b67d682d17bd9503c4c6b9a131f6be6325762dc9ffc7de624"
UNLOCKED: Final = "0x02f25270a4d87bea75db541cdfe559334a275b4a233520ed6c0a2429667cca94"

SIGNS: Final = frozenset(
    {
        *(STAKED, UNSTAKED, STAKED_V1, UNSTAKED_V1, TOKEN_STAKED, TOKEN_UNSTAKED),
        *(CLAIMED, CLAIMED_TOKEN, LOCKED, LOCKED_V1, UNLOCKED),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Each log of an owned user with the leg of just its size."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    for log in logs_with(view.activity, LOCKED, 4, 3):
        found = _into_escrow(view.without(events), log, int(log.topics[2], 16), 0, units)
        events, facts = events + found[0], facts + found[1]
    for log in logs_with(view.activity, LOCKED_V1, 3, 4):
        found = _into_escrow(view.without(events), log, number_in(log, 0), 1, units)
        events, facts = events + found[0], facts + found[1]
    for log in logs_with(view.activity, UNLOCKED, 2, 2):
        events += _out_of_escrow(view.without(events), log, units)
    for topic, topics, words in ((STAKED, 3, 1), (STAKED_V1, 2, 2)):
        for log in logs_with(view.activity, topic, topics, words):
            found = _into_gauge(view.without(events), log, units)
            events, facts = events + found[0], facts + found[1]
    for topic, words in ((UNSTAKED, 1), (UNSTAKED_V1, 2)):
        for log in logs_with(view.activity, topic, 2, words):
            events += _out_of_gauge(view.without(events), log, units)
    for topic in (TOKEN_STAKED, TOKEN_UNSTAKED):
        for log in logs_with(view.activity, topic, 4, 0):
            events += _token(view.without(events), log, units)
    for topic, topics in ((CLAIMED, 2), (CLAIMED_TOKEN, 3)):
        for log in logs_with(view.activity, topic, topics, 1):
            events += _claimed(view.without(events), log)
    return Recognised(events, facts) if events else None


def _name(view: ActivityView) -> str:
    return SOLIDLY_NAMES.get(view.activity.network, "solidly")


def _exact(view: ActivityView, log: Log, size: int) -> list[Leg]:
    """The leg of a size between the fund and the contract."""
    return [
        leg
        for leg in view.legs
        if leg.quantity == size
        and leg.counterparty == log.address
        and not is_non_fungible(leg.asset)
    ][:1]


def _titles(view: ActivityView, contract: str, number: int) -> list[Leg]:
    title = non_fungible(view.activity.network, "erc721", contract, number)
    return [with_role(leg, "title") for leg in view.legs if leg.asset == title]


def _place(view: ActivityView, user: str, reference: str) -> tuple[WalletId, AssetId]:
    network = view.activity.network
    return wallet_id(network, user), position(network, NAME, reference)


def _into_escrow(
    view: ActivityView, log: Log, number: int, place: int, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Units that were locked, with the token that says whose lock it is where it was made."""
    provider = address_in(log.topics, 1)
    gave = _exact(view, log, -number_in(log, place))
    if not gave or provider not in view.owned:
        return (), ()
    titles = _titles(view, log.address, number)
    where = _place(view, provider, f"{log.address}.{number}")
    title = non_fungible(view.activity.network, "erc721", log.address, number)
    made = locked(view, (*gave, *titles), where, _name(view), units)
    named = Asset(title, f"#{number}", 0, "nft", underlying=where[1])
    return (made,), (*follows(view, where[1], gave[0]), named)


def _out_of_escrow(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    by_topic = len(log.topics) > 2
    number = int(log.topics[2], 16) if by_topic else number_in(log, 0)
    words = (len(log.data) - 2) // 64
    provider = address_in(log.topics, 1)
    came = _exact(view, log, number_in(log, 0 if by_topic else 1)) if words > 1 else []
    if not came or provider not in view.owned:
        return ()
    titles = _titles(view, log.address, number)
    where = _place(view, provider, f"{log.address}.{number}")
    if not titles and not units.of(*where):  # other contracts that lock have the same log
        return ()
    return (unlocked(view, (*came, *titles), where, _name(view), units),)


def _into_gauge(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Units that were staked for an owned user; v1 says the amount after a number of a vote."""
    first = log.topics[0] == STAKED_V1
    user = address_in(log.topics, 1 if first else 2)
    gave = _exact(view, log, -number_in(log, 1 if first else 0))
    if not gave or user not in view.owned or (first and len(log.topics) != 2):
        return (), ()
    where = _place(view, user, log.address)
    made = locked(view, gave, where, _name(view), units)
    return (made,), follows(view, where[1], gave[0])


def _out_of_gauge(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """Units that came back from a gauge where the books know a stake: the logs are anybody's."""
    first = log.topics[0] == UNSTAKED_V1
    user = address_in(log.topics, 1)
    where = _place(view, user, log.address)
    if len(log.topics) != 2 or user not in view.owned or not units.of(*where):
        return ()
    came = _exact(view, log, number_in(log, 1 if first else 0))
    return (unlocked(view, came, where, _name(view), units),) if came else ()


def _token(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The token of a position that went to the gauge or came back: the position is the fund's.

    Its units leave and come back in one event, so that they do not go with the token.
    """
    staked = log.topics[0] == TOKEN_STAKED
    number = str(int(log.topics[2], 16))
    moved = [
        leg
        for leg in view.legs
        if is_non_fungible(leg.asset)
        and leg.counterparty == log.address
        and leg.asset.rpartition("/")[2] == number
        and (leg.quantity < 0) == staked
    ][:1]
    if not moved or address_in(log.topics, 1) not in view.owned:
        return ()
    known = view.assets.get(moved[0].asset)
    main = known.underlying if known is not None else None
    held = units.of(moved[0].wallet, main) if main is not None else None
    stays: tuple[Leg, ...] = ()
    if staked and main is not None and held:
        stays = units.move(moved[0].wallet, main, -held) + units.move(moved[0].wallet, main, held)
    return (event(view, "stake" if staked else "unstake", (*moved, *stays), _name(view)),)


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 1) not in view.owned:
        return ()
    came = _exact(view, log, number_in(log, 0))
    if log.topics[0] == CLAIMED_TOKEN:
        token = erc20(view.activity.network, address_in(log.topics, 2))
        came = [leg for leg in came if leg.asset == token]
    return (event(view, "reward", came, _name(view)),) if came else ()
