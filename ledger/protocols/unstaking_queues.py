"""Queues in which staked tokens wait to be coin again: a view in; requests and their ends out.

Sources: Renzo-Protocol/contracts-public, WithdrawQueue.sol; Kelp-DAO/LRT-rsETH,
LRTWithdrawalManager.sol; PufferFinance/puffer-contracts,
IPufferWithdrawalManager.sol; SwellNetwork/v3-core-public, swEXIT.sol and rswEXIT.sol;
FraxFinance/frax-ether-redemption-queue, FraxEtherRedemptionQueue.sol and its second version.

A request is a position where the queue alone remembers it, and a token of its own where the queue
gives one.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import (
    Asset,
    AssetId,
    contract_of,
    erc20,
    known_without_asking,
    native,
    position,
)
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._stakes import COIN, KEPT
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "unstaking_queues"
RANK: Final = 10

#: Renzo: WithdrawRequestCreated(uint256 withdrawRequestID, address user, address claimToken,
#: uint256 amountToRedeem, uint256 ezETHAmountLocked, uint256 withdrawRequestIndex), the first
#: indexed; WithdrawRequestClaimed((address collateralToken, uint256 withdrawRequestID,
#: uint256 amountToRedeem, uint256 ezETHLocked, uint256 createdAt) withdrawRequest).
RENZO_ASKED: Final = "0x841b09038d6c9a7ea5c3f3b27783d85c987928773f93183f4e239dbce62c0e5b"
RENZO_PAID: Final = "0x59557aa2024e953d94077c5e8323a7be3cfc4c508f3c6120136d03017096ed39"
#: Kelp: AssetWithdrawalQueued(address withdrawer, address asset, uint256 rsETHUnstaked,
#: uint256 userNonce), all but the amount indexed; AssetWithdrawalFinalized(address withdrawer,
#: address asset, uint256 amountBurned, uint256 amountReceived), the addresses indexed.
KELP_ASKED: Final = "0xd1ff36888873897951eaf991bca7db625b8ed70bf2b0d54441907bdab02b08d7"
KELP_PAID: Final = "0xca13475b00c46ee0ce4a479bd18ed747ff89395e96e93779ba7f18cbe1735fb4"
#: Puffer: WithdrawalRequested(uint256 withdrawalIdx, uint256 batchIdx, uint256 pufETHAmount,
#: address recipient), WithdrawalCompleted(uint256 withdrawalIdx, uint256 ethPayoutAmount,
#: uint256 payoutExchangeRate, address recipient); the amounts and the rate not indexed.
PUFFER_ASKED: Final = "0x18b30bd1409a6a29a2f7518298686a8e7fff748e461a0143a8c772ed29015ece"
PUFFER_PAID: Final = "0x0c2a147edace3ecd219b47541b15983312439ba5097047dba3affdaef156f19b"

#: Queues that give a token for a request: Swell's for swETH and rswETH, Frax's, both versions.
TICKETS: Final = {
    "0x48c11b86807627af70a34662d4865cf854251663": "swell",
    "0x58749c46ffe97e4d79508a2c781c440f4756f064": "swell",
    "0x82ba8da44cd5261762e629dd5c605b17715727bd": "frax",
    "0xfdc69e6be352bd5644c438302de4e311aad5565b": "frax",
}

SIGNS: Final = frozenset(
    {RENZO_ASKED, RENZO_PAID, KELP_ASKED, KELP_PAID, PUFFER_ASKED, PUFFER_PAID, *TICKETS}
)


def recognise(view: ActivityView) -> Recognised | None:
    """Requests and what they brought, by their logs or as tokens."""
    units, facts = Units(view), dict[AssetId, Asset]()
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, RENZO_ASKED, 2, 5):
        events += _asked_renzo(view.without(events), log, units, facts)
    for log in logs_with(view.activity, RENZO_PAID, 1, 5):
        events += _paid_by_renzo(view.without(events), log, units)
    for log in logs_with(view.activity, KELP_ASKED, 4, 1):
        events += _asked_kelp(view.without(events), log, units)
    for log in logs_with(view.activity, KELP_PAID, 3, 2):
        events += _paid_by_kelp(view.without(events), log, units)
    for log in logs_with(view.activity, PUFFER_ASKED, 4, 1):
        events += _asked_puffer(view.without(events), log, units)
    for log in logs_with(view.activity, PUFFER_PAID, 3, 2):
        events += _paid_by_puffer(view.without(events), log, units)
    for queue, name in TICKETS.items():
        events += _ticket(view.without(events), queue, name)
    return Recognised(events, tuple(facts.values())) if events else None


def _token(view: ActivityView, address: str) -> AssetId:
    network = view.activity.network
    return native(network) if address in COIN else erc20(network, address)


def _asked_renzo(
    view: ActivityView, log: Log, units: Units, facts: dict[AssetId, Asset]
) -> tuple[Event, ...]:
    """The token for a position in what it shall be, under the number of the request."""
    user, network = word_address(log, 0), view.activity.network
    went = exact(view, -number_in(log, 3), other={log.address})
    if user not in view.owned or not went or not number_in(log, 2):
        return ()
    where = position(network, KEPT, f"{log.address}.{int(log.topics[1], 16)}")
    of = _token(view, word_address(log, 1))
    known = view.assets.get(of) or known_without_asking(of)
    if known is not None:
        facts[where] = Asset(where, known.symbol, known.decimals, "position", underlying=of)
    made = units.move(wallet_id(network, user), where, number_in(log, 2))
    return (event(view, "unstake", (*went, *made), "renzo"),)


def _paid_by_renzo(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """All of a request, which may have become less while it waited."""
    of = _token(view, word_address(log, 0))
    came = exact(view, number_in(log, 2), asset=of)
    where = position(view.activity.network, KEPT, f"{log.address}.{number_in(log, 1)}")
    return _ended(view, came, (where, None), "renzo", units)


def _asked_kelp(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The token for a position of as many units: no log says what it shall be."""
    user, network = address_in(log.topics, 1), view.activity.network
    went = exact(view, -number_in(log, 0), other={log.address})
    if user not in view.owned or not went:
        return ()
    where = position(network, KEPT, f"{log.address}.{address_in(log.topics, 2)}")
    made = units.move(wallet_id(network, user), where, number_in(log, 0))
    return (event(view, "unstake", (*went, *made), "kelp"),)


