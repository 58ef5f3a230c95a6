"""Interest that a reading found and a log tells afterwards is earned, or owed, once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.reconcile import breaks
from tests.ledger.debts import COMET, Debt
from tests.ledger.moves import asset
from tests.ledger.scaled import OF, Market
from tests.ledger.written import books_of

PRICES = {"A": 10, "aA": 10, "dA": 10}
TOKENS = {"aA": "income:interest", "dA": "expense:interest"}
AMOUNTS = st.integers(1, 60)
HOLDERS = st.sampled_from(["w", "w2"])
STEPS = st.one_of(
    st.tuples(st.just("grow"), st.integers(0, 9)),
    st.tuples(st.sampled_from(["supply", "withdraw", "borrow", "repay"]), HOLDERS, AMOUNTS),
    st.tuples(st.just("give"), HOLDERS, st.sampled_from(["w", "w2", "x"]), AMOUNTS),
    st.tuples(st.just("give"), st.just("x"), HOLDERS, AMOUNTS),
    st.tuples(st.just("read"), HOLDERS, st.sampled_from(["aA", "dA"])),
)


def market(*steps):
    """A market in which these steps happened; a stranger lends too."""
    made = Market()
    made.supply("x", 500)
    for name, *said in steps:
        getattr(made, name)(*said)
    return made


def kept(made):
    """The books of what the fund saw of a market."""
    return books_of(*made.transactions, prices=PRICES, observations=tuple(made.readings))


def interest(entries, what):
    """What entries book as interest of a token or debt: (kind, units that it grew by)."""
    path = TOKENS.get(what, "expense:interest")
    return [
        (entry.kind, -posting.quantity)
        for entry in entries
        for posting in entry.postings
        if posting.account.path == path and posting.asset == asset(what)
    ]


def units(entries, who, what):
    """What a wallet holds of a token, or owes, after some entries."""
    return sum(
        posting.quantity
        for entry in entries
        for posting in entry.postings
        if posting.account.wallet == OF[who] and posting.asset == asset(what)
    )


LENT = (("supply", "w", 100), ("grow", 3), ("read", "w", "aA"), ("grow", 2))
OWED = (("borrow", "w", 100), ("grow", 3), ("read", "w", "dA"), ("grow", 2))


# ---- a token that tells its interest -------------------------------------------------------------


def test_a_withdrawal_tells_what_a_reading_found_and_books_the_rest_of_it():
    # 4 were read (the first holder's balance grows by one less), 7 are told
    made = market(*LENT, ("withdraw", "w", 50))
    grown = made.account("w", "aA").grown
    found = interest(kept(made).entries, "aA")
    assert [kind for kind, _ in found] == ["accrual", "lend_withdraw"]
    assert sum(told for _, told in found) == grown
    assert units(kept(made).entries, "w", "aA") == 100 + grown - 50


def test_without_a_reading_all_of_it_is_booked_where_it_is_told():
    steps = [step for step in LENT if step[0] != "read"]
    made = market(*steps, ("withdraw", "w", 50))
    assert interest(kept(made).entries, "aA") == [("lend_withdraw", made.account("w", "aA").grown)]


def test_what_is_owed_grows_once():
    made = market(*OWED, ("repay", "w", 50))
    grown = made.account("w", "dA").grown
    found = interest(kept(made).entries, "dA")
    assert [kind for kind, _ in found] == ["accrual", "repay"]
    assert sum(told for _, told in found) == grown
    assert units(kept(made).entries, "w", "dA") == 100 + grown - 50


def test_a_loan_paid_back_after_a_reading_leaves_nothing():
    made = market(*OWED, ("repay", "w", 10**6))
    books = kept(made)
    assert units(books.entries, "w", "dA") == 0
    assert min(told for _, told in interest(books.entries, "dA")) > 0


def test_a_log_that_tells_no_more_than_was_read_books_no_interest_and_nothing_negative():
    made = market(*LENT[:3], ("withdraw", "w", 50))
    (accrued,) = interest(kept(made).entries, "aA")
    assert accrued == ("accrual", made.account("w", "aA").grown)
    assert units(kept(made).entries, "w", "aA") == made.account("w", "aA").units


def test_the_entry_says_how_much_of_what_is_told_was_booked_before():
    made = market(*LENT, ("withdraw", "w", 50))
    accrued, entry = kept(made).entries[-2:]
    read = made.readings[0].quantity - 100
    assert (accrued.kind, entry.note) == ("accrual", f"accrued:{read}")


def test_a_reading_after_the_log_takes_off_nothing_of_the_next():
    made = market(
        *LENT, ("withdraw", "w", 50), ("read", "w", "aA"), ("grow", 5), ("supply", "w", 7)
    )
    books = kept(made)
    assert units(books.entries, "w", "aA") == made.account("w", "aA").units
    assert interest(books.entries, "aA")[-1][0] == "lend_deposit"


def test_what_one_wallet_read_is_not_taken_off_what_is_told_to_another():
    made = market(("supply", "w2", 40), *LENT, ("withdraw", "w2", 1))
    found = interest(kept(made).entries, "aA")
    assert found[-1] == ("lend_withdraw", made.account("w2", "aA").grown)


def test_a_transfer_of_the_token_tells_both_sides_what_they_earned():
    made = market(*LENT, ("supply", "w2", 10), ("grow", 2), ("give", "w", "w2", 30))
    books = kept(made)
    for who in ("w", "w2"):
        assert units(books.entries, who, "aA") == made.account(who, "aA").units
    kinds = [kind for kind, _ in interest(books.entries, "aA")]
    assert kinds.count("reward") == 2 and "swap" not in kinds


def test_units_from_a_stranger_are_no_income_and_what_is_minted_with_them_is():
    made = market(*LENT, ("give", "x", "w", 30))
    books = kept(made)
    assert units(books.entries, "w", "aA") == made.account("w", "aA").units
    assert sum(told for _, told in interest(books.entries, "aA")) == made.account("w", "aA").grown


def test_a_balance_that_is_gone_leaves_nothing_to_take_off():
    # 3 that no log ever told are found when nothing is left: they are in nothing that is told later
    made = market(("supply", "w", 100), ("grow", 3))
    made.account("w", "aA").told = made.account("w", "aA").units
    made.withdraw("w", 10**6)
    made.read("w", "aA")
    made.supply("w", 100)
    made.grow(4)
    made.withdraw("w", 6)
    found = interest(kept(made).entries, "aA")
    assert [kind for kind, _ in found] == ["accrual", "lend_withdraw"]
    assert units(kept(made).entries, "w", "aA") == made.account("w", "aA").units


RAY = 10**27


def with_index(scaled, index):
    """`rayMul` of WadRayMath.sol: half of a unit and more counts as one."""
    return (scaled * index + RAY // 2) // RAY


def test_a_balance_by_an_index_of_27_digits_is_that_of_the_chain_after_the_log():
    # 8,000 USDC at an index, read at a second one and touched at a third; amounts as
    # ScaledBalanceTokenBase computes them
    first, second, third = (
        1_130_254_617_843_001_962_554_781_203,
        1_131_001_377_269_900_113_842_990_457,
        1_132_480_066_519_284_377_500_123_991,
    )
    scaled = (8_000_000_000 * RAY + first // 2) // first
    held, read, grown = (with_index(scaled, index) for index in (first, second, third))
    increase, taken = grown - held, 3_000_000_000
    made = Market()
    made.supply("w", held)
    made.grow(read - held)
    made.read("w", "aA")
    made.grow(grown - read)
    made.withdraw("w", taken)
    entries = kept(made).entries
    assert interest(entries, "aA") == [
        ("accrual", read - held),
        ("lend_withdraw", increase - (read - held)),
    ]
    assert units(entries, "w", "aA") == grown - taken
    assert (held, read, grown) == (8_000_000_000, 8_005_285_601, 8_015_751_839)


@given(st.lists(STEPS, max_size=25))
def test_every_touch_leaves_what_is_true_and_interest_is_never_negative(steps):
    begin = [("supply", "w", 50), ("borrow", "w", 50), ("supply", "w2", 20), ("borrow", "w2", 20)]
    made = market(*begin, *steps)
    entries = kept(made).entries
    for token in TOKENS:
        assert all(told > 0 for _, told in interest(entries, token))
    for (who, token, block), (left, _) in made.truth.items():
        assert units([one for one in entries if one.order[2] <= block], who, token) == left
    assert not breaks(entries, made.readings)
    at_end = market(*begin, *steps, *(("read", who, token) for who in OF for token in TOKENS))
    for token in TOKENS:
        earned = sum(at_end.account(who, token).grown for who in OF)
        assert sum(told for _, told in interest(kept(at_end).entries, token)) == earned


# ---- a debt that no token shows ------------------------------------------------------------------


def entries_of(one):
    said = tuple(one.readings)
    return books_of(*one.transactions, prices=PRICES, observations=said).entries


def owed_by(entries):
    return sum(
        posting.quantity
        for entry in entries
        for posting in entry.postings
        if posting.account.wallet == OF["w"] and "/debt:" in posting.asset
    )


def lived(market, *steps):
    one = Debt(market)
    one.borrow(100)
    for name, *said in steps:
        getattr(one, name)(*said)
    return one


@pytest.mark.parametrize("market", [COMET, "cA"])
def test_a_debt_paid_back_in_full_after_a_reading_cost_what_it_grew_by(market):
    one = lived(market, ("grow", 20), ("read",), ("grow", 3), ("repay", 10**6))
    assert interest(entries_of(one), one.asset) == [("accrual", 20), ("repay", 3)]
    assert owed_by(entries_of(one)) == 0


def test_a_repayment_larger_than_the_loan_leaves_what_was_read_beyond_it():
    one = lived(COMET, ("grow", 20), ("read",), ("repay", 105))
    assert interest(entries_of(one), one.asset) == [("accrual", 20)]
    assert owed_by(entries_of(one)) == one.owed == 15


DEBT_STEPS = st.one_of(
    st.tuples(st.just("grow"), st.integers(0, 9)),
    st.tuples(st.sampled_from(["borrow", "repay"]), AMOUNTS),
    st.tuples(st.just("read")),
)


@given(st.lists(DEBT_STEPS, max_size=25))
def test_a_debt_whose_total_each_log_tells_is_true_after_each(steps):
    one = lived("cA", *steps)
    entries = entries_of(one)
    for block, left in one.truth.items():
        assert owed_by([entry for entry in entries if entry.order[2] <= block]) == left
    assert all(told > 0 for _, told in interest(entries, one.asset))


@given(st.lists(DEBT_STEPS, max_size=25))
def test_a_debt_of_which_no_log_tells_is_never_more_than_it_is_and_true_when_it_is_gone(steps):
    one = lived(COMET, *steps, ("repay", 10**6))
    entries = entries_of(one)
    for block, left in one.truth.items():
        assert owed_by([entry for entry in entries if entry.order[2] <= block]) <= left
    assert owed_by(entries) == 0
    found = [told for _, told in interest(entries, one.asset)]
    assert sum(found) == one.grown and all(told > 0 for told in found)
