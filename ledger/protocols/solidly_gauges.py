"""Gauges and votes of Solidly's kind (Velodrome, Aerodrome): a view in; stakes, locks, rewards out.

Sources: velodrome-finance/contracts, IGauge.sol, IReward.sol and VotingEscrow.sol, and v1 of them;
velodrome-finance/slipstream, ICLGauge.sol, which stakes the token of a position.

What a gauge or the escrow keeps is a position, counted in units of what was handed in. A position
whose token is in a gauge stays the fund's.
"""

from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of, erc20, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._forks import SOLIDLY_NAMES
from ledger.protocols._locks import follows, locked, unlocked
from ledger.protocols._titles import title_kept
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
#: What depositType is in v1 where a lock took in another, whose token is burnt.
_MERGED_V1: Final = 4
#: Merge(address sender, uint256 from, uint256 to, uint256 amountFrom, uint256 amountTo, uint256
#: amountFinal, uint256 locktime, uint256 ts), the first three indexed; Split(uint256 from, uint256
#: tokenId1, uint256 tokenId2, address sender, uint256 splitAmount1, uint256 splitAmount2, uint256
#: locktime, uint256 ts), the numbers indexed.
MERGED: Final = "0x986e3c958e3bdf1f58c2150357fc94624dd4e77b08f9802d8e2e885fa0d6a198"
SPLIT: Final = "0x8303de8187a6102fdc3fe20c756dddd68df0ae027b77e2391c19a855e0821f33"

