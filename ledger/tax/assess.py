"""A booking, its entries and a regime come in; the lines and totals of a tax year leave.

A disposal is a line a matched lot, a repaid debt a line a borrowing. Lots are consumed over the
whole history; only what falls into the year is reported. A gain that is not known, for want of a
basis or of a price, is a problem and in no total: it is never zero. Nor is what a regime does not
assess in any: gifts, losses, what investors took in kind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from ledger.lots.booking import Booking
from ledger.model.asset import AssetId, currency, currency_of
from ledger.model.entry import Entry, in_order
from ledger.model.fund import Policy
from ledger.model.lot import Disposal
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine, TaxYear, Term
from ledger.nav.debts import Repayment, repayments
from ledger.tax.costs import costs_of_disposals, costs_of_purchases, unpriced_costs

#: What a line stands for: a lot, units without one, a debt that was repaid, no sale at all.
LOT: Final = "lot"
MISSING: Final = "missing"
SHORT_CLOSED: Final = "short_closed"
NOT_ASSESSED: Final = "not_assessed"

#: Types of accounts that say what units were given up for.
_PURPOSES: Final = frozenset({"expense", "equity"})


class Regime(Protocol):
    """What a file in `ledger/tax/regimes` gives."""

    @property
    def NAME(self) -> str:  # noqa: N802 -- a constant of the module
        """The regime's name."""

    @property
    def FEES_REDUCE_PROCEEDS(self) -> bool:  # noqa: N802 -- a constant of the module
        """Whether costs of a disposal reduce what it realised, and those of a purchase its gain."""

    def year_of(self, time: datetime) -> int:
        """The tax year, by the number of the calendar year in which it ends."""

    def term(self, acquired: datetime, disposed: datetime) -> Term:
        """Short or long."""

    def assesses(self, asset: AssetId, purpose: str) -> bool:
        """Whether giving up an asset for a purpose (a kind of entry or expense) is a sale."""


def assess(
    booking: Booking, entries: Iterable[Entry], regime: Regime, policy: Policy, year: int
) -> TaxYear:
    """The year's disposals, one line a matched lot, its income, and totals of what is known.

    `booking` must be that of `entries` by `policy`, whose base currency is the regime's currency.
    Income is every posting on an income account, at its value then; `kind` is the account's name,
    and a loss from trading is negative.
    """
    ordered = in_order(entries)
    given = defaultdict(list)
    for disposal in booking.disposals:
        given[disposal.entry].append(disposal)
    with_costs = regime.FEES_REDUCE_PROCEEDS
    added = costs_of_purchases(ordered, booking.disposals) if with_costs else {}
    repaid = repayments(ordered)
    problems: list[Problem] = []
    lines: list[TaxLine] = []
    income: list[IncomeLine] = []
    for entry in ordered:
        if regime.year_of(entry.time) == year:
            lines += _lines(entry, given[entry.id], added, regime, problems)
            lines += _shorts(repaid.get(entry.id, ()), regime, policy, problems)
            income += _income(entry, problems)
    problems += _not_assessed(lines)
    known = [(line.term, line.gain) for line in lines if line.gain is not None]
    return TaxYear(
        regime=regime.NAME,
        year=year,
        method=policy.method_in(year),
        currency=policy.base_currency,
        lines=tuple(lines),
        income=tuple(income),
        short=sum(gain for term, gain in known if term == "short"),
        long=sum(gain for term, gain in known if term == "long"),
        income_total=sum(line.value for line in income if line.value is not None),
        problems=tuple(problems),
    )


def _lines(
    entry: Entry,
    disposals: Sequence[Disposal],
    added: Mapping[str, int],
    regime: Regime,
    problems: list[Problem],
) -> list[TaxLine]:
    sales = [one for one in disposals if regime.assesses(one.asset, _purpose(entry, one))]
    fees: Mapping[str, int] = {}
    if regime.FEES_REDUCE_PROCEEDS:
        fees = costs_of_disposals(entry, sales)
        problems += unpriced_costs(entry, sales)
    assessed = {one.id for one in sales}
    lines = []
    for one in disposals:
        line = _line(one, added.get(one.id, 0), fees.get(one.id, 0), regime)
        if one.id not in assessed:
            line = replace(line, rule=NOT_ASSESSED, gain=None)
        else:
            problems += _unknown(line)
        lines.append(line)
    return lines


def _line(disposal: Disposal, added: int, fee: int, regime: Regime) -> TaxLine:
    """A disposal with the costs of its purchase in its basis, and its own against its proceeds."""
    acquired = disposal.acquired
    return TaxLine(
        asset=disposal.asset,
        quantity=disposal.quantity,
        acquired=acquired,
        disposed=disposal.disposed,
        proceeds=disposal.proceeds,
        cost=None if disposal.cost is None else disposal.cost + added,
        fees=fee,
        gain=None if disposal.gain is None else disposal.gain - added - fee,
        term="short" if acquired is None else regime.term(acquired, disposal.disposed),
        rule=LOT if disposal.lot else MISSING,
        wallet=disposal.wallet,
        lot=disposal.lot,
        source=disposal.entry,
    )


def _shorts(
    repaid: Sequence[Repayment], regime: Regime, policy: Policy, problems: list[Problem]
) -> list[TaxLine]:
    """Debts repaid: taken up at what they were booked at, closed at what the units are worth then.

    What was borrowed in the base currency has no gain and is no line; units repaid beyond all debt
    are interest.
    """
    lines = []
    for one in repaid:
        if one.debt is None or one.place[1] == currency(policy.base_currency):
            continue
        assessed = regime.assesses(one.place[1], SHORT_CLOSED)
        line = TaxLine(
            asset=one.place[1],
            quantity=one.quantity,
            acquired=one.debt.taken,
            disposed=one.entry.time,
            proceeds=one.booked,
            cost=one.worth,
            fees=0,
            gain=one.gain if assessed else None,
            term="short",
            rule=SHORT_CLOSED if assessed else NOT_ASSESSED,
            wallet=one.wallet,
            lot=one.debt.id,
            source=one.entry.id,
        )
        if assessed and line.gain is None:
            problems.append(_problem("missing_price", line, "no price is known"))
        lines.append(line)
    return lines


def _purpose(entry: Entry, disposal: Disposal) -> str:
    """What units were given up for: an expense, an investor, else the entry's kind."""
    if disposal.kind == entry.kind:
        for posting in entry.postings:
            to = posting.account
            if to.type in _PURPOSES and posting.asset == disposal.asset and posting.quantity > 0:
                return to.name
    return disposal.kind


def _unknown(line: TaxLine) -> Iterator[Problem]:
    if line.cost is None:
        yield _problem("missing_basis", line, "no cost basis is known")
    if line.proceeds is None:
        yield _problem("missing_price", line, "no price is known")


def _not_assessed(lines: Iterable[TaxLine]) -> Iterator[Problem]:
    """One problem an entry and asset; one in all for a currency, which is spent many times."""
    totals: Counter[tuple[str, AssetId]] = Counter()
    for line in lines:
        if line.rule == NOT_ASSESSED:
            totals[line.asset if currency_of(line.asset) else line.source, line.asset] += (
                line.quantity
            )
    for (source, asset), quantity in totals.items():
        text = f"{quantity} base units of {asset} went in a way that this regime does not assess"
        yield Problem("not_assessed", text, source)


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


def _problem(code: str, line: TaxLine, what: str) -> Problem:
    text = f"{what} for {line.quantity} base units of {line.asset}"
    return Problem(code, text, line.source)
