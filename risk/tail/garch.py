"""Returns → a tail rescaled by the volatility of a GARCH model: the one door to `arch`.

z_t = (r_t − μ)/σ_t with σ² of a GARCH(1, 1) fitted by quasi-maximum likelihood, quantile of
μ + z_t·σ_{T+1} (Barone-Adesi, Giannopoulos and Vosper 1999; Bollerslev 1986). Fitting takes
milliseconds a time, so that a back-test fits every hundred days, on the days before them, and
carries the variance on from day to day.
"""

from collections.abc import Sequence
from math import hypot, isfinite, sqrt
from typing import Any, Final, NamedTuple

import numpy as np

from risk.backtest import WINDOW, Forecasts
from risk.standard_errors import quantile_error, shortfall_error
from risk.tail import observations_needed
from risk.tail.historical import historical
from risk.tail.quantile import Tail, beyond, quantile

#: Days below which three parameters of a variance are guesswork.
DAYS_NEEDED: Final = 250
#: Days for which parameters are kept, and days that they are fitted to.
DAYS_KEPT: Final = 100
DAYS_FITTED: Final = 2 * WINDOW
#: A deviation to which the solver's tolerances are made.
_UNIT: Final = 1.0
FLAT: Final = "the returns do not vary"
NO_FIT: Final = "the model does not converge"


class Garch(NamedTuple):
    """v' = omega + alpha·(r − mean)² + beta·v, begun at `first`."""

    mean: float
    omega: float
    alpha: float
    beta: float
    first: float


def fitted(returns: np.ndarray) -> Garch | str:
    """The model that is most likely to have made the returns, or the reason why there is none."""
    found = _likeliest(returns)
    return found if isinstance(found, str) else found[0]


def fit(returns: np.ndarray) -> tuple[Garch, np.ndarray] | str:
    """The same with the covariance of mean, omega, alpha and beta."""
    found = _likeliest(returns)
    if isinstance(found, str):
        return found
    model, fitted_, unit = found
    units = np.array([unit, unit**2, 1.0, 1.0])
    return model, np.asarray(fitted_.param_cov, dtype=np.float64) * np.outer(units, units)


def _likeliest(returns: np.ndarray) -> tuple[Garch, Any, float] | str:
    """The model, what arch found, and the deviation that was its unit."""
    from arch import arch_model

    deviation = float(returns.std(ddof=0))
    if deviation <= 1e-12 * float(np.abs(returns).max(initial=0.0)):
        return FLAT
    scaled = returns / deviation * _UNIT
    model = arch_model(scaled, mean="Constant", vol="GARCH", p=1, q=1, rescale=False)
    found = model.fit(disp="off", show_warning=False)
    if found.convergence_flag != 0:
        return NO_FIT
    mean, omega, alpha, beta = (float(each) for each in found.params)
    first = float(found.conditional_volatility[0]) ** 2
    made = Garch(mean * deviation, omega * deviation**2, alpha, beta, first * deviation**2)
    return made, found, deviation


def variances(model: Garch, returns: np.ndarray) -> np.ndarray:
    """σ² before each day and after the last."""
    found = np.empty(len(returns) + 1)
    found[0] = variance = model.first
    for at, shock in enumerate(((returns - model.mean) ** 2).tolist(), start=1):
        variance = model.omega + model.alpha * shock + model.beta * variance
        found[at] = variance
    return found


def garch(returns: Sequence[float], confidence: float) -> Tail | str:
    """(VaR, ES) of the returns rescaled to tomorrow's volatility, or the reason for none."""
    sample = np.asarray(returns[-DAYS_FITTED:], dtype=np.float64)
    if len(sample) < DAYS_NEEDED:
        return f"{len(sample)} of at least {DAYS_NEEDED} days"
    model = fitted(sample)
    if isinstance(model, str):
        return model
    variance = variances(model, sample)
    return _rescaled(model, sample, variance[:-1], float(variance[-1]), confidence)


def garch_errors(returns: Sequence[float], confidence: float) -> tuple[float | None, float | None]:
    """Standard errors of both: of the days in units of their volatility, and of tomorrow's.

    That of the volatility by the delta method over the covariance of the parameters (Bollerslev and
    Wooldridge 1992), each moved by a part of its own error.
    """
    sample = np.asarray(returns[-DAYS_FITTED:], dtype=np.float64)
    found = fit(sample)
    if isinstance(found, str):
        return None, None
    model, covariance = found
    variance = variances(model, sample)
    days = model.mean + (sample - model.mean) * np.sqrt(variance[-1] / variance[:-1])
    slopes = []
    for at in range(len(covariance)):
        step = sqrt(max(float(covariance[at, at]), 0.0)) / 10
        near = [model._replace(**{model._fields[at]: model[at] + side}) for side in (step, -step)]
        ends = [float(variances(one, sample)[-1]) for one in near]
        slopes.append((ends[0] - ends[1]) / (2 * step) if step > 0 else 0.0)
    moved = float(np.asarray(slopes) @ covariance @ np.asarray(slopes))
    relative = sqrt(max(moved, 0.0)) / (2 * float(variance[-1]))
    part, ordered = beyond(confidence), np.sort(days)
    tail = historical(days.tolist(), confidence)
    own = quantile_error(ordered, part)
    mean = shortfall_error(days, quantile(ordered, part), float(part))
    first = None if own is None else hypot(own, tail[0] * relative)
    second = hypot(mean, tail[1] * relative)
    if not isfinite(second):
        return None, None
    return first, second


def garch_forecasts(returns: Sequence[float], confidence: float) -> Forecasts:
    """What the method would have said of each day from the first that it can say something of."""
    sample = np.asarray(returns, dtype=np.float64)
    first = max(DAYS_NEEDED, observations_needed(confidence))
    said: list[tuple[float, float]] = []
    for start in range(first, len(sample), DAYS_KEPT):
        begin, end = max(0, start - DAYS_FITTED), min(start + DAYS_KEPT, len(sample))
        model = fitted(sample[begin:start])
        if isinstance(model, str):
            said += [(np.nan, np.nan)] * (end - start)
            continue
        days = sample[begin:end]
        variance = variances(model, days)
        said += [
            _rescaled(model, days[:at], variance[:at], float(variance[at]), confidence)
            for at in range(start - begin, end - begin)
        ]
    at_risk, shortfall = np.asarray(said, dtype=np.float64).reshape(-1, 2).T
    return Forecasts(at_risk, shortfall, -sample[first:])


def _rescaled(
    model: Garch, days: np.ndarray, before: np.ndarray, next_: float, confidence: float
) -> Tail:
    rescaled = model.mean + (days - model.mean) * np.sqrt(next_ / before)
    return historical(rescaled.tolist(), confidence)
