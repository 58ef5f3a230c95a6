"""Caps, floors, groups, turnover and costs hold for every model, or it is said that none can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.allocation import MODELS, Constraints, Group, Terms, allocate
from risk.allocation.constraints import polytope
from risk.allocation.objectives import Distance, gap
from risk.allocation.programs import NEAR, nearest
from tests.risk.series import random_series, series
from tests.risk.test_allocation import columns_of, weights
from tests.risk.test_allocation_models import several

NAMES = [f"s{at}" for at in range(5)]
EQUAL = dict.fromkeys(NAMES, 0.2)
TIGHT = Constraints(
    caps={"s0": 0.25, "s4": 0.3},
    floors={"s2": 0.1},
    groups=(
        Group("chain", "ethereum", {"s0": 1.0, "s1": 1.0}, cap=0.35),
        Group("protocol", "uniswap", {"s3": 1.0, "s4": 0.5}, floor=0.2, cap=0.4),
    ),
)


def holds(found, constraints):
    named = dict(found.weights)
    for name, cap in constraints.caps.items():
        assert named[name] <= cap + 1e-6
    for name, floor in constraints.floors.items():
        assert named[name] >= floor - 1e-6
    for group in constraints.groups:
        part = sum(share * named[name] for name, share in group.shares.items())
        assert group.floor - 1e-6 <= part <= group.cap + 1e-6
    if constraints.turnover is not None:
        held = constraints.current
        traded = sum(abs(named[name] - held.get(name, 0.0)) for name in named)
        assert traded <= constraints.turnover + 1e-6
    assert weights(found).min() >= -1e-12
    assert weights(found).sum() + found.cash == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_caps_floors_and_groups_hold_for_every_model(model):
    found = allocate(several(1), model, TIGHT)
    assert len(found.weights) == 5
    holds(found, TIGHT)


@pytest.mark.parametrize("model", MODELS)
def test_turnover_is_bounded_for_every_model(model):
    slow = Constraints(current=EQUAL, turnover=0.15)
    found = allocate(several(1), model, slow)
    holds(found, slow)
    assert {one.name for one in found.measures} >= {"turnover", "cost_of_a_period"}


@pytest.mark.parametrize("objective", ["min-risk", "sharpe", "utility"])
def test_no_turnover_leaves_what_is_held(objective):
    still = Constraints(current=EQUAL, turnover=0.0)
    found = allocate(several(1), "mean-variance", still, Terms(objective=objective))
    assert weights(found) == pytest.approx(np.full(5, 0.2), abs=1e-6)


def test_what_is_held_elsewhere_has_to_be_sold_first():
    gone = Constraints(current={"s0": 0.5, "old": 0.5}, turnover=0.9)
    assert allocate(several(1), "equal", gone).fallback == "no weights hold the constraints"
    enough = Constraints(current={"s0": 0.5, "old": 0.5}, turnover=1.0)
    found = dict(allocate(several(1), "equal", enough).weights)
    assert found["s0"] == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize(
    "impossible",
    [
        Constraints(caps=dict.fromkeys(NAMES, 0.1)),
        Constraints(floors={"s0": 0.6, "s1": 0.6}),
        Constraints(groups=(Group("chain", "a", dict.fromkeys(NAMES, 1.0), cap=0.5),)),
        Constraints(caps={"s0": 0.1}, floors={"s0": 0.2}),
    ],
)
@pytest.mark.parametrize("model", ["equal", "hrp", "mean-variance", "cvar"])
def test_where_nothing_holds_the_constraints_it_is_said(model, impossible):
    found = allocate(several(1), model, impossible)
    assert (found.weights, found.fallback) == ((), "no weights hold the constraints")


def test_models_of_structure_are_moved_as_little_as_can_be_and_say_so():
    found = allocate(several(1), "equal", Constraints(caps={"s0": 0.1}))
    assert found.fallback == "moved to the nearest weights that hold the constraints"
    assert weights(found) == pytest.approx([0.1, *[0.225] * 4], abs=1e-5)


def test_a_cost_that_eats_the_edge_keeps_what_is_held():
    given = several(1)
    held = {"s0": 1.0}
    prices = dict.fromkeys(NAMES, 1.0)
    dear = Constraints(current=held, costs=prices, horizon=1)
    cheap = Constraints(current=held, costs=dict.fromkeys(NAMES, 1e-9), horizon=1)
    told = Terms(objective="utility")
    assert weights(allocate(given, "mean-variance", dear, told))[0] == pytest.approx(1, abs=1e-6)
    free = weights(allocate(given, "mean-variance", terms=told))
    near = weights(allocate(given, "mean-variance", cheap, told))
    assert near == pytest.approx(free, abs=1e-3)


def test_a_cost_between_stops_where_one_more_step_earns_what_it_costs():
    """Two series without correlation: the slope of utility towards the better equals the cost."""
    drawn = np.random.default_rng(3).normal(size=(400, 2))
    drawn -= drawn.mean(axis=0)
    drawn = drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False))).T * 0.02
    drawn += np.asarray([0.002, 0.001])
    given = [series(*column, name=f"s{at}") for at, column in enumerate(drawn.T)]
    price, aversion, variance = 0.0002, 5.0, 0.02**2
    costs = Constraints(current={"s0": 0.3, "s1": 0.7}, costs={"s0": price, "s1": price}, horizon=1)
    found = weights(allocate(given, "mean-variance", costs, Terms("utility", aversion=aversion)))
    slope = (0.002 - aversion * variance * found[0]) - (0.001 - aversion * variance * found[1])
    assert slope == pytest.approx(2 * price, abs=1e-6)


def test_a_series_that_does_not_move_keeps_its_floor():
    given = [*several(1), series(*[0.0] * 250, name="cash")]
    for model in ("equal", "mean-variance", "cvar", "evar", "kelly", "hrp"):
        found = allocate(given, model, Constraints(floors={"cash": 0.2}))
        assert dict(found.weights)["cash"] == pytest.approx(0.2, abs=1e-6)
        assert found.fallback.startswith("1 series that do not move have weight their floor")


def test_a_calm_strategy_at_its_cap_leaves_the_rest_to_others():
    given = [random_series(1, scale=0.001, name="s0"), random_series(2, name="s1")]
    found = allocate(given, "mean-variance", Constraints(caps={"s0": 0.4}))
    assert weights(found) == pytest.approx([0.4, 0.6], abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"caps": {"s0": 1.5}},
        {"floors": {"s0": -0.1}},
        {"turnover": 0.1},
        {"current": {}, "turnover": -1.0},
        {"horizon": 0},
    ],
)
def test_what_is_no_constraint_is_refused(wrong):
    with pytest.raises(AssertionError):
        Constraints(**wrong)


@settings(max_examples=25)
@given(
    st.integers(0, 1000),
    st.lists(st.floats(0.2, 1), min_size=5, max_size=5),
    st.lists(st.floats(0, 0.15), min_size=5, max_size=5),
    st.floats(0.3, 1),
    st.sampled_from(["equal", "inverse-variance", "hrp-paper", "mean-variance", "cvar", "kelly"]),
)
def test_whatever_the_bounds_the_weights_hold_them(seed, caps, floors, cap, model):
    bounds = Constraints(
        caps=dict(zip(NAMES, caps, strict=True)),
        floors=dict(zip(NAMES, floors, strict=True)),
        groups=(Group("chain", "a", {"s0": 1.0, "s1": 1.0, "s2": 0.5}, cap=cap),),
    )
    given_series = several(seed, 5, 60)
    found = allocate(given_series, model, bounds)
    if found.weights:
        holds(found, bounds)
    assert columns_of(given_series).shape == (60, 5)


def projected(wanted, highest):
    """The nearest point of {0 ≤ w ≤ highest, Σw = 1}: clip(v − λ), λ by halving."""
    low, high = -1.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        over = np.clip(wanted - middle, 0, highest).sum() > 1
        low, high = (middle, high) if over else (low, middle)
    return np.clip(wanted - low, 0, highest)


@given(st.integers(0, 10**6), st.integers(4, 12))
@settings(deadline=None)
def test_what_is_moved_into_a_cap_is_moved_to_the_nearest_weights(seed, count):
    wanted = np.random.default_rng(seed).dirichlet(np.full(count, 0.4))
    highest = np.ones(count)
    highest[wanted.argmax()] = 0.3
    names = [f"s{at}" for at in range(count)]
    caps = {names[int(wanted.argmax())]: 0.3}
    inside = polytope(names, Constraints(caps=caps), frozenset())
    found = nearest(wanted, inside)
    assert found is not None
    assert found == pytest.approx(projected(wanted, highest), abs=1e-6)


def test_nothing_is_nearest_where_nothing_is_inside():
    nowhere = polytope(NAMES, Constraints(caps=dict.fromkeys(NAMES, 0.1)), frozenset())
    assert nearest(np.full(5, 0.2), nowhere) is None


@pytest.mark.parametrize("seed", range(12))
def test_what_is_moved_into_a_turnover_is_nearest_too(seed):
    drawn = np.random.default_rng(seed)
    wanted, held = drawn.dirichlet(np.full(5, 0.4)), drawn.dirichlet(np.full(5, 0.5)) * 0.95
    slow = Constraints(current=dict(zip(NAMES, held, strict=True)), turnover=0.3)
    found = nearest(wanted, polytope(NAMES, slow, frozenset()))
    assert found is not None
    assert np.abs(found - held).sum() <= 0.3 + 1e-6
    assert gap(Distance(wanted), polytope(NAMES, slow, frozenset()), found) <= NEAR
