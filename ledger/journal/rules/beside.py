"""What comes along with an event enters: fees, rewards, interest, debts; their postings leave."""

from collections.abc import Collection
from typing import Final

from ledger.journal import chart
from ledger.journal.rules.case import MOVEMENTS, Case, against, posted
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Posting
from ledger.model.event import Leg, LegRole
from ledger.model.fund import WalletId

#: The expense that a leg of this role is.
COSTS: Final[dict[LegRole, str]] = {
    "premium": "flash_loan",
    "tip": "tip",
    "fee": "service_fee",
    "penalty": "penalty",
}


def beside(
    case: Case, booked: Collection[LegRole] = MOVEMENTS, reward: str = "reward"
) -> list[Posting]:
    """Postings of every leg whose role the rule has not `booked` itself, each at its own quote.

    `reward` names the income that reward legs are. Interest received is income, interest paid an
    expense; interest on a debt of the same event makes the debt grow. A title has no lot and no
    value of its own: they are its position's.
    """
    owed = {leg.asset for leg in case.event.legs if leg.role == "debt"}
    postings: list[Posting] = []
    for leg in case.event.legs:
        if leg.role in booked:
            continue
        if leg.role == "title":
            postings += posted(chart.wallet(leg.wallet), leg.asset, leg.quantity)
            postings += posted(chart.titles(), leg.asset, -leg.quantity)
        elif leg.role == "debt":
            postings += owes(leg.wallet, leg.asset, leg.quantity, _owed(case, leg), chart.trading())
        elif leg.role == "interest" and leg.asset in owed:
            growth = _owed(case, leg)
            interest = chart.expense("interest")
            postings += owes(leg.wallet, leg.asset, leg.quantity, growth, interest)
        else:
            other = _other_side(leg, reward)
            value = case.worth(leg.asset, leg.quantity)
            postings += against(other, leg.wallet, leg.asset, leg.quantity, value)
    return postings


def owes(
    owner: WalletId, asset: AssetId, quantity: int, value: int | None, other: Account
) -> list[Posting]:
    """Debt units that a wallet owes more (positive) or less; `value` has the opposite sign."""
    opposite = None if value is None else -value
    own = posted(chart.debt(owner), asset, quantity, "none", value)
    return own + posted(other, asset, -quantity, "none", opposite)


def network_fee(case: Case, kind: str = "gas") -> list[Posting]:
    """The network fee as an expense: units that paid it are given up at their value."""
    fee = case.event.fee
    if fee is None:
        return []
    value = case.worth(fee.asset, -fee.quantity)
    return against(chart.expense(kind), fee.wallet, fee.asset, -fee.quantity, value)


def _owed(case: Case, leg: Leg) -> int | None:
    worth = case.worth(leg.asset, leg.quantity)
    return None if worth is None else -worth


def _other_side(leg: Leg, reward: str) -> Account:
    if leg.role == "reward":
        return chart.income(reward)
    if leg.role == "interest":
        return chart.income("interest") if leg.quantity > 0 else chart.expense("interest")
    return chart.expense(COSTS[leg.role])
