"""An activity in, its events out: each owned movement is claimed exactly once or unexplained."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import Final, Protocol

from ledger.classify.aims import aim_of, batch_of
from ledger.classify.generic import shaped, unexplained
from ledger.classify.heard import heard
from ledger.classify.rounds import is_loan_alone, rounds, tips
from ledger.classify.spam import is_spam
from ledger.classify.statement import stated
from ledger.classify.titles import after, following, titled
from ledger.classify.unasked import INCOME, believed, spoken
from ledger.model.activity import Activity
from ledger.model.asset import Asset, AssetId, erc20, is_position, keeper_of
from ledger.model.event import Classified, Event, EventFee, Leg, Unexplained
from ledger.model.fund import Wallet, WalletId, wallet_id
from ledger.shapes import (
    ActivityView,
    Held,
    Recognised,
    address_in,
    event,
    place_of,
)

__all__ = ("Classifier", "after", "classify")

#: Approval(address,address,uint256) of ERC-20 and ERC-721, ApprovalForAll(address,address,bool) of
#: ERC-721 and ERC-1155 (EIP-20, EIP-721, EIP-1155): the owner is the first indexed argument.
APPROVAL: Final = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
APPROVAL_FOR_ALL: Final = "0x17307eab39ab6107e8899845ad3d59bd9653f200f220920489ca2b5937696c31"

#: Events whose result a payment to the block's producer belongs to.
_TRADES: Final = frozenset(
    "flash_loan swap liquidation nft_trade pool_deposit pool_withdraw pool_fees order_fill".split()
)
#: Events beside the purpose of a transaction: its fee belongs to another one if there is any.
_ASIDE: Final = frozenset({"own_transfer", "spam"})
#: Letters of a topic among signs; the others are addresses, and `protocol`.
_TOPIC: Final = 66
#: Legs whose units a protocol's log may say where no token moves: what it holds, what is owed to
#: it, by how much that grew, and what of it was kept back as a penalty.
_WITHOUT_TRANSFER: Final = frozenset({"debt", "interest", "penalty", "position"})
#: The same of a position alone: what was paid out of it, and what it gained or lost.
_WITHIN_A_POSITION: Final = frozenset({"fee", "reward"})


class Classifier(Protocol):
    """A protocol plug-in: a module of `ledger.protocols`."""

    @property
    def NAME(self) -> str:  # noqa: N802 -- a module's constant
        """The name of the protocol, as events carry it."""
        ...

    @property
    def RANK(self) -> int:  # noqa: N802 -- a module's constant
        """When it is asked: lower ranks first, equal ones in the order of their names."""
        ...

    @property
    def SIGNS(self) -> frozenset[str]:  # noqa: N802 -- a module's constant
        """First topics of logs, and addresses that log, are called or deal: it is asked by these.

        `protocol` is who credits what a network gives by itself. Where none of them is there it
        would answer None.
        """
        ...

    def recognise(self, view: ActivityView) -> Recognised | None:
        """The events that this protocol sees in a view, or None."""
        ...

    def __hash__(self) -> int:
        """What it states is kept under it."""
        ...


def classify(
    activity: Activity,
    wallets: Mapping[WalletId, Wallet],
    protocols: Iterable[Classifier],
    assets: Mapping[AssetId, Asset] | None = None,
    trusted: Collection[AssetId] = (),
    held: Held | None = None,
    beside: Mapping[str, Sequence[Wallet]] | None = None,
) -> tuple[Classified, tuple[Asset, ...]]:
    """The events of an activity, what is unexplained, and facts about assets that it gave away.

    `assets` is what is known of assets, `trusted` those that are never spam (the fund has a price
    for them, or dealt in them itself), `held` the units of positions that the activities before
    this one left (`after` says what follows from the events), `beside` the same wallets by network
    where many activities are classified. The order of `protocols` has no
    influence.
    """
    near = wallets.values() if beside is None else beside.get(activity.network, ())
    owned = frozenset(
        [
            wallet.address
            for wallet in near
            if wallet.network == activity.network and wallet.owned_at(activity.time)
        ]
    )
    legs = titled(_owned_legs(activity, wallets, owned), assets or {})
    aim = aim_of(activity, owned)
    view = ActivityView(activity, owned, legs, assets or {}, held or {}, aim)
    fee = _event_fee(activity, wallets, owned)
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    rest: tuple[Unexplained, ...] = ()
    if activity.status == "failed":
        if view.acts or legs or fee is not None:
            events = (event(view, "failed", ()),)
        rest = unexplained(view, legs, "a failed transaction moves nothing")
    elif activity.statement is not None:
        events, rest = stated(view, activity.statement)
    elif is_spam(view, trusted):
        events = (event(view, "spam", legs),)
    else:
        events, rest, facts = _recognised(view, tuple(protocols))
    events = following(events, view.assets, view.held)
    events = _numbered(*_with_fee(view, events, fee))
    result = Classified(events, rest)
    _assert_complete(legs, result, fee)
    return result, facts


# ---- legs and fee ------------------------------------------------------------------------------


def _wallet(
    party: str, activity: Activity, wallets: Mapping[WalletId, Wallet], owned: Collection[str]
) -> WalletId | None:
    """The wallet that a party of a transfer is, if the fund owned it then; full ids count too."""
    if party in owned:
        return wallet_id(activity.network, party)
    candidate = WalletId(party)
    wallet = wallets.get(candidate)
    return candidate if wallet is not None and wallet.owned_at(activity.time) else None


def _owned_legs(
    activity: Activity, wallets: Mapping[WalletId, Wallet], owned: Collection[str]
) -> tuple[Leg, ...]:
    """Each transfer as the owned wallets see it, in order: one leg a side that the fund owns."""
    legs: list[Leg] = []
    owners: dict[str, WalletId | None] = {}
    for transfer in sorted(activity.transfers, key=attrgetter("index")):
        sender, recipient = transfer.sender, transfer.recipient
        for party in (sender, recipient):
            if party not in owners:
                near = party in owned or party in wallets
                owners[party] = _wallet(party, activity, wallets, owned) if near else None
        giver, taker = owners[sender], owners[recipient]
        if giver is None and taker is None:
            continue
        claim = (activity.id, transfer.index)
        if giver is not None:
            legs.append(Leg(giver, transfer.asset, -transfer.quantity, recipient, claim))
        if taker is not None:
            legs.append(Leg(taker, transfer.asset, transfer.quantity, sender, claim))
    return tuple(legs)


def _event_fee(
    activity: Activity, wallets: Mapping[WalletId, Wallet], owned: Collection[str]
) -> EventFee | None:
    """The fee, where an owned wallet paid one."""
    fee = activity.fee
    if fee is None or not fee.quantity:
        return None
    wallet = _wallet(fee.payer, activity, wallets, owned)
    return EventFee(wallet, fee.asset, fee.quantity) if wallet is not None else None


def _with_fee(
    view: ActivityView, events: tuple[Event, ...], fee: EventFee | None
) -> tuple[tuple[Event, ...], tuple[EventFee | None, ...]]:
    """The events, and the fee beside exactly one; a transaction without any gets a quiet one."""
    if fee is None and events:
        return events, tuple([one.fee for one in events])
    own = [place for place, one in enumerate(events) if one.kind not in _ASIDE]
    main = own[0] if own else None
    if main is None and events and events[0].kind == "own_transfer":
        main = 0
    if main is None and (fee is not None or (not view.legs and view.acts)):
        main = len(events)
        events = (*events, event(view, _quiet_kind(view, fee), ()))
    return events, tuple([fee if at == main else one.fee for at, one in enumerate(events)])


def _quiet_kind(view: ActivityView, fee: EventFee | None) -> str:
    """What to call a transaction that moved nothing of the fund's."""
    approved = any(
        log.topics[:1]
        and log.topics[0] in {APPROVAL, APPROVAL_FOR_ALL}
        and address_in(log.topics, 1) in view.owned
        for log in view.activity.logs
    )
    if approved and not view.legs:
        return "approval"
    return "gas_only" if fee is not None else "no_effect"


