"""What a market did for an owner in a helper's hands: its logs in; one event of all of them out.

Whoever levers up, or down, over a contract of somebody else's never holds what was lent or given
back: the market pays the helper and is paid by it, and at the fund moves its own share at most. The
logs name the owner all the same: what it has and owes is no less its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.chains.networks import NETWORKS
from ledger.model.amount import portion
from ledger.model.asset import Asset, AssetId, contract_of, debt, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import wallet_id
from ledger.protocols._loans import Book, Does
from ledger.shapes import ZERO_ADDRESS, ActivityView, event, is_non_fungible, net, with_role


@dataclass(frozen=True, slots=True)
class Step:
    """Units that a market took for an owner from a helper, or gave to it.

    `reference` tells what of the market holds them, or is owed them, `grown` by how much a debt
    grew beside it.
    """

    does: Does
    owner: str
    helper: str
    of: AssetId
    amount: int
    reference: str
    grown: int = 0


def levered(book: Book, rest: ActivityView, steps: Iterable[Step]) -> Event | None:
    """All steps and what the fund itself gave the helpers and had from them, as one event.

    Where nothing is lent or repaid there must be something of the fund's: units that somebody else
    put in are no deposit of the fund's, nor those that he took out.
    """
    found = [step for step in steps if step.amount and step.helper not in rest.owned]
    helpers = {step.helper for step in found} | {rest.called}
    own = own_part(rest, helpers | _spent_with(rest, found))
    does = {step.does for step in found}
    owes = bool(does & {"borrow", "repay"})
    if not rest.acts and does <= {"deposit", "repay"}:
        # who pays for the fund unasked gives nothing back of it beside
        own = ()
    if not found or not (owes or own):
        return None
    legs, note = own, ""
    for step in found:
        more, said = _moved(book, step)
        legs, note = (*legs, *more), note or said
    if not legs:
        return None
    kept = {
        position(rest.activity.network, book.protocol, step.reference): step.of
        for step in found
        if step.does in {"deposit", "withdraw"}
    }
    if owes and not note:
        note = carries(rest, legs, kept)
    return event(rest, _kind(does), legs, book.protocol, note)


def carries(
    view: ActivityView,
    legs: Iterable[Leg],
    kept: Mapping[AssetId, AssetId],
    worth: Mapping[AssetId, int] | None = None,
) -> str:
    """The word of a loan's note that tells the fund's own collateral apart: it was not sold.

    `kept` says of what asset what a market holds is; unit by unit, or of how many units all that
    moved of it is `worth`. What the fund itself gave of that asset went into it, and what it had of
    it came out; only the rest was bought for the loan, or sold to repay it.
    """
    sums = net(leg for leg in legs if leg.role in {"plain", "position"})
    pairs: list[str] = []
    for held, of in kept.items():
        moved = sums.get(held, 0)
        left, coin = abs(moved), native(view.activity.network)
        whole = (worth or {}).get(held, left)
        for own in (of, coin) if wraps_coin(view, of) else (of,):
            units = min(whole, -sums.get(own, 0) if moved > 0 else sums.get(own, 0))
            part = min(left, portion(abs(moved), units, whole)) if units > 0 else 0
            if part:
                ends = (f"{units}={own}", f"{part}={held}")
                pairs.append(">".join(ends if moved > 0 else ends[::-1]))
                left -= part
    return f"carries:{','.join(pairs)}" if pairs else ""


def own_collateral(view: ActivityView, legs: Sequence[Leg], facts: Iterable[Asset]) -> str:
    """The same of tokens that stand for as many units each, and grow with interest."""
    known = {**view.assets, **{fact.id: fact for fact in facts}}
    found = {leg.asset: known[leg.asset] for leg in legs if leg.asset in known}
    kept = {
        asset: fact.underlying
        for asset, fact in found.items()
        if fact.underlying and fact.kind != "debt" and fact.accrues == "interest"
    }
    return carries(view, legs, kept)


def wraps_coin(view: ActivityView, token: AssetId) -> bool:
    """Whether a token is the network's wrapped coin, or its contract took or gave coin here."""
    known = NETWORKS.get(view.activity.network)
    wrapped = known.wrapped if known is not None else None
    if wrapped and token == erc20(view.activity.network, wrapped):
        return True
    contract = contract_of(token)
    return contract is not None and any(
        move.asset == native(view.activity.network) and contract in {move.sender, move.recipient}
        for move in view.activity.transfers
    )


def known(book: Book, steps: Iterable[Step]) -> list[Step]:
    """The steps; where the fund does not act, only if the books know something of those markets.

    Whom the fund has let do so, as a keeper, levers up or down for it what it has there.
    """
    found, view = list(steps), book.view
    here = {
        make(view.activity.network, book.protocol, step.reference)
        for step in found
        for make in (position, debt)
    }
    held = {asset for (_, asset), units in view.held.items() if units}
    return found if view.acts or here & held else []


def changed(collateral: int, loan: int) -> list[tuple[Does, int]]:
    """What signed changes of collateral and debt are, with their sizes."""
    found: list[tuple[Does, int]] = []
    if collateral:
        found.append(("deposit" if collateral > 0 else "withdraw", abs(collateral)))
    if loan:
        found.append(("borrow" if loan > 0 else "repay", abs(loan)))
    return found


def titled(view: ActivityView, number: int) -> tuple[str, tuple[Leg, ...]]:
    """The owned address that a position's token went to last, and the legs of it as titles."""
    pieces = [
        one
        for one in view.activity.transfers
        if is_non_fungible(one.asset) and one.asset.endswith(f"/{number}")
    ]
    owner = pieces[-1].recipient if pieces else ""
    legs = [leg for leg in view.legs if pieces and leg.asset == pieces[-1].asset]
    return owner if owner in view.owned else "", tuple(with_role(leg, "title") for leg in legs)


def own_part(rest: ActivityView, helpers: set[str]) -> tuple[Leg, ...]:
    """What moved between the fund and the helpers."""
    return tuple(
        leg
        for leg in rest.legs
        if leg.counterparty in helpers and not is_non_fungible(leg.asset) and leg.role == "plain"
    )


def _spent_with(rest: ActivityView, steps: Iterable[Step]) -> set[str]:
    """Who sold to the helpers for what they drew or took out: it may pay the fund itself."""
    out = {(step.helper, step.of) for step in steps if step.does in {"borrow", "withdraw"}}
    found = {
        one.recipient
        for one in rest.activity.transfers
        if (one.sender, one.asset) in out and one.recipient != ZERO_ADDRESS
    }
    return found - rest.owned


def _kind(does: set[Does]) -> str:
    if "repay" in does:
        return "repay"
    if "borrow" in does:
        return "borrow"
    return "lend_deposit" if does == {"deposit"} else "lend_withdraw"


def _moved(book: Book, step: Step) -> tuple[tuple[Leg, ...], str]:
    network = book.view.activity.network
    wallet = wallet_id(network, step.owner)
    if step.does in {"borrow", "repay"}:
        owed = debt(network, book.protocol, step.reference)
        units = step.amount if step.does == "borrow" else -step.amount
        return book.owe(wallet, owed, units, step.of, grown=step.grown), ""
    kept = position(network, book.protocol, step.reference)
    if step.does == "deposit":
        return book.put(wallet, kept, step.amount, step.of), ""
    return book.take(wallet, kept, step.amount, ())
