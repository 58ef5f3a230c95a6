"""Stakes and rewards that contracts log: a view and a table of logs in; events out.

A table says of each log what it means and where user, amount and token stand. What a contract keeps
without giving a token for it is a position, counted in units of what was staked; its name is the
same whoever recognised it, for one contract is entered and left in many ways.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import (
    AssetId,
    contract_of,
    erc20,
    keeper_of,
    native,
    position,
)
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._kept import facts, kept
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

#: What stands in the id of every position that a contract keeps for a user.
KEPT: Final = "staking_rewards"
#: Addresses that stand for the native coin where a token is named; the last is the first vault of
#: Hidden Hand, for bribes in coin.
COIN: Final = frozenset(
    {ZERO_ADDRESS, "0x" + "e" * 40, "0x9ddb2da7dd76612e0df237b89af2cf4413733212"}
)

#: What is said of units that may be of a stake or of what it earned.
UNKNOWN: Final = "position:unknown"

_SIGNS: Final = {"stake": -1, "unstake": 1, "reward": 1, "airdrop": 1}


@dataclass(frozen=True, slots=True)
class Says:
    """What a log says. A place from 0 is a word of its data, -1 is its first indexed argument.

    `topics` are as many as the log has, `words` as it has at least; `pool` tells the pools of one
    contract apart, `kept` names what is kept where contracts follow one another. Of a log that is
    `common`, because others use its name too, the leg has to be of a token that moved to or from
    the contract, or for which the contract gave as many of its own.
    """

    kind: str
    topics: int
    words: int
    user: int = -1
    amount: int = 0
    token: int | None = None
    pool: int | None = None
    common: bool = False
    kept: str = ""


#: First topic of a log → what it may say, told apart by the number of topics.
Table = Mapping[str, tuple[Says, ...]]
#: The protocol that a log is of, or nothing where it is none of the asker's.
Named = Callable[[Log], str | None]


def number_at(log: Log, place: int) -> int:
    """The number in a word or an indexed argument."""
    return number_in(log, place) if place >= 0 else int(log.topics[-place], 16)


def address_at(log: Log, place: int) -> str:
    """The address in a word or an indexed argument."""
    return word_address(log, place) if place >= 0 else address_in(log.topics, -place)


def staked(
    view: ActivityView, table: Table, named: Named | str, trusted: Collection[str] = ()
) -> Recognised | None:
    """Legs of just the size that a contract logged for an owned user.

    The fund acted, or the contract is a known one (`trusted`, or it keeps a stake of the fund's):
    anybody can log what he likes where the fund did nothing. Stakes come before rewards as the
    table has them, and the last log of a kind first: pools pass a stake on to others before they
    log it themselves. A share token that came for a stake belongs to it.
    """
    events: tuple[Event, ...] = ()
    units, stakes = Units(view), _of_stakes(table)
    for topic, readings in table.items():
        for says in readings:
            for log in reversed(logs_with(view.activity, topic, says.topics, says.words)):
                if len(log.topics) != says.topics or address_at(log, says.user) not in view.owned:
                    continue
                if not (view.acts or log.address in trusted or keeps_for_us(view, log.address)):
                    continue
                name = named if isinstance(named, str) else named(log)
                if name is not None:
                    events += _read(view.without(events), log, (says, name), stakes, units)
    return Recognised(events, facts(view, events)) if events else None


def _of_stakes(table: Table) -> frozenset[str]:
    """The topics that say of a stake that it came or left."""
    kinds = {"stake", "unstake"}
    return frozenset(topic for topic, says in table.items() if kinds & {one.kind for one in says})


def keeps_for_us(view: ActivityView, contract: str) -> bool:
    """Whether the books know a position that a contract keeps for the fund."""
    return any(
        units > 0 and keeper_of(asset) == contract for (_, asset), units in view.held.items()
    )


def _read(
    view: ActivityView, log: Log, of: tuple[Says, str], stakes: frozenset[str], units: Units
) -> tuple[Event, ...]:
    """The event of one leg of the logged size, with the share token or position for it.

    `of` is what the log says and whose it is, `stakes` are the topics that name stakes.
    """
    says, name = of
    keeps = says.kind in {"stake", "unstake"}
    size = _SIGNS[says.kind] * number_at(log, says.amount)
    found = [
        leg
        for leg in view.legs
        if leg.quantity == size
        and not (keeps and contract_of(leg.asset) == log.address)
        and _is_meant(view, leg, log, says)
    ][:1]
    if not found:
        return ()
    if _is_all(view, found[0], log, says, units):
        return (_without_share(view, log, replace(says, pool=None), found[0], name, units),)
    if says.kind == "airdrop" and _may_be_a_stake(view, found[0], log, stakes):
        return (event(view, "receive", found, name, UNKNOWN),)
    shares = [leg for leg in view.legs if keeps and _is_share(leg, log, size)][:1]
    if keeps and not shares:
        return (_without_share(view, log, says, found[0], name, units),)
    return (event(view, says.kind, (*found, *shares), name),)


def _is_all(view: ActivityView, leg: Leg, log: Log, says: Says, units: Units) -> bool:
    """Whether what came is all of a stake that the books know, to the unit, whatever it is called.

    Contracts that lock a token, or take it for a sale that does not come about, say Claimed too.
    """
    asset = position(view.activity.network, KEPT, log.address)
    known = view.assets.get(asset)
    of_it = known is not None and known.underlying == leg.asset
    wallet = wallet_id(view.activity.network, address_at(log, says.user))
    return of_it and leg.quantity > 0 and units.of(wallet, asset) == leg.quantity


def _may_be_a_stake(view: ActivityView, leg: Leg, log: Log, stakes: frozenset[str]) -> bool:
    """Whether part of a stake may have come back: nothing tells it from what the stake earned.

    The contract keeps some of the same asset for the fund. Where it logs a stake beside it, or one
    that left, it has words for stakes, and a claim is none of them.
    """
    apart = any(
        other.address == log.address and not stakes.isdisjoint(other.topics[:1])
        for other in view.activity.logs
    )
    kept_here = (
        view.assets.get(asset)
        for (wallet, asset), held in view.held.items()
        if wallet == leg.wallet and held > 0 and keeper_of(asset) == log.address
    )
    return not apart and any(one is not None and one.underlying == leg.asset for one in kept_here)


def _is_meant(view: ActivityView, leg: Leg, log: Log, says: Says) -> bool:
    """Whether a leg of the right size is of the asset that the log is about."""
    coin = native(view.activity.network)
    if says.token is not None:
        token = address_at(log, says.token)
        return leg.asset == (coin if token in COIN else erc20(view.activity.network, token))
    if not says.common:
        return True
    if leg.asset == coin or any(_wraps(other, log, coin) for other in view.legs):
        return False
    own = contract_of(leg.asset) == log.address and leg.counterparty == ZERO_ADDRESS
    receipt = any(
        contract_of(other.asset) == log.address and other.quantity == -leg.quantity
        for other in view.legs
    )
    return leg.counterparty == log.address or own or receipt


def _wraps(leg: Leg, log: Log, coin: AssetId) -> bool:
    """Whether coin went to or from the contract: one that wraps it has the logs of a gauge."""
    return leg.asset == coin and leg.counterparty == log.address


def _is_share(leg: Leg, log: Log, size: int) -> bool:
    """Whether a leg is the receipt for a stake: the contract's own token, or as many units made."""
    if (leg.quantity > 0) == (size > 0):
        return False
    made = leg.counterparty == ZERO_ADDRESS and leg.quantity == -size
    return made or contract_of(leg.asset) == log.address


def _without_share(
    view: ActivityView, log: Log, says: Says, leg: Leg, name: str, units: Units
) -> Event:
    pool = "" if says.pool is None else f".{number_at(log, says.pool)}"
    asset = position(view.activity.network, KEPT, f"{says.kept or log.address}{pool}")
    wallet = wallet_id(view.activity.network, address_at(log, says.user))
    return kept(view, leg, (asset, wallet), name, units)
