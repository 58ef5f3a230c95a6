"""A booking, its entries and a regime come in; the lines and totals of a tax year leave.

Lots are consumed over the whole history; only what falls into the year is reported. A gain that
is not known, for want of a basis or of a price, is a problem and in no total: it is never zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol

from ledger.lots.booking import Booking
from ledger.model.amount import spread
from ledger.model.entry import Entry, in_order
from ledger.model.fund import Policy
from ledger.model.lot import Disposal
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine, TaxYear, Term

#: Expenses that are costs of the disposal in whose transaction they were paid.
COSTS_OF_DISPOSAL: Final = frozenset({"gas", "tip", "service_fee", "flash_loan"})


class Regime(Protocol):
    """What a file in `ledger/tax/regimes` gives."""

    @property
    def NAME(self) -> str:  # noqa: N802 -- a constant of the module
        """The regime's name."""

    @property
    def FEES_REDUCE_PROCEEDS(self) -> bool:  # noqa: N802 -- a constant of the module
        """Whether costs of a disposal reduce what it realised."""

    def year_of(self, time: datetime) -> int:
        """The tax year, by the number of the calendar year in which it ends."""

    def term(self, acquired: datetime, disposed: datetime) -> Term:
        """Short or long."""


def assess(
    booking: Booking, entries: Iterable[Entry], regime: Regime, policy: Policy, year: int
) -> TaxYear:
    """The year's disposals, one line a matched lot, its income, and totals of what is known.

    `booking` must be that of `entries` by `policy`, whose base currency is the regime's currency.
    Income is every posting on an income account, at its value then; `kind` is the account's name,
    and a loss from trading is negative.
    """
    due = [entry for entry in in_order(entries) if regime.year_of(entry.time) == year]
    given = defaultdict(list)
    for disposal in booking.disposals:
        given[disposal.entry].append(disposal)
    problems: list[Problem] = []
    lines: list[TaxLine] = []
    income: list[IncomeLine] = []
    for entry in due:
        lines += _lines(entry, given[entry.id], regime, problems)
        income += _income(entry, problems)
    known = [(line.term, line.gain) for line in lines if line.gain is not None]
    return TaxYear(
        regime=regime.NAME,
        year=year,
        method=policy.method,
        currency=policy.base_currency,
        lines=tuple(lines),
        income=tuple(income),
        short=sum(gain for term, gain in known if term == "short"),
        long=sum(gain for term, gain in known if term == "long"),
        income_total=sum(line.value for line in income if line.value is not None),
        problems=tuple(problems),
    )


def _lines(
    entry: Entry, disposals: Sequence[Disposal], regime: Regime, problems: list[Problem]
) -> list[TaxLine]:
    fees = _fees(entry, disposals, problems) if regime.FEES_REDUCE_PROCEEDS else {}
    lines = []
    for disposal in disposals:
        fee = fees.get(disposal.id, 0)
        gain = None if disposal.gain is None else disposal.gain - fee
        if disposal.cost is None:
            problems.append(_problem("missing_basis", disposal, "no cost basis is known"))
        if disposal.proceeds is None:
            problems.append(_problem("missing_price", disposal, "no price is known"))
        acquired = disposal.acquired
        lines.append(
            TaxLine(
                asset=disposal.asset,
                quantity=disposal.quantity,
                acquired=acquired,
                disposed=disposal.disposed,
                proceeds=disposal.proceeds,
                cost=disposal.cost,
                fees=fee,
                gain=gain,
                term="short" if acquired is None else regime.term(acquired, disposal.disposed),
                rule="lot" if disposal.lot else "missing",
                wallet=disposal.wallet,
                lot=disposal.lot,
                source=disposal.entry,
            )
        )
    return lines


def _fees(entry: Entry, disposals: Sequence[Disposal], problems: list[Problem]) -> dict[str, int]:
    """The entry's costs by disposal id, in proportion of proceeds; what pays a cost bears none."""
    bearers = [one for one in disposals if one.kind == entry.kind and one.proceeds]
    weights = tuple(abs(one.proceeds or 0) for one in bearers)
    paid = [
        posting
        for posting in entry.postings
        if posting.account.type == "expense" and posting.account.name in COSTS_OF_DISPOSAL
    ]
    total = sum(posting.value or 0 for posting in paid)
    if not bearers or total <= 0:
        return {}
    if any(posting.value is None for posting in paid):
        text = f"a cost of {entry.id} has no price and reduces no proceeds"
        problems.append(Problem("missing_price", text, entry.id))
    parts = spread(total, weights)
    return {one.id: part for one, part in zip(bearers, parts, strict=True)}


def _income(entry: Entry, problems: list[Problem]) -> list[IncomeLine]:
    lines = []
    for posting in entry.postings:
        if posting.account.type != "income":
            continue
        value = None if posting.value is None else -posting.value
        if value is None:
            text = f"income of {posting.asset} in {entry.id} has no price"
            problems.append(Problem("missing_price", text, entry.id))
        kind = posting.account.name
        lines.append(
            IncomeLine(posting.asset, -posting.quantity, entry.time, value, kind, entry.id)
        )
    return lines


def _problem(code: str, disposal: Disposal, what: str) -> Problem:
    text = f"{what} for {disposal.quantity} base units of {disposal.asset}"
    return Problem(code, text, disposal.entry)
