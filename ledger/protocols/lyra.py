"""Lyra's first version: a view in; options bought, written, exercised, expired, split, merged out.

Sources: derivexyz/v1-core, contracts/OptionToken.sol (the log and its types), ShortCollateral.sol
(who pays whom, `PositionSettled`), OptionMarketWrapper.sol; the tokens from its deployments and
lyra-js. Each position has a token of its own number, the title of a position that is counted in
options where they were bought, and in its collateral where they were written. One log says what it
holds afterwards; anybody may settle it once it is over. A premium goes into collateral of the same
asset, and what options cost that are bought back comes out of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of
from ledger.model.event import Event, Leg
from ledger.protocols._lyra_logs import (
    ADJUSTED,
    CLOSED,
    MERGED,
    MERGED_INTO,
    NAME,
    OPENED,
    OVER,
    PARTED,
    SETTLED,
    SPLIT_INTO,
    TOKENS,
    UPDATED,
    Said,
    near,
    said_in,
)
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    event,
    is_non_fungible,
    logs_with,
    net,
    number_in,
    split,
    with_role,
)

#: Before the markets of collectibles.
RANK: Final = 5

#: PositionSettled(uint256 positionId, address settler, address optionOwner, uint256 strikePrice,
#: uint256 priceAtExpiry, uint8 optionType, uint256 amount, uint256 settlementAmount, uint256
#: insolventAmount), the first three indexed: right after what was paid for the position.
PAID_OUT: Final = "0x158cb5c9f6726097c3c3a64bcb6e65505043b3948c24c829b8ac0361f1360452"
#: Options and collateral are counted with so many decimals.
_DECIMALS: Final = 18

SIGNS: Final = frozenset({UPDATED, *TOKENS})
#: It counts for a position that the books know, or with its token.
VOUCHED: Final = frozenset({UPDATED})
#: What is over and came to nothing is settled by anybody, in one go.
WITHOUT_LEGS: Final = frozenset({UPDATED})


def recognise(view: ActivityView) -> Recognised | None:
    """What became of each position of an owned address; what ended together is one event."""
    units, events, facts = Units(view), tuple[Event, ...](), tuple[Asset, ...]()
    told = said_in(view)
    for said in told:
        rest = near(view.without(events), [said], told)
        if said.does == OPENED:
            found = _opened(rest, said, units)
            events, facts = events + found[0], facts + found[1]
        elif said.does == ADJUSTED and view.acts:
            events += _changed(rest, said, units)
    if view.acts:
        parts = [said for said in told if said.does in PARTED]
        found = _parted(view.without(events), parts, units)
        events, facts = events + found[0], facts + found[1]
    ends = [said for said in told if said.does in OVER]
    for long in (False, True):
        own = [said for said in ends if said.long == long]
        events += _ended(near(view.without(events), own, told), own, units)
    return Recognised(events, facts) if events else None


def _titles(view: ActivityView, said: Said) -> tuple[Leg, ...]:
    return tuple(with_role(leg, "title") for leg in view.legs if leg.asset == said.token)


def _money(view: ActivityView) -> list[Leg]:
    return [leg for leg in view.legs if contract_of(leg.asset) and not is_non_fungible(leg.asset)]


def _collateral(view: ActivityView, said: Said, of: AssetId) -> int | None:
    """The logged collateral in units of its asset, where its decimals are known."""
    known = view.assets.get(of)
    if known is None or known.decimals > _DECIMALS:
        return None
    unit: int = 10 ** (_DECIMALS - known.decimals)
    return -(-said.collateral // unit)


# ---- bought and written ------------------------------------------------------------------------


def _opened(
    view: ActivityView, said: Said, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """A premium for options, or collateral for a premium."""
    money, titles = _money(view), _titles(view, said)
    paid = [asset for asset, total in net(money).items() if total < 0]
    other = any(total > 0 for total in net(money).values())
    if not paid or not titles or (said.long and other):
        return (), ()
    if said.long:
        kept = Asset(said.kept, f"option #{said.number}", _DECIMALS, "position")
        legs = (*money, *units.move(said.wallet, said.kept, said.amount))
    else:
        base = view.assets.get(paid[0])
        symbol, decimals = (base.symbol, base.decimals) if base else (f"option #{said.number}", 0)
        kept = Asset(said.kept, symbol, decimals, "position", underlying=paid[0])
        legs = _secured(view, said, paid[0], units)
        if not legs:
            return (), ()
    one = event(view, "option_buy" if said.long else "option_write", (*legs, *titles), NAME)
    return (one,), (kept, _title(said, said.kept))


def _title(said: Said, kept: AssetId) -> Asset:
    return Asset(said.token, f"#{said.number}", 0, "nft", underlying=kept)


def _secured(view: ActivityView, said: Said, of: AssetId, units: Units) -> tuple[Leg, ...]:
    """Collateral that was put up or taken back, with the premium or price as a result.

    It is what went into the collateral, or out of it, without moving, or came in another asset;
    more than one of those is no premium.
    """
    money, held = _money(view), units.of(said.wallet, said.kept) or 0
    if len({(leg.asset, leg.quantity > 0) for leg in money if leg.asset != of}) > 1:
        return ()
    own = [leg for leg in money if leg.asset == of]
    bonus = [leg for leg in own if leg.quantity > 0 and said.does == OPENED]
    put_up = [leg for leg in own if leg not in bonus]
    change = -sum(leg.quantity for leg in put_up)
    after = _collateral(view, said, of)
    within = 0 if after is None else after - held - change
    others = [with_role(leg, "reward") for leg in money if leg.asset != of or leg in bonus]
    moved = units.move(said.wallet, said.kept, change)
    result = units.move(said.wallet, said.kept, within)
    return (*put_up, *others, *moved, *(with_role(leg, "reward") for leg in result))


def _changed(view: ActivityView, said: Said, units: Units) -> tuple[Event, ...]:
    """More options or fewer, more collateral or less, of a position that the books know."""
    money, held = _money(view), units.of(said.wallet, said.kept) or 0
    if not money or not held:
        return ()
    if not said.long:
        known = view.assets.get(said.kept)
        of = known.underlying if known is not None else None
        if of is None:
            return ()
        less = net(money).get(of, 0) > 0
        legs = _secured(view, said, of, units)
        kind = "option_expiry" if less else "option_write"
        return (event(view, kind, legs, NAME),) if legs else ()
    more = said.amount >= held
    if any((total < 0) != more for total in net(money).values() if total):
        return ()
    moved = units.move(said.wallet, said.kept, said.amount - held)
    return (event(view, "option_buy" if more else "swap", (*money, *moved), NAME),)


def _parted(
    view: ActivityView, parts: Sequence[Said], units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Positions that were split, or are one now: units that change their position with their cost.

    What is split off is said before what is left, and what is merged before what it is in now. A
    part that somebody else got is given away.
    """
    moved, given, facts = list[Leg](), list[Leg](), list[Asset]()
    split_off: Said | None = None
    merged: list[Said] = []
    for said in parts:
        if said.does == SPLIT_INTO:
            split_off = said
        elif said.does == MERGED:
            merged.append(said)
        else:
            target = said if said.does == MERGED_INTO else split_off
            for source in merged if said.does == MERGED_INTO else (said,):
                legs = _shifted(view, source, target, units)
                (given if target is None else moved).extend(legs)
                facts += _known(view, source, target) if legs and target is not None else ()
            split_off, merged = None, []
    found = ((moved, "migrate"), (given, "send"))
    return tuple(event(view, kind, legs, NAME) for legs, kind in found if legs), tuple(facts)


