"""Sizes beside Kelly of one strategy: of many, by drawdown, ruin and capacity."""

import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.sizing import kelly_continuous, kelly_size, kelly_two_outcomes, shrinkage
from risk.sizing.capacity import capacity_of, decay_of
from risk.sizing.drawdown import capped, chance_of_falling, part_for
from risk.sizing.many import exact, kelly_many, kelly_together, shrunken_part
from risk.sizing.ruin import adjustment, chance_of_ruin, ruin_of
from tests.risk.series import START, random_series, series, trade, trades, with_covariance
from tests.risk.test_allocation_models import several


def named(sizing):
    return {one.name: one for one in sizing.measures}


def staking(*asked):
    found = exact(*asked)
    assert found is not None
    return found


# ---- published


def grown(part, ratio, years):
    """E[g] = c·SR² − c²(SR² + 1/T)/2."""
    return part * ratio**2 - part**2 * (ratio**2 + 1 / years) / 2


def test_every_published_case_of_kelly(shared):
    """Thorp's coin and continuous case, growth under estimation error, chances of falling."""
    path = shared / "evidence" / "risk" / "kelly.json"
    if not path.is_file():
        pytest.skip("the published figures are not in the shared folder")
    seen = 0
    for case in json.loads(path.read_text())["cases"]:
        if "c_star" in case:
            ratio, years = case["sr_annual"], case["years"]
            part = shrinkage(ratio, years)
            assert part == pytest.approx(case["c_star"], rel=1e-12)
            assert ratio**2 / 2 == pytest.approx(case["growth_optimal"], rel=1e-12)
            full, shrunk = grown(1, ratio, years), grown(part, ratio, years)
            assert full == pytest.approx(case["growth_full_kelly_expected"], abs=1e-12)
            assert shrunk == pytest.approx(case["growth_shrunk_expected"], rel=1e-12)
        elif "prob_ever_reach_x" in case:
            found = chance_of_falling(case["c"], case["x"])
            assert found == pytest.approx(case["prob_ever_reach_x"], rel=1e-12)
            back = part_for(case["x"], case["prob_ever_reach_x"])
            assert back == pytest.approx(case["c"], rel=1e-12)
        elif "b" in case:
            best = kelly_two_outcomes(case["p"], case["b"], 1)
            assert best == pytest.approx(case["f_star"], rel=1e-12)
            coin = np.asarray([1.0] * 53 + [-1.0] * 47)[:, None]
            assert staking(coin)[0] == pytest.approx(case["f_star"], abs=1e-6)
            growth = np.log1p(coin * best).mean()
            assert growth == pytest.approx(case["growth_at_f_star"], rel=1e-12)
            zero = np.log1p(coin * case["f_zero_growth"]).mean()
            assert zero == pytest.approx(0, abs=1e-12)
        elif "m" in case:
            best = kelly_continuous(case["m"], case["s"], case["r"])
            assert best == pytest.approx(case["f_star"], rel=1e-12)
            one = kelly_many(np.asarray([case["m"]]), np.asarray([[case["s"] ** 2]]), case["r"])
            assert one == pytest.approx([case["f_star"]], rel=1e-12)
            ratio = (case["m"] - case["r"]) / case["s"]
            assert case["r"] + ratio**2 / 2 == pytest.approx(case["growth"], rel=1e-12)
        else:
            share = 2 * case["c"] - case["c"] ** 2
            assert share == pytest.approx(case["share"], rel=1e-12)
        seen += 1
    assert seen == 17


# ---- many strategies


def test_stakes_of_strategies_without_correlation_are_those_of_each():
    covariance = np.diag([0.01**2, 0.02**2])
    found = kelly_many(np.asarray([0.001, 0.001]), covariance, 0.0001)
    assert found == pytest.approx([0.0009 / 0.0001, 0.0009 / 0.0004], rel=1e-12)
    assert kelly_many(np.ones(2), np.ones((2, 2))) is None


