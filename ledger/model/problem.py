"""Faults in the data as values: a code of a closed set, what it is about, and what to do next."""

from dataclasses import dataclass
from typing import Final

#: code → what it means; the next action stands in docs/problems.md beside it.
PROBLEM_CODES: Final[dict[str, str]] = {
    "unknown_layout": "the file is of no known venue or layout",
    "unknown_column": "a column of the file is not known to its layout",
    "bad_row": "a row cannot be booked",
    "bad_amount": "a text is no amount of its asset",
    "bad_time": "a text is no time, or its zone is unknown",
    "too_precise": "an amount has more decimals than its asset",
    "unknown_kind": "an operation that the layout does not know",
    "truncated_file": "the file ends in the middle of a row",
    "duplicate_import": "rows that are in the books already",
    "unknown_wallet": "a wallet that the fund does not own",
    "missing_price": "no quote for an asset when one was needed",
    "stale_price": "the newest quote is older than the policy allows",
    "missing_basis": "units were disposed of for which no acquisition is known",
    "ambiguous_lot": "units left and no lot is named for them, or the lots named are too small",
    "partial_split": "a split is of other units than its wallet held; it is of all of them",
    "not_assessed": "a disposal that this tax regime does not assess yet",
    "rules_unknown": "a year for which the program has no rule of the regime of what is taxable",
    "negative_balance": "more units left a wallet than came in",
    "unmatched_transfer": "units left or arrived and no other side was found",
    "in_flight": "a bridge transfer has left one network and not arrived on the other",
    "unexplained_transfer": "a movement that no rule explains, booked to Suspense",
    "unproven_quantity": "a quantity that the node could not prove by state or trace",
    "unknown_decimals": "a token that does not say its decimals; shown in base units",
    "incomplete_receipt": "a receipt without a fee part that its network charges",
    "lying_log": "a Transfer log that its token's balances contradict",
    "spam": "an unsolicited token, quarantined",
    "transaction_not_found": "the node does not know the transaction",
    "transaction_unreadable": "the node's answer about a transaction cannot be read",
    "unsupported_network": "no reader for this network",
    "source_unavailable": "a node or server did not answer as asked",
    "statement_gap": "balances of a statement that follow from no other row of it",
    "balance_break": "the ledger's balance and the observed one differ",
    "position_unread": "nobody read what an open position of liquidity or on margin holds",
    "allocation_needed": "nothing says how lots of a pool fill the wallets that hold its units",
    "allocation_changed": "lots that were allocated to wallets are not what they were then",
    "late_identification": "lots were named, ordered or allocated after they had to be",
    "missing_shares": "nothing says who the partners were at a moment",
    "plan_not_met": "a sale gave more than the lot plan that was made for it",
    "filed_year_changed": "the books say other of a year than what was filed of it",
    "bad_setting": "a setting or its value is not in the closed set",
    "short_sample": "too few observations for the figure that was asked",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault in the data: `source` says where it shows (activity, entry, asset or file)."""

    code: str
    message: str
    source: str = ""
    file: str | None = None
    line: int | None = None

    def __post_init__(self) -> None:
        assert self.code in PROBLEM_CODES, f"{self.code} is no problem code"
