"""An event of a transaction in which the fund did not act; whether it can be believed leaves.

Anybody can send a token along and log whatever a protocol would: that a wallet earned it, that it
borrowed, or that its position was closed. So where the fund neither sent the transaction nor was
called, a log alone makes no income, no debt and no position; what it says is left to the shapes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from ledger.model.asset import AssetId
from ledger.model.event import Event
from ledger.model.fund import WalletId
from ledger.shapes import ActivityView, Recognised

#: What is earned, and by nobody's word but that of who pays it.
INCOME: Final = frozenset("reward airdrop pool_fees".split())
#: What stands in the id of a debt that no token shows.
_DEBT: Final = "/debt:"
#: What a protocol gives back it gives for something.
_GIVEN_BACK: Final = frozenset("pool_withdraw lend_withdraw vault_withdraw unstake".split())


def spoken(
    view: ActivityView,
    known: frozenset[str],
    recognise: Callable[[ActivityView], Recognised | None],
) -> tuple[Event, ...]:
    """The events that stand on logs of known contracts: there with those alone, gone without them.

    Whoever else logs in the same transaction speaks for nothing. Where the fund acted nobody asks.
    """
    logs = tuple([log for log in view.activity.logs if log.address in known])
    if not logs or view.acts:
        return ()
    silent, heard = (
        recognise(replace(view, activity=replace(view.activity, logs=said))) for said in ((), logs)
    )
    without = silent.events if silent is not None else ()
    return tuple([one for one in (heard.events if heard is not None else ()) if one not in without])


def believed(
    view: ActivityView, event: Event, known: frozenset[str], said: Collection[Event] = ()
) -> Event | None:
    """The event as far as it counts, or None; `known` are addresses that its protocol knows.

    That a token stands for a debt is known from before, or a known contract's log tells it.

    Income that a stranger's contract tells of is no more than something that came. A known contract
    tells of an event by its own log (`said`), or by paying all of it; that it was called, or logged
    something else, is no word of its own.
    """
    if view.acts:
        return event
    if event.kind == "flash_loan" or not (event in said or _debts_are_known(view, event)):
        return None
    if not _is_backed(view, event, spoken=event in said):
        return None
    came = [leg for leg in event.legs if leg.claim is not None and leg.quantity > 0]
    paid = bool(came) and all(leg.counterparty in known for leg in came)
    by_known = paid or event in said
    if event.kind in INCOME and not by_known:
        return replace(event, kind="receive") if len(came) == len(event.legs) else None
    # what was taken for a debt that the books do not know waits in Suspense, and is no loss
    told = event in said and event.note == "debt:unknown"
    if event.kind == "liquidation" and all(leg.role != "debt" for leg in event.legs) and not told:
        return None
    given = any(leg.quantity < 0 for leg in event.legs)
    return None if event.kind in _GIVEN_BACK and not given and not by_known else event


def _debts_are_known(view: ActivityView, event: Event) -> bool:
    """Whether tokens that stand for debts are known to do so from before."""
    tokens = {leg.asset for leg in event.legs if leg.role == "debt" and leg.claim is not None}
    known = (view.assets.get(token) for token in tokens)
    return all(one is not None and one.kind == "debt" for one in known)


def _is_backed(view: ActivityView, event: Event, *, spoken: bool) -> bool:
    """Whether the books know the debts and positions that got less, by as much at least.

    More of a position is believed where a contract that the protocol knows has said so; more of a
    debt where it went into a position beside it, of which the books know a part: who may do so for
    the fund levers it up.
    """
    sums: defaultdict[tuple[WalletId, AssetId], int] = defaultdict(int)
    for leg in event.legs:
        if leg.claim is None:
            sums[leg.wallet, leg.asset] += leg.quantity
    more = any(change > 0 and _DEBT not in place[1] for place, change in sums.items())
    levers = more and any(view.held.get(place, 0) > 0 for place in sums)
    for place, change in sums.items():
        held = view.held.get(place, 0)
        grows = change > 0 and spoken and (levers or _DEBT not in place[1])
        if not grows and not (held * change <= 0 and abs(change) <= abs(held)):
            return False
    return True
