"""Debts: oldest first, to the last unit, and never an asset."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.nav.debts import Debts, repayments
from tests.ledger.notation import entry


def owed(number, units, value, strategy=None, wallet="w"):
    text = f"liability:{wallet} DEBT {units} none = {value}"
    return entry(number, text, strategy=strategy)


def gains(*entries):
    found = repayments(entries)
    return [(one.quantity, one.gain) for each in found.values() for one in each]


def test_the_oldest_debt_is_repaid_first():
    first, second = owed(1, 2, -4000, "hedge"), owed(2, 2, -5000, "carry")
    back = owed(3, -3, 6000)
    assert gains(first, second, back) == [(2, 4000 - 4000), (1, 2500 - 2000)]
    debts = [one.debt for one in repayments([first, second, back])["e3"]]
    assert [debt.strategy for debt in debts if debt] == ["hedge", "carry"]


def test_the_last_part_takes_the_remainder():
    assert gains(owed(1, 3, -100), owed(2, -1, 0), owed(3, -1, 0), owed(4, -1, 0)) == [
        (1, 33),
        (1, 33),
        (1, 34),
    ]


def test_units_beyond_the_debt_belong_to_no_debt():
    (debt, beyond) = repayments([owed(1, 10, -10), owed(2, -11, 22)])["e2"]
    assert (debt.gain, debt.worth) == (-10, 20)
    assert (beyond.debt, beyond.gain, beyond.worth, beyond.quantity) == (None, None, 2, 1)


def test_a_debt_of_another_wallet_is_not_repaid():
    (beyond,) = repayments([owed(1, 10, -10), owed(2, -10, 10, wallet="v")])["e2"]
    assert beyond.debt is None


def test_interest_booked_in_the_same_entry_is_repaid_with_it():
    text = "liability:w DEBT -11 none = 11\nliability:w DEBT 1 none = -1"
    found = repayments([owed(1, 10, -10), entry(2, text)])["e2"]
    assert [(one.quantity, one.gain) for one in found] == [(10, 0), (1, 0)]


def test_an_unpriced_debt_has_an_unknown_gain():
    (one,) = repayments([entry(1, "liability:w DEBT 5"), owed(2, -5, 10)])["e2"]
    assert (one.booked, one.gain) == (None, None)


steps = st.tuples(st.integers(-50, 50).filter(bool), st.integers(0, 1000))


@given(st.lists(steps, max_size=20))
def test_what_was_booked_is_repaid_or_still_owed(history):
    debts = Debts()
    repaid = [
        one
        for number, (units, value) in enumerate(history)
        for one in debts.fold(owed(number, units, -value if units > 0 else value))
    ]
    still = [debt for place in debts.open.values() for debt in place]
    values = [*(one.booked for one in repaid), *(one.booked for one in still)]
    booked = sum(value for units, value in history if units > 0)
    assert sum(value or 0 for value in values) == booked
    taken = sum(units for units, _ in history if units > 0)
    matched = sum(one.quantity for one in repaid if one.debt is not None)
    assert matched + sum(one.quantity for one in still) == taken
    given_back = sum(value for units, value in history if units < 0)
    assert sum(one.worth or 0 for one in repaid) == given_back
