"""Rows and settings come in; tax events leave: what each kind of row is, side by side.

Inside a row what comes in stands before what goes out, so that a fee may be paid in units that the
same row brought; fee units of a transfer leave before the rest moves.
"""

from datetime import date
from operator import itemgetter
from typing import Final, NamedTuple

from ledger.model.whole import portion
from ledger.tax.history import reasons
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
from ledger.tax.history.rows import Amount, Read, TaxRow
from ledger.tax.history.settings import Settings
from ledger.tax.history.trades import TRADES, in_last_units, trades_for_money
from ledger.tax.history.units import Change, Units
from ledger.tax.terms import Calendar

INCOME: Final = frozenset("income interest staking mining airdrop fork".split())
#: Units that come with a stated basis and are no income.
ARRIVALS: Final = frozenset("gift_received contribution deposit borrow".split())
#: Of those, what comes with the basis that somebody else had, or that nobody states.
WITH_BASIS: Final = frozenset("gift_received contribution deposit".split())
#: Income that some regimes tax when the units are sold, which then have cost nothing.
FREE_REWARDS: Final = frozenset("staking airdrop fork".split())
GIFTS: Final = frozenset("gift_sent donation".split())
LOSSES: Final = frozenset("lost stolen".split())
#: Units that leave at their cost, unless a regime says what losses realise.
NOT_ASSESSED: Final = LOSSES | {"redemption", "withdrawal"}

#: The event of a row that is told at once, behind its place.
_TRADE: Final = itemgetter(1)


class History(NamedTuple):
    """Events in the order of the books, income, faults, and what numbers mean."""

    events: tuple[Event, ...]
    income: tuple[Income, ...]
    faults: tuple[Fault, ...]
    units: Units
    prices: Valuation


def history_of(read: Read, settings: Settings, calendar: Calendar, currency: str) -> History:
    """The tax events of rows. Rows of one instant: in, change of form, move, out."""
    alone = TaxRow not in set(map(type, read.rows))  # trades, as in most long histories
    rows = () if alone else [row for row in read.rows if isinstance(row, TaxRow)]
    units = Units(read.places, [_change(row, calendar) for row in rows if row.kind == "split"])
    prices = Prices(
        price._replace(whole=units.whole(price.asset, (price.time, 3, ""))) for price in read.prices
    )
    treatment = _Treatment(settings, calendar, currency, units, prices)
    events = treatment.events
    for_money = trades_for_money(currency, units, fees_count=settings.money_fees_count)
    if alone:
        events.extend(map(_TRADE, read.rows))
    for row in () if alone else read.rows:
        if not isinstance(row, TaxRow):
            events.append(in_last_units(row, units) if units.changed else row[1])
        elif (event := for_money(row)) is not None:
            events.append(event)
        else:
            treatment.read(row)
    faults = (*read.faults, *treatment.faults)
    return History(tuple(events), tuple(treatment.income), faults, units, prices)


def _change(row: TaxRow, calendar: Calendar) -> Change:
    """A split stands first on its day; a change into another asset stands where it happened."""
    assert row.sent is not None and row.received is not None, "legs were checked"
    place = row.place
    if row.sent.asset == row.received.asset:
        place = (calendar.start(calendar.day(row.time)), -1, row.id)
    from fractions import Fraction  # few histories have a split

    ratio = Fraction(row.received.quantity, row.sent.quantity)
    return Change(place, row.sent.asset, row.received.asset, ratio)