def test_exact_stakes_in_small_steps_are_those_of_normal_returns():
    """Steps so small that ln(1 + x) is x − x²/2: Σ⁻¹μ, where no bound is met."""
    columns = np.column_stack([one.values for one in with_covariance(np.diag([4.0, 9.0]) * 1e-8)])
    columns = columns + np.asarray([1e-8, 2e-8])
    wanted = np.linalg.solve(np.cov(columns, rowvar=False, ddof=0), columns.mean(axis=0))
    assert exact(columns, leverage=10.0) == pytest.approx(wanted, rel=1e-3)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.floats(0.2, 8), st.floats(0, 0.0005))
def test_no_day_ruins_and_no_other_stakes_grow_faster(seed, leverage, rate):
    columns = np.column_stack([one.values for one in several(seed, 3, 60)])
    found = staking(columns, rate, leverage)
    wealth = 1 + rate + (columns - rate) @ found
    assert wealth.min() > 0
    assert found.min() >= 0
    assert found.sum() <= leverage + 1e-6
    best = np.log(wealth).mean()
    generator = np.random.default_rng(seed)
    for other in generator.dirichlet(np.ones(4), 40)[:, :3] * leverage:
        tried = 1 + rate + (columns - rate) @ other
        if tried.min() > 0:
            assert np.log(tried).mean() <= best + 1e-7


def test_a_day_of_total_loss_keeps_something_in_cash():
    columns = np.asarray([0.5] * 60 + [-1.0] * 5)[:, None]
    assert staking(columns)[0] == pytest.approx(60 / 65 - 5 / 65 / 0.5, abs=1e-6)


def test_what_is_suggested_is_shrunken_and_at_most_half():
    sized = kelly_together(several(1, 3, 250))
    assert [one.name for one in sized] == ["s0", "s1", "s2", "all"]
    columns = np.column_stack([one.values for one in several(1, 3, 250)])
    part = min(0.5, shrunken_part(columns))
    for one in sized[:3]:
        known = named(one)
        assert known["suggested"].value == pytest.approx(known["full"].value * part, rel=1e-9)
        assert known["full"].error is not None
        assert known["unbounded"].value is not None
    total = named(sized[3])
    invested = sum(named(one)["suggested"].value for one in sized[:3])
    assert total["invested"].value == pytest.approx(invested, rel=1e-12)
    assert 0 < total["worst_day"].value < 1


def test_the_part_that_is_kept_falls_with_strategies_and_grows_with_days():
    """Kan and Zhou 2007: c* = θ²/(θ² + N/T)."""
    signal = [random_series(at, 300, mean=0.003, name=f"s{at}") for at in range(2)]
    noise = [random_series(9 + at, 300, mean=0.0, name=f"n{at}") for at in range(6)]
    few = np.column_stack([one.values for one in signal])
    many = np.column_stack([one.values for one in (*signal, *noise)])
    assert shrunken_part(many) < shrunken_part(few) < 1
    assert shrunken_part(few[:100]) < shrunken_part(np.vstack([few] * 3))
    assert shrunken_part(many[:9]) == 0


def test_the_part_that_is_kept_by_hand():
    """One strategy, mean 1 and deviation 2 (divisor T) over 100 days: θ̂² = ¼."""
    column = np.asarray([3.0, -1.0] * 50)[:, None]
    squared = ((100 - 1 - 2) * 0.25 - 1) / 100
    assert shrunken_part(column) == pytest.approx(squared / (squared + 1 / 100), rel=1e-12)


def test_caps_and_leverage_bound_the_stakes():
    columns = [series(*[0.02, -0.01] * 50, name="a"), series(*[0.03, -0.01] * 50, name="b")]
    sized = kelly_together(columns, leverage=1.5, caps={"b": 0.4})
    assert named(sized[1])["full"].value == pytest.approx(0.4, abs=1e-6)
    assert named(sized[0])["full"].value == pytest.approx(1.1, abs=1e-5)


@pytest.mark.parametrize(
    ("given_series", "reason"),
    [
        ([series(*[0.01, -0.01] * 10)], "20 of at least 30 days"),
        ([series(*[0.0] * 40)], "no series moves"),
        ([series(*[0.01] * 39, float("nan"))], "a return is no number"),
    ],
)
def test_without_stakes_there_is_a_reason(given_series, reason):
    [sized] = kelly_together(given_series)
    assert {(one.value, one.reason) for one in sized.measures} == {(None, reason)}
    assert kelly_together([]) == ()


