"""Lyra's first version (Avalon): a view in; options bought, written, exercised and expired out.

Sources: lyra-protocol, contracts/OptionToken.sol (the log and its types), OptionMarket.sol and
ShortCollateral.sol (who pays whom). Each position has a token of its own number, the title of a
position that is counted in options where they were bought, and in its collateral where they were
written. One log says what it holds afterwards; anybody may settle it once it is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, contract_of, non_fungible, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    split,
    with_role,
)

NAME: Final = "lyra"
#: Before the markets of collectibles.
RANK: Final = 5

#: PositionUpdated(uint256 positionId, address owner, uint8 updatedType, (uint256 positionId,
#: uint256 strikeId, uint8 optionType, uint256 amount, uint256 collateral, uint8 state) position,
#: uint256 timestamp); the first three indexed.
UPDATED: Final = "0xf9b31acb62d492321b0251319b98e9ec85be9c8d6ac5ff592a574c6d09c93466"
OPENED, ADJUSTED, CLOSED, SETTLED, LIQUIDATED = 0, 1, 2, 7, 8
_ENDS: Final = frozenset({CLOSED, SETTLED, LIQUIDATED})
#: Types of options that were bought: calls and puts. The others were written.
_LONG: Final = frozenset({0, 1})
#: Options and collateral are counted with so many decimals.
_DECIMALS: Final = 18

SIGNS: Final = frozenset({UPDATED})
#: It counts for a position that the books know, or with its token.
VOUCHED: Final = frozenset({UPDATED})
#: What is over and came to nothing is settled by anybody, in one go.
WITHOUT_LEGS: Final = frozenset({UPDATED})


@dataclass(frozen=True, slots=True)
class _Said:
    """What a log says of a position, and where the books have it."""

    does: int
    long: bool
    amount: int
    collateral: int
    wallet: WalletId
    kept: AssetId
    token: AssetId


def recognise(view: ActivityView) -> Recognised | None:
    """What became of each position of an owned address; what ended together is one event."""
    units, events, facts = Units(view), tuple[Event, ...](), tuple[Asset, ...]()
    ends: list[_Said] = []
    for log in logs_with(view.activity, UPDATED, 4, 7):
        if address_in(log.topics, 2) not in view.owned:
            continue
        said, rest = _said(view, log), view.without(events)
        if said.does == OPENED:
            found = _opened(rest, said, units)
            events, facts = events + found[0], facts + found[1]
        elif said.does == ADJUSTED:
            events += _changed(rest, said, units)
        elif said.does in _ENDS:
            ends.append(said)
    events += _ended(view.without(events), ends, units)
    return Recognised(events, facts) if events else None


def _said(view: ActivityView, log: Log) -> _Said:
    network, number = view.activity.network, int(log.topics[1], 16)
    return _Said(
        does=int(log.topics[3], 16),
        long=number_in(log, 2) in _LONG,
        amount=number_in(log, 3),
        collateral=number_in(log, 4),
        wallet=wallet_id(network, address_in(log.topics, 2)),
        kept=position(network, NAME, f"{log.address}.{number}"),
        token=non_fungible(network, "erc721", log.address, number),
    )


def _titles(view: ActivityView, said: _Said) -> tuple[Leg, ...]:
    return tuple(with_role(leg, "title") for leg in view.legs if leg.asset == said.token)


def _money(view: ActivityView) -> list[Leg]:
    return [leg for leg in view.legs if contract_of(leg.asset) and not is_non_fungible(leg.asset)]


def _opened(
    view: ActivityView, said: _Said, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """A premium for options, or collateral for a premium."""
    money, titles, number = _money(view), _titles(view, said), said.kept.rpartition(".")[2]
    paid = [leg for leg in money if leg.quantity < 0]
    if not paid or not titles:
        return (), ()
    made = said.amount if said.long else -sum(leg.quantity for leg in paid)
    base = None if said.long else view.assets.get(paid[0].asset)
    kept = Asset(
        said.kept,
        base.symbol if base else f"option #{number}",
        base.decimals if base else _DECIMALS if said.long else 0,
        "position",
        underlying=None if said.long else paid[0].asset,
    )
    legs = (*money, *titles, *units.move(said.wallet, said.kept, made))
    one = event(view, "option_buy" if said.long else "option_write", legs, NAME)
    return (one,), (kept, Asset(said.token, f"#{number}", 0, "nft", underlying=said.kept))


def _changed(view: ActivityView, said: _Said, units: Units) -> tuple[Event, ...]:
    """More options or fewer, more collateral or less, of a position that the books know."""
    money, held = _money(view), units.of(said.wallet, said.kept) or 0
    after = said.amount if said.long else _collateral(view, said)
    if after is None or not money or not held:
        return ()
    more, less = ("option_buy", "swap") if said.long else ("option_write", "option_expiry")
    moved = units.move(said.wallet, said.kept, after - held)
    return (event(view, more if after >= held else less, (*money, *moved), NAME),)


def _collateral(view: ActivityView, said: _Said) -> int | None:
    """The logged collateral in units of its asset, where its decimals are known."""
    known = view.assets.get(said.kept)
    of = view.assets.get(known.underlying) if known and known.underlying else None
    if of is None or of.decimals > _DECIMALS:
        return None
    scale: int = 10 ** (_DECIMALS - of.decimals)
    return -(-said.collateral // scale)


def _ended(view: ActivityView, ends: Sequence[_Said], units: Units) -> tuple[Event, ...]:
    """All of positions: what options brought, and what is left of the collateral of others.

    What comes back beyond collateral is the result of who wrote, as is what does not come back.
    """
    money, legs, note = _money(view), list[Leg](), ""
    ours = [said for said in ends if _titles(view, said) or units.of(said.wallet, said.kept)]
    for said in ours:
        held = units.of(said.wallet, said.kept) or 0
        note = note if held else "position:unknown"
        legs += _titles(view, said)
        back = held if said.long else _back(view, said, money, held)
        legs += units.move(said.wallet, said.kept, -back)
        lost = units.move(said.wallet, said.kept, back - held)
        legs += [with_role(leg, "reward") for leg in lost]
    if not ours or not (money or legs):
        return ()
    brought = any(leg.quantity > 0 for leg in money)
    kind = "option_exercise" if brought else "option_expiry"
    if all(said.does == CLOSED for said in ours):
        kind = "swap"
    if not any(said.long for said in ours):
        kind = "option_expiry"
    return (event(view, kind, (*money, *legs), NAME, note),)


def _back(view: ActivityView, said: _Said, money: list[Leg], held: int) -> int:
    """How much of the collateral came back; what came beyond it is told apart in `money`."""
    known = view.assets.get(said.kept)
    of, back = known.underlying if known is not None else None, 0
    for place, leg in enumerate(money):
        if leg.asset == of and leg.quantity > 0 and leg.role == "plain":
            mine = min(held - back, leg.quantity)
            back += mine
            money[place : place + 1] = split(leg, leg.quantity - mine, "reward")
    return back
