"""A sale before it is made: its lots, terms, tax at stated rates and the days to look at."""

from datetime import date, timedelta

import pytest

from ledger.model.amount import MONEY_ONE
from ledger.model.entry import in_order
from ledger.model.fund import WalletId
from ledger.prices.book import PriceBook
from ledger.tax.assess import Journal
from ledger.tax.history.settings import settings_of
from ledger.tax.terms import Calendar
from ledger.tax.trial import Rates, Trade, days_to_long, harvest, realised, what_if
from tests.ledger.notation import asset_named
from tests.ledger.tax.asked import REGIMES
from tests.ledger.tax.kept import at, codes, on, quote

ETH, W = asset_named("ETH"), WalletId("w")
OLD = on("2023-01-01", "asset:w ETH 10 acquire = 100", "old")
NEW = on("2024-06-01", "asset:w ETH 10 acquire = 400", "new")
RATES: Rates = {"short": 3700, "long": 2000}


def asked(regime, method=None, **words):
    rules = REGIMES[regime]
    own = {"basis_scope": "wallet"} if rules.own_choices else {}
    given = {"day_zone": "UTC", **own, **words}
    return settings_of(method or rules.method, given, rules)._replace(by_piece=True), rules


def tried(
    *entries, regime="us", method=None, quantity=15, worth=450, day="2024-07-01", rates=RATES
):
    settings, rules = asked(regime, method)
    journal = Journal(in_order(entries), "USD", PriceBook(()), {})
    trade = Trade(ETH, W, quantity, worth, at(day))
    return what_if(journal, settings, rules, trade, rates, method or rules.method)


@pytest.mark.parametrize(
    ("method", "lots", "short", "long"),
    [
        ("fifo", ["old:0", "new:0"], -50, 200),
        ("lifo", ["new:0", "old:0"], -100, 100),
        ("hifo", ["new:0", "old:0"], -100, 100),
        ("lofo", ["old:0", "new:0"], -50, 200),
    ],
)
def test_each_method_takes_the_lots_that_the_sale_itself_would(method, lots, short, long):
    found = tried(OLD, NEW, method=method)
    assert sorted(one.line.lot for one in found.lines) == sorted(lots)
    assert (found.short, found.long, found.taxable) == (short, long, short + long)


@pytest.mark.parametrize("method", ["fifo", "lifo", "hifo"])
def test_sales_of_one_time_give_each_lot_once_and_what_one_sale_would(method):
    settings, rules = asked("us", method)
    journal = Journal(in_order([OLD, NEW]), "USD", PriceBook(()), {})
    time = at("2024-07-01")
    parts = [Trade(ETH, W, 5, 150, time), Trade(ETH, W, 10, 300, time)]
    found = realised(journal, settings, rules, parts, method)
    whole = tried(OLD, NEW, method=method)
    assert [one.trade for one in found] == parts
    assert sum(line.quantity for one in found for line in one.lines) == 15
    assert sum(line.gain or 0 for one in found for line in one.lines) == whole.short + whole.long
    [alone] = realised(journal, settings, rules, [Trade(ETH, W, 15, 450, time)], method)
    assert alone.lines == tuple(one.line for one in whole.lines)
    assert realised(journal, settings, rules, [], method) == ()


def test_days_until_a_lot_is_long_are_counted_from_the_sale():
    found = tried(OLD, NEW)
    days = {one.line.lot: one.days_to_long for one in found.lines}
    assert days == {"old:0": 0, "new:0": (date(2025, 6, 2) - date(2024, 7, 1)).days}
    assert tried(OLD, regime="generic", quantity=5).lines[0].days_to_long is None


def test_the_day_before_the_stated_days_is_short_and_that_day_is_long():
    settings, rules = asked("us")
    calendar = Calendar(settings, rules.year_starts)
    for acquired in ("2024-02-29", "2023-02-28", "2024-06-01"):
        days = days_to_long(calendar, at(acquired), at("2024-07-01"))
        if days:
            time = at("2024-07-01")
            assert calendar.term(at(acquired), time + timedelta(days=days)) == "long"
            assert calendar.term(at(acquired), time + timedelta(days=days - 1)) == "short"


def test_the_days_to_long_are_the_first_of_all_days_that_are_long():
    settings, rules = asked("us")
    calendar = Calendar(settings, rules.year_starts)
    for number in range(12):
        acquired, time = at("2024-01-31") + timedelta(days=number), at("2024-06-30")
        days = (
            day
            for day in range(500)
            if calendar.term(acquired, time + timedelta(days=day)) == "long"
        )
        assert days_to_long(calendar, acquired, time) == next(days)


