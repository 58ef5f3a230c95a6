"""What of a partnership's year is whose: layers, the ceiling rule, terms, and nothing lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.asset import AssetId
from ledger.model.errors import BadInput
from ledger.model.fund import WalletId
from ledger.model.partner import Period
from ledger.model.tax import IncomeLine, TaxLine
from ledger.tax.partners import allocate, read_periods

XYZ = AssetId("symbol:XYZ")


def at(month, day=1, year=2025):
    return datetime(year, month, day, tzinfo=UTC)


BOUGHT, SOLD = at(1, 10), at(3, 20)


def line(cost, proceeds, acquired=BOUGHT, disposed=SOLD, **more):
    made = TaxLine(
        asset=XYZ,
        quantity=10_000,
        acquired=acquired,
        disposed=disposed,
        proceeds=proceeds,
        cost=cost,
        fees=0,
        gain=proceeds - cost,
        term="short",
        rule="lot",
        wallet=WalletId("w"),
        lot="lot-1",
        source="sale-1",
    )
    return replace(made, **more)


def valued(prices):
    """Values by the price that held last: (month, price) ascending."""

    def value(one, moment):
        known = [price for since, price in prices if since <= moment]
        return one.quantity * known[-1] if known else None

    return value


TWO = Period(at(1), (("one", 40), ("two", 60)))
THREE = Period(at(2), (("one", 250), ("three", 375), ("two", 375)))
MARCH = Period(at(3), THREE.shares)


def taxes(found):
    return {each.partner: each.tax for each in found.gains}


def books(found):
    return {each.partner: each.book for each in found.gains}


def test_the_published_example_of_layers():
    """McCrary, Hedge Fund Course, "Layered Tax Allocation Example" (p. 163).

    Partners of 40 and 60 percent own 10,000 units bought at 25; at 30 a third joins, 25, 37.5 and
    37.5 percent; 35 a month later; sold at 32. The layers are 50,000, 50,000 and −30,000.
    """
    sold = line(250_000, 320_000)
    found = allocate([sold], (), (TWO, THREE, MARCH), valued([(at(2), 30), (at(3), 35)]))
    assert [layer.gain for layer in found.gains[0].layers] == [50_000, 50_000, -30_000]
    assert taxes(found) == {"one": 25_000, "two": 37_500, "three": 7_500}
    assert books(found) == taxes(found)
    assert found.problems == ()


def test_who_joined_after_the_gain_is_not_taxed_for_it():
    fell = allocate([line(100, 200)], (), (TWO, THREE), valued([(at(2), 0)]))
    assert taxes(fell) == {"one": 10, "two": 15, "three": 75}
    flat = allocate([line(10_000, 20_000)], (), (TWO, THREE), valued([(at(2), 2)]))
    assert taxes(flat) == {"one": 4_000, "two": 6_000, "three": 0}


def test_at_the_moment_of_a_change_a_purchase_is_of_the_new_and_a_sale_of_the_old():
    bought = line(100, 200, acquired=at(2))
    assert taxes(allocate([bought], (), (TWO, THREE), valued([]))) == {
        "one": 25, "three": 37, "two": 38,
    }  # fmt: skip
    sold = line(100, 200, disposed=at(2))
    assert taxes(allocate([sold], (), (TWO, THREE), valued([]))) == {"one": 40, "two": 60}


def test_the_ceiling_rule_gives_no_loss_of_a_gain():
    """Reg. §1.704-3(b)(1): what is allocated is no more than what there is."""
    arguments = ([line(10_000, 11_000)], (), (TWO, THREE), valued([(at(2), 2)]))
    found = allocate(*arguments)
    assert books(found) == {"one": 1_750, "two": 2_625, "three": -3_375}
    assert taxes(found) == {"one": 400, "two": 600, "three": 0}
    remedial = allocate(*arguments, ceiling="remedial")
    assert taxes(remedial) == books(remedial)
    assert sum(taxes(remedial).values()) == sum(taxes(found).values()) == 1_000


def test_no_gain_at_all_is_nobody_s_gain_by_the_traditional_method():
    found = allocate([line(10_000, 10_000)], (), (TWO, THREE), valued([(at(2), 2)]))
    assert set(taxes(found).values()) == {0}
    assert sum(books(found).values()) == 0


def test_a_closed_short_gains_when_the_price_falls():
    short = line(20_000, 40_000, rule="short_closed")
    found = allocate([short], (), (TWO, THREE), valued([(at(2), 3)]))
    assert [layer.gain for layer in found.gains[0].layers] == [10_000, 10_000]


def test_a_missing_price_at_a_change_of_partners_is_a_problem_and_nobody_s():
    found = allocate([line(100, 200)], (), (TWO, THREE), valued([]))
    assert found.gains == ()
    assert [problem.code for problem in found.problems] == ["missing_price"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"acquired": None}, "missing_basis"), ({"acquired": at(12, year=2024)}, "missing_shares")],
)
def test_without_a_date_or_a_register_nothing_is_guessed(changes, code):
    found = allocate([line(100, 200, **changes)], (), (TWO,), valued([]))
    assert found.gains == ()
    assert [problem.code for problem in found.problems] == [code]


def test_what_has_no_gain_is_a_problem_and_what_is_not_assessed_is_none():
    unknown = replace(line(100, 200), gain=None, cost=None)
    given_away = line(100, 200, gain=None, rule="not_assessed", assessed=False)
    found = allocate([unknown, given_away], (), (TWO,), valued([]))
    assert found.gains == ()
    assert [problem.code for problem in found.problems] == ["missing_basis"]
    (problem,) = found.problems
    assert problem.message.startswith("sale-1: ")
    assert problem.message.endswith(" have no known basis, so no gain to allocate")


@pytest.mark.parametrize(
    ("disposed", "term"),
    [
        (at(1, 10, 2028), "long"),
        (at(1, 11, 2028), "over_three_years"),
        (at(6, 1, 2026), "long"),
    ],
)
def test_more_than_three_years_are_counted_from_the_day_after(disposed, term):
    held = line(100, 200, disposed=disposed, term="long")
    assert {each.term for each in allocate([held], (), (TWO,), valued([])).gains} == {term}


def test_income_is_whose_shares_it_came_to():
    early = IncomeLine(XYZ, 1, at(1, 15), 100, "staking", "r1")
    late = IncomeLine(XYZ, 1, at(2, 15), 100, "staking", "r2")
    unpriced = IncomeLine(XYZ, 1, at(2, 16), None, "staking", "r3")
    found = allocate((), (early, late, unpriced), (TWO, THREE), valued([]))
    assert [(problem.code, problem.source) for problem in found.problems] == [
        ("missing_price", "r3")
    ]
    told = [(part.line.source, part.partner, part.value) for part in found.income]
    assert told == [
        ("r1", "one", 40), ("r1", "two", 60),
        ("r2", "one", 25), ("r2", "three", 37), ("r2", "two", 38),
    ]  # fmt: skip


@given(
    st.integers(0, 10**24),
    st.integers(0, 10**24),
    st.integers(0, 10**20),
    st.sampled_from(("traditional", "remedial")),
)
def test_parts_add_up_to_the_gain_to_the_last_unit(cost, proceeds, price, ceiling):
    found = allocate([line(cost, proceeds)], (), (TWO, THREE), valued([(at(2), price)]), ceiling)
    assert sum(taxes(found).values()) == sum(books(found).values()) == proceeds - cost
    if ceiling == "traditional":
        signs = {(part > 0) - (part < 0) for part in taxes(found).values()} - {0}
        assert len(signs) <= 1


def test_a_register_is_read_by_date_and_partner():
    text = "from,partner,share\n2025-02-01,two,0.6\n2025-01-01,one,1\n2025-02-01,one,0.4\n"
    assert read_periods(text, "p.csv") == (
        Period(at(1), (("one", 10**18),)),
        Period(at(2), (("one", 4 * 10**17), ("two", 6 * 10**17))),
    )


@pytest.mark.parametrize(
    "rows",
    [
        "", "2025-01-01,one,0", "2025-01-01,one,-1", "2025-01-01,,1", "yesterday,one,1",
        "2025-01-01,one,1,2", "2025-01-01,one,1\n2025-01-01,one,1", "2025-01-01,one,1e3",
        '2025-01-01,one,"1', '2025-01-01,"one"x,1',
    ],
)  # fmt: skip
def test_a_register_with_a_row_that_is_none_is_refused(rows):
    with pytest.raises(BadInput, match=r"^p\.csv"):
        read_periods(f"from,partner,share\n{rows}\n", "p.csv")


def test_another_header_is_refused():
    with pytest.raises(BadInput, match="from,partner,share"):
        read_periods("date,partner,share\n2025-01-01,one,1\n", "p.csv")
