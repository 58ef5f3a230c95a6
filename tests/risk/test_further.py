"""What more is asked for stands beside what there is: same parts, same names, exceptions beside."""

import numpy as np
import pytest

from risk.contribution import REST
from risk.further import ALONE, Asked, further, parts_of, with_further
from risk.measure import CONFIDENCES, measure
from tests.risk.series import DAY, START, points, random_series, series, stated, trade


def fund(days=420):
    """A fund with two strategies that closed a trade a day, and what else moved it."""
    own = {
        name: random_series(seed, days, scale=8.0, mean=0.5).values
        for name, seed in (("arb", 1), ("lend", 2))
    }
    level, levels = 10_000.0, [10_000]
    closed = []
    for at in range(days):
        for name, results in own.items():
            closed.append(trade(at * 2 + (name == "lend"), round(results[at], 6), strategy=name,
                                closed=START + at * DAY + DAY / 2))  # fmt: skip
            level += results[at]
        levels.append(round(level))
    return measure(points(*levels), closed)


@pytest.fixture(scope="module")
def report():
    return fund()


def test_parts_of_a_fund_sum_to_it(report):
    parts = parts_of(report.returns, report.strategy_contributions)
    assert [each.name for each in parts] == ["arb", "lend", REST]
    for at, value in enumerate(report.returns.values):
        assert sum(each.values[at] for each in parts) == pytest.approx(value, abs=1e-15)


def test_a_report_says_what_each_strategy_adds(report):
    assert {(each.method, each.confidence) for each in report.contributions} == {
        (method, level)
        for method in ("historical", "gaussian", "modified")
        for level in CONFIDENCES
    }
    for found in report.contributions:
        if found.reason:
            continue
        total = sum(part.component_es for part in found.parts)
        assert total == pytest.approx(stated(found.shortfall), rel=1e-9)
    historical = next(each for each in report.contributions if each.method == "historical")
    at_risk = stated(report.measure("var_historical_95")).value
    assert historical.at_risk == pytest.approx(at_risk, rel=1e-9)


def test_nothing_more_is_told_unless_it_is_asked_for(report):
    assert not Asked()
    assert with_further(report, Asked(), CONFIDENCES).measures == report.measures
    assert with_further(report, Asked(), CONFIDENCES).rolling == ()


def test_models_horizons_and_windows_stand_beside_the_rest(report):
    found = with_further(report, Asked(5, True, 60), (0.95,))
    names = {one.name for one in found.measures} - {one.name for one in report.measures}
    assert names == {
        f"{what}_{method}"
        for what in ("var", "es")
        for method in (
            *("overlapping_95_5d", "paths_95_5d", "scaled_95_5d"),
            *("garch_95", "copula_95", "copula_smooth_95"),
        )
    }
    tied = stated(found.measure("var_copula_95"))
    assert tied.value == pytest.approx(stated(found.measure("var_historical_95")).value, rel=0.35)
    assert 0 < stated(tied.error) < stated(tied.value) / 10
    assert {"garch", "copula", "copula_smooth"} <= {each.method for each in found.backtests}
    assert len(found.rolling) == 420 - 59


def test_one_part_is_tied_to_nothing_and_few_days_say_so():
    one = random_series(1, 300)
    measures, _ = further(one, [one], Asked(simulate=True), (0.95,))
    assert {each.reason for each in measures if "copula" in each.name} == {ALONE}
    short = random_series(1, 100)
    measures, tests = further(short, [short, short], Asked(simulate=True), (0.95,))
    assert {each.reason for each in measures} == {"100 of at least 250 days"}
    assert tests == ()
    flat = series(*[0.001] * 300)
    measures, _ = further(flat, [flat, flat], Asked(simulate=True), (0.95,))
    by_name = {each.name: each for each in measures}
    assert by_name["var_garch_95"].reason == "the returns do not vary"
    assert by_name["var_copula_95"].value == pytest.approx(-0.002)


def test_a_part_that_stood_still_on_most_days_has_no_smooth_copula():
    """A t distribution of it has no mean: its scenarios lost millions of times all there was."""
    rare = np.zeros(400)
    rare[::40] = np.random.default_rng(1).normal(0, 0.01, 10)
    days = [random_series(2, 400), series(*rare, name="rare")]
    whole = series(*(a + b for a, b in zip(days[0].values, rare, strict=True)))
    measures, _ = further(whole, days, Asked(simulate=True), [0.95])
    found = {one.name: one for one in measures}
    for name in ("var_copula_smooth_95", "es_copula_smooth_95"):
        assert (found[name].value, found[name].error) == (None, None)
        assert found[name].reason == "the tail of a part is so heavy that it has no mean"
    assert 0 < stated(found["var_copula_95"].value) < 0.1
