"""Rows and settings come in; tax events leave: what each kind of row is, side by side.

Inside a row what comes in stands before what goes out, so that a fee may be paid in units that the
same row brought; fee units of a transfer leave before the rest moves.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from ledger.model.amount import portion
from ledger.tax.history.events import (
    Acquire,
    Become,
    Dispose,
    Event,
    Exchange,
    Fault,
    Income,
    Move,
)
from ledger.tax.history.prices import Prices, Valuation
from ledger.tax.history.rows import Amount, Read, TaxRow, microseconds
from ledger.tax.history.settings import Settings
from ledger.tax.history.units import Change, Units
from ledger.tax.terms import Calendar

TRADES: Final = frozenset("buy sell swap liquidation".split())
INCOME: Final = frozenset("income interest staking mining airdrop fork".split())
#: Units that come with a stated basis and are no income.
ARRIVALS: Final = frozenset("gift_received contribution deposit borrow".split())
#: Of those, what comes with the basis that somebody else had, or that nobody states.
WITH_BASIS: Final = frozenset("gift_received contribution deposit".split())
GIFTS: Final = frozenset("gift_sent donation".split())
#: Units that leave at their cost: no statute of the closed set says what they realise.
NOT_ASSESSED: Final = frozenset("redemption lost stolen withdrawal".split())


class History(NamedTuple):
    """Events in the order of the books, income, faults, and what numbers mean."""

    events: tuple[Event, ...]
    income: tuple[Income, ...]
    faults: tuple[Fault, ...]
    units: Units
    prices: Valuation


def history_of(read: Read, settings: Settings, calendar: Calendar, currency: str) -> History:
    """The tax events of rows. Rows of one instant: in, change of form, move, out."""
    changes = [_change(row, calendar) for row in read.rows if row.kind == "split"]
    units, prices = Units(read.places, changes), Prices(read.prices)
    treatment = _Treatment(settings, currency, units, prices)
    events: list[Event] = []
    for row in read.rows:
        if row.kind == "split":
            change = _change(row, calendar)
            if change.into != change.asset:
                events.append(Become(row.time, row.id, change.asset, change.into))
            events += treatment.fee_alone(row)
        else:
            events += treatment.events(row)
    faults = (*read.faults, *treatment.faults)
    return History(tuple(events), tuple(treatment.income), faults, units, prices)


def _change(row: TaxRow, calendar: Calendar) -> Change:
    """A split stands first on its day; a change into another asset stands where it happened."""
    assert row.sent is not None and row.received is not None, "legs were checked"
    place = row.place
    if row.sent.asset == row.received.asset:
        place = (microseconds(calendar.start(calendar.day(row.time))), -1, row.id)
    ratio = Fraction(row.received.quantity, row.sent.quantity)
    return Change(place, row.sent.asset, row.received.asset, ratio)


class _Treatment:
    """Row by row, in order; `income` and `faults` grow."""

    def __init__(self, settings: Settings, currency: str, units: Units, prices: Prices) -> None:
        self.income: list[Income] = []
        self.faults: list[Fault] = []
        self._settings = settings
        self._currency = currency
        self._units = units
        self._prices = prices
        self._neutral_swaps = settings.method == "portfolio"
        #: asset → (units owed, what they were worth when they were borrowed)
        self._owed: dict[str, tuple[int, int]] = {}

    def events(self, row: TaxRow) -> Iterator[Event]:
        """The events of a row, in the order in which they happen inside it."""
        if row.kind in TRADES:
            yield from self._trade(row)
        elif row.kind in INCOME or row.kind in ARRIVALS:
            yield from self._arrival(row)
        elif row.kind == "transfer":
            yield from self._transfer(row)
        elif row.kind == "repay":
            yield from self._repay(row)
        else:
            yield from self._departure(row)

    def fee_alone(self, row: TaxRow) -> Iterator[Event]:
        """The units that a change of form cost, which are given up like any fee."""
        fee, value = self._fee(row, None)
        if fee:
            yield self._dispose(row, fee, value)

    # ---- trades

    def _trade(self, row: TaxRow) -> Iterator[Event]:
        sent, received = self._asset(row.sent), self._asset(row.received)
        value = self._value_of_trade(row)
        neutral = self._neutral_swaps and sent is not None and received is not None
        if value is None and received and not sent:
            self._fault("missing_price", row, "no price is stated and none is known")
        fee, fee_value = self._fee(row, value)
        money_fee = self._money_fee(row)
        unpriced = value is None or (fee is not None and fee_value is None)
        spread = self._settings.fee_units_spread and sent is not None and fee is not None
        costs = money_fee + (0 if spread else fee_value or 0)
        if sent and received and neutral:
            quantity, came = self._count(row, sent), self._count(row, received)
            yield Exchange(row.time, row.id, sent.asset, quantity, received.asset, came)
            sent = None
        elif received and value is not None:
            # an exchange of assets has its costs at what was given (Reg. §1.1001-7)
            cost = value if sent else value + costs
            yield self._acquire(row, received, cost, value)
        proceeds = None if unpriced else value
        fee_proceeds = fee_value
        if spread and value is not None and fee_value is not None:
            fee_proceeds = portion(value, fee_value, value + fee_value) if fee_value else 0
            proceeds = value - fee_proceeds
        if sent:
            yield self._dispose(row, sent, proceeds, 0 if unpriced else costs)
        if fee:
            yield self._dispose(row, fee, fee_proceeds)

    def _value_of_trade(self, row: TaxRow) -> int | None:
        """Money that changed hands, else the stated value, else a price of either side."""
        for leg in (row.received, row.sent):
            if leg is not None and leg.asset == self._currency:
                return leg.quantity
        if row.value is not None:
            return row.value
        for leg in (row.received, row.sent):
            if leg is not None:
                value = self._priced(row, leg)
                if value is not None:
                    return value
        return None

    # ---- what comes and goes

    def _arrival(self, row: TaxRow) -> Iterator[Event]:
        leg = row.received
        assert leg is not None, "legs were checked"
        money = leg.asset == self._currency
        value = leg.quantity if money else row.value
        if value is None:
            value = self._priced(row, leg)
        fee, fee_value = self._fee(row, value)
        if value is None:
            code = "missing_basis" if row.kind in WITH_BASIS else "missing_price"
            self._fault(code, row, "units came in and their value is not known")
        elif not money:
            cost = value + self._money_fee(row) + (fee_value or 0)
            yield self._acquire(row, leg, cost, value)
        if value is not None and row.kind in INCOME:
            self.income.append(Income(row.time, row.id, leg.asset, leg.quantity, value))
        if value is not None and row.kind == "borrow" and not money:
            units, worth = self._owed.get(leg.asset, (0, 0))
            self._owed[leg.asset] = (units + self._count(row, leg), worth + value)
        if fee:
            yield self._dispose(row, fee, fee_value)

    def _departure(self, row: TaxRow) -> Iterator[Event]:
        leg = self._asset(row.sent)
        value = row.value
        if leg and value is None:
            value = self._priced(row, leg)
        fee, fee_value = self._fee(row, value if leg else None)
        if leg:
            quiet = row.kind in NOT_ASSESSED and (value is None or row.kind in _NEVER_SOLD)
            if quiet:
                code = "unmatched_transfer" if row.kind == "withdrawal" else "not_assessed"
                self._fault(code, row, f"{row.kind}: units left, and no gain is computed")
            at_cost = quiet or (row.kind in GIFTS and self._settings.gifts_at_cost)
            costs = 0 if at_cost else self._money_fee(row) + (fee_value or 0)
            if fee is not None and fee_value is None:
                value = None
            yield self._dispose(row, leg, value, costs, at_cost=at_cost)
        elif fee and row.kind == "fee" and row.value is not None:
            fee_value = row.value
        if fee:
            yield self._dispose(row, fee, fee_value)

    def _repay(self, row: TaxRow) -> Iterator[Event]:
        """Units given back realise what their debt was taken up at; beyond it, what they are worth.

        So a debt that is repaid with other units than those borrowed gains or loses as a closed
        short does, and one repaid with the same units nothing.
        """
        leg = self._asset(row.sent)
        if leg:
            quantity = self._count(row, leg)
            owed, worth = self._owed.get(leg.asset, (0, 0))
            back = min(owed, quantity)
            part = portion(worth, back, owed) if owed else 0
            self._owed[leg.asset] = (owed - back, worth - part)
            if back:
                yield Dispose(row.time, row.id, leg.asset, row.wallet, back, part)
            if quantity > back:
                value = row.value if row.value is not None else self._priced(row, leg)
                rest = None if value is None else portion(value, quantity - back, quantity)
                yield Dispose(row.time, row.id, leg.asset, row.wallet, quantity - back, rest)
        fee, fee_value = self._fee(row, row.value)
        if fee:
            yield self._dispose(row, fee, fee_value)

    def _transfer(self, row: TaxRow) -> Iterator[Event]:
        sent = self._asset(row.sent)
        fee, fee_value = self._fee(row, row.value)
        if fee:
            yield self._dispose(row, fee, fee_value)
        if sent is None:
            return
        arrived = sent.quantity if row.received is None else row.received.quantity
        lost = Amount(sent.asset, sent.quantity - arrived)
        if lost.quantity:
            if row.value is not None:
                value: int | None = portion(row.value, lost.quantity, sent.quantity)
            else:
                value = self._priced(row, lost)
            yield self._dispose(row, lost, value)
        if arrived:
            quantity = self._count(row, Amount(sent.asset, arrived))
            yield Move(row.time, row.id, sent.asset, row.wallet, row.to_wallet, quantity)

    # ---- parts

    def _fee(self, row: TaxRow, value: int | None) -> tuple[Amount | None, int | None]:
        """Units that were paid as a fee, and their value by the price of the row."""
        fee = self._asset(row.fee)
        if fee is None or not fee.quantity:
            return None, None
        for leg in (row.sent, row.received):
            if leg is not None and leg.asset == fee.asset and leg.quantity and value is not None:
                return fee, portion(value, fee.quantity, leg.quantity)
        return fee, self._priced(row, fee)

    def _money_fee(self, row: TaxRow) -> int:
        fee = row.fee
        if fee is None or fee.asset != self._currency or not self._settings.money_fees_count:
            return 0
        return fee.quantity

    def _asset(self, leg: Amount | None) -> Amount | None:
        """A leg that is no money."""
        return None if leg is None or leg.asset == self._currency else leg

    def _priced(self, row: TaxRow, leg: Amount) -> int | None:
        whole = self._units.whole(leg.asset, row.place)
        return self._prices.value(leg.asset, self._count(row, leg), whole, row.time)

    def _count(self, row: TaxRow, leg: Amount) -> int:
        return self._units.count(leg.asset, leg.quantity, row.place)

    def _acquire(self, row: TaxRow, leg: Amount, cost: int, value: int) -> Acquire:
        count = self._count(row, leg)
        return Acquire(row.time, row.id, leg.asset, row.wallet, count, cost, value)

    def _dispose(
        self,
        row: TaxRow,
        leg: Amount,
        proceeds: int | None,
        fees: int = 0,
        *,
        at_cost: bool = False,
    ) -> Dispose:
        count = self._count(row, leg)
        return Dispose(row.time, row.id, leg.asset, row.wallet, count, proceeds, fees, at_cost)

    def _fault(self, code: str, row: TaxRow, message: str) -> None:
        self.faults.append(Fault(code, f"{row.id}: {message}", row.id))


#: Of those, what leaves at its cost even where a value is stated.
_NEVER_SOLD: Final = frozenset({"redemption", "withdrawal"})
