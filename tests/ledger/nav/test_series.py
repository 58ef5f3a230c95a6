"""Daily net asset value, flows and time-weighted growth."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ledger.model.errors import BadInput
from ledger.model.fund import Policy
from ledger.model.position import Quote
from ledger.nav.positions import positions
from ledger.nav.series import nav_series, valuation_times
from ledger.nav.valuation import mark, net_asset_value
from ledger.prices.book import PriceBook
from tests.ledger.notation import START, asset_named, entry

ETH = asset_named("ETH")
DAY = timedelta(days=1)
ONE = 10**18
PRICES = (100, 110, 121, 121)
BOOK = PriceBook(
    Quote(ETH, START + n * DAY, Decimal(price), "USD", "file") for n, price in enumerate(PRICES)
)


def at(day, text, minute=0):
    return entry(
        0, text, time=START + day * DAY + timedelta(minutes=minute), name=f"{day}.{minute}"
    )


def brought(day, amount, minute=0):
    return at(
        day,
        f"""asset:w USD {amount * ONE} acquire = {amount * ONE}
        equity:contribution USD -{amount * ONE} none = -{amount * ONE}""",
        minute,
    )


BUY = at(
    0,
    f"""asset:w ETH {ONE} acquire = {100 * ONE}
    asset:w USD -{100 * ONE} dispose = -{100 * ONE}""",
)
FUNDED = brought(0, 100, minute=0)
TIMES = tuple(START + n * DAY for n in range(4))


def series(*entries):
    return nav_series(entries, BOOK, Policy(), TIMES)


def test_valuation_times_stand_at_the_funds_hour_of_every_day():
    times = valuation_times(date(2024, 2, 28), date(2024, 3, 1), "16:30Z")
    assert [time.day for time in times] == [28, 29, 1]
    assert times[0] == datetime(2024, 2, 28, 16, 30, tzinfo=UTC)
    with pytest.raises(BadInput):
        valuation_times(date(2024, 1, 1), date(2024, 1, 1), "24:00Z")


def test_growth_follows_the_price():
    points = series(FUNDED, BUY)
    assert [point.value // ONE for point in points] == [100, 110, 121, 121]
    assert [point.growth for point in points] == [1, Decimal("1.1"), Decimal("1.1"), 1]
    assert [point.flows // ONE for point in points] == [100, 0, 0, 0]


def test_a_contribution_is_no_performance():
    points = series(FUNDED, BUY, brought(1, 50, minute=30))
    assert points[2].flows == 50 * ONE
    assert points[2].value == 171 * ONE
    assert points[2].growth == Decimal("1.068750000000000000000000000000000000")
    still = series(FUNDED, brought(0, 50, minute=1))
    assert [point.growth for point in still] == [1, 1, 1, 1]


def test_a_redemption_is_no_loss():
    taken = at(
        1,
        f"""asset:w USD -{40 * ONE} dispose = -{40 * ONE}
        equity:redemption USD {40 * ONE} none = {40 * ONE}""",
        minute=5,
    )
    points = series(FUNDED, taken)
    assert points[2].flows == -40 * ONE
    assert [point.growth for point in points[1:]] == [1, 1, 1]


def test_a_flow_at_the_valuation_time_belongs_to_the_interval_that_ends_there():
    points = series(FUNDED, brought(1, 50))
    assert [point.flows // ONE for point in points] == [100, 50, 0, 0]


def test_opening_balances_are_no_performance():
    opening = at(
        1,
        f"""asset:w ETH {ONE} acquire = {110 * ONE}
        equity:opening ETH -{ONE} none = -{110 * ONE}""",
    )
    assert series(opening)[1].growth == 1
    assert series(opening)[2].growth == Decimal("1.1")


def test_nothing_invested_has_no_growth():
    assert [point.growth for point in series()] == [None] * 4


def test_an_unpriced_position_is_counted_and_never_worth_zero_silently():
    points = series(FUNDED, at(1, f"asset:w TOKEN {ONE} acquire"))
    assert [point.unpriced for point in points] == [0, 1, 1, 1]


def test_each_day_equals_a_valuation_of_its_own():
    entries = [brought(2, 7, minute=9), FUNDED, BUY, brought(1, 50)]
    for point in series(*entries):
        marks = mark(positions(entries, point.time), BOOK, point.time, Policy())
        assert point.value == net_asset_value(marks)


def test_what_was_lost_before_the_first_valuation_is_a_loss():
    lost = at(
        0,
        f"""asset:w USD -{30 * ONE} dispose = -{30 * ONE}
        expense:lost USD {30 * ONE} none = {30 * ONE}""",
        minute=-30,
    )
    assert series(brought(0, 100, minute=-60), lost)[0].growth == Decimal("0.7")


def test_a_redemption_after_a_gain_neither_explodes_nor_erases_the_return():
    """10 units bought at 10, worth 11 a day later; then most of it, and then all, is taken out."""
    for out, left in ((90, 20), (110, 0)):
        taken = at(
            1,
            f"""asset:w USD -{out * ONE} dispose = -{out * ONE}
            equity:redemption USD {out * ONE} none = {out * ONE}""",
            minute=-1,
        )
        won = at(
            1,
            f"""asset:w USD {10 * ONE} acquire = {10 * ONE}
            income:trading USD -{10 * ONE} none = -{10 * ONE}""",
            minute=-5,
        )
        points = series(FUNDED, won, taken)
        assert (points[1].value, points[1].growth) == (left * ONE, Decimal("1.1"))


def test_a_contribution_without_a_price_gives_no_growth_and_not_one_of_zero():
    unpriced = at(1, f"asset:w TOKEN {ONE} acquire\nequity:contribution TOKEN -{ONE} none")
    assert [point.growth for point in series(FUNDED, unpriced)] == [1, None, 1, 1]


def test_a_purchase_of_what_has_no_price_is_no_loss():
    bought = at(
        1,
        f"""asset:w USD -{60 * ONE} dispose = -{60 * ONE}
        trading:conversion USD {60 * ONE} none = {60 * ONE}
        asset:w TOKEN {ONE} acquire = {60 * ONE}
        trading:conversion TOKEN -{ONE} none = -{60 * ONE}""",
        minute=-5,
    )
    points = series(FUNDED, bought)
    assert (points[1].value, points[1].growth) == (40 * ONE, None)
    assert points[2].growth == 1


def test_units_that_nobody_explained_are_no_performance():
    came = at(
        1,
        f"""asset:w USD {50 * ONE} acquire
        suspense:unmatched USD -{50 * ONE} none""",
        minute=-5,
    )
    points = series(FUNDED, came)
    assert (points[1].value, points[1].growth, points[1].flows) == (150 * ONE, 1, 0)
