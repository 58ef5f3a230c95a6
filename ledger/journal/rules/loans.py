"""Loans enter: what was borrowed or repaid, with the debt that moved; postings leave."""

from ledger.journal import chart
from ledger.journal.rules.beside import beside, owes
from ledger.journal.rules.case import Case
from ledger.journal.rules.parties import unmatched
from ledger.journal.rules.trade import BOOKED, trade
from ledger.model.entry import Posting


def loan(case: Case) -> list[Posting]:
    """Units received for a debt, or given to clear one: of one value, and nothing is income.

    Where one of the two is missing the other side is not known: Suspense, never income or expense.
    So it is with what somebody drew, or paid back, on the fund's account. A debt that was drawn to
    clear another one is its other side.
    """
    booked = [leg for leg in case.event.legs if leg.role in BOOKED]
    owed = [leg for leg in booked if leg.role == "debt"]
    if not owed:
        return unmatched(case)
    if len(owed) < len(booked) or len({leg.quantity > 0 for leg in owed}) > 1:
        return trade(case)
    postings: list[Posting] = []
    for leg in owed:
        worth = case.worth(leg.asset, leg.quantity)
        value = None if worth is None else -worth
        other = chart.suspense("unmatched")
        postings += owes(leg.wallet, leg.asset, leg.quantity, value, other)
    return postings + beside(case, BOOKED)
