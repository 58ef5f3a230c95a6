"""Years of returns, columns of assets, scenarios: what measuring their risk costs."""

import contextlib
import io
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np

from benchmarks.figure import TIMES, Figure, cpu_seconds
from risk.backtest import backtests_at
from risk.contribution import contributions
from risk.drawdown import drawdowns
from risk.measure import CONFIDENCES, return_measures
from risk.model import ReturnSeries
from risk.regime import regimes
from risk.relative import relative_measures
from risk.rolling import rolling
from risk.tail.copula import CHUNK, Copula, simulated
from risk.tail.historical import historical

WHAT = {
    "risk_faster_than_quantstats_5y": "how many times less processor time all measures of five"
    " years of daily returns beside a benchmark take (growth, ratios, eight tails at two"
    " confidences, seven of them back-tested day by day, drawdowns, windows, regimes) than"
    ' `quantstats.reports.metrics` (0.0.86, mode="full") of the same two series, which tests no'
    " tail; floor: the 5 that it must be",
    "risk_without_tests_faster_5y": "the same without the back-tests; floor: the same",
    "var_es_component_1000x2000_s": "historical value at risk and expected shortfall of 1,000"
    " assets over 2,000 days, and what each adds to those of the whole (component, marginal,"
    " incremental); seconds of processor time; floor: the 1 s that it may take",
    "monte_carlo_over_floor": "processor time of a million scenarios of fifty parts under a t"
    " copula, each part with the distribution of its own days, over that of a million normal ones"
    " by bare matrix products, chunk by chunk alike; floor: the 2 that it may be",
}

_SEED = 7
_DAYS = 1_826


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    warnings.simplefilter("ignore")
    days = max(_DAYS // share, 400)
    # each run meets returns of its own, so that nothing is left of the run before
    pairs = [(_series("fund", days, run), _series("market", days, run)) for run in range(TIMES + 1)]
    for name, tested in (
        ("risk_faster_than_quantstats_5y", True),
        ("risk_without_tests_faster_5y", False),
    ):
        ours, other = _in_turn(partial(_measured, iter(pairs), tested=tested), _theirs(pairs))
        yield Figure(name, other / ours, "times", 5.0)
    columns = np.random.default_rng(_SEED).standard_t(4, (2_000 // share + 20, 1_000 // share))
    columns *= 0.02 / columns.shape[1]
    seconds = cpu_seconds(lambda: _parts(columns))
    yield Figure("var_es_component_1000x2000_s", seconds, "s CPU", 1.0)
    scenarios = max(1_000_000 // share // CHUNK, 2) * CHUNK
    ours, floor = _in_turn(*_scenarios(50, scenarios))
    yield Figure("monte_carlo_over_floor", ours / floor, "times the floor", 2.0)


def _series(name: str, days: int, run: int) -> ReturnSeries:
    drawn = np.random.default_rng((len(name), run)).standard_t(4, days) * 0.02 + 0.001
    dates = tuple(date(2020, 1, 1) + timedelta(days=at) for at in range(days))
    return ReturnSeries(name, dates, tuple(drawn.tolist()))


def _measured(pairs: Iterator[tuple[ReturnSeries, ReturnSeries]], *, tested: bool) -> None:
    own, market = next(pairs)
    outcome = backtests_at(own.values, CONFIDENCES) if tested else None
    return_measures(own, tested=outcome)
    relative_measures(own, market)
    drawdowns(own)
    rolling(own)
    regimes(own)


def _theirs(pairs: Sequence[tuple[ReturnSeries, ReturnSeries]]) -> Callable[[], None]:
    import pandas as pd
    import quantstats

    report: Any = quantstats.reports.metrics
    made = iter(
        [[pd.Series(each.values, pd.DatetimeIndex(each.days)) for each in pair] for pair in pairs]
    )

    def metrics() -> None:
        first, second = next(made)
        with contextlib.redirect_stdout(io.StringIO()):
            report(first, second, mode="full", display=False, periods_per_year=365)

    return metrics


def _parts(columns: np.ndarray) -> None:
    for at in range(columns.shape[1]):
        historical(columns[:, at].tolist(), 0.95)
    names = [str(at) for at in range(columns.shape[1])]
    found = contributions(names, columns, 0.95, "historical", [1 / len(names)] * len(names))
    assert found.parts


def _scenarios(parts: int, count: int) -> tuple[Callable[[], object], Callable[[], object]]:
    random = np.random.default_rng(_SEED)
    known = random.standard_t(4, (1_000, parts)) * 0.02 / parts
    loaded = random.standard_normal((4 * parts, parts)) + random.standard_normal((4 * parts, 1))
    triangle = np.linalg.cholesky(np.corrcoef(loaded, rowvar=False))
    weights = np.full(parts, 0.02 / parts)

    def bare() -> float:
        drawn, sums = np.random.default_rng(_SEED), np.empty(count)
        for start in range(0, count, CHUNK):
            normal = drawn.standard_normal((CHUNK, parts))
            sums[start : start + CHUNK] = (normal @ triangle.T) @ weights
        return float(np.partition(sums, count // 20)[count // 20])

    copula = Copula(4.0, triangle)
    return lambda: simulated(known, 0.95, scenarios=count, copula=copula), bare


def _in_turn(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """The best of several runs of each, one after the other, so that both meet the same machine."""
    best = [float("inf"), float("inf")]
    for work in (ours, theirs):
        work()
    for _ in range(TIMES):
        for at, work in enumerate((ours, theirs)):
            began = time.process_time()
            work()
            best[at] = min(best[at], time.process_time() - began)
    return best[0], best[1]