def _numbered(events: Sequence[Event], fees: Sequence[EventFee | None]) -> tuple[Event, ...]:
    """The events in the order of their first legs, each with its id, its place and its fee.

    A loan alone comes last: its premium is paid out of what it paid for.
    """
    if len(events) == 1:
        return (events[0].placed(0, fees[0]),)
    ordered = sorted(zip(events, fees, strict=True), key=lambda pair: _place(pair[0]))
    return tuple([one.placed(number, fee) for number, (one, fee) in enumerate(ordered)])


def _place(one: Event) -> tuple[bool, int, bool, str]:
    """The place of an event in its activity; of two from one place what is put in comes last."""
    first = min(map(place_of, one.legs), default=-1)
    return is_loan_alone(one), first, one.kind.endswith("_deposit"), one.kind


# ---- the chain of recognisers ------------------------------------------------------------------


def _recognised(
    view: ActivityView, protocols: tuple[Classifier, ...]
) -> tuple[tuple[Event, ...], tuple[Unexplained, ...], tuple[Asset, ...]]:
    """Own moves and tips first, then the protocols by rank and name, then the generic shapes."""
    events, paid = _own_transfers(view), tips(view)
    facts: list[Asset] = []
    rest = view.without(events)
    if paid:
        held = {leg.claim for leg in paid}
        rest = replace(rest, legs=tuple(leg for leg in rest.legs if leg.claim not in held))
    for protocol in _asked(view, protocols):
        if not rest.legs and not _speaks(view, protocol):
            continue
        answer = heard(rest, protocol)
        if answer is not None:
            sound = answer.events if view.acts else _believed(rest, answer, protocol)
            events += sound
            # what a log that is not believed taught is not believed either
            facts += answer.assets if len(sound) == len(answer.events) else ()
            rest = rest.without(sound)
    shapes, left = shaped(rest)
    events = rounds(view, _by_router(view, events + shapes, protocols))
    return _with_tips(view, events, paid), left, tuple(facts)


