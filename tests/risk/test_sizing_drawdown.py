"""How sure a chance of falling is: a band of what the full fraction may be of resampled trades."""

from math import inf

import pytest

from risk.sizing import kelly_size
from risk.sizing.drawdown import capped, chance_of_falling
from tests.risk.series import stated, trades


def falling(size, chance):
    """The measure of the chance, and what is staked."""
    found = capped(size, 0.5, chance)
    return stated(found.measure("chance_of_falling")), stated(found.measure("fraction"))


def full(size):
    """The ends of the band of the full fraction."""
    return stated(size.full_low), stated(size.full_high)


def test_a_chance_of_falling_has_a_band_of_what_the_full_fraction_may_be():
    size = kelly_size("arb", trades(*[10, 10, -10] * 200, stake=20))
    chance, staked = falling(size, 0.01)
    told = dict(chance.parameters)
    low, high = float(told["5th percentile"]), float(told["95th percentile"])
    assert low < chance.value < high
    # the stake is what it is: were the full fraction the lower one, falling were likelier
    ends = full(size)
    assert high == pytest.approx(chance_of_falling(staked.value / ends[0], 0.5), rel=1e-5)
    assert low == pytest.approx(chance_of_falling(staked.value / ends[1], 0.5), rel=1e-5)
    more = full(kelly_size("arb", trades(*[10, 10, -10] * 2_000, stake=20)))
    assert more[1] - more[0] < ends[1] - ends[0]


def test_a_record_that_may_as_well_be_worth_nothing_may_fall_for_certain():
    size = kelly_size("arb", trades(*([11, -10] * 30), stake=20))
    chance, _ = falling(size, 0.1)
    assert full(size)[0] < 0 < stated(size.full)
    assert dict(chance.parameters)["95th percentile"] == "1"


def test_resamples_without_a_loss_leave_the_full_fraction_without_an_end():
    size = kelly_size("arb", trades(*([10] * 39 + [-1]), stake=20))
    assert full(size)[1] == inf
    chance, _ = falling(size, 0.1)
    assert float(dict(chance.parameters)["5th percentile"]) == 0