# ---- drawdown


def test_a_cap_on_falling_lowers_what_is_suggested():
    size = kelly_size("arb", trades(*[10, 10, -10] * 200, stake=20))
    strict, loose = capped(size, 0.5, 0.0001), capped(size, 0.5, 0.5)
    part = named(strict)["kelly_part"].value
    assert named(strict)["fraction"].value == pytest.approx(size.full * part, rel=1e-12)
    assert named(strict)["chance_of_falling"].value == pytest.approx(0.0001, rel=1e-9)
    assert named(loose)["fraction"].value == size.suggested
    assert strict.entries == size.entries


@given(st.floats(0.05, 0.95), st.floats(0.001, 0.99))
def test_the_part_keeps_to_the_chance(level, chance):
    assert chance_of_falling(part_for(level, chance), level) <= chance * (1 + 1e-9) + 1e-12


def test_twice_full_kelly_falls_for_certain():
    assert chance_of_falling(2, 0.5) == 1
    assert chance_of_falling(5, 0.5) == 1


def test_without_a_fraction_the_reason_is_that_of_kelly():
    size = capped(kelly_size("arb", trades(*[1] * 30)), 0.5, 0.1)
    assert named(size)["fraction"].reason == "no losing trade"
    losing = capped(kelly_size("arb", trades(*[10, -20] * 20)), 0.5, 0.1)
    assert named(losing)["fraction"].value == 0
    assert named(losing)["chance_of_falling"].reason == "nothing is staked"


# ---- ruin


@pytest.mark.parametrize(("wins", "losses", "units"), [(53, 47, 10), (60, 40, 3), (9, 1, 2)])
def test_the_ruin_of_a_gambler(wins, losses, units):
    """Feller, XIV.2: (q/p)^u at even money."""
    coin = np.asarray([5.0] * wins + [-5.0] * losses)
    assert chance_of_ruin(coin, 5.0 * units) == pytest.approx((losses / wins) ** units, rel=1e-9)


def test_many_small_trades_are_ruined_as_a_diffusion_is():
    """exp(−2μu/σ²) where one trade is little beside what may be lost."""
    drawn = np.random.default_rng(1).normal(0.02, 1.0, 200_000)
    expected = 2 * drawn.mean() / drawn.var()
    assert adjustment(drawn) == pytest.approx(expected, rel=1e-2)


def test_simulated_ruin_is_no_likelier_than_the_bound():
    results = np.asarray([3.0, 3.0, 3.0, -4.0, -1.0])
    generator = np.random.default_rng(2)
    paths = np.cumsum(generator.choice(results, (4000, 600)), axis=1)
    ruined = float((paths.min(axis=1) <= -20).mean())
    bound = chance_of_ruin(results, 20.0)
    assert bound is not None
    assert ruined <= bound + 0.01
    assert bound < 4 * ruined + 0.05


def shuffled(*results):
    order = np.random.default_rng(3).permutation(len(results))
    return trades(*[results[at] for at in order])


def test_ruin_of_a_strategy_has_its_band_and_its_trades():
    own = shuffled(*[10] * 60, *[-10] * 40)
    [found] = ruin_of("arb", own, 1000.0, 0.1).measures
    assert found.value == pytest.approx((40 / 60) ** 10, rel=1e-6)
    band = dict(found.parameters)
    assert found.value is not None
    assert float(band["5th percentile"]) < found.value < float(band["95th percentile"])
    assert len(ruin_of("arb", own, 1000.0, 0.1).entries) == 100


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ([1, -1] * 5, "10 of at least 20 trades"),
        ([1, -2] * 20, "the mean result is not above zero: ruin is certain in the end"),
        ([1] * 30, "no losing trade"),
        (
            [5] * 30 + [-3] * 30,
            "results follow the one before: correlation 0.95 of 60 trades",
        ),
    ],
)
def test_where_the_assumptions_fail_there_is_no_chance_of_ruin(done, reason):
    [found] = ruin_of("arb", trades(*done), 1000.0, 0.5).measures
    assert (found.value, found.reason) == (None, reason)


