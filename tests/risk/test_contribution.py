"""What parts add to a tail sums to it, and is what the tail gains by a little more of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.contribution import METHODS, REST, contributions, of_strategies
from risk.tail.historical import historical
from risk.tail.normal import NOT_MONOTONE, expanded, gaussian
from tests.risk.series import daily_returns, random_series, stated

NAMES = ("a", "b", "c")
ALONE = {"historical": historical, "gaussian": gaussian, "modified": expanded}


def drawn(seed, days=300):
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 0.01, days)
    return np.column_stack([common * size + rng.normal(0.001, 0.01, days) for size in (1, 2, -1)])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_components_sum_to_the_tail_of_the_whole(method, confidence):
    for seed in range(5):
        parts = drawn(seed)
        found = METHODS[method][0](parts, confidence)
        alone = ALONE[method](parts.sum(axis=1), confidence)
        assert (found.at_risk, found.shortfall) == pytest.approx(alone, rel=1e-10)
        assert found.of_risk.sum() == pytest.approx(alone[0], rel=1e-10)
        assert found.of_shortfall.sum() == pytest.approx(alone[1], rel=1e-10)


@given(st.lists(st.tuples(daily_returns, daily_returns, daily_returns), min_size=20, max_size=60))
def test_they_do_whatever_the_days(rows):
    found = contributions(NAMES, np.asarray(rows), 0.95, "historical")
    alone = historical(np.asarray(rows).sum(axis=1), 0.95)
    assert found.at_risk == pytest.approx(alone[0], rel=1e-9, abs=1e-12)
    assert found.shortfall == pytest.approx(alone[1], rel=1e-9, abs=1e-12)
    total = sum(part.component_var for part in found.parts)
    assert total == pytest.approx(found.at_risk, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_a_marginal_figure_is_what_a_little_more_adds(method):
    parts, weights = drawn(3), np.array([0.5, 0.3, 0.2])
    found = contributions(NAMES, parts * weights, 0.95, method, weights.tolist())
    step = 1e-6
    for at, part in enumerate(found.parts):
        more, less = weights.copy(), weights.copy()
        more[at] += step
        less[at] -= step
        slopes = [
            (high - low) / (2 * step)
            for high, low in zip(
                ALONE[method](parts @ more, 0.95), ALONE[method](parts @ less, 0.95), strict=True
            )
        ]
        assert part.marginal_var == pytest.approx(slopes[0], rel=1e-4)
        assert part.marginal_es == pytest.approx(slopes[1], rel=1e-4)
        assert part.component_var == pytest.approx(part.marginal_var * weights[at], rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_an_incremental_figure_measures_the_whole_without_the_part(method):
    parts = drawn(4)
    found = contributions(NAMES, parts, 0.95, method)
    for at, part in enumerate(found.parts):
        without = ALONE[method](np.delete(parts, at, axis=1).sum(axis=1), 0.95)
        assert stated(found.at_risk) - part.incremental_var == pytest.approx(without[0], rel=1e-10)
        assert stated(found.shortfall) - part.incremental_es == pytest.approx(without[1], rel=1e-10)
        assert part.marginal_var is None


def test_what_rounding_leaves_is_no_incremental_figure():
    """Days on which a part moved, none of which lies in the tail: with it and without are alike."""
    parts = drawn(2)
    worst = parts.sum(axis=1) < np.quantile(parts.sum(axis=1), 0.2)
    for seed in range(20):
        luck = np.where(worst, 0.0, np.random.default_rng(seed).uniform(0, 0.01, len(parts)))
        every = np.column_stack([luck, parts])
        found = contributions(("luck", *NAMES), every, 0.95, "historical").parts[0]
        assert (found.incremental_var, found.incremental_es) == (0, 0)


def test_a_hedge_adds_less_than_nothing():
    base = np.asarray(random_series(6, 200, scale=0.02).values)
    found = contributions(["long", "hedge"], np.column_stack([base, -base / 2]), 0.95, "gaussian")
    assert found.parts[1].component_var < 0
    assert found.parts[1].incremental_var < 0


def test_of_one_part_alone_everything_is_its_own():
    base = np.asarray(random_series(6, 200).values)
    found = contributions(["all"], base[:, None], 0.95, "historical", [1.0])
    assert found.at_risk == found.parts[0].component_var == found.parts[0].marginal_var
    assert found.parts[0].incremental_var == found.at_risk


def test_strategies_and_the_rest_sum_to_the_fund():
    fund = random_series(1, 200, scale=0.02, name="fund")
    own = [random_series(seed, 200, name=f"s{seed}") for seed in (2, 3)]
    found = of_strategies(fund, own, 0.95, "historical")
    assert [part.part for part in found.parts] == ["s2", "s3", REST]
    assert found.at_risk == pytest.approx(historical(fund.values, 0.95)[0], rel=1e-10)
    assert of_strategies(fund, [], 0.95, "historical").parts[0].part == REST


def test_what_is_not_known_has_a_reason_and_no_parts():
    short = contributions(NAMES, drawn(1, 19), 0.95, "historical")
    assert (short.at_risk, short.parts, short.reason) == (None, (), "19 of at least 20 days")
    flat = contributions(NAMES, np.full((30, 3), 0.01), 0.95, "gaussian")
    assert (flat.at_risk, flat.reason) == (None, "the returns do not vary")
    crash = drawn(1, 40)
    crash[7] = -0.9
    assert contributions(NAMES, crash, 0.95, "modified").reason == NOT_MONOTONE


def test_days_that_are_equal_are_no_tail_beyond_themselves():
    column = np.asarray([0.0] * 96 + [-0.1] * 4)[:, None]
    found = contributions(["a"], column, 0.95, "historical")
    assert found.at_risk == 0.0
    assert found.shortfall == pytest.approx(0.1)


@pytest.mark.parametrize("method", ["historical", "gaussian"])
def test_components_of_other_samples_differ_by_their_errors(method):
    values, errors = [], []
    for seed in range(60):
        parts = np.random.default_rng(seed).standard_t(6, (600, 3)) * [0.01, 0.02, 0.005]
        found = contributions("abc", parts, 0.95, method, errors=True).parts[1]
        values.append((found.component_var, found.component_es))
        errors.append((found.var_error, stated(found.es_error)))
    spread = np.std([one[1] for one in values], ddof=1)
    assert np.median([one[1] for one in errors]) == pytest.approx(spread, rel=0.25)
    spread = np.std([one[0] for one in values], ddof=1)
    assert np.median([stated(one[0]) for one in errors]) == pytest.approx(spread, rel=0.25)


def test_the_error_of_a_historical_component_is_that_of_samples_drawn_again():
    """The bootstrap without a draw: the chance of each day to be the quantile's, in closed form."""
    random = np.random.default_rng(5)
    parts = random.standard_t(5, (200, 2)) * [0.01, 0.02]
    found = contributions("ab", parts, 0.95, "historical", errors=True).parts
    order = np.argsort(parts.sum(axis=1), kind="stable")
    # 0.05 · 199 = 9.95: the eleventh day is the nearest
    ranks = np.sort(random.integers(0, 200, (40_000, 200)), axis=1)[:, 10]
    drawn = parts[order][ranks].std(axis=0)
    assert [stated(one.var_error) for one in found] == pytest.approx(drawn.tolist(), rel=0.02)


def test_errors_are_there_where_they_are_asked_for_and_every_tenth_has_a_figure():
    parts = np.random.default_rng(1).normal(0, 0.01, (100, 2))
    for method in ("historical", "gaussian"):
        plain = contributions("ab", parts, 0.95, method).parts[0]
        assert (plain.var_error, plain.es_error) == (None, None)
    # ninety days are too few for 99 %
    few = contributions("ab", parts, 0.99, "gaussian", errors=True).parts[0]
    assert (few.component_var is None, few.var_error) == (False, None)


def test_days_that_are_equal_but_for_rounding_are_below_the_quantile_here_as_there():
    """Sums of tenths: which of the equal days are below is decided by the same steps."""
    random = np.random.default_rng(0)
    for _ in range(300):
        rows = np.round(random.integers(-9, 10, (random.integers(20, 61), 3)) / 10, 1)
        found = contributions(NAMES, rows, 0.95, "historical")
        alone = historical(rows.sum(axis=1), 0.95)
        assert (found.at_risk, found.shortfall) == pytest.approx(alone, rel=1e-9, abs=1e-12)