def _shifted(
    view: ActivityView, source: Said, target: Said | None, units: Units
) -> tuple[Leg, ...]:
    """The units that left a position, and came into another one if that is the fund's too."""
    held = units.of(source.wallet, source.kept) or 0
    left: int | None = source.amount
    if not source.long:
        known = view.assets.get(source.kept)
        left = _collateral(view, source, known.underlying or source.kept) if known else None
    if left is None or not left < held:
        return ()
    titles = _titles(view, source) if source.does == MERGED else ()
    gone = units.move(source.wallet, source.kept, left - held)
    if target is None:
        return (*titles, *gone)
    titles += _titles(view, target) if target.does == SPLIT_INTO else ()
    return (*titles, *gone, *units.move(target.wallet, target.kept, held - left))


def _known(view: ActivityView, source: Said, target: Said) -> tuple[Asset, ...]:
    """That a part follows what the whole follows, and has a title of its own."""
    whole = view.assets.get(source.kept)
    part = () if whole is None else (replace(whole, id=target.kept),)
    return (*part, _title(target, target.kept))


# ---- over --------------------------------------------------------------------------------------


def _ended(view: ActivityView, ends: Sequence[Said], units: Units) -> tuple[Event, ...]:
    """All of positions: what options brought, or what is left of the collateral of others.

    Options that the books do not know are what was paid for their token; of collateral that they
    do not know nobody says what it earned.
    """
    ours = [said for said in ends if _titles(view, said) or units.of(said.wallet, said.kept)]
    if not ours:
        return ()
    money, titles = _brought(view, ours), [leg for said in ours for leg in _titles(view, said)]
    known = [said for said in ours if units.of(said.wallet, said.kept)]
    if not ours[0].long:
        note = "" if len(known) == len(ours) else "position:unknown"
        legs = [leg for said in known for leg in _released(view, said, money, units)]
        return (event(view, "option_expiry", (*money, *titles, *legs), NAME, note),)
    strange = {said.token for said in ours if said not in known}
    titles = [with_role(leg, "plain") if leg.asset in strange else leg for leg in titles]
    gone = [
        leg
        for said in known
        for leg in units.move(said.wallet, said.kept, -(units.of(said.wallet, said.kept) or 0))
    ]
    sold = all(said.does == CLOSED for said in ours)
    kind = "option_expiry" if not money else "swap" if sold else "option_exercise"
    return (event(view, kind, (*money, *titles, *gone), NAME),)


