"""No weight knows a later day, costs and drift are as by hand, equal weight is always there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.allocation import Constraints, Terms
from risk.model import ReturnSeries
from risk.walk_forward import CANDIDATES, ONLINE, Schedule, walk_forward
from tests.risk.series import series
from tests.risk.test_allocation_models import several

QUICK = ("inverse-variance", "hrp-paper", "cvar", *ONLINE)


def named(measures):
    return {one.name: one for one in measures}


def test_equal_weight_is_always_the_first():
    found = walk_forward(several(1), ["inverse-variance"], Schedule())
    assert [one.model for one in found.outcomes] == ["equal", "inverse-variance"]
    assert walk_forward(several(1), [], Schedule()).outcomes[0].model == "equal"


def test_two_strategies_by_hand():
    """Bought at one half each, drifted, and set back to one half: all costs paid on that day."""
    first, second = [0.0, 0.0, 0.1, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.2]
    given_series = [series(*first, name="a"), series(*second, name="b")]
    schedule = Schedule(first=2, step=2, cost=0.01)
    [equal] = walk_forward(given_series, [], schedule).outcomes
    drifted = 0.5 * 1.1 / 1.05
    traded = 2 * (drifted - 0.5)
    expected = [0.99 * 1.05 - 1, 0.0, (1 - 0.01 * traded) * 1.1 - 1]
    assert equal.returns.values == pytest.approx(expected, rel=1e-12)
    assert [one.turnover for one in equal.rebalanced] == pytest.approx([1.0, traded])
    assert equal.returns.days == given_series[0].days[2:]
    assert [one.learned_until for one in equal.rebalanced] == [
        given_series[0].days[1],
        given_series[0].days[3],
    ]
    turnover = named(equal.measures)["turnover_of_a_year"]
    assert turnover.value == pytest.approx(traded / (3 / 365))


def test_what_is_not_invested_earns_the_rate_of_cash():
    losing = [series(*[-0.01, -0.02] * 60, name=name) for name in "ab"]
    found = walk_forward(
        losing, ["kelly"], Schedule(first=60, rate=0.0001), terms=Terms(rate=0.0001)
    )
    kelly = found.outcomes[1]
    assert kelly.returns.values == pytest.approx([0.0001] * 60, abs=1e-9)
    assert kelly.rebalanced[0].cash == pytest.approx(1, abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(41, 119), st.sampled_from(QUICK), st.data())
def test_a_future_return_changes_no_earlier_weight(seed, day, model, data):
    window = data.draw(st.sampled_from([None, 35]))
    given_series = several(seed, 3, 120)
    changed = [
        ReturnSeries(one.name, one.days, one.values[:day] + tuple(-v for v in one.values[day:]))
        for one in given_series
    ]
    schedule = Schedule(first=40, step=10, window=window, cost=0.001)
    before = walk_forward(given_series, [model], schedule).outcomes[1]
    after = walk_forward(changed, [model], schedule).outcomes[1]
    known = given_series[0].days[day]
    early = [one for one in before.rebalanced if one.day <= known]
    assert early == [one for one in after.rebalanced if one.day <= known]
    assert before.returns.values[: day - 40] == after.returns.values[: day - 40]


def test_purged_days_and_days_of_the_embargo_are_not_learned_from():
    given_series = several(2, 3, 120)
    schedule = Schedule(first=40, step=20, purge=5, embargo=2)
    outcome = walk_forward(given_series, ["inverse-variance"], schedule).outcomes[1]
    days = given_series[0].days
    for one in outcome.rebalanced:
        assert days.index(one.day) - days.index(one.learned_until) == 5 + 2 + 1
    changed = [
        ReturnSeries(s.name, s.days, s.values[:40] + (0.3,) * 7 + s.values[47:])
        for s in given_series
    ]
    again = walk_forward(changed, ["inverse-variance"], schedule).outcomes[1]
    assert again.rebalanced[0] == outcome.rebalanced[0]


def test_a_rolling_window_forgets():
    """Half of the days a strategy was wild, then calm."""
    generator = np.random.default_rng(3)
    wild = np.concatenate([generator.normal(0, 0.1, 100), generator.normal(0, 0.001, 100)])
    given_series = [
        series(*wild, name="a"),
        series(*generator.normal(0, 0.01, 200), name="b"),
    ]
    rolling = walk_forward(given_series, ["inverse-variance"], Schedule(first=60, window=40))
    whole = walk_forward(given_series, ["inverse-variance"], Schedule(first=60))
    assert dict(rolling.outcomes[1].rebalanced[-1].weights)["a"] > 0.9
    assert dict(whole.outcomes[1].rebalanced[-1].weights)["a"] < 0.1


def test_costs_lower_what_is_earned_by_what_is_traded():
    given_series = several(4, 3, 200)
    free = walk_forward(given_series, ["hedge"], Schedule())
    paid = walk_forward(given_series, ["hedge"], Schedule(cost=0.01))
    for cheap, dear in zip(free.outcomes, paid.outcomes, strict=True):
        total = [named(one.measures)["total_return"].value for one in (cheap, dear)]
        traded = np.prod([1 - 0.01 * one.turnover for one in dear.rebalanced])
        assert (1 + total[1]) / (1 + total[0]) == pytest.approx(traded, rel=1e-9)


def test_the_ratio_is_deflated_by_the_number_of_models_tried():
    given_series = several(5, 4, 300)
    models = ["inverse-variance", "hedge", "fixed-share"]
    few = walk_forward(given_series, models, Schedule())
    many = walk_forward(given_series, models, Schedule(), tried_before=100)
    assert (few.tried, many.tried) == (4, 104)
    for one, other in zip(few.outcomes, many.outcomes, strict=True):
        known, later = named(one.measures), named(other.measures)
        assert known["sharpe"].error is not None
        assert later["sharpe_deflated"].value < known["sharpe_deflated"].value
    assert ("models tried", "104") in many.parameters


def test_what_was_earned_beside_equal_weight_has_its_error():
    outcomes = walk_forward(several(6, 4, 300), ["hedge"], Schedule()).outcomes
    equal, hedge = (named(one.measures)["excess_over_equal"] for one in outcomes)
    assert (equal.value, equal.reason) == (None, "it is equal weight")
    apart = np.subtract(outcomes[1].returns.values, outcomes[0].returns.values)
    assert hedge.value == pytest.approx(apart.mean(), rel=1e-9)
    assert hedge.error == pytest.approx(apart.std(ddof=1) / np.sqrt(len(apart)), rel=1e-9)


def test_constraints_hold_at_each_rebalancing():
    bounds = Constraints(caps={"s0": 0.2})
    for model in ("inverse-variance", "mean-variance"):
        found = walk_forward(several(7, 4, 200), [model], Schedule(), bounds)
        for one in found.outcomes[1].rebalanced:
            assert dict(one.weights)["s0"] <= 0.2 + 1e-6
    slow = Constraints(current={}, turnover=0.1)
    found = walk_forward(several(7, 4, 200), ["inverse-variance"], Schedule(first=60), slow)
    assert all(one.turnover <= 0.1 + 1e-6 for one in found.outcomes[1].rebalanced[1:])


def test_where_no_weights_are_found_those_of_now_are_kept_and_it_is_said():
    bounds = Constraints(caps=dict.fromkeys(["s0", "s1", "s2"], 0.1))
    found = walk_forward(several(8, 3, 150), ["mean-variance"], Schedule(), bounds)
    assert found.outcomes[1].rebalanced[0].note == "kept: no weights hold the constraints"
    assert found.outcomes[1].fallbacks == len(found.outcomes[1].rebalanced)


def test_a_strategy_that_loses_everything_leaves_nothing_and_no_exception():
    given_series = [series(*[0.01, -0.01] * 30, -1.0, *[0.0] * 39, name=name) for name in "ab"]
    found = walk_forward(given_series, ["exponentiated-gradient", "hedge"], Schedule(first=50))
    for one in found.outcomes:
        assert named(one.measures)["total_return"].value == -1
    kept = found.outcomes[1].rebalanced[-1].note
    assert kept == "kept: a strategy lost everything, of which the rule knows nothing"


@pytest.mark.parametrize(
    ("given_series", "reason"),
    [
        ([], "0 of more than 90 days"),
        ([series(*[0.01] * 90)], "90 of more than 90 days"),
        ([series(*[0.01] * 99, float("nan"))], "a return is no number"),
    ],
)
def test_without_an_outcome_there_is_a_reason(given_series, reason):
    found = walk_forward(given_series, ["hedge"], Schedule())
    assert (found.outcomes, found.reason) == ((), reason)


def test_every_candidate_walks(capsys):
    found = walk_forward(several(9, 4, 160), CANDIDATES, Schedule(first=100, cost=0.0005))
    assert [one.model for one in found.outcomes] == list(CANDIDATES)
    for one in found.outcomes:
        assert len(one.returns.values) == 60
        assert named(one.measures)["sharpe"].value is not None
        assert {m.sample for m in one.measures} == {60, 2}
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "wrong", [{"first": 0}, {"step": 0}, {"window": 0}, {"purge": -1}, {"cost": 1.0}]
)
def test_what_is_no_schedule_is_refused(wrong):
    with pytest.raises(AssertionError):
        replace(Schedule(), **wrong)