def _by_router(
    view: ActivityView, events: tuple[Event, ...], protocols: tuple[Classifier, ...]
) -> tuple[Event, ...]:
    """The one trade of a batch in the name of the one router that was called in it.

    The router would take the whole transaction for its own; what else the batch did has its names.
    """
    trades = [one for one in events if one.kind == "swap"]
    if (view.aim is not None and view.called) or len(trades) != 1:
        return events
    batch = batch_of(view.activity, view.owned)
    if not batch:
        return events
    (traded,), names = trades, set[str | None]()
    ordered, signed = _by_sign(protocols)
    for call in batch:
        seen = replace(view, legs=traded.legs, aim=call)
        for place in signed.get(call.called, ()):
            answer = ordered[place].recognise(seen)
            for one in answer.events if answer is not None else ():
                if one.kind == "swap" and one.claims == traded.claims:
                    names.add(one.protocol)
    if len(names) != 1:
        return events
    named = replace(traded, protocol=names.pop())
    return tuple([named if one is traded else one for one in events])


def _believed(rest: ActivityView, answer: Recognised, protocol: Classifier) -> tuple[Event, ...]:
    """What counts of the events that a protocol sees where the fund did not act."""
    vouched: frozenset[str] = getattr(protocol, "VOUCHED", frozenset())
    known = frozenset(sign for sign in protocol.SIGNS | vouched if len(sign) < _TOPIC)
    known |= getattr(protocol, "told_of", _nobody)(rest)
    if any(one.kind in INCOME for one in answer.events):
        # what keeps a stake of the fund's pays its rewards whoever asked for them
        known |= {keeper_of(asset) for (_, asset), units in rest.held.items() if units > 0}
        # and a token that is known to grow tells what it grew by
        known |= {log.address for log in rest.activity.logs if _grows(rest, log.address)}
    said = spoken(rest, known, protocol.recognise)
    found: list[Event] = []
    for one in answer.events:
        # what an earlier event put into a position a later one may take out
        now = replace(rest, held={**rest.held, **after(found, rest.held)}) if found else rest
        if (sound := believed(now, one, known, said)) is not None:
            found.append(sound)
    return tuple(found)


def _nobody(_: ActivityView) -> frozenset[str]:
    return frozenset()


def _grows(view: ActivityView, contract: str) -> bool:
    token = view.assets.get(erc20(view.activity.network, contract))
    return token is not None and token.accrues == "interest"


