"""Kelly: right scale, shrunken and halved, never ruinous; fixed fraction by the stop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.sizing import (
    fixed_fraction,
    kelly_continuous,
    kelly_of_returns,
    kelly_size,
    kelly_two_outcomes,
    shrinkage,
)
from tests.risk.series import series, trade, trades

results = st.lists(st.integers(-100, 300), min_size=20, max_size=60)


def sized(done, **more):
    return kelly_size("arb", done, **more)


def growth(fraction, returns):
    return float(np.log1p(fraction * np.asarray(returns)).mean())


def test_a_fair_coin_with_an_edge():
    assert kelly_two_outcomes(0.53, 1, 1) == pytest.approx(0.06, rel=1e-14)


def test_the_scale_of_wins_and_losses_counts():
    assert kelly_two_outcomes(0.6, 0.02, 0.01) == pytest.approx(40, rel=1e-14)
    assert kelly_two_outcomes(0.6, 0.002, 0.001) == pytest.approx(400, rel=1e-14)


def test_full_kelly_grows_best():
    best = sized(trades(*[10, 10, -10, 10, -10] * 8)).full
    outcomes = [0.1, 0.1, -0.1, 0.1, -0.1]
    assert best == pytest.approx(2, rel=1e-12)
    assert growth(best, outcomes) > max(growth(best * c, outcomes) for c in (0.9, 1.1))


def test_a_trade_that_came_out_even_changes_nothing():
    without = sized(trades(*[20, -10] * 20))
    assert sized(trades(*[20, -10, 0] * 20)).full == without.full


@pytest.mark.parametrize(("chance", "win", "loss"), [(0.5, 0, 1), (0.5, 1, 0), (1.5, 1, 1)])
def test_what_is_no_bet_is_refused(chance, win, loss):
    with pytest.raises(AssertionError):
        kelly_two_outcomes(chance, win, loss)


def test_continuous_kelly_is_the_excess_over_the_variance():
    assert kelly_continuous(0.11, 0.15, 0.06) == pytest.approx(2.2222222222, rel=1e-9)
    with pytest.raises(AssertionError):
        kelly_continuous(0.1, 0)


def test_returns_are_sized_by_the_continuous_fraction_halved_and_capped():
    thin = kelly_of_returns(series(*[0.2, -0.19] * 200))
    values = np.asarray(series(*[0.2, -0.19] * 200).values)
    mean, deviation = values.mean(), values.std(ddof=1)
    kept = shrinkage(mean / deviation, 400)
    assert thin.full == pytest.approx(mean / deviation**2, rel=1e-12)
    assert thin.suggested == pytest.approx(mean / deviation**2 * min(0.5, kept), rel=1e-12)
    assert kelly_of_returns(series(*[0.02, -0.01] * 50)).suggested == 0.5
    assert kelly_of_returns(series(*[0.02, -0.01] * 50), 0.02).suggested == 0


@pytest.mark.parametrize(
    ("values", "reason"),
    [([0.1, -0.1] * 9, "18 of at least 20 returns"), ([0.1] * 30, "the returns do not vary")],
)
def test_returns_that_say_too_little_have_no_fraction(values, reason):
    found = kelly_of_returns(series(*values))
    assert (found.full, found.suggested, found.reason) == (None, None, reason)


def test_a_sharper_estimate_is_trusted_more():
    assert shrinkage(1, 1) == 0.5
    assert shrinkage(0, 9) == 0
    assert shrinkage(1, 3) > shrinkage(1, 2)


def test_a_stop_costs_the_fraction_asked():
    units = fixed_fraction(0.01, 100, 95, 1_000_000)
    assert units * (100 - 95) == pytest.approx(0.01 * 1_000_000)


@pytest.mark.parametrize("case", [(0, 100, 95, 1), (0.01, 95, 100, 1), (0.01, 100, 95, 0)])
def test_a_stop_above_the_entry_is_refused(case):
    with pytest.raises(AssertionError):
        fixed_fraction(*case)


def test_the_suggestion_is_at_most_half():
    found = sized(trades(*[10, 10, -10] * 200, stake=20))
    assert found.full == pytest.approx(2 / 3, rel=1e-12)
    assert found.suggested == pytest.approx(found.full / 2, rel=1e-12)
    assert found.low <= found.suggested <= found.high


def test_a_thin_edge_of_few_trades_is_shrunken_further():
    returns = [0.5, -0.5] * 11 + [0.5]
    found = sized(trades(*[50, -50] * 11, 50))
    kept = shrinkage(float(np.mean(returns) / np.std(returns, ddof=1)), len(returns))
    assert kept < 0.5
    assert found.suggested == pytest.approx(found.full * kept, rel=1e-12)


def test_no_edge_no_stake():
    found = sized(trades(*[10, -20] * 20))
    assert found.full < 0
    assert found.suggested == 0


def test_the_worst_trade_seen_would_not_ruin():
    found = sized(trades(*[5] * 400, *[-1] * 100, -400))
    assert found.full > 0.25
    assert found.suggested == 0.125


def test_stakes_of_gas_alone_are_exact_and_capped():
    wins = [trade(at, 50, stake=0.1) for at in range(30)]
    failed = [trade(40 + at, -0.1, stake=0.1) for at in range(10)]
    found = sized(wins + failed)
    assert found.full == pytest.approx(0.75 / 1 - 0.25 / 500, rel=1e-12)
    assert 0 < found.suggested <= 0.5


def test_trades_that_lost_together_suggest_nothing_however_small_stakes_won():
    won = [trade(at, 9, stake=10) for at in range(30)]
    lost = [trade(40 + at, -100, stake=1_000) for at in range(10)]
    found = sized(won + lost)
    assert found.full > 1
    assert (found.suggested, found.low, found.high) == (None, None, None)
    assert found.reason == "the mean return is above zero, but together the trades earned nothing"
    assert sized(won + lost[:2]).suggested == 0.5


def test_no_strategy_is_ever_given_more_than_half_of_everything():
    found = sized(trades(*[90] * 199, -1))
    assert found.full > 10
    assert (found.suggested, found.high) == (0.5, 0.5)


def test_trades_without_a_stake_are_left_out():
    free = [trade(100 + at, 5, stake=0) for at in range(30)]
    paid = trades(*[10, -5] * 15)
    assert sized(paid + free) == sized(paid)
    assert sized(free).reason == "no trade with a stake"


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ([], "no closed trade"),
        ([1] * 30, "no losing trade"),
        ([-1] * 30, "no winning trade"),
        ([1, -1] * 9, "18 of at least 20 trades"),
    ],
)
def test_without_a_suggestion_there_is_a_reason(done, reason):
    found = sized(trades(*done))
    assert (found.suggested, found.low, found.high) == (None, None, None)
    assert found.reason == reason


def test_a_strategy_is_sized_by_its_own_trades():
    other = trades(*[-50, 1] * 20, strategy="lend")
    own = trades(*[10, -5] * 15)
    assert sized(own + other) == sized(own)
    assert sized(own).entries == tuple(one.entries[0] for one in own)


def test_another_seed_draws_another_band_of_the_same_suggestion():
    own = trades(*[10, 10, -10] * 20, stake=20)
    first, second = sized(own, seed=1), sized(own, seed=2)
    assert first.suggested == second.suggested
    assert (first.low, first.high) != (second.low, second.high)


@given(results, st.randoms(use_true_random=False))
def test_the_order_of_trades_changes_nothing(values, random):
    own = trades(*values)
    shuffled = list(own)
    random.shuffle(shuffled)
    assert sized(shuffled) == sized(own)


@given(results)
def test_a_suggestion_is_at_most_one_half_and_below_ruin(values):
    found = sized(trades(*values))
    if found.suggested is not None:
        assert 0 <= found.suggested <= 0.5
        assert 0 <= found.low <= found.high <= 0.5
        assert found.suggested * -min(values) / 100 < 1


@given(results, st.sampled_from([10, 1000]))
def test_the_currency_of_stake_and_result_changes_nothing(values, factor):
    own = sized(trades(*values))
    scaled = sized(trades(*[v * factor for v in values], stake=100 * factor))
    assert (own.full, own.suggested, own.wins) == (scaled.full, scaled.suggested, scaled.wins)
