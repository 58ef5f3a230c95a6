"""Holdings of today over past days: what each adds, what is owed, what has no price."""

from datetime import timedelta

import pytest

from risk.holdings import of_holdings
from risk.model import Holding
from risk.returns import from_holdings
from risk.tail.historical import historical
from tests.risk.series import DAY, FIRST, ONE, random_series, stated

DAYS = tuple(FIRST + at * DAY for at in range(201))


def path(seed, units=1, start=1_000):
    """A value of each day, from a price that moves."""
    found, level = [], float(start)
    for value in (0.0, *random_series(seed, 200, scale=0.02).values):
        level *= 1 + value
        found.append(int(level * units * ONE))
    return tuple(found)


def test_what_is_held_moves_with_its_price_by_its_weight():
    series, weights, left = from_holdings([Holding("a", path(1)), Holding("b", path(2, 3))], DAYS)
    assert not left
    assert sum(weights) == pytest.approx(1)
    assert series[0].days == DAYS[1:]
    moved = path(1)[1] / path(1)[0] - 1
    assert series[0].values[0] == pytest.approx(moved * weights[0], rel=1e-9)


def test_what_is_owed_loses_when_its_price_rises():
    owed = tuple(-value for value in path(2))
    series, weights, _ = from_holdings([Holding("a", path(1, 3)), Holding("debt", owed)], DAYS)
    assert weights[1] < 0 < weights[0]
    price = path(2)[1] / path(2)[0] - 1
    assert series[1].values[0] == pytest.approx(price * weights[1], rel=1e-9)


def test_a_day_without_a_price_leaves_the_holding_out_and_says_so():
    gap = (*path(2)[:50], None, *path(2)[51:])
    found = of_holdings([Holding("a", path(1)), Holding("b", gap)], DAYS, (0.95,))
    assert [part.part for part in found[0].parts] == ["a"]
    assert found[0].definition.endswith("and so left out: b")
    # what is left out still has its part of the net value
    assert stated(found[0].parts[0].weight) < 0.7


def test_components_sum_to_the_tail_of_what_is_held():
    held = [Holding("a", path(1)), Holding("b", path(2, 2)), Holding("cash", (ONE * 500,) * 201)]
    for found in of_holdings(held, DAYS, (0.95, 0.99)):
        if found.reason:
            continue
        total = sum(part.component_var for part in found.parts)
        assert total == pytest.approx(stated(found.at_risk), rel=1e-9)
        assert found.parts[2].component_var == pytest.approx(0, abs=1e-15)
    series, _, _ = from_holdings(held, DAYS)
    whole = [sum(day) for day in zip(*(each.values for each in series), strict=True)]
    expected = historical(whole, 0.95)[0]
    assert of_holdings(held, DAYS, (0.95,))[0].at_risk == pytest.approx(expected, rel=1e-9)


def test_nothing_held_or_nothing_left_adds_nothing():
    assert of_holdings([], DAYS, (0.95,)) == ()
    broke = [Holding("a", path(1)), Holding("debt", tuple(-2 * value for value in path(1)))]
    assert of_holdings(broke, DAYS, (0.95,)) == ()
    assert of_holdings([Holding("a", (ONE,))], DAYS[:1], (0.95,)) == ()


def test_few_days_have_a_reason():
    short = [Holding("a", path(1)[:10])]
    assert of_holdings(short, DAYS[:10], (0.95,))[0].reason == "9 of at least 20 days"
    assert DAYS[1] - DAYS[0] == timedelta(days=1)