def test_tax_is_at_the_rates_that_were_stated_and_none_is_made_up():
    one = MONEY_ONE
    old = on("2023-01-01", f"asset:w ETH 10 acquire = {100 * one}", "old")
    found = tried(old, quantity=10, worth=1100 * one)
    assert found.tax == 200 * one
    assert tried(old, quantity=10, worth=1100 * one, rates={"short": 3700}).tax is None
    assert tried(old, quantity=10, worth=1100 * one, rates={}).tax is None


def test_units_that_are_not_there_have_no_gain_and_no_tax():
    found = tried(OLD, quantity=11, worth=1100)
    assert codes(found) == [("missing_basis", "what-if")]
    assert found.tax is None
    assert [one.line.gain for one in found.lines] == [900, None]


def test_nothing_after_the_trade_is_known_to_it():
    later = on("2024-08-01", "asset:w ETH -10 dispose = -900", "later")
    assert tried(OLD, NEW, later) == tried(OLD, NEW)


def test_a_loss_is_warned_of_and_a_gain_is_not():
    found = tried(NEW, quantity=5, worth=10, day="2024-06-20").warning
    assert (found.rule, found.binding, found.bought) == ("wash_sale", False, 10)
    assert (found.first, found.last) == (date(2024, 5, 21), date(2024, 7, 20))
    assert tried(NEW, quantity=5, worth=1000, day="2024-06-20").warning is None
    assert tried(NEW, quantity=5, worth=10, day="2024-07-02").warning.bought == 0


def test_a_loss_on_one_lot_is_warned_of_although_the_sale_gains():
    found = tried(OLD, NEW, method="hifo", day="2024-06-20")
    assert [one.line.gain for one in found.lines] == [-100, 100]
    assert found.warning is not None and found.warning.rule == "wash_sale"


@pytest.mark.parametrize(
    ("regime", "rule"), [("ca", "superficial_loss"), ("uk", "thirty_day"), ("ie", "four_week")]
)
def test_rules_that_bind_say_so(regime, rule):
    settings, rules = asked(regime)
    prices = PriceBook((quote("2024-06-01", "USD", "1", rules.currency),))
    journal = Journal(in_order([NEW]), "USD", prices, {})
    trade = Trade(ETH, W, 5, 10, at("2024-06-02"))
    found = what_if(journal, settings, rules, trade, {}, rules.method)
    assert found.warning is not None
    assert (found.warning.rule, found.warning.binding) == (rule, True)


def test_lots_below_market_are_listed_and_those_above_are_not():
    settings, rules = asked("us")
    coin = on("2024-06-01", "asset:w COIN 10 acquire = 400", "coin")
    quotes = [quote("2024-06-30", "ETH", "0.000000000000000020")]
    decimals = 10**18
    old = on("2023-01-01", f"asset:w ETH {10 * decimals} acquire = 100", "old")
    new = on("2024-06-01", f"asset:w ETH {10 * decimals} acquire = 400", "new")
    journal = Journal(in_order([old, new, coin]), "USD", PriceBook(quotes), {})
    found = harvest(journal, settings, rules, at("2024-07-01"), RATES)
    [lot] = found.lots
    assert (lot.lot, lot.cost, lot.value, lot.gain, lot.term) == ("new:0", 400, 200, -200, "short")
    assert (lot.tax, lot.warning.bought) == (-74, 10 * decimals)
    assert found.unpriced == (asset_named("COIN"),), "which is no lot below market, and no zero"


@pytest.mark.parametrize(
    ("regime", "method"),
    [("us", "fifo"), ("us", "hifo"), ("us", "average"), ("ca", None), ("uk", None), ("fr", None)],
)
def test_units_whose_cost_nobody_knows_are_told_and_are_no_lot_below_market(regime, method):
    settings, rules = asked(regime, method)
    stray = on("2024-05-01", "asset:w ETH 7 acquire\nsuspense:unmatched ETH -7", "stray")
    quotes = [quote("2024-06-30", "ETH", "0.000000000000000020", rules.currency)]
    journal = Journal(in_order([OLD, stray]), rules.currency, PriceBook(quotes), {})
    found = harvest(journal, settings, rules, at("2024-07-01"), RATES)
    assert found.unbased == (ETH,), "17 are held, and 10 have cost something that is known"
    assert {lot.quantity for lot in found.lots} <= {10}
    sure = Journal(in_order([OLD]), rules.currency, PriceBook(quotes), {})
    assert harvest(sure, settings, rules, at("2024-07-01"), RATES).unbased == ()
