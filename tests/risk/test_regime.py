"""States of volatility are named by what was known, and a name once given stays."""

import itertools

from risk.regime import DAYS_NEEDED, STATES, regimes, states
from tests.risk.series import random_series, series


def test_a_storm_after_a_calm_is_turbulent_and_a_calm_after_it_is_calm():
    quiet, storm = random_series(1, 200, scale=0.005).values, random_series(2, 60, scale=0.1).values
    after = random_series(3, 120, scale=0.001).values
    labels = states((*quiet, *storm, *after))[200 - DAYS_NEEDED :]
    assert set(labels[5:60]) == {"turbulent"}
    assert "turbulent" not in labels[-60:]
    assert "calm" in labels[-60:]


def test_a_label_once_given_stays():
    values = random_series(5, 400).values
    assert states(values)[:200] == states(values[: DAYS_NEEDED + 200])
    assert states((*values[:320], 0.9, *values[321:]))[:200] == states(values)[:200]


def test_runs_cover_every_labelled_day_once():
    drawn = random_series(6, 500, scale=0.02)
    found = regimes(drawn)
    assert sum(each.days for each in found) == 500 - DAYS_NEEDED
    assert found[0].start == drawn.days[DAYS_NEEDED]
    assert found[-1].end == drawn.days[-1]
    assert {each.state for each in found} <= set(STATES)
    assert all(one.state != two.state for one, two in itertools.pairwise(found))


def test_a_still_or_short_series_has_one_state_or_none():
    assert {each.state for each in regimes(series(*[0.0] * 200))} == {"calm"}
    assert regimes(random_series(1, DAYS_NEEDED)) == ()