SIGNS: Final = frozenset(
    {
        *(STAKED, UNSTAKED, STAKED_V1, UNSTAKED_V1, TOKEN_STAKED, TOKEN_UNSTAKED),
        *(CLAIMED, CLAIMED_TOKEN, LOCKED, LOCKED_V1, UNLOCKED, MERGED, SPLIT),
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
    found = _reshaped(view.without(events), units)
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


def _lock(
    view: ActivityView, units: Units, escrow: str, number: int, user: str
) -> tuple[WalletId, AssetId]:
    """A lock and whose it is: the wallet that has it, whichever pays into it, else the user's."""
    wallet, asset = _place(view, user, f"{escrow}.{number}")
    return units.holder(asset) or wallet, asset


def _into_escrow(
    view: ActivityView, log: Log, number: int, place: int, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Units that were locked, with the token that says whose lock it is where it was made."""
    provider = address_in(log.topics, 1)
    gave = _exact(view, log, -number_in(log, place))
    if not gave or provider not in view.owned:
        return (), ()
    titles = _titles(view, log.address, number)
    where = _lock(view, units, log.address, number, provider)
    title = non_fungible(view.activity.network, "erc721", log.address, number)
    made = locked(view, (*gave, *titles), where, _name(view), units)
    named = Asset(title, f"#{number}", 0, "nft", underlying=where[1])
    return (made,), (*follows(view, where[1], gave[0]), named)


#: Numbers of locks, each with its share.
_Weights = tuple[tuple[int, int], ...]


def _reshaped(view: ActivityView, units: Units) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Locks that were merged into one, and one that was split in two: units and cost go along."""
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    for log in logs_with(view.activity, LOCKED_V1, 3, 4):
        if number_in(log, 2) == _MERGED_V1:
            burnt = [
                int(leg.asset.rpartition("/")[2])
                for leg in view.without(events).legs
                if leg.quantity < 0 and leg.asset.startswith(_pieces(view, log.address))
            ]
            if len(burnt) == 1:
                into: _Weights = ((number_in(log, 0), 1),)
                events += _carried(view.without(events), log.address, burnt[0], into, units)
    for log in logs_with(view.activity, MERGED, 4, 5):
        into = ((int(log.topics[3], 16), 1),)
        events += _carried(view.without(events), log.address, int(log.topics[2], 16), into, units)
    for log in logs_with(view.activity, SPLIT, 4, 5):
        source, first, second = (int(topic, 16) for topic in log.topics[1:])
        into = ((first, number_in(log, 1)), (second, number_in(log, 2)))
        made = _carried(view.without(events), log.address, source, into, units)
        events += made
        if made:
            facts += _named(view, log.address, source, (first, second))
    return events, facts


def _pieces(view: ActivityView, contract: str) -> str:
    """How the tokens of a contract begin."""
    return non_fungible(view.activity.network, "erc721", contract, 0).removesuffix("0")


def _carried(
    view: ActivityView, escrow: str, source: int, into: _Weights, units: Units
) -> tuple[Event, ...]:
    """All of a lock in others, by weights; the token that is burnt and those made belong to it.

    Of a lock that the books do not know nothing is known in the others, and one that is merged into
    a lock that they do not know is gone.
    """
    network = view.activity.network
    titles = _titles(view, escrow, source)
    if not any(leg.quantity < 0 for leg in titles):
        return ()
    made = [leg for number, _ in into for leg in _titles(view, escrow, number)]
    main = position(network, NAME, f"{escrow}.{source}")
    holder = units.holder(main)
    held = 0 if holder is None else units.of(holder, main) or 0
    targets = [position(network, NAME, f"{escrow}.{number}") for number, _ in into]
    owners = [leg.wallet for leg in made if leg.quantity > 0]
    if len(into) == 1:
        owner = units.holder(targets[0])
        owners = [owner] if owner is not None else []
    legs: tuple[Leg, ...] = (*titles, *made)
    if holder is None or not held or len(owners) != len(into):
        gone = units.move(holder, main, -held) if holder is not None else ()
        return (event(view, "migrate", (*legs, *gone), _name(view), "position:unknown"),)
    legs += units.move(holder, main, -held)
    left, whole = held, sum(weight for _, weight in into)
    for place, (target, owner) in enumerate(zip(targets, owners, strict=True)):
        last = place + 1 == len(targets)
        part = left if last or not whole else held * into[place][1] // whole
        left -= part
        legs += units.move(owner, target, part)
    return (event(view, "migrate", legs, _name(view)),)


def _named(
    view: ActivityView, escrow: str, source: int, made: tuple[int, ...]
) -> tuple[Asset, ...]:
    """What came of a split follows what it was split of, each with its title."""
    network = view.activity.network
    known = view.assets.get(position(network, NAME, f"{escrow}.{source}"))
    found: tuple[Asset, ...] = ()
    for number in made:
        asset = position(network, NAME, f"{escrow}.{number}")
        title = non_fungible(network, "erc721", escrow, number)
        found += (Asset(title, f"#{number}", 0, "nft", underlying=asset),)
        found += (replace(known, id=asset),) if known is not None else ()
    return found


def _out_of_escrow(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    by_topic = len(log.topics) > 2
    number = int(log.topics[2], 16) if by_topic else number_in(log, 0)
    words = (len(log.data) - 2) // 64
    provider = address_in(log.topics, 1)
    came = _exact(view, log, number_in(log, 0 if by_topic else 1)) if words > 1 else []
    if not came or provider not in view.owned:
        return ()
    titles = _titles(view, log.address, number)
    where = _lock(view, units, log.address, number, provider)
    if not titles and not units.of(*where):  # other contracts that lock have the same log
        return ()
    return (unlocked(view, (*came, *titles), where, _name(view), units),)


def _into_gauge(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Units that were staked for an owned user; v1 says the amount after a number of a vote.

    No gauge has a token: what gives one of its own for as many units is a vault that logs alike.
    """
    first = log.topics[0] == STAKED_V1
    user = address_in(log.topics, 1 if first else 2)
    gave = _exact(view, log, -number_in(log, 1 if first else 0))
    if not gave or user not in view.owned or (first and len(log.topics) != 2):
        return (), ()
    if any(contract_of(leg.asset) == log.address for leg in view.legs):
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
    """The token of a position that went to the gauge or came back: the position is the fund's."""
    if address_in(log.topics, 1) not in view.owned:
        return ()
    staked = log.topics[0] == TOKEN_STAKED
    number = int(log.topics[2], 16)
    return title_kept(view, log.address, number, _name(view), units, staked=staked)


def _claimed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 1) not in view.owned:
        return ()
    came = _exact(view, log, number_in(log, 0))
    if log.topics[0] == CLAIMED_TOKEN:
        token = erc20(view.activity.network, address_in(log.topics, 2))
        came = [leg for leg in came if leg.asset == token]
    return (event(view, "reward", came, _name(view)),) if came else ()