def _brought(view: ActivityView, ours: Sequence[Said]) -> list[Leg]:
    """What came for these positions, and what was paid to close them.

    Who settles them for the fund may send anything along: there counts what was paid right before
    the log that says so, or one asset alone.
    """
    money = _money(view)
    if ours[0].long:
        money = [leg for leg in money if leg.quantity > 0]
    paid = [leg for said in ours for leg in _paid_out(view, said)]
    if any(_settled(view, said) is not None for said in ours):
        return [leg for leg in money if leg in paid]
    follows = {known.underlying for said in ours if (known := view.assets.get(said.kept))} - {None}
    if follows and not ours[0].long:
        return [leg for leg in money if leg.asset in follows or (leg.quantity < 0 and view.acts)]
    return money if view.acts or len({leg.asset for leg in money}) < 2 else []


def _settled(view: ActivityView, said: Said) -> Log | None:
    """The last log that a position was settled, before the one that says what became of it."""
    found = [
        log
        for log in logs_with(view.activity, PAID_OUT, 4, 6)
        if log.topics[1] == said.log.topics[1] and log.index < said.log.index
    ]
    return found[-1] if found and said.does == SETTLED else None


def _paid_out(view: ActivityView, said: Said) -> tuple[Leg, ...]:
    """The leg of what was paid for a settled position: the last one before its log, if any was."""
    settled = _settled(view, said)
    if settled is None or not number_in(settled, 4):
        return ()
    before = {
        move.index: move.log_index
        for move in view.activity.transfers
        if move.log_index is not None and move.log_index < settled.index
    }
    found = [
        leg
        for leg in _money(view)
        if leg.quantity > 0 and leg.claim is not None and leg.claim[1] in before
    ]
    return tuple(found[-1:])


def _released(view: ActivityView, said: Said, money: list[Leg], units: Units) -> tuple[Leg, ...]:
    """Collateral that came back; more of it, or less, is the result, as what closing cost is."""
    known, held = view.assets.get(said.kept), units.of(said.wallet, said.kept) or 0
    of, back = known.underlying if known is not None else None, 0
    for place, leg in enumerate(money):
        if leg.quantity < 0:
            money[place] = with_role(leg, "reward")
        elif leg.asset == of and leg.role == "plain":
            mine = min(held - back, leg.quantity)
            back += mine
            money[place : place + 1] = split(leg, leg.quantity - mine, "reward")
    lost = units.move(said.wallet, said.kept, back - held)
    gone = units.move(said.wallet, said.kept, -back)
    return (*gone, *(with_role(leg, "reward") for leg in lost))