def _asked(view: ActivityView, protocols: tuple[Classifier, ...]) -> list[Classifier]:
    """The protocols a sign of which is there, by rank and name."""
    (ordered, signed), activity = _by_sign(protocols), view.activity
    signs = {activity.caller, activity.called, view.called, *activity.spoken}
    signs.update([log.address for log in activity.logs])
    for transfer in activity.transfers:
        signs.add(transfer.sender)
        signs.add(transfer.recipient)
    places = {place for sign in signs if sign in signed for place in signed[sign]}
    return [ordered[place] for place in sorted(places)]


@lru_cache(maxsize=8)
def _by_sign(
    protocols: tuple[Classifier, ...],
) -> tuple[Sequence[Classifier], Mapping[str, tuple[int, ...]]]:
    """The protocols by rank and name; and sign → the places of those that it speaks for."""
    ordered = sorted(protocols, key=lambda each: (each.RANK, each.NAME))
    places: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
    for place, protocol in enumerate(ordered):
        for sign in protocol.SIGNS:
            places[sign] += (place,)
    return ordered, dict(places)


def _speaks(view: ActivityView, protocol: Classifier) -> bool:
    """Whether there is a log that means something to a protocol even where nothing moved."""
    wanted: frozenset[str] = getattr(protocol, "WITHOUT_LEGS", frozenset())
    return not wanted.isdisjoint(view.activity.spoken)


def _own_transfers(view: ActivityView) -> tuple[Event, ...]:
    """Transfers from one own wallet to another, as one event."""
    sides = [leg.claim for leg in view.legs]
    if len(set(sides)) == len(sides):
        return ()
    counted = Counter(sides)
    legs = [leg for leg in view.legs if counted[leg.claim] > 1]
    return (event(view, "own_transfer", legs),)


def _with_tips(
    view: ActivityView, events: tuple[Event, ...], paid: tuple[Leg, ...]
) -> tuple[Event, ...]:
    """The events with the tips in the first trade, or in an event of their own."""
    if not paid:
        return events
    trades = [place for place, one in enumerate(events) if one.kind in _TRADES]
    paid_for = min(trades, key=lambda place: (is_loan_alone(events[place]), place), default=None)
    if paid_for is None:
        return (*events, event(view, "inclusion_payment", paid))
    legs = tuple(sorted((*events[paid_for].legs, *paid), key=place_of))
    trade_with_tips = replace(events[paid_for], legs=legs)
    return (*events[:paid_for], trade_with_tips, *events[paid_for + 1 :])


# ---- conservation ------------------------------------------------------------------------------


def _assert_complete(legs: Sequence[Leg], result: Classified, fee: EventFee | None) -> None:
    """Every owned movement is claimed by one event or unexplained, with exactly its quantity."""
    told: list[Leg] = []
    owners: dict[object, str] = {}
    groups: list[tuple[str, tuple[Leg, ...]]] = [(one.id, one.legs) for one in result.events]
    groups += [("unexplained", (one.leg,)) for one in result.unexplained]
    for name, named in groups:
        for leg in named:
            if leg.claim is None:
                within = leg.role in _WITHIN_A_POSITION and is_position(leg.asset)
                said = within or leg.role in _WITHOUT_TRANSFER
                assert said, f"{name}: {leg.role} without a transfer"
                continue
            assert owners.setdefault(leg.claim, name) == name, f"{leg.claim} is claimed twice"
            told.append(leg)
    moved, claimed = _moved(legs), _moved(told)
    if moved != claimed:
        assert moved.keys() == claimed.keys(), "a classifier dropped a movement or made one up"
        raise AssertionError("a classifier changed a quantity")
    fees = [one.fee for one in result.events if one.fee is not None]
    assert fees == ([fee] if fee is not None else []), "the fee stands in exactly one event"


def _moved(legs: Iterable[Leg]) -> Mapping[tuple[object, WalletId, AssetId], int]:
    """Transfer, wallet and asset → units."""
    sums: dict[tuple[object, WalletId, AssetId], int] = {}
    for leg in legs:
        place = (leg.claim, leg.wallet, leg.asset)
        sums[place] = sums.get(place, 0) + leg.quantity
    return sums
