"""Errors and bands of sizes: what other samples differ by, and the ends of a capped band."""

import numpy as np
import pytest

from risk.sizing import kelly_of_returns, kelly_size
from risk.sizing.capacity import decay_of
from risk.sizing.drawdown import capped
from risk.sizing.many import kelly_together
from risk.walk_forward import Schedule, walk_forward
from tests.risk.series import random_series, series, stated, trades


def named(sizing):
    return {one.name: one for one in sizing.measures}


def test_the_errors_of_the_best_net_and_of_half_the_ratio_are_how_far_they_move():
    generator = np.random.default_rng(6)
    stakes = generator.uniform(100, 4000, 300)
    drawn = []
    for _ in range(300):
        returns = 0.1 - 0.001 * stakes**0.5 + generator.normal(0, 0.01, 300)
        found = decay_of(stakes, returns * stakes)
        assert found is not None
        drawn.append(found)
    nets = [one.net(one.best) for one in drawn]
    errors = [one.error_of(net, 3, -2) for one, net in zip(drawn, nets, strict=True)]
    assert np.mean(errors) == pytest.approx(np.std(nets), rel=0.15)
    halves = [(one.a / (2 * one.b)) ** 2 for one in drawn]
    errors = [one.error_of(half, 2, -2) for one, half in zip(drawn, halves, strict=True)]
    assert np.mean(errors) == pytest.approx(np.std(halves), rel=0.15)


def test_stakes_without_bounds_have_the_error_of_a_jackknife():
    values, errors = [], []
    for seed in range(40):
        rows = np.random.default_rng(seed).normal(0.001, 0.01, (2, 300))
        given = [series(*row, name=f"s{at}") for at, row in enumerate(rows)]
        one = named(kelly_together(given)[0])["unbounded"]
        values.append(stated(one.value))
        errors.append(stated(one.error))
    assert np.mean(errors) == pytest.approx(np.std(values, ddof=1), rel=0.4)


def test_a_cap_on_falling_has_the_band_of_what_it_caps():
    size = kelly_size("arb", trades(*[10, 10, -10] * 40, stake=20))
    loose = dict(named(capped(size, 0.5, 0.5))["fraction"].parameters)
    assert float(loose["5th percentile"]) == pytest.approx(size.low, rel=1e-5)
    assert float(loose["95th percentile"]) == pytest.approx(size.high, rel=1e-5)
    strict = named(capped(size, 0.5, 0.0001))
    ends = dict(strict["fraction"].parameters)
    most = stated(strict["kelly_part"].value) * stated(size.full)
    assert float(ends["95th percentile"]) == pytest.approx(min(stated(size.high), most), rel=1e-5)


def test_a_walk_has_errors_of_its_deviation_and_its_fall():
    given = [random_series(seed, 400, name=f"s{seed}") for seed in range(3)]
    walked = walk_forward(given, ("hedge",), Schedule(first=60))
    for outcome in walked.outcomes:
        known = {one.name: one for one in outcome.measures}
        for name in ("volatility", "max_drawdown", "sharpe", "sharpe_deflated"):
            assert stated(known[name].error) > 0, name
        assert known["total_return"].error is None


def test_the_fraction_of_returns_has_a_band_as_that_of_trades_has():
    inside = []
    for seed in range(40):
        size = kelly_of_returns(random_series(seed, 300, mean=0.001))
        assert 0 <= stated(size.low) <= stated(size.suggested) <= stated(size.high) <= 0.5
        inside.append(stated(size.high) - stated(size.low))
    assert max(inside) > 0.05
    one, again = (kelly_of_returns(random_series(3, 300)) for _ in range(2))
    assert one == again
    assert dict(one.parameters)["band"] == "5th and 95th percentile over 400 resamples"
    assert one.definition.startswith("(μ − r)/σ²")
    sized = kelly_size("arb", trades(*[10, 10, -10] * 40, stake=20))
    assert sized.definition.startswith("p/l − q/w")
    flat = kelly_of_returns(series(*[0.001] * 40))
    assert (flat.low, flat.high, flat.reason) == (None, None, "the returns do not vary")