class _Treatment:
    """Row by row, in order; `events`, `income` and `faults` grow."""

    def __init__(
        self,
        settings: Settings,
        calendar: Calendar,
        currency: str,
        units: Units,
        prices: Prices,
    ) -> None:
        self.events: list[Event] = []
        self.income: list[Income] = []
        self.faults: list[Fault] = []
        self._settings = settings
        self._currency = currency
        self._units = units
        self._prices = prices
        self._calendar = calendar
        self._neutral_from = date.min if settings.method == "portfolio" else settings.swaps_from
        #: asset → (units owed, what they were worth when they were borrowed)
        self._owed: dict[str, tuple[int, int]] = {}

    def read(self, row: TaxRow) -> None:
        """Add the events of a row, in the order in which they happen inside it."""
        kind = row.kind
        if kind in TRADES:
            self._trade(row)
        elif kind in INCOME or kind in ARRIVALS:
            self._arrival(row)
        elif kind == "transfer":
            self._transfer(row)
        elif kind == "repay":
            self._repay(row)
        elif kind == "split":
            self._change(row)
        else:
            self._departure(row)

    # ---- trades

    def _trade(self, row: TaxRow) -> None:
        sent, received = self._asset(row.sent), self._asset(row.received)
        value = self._value_of_trade(row)
        fee, fee_value = self._fee(row, value)
        unpriced = value is None or not self._known(fee, fee_value)
        spread = self._settings.fee_units_spread and sent is not None and fee is not None
        costs = self._costs(row, None if spread else fee_value)
        if sent and received and self._since(self._neutral_from, row):
            quantity, came = self._count(row, sent), self._count(row, received)
            into, wallet = received.asset, row.wallet
            part = self._part_of_fee(came, fee, fee_value, value)
            given = row.time, row.id, sent.asset, quantity
            self.events.append(Exchange(*given, into, came - part, wallet, value))
            if fee and part:
                paid = row.time, row.id, fee.asset, self._count(row, fee)
                self.events.append(Exchange(*paid, into, part, wallet, fee_value))
                fee = None
            sent = None
        elif received and value is not None:
            # an exchange of assets has its costs at what was given (Reg. §1.1001-7)
            cost = value if sent else value + costs
            self._acquire(row, received, cost, value, bought=True)
            if not sent and not self._known(fee, fee_value):
                self._fault("missing_basis", row, reasons.UNPRICED_FEE, fee)
        elif received:
            self._fault("missing_price", row, reasons.UNPRICED, received)
        proceeds = None if unpriced else value
        fee_proceeds = fee_value
        if spread and value is not None and fee_value is not None:
            proceeds, fee_proceeds = _shared(value, fee_value)
        if sent:
            self._dispose(row, sent, proceeds, 0 if unpriced else costs)
        self._give_fee(row, fee, fee_proceeds)

    def _part_of_fee(
        self, came: int, fee: Amount | None, fee_value: int | None, value: int | None
    ) -> int:
        """What of the units that came units that paid for the swap give their cost to.

        Austria: what a swap costs realises nothing (EStR 2000 Rz 6178ad). None of them where the
        fee has no price, or is worth less than the smallest unit.
        """
        if self._settings.swaps_from is None or not fee or not fee_value or not value:
            return 0
        return portion(came, fee_value, value + fee_value)

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

    def _arrival(self, row: TaxRow) -> None:
        leg = row.received
        assert leg is not None, "legs were checked"
        money = leg.asset == self._currency
        value = leg.quantity if money else row.value
        if value is None:
            value = self._priced(row, leg)
        fee, fee_value = self._fee(row, value)
        free = row.kind in FREE_REWARDS and self._since(self._settings.rewards_from, row)
        shared = False
        if row.kind == "fork" and self._settings.forks != "income":
            free, shared = True, self._settings.forks == "shared"
        worth = 0 if free and not money else value
        if shared and not money:
            self._fault("missing_basis", row, reasons.SHARED_COST, leg)
        elif worth is None:
            code = "missing_basis" if row.kind in WITH_BASIS else "missing_price"
            self._fault(code, row, reasons.UNVALUED, leg)
        elif not money:
            self._acquire(row, leg, worth + self._costs(row, fee_value), worth)
            if not self._known(fee, fee_value):
                self._fault("missing_basis", row, reasons.UNPRICED_FEE, fee)
        if value is not None and row.kind in INCOME and (money or not free):
            self.income.append(Income(row.time, row.id, leg.asset, leg.quantity, value))
        if value is not None and row.kind == "borrow" and not money:
            units, worth = self._owed.get(leg.asset, (0, 0))
            self._owed[leg.asset] = (units + self._count(row, leg), worth + value)
        self._give_fee(row, fee, fee_value)

    def _departure(self, row: TaxRow) -> None:
        leg = self._asset(row.sent)
        value = row.value
        if leg and value is None:
            value = self._priced(row, leg)
        fee, fee_value = self._fee(row, value if leg else None)
        if leg:
            realised, quiet = self._realised(row, value)
            at_cost = quiet or self._at_cost(row)
            spread = self._settings.fee_units_spread and fee is not None and not at_cost
            costs = 0 if at_cost else self._costs(row, None if spread else fee_value)
            if not self._known(fee, fee_value) and not at_cost:
                realised = None
            if spread and realised is not None and fee_value is not None:
                realised, fee_value = _shared(realised, fee_value)
            kind = row.kind if row.kind in GIFTS else ""
            self._dispose(row, leg, realised, costs, at_cost=at_cost, kind=kind)
        elif fee and row.kind == "fee" and row.value is not None:
            fee_value = row.value
        self._give_fee(row, fee, fee_value)

    def _at_cost(self, row: TaxRow) -> bool:
        if row.kind == "donation":
            return self._settings.donations_at_cost
        return row.kind in GIFTS and self._settings.gifts_at_cost

    def _realised(self, row: TaxRow, value: int | None) -> tuple[int | None, bool]:
        """What units that left realised, and whether they leave at their cost, which is said.

        A market price is not what lost units realised: what is stated for them is.
        """
        if row.kind not in NOT_ASSESSED:
            return value, False
        rule = self._settings.losses if row.kind in LOSSES else "never"
        if rule == "disposal" or (rule == "stated" and row.value is not None):
            return row.value or 0, False
        code = "unmatched_transfer" if row.kind == "withdrawal" else "not_assessed"
        self._fault(code, row, f"{row.kind}: units left, and no gain is computed", row.sent)
        return None, True

    def _repay(self, row: TaxRow) -> None:
        """Units given back realise what their debt was taken up at; beyond it, what they are worth.

        So a debt that is repaid with other units than those borrowed gains or loses as a closed
        short does, and one repaid with the same units nothing.
        """
        leg = self._asset(row.sent)
        value = row.value
        if leg and value is None:
            value = self._priced(row, leg)
        fee, fee_value = self._fee(row, value if leg else None)
        if leg:
            known = self._known(fee, fee_value)
            costs = self._costs(row, fee_value) if known else 0
            quantity = self._count(row, leg)
            owed, worth = self._owed.get(leg.asset, (0, 0))
            back = min(owed, quantity)
            part = portion(worth, back, owed) if owed else 0
            self._owed[leg.asset] = (owed - back, worth - part)
            borne = portion(costs, back, quantity)
            where = row.time, row.id, leg.asset, row.wallet
            if back:
                money = part if known else None
                self.events.append(Dispose(*where, back, money, borne))
            if quantity > back:
                over = quantity - back
                rest = portion(value, over, quantity) if known and value is not None else None
                fees = costs - borne if rest is not None else 0
                self.events.append(Dispose(*where, over, rest, fees))
        self._give_fee(row, fee, fee_value)

    def _transfer(self, row: TaxRow) -> None:
        sent, fee = self._asset(row.sent), self._fee(row, row.value)
        named = sent is not None and row.id in self._settings.identified
        if not named:  # lots are named for what is moved, and its fee has what they leave
            self._give_fee(row, *fee)
        if sent is None:
            return
        arrived = sent.quantity if row.received is None else row.received.quantity
        lost = Amount(sent.asset, sent.quantity - arrived)
        if lost.quantity:
            if row.value is not None:
                value: int | None = portion(row.value, lost.quantity, sent.quantity)
            else:
                value = self._priced(row, lost)
            self._dispose(row, lost, value, is_fee=True)
        if arrived:
            units = self._count(row, Amount(sent.asset, arrived))
            self.events.append(Move(row.time, row.id, sent.asset, row.wallet, row.to_wallet, units))
        if named:
            self._give_fee(row, *fee)

    def _change(self, row: TaxRow) -> None:
        """Another form of an asset, and of a debt in it; what it costs is given up like any fee."""
        assert row.sent is not None and row.received is not None, "legs were checked"
        asset, into = row.sent.asset, row.received.asset
        if asset != into:
            self.events.append(Become(row.time, row.id, asset, into))
            units, worth = self._owed.pop(asset, (0, 0))
            before, cost = self._owed.get(into, (0, 0))
            self._owed[into] = (before + units, cost + worth)
        self._give_fee(row, *self._fee(row, None))

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

    def _known(self, fee: Amount | None, value: int | None) -> bool:
        """Whether what a fee in units was worth is known, or is nothing that counts."""
        return fee is None or value is not None or not self._settings.unit_fees_count

    def _costs(self, row: TaxRow, fee_value: int | None) -> int:
        """What the fees of a row cost, in money and in units, as far as the regime lets them."""
        fee, costs = row.fee, 0
        if fee is not None and fee.asset == self._currency and self._settings.money_fees_count:
            costs = fee.quantity
        return costs + (fee_value or 0 if self._settings.unit_fees_count else 0)

    def _give_fee(self, row: TaxRow, fee: Amount | None, value: int | None) -> None:
        """The disposal of the units that paid a fee."""
        if fee:
            self._dispose(row, fee, value, is_fee=True)

    def _asset(self, leg: Amount | None) -> Amount | None:
        """A leg that is no money."""
        return None if leg is None or leg.asset == self._currency else leg

    def _priced(self, row: TaxRow, leg: Amount) -> int | None:
        whole = self._units.whole(leg.asset, row.place)
        return self._prices.value(leg.asset, self._count(row, leg), whole, row.time)

    def _count(self, row: TaxRow, leg: Amount) -> int:
        return self._units.count(leg.asset, leg.quantity, row.place)

    def _since(self, first: date | None, row: TaxRow) -> bool:
        return first is not None and self._calendar.day(row.time) >= first

    def _acquire(
        self, row: TaxRow, leg: Amount, cost: int, value: int, *, bought: bool = False
    ) -> None:
        where = row.time, row.id, leg.asset, row.wallet
        self.events.append(Acquire(*where, self._count(row, leg), cost, value, bought))

    def _dispose(
        self,
        row: TaxRow,
        leg: Amount,
        proceeds: int | None,
        fees: int = 0,
        *,
        at_cost: bool = False,
        is_fee: bool = False,
        kind: str = "",
    ) -> None:
        where = row.time, row.id, leg.asset, row.wallet
        count = self._count(row, leg)
        self.events.append(Dispose(*where, count, proceeds, fees, at_cost, is_fee, kind))

    def _fault(self, code: str, row: TaxRow, message: str, *legs: Amount | None) -> None:
        about = tuple((leg.asset, self._count(row, leg)) for leg in legs if leg)
        self.faults.append(Fault(code, f"{row.id}: {message}", row.id, about))


def _shared(value: int, fee_value: int) -> tuple[int, int]:
    """What units realise, and what those that paid the fee do, which share it."""
    part = portion(value, fee_value, value + fee_value) if fee_value else 0
    return value - part, part
