"""Regret is within its bound on any sequence, and no weight knows the day that it is for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from risk.online import (
    LEARNERS,
    adaptive_hedge,
    adaptive_hedge_bound,
    best_rate,
    exponentiated_gradient,
    exponentiated_gradient_bound,
    fixed_share,
    fixed_share_bound,
    hedge,
    hedge_bound,
    losses_of,
)
from risk.temporal import temporal

shapes = array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=40)
bounded = shapes.flatmap(lambda shape: arrays(float, shape, elements=st.floats(0, 1)))
returns_of = shapes.flatmap(lambda shape: arrays(float, shape, elements=st.floats(-0.6, 0.8)))
EVERY = {**LEARNERS, "temporal-difference": temporal}
ROUNDING = 1e-9


def lost(weights, losses):
    return float((weights[:-1] * losses).sum())


@given(bounded)
def test_hedge_loses_no_more_than_its_bound_above_the_best(losses):
    days, count = losses.shape
    regret = lost(hedge(losses), losses) - losses.sum(axis=0).min()
    assert regret <= hedge_bound(days, count) + ROUNDING


@given(st.integers(2, 8), st.integers(1, 200))
def test_hedge_keeps_its_bound_against_who_punishes_the_leader(count, days):
    """Each day the strategy of the largest weight loses one, the others nothing."""
    losses = np.zeros((days, count))
    for day in range(days):
        losses[day, hedge(losses[:day])[-1].argmax()] = 1.0
    regret = lost(hedge(losses), losses) - losses.sum(axis=0).min()
    assert regret + ROUNDING >= 0
    assert regret <= hedge_bound(days, count) + ROUNDING


@given(returns_of)
def test_adaptive_hedge_earns_no_less_than_its_bound_below_the_best(returns):
    earned = float((adaptive_hedge(returns)[:-1] * returns).sum())
    assert returns.sum(axis=0).max() - earned <= adaptive_hedge_bound(returns) + ROUNDING


@given(returns_of, st.sampled_from([1e-4, 10.0]))
def test_adaptive_hedge_does_not_know_the_scale(returns, scale):
    whole = np.round(returns * 64) / 64
    assert adaptive_hedge(whole * scale) == pytest.approx(adaptive_hedge(whole), abs=1e-6)


@given(returns_of, st.floats(0.01, 2), st.integers(0, 1000))
def test_the_gradient_grows_no_less_than_its_bound_below_any_fixed_mix(returns, rate, seed):
    weights, relatives = exponentiated_gradient(returns, rate), 1 + returns
    grown = np.log((weights[:-1] * relatives).sum(axis=1)).sum()
    mixes = np.random.default_rng(seed).dirichlet(np.ones(returns.shape[1]), 20)
    for mix in (*mixes, *np.eye(returns.shape[1])):
        best = np.log(relatives @ mix).sum()
        assert best - grown <= exponentiated_gradient_bound(returns, rate) + ROUNDING


@given(bounded, st.floats(0.05, 2), st.floats(0.001, 0.5), st.integers(0, 4))
def test_fixed_share_follows_any_sequence_with_few_switches(losses, rate, share, switches):
    days, count = losses.shape
    switches = min(switches, days - 1)
    own = lost(fixed_share(losses, rate, share), losses)
    # the least loss of a path with at most so many switches, by dynamic programming
    least = losses[0] + np.zeros((switches + 1, count))
    for row in losses[1:]:
        jumped = np.vstack(
            [np.full(count, np.inf), np.repeat(least[:-1].min(1), count).reshape(-1, count)]
        )
        least = np.minimum(least, jumped) + row
    bounds = [fixed_share_bound(days, count, used, rate, share) for used in range(switches + 1)]
    for used, bound in enumerate(bounds):
        assert own - least[used].min() <= max(bounds[: used + 1]) + ROUNDING
        assert bound > 0


def test_fixed_share_comes_back_to_what_was_good_before_and_hedge_does_not():
    good, bad = np.asarray([0.0, 1.0]), np.asarray([1.0, 0.0])
    losses = np.vstack([np.tile(good, (100, 1)), np.tile(bad, (100, 1))])
    rate = best_rate(200, 2)
    after = fixed_share(losses, rate, 0.05)[130]
    assert after[1] > 0.8
    assert hedge(losses)[130][1] < 0.1


@settings(max_examples=30)
@given(returns_of, st.sampled_from(sorted(EVERY)), st.data())
def test_no_weight_knows_its_day_or_one_after_it(returns, name, data):
    day = data.draw(st.integers(0, len(returns) - 1))
    changed = returns.copy()
    changed[day:] = changed[day:][::-1] * -0.5 + 0.01
    before, after = EVERY[name](returns), EVERY[name](changed)
    assert np.array_equal(before[: day + 1], after[: day + 1])


@pytest.mark.parametrize("small", [5e-324, 1e-310, 1e-300, 1e-250])
def test_days_that_differ_by_next_to_nothing_have_weights_nevertheless(small):
    returns = np.asarray([[small, 0.0], [0.0, small], [0.05, -0.05], [0.0, 0.0]])
    for name, weights_of in EVERY.items():
        weights = weights_of(returns)
        assert weights.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-12), name


@given(returns_of, st.sampled_from(sorted(EVERY)))
def test_weights_are_shares(returns, name):
    weights = EVERY[name](returns)
    assert weights.shape == (len(returns) + 1, returns.shape[1])
    assert weights.min() >= 0
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(weights)), abs=1e-12)
    assert weights[0] == pytest.approx(np.full(returns.shape[1], 1 / returns.shape[1]))


@pytest.mark.parametrize("name", sorted(EVERY))
def test_no_days_give_equal_weights(name):
    assert EVERY[name](np.zeros((0, 4))) == pytest.approx(np.full((1, 4), 0.25))


def test_returns_outside_the_span_count_as_its_ends():
    found = losses_of(np.asarray([[0.05, -0.05, 0.0, 0.9, -1.0]]))
    assert found == pytest.approx(np.asarray([[0, 1, 0.5, 0, 1]]))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: hedge(np.asarray([[1.5, 0.0]])),
        lambda: exponentiated_gradient(np.asarray([[-1.0, 0.0]])),
        lambda: exponentiated_gradient(np.zeros((2, 2)), rate=0),
        lambda: fixed_share(np.zeros((2, 2)), 1.0, 1.0),
        lambda: losses_of(np.zeros((1, 2)), (0.1, 0.1)),
    ],
)
def test_what_the_bound_does_not_hold_for_is_refused(wrong):
    with pytest.raises(AssertionError):
        wrong()
