"""Returns of a span with flows: time-weighted, modified Dietz, money-weighted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import exp, expm1, inf, log1p

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.position import NavPoint
from risk.model import Span
from risk.performance import log_growth, modified_dietz, performance_measures
from risk.returns import invested_over
from tests.risk.series import DAY, ONE, START, points, stated

#: levels of a fund, never nothing
levels = st.lists(st.integers(1_000, 100_000), min_size=2, max_size=12)
#: what comes or goes on some of the days, less than what is there
moves = st.dictionaries(st.integers(1, 11), st.integers(-999, 50_000), max_size=5)


def span(begin, end, *flows, days=365.0):
    """Money in whole units, flows as the share of the span that is left and the amount."""
    gain = end - begin - sum(amount for _, amount in flows)
    return Span(days, 1, float(begin), float(end), float(gain), flows, gain / (begin or 1))


def figures(found):
    return {one.name: one for one in performance_measures(found)}


def values(found):
    return {one.name: one.value for one in performance_measures(found)}


def test_two_years_with_a_flow_between_them():
    """100, 50 after a year, 300 after two: 120 % and 50 % a year (Wikipedia, Modified Dietz)."""
    found = values(span(100, 300, (0.5, 50.0), days=730.0))
    assert found["modified_dietz"] == pytest.approx(1.2, rel=1e-15)
    assert found["money_weighted"] == pytest.approx(1.25, rel=1e-14)
    assert found["irr"] == pytest.approx(0.5, rel=1e-14)


def test_without_a_gain_the_rate_is_zero_and_no_rounding():
    found = values(span(10, 0, (0.7, 230.0), (0.3, -240.0)))
    assert (found["money_weighted"], found["irr"]) == (0, 0)


def test_the_example_of_xirr():
    """-10,000, then 2,750, 4,250, 3,250, 2,750: 0.373362535 (Microsoft, XIRR)."""
    first, last = date(2008, 1, 1), date(2009, 4, 1)
    taken = {date(2008, 3, 1): 2_750, date(2008, 10, 30): 4_250, date(2009, 2, 15): 3_250}
    length = (last - first).days
    flows = [((last - day).days / length, -float(amount)) for day, amount in taken.items()]
    found = values(span(10_000, 2_750, *flows, days=float(length)))
    # their own answer stops at 1e-8
    assert found["irr"] == pytest.approx(0.373362535, abs=2e-9)


def test_flows_are_read_from_the_points():
    found = stated(invested_over(points(100, 110, 220, 200, flows={2: 100, 3: -10}), None, None))
    assert (found.begin, found.end, found.gain) == (100.0, 200.0, 10.0)
    assert found.flows == ((2 / 3, 100.0), (0.0, -10.0))
    assert (found.days, found.intervals) == (3.0, 3)
    assert found.growth == pytest.approx(1.1 * (220 / 210) * (210 / 220) - 1, rel=1e-14)
    assert modified_dietz(found) == pytest.approx(10 / (100 + 200 / 3), rel=1e-15)


def test_only_the_days_asked_for():
    every = points(100, 110, 220, 200, flows={2: 100})
    found = stated(invested_over(every, date(2024, 1, 2), date(2024, 1, 2)))
    assert (found.begin, found.end, found.gain, found.days) == (110.0, 220.0, 10.0, 1.0)
    assert values(found)["modified_dietz"] == pytest.approx(10 / 210, rel=1e-15)
    assert invested_over(every, date(2025, 1, 1), None) == "no interval between two valuations"


def test_a_fund_that_begins_with_its_first_point():
    first = NavPoint(START, "USD", 110 * ONE, 100 * ONE, Decimal("1.1"), 0, 100 * ONE)
    found = stated(invested_over((first,), None, None))
    assert (found.begin, found.end, found.flows, found.days) == (0.0, 110.0, ((1.0, 100.0),), 1.0)
    assert values(found)["money_weighted"] == pytest.approx(0.1, rel=1e-15)


def test_time_without_money_is_no_part_of_the_span():
    empty = points(0, 0, 100, 110, 0, 0, flows={2: 100, 4: -110})
    found = stated(invested_over(empty, None, None))
    assert (found.days, found.begin, found.end) == (3.0, 0.0, 0.0)
    assert values(found)["money_weighted"] == pytest.approx(0.1, rel=1e-14)


def test_a_missing_price_is_named_with_its_day():
    whole = points(100, 110, 121)
    gap = (whole[0], replace(whole[1], growth=None, unpriced=1), whole[2])
    found = figures(invested_over(gap, None, None))
    reason = "a price is missing on 2024-01-01"
    assert {(one.value, one.reason) for one in found.values()} == {(None, reason)}
    later = invested_over(gap, date(2024, 1, 2), None)
    assert values(later)["time_weighted"] == pytest.approx(0.1, rel=1e-15)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ((), "no interval between two valuations"),
        (points(100), "no interval between two valuations"),
        (points(0, 0, 0), "nothing was invested"),
    ],
)
def test_nothing_to_measure_has_a_reason(given, reason):
    assert invested_over(given, None, None) == reason
    assert {one.reason for one in performance_measures(reason)} == {reason}


def test_all_lost_is_all_lost():
    assert log_growth(span(100, 0, (0.5, 50.0))) == -inf
    found = values(span(100, 0))
    assert (found["modified_dietz"], found["money_weighted"], found["irr"]) == (-1, -1, -1)


def test_what_is_left_after_a_ruin_keeps_its_digits():
    assert log_growth(span(1, 1e-18)) == pytest.approx(-41.44653167389282, rel=1e-14)


def test_less_than_a_year_has_no_yearly_rate():
    found = figures(span(100, 110, days=30.0))["irr"]
    assert (found.value, found.reason) == (None, "30 days are no full year")


def test_more_than_one_rate_may_solve():
    # 100h² − 230h + 132 = 0 for h = 1.1 and 1.2, h² the growth of the span
    two = log_growth(span(100, 0, (0.5, -230.0), (0.0, 132.0)))
    assert two == "2 changes of sign: no rate or more than one may solve"
    several = log_growth(span(100, 1, (0.6, -400.0), (0.3, 400.0)))
    assert several == "3 changes of sign: no rate or more than one may solve"


def test_many_changes_of_sign_with_one_rate():
    found = log_growth(span(100, 130, (0.7, -50.0), (0.4, 60.0), (0.2, -30.0), (0.1, 40.0)))
    assert isinstance(found, float)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (span(0, 5), "nothing was invested"),
        (span(100, -5), "net asset value ends below zero"),
        (span(-10, 0, (0.5, 20.0)), "no rate solves"),
    ],
)
def test_no_rate_has_a_reason(found, reason):
    assert log_growth(found) == reason


def test_capital_that_is_not_above_zero_has_no_dietz():
    assert modified_dietz(span(100, 5, (0.9, -200.0))) == "the average capital is not above zero"


def test_a_growth_beyond_every_number_is_no_number():
    found = figures(replace(span(1, 2), growth=inf))["time_weighted"]
    assert (found.value, found.reason) == (None, "the growth is beyond every number")


@given(levels)
def test_without_flows_all_are_the_same(drawn):
    found = values(invested_over(points(*drawn), None, None))
    whole = drawn[-1] / drawn[0] - 1
    for name in ("time_weighted", "modified_dietz", "money_weighted"):
        assert found[name] == pytest.approx(whole, rel=1e-12, abs=1e-24), name


@given(levels, moves, st.integers(2, 10**9))
def test_the_size_of_the_fund_changes_nothing(drawn, flows, times):
    one = values(invested_over(points(*drawn, flows=flows), None, None))
    larger = points(
        *(level * times for level in drawn), flows={at: move * times for at, move in flows.items()}
    )
    many = values(invested_over(larger, None, None))
    for name, value in one.items():
        assert many[name] == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12))


@given(levels, moves, st.integers(-999, 0))
def test_what_goes_at_the_very_end_changes_nothing(drawn, flows, last):
    kept = {at: move for at, move in flows.items() if at < len(drawn) - 1}
    before = stated(invested_over(points(*drawn, flows=kept), None, None))
    ended = [*drawn[:-1], drawn[-1] + last]
    after = stated(invested_over(points(*ended, flows={**kept, len(drawn) - 1: last}), None, None))
    assert modified_dietz(after) == pytest.approx(modified_dietz(before), rel=1e-12)


@given(levels, moves)
def test_the_rate_discounts_its_own_flows_to_zero(drawn, flows):
    found = stated(invested_over(points(*drawn, flows=flows), None, None))
    rate = log_growth(found)
    if isinstance(rate, str):
        assert "may solve" in rate
        return
    grown = found.begin * exp(rate) + sum(f * exp(share * rate) for share, f in found.flows)
    scale = found.begin * exp(max(rate, 0)) + sum(
        abs(f) * exp(max(rate, 0)) for _, f in found.flows
    )
    assert grown == pytest.approx(found.end, abs=1e-12 * scale)


@given(levels, moves)
def test_no_other_rate_solves(drawn, flows):
    found = stated(invested_over(points(*drawn, flows=flows), None, None))
    rate = log_growth(found)
    if isinstance(rate, str):
        return

    def above(at):
        return found.begin * expm1(at) + sum(f * expm1(w * at) for w, f in found.flows) - found.gain

    for apart in (0.01, 0.1, 1.0, 5.0):
        assert above(rate - apart) < 0 < above(rate + apart)


@given(st.integers(1, 10**6))
def test_a_tiny_return_keeps_its_digits(parts):
    grown = NavPoint(START + DAY, "USD", ONE + parts, 0, 1 + Decimal(parts) / ONE, 0, ONE)
    found = values(invested_over((NavPoint(START, "USD", ONE), grown), None, None))
    assert set(found) >= {"time_weighted", "modified_dietz", "money_weighted"}
    for name in ("time_weighted", "modified_dietz", "money_weighted"):
        assert found[name] == pytest.approx(parts / ONE, rel=1e-12), name


def test_a_year_of_the_rate_is_of_365_days():
    half = span(100, 121, days=730.0)
    assert values(half)["irr"] == pytest.approx(0.1, rel=1e-14)
    assert log_growth(half) == pytest.approx(log1p(0.21), rel=1e-14)
