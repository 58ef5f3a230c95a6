"""The report of a fund: all that is measured, over the days asked for, in any order of trades."""

import random
from datetime import date, timedelta

import pytest

from risk.measure import measure, return_measures
from risk.own_capital import own_capital
from risk.tail import METHODS
from risk.trading import trade_measures
from tests.risk.series import START, points, random_series, trade

#: what a fund of 120 days was worth at each of its 121 midnights
LEVELS = tuple(
    10_000 + 9 * at + (at * 37 % 101) for at in range(121)
)  # fmt: skip
POINTS = points(*LEVELS)
TRADES = [
    trade(at, (at * 7919 % 23) - 9, strategy=("arb", "lend", "snipe")[at % 3])
    for at in range(120)
]  # fmt: skip


#: what stood in the wallets of two strategies, and in those of one that has next to nothing
CAPITAL = [
    own_capital(name, points(*levels), {point.time: point for point in POINTS})
    for name, levels in (
        ("arb", [6_000 + (at * 37 % 101) for at in range(121)]),
        ("lend", [1_000 + 2 * (at * 61 % 13) for at in range(121)]),
        ("snipe", [50 + (at * 7 % 5) for at in range(121)]),
    )
]


def report(*given):
    return measure(*given)


def test_a_report_holds_every_measure_of_the_spine():
    found = report(POINTS, TRADES, None, None, CAPITAL)
    assert {one.name for one in found.measures} == {
        "total_return", "cagr", "max_drawdown", "calmar", "volatility", "sharpe", "sortino",
        "sharpe_autocorrelated", "sharpe_probability", "sharpe_deflated", "track_record_needed",
        "omega", "gain_to_pain", "ulcer_index", "pain_index", "martin",
        "downside_deviation", "skewness", "excess_kurtosis", "win_rate", "profit_factor",
        "payoff", "expectancy", "longest_winning_streak", "longest_losing_streak",
        "correlation_shift", "time_weighted", "modified_dietz", "money_weighted", "irr",
        *(f"{what}_{level}" for what in ("evar", "dar", "cdar") for level in (95, 99)),
        *(
            f"{what}_{method}_{level}"
            for what in ("var", "es")
            for method in METHODS
            for level in (95, 99)
        ),
    }  # fmt: skip
    assert len(found.measures) == len({one.name for one in found.measures})
    assert found.correlation.names == ("fund", "arb", "lend", "snipe")
    assert [size.strategy for size in found.kelly] == ["arb", "lend", "snipe"]
    assert [model.model for model in found.allocations] == ["hrp", "risk-parity"]
    assert found.measure("max_drawdown").value == found.drawdowns[0].depth


def test_every_figure_has_a_value_or_a_reason():
    for one in report(POINTS, TRADES).measures:
        assert (one.value is None) == bool(one.reason)
        assert one.definition


def test_a_report_covers_the_days_asked_for():
    found = report(POINTS, TRADES, date(2024, 2, 1), date(2024, 2, 29))
    assert (found.start, found.end) == (date(2024, 2, 1), date(2024, 2, 29))
    assert len(found.returns.values) == 29
    assert found.measure("win_rate").sample == 29
    assert {len(one.values) for one in found.strategy_contributions} == {29}


def test_a_day_of_a_strategy_holds_all_of_its_interval_at_the_edge_too():
    afternoon = points(100, 100, 100, 100, start=START + timedelta(hours=16))
    evening_before = trade(0, 5, closed=START + timedelta(days=1, hours=20))
    at_noon = trade(2, 1)
    (found,) = report(
        afternoon, [evening_before, at_noon], date(2024, 1, 3), None
    ).strategy_contributions
    assert found.values == (0.06, 0.0)


def test_the_order_of_trades_changes_nothing():
    shuffled = list(TRADES)
    random.Random(1).shuffle(shuffled)
    assert report(POINTS, shuffled) == report(POINTS, TRADES)


def test_the_same_input_gives_the_same_report():
    assert report(POINTS, TRADES) == report(POINTS, TRADES)


def test_deposits_change_no_risk():
    moved = report(points(100, 250, 245, 120, flows={1: 140, 3: -130}), [])
    assert moved.returns.values == pytest.approx((250 / 240 - 1, -0.02, 250 / 245 - 1), rel=1e-14)
    assert moved.drawdowns[0].depth == pytest.approx(0.02, rel=1e-12)


def test_a_fund_without_trades_has_no_sizes():
    found = report(POINTS, [])
    assert (found.correlation, found.kelly, found.allocations) == (None, (), ())
    assert found.measure("win_rate").reason == "no closed trade"


def test_a_fund_without_points_has_reasons_and_no_figures():
    found = report([], TRADES)
    by_trade = {one.name for one in trade_measures(TRADES)}
    assert {one.value for one in found.measures if one.name not in by_trade} == {None}
    assert found.drawdowns == ()
    assert found.measure("win_rate").value is not None


def test_an_idle_strategy_is_in_no_matrix_but_keeps_its_size():
    even = [trade(at, 0, strategy="idle") for at in range(30)]
    found = report(POINTS, TRADES + even)
    assert "idle" not in found.correlation.names
    assert "idle" in {size.strategy for size in found.kelly}


def test_periods_and_rate_are_handed_on():
    found = {one.name: one for one in return_measures(random_series(1), 52, 0.001)}
    assert dict(found["sharpe"].parameters) == {
        "periods per year": "52",
        "risk-free rate per period": "0.001",
    }


def test_weights_are_of_own_capital_and_contributions_of_closed_trades():
    rare = [trade(at, 1, strategy="rare") for at in range(3)]
    found = report(POINTS, [*TRADES, *rare], None, None, CAPITAL)
    for model in found.allocations:
        assert {name for name, _ in model.weights} == {"arb", "lend"}
    assert "rare" in found.correlation.names
    parts = {one.part for one in found.contributions[0].parts}
    assert parts == {"arb", "lend", "snipe", "rare", "rest"}
    # without own capital there is nothing that a weight could be a share of
    assert report(POINTS, TRADES).allocations == ()


def test_weights_of_a_report_are_of_its_days():
    days = (date(2024, 2, 1), date(2024, 3, 31))
    found = report(POINTS, TRADES, *days, CAPITAL)
    assert {model.sample for model in found.allocations} == {60}
    assert report(POINTS, TRADES, days[0], date(2024, 2, 29), CAPITAL).allocations == ()


def test_the_money_of_a_report_is_that_of_its_days():
    found = report(POINTS, [], date(2024, 2, 1), date(2024, 2, 29))
    whole = LEVELS[60] / LEVELS[31] - 1
    for name in ("total_return", "time_weighted", "modified_dietz", "money_weighted"):
        assert found.measure(name).value == pytest.approx(whole, rel=1e-12)
    assert found.measure("irr").reason == "29 days are no full year"