# ---- capacity


def staked(a, b, stakes, noise=0.0):
    generator = np.random.default_rng(5)
    return [
        trade(
            at, round((a - b * stake**0.5) * stake + noise * generator.normal() * stake, 9), stake
        )
        for at, stake in enumerate(stakes)
    ]


def test_a_known_decay_is_found_again():
    """Of 0.1q − 0.001q^1.5 the best is at (2·0.1 ÷ 0.003)² = 4,444.4, half the ratio at 2,500."""
    stakes = [100 * (1 + at % 20) for at in range(100)]
    known = named(capacity_of("arb", staked(0.1, 0.001, stakes, 0.0001)))
    assert known["edge"].value == pytest.approx(0.1, rel=1e-2)
    assert known["impact"].value == pytest.approx(0.001, rel=1e-2)
    assert known["best_stake"].value == pytest.approx(4444.4, rel=1e-2)
    assert known["best_stake"].error > 0
    assert known["half_sharpe_stake"].value == pytest.approx(2500, rel=1e-2)
    best = known["best_stake"].value
    fitted = decay_of(
        np.asarray(stakes, float), np.asarray([(0.1 - 0.001 * s**0.5) * s for s in stakes])
    )
    assert fitted is not None
    assert known["best_net"].value == pytest.approx(fitted.net(best), rel=1e-2)
    assert fitted.net(fitted.best) > max(
        fitted.net(fitted.best * 0.9), fitted.net(fitted.best * 1.1)
    )


def test_the_error_of_the_best_stake_is_how_far_it_moves():
    generator = np.random.default_rng(6)
    stakes = generator.uniform(100, 4000, 300)
    drawn = []
    for _ in range(300):
        returns = 0.1 - 0.001 * stakes**0.5 + generator.normal(0, 0.01, 300)
        found = decay_of(stakes, returns * stakes)
        assert found is not None
        drawn.append(found)
    spread = np.std([one.best for one in drawn])
    assert np.mean([one.best_error for one in drawn]) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(
    ("own", "name", "reason"),
    [
        (trades(*[5] * 10), "edge", "10 of at least 20 trades"),
        (trades(*[5, -1] * 20), "edge", "the stakes do not differ"),
        (
            staked(0.1, 0.0, [100 * (1 + at % 7) for at in range(60)], 0.05),
            "best_stake",
            "returns do not fall with the stake by more than two standard errors",
        ),
        (
            staked(-0.01, 0.001, [100 * (1 + at % 7) for at in range(60)]),
            "best_stake",
            "the smallest trade earns nothing",
        ),
    ],
)
def test_where_no_capacity_is_seen_it_is_said(own, name, reason):
    found = named(capacity_of("arb", own))[name]
    assert (found.value, found.reason) == (None, reason)


def test_a_ratio_that_halves_between_two_halves_says_in_how_many_days():
    """SR 1 then SR ½ in the middle of times 100 days apart: 100 days."""
    early = [2.0, 0.0] * 60
    late = [1.5, -0.5] * 60
    own = [
        trade(at, value, 1.0, closed=START + timedelta(days=100 * (at >= 120)))
        for at, value in enumerate([*early, *late])
    ]
    found = named(capacity_of("arb", own))["sharpe_half_life"]
    assert found.value == pytest.approx(100, rel=1e-9)
    assert found.error > 0
    later = named(capacity_of("arb", trades(*[1.5, -0.5] * 20, *[2.0, 0.0] * 20)))
    assert later["sharpe_half_life"].reason == "the ratio of the later half is not lower"
    few = named(capacity_of("arb", trades(*[2.0, 0.0] * 12, *[1.5, -0.5] * 12)))
    assert few["sharpe_half_life"].reason == (
        "the ratio does not fall by more than two standard errors"
    )
    gone = named(capacity_of("arb", trades(*[1.5, -0.5] * 20, *[0.5, -2.0] * 20)))
    assert gone["sharpe_half_life"].reason == "the later half has no edge"
