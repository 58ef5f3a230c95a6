"""Returns on what stood in a strategy's own wallets; who has none, or too little, has a reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.allocation import allocate
from risk.own_capital import LEAST_SHARE, NO_WALLET, OwnCapital, common, own_capital, within
from risk.returns import contributed
from tests.risk.series import DAY, FIRST, ONE, START, points, random_series, series, trade

FUND = points(*[100_000 + 20 * (at % 2) for at in range(101)])
BY_TIME = {point.time: point for point in FUND}


def owned(name, levels, *, flows=None, least=LEAST_SHARE, barred="", first=0):
    start = START + first * DAY
    return own_capital(name, points(*levels, flows=flows, start=start), BY_TIME, least, barred)


def wavering(level, days=101):
    return [level + 10 * (at % 2) for at in range(days)]


def test_the_same_result_on_a_sixth_of_the_capital_is_six_times_the_return():
    small, large = owned("small", wavering(10_000)), owned("large", wavering(60_000))
    found = common([small, large])
    assert found.reason == ""
    by_name = {one.name: one.values for one in found.series}
    ratios = [a / b for a, b in zip(by_name["small"], by_name["large"], strict=True)]
    assert ratios == pytest.approx([6] * 100, rel=1e-2)
    # what they add to the fund is the same: no share of capital could be found on that
    results = [trade(at, 10 if at % 2 == 0 else -10, strategy="small") for at in range(100)]
    results += [replace(one, strategy="large") for one in results]
    added = [contributed(results, FUND, name).values for name in ("small", "large")]
    assert added[0] == added[1]
    weights = dict(allocate(found.series, "inverse-variance").weights)
    assert weights["large"] / weights["small"] == pytest.approx(36, rel=2e-2)


def test_a_flow_is_no_return_on_own_capital():
    flows = {10: 5_000, 20: -2_000}
    levels = [10_000 + (5_000 if at >= 10 else 0) - (2_000 if at >= 20 else 0) for at in range(101)]
    still = owned("s", levels, flows=flows)
    assert set(still.returns.values) == {0.0}
    assert still.reason == "its capital moved on 0 of at least 30 days"


def test_a_day_with_too_little_of_the_fund_is_no_day_of_the_strategy():
    levels = [1_500 + at % 2 if at < 50 else 500 + at % 2 for at in range(101)]
    found = owned("s", levels, flows={50: -1_000})
    assert (len(found.returns.values), found.short) == (50, 50)
    assert found.returns.days[-1] == date(2024, 2, 19)
    # the bound is a share of the fund: at it a day counts, under it none does
    edge = owned("s", wavering(1_000))
    assert edge.short == 0
    assert owned("s", wavering(999 - 10)).short > 0


def test_gas_alone_is_no_capital_that_a_share_could_be_of():
    gas = owned("flash", [20 + 19 * (at % 2) for at in range(101)])
    assert gas.returns.values == ()
    assert gas.reason == (
        "0 of at least 30 days with a return on own capital of at least 0.01 of the fund's"
        " (100 with less, 1 with none)"
    )
    # who wants it all the same says so; what it returned on gas is then what it is
    wanted = owned("flash", [20 + 19 * (at % 2) for at in range(101)], least=0.0)
    assert (wanted.reason, max(wanted.returns.values)) == ("", 0.95)


def test_a_day_on_which_nothing_stood_there_is_left_out_and_never_zero():
    levels = (
        [10_000 + at % 2 for at in range(40)] + [0] * 21 + [10_000 + at % 2 for at in range(40)]
    )
    found = owned("s", levels, flows={40: -10_001, 61: 10_000})
    assert found.bare == 1 + 20  # the first point of all, too
    assert len(found.returns.values) == 80
    assert date(2024, 2, 12) not in found.returns.days
    assert 0.0 not in {
        value
        for day, value in zip(found.returns.days, found.returns.values, strict=True)
        if day not in {date(2024, 2, 9), date(2024, 3, 1)}
    }


def test_a_day_without_a_price_is_left_out_and_counted():
    known = list(points(*wavering(10_000)))
    for at in range(5, 80):
        known[at] = replace(known[at], growth=None, unpriced=1)
    found = own_capital("s", known, BY_TIME)
    assert (len(found.returns.values), found.dark) == (25, 75)
    assert found.reason.endswith("(75 without a price, 1 with none)")


def test_what_is_there_without_a_price_is_not_nothing():
    known = list(points(*wavering(10_000)))
    for at in range(5, 10):
        known[at] = replace(known[at], value=0, growth=None, unpriced=1, invested=0)
    known[10] = replace(known[10], growth=None, invested=0)
    found = own_capital("s", known, BY_TIME)
    assert (found.dark, found.bare) == (6, 1)


def test_who_owes_more_than_it_holds_gets_no_weight():
    levels = wavering(10_000)
    levels[-1] = -5
    found = owned("s", levels)
    assert (found.value, found.reason) == (-5.0, "it owes more than it holds")


def test_who_lost_more_than_it_had_gets_no_weight():
    levels = wavering(10_000)
    levels[50] = -5_000
    levels[51:] = [10_000 + at % 2 for at in range(50)]
    found = owned("s", levels, flows={51: 15_000})
    assert found.reason == (
        "more than its own capital was lost on 2024-02-19: it owed more than it held"
    )


def test_a_strategy_without_a_wallet_has_no_capital_and_no_zero():
    none = OwnCapital("rules", None, series(name="rules"), barred=NO_WALLET)
    assert none.reason == NO_WALLET
    assert common([none]).reason == f"no strategy can be weighed: rules: {NO_WALLET}"
    untouched = own_capital("empty", (), BY_TIME)
    assert (untouched.value, untouched.reason) == (0.0, "nothing has stood in its wallets")
    assert common([]).reason == "there is no strategy"


def test_who_began_later_is_weighed_on_the_days_that_all_have():
    old, young = owned("old", wavering(10_000)), owned("young", wavering(5_000, 41), first=60)
    found = common([young, old])
    assert [one.name for one in found.series] == ["old", "young"]
    assert {one.days for one in found.series} == {young.returns.days}
    assert len(young.returns.days) == 40
    # no zeros stand in front of it
    assert found.series[0].values == old.returns.values[60:]
    newest = owned("newest", wavering(5_000, 21), first=80)
    assert {one.name for one in common([old, newest]).series} == {"old"}
    assert newest.reason.startswith("20 of at least 30 days")


def test_too_few_days_in_common_are_no_days_to_weigh_on():
    early = owned("early", wavering(10_000, 61))
    late = owned("late", wavering(10_000, 51), first=50)
    found = common([early, late])
    assert found.series == ()
    assert found.reason == (
        "2 strategies have 10 of at least 30 days in common; late has the fewest, 50: leave it"
        " alone to weigh the others"
    )
    left = owned("late", wavering(10_000, 51), first=50, barred="left alone, as asked")
    assert [one.name for one in common([early, left]).series] == ["early"]


def test_an_interval_has_the_days_within_it():
    [found] = within([owned("s", wavering(10_000))], date(2024, 1, 10), date(2024, 1, 20))
    assert (found.returns.days[0], len(found.returns.days)) == (date(2024, 1, 10), 11)
    assert found.reason.startswith("11 of at least 30 days")


@given(
    st.lists(
        st.lists(st.integers(-2, 60), min_size=0, max_size=60, unique=True), min_size=1, max_size=4
    )
)
def test_common_days_are_of_all_and_no_return_is_made_up(kept):
    every = []
    for at, days in enumerate(kept):
        whole = random_series(at, days=70, name=f"s{at}")
        chosen = [day for day in sorted(days) if day >= 0]
        every.append(
            replace(
                whole,
                days=tuple(whole.days[day] for day in chosen),
                values=tuple(whole.values[day] for day in chosen),
            )
        )
    owns = [OwnCapital(one.name, 1.0, one) for one in every]
    found = common(owns)
    assert bool(found.series) != bool(found.reason)
    assert len({one.days for one in found.series}) <= 1
    known = {one.name: dict(zip(one.days, one.values, strict=True)) for one in every}
    for one in found.series:
        assert len(one.days) >= 30
        assert one.values == tuple(known[one.name][day] for day in one.days)
        assert FIRST <= one.days[0] < FIRST + timedelta(days=70)


def test_a_value_is_in_whole_units():
    assert owned("s", wavering(10_000)).value == 10_000
    assert ONE == 10**18
