"""NFTfi: a view in; loans against pieces, from both sides, out.

Sources: NFTfi-Genesis/nftfi.eth, V1 NFTfi.sol, V2 DirectLoanBaseMinimal.sol, V3 LoanBase; the
contracts as DefiLlama's adapter and NFTfi's own client list them.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20, non_fungible
from ledger.model.event import Event
from ledger.protocols._loans import Book
from ledger.protocols._piece_loans import Pledge, begun, foreclosed, repaid
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "nftfi"
#: Before the markets, to which a piece for money is a sale.
RANK: Final = 5

#: LoanStarted(uint32 loanId, address borrower, address lender, (uint256 loanPrincipalAmount,
#: uint256 maximumRepaymentAmount, uint256 nftCollateralId, address loanERC20Denomination,
#: uint32 loanDuration, uint16 loanInterestRateForDurationInBasisPoints,
#: uint16 loanAdminFeeInBasisPoints, address nftCollateralWrapper, uint64 loanStartTime,
#: address nftCollateralContract, address borrower) loanTerms, (address revenueSharePartner,
#: uint16 revenueShareInBasisPoints, uint16 referralFeeInBasisPoints) loanExtras); the third version
#: has no extras, uint256 originationFee before the wrapper and address lender, address escrow,
#: bool isProRata at the end. The first three indexed, as of all that follow.
STARTED: Final = "0x42cc7f53ef7b494c5dd6f0095175f7d07b5d3d7b2a03f34389fea445ba4a3a8b"
STARTED_V3: Final = "0x4d3634f72248e203ec6eab4996f443daca55feea347f82ff609b2d0f5bbaae5a"
#: LoanRepaid(uint32 loanId, address borrower, address lender, uint256 loanPrincipalAmount,
#: uint256 nftCollateralId, uint256 amountPaidToLender, uint256 adminFee, uint256 revenueShare,
#: address revenueSharePartner, address nftCollateralContract, address loanERC20Denomination); the
#: third version shares no revenue.
REPAID: Final = "0x3687d64f40b11dd1c102a76882ac1735891c546a96ae27935eb5c7865b9d86fa"
REPAID_V3: Final = "0x6ee3573bd905753c83bc1aaca3c15bfa36391db95b778bd825eb010645a7ee45"
#: LoanLiquidated(uint32 loanId, address borrower, address lender, uint256 loanPrincipalAmount,
#: uint256 nftCollateralId, uint256 loanMaturityDate, uint256 loanLiquidationDate,
#: address nftCollateralContract).
LIQUIDATED: Final = "0x4fac0ff43299a330bce57d0579985305af580acf256a6d7977083ede81be1326"

#: Its contracts of loans on Ethereum, of the second version and of the third.
CONTRACTS: Final = frozenset(
    {
        "0xf896527c49b44aab3cf22ae356fa3af8e331f280",
        "0xe52cec0e90115abeb3304baa36bc2655731f7934",
        "0x8252df1d8b29057d1afe3062bf5a64d503152bc8",
        "0xd0a40eb7fd94ee97102ba8e9342243a2b2e22207",
        "0xd0c6e59b50c32530c627107f50acc71958c4341f",
        "0x1e0447b19bb6ecfdae1e4ae1694b0c3659614e4e",
        "0x9f10d706d789e4c76a1a6434cd1a9841c875c0a6",
        "0xb6adec2acc851d30d5fb64f3137234bcdcbbad0d",
    }
)

SIGNS: Final = CONTRACTS
#: A piece that a lender takes moves nothing at the one who had borrowed on it.
WITHOUT_LEGS: Final = frozenset({LIQUIDATED})

#: topic → words, place of the principal, of the piece's number and contract, of the money or none
_PLACES: Final = {
    STARTED: (14, 0, 2, 9, 3),
    STARTED_V3: (15, 0, 2, 10, 3),
    REPAID: (8, 0, 1, 6, 7),
    REPAID_V3: (6, 0, 1, 4, 5),
    LIQUIDATED: (5, 0, 1, 4, None),
}
_STEPS: Final = {
    STARTED: begun,
    STARTED_V3: begun,
    REPAID: repaid,
    REPAID_V3: repaid,
    LIQUIDATED: foreclosed,
}


def recognise(view: ActivityView) -> Recognised | None:
    """Loans taken and given, then what ended them."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for topic, step in _STEPS.items():
        for log in logs_with(view.activity, topic, 4, _PLACES[topic][0]):
            if log.address in CONTRACTS:
                events += step(book, view.without(events), _pledge(view, log))
    return book.recognised(events)


def _pledge(view: ActivityView, log: Log) -> Pledge:
    network, (_, principal, number, contract, money) = view.activity.network, _PLACES[log.topics[0]]
    piece = non_fungible(network, "erc721", word_address(log, contract), number_in(log, number))
    return Pledge(
        protocol=NAME,
        contract=log.address,
        number=int(log.topics[1], 16),
        borrower=address_in(log.topics, 2),
        lender=address_in(log.topics, 3),
        principal=number_in(log, principal),
        money=None if money is None else erc20(network, word_address(log, money)),
        piece=piece,
    )
