"""Loans enter: what was borrowed or repaid, with the debt that moved; postings leave."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ledger.journal import chart
from ledger.journal.rules.beside import beside, owes
from ledger.journal.rules.carry import carried
from ledger.journal.rules.case import MOVEMENTS, Case
from ledger.journal.rules.parties import unmatched
from ledger.journal.rules.trade import BOOKED, trade
from ledger.model.asset import AssetId
from ledger.model.entry import Posting
from ledger.model.event import Leg


def loan(case: Case) -> list[Posting]:
    """Units received for a debt, or given to clear one: of one value, and nothing is income.

    Own collateral that went along (note `carries:<units>=<given>><units>=<come>`) changed its place
    alone.
    Where one of the two is missing, or comes of a position that the books do not know, the other
    side is not known: Suspense, never income or expense.
    So it is with what somebody drew, or paid back, on the fund's account. A debt that was drawn to
    clear another one is its other side.
    """
    if pairs := case.note_word("carries"):
        own, rest = _apart(case, pairs)
        return carried(own) + loan(rest)
    booked = [leg for leg in case.event.legs if leg.role in BOOKED]
    owed = [leg for leg in booked if leg.role == "debt"]
    if not owed:
        return unmatched(case)
    if not _is_told(case, booked):
        return _unknown(case, owed)
    return trade(case)


def _is_told(case: Case, booked: Iterable[Leg]) -> bool:
    """Whether something was given for all that came, and nothing of it is of unknown positions.

    A debt that shrank came, one that grew was given.
    """
    sums: Counter[tuple[bool, AssetId]] = Counter()
    for leg in booked:
        owed = leg.role == "debt"
        sums[owed, leg.asset] += -leg.quantity if owed else leg.quantity
    both = len({total > 0 for total in sums.values() if total}) > 1
    return both and case.note_word("position") != "unknown"


def _unknown(case: Case, owed: Iterable[Leg]) -> list[Posting]:
    """Debts and what moved beside them, each against Suspense."""
    postings: list[Posting] = []
    for leg in owed:
        worth = case.worth(leg.asset, leg.quantity)
        value = None if worth is None else -worth
        other = chart.suspense("unmatched")
        postings += owes(leg.wallet, leg.asset, leg.quantity, value, other)
    moved = tuple(leg for leg in case.event.legs if leg.role in MOVEMENTS)
    beneath = replace(case, event=replace(case.event, legs=moved))
    return postings + unmatched(beneath) + beside(case, MOVEMENTS | {"debt"})


def liquidation(case: Case) -> list[Posting]:
    """Collateral that was lost for a debt that was cleared, or one taken over with what came.

    Where nothing but debt moved, the books do not know what went for it: that is no income.
    """
    booked = [leg for leg in case.event.legs if leg.role in BOOKED]
    alone = bool(booked) and all(leg.role == "debt" for leg in booked)
    return loan(case) if alone else trade(case)


def _apart(case: Case, pairs: str) -> tuple[Case, Case]:
    """The collateral that changed its place, and the loan without it."""
    rest, own = case.event.legs, tuple[Leg, ...]()
    for pair in pairs.split(","):
        for end, sign in zip(pair.split(">"), (-1, 1), strict=True):
            units, _, asset = end.partition("=")
            taken, rest = _taken(rest, AssetId(asset), sign * int(units))
            own += taken
    told = replace(case.event, note="")
    return (
        replace(case, event=replace(told, legs=own)),
        replace(case, event=replace(told, legs=rest)),
    )


def _taken(
    legs: Iterable[Leg], asset: AssetId, units: int
) -> tuple[tuple[Leg, ...], tuple[Leg, ...]]:
    """Signed units of an asset off the legs that moved it, and what is left of all legs."""
    taken, rest = list[Leg](), list[Leg]()
    for leg in legs:
        fits = leg.asset == asset and leg.role in MOVEMENTS and leg.quantity * units > 0
        part = min(abs(units), abs(leg.quantity)) * (1 if units > 0 else -1) if fits else 0
        units -= part
        taken += [replace(leg, quantity=part)] if part else []
        rest += [replace(leg, quantity=leg.quantity - part)] if leg.quantity != part else []
    return tuple(taken), tuple(rest)
