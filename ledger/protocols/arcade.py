"""Arcade: a view in; loans against pieces and bundles of them, from both sides, out.

Source: arcadexyz/arcade-protocol, ILoanCore.sol of its versions; its logs give numbers of loans
alone. Notes of both sides have the loan's number.
"""

from typing import Final

from ledger.model.event import Event
from ledger.protocols._loans import Book
from ledger.protocols._piece_loans import Pledge, begun, foreclosed, repaid
from ledger.shapes import ActivityView, Recognised, logs_with, number_in, word_address

NAME: Final = "arcade"
#: Before the markets, to which a piece for money is a sale.
RANK: Final = 5

#: LoanStarted(uint256 loanId, address lender, address borrower), LoanRepaid(uint256 loanId),
#: LoanClaimed(uint256 loanId); nothing indexed.
STARTED: Final = "0x80058ebfadf3969c68465e37d0ca6f1647cd2ef5b7a73f5bd388f25be77ed981"
REPAID: Final = "0x9a7851747cd7ffb3fe0a32caf3da48b31f27cebe131267051640f8b72fc47186"
CLAIMED: Final = "0xb15e438728b48d46c9a5505713e60ff50c80559f4523c8f99a246a2069a8684a"

#: LoanCore on Ethereum, of the second version and the third (arcadexyz, deployments).
CORES: Final = frozenset(
    {
        "0x81b2f8fc75bab64a6b144aa6d2faa127b4fa7fd9",
        "0x89bc08ba00f135d608bc335f6b33d7a9abcc98af",
    }
)

SIGNS: Final = CORES
#: The note of a borrower is burnt where the piece is lost; what was owed moves nothing.
WITHOUT_LEGS: Final = frozenset({CLAIMED})


def recognise(view: ActivityView) -> Recognised | None:
    """Loans taken and given, then what ended them."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, STARTED, 1, 3):
        if log.address in CORES:
            loan = Pledge(
                NAME, log.address, number_in(log, 0), word_address(log, 2), word_address(log, 1)
            )
            events += begun(book, view.without(events), loan)
    for topic, step in ((REPAID, repaid), (CLAIMED, foreclosed)):
        for log in logs_with(view.activity, topic, 1, 1):
            if log.address in CORES:
                loan = Pledge(NAME, log.address, number_in(log, 0))
                events += step(book, view.without(events), loan)
    return book.recognised(events)
