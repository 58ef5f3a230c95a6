"""Rules have the days in which they hold, and every piece says by which version it was made."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from ledger.tax.history.settings import settings_of
from ledger.tax.rules import Rules, Versions
from ledger.tax.terms import Calendar
from tests.ledger.tax.asked import REGIMES, ask, buy, sell
from tests.ledger.tax.kept import on, year

DATED = [(rules, rule) for rules in REGIMES.values() for rule in rules.dated]


@pytest.mark.parametrize("rules", REGIMES.values(), ids=REGIMES)
def test_no_two_rules_of_one_name_hold_on_one_day(rules):
    for name in {rule.name for rule in rules.dated}:
        held = [rule for rule in rules.dated if rule.name == name]
        assert held == sorted(held, key=lambda rule: rule.since)
        for before, after in pairwise(held):
            assert before.until is not None
            assert before.until < after.since


@pytest.mark.parametrize(("rules", "rule"), DATED, ids=lambda one: getattr(one, "name", None))
def test_a_rule_holds_from_its_first_day_to_its_last_and_has_a_source(rules, rule):
    one = timedelta(days=1)
    assert rule.source
    assert rules.on(rule.name, rule.since) == rule.value
    assert not rule.holds(rule.since - one)
    if rule.until is not None:
        assert rules.on(rule.name, rule.until) == rule.value
        assert not rule.holds(rule.until + one)


def test_a_version_changes_on_the_day_of_a_rule_and_no_other():
    versions = Versions(REGIMES["uk"])
    days = [date(2024, 10, 29), date(2024, 10, 30), date(2024, 10, 31), date(2025, 4, 6)]
    last, first, same, later = (versions.on(day) for day in days)
    assert last != first == same == later
    assert first.startswith("uk/2024-10-30/")
    assert versions.on(date(1990, 1, 1)).startswith("uk/-/")


def test_a_rule_that_is_mended_has_another_version():
    rules = REGIMES["de"]
    day = date(2025, 1, 1)
    mended = tuple(rule._replace(value=999) if rule.value == 1000 else rule for rule in rules.dated)
    assert Versions(rules._replace(dated=mended)).on(day) != Versions(rules).on(day)
    assert Versions(rules._replace(dated=mended)).on(date(2020, 1, 1)) == (
        Versions(rules).on(date(2020, 1, 1))
    )
    assert Versions(rules._replace(long_exempt=False)).on(day) != Versions(rules).on(day)


def test_the_end_of_a_rule_is_a_version_too():
    rules = Rules("x", "fifo", dated=(DATED[0][1]._replace(until=date(2020, 1, 1)),))
    versions = Versions(rules)
    assert versions.on(date(2020, 1, 1)) != versions.on(date(2020, 1, 2))


@pytest.mark.parametrize("regime", sorted(REGIMES))
def test_every_piece_says_its_version(regime):
    said = ask(buy("b", "2019-06-01", 2, 2), sell("s", "2025-06-01", 1, 9), regime=regime)
    versions = Versions(REGIMES[regime])
    assert [part.version for part in said.parts] == [versions.on(date(2025, 6, 1))]


def test_the_gain_of_a_year_is_told_by_version_with_its_rates():
    said = ask(
        buy("b", "2020-01-01", 10, 0),
        sell("s", "2024-10-29", 4, 1000),
        sell("t", "2024-10-30", 6, 5000),
        regime="uk",
    )
    assert [share[1:] for share in said.shares[2025]] == [
        (1000, {"rate_basic": 1000, "rate_higher": 2000}),
        (5000, {"rate_basic": 1800, "rate_higher": 2400}),
    ]
    assert said.totals[2025]["taxable"] == 3000


def test_settings_of_a_law_are_those_of_its_day():
    assert REGIMES["us"].words()["basis_scope"] == "wallet_from:2025-01-01"
    assert REGIMES["at"].words()["swaps"] == "carry_from:2022-03-01"
    assert REGIMES["at"].words()["method_by_year"] == {"2023": "average"}


@pytest.mark.parametrize(
    ("year", "amount"),
    [(2021, 12_300), (2023, 12_300), (2024, 6000), (2025, 3000), (2026, 3000)],
)
def test_the_annual_exempt_amount_of_the_united_kingdom(year, amount):
    first = f"{year - 1}-04-07"
    said = ask(buy("b", "2019-01-01", 2, 0), sell("s", first, 1, amount + 5), regime="uk")
    assert said.totals[year]["taxable"] == 5
    under = ask(buy("b", "2019-01-01", 2, 0), sell("s", first, 1, amount - 5), regime="uk")
    assert under.totals[year]["taxable"] == 0
    nothing = ask(
        buy("b", "2019-01-01", 2, 0), sell("s", first, 1, 5), regime="uk", exemption="none"
    )
    assert nothing.totals[year]["taxable"] == 5


def test_losses_of_years_before_do_not_waste_the_exempt_amount():
    said = ask(
        buy("a", "2020-01-01", 1, 5000),
        sell("s", "2023-05-01", 1, 1000),
        buy("b", "2024-04-10", 1, 0),
        sell("t", "2024-05-01", 1, 4500),
        buy("c", "2025-04-10", 1, 0),
        sell("u", "2025-05-01", 1, 9000),
        regime="uk",
    )
    assert [said.totals[year]["taxable"] for year in (2024, 2025, 2026)] == [-4000, 0, 3500]


@pytest.mark.parametrize(("bought", "sold", "taxable"), [
    ("2022-06-01", "2023-06-01", 700), ("2024-01-01", "2024-06-01", 0),
])  # fmt: skip
def test_the_threshold_of_germany_rose_in_2024(bought, sold, taxable):
    said = ask(buy("b", bought, 1, 0), sell("s", sold, 1, 700), regime="de", long_term="never")
    assert said.totals[int(sold[:4])]["taxable"] == taxable


@pytest.mark.parametrize(("day", "taxable"), [("2022-03-31", -50), ("2022-04-01", 150)])
def test_losses_were_set_off_in_india_before_april_2022(day, taxable):
    said = ask(
        buy("a", "2021-05-01", 1, 200),
        buy("b", "2021-05-02", 1, 50),
        sell("s", day, 1, 0),
        sell("t", f"{day}T12:00", 1, 200),
        regime="in",
    )
    assert next(iter(said.totals.values()))["taxable"] == taxable


def test_rates_of_france_are_12_8_and_17_2_and_18_6_from_2026():
    price = [{"time": day, "asset": "X", "price": "10"} for day in ("2025-12-31", "2026-01-01")]
    said = ask(
        buy("b", "2025-01-01", 100, 100),
        sell("s", "2025-12-31", 50, 500),
        sell("t", "2026-01-01", 50, 500),
        regime="fr",
        prices=price,
    )
    assert [said.shares[year][0][2] for year in (2025, 2026)] == [
        {"rate_income": 1280, "rate_social": 1720},
        {"rate_income": 1280, "rate_social": 1860},
    ]


@pytest.mark.parametrize(
    ("regime", "number", "known"),
    [
        ("au", 2027, True),
        ("au", 2028, False),  # Act No. 49 of 2026 is not computed
        ("in", 2022, False),  # s. 115BBH from 1 April 2022 on
        ("in", 2023, True),
        ("fr", 2018, False),  # art. 150 VH bis from 2019 on
        ("fr", 2019, True),
        ("at", 2021, True),
        ("at", 2022, True),
        ("uk", 2011, False),  # the table of amounts begins with 2011-12
        ("uk", 2012, True),
        ("us", 2010, True),  # nothing of it ever changed
    ],
)
def test_a_year_of_which_no_rule_is_known_says_so(regime, number, known):
    base = REGIMES[regime].currency
    bought = on(f"{number}-01-02", "asset:w COIN 1 acquire = 100", "buy")
    given = f"asset:w COIN -1 dispose = -300\nasset:w {base} 300 acquire = 300"
    sale = on(f"{number}-01-03", given, "sale")
    found = year(bought, sale, regime=regime, number=number, base=base)
    assert found.short + found.long == 200
    assert [one.code for one in found.problems] == ([] if known else ["rules_unknown"])
    assert not year(bought, regime=regime, number=number, base=base).problems, "without a gain"


@pytest.mark.parametrize(
    ("regime", "moment", "day"),
    [
        ("at", "2024-12-31T23:30", date(2025, 1, 1)),
        ("de", "2024-12-31T23:30", date(2025, 1, 1)),
        ("fr", "2024-12-31T23:30", date(2025, 1, 1)),
        ("ie", "2024-06-30T23:30", date(2024, 7, 1)),
        ("jp", "2024-12-31T15:30", date(2025, 1, 1)),
    ],
)
def test_the_day_and_the_year_are_those_of_the_country(regime, moment, day):
    rules = REGIMES[regime]
    calendar = Calendar(settings_of(rules.method, {}, rules), rules.year_starts)
    time = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert (calendar.day(time), calendar.year(time)) == (day, day.year)
