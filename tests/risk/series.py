"""Daily NAV points, closed trades and return series for tests, made from a few numbers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from ledger.model.position import NavPoint, Trade
from risk.model import ReturnSeries

START = datetime(2024, 1, 1, tzinfo=UTC)
FIRST = date(2024, 1, 1)
DAY = timedelta(days=1)
ONE = 10**18

#: returns of a day as a fund sees them, down to a ten-thousandth of a basis point
daily_returns = st.integers(-900_000_000, 900_000_000).map(lambda parts: parts / 10**9)
samples = st.lists(daily_returns, min_size=20, max_size=120)


def series(*values, name="s", first=FIRST):
    days = tuple(first + at * DAY for at in range(len(values)))
    return ReturnSeries(name, days, tuple(float(value) for value in values))


def random_series(seed, days=100, scale=0.01, mean=0.001, name="s"):
    drawn = np.random.default_rng(seed).normal(mean, scale, days)
    return series(*drawn, name=name)


def points(*levels, start=START, flows=None):
    """Points a day apart at levels of whole units; flows by index: in at begin, out at end."""
    moved = flows or {}
    found = [NavPoint(start, "USD", levels[0] * ONE, moved.get(0, 0) * ONE)]
    for at, (before, level) in enumerate(pairwise(levels), start=1):
        flow = moved.get(at, 0)
        begin, end = before + max(flow, 0), level + max(-flow, 0)
        growth = Decimal(end) / Decimal(begin) if begin > 0 else None
        time = start + at * DAY
        invested = max(int(begin * ONE), 0)
        found.append(NavPoint(time, "USD", level * ONE, flow * ONE, growth, 0, invested))
    return tuple(found)


def trade(number, result, stake=100, *, strategy="arb", closed=None):
    """The n-th trade, closed at noon of the n-th day unless said; money in whole units."""
    time = closed or START + number * DAY + timedelta(hours=12)
    identity = f"t{number}"
    amounts = (int(Fraction(str(result)) * ONE), int(Fraction(str(stake)) * ONE))
    return Trade(identity, strategy, time, time, *amounts, (f"e{number}",))


def trades(*results, stake=100, strategy="arb"):
    return [trade(at, result, stake, strategy=strategy) for at, result in enumerate(results)]


def stated(found):
    """A figure, a tail or a measure that is there: neither nothing nor a reason for nothing."""
    assert found is not None
    assert not isinstance(found, str), found
    return found


def with_covariance(covariance, days=200):
    """Series of which the sample covariance (ddof 1) is exactly the matrix given."""
    wanted = np.asarray(covariance, dtype=np.float64)
    drawn = np.random.default_rng(7).normal(size=(days, len(wanted)))
    drawn -= drawn.mean(axis=0)
    whitened = drawn @ np.linalg.inv(np.linalg.cholesky(np.cov(drawn, rowvar=False))).T
    columns = whitened @ np.linalg.cholesky(wanted).T
    return [series(*column, name=f"s{at}") for at, column in enumerate(columns.T)]
