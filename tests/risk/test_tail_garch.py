"""GARCH: the variance is that of `arch`, nothing is known of days to come, no fit is no figure."""

import numpy as np
import pytest

from risk.backtest import judged
from risk.model import Backtest
from risk.tail.garch import FLAT, Garch, fitted, garch, garch_forecasts, variances
from risk.tail.historical import historical
from tests.risk.series import random_series, stated


def clustered(days=1_000, seed=3):
    """Returns of a GARCH process with a heavy memory."""
    rng = np.random.default_rng(seed)
    variance, found = 1e-4, []
    for shock in rng.normal(size=days):
        value = np.sqrt(variance) * shock
        found.append(value)
        variance = 4e-6 + 0.12 * value**2 + 0.85 * variance
    return found


def test_the_variance_is_that_of_the_library():
    from arch import arch_model

    values = np.asarray(clustered())
    model = fitted(values)
    assert isinstance(model, Garch)
    scale = values.std()
    found = arch_model(values / scale, mean="Constant", vol="GARCH", p=1, q=1, rescale=False).fit(
        disp="off"
    )
    expected = (found.conditional_volatility * scale) ** 2
    own = variances(model, values)
    assert own[:-1] == pytest.approx(expected, rel=1e-9)
    ahead = float(found.forecast(horizon=1).variance.iloc[-1, 0]) * scale**2
    assert own[-1] == pytest.approx(ahead, rel=1e-9)


def test_the_process_that_made_the_returns_is_found_again():
    model = fitted(np.asarray(clustered(8_000)))
    assert isinstance(model, Garch)
    assert model.alpha == pytest.approx(0.12, abs=0.03)
    assert model.beta == pytest.approx(0.85, abs=0.04)


def test_after_a_storm_the_tail_is_wider_than_that_of_all_days():
    storm = [*random_series(1, 600, scale=0.005).values, *random_series(2, 30, scale=0.05).values]
    found = stated(garch(storm, 0.95))
    assert found[0] > 1.5 * historical(storm, 0.95)[0]


def test_a_forecast_knows_no_day_but_those_before_it():
    values = clustered(420)
    changed = [*values[:400], *(0.3 for _ in values[400:])]
    before, after = garch_forecasts(values, 0.95), garch_forecasts(changed, 0.95)
    assert before.at_risk[:151].tolist() == after.at_risk[:151].tolist()
    assert before.at_risk[152] != after.at_risk[152]


def test_it_covers_what_it_is_made_for():
    found = judged("garch", garch_forecasts(clustered(2_000), 0.95), 0.95)
    assert isinstance(found, Backtest)
    assert found.coverage.probability > 0.01


@pytest.mark.parametrize("factor", [1e-6, 100.0])
def test_twice_the_bet_is_twice_the_tail(factor):
    values = clustered(500)
    expected = [factor * each for each in garch(values, 0.95)]
    assert garch([factor * value for value in values], 0.95) == pytest.approx(expected, rel=1e-6)


def test_flat_and_short_series_have_a_reason():
    assert garch([0.01] * 300, 0.95) == FLAT
    assert garch(random_series(1, 249).values, 0.95) == "249 of at least 250 days"
    assert np.isnan(garch_forecasts([0.0] * 300, 0.95).at_risk).all()
    assert len(garch_forecasts(random_series(1, 100).values, 0.95).lost) == 0
