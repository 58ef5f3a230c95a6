"""A broker's statement beside the books: what agrees, what differs, what one side lacks."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.asset import AssetId
from ledger.model.broker import BrokerSale
from ledger.model.fund import WalletId
from ledger.model.tax import TaxLine
from ledger.tax.brokers import reconcile

ONE = 10**18
KRAKEN = WalletId("venue:kraken:main")
BTC = AssetId("symbol:BTC")


def line(number=1, quantity=ONE, proceeds=1500, cost=1000, fees=0, day=30, **more):
    made = TaxLine(
        asset=BTC,
        quantity=quantity,
        acquired=datetime(2025, 3, 1, 12, tzinfo=UTC),
        disposed=datetime(2025, 6, day, 12, tzinfo=UTC),
        proceeds=proceeds * ONE,
        cost=cost * ONE,
        fees=fees * ONE,
        gain=(proceeds - cost - fees) * ONE,
        term="short",
        rule="lot",
        wallet=KRAKEN,
        lot=f"lot-{number}",
        source=f"sale-{number}",
    )
    return replace(made, **more)


def sale(number=1, quantity=ONE, proceeds=1500, basis=1000, day=30, **more):
    made = BrokerSale(
        wallet=KRAKEN,
        symbol="BTC",
        quantity=quantity,
        acquired=date(2025, 3, 1),
        sold=date(2025, 6, day),
        proceeds=proceeds * ONE,
        basis=None if basis is None else basis * ONE,
        box="",
        reported=False,
        source=f"da.csv:{number}",
    )
    return replace(made, **more)


def compared(lines, sales, wallets=(KRAKEN,)):
    return reconcile(lines, sales, wallets, {})


def outcomes(lines, sales):
    return sorted(each.outcome for each in compared(lines, sales))


def test_a_row_that_says_what_we_say_is_a_match():
    [found] = compared([line()], [sale()])
    assert found.outcome == "match"
    assert (found.proceeds, found.basis, found.quantity) == (0, 0, 0)


@pytest.mark.parametrize("stated", [1500, 1490])
def test_proceeds_before_and_after_costs_of_the_sale_both_agree(stated):
    [found] = compared([line(fees=10)], [sale(proceeds=stated)])
    assert found.outcome == "match"
    assert found.gross == (stated == 1500)


def test_a_cent_is_rounding_and_two_are_a_difference():
    cent = 10**16
    near = sale(proceeds=1500, quantity=ONE)
    assert compared([line()], [replace(near, proceeds=near.proceeds + cent)])[0].outcome == "match"
    [far] = compared([line()], [replace(near, proceeds=near.proceeds + 2 * cent)])
    assert (far.outcome, far.proceeds) == ("proceeds_differ", -2 * cent)


def test_a_cent_of_basis_is_rounding_too():
    cent, theirs = 10**16, sale()
    near, far = (replace(theirs, basis=1000 * ONE + n * cent) for n in (1, 2))
    assert [compared([line()], [each])[0].outcome for each in (near, far)] == [
        "match",
        "basis_differs",
    ]


def test_another_basis_is_told_with_its_difference():
    [found] = compared([line()], [sale(basis=900)])
    assert (found.outcome, found.basis) == ("basis_differs", 100 * ONE)


def test_a_basis_that_no_statement_has_is_no_difference():
    [found] = compared([line()], [sale(basis=None)])
    assert (found.outcome, found.basis) == ("match", None)


def test_both_may_differ():
    [found] = compared([line()], [sale(proceeds=1400, basis=900)])
    assert found.outcome == "proceeds_and_basis_differ"


def test_other_units_are_no_match_whatever_the_money_says():
    [found] = compared([line()], [sale(quantity=2 * ONE)])
    assert (found.outcome, found.quantity) == ("quantity_differs", -ONE)


def test_each_side_may_lack_what_the_other_has():
    found = compared([line(day=1)], [sale(day=20)])
    assert {each.outcome: (len(each.lines), len(each.sales)) for each in found} == {
        "missing_with_them": (1, 0),
        "missing_with_us": (0, 1),
    }


def test_a_sale_of_several_lots_is_compared_as_one():
    lots = [line(1, ONE, 700, 400), line(2, 2 * ONE, 800, 600)]
    [found] = compared(lots, [sale(quantity=3 * ONE, acquired=None)])
    assert (found.outcome, len(found.lines), len(found.sales)) == ("match", 2, 1)


def test_rows_go_to_the_lines_that_agree_in_most():
    lots = [line(1, ONE, 700, 400), line(2, 2 * ONE, 800, 600)]
    rows = [sale(1, 2 * ONE, 800, 600), sale(2, ONE, 700, 300)]
    found = compared(lots, rows)
    assert {each.lines[0].source: each.outcome for each in found} == {
        "sale-1": "basis_differs",
        "sale-2": "match",
    }


def test_a_sale_around_midnight_may_have_the_broker_s_day():
    [found] = compared([line(day=30)], [sale(day=29)])
    assert (found.outcome, found.note) == ("match", "dated 2025-06-29 by the broker")
    assert len(compared([line(day=30)], [sale(day=28)])) == 2


def test_lines_of_wallets_without_a_statement_are_in_no_comparison():
    assert compared([line(wallet=WalletId("eip155:1:0x1"))], []) == ()
    assert compared([line(rule="not_assessed", gain=None, assessed=False)], []) == ()
    assert outcomes([line()], []) == ["missing_with_them"]


ROWS = st.lists(
    st.builds(
        sale,
        number=st.integers(1, 9),
        quantity=st.sampled_from((None, ONE, 2 * ONE)),
        proceeds=st.integers(1, 4),
        basis=st.sampled_from((None, 1)),
        day=st.integers(1, 3),
    ),
    max_size=8,
)
LINES = st.lists(
    st.builds(line, number=st.integers(1, 9), proceeds=st.integers(1, 4), day=st.integers(1, 3)),
    max_size=8,
)


@given(LINES, ROWS)
def test_every_line_and_every_row_stands_in_exactly_one_comparison(lines, rows):
    found = compared(lines, rows)
    told = [each for one in found for each in one.lines]
    assert sorted(told, key=repr) == sorted(lines, key=repr)
    assert sorted((each for one in found for each in one.sales), key=repr) == sorted(rows, key=repr)


@given(LINES, ROWS, st.randoms(use_true_random=False))
def test_the_order_of_input_decides_no_outcome(lines, rows, random):
    turned, shuffled = list(lines), list(rows)
    random.shuffle(turned)
    random.shuffle(shuffled)
    assert outcomes(lines, rows) == outcomes(turned, shuffled)
