"""What leaving costs: against swaps written out, the closed form of a stated share, and ticks."""

from itertools import pairwise
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.exits import (
    BEYOND_TICKS,
    NONE_SOLD,
    Depth,
    Sold,
    can_be_sold,
    concentrated_depth,
    constant_product_depth,
    exit_measures,
    exit_of_all,
)
from risk.leaving import liquidity_measures
from risk.pools import exit_loss, swap_exact_in

LEVELS = (0.95, 0.99)
#: 101 days: the quantiles of both confidences stand on days and not between two.
MOVES = np.random.default_rng(7).normal(0, 0.04, 101)
STILL = np.column_stack([MOVES, np.zeros(101)])


def measures(sold, levels=LEVELS):
    return {one.name: one for one in exit_measures(sold, levels)}


def test_what_selling_all_of_it_now_costs_is_what_the_swap_loses():
    found = measures(Sold(10.0, 20_000.0, constant_product_depth(1_000, 2e6, 2_000, 0.003), STILL))
    swap = swap_exact_in(10.0, 1_000, 2e6, 0.003)
    assert found["exit_cost"].value == pytest.approx(1 - swap.given / 20_000, rel=1e-12)


def test_a_depth_is_brought_to_the_price_of_now_along_the_product():
    """A pool that was heard at 2,000 holds twice as much of the asset at a quarter of the price."""
    then, now = (constant_product_depth(1_000, 2e6, price, 0.003) for price in (2_000, 500))
    assert then.reserve == pytest.approx(1_000)
    assert now.reserve == pytest.approx(2_000)


def test_a_depth_as_stated_gives_the_closed_form_of_a_share_of_the_pool():
    found = measures(Sold(50.0, 1.0, Depth(1_000.0, 0.003), STILL))
    for level, label in ((0.95, "95"), (0.99, "99")):
        paper = found[f"var_historical_{label}"]
        (closed,) = liquidity_measures(paper.value, level, 101, pool=(0.05, 0.003))
        assert found[f"var_with_exit_{label}"].value == pytest.approx(closed.value, rel=1e-12)


def test_each_day_is_the_sale_of_its_own_day():
    changes = np.column_stack([MOVES, np.roll(MOVES, 3) / 2])
    sold = Sold(80.0, 1.0, constant_product_depth(1_000, 2e6, 2_000, 0.003), changes)
    lost = []
    for one, other in changes:
        # in money of the other asset the move of the pool's price is one over the other
        move = exp(one - other) - 1
        part = exit_loss(80.0, 2_000, 1_000, 0.003, move, follows=True) / (80.0 * 2_000)
        lost.append(1 - (1 - part) * exp(other))
    expected = -np.quantile(-np.array(lost), 0.05)
    assert measures(sold)["var_with_exit_95"].value == pytest.approx(expected, rel=1e-12)


def test_what_is_at_risk_with_the_sale_is_more_than_on_paper_and_tends_to_it():
    deep = measures(Sold(1e-9, 1.0, Depth(1_000.0, 0.0), STILL))
    shallow = measures(Sold(300.0, 1.0, Depth(1_000.0, 0.003), STILL))
    for label in ("95", "99"):
        paper = deep[f"var_historical_{label}"].value
        assert deep[f"var_with_exit_{label}"].value == pytest.approx(paper, rel=1e-9)
        assert shallow[f"var_with_exit_{label}"].value > paper


def test_every_figure_at_risk_has_its_error_where_the_days_bound_it():
    found = measures(Sold(300.0, 1.0, Depth(1_000.0, 0.003), STILL), (0.95,))
    assert 0 < found["var_with_exit_95"].error < found["var_with_exit_95"].value
    # a sale into a pool costs less of each further fall: the quantile moves less
    assert found["var_with_exit_95"].error < found["var_historical_95"].error