def _paid_by_kelp(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    token = address_in(log.topics, 2)
    came = exact(view, number_in(log, 1), asset=_token(view, token))
    if address_in(log.topics, 1) not in view.owned:
        return ()
    where = position(view.activity.network, KEPT, f"{log.address}.{token}")
    return _ended(view, came, (where, number_in(log, 0)), "kelp", units)


def _asked_puffer(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The token for a position of as many units, under the number of the request."""
    user, network = address_in(log.topics, 3), view.activity.network
    went = exact(view, -number_in(log, 0), other={log.address})
    if user not in view.owned or not went:
        return ()
    where = position(network, KEPT, f"{log.address}.{int(log.topics[1], 16)}")
    made = units.move(wallet_id(network, user), where, number_in(log, 0))
    return (event(view, "unstake", (*went, *made), "puffer"),)


def _paid_by_puffer(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    came = exact(view, number_in(log, 0), other={log.address})
    if address_in(log.topics, 2) not in view.owned:
        return ()
    where = position(view.activity.network, KEPT, f"{log.address}.{int(log.topics[1], 16)}")
    return _ended(view, came, (where, None), "puffer", units)


def _ended(
    view: ActivityView,
    came: tuple[Leg, ...],
    of: tuple[AssetId, int | None],
    name: str,
    units: Units,
) -> tuple[Event, ...]:
    """What came for so many units of a position, or for all of it."""
    if not came:
        return ()
    where, given = of
    wallet = units.holder(where) or came[0].wallet
    held = units.of(wallet, where) or 0
    gone = held if given is None else min(given, held)
    note = "" if gone else "position:unknown"
    return (event(view, "unstake", (*came, *units.move(wallet, where, -gone)), name, note),)


def _ticket(view: ActivityView, queue: str, name: str) -> tuple[Event, ...]:
    """What a queue took or gave, with the tokens of the requests."""
    pieces = [
        leg for leg in view.legs if is_non_fungible(leg.asset) and f"/erc721:{queue}/" in leg.asset
    ]
    moved = [
        leg
        for leg in view.legs
        if leg.counterparty == queue
        and contract_of(leg.asset) != queue
        and not is_non_fungible(leg.asset)
    ]
    put_in = {leg.quantity > 0 for leg in pieces}
    if len(put_in) != 1 or not moved or {leg.quantity < 0 for leg in moved} != put_in:
        return ()
    return (event(view, "unstake", (*moved, *pieces), name),)
