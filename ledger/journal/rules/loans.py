"""Loans enter: what was borrowed or repaid, with the debt that moved; postings leave."""

from ledger.journal.rules.case import Case
from ledger.journal.rules.parties import unmatched
from ledger.journal.rules.trade import trade
from ledger.model.entry import Posting


def loan(case: Case) -> list[Posting]:
    """Units received for a debt, or given to clear one: of one value, and nothing is income.

    Without a debt in the event the other side is not known: Suspense, never income or expense.
    """
    if any(leg.role == "debt" for leg in case.event.legs):
        return trade(case)
    return unmatched(case)
