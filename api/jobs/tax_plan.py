"""An asset, units, a wallet and lots → a plan of lots, kept with the time before its sale.

What is checked is that the lots are there: of that asset, in that wallet, with units enough.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from api import given
from api.jobs.tax import Assessment, Question
from api.jobs.tax_record import Record, record_of
from api.jobs.tax_trial import asset_of, wallet_of
from ledger.books import Books
from ledger.model.amount import text_from_units, units_from_text
from ledger.model.asset import Asset
from ledger.model.entry import in_order
from ledger.model.errors import BadInput, NotFound
from ledger.model.filing import LotPlan
from ledger.model.fund import WalletId
from ledger.tax.plans import served

if TYPE_CHECKING:
    from api.desk import Desk


def plan_lots(
    desk: "Desk", asset: str, quantity: str, wallet: str, lots: Sequence[str], by: str
) -> LotPlan:
    """Keep which lots the next sale of an asset out of a wallet takes, in this order.

    The time is that of the store, now: nobody dates a plan back. Raises NotFound for a lot that is
    not open there, BadInput for lots that hold fewer units than are planned.
    """
    person = given.name("the name of who plans", by)
    if len(set(lots)) != len(lots):
        raise BadInput("a lot is named twice")
    books, record = desk.books(), record_of(desk)
    known, place = asset_of(books, asset), wallet_of(books.wallets, wallet)
    units = units_from_text(quantity, known.decimals)
    if units <= 0:
        raise BadInput("a plan is of a quantity above zero")
    held = _open(desk, books, record, known, place)
    for lot in lots:
        if lot not in held:
            raise NotFound(f"{place} holds no lot {lot[:80]!r} of {known.symbol or known.id}")
    found = sum(held[lot] for lot in lots)
    if found < units:
        text = text_from_units(found, known.decimals)
        raise BadInput(f"the lots hold {text}, and {quantity} are planned")

    def make(said_at: datetime, previous: str) -> LotPlan:
        return LotPlan(known.id, place, units, tuple(lots), person, said_at, previous)

    return desk.store.filings.plan(desk.fund.name, make)


def plans_with_sales(
    books: Books, plans: Sequence[LotPlan]
) -> tuple[tuple[LotPlan, str | None], ...]:
    """Every plan with the entry that it served; None where it served none, or none yet."""
    found = served(plans, in_order(books.entries)).plans
    entries = {plan.digest: entry for entry, plan in found.items()}
    return tuple((plan, entries.get(plan.digest)) for plan in plans)


def _open(
    desk: "Desk", books: Books, record: Record, asset: Asset, wallet: WalletId
) -> dict[str, int]:
    """The open lots of an asset in a wallet, with their units, as the fund's regime has them."""
    assessment = Assessment(books, Question(desk.fund.regime), record)
    folded = (assessment.recorded or assessment).folded
    held: dict[str, int] = {}
    for left in folded.answer.left:
        if left.row and left.asset == asset.id and left.wallet in {None, wallet}:
            held[left.row] = held.get(left.row, 0) + left.quantity
    return held