def test_without_a_depth_there_is_the_reason_and_no_figure():
    found = measures(Sold(1.0, 1.0, "nobody heard of it", STILL))
    assert found["exit_cost"].value is found["var_with_exit_95"].value is None
    assert found["var_with_exit_95"].reason == "nobody heard of it"
    assert found["var_historical_95"].value is not None


def test_too_few_days_say_nothing_of_what_is_at_risk():
    sold = Sold(1.0, 1.0, Depth(1_000.0, 0.003), STILL[:99])
    assert measures(sold)["var_with_exit_99"].reason == "99 of at least 100 days"
    assert measures(sold)["exit_cost"].value is not None
    assert not can_be_sold(sold, LEVELS)
    assert can_be_sold(sold, (0.95,))


def test_a_concentrated_pool_is_known_between_two_ticks_and_no_further():
    """Liquidity 1,000,000 at a price of 1.0001⁵, ticks of 10: down to a price of one."""
    root = 1.0001**2.5
    depth = concentrated_depth(1e6, root, 10, 0.0005)
    until = 1e6 * (1 - 1 / root) / (1 - 0.0005)
    assert depth.room == pytest.approx(until, rel=1e-9)
    within, beyond = (Sold(part * until, 1.0, depth, STILL) for part in (0.999, 1.001))
    assert measures(beyond)["var_with_exit_95"].reason == BEYOND_TICKS
    # between ticks it is a swap of the virtual reserves L/√p and L√p
    swap = swap_exact_in(0.999 * until, 1e6 / root, 1e6 * root, 0.0005)
    cost = 1 - swap.given / (0.999 * until * root**2)
    assert measures(within)["exit_cost"].value == pytest.approx(cost, rel=1e-9)


@given(st.floats(0.01, 100), st.sampled_from([1, 10, 60, 200]))
def test_the_room_ends_at_the_next_tick_below(root, spacing):
    depth = concentrated_depth(1e9, root, spacing, 0.0)
    low = 1 / (1 / root + depth.room / 1e9)
    tick = 2 * log(low) / log(1.0001)
    assert tick == pytest.approx(round(tick / spacing) * spacing, abs=1e-3)
    assert -1e-3 <= 2 * log(root) / log(1.0001) - tick <= spacing + 1e-3


def test_a_concentrated_pool_keeps_its_depth_while_a_pair_deepens_in_a_fall():
    kept = [Depth(1_000.0, 0.0, follows=which).kept(100.0, 0.5) for which in (False, True)]
    assert float(kept[0]) == pytest.approx(1 / 1.1)
    assert float(kept[1]) == pytest.approx(1 / (1 + 100 * sqrt(0.5) / 1_000))


def test_all_at_once_weighs_by_value_and_one_alone_is_itself():
    depth = Depth(1_000.0, 0.003)
    one, other = Sold(50.0, 3.0, depth, STILL), Sold(9.0, 1.0, depth, -STILL)
    alone = {m.name: m for m in exit_of_all([one], [STILL], LEVELS)}
    assert alone["var_with_exit_99"].value == pytest.approx(
        measures(one)["var_with_exit_99"].value, rel=1e-12
    )
    both = {m.name: m for m in exit_of_all([one, other], [STILL, -STILL], LEVELS)}
    costs = [measures(each)["exit_cost"].value for each in (one, other)]
    assert both["exit_cost"].value == pytest.approx((3 * costs[0] + costs[1]) / 4, rel=1e-12)
    # what fell while the other rose is at risk for less than the sum
    assert both["var_historical_95"].value < 0.75 * measures(one)["var_historical_95"].value


def test_nothing_to_sell_is_a_reason():
    assert {one.reason for one in exit_of_all([], [], LEVELS)} == {NONE_SOLD}


def test_more_is_lost_the_more_is_sold():
    costs = [
        measures(Sold(size, 1.0, Depth(1_000.0, 0.003), STILL))["var_with_exit_95"].value
        for size in (0.0, 1.0, 10.0, 100.0, 1e4)
    ]
    assert all(less < more for less, more in pairwise(costs))
