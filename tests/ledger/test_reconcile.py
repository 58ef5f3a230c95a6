"""The ledger against the outside: breaks, Suspense, the trial balance and overdrafts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.rules import entries_for
from ledger.model.activity import microseconds
from ledger.model.entry import Account, Entry, Posting
from ledger.model.errors import BadInput
from ledger.model.evidence import Answer, Question, canonical_json
from ledger.model.position import Observation
from ledger.reconcile import breaks, overdrafts, suspense, trial_balance
from tests.ledger.journal.cases import (
    E18,
    MEME,
    NETWORK,
    OWED,
    TIME,
    WETH,
    A,
    B,
    event,
    leg,
    legs,
    value,
)


def entry(kind, *moved, block=100, network=NETWORK, minutes=0, name="e"):
    time = TIME + timedelta(minutes=minutes)
    order = (microseconds(time), network, block, 0, name)
    made = entries_for(event(kind, *moved, id=name, time=time, order=order), value)
    assert made is not None
    return made


def answer(quantity, asset=WETH, wallet=A, block=None, kind="balance"):
    question = Question(kind, f"{wallet}|{asset}", block)
    return Answer(question, canonical_json(quantity), "a node")


JOURNAL = (
    entry("receive", leg(5, WETH), block=100, minutes=0, name="a"),
    entry("receive", leg(3, WETH), block=200, minutes=20, name="b"),
    entry("receive", leg(7, WETH), network="venue:kraken", block=0, minutes=10, name="c"),
    entry("receive", leg(9, WETH), network="venue:kraken", block=0, minutes=30, name="d"),
)


@pytest.mark.parametrize(
    ("block", "quantity"), [(99, 0), (100, 12), (199, 12), (200, 24), (None, 24)]
)
def test_a_balance_at_a_block_knows_what_happened_until_the_next_block(block, quantity):
    assert breaks(JOURNAL, [answer(str(quantity), block=block)]) == ()
    (found,) = breaks(JOURNAL, [answer(str(quantity + 1), block=block)])
    assert (found.ledger, found.observed, found.difference) == (quantity, quantity + 1, 1)
    assert (found.wallet, found.asset, found.block, found.source) == (A, WETH, block, "a node")


@pytest.mark.parametrize(("minutes", "quantity"), [(-1, 0), (0, 5), (10, 12), (20, 15), (30, 24)])
def test_a_balance_at_a_time_knows_what_happened_until_then(minutes, quantity):
    seen = Observation(A, WETH, TIME + timedelta(minutes=minutes), quantity)
    assert breaks(JOURNAL, [seen]) == ()


def test_a_wallet_that_the_ledger_does_not_know_holds_nothing():
    (found,) = breaks(JOURNAL, [answer("4", wallet=B, block=100)])
    assert (found.ledger, found.observed) == (0, 4)
    assert breaks((), [answer("0", block=5)]) == ()


def test_a_debt_ties_to_the_balance_of_its_token():
    journal = [entry("borrow", leg(10, WETH), leg(10, OWED, role="debt"))]
    assert breaks(journal, [answer("10", OWED), answer("10")]) == ()


def test_an_answer_that_says_nothing_is_no_break():
    assert breaks(JOURNAL, [answer(None), answer("1", kind="token")]) == ()


@pytest.mark.parametrize("bad", ["-1", "1.5", "", "٣", "9" * 79, [1]])
def test_an_answer_that_is_no_balance_is_refused(bad):
    with pytest.raises(BadInput):
        breaks(JOURNAL, [answer(bad)])


def test_a_subject_without_an_asset_is_refused():
    with pytest.raises(BadInput):
        breaks(JOURNAL, [Answer(Question("balance", A), b'"1"')])


def test_a_reversed_entry_does_not_count():
    first = JOURNAL[0]
    negated = tuple(Posting(p.account, p.asset, -p.quantity) for p in first.postings)
    undone = Entry("r", "reversal", TIME, first.order, negated, reverses="a")
    assert breaks([first, undone], [answer("0")]) == ()


def test_the_same_break_seen_twice_is_one_break():
    assert len(breaks(JOURNAL, [answer("1"), answer("1"), answer("2")])) == 2


# ---- what is not explained

UNCLEAR = (
    entry("receive", leg(5, WETH), name="a"),
    entry("send", leg(-2, WETH, B), name="b"),
    entry("receive", leg(9, MEME), name="c"),
    entry("spam", leg(4, WETH), name="d"),
    entry("no_effect", leg(1, WETH), name="f"),
)


def price(asset, quantity):
    return quantity * 10 if asset == WETH else None


def test_suspense_lists_each_account_and_values_all_but_spam():
    found = suspense(UNCLEAR, price)
    assert [(s.account.name, s.asset, s.quantity, s.value) for s in found.lines] == [
        ("spam", WETH, -4, None),
        ("unexplained", WETH, -1, -10),
        ("unmatched", WETH, -5, -50),
        ("unmatched", WETH, 2, 20),
        ("unmatched", MEME, -9, None),
    ]
    assert (found.value, found.unpriced) == (80, 1)


def test_suspense_is_measured_in_basis_points_of_nav():
    found = suspense(UNCLEAR, price)
    assert found.basis_points(80 * 10_000) == "1.00"
    assert found.basis_points(3, places=4) == "266666.6667"
    assert found.basis_points(0) is None


def test_what_came_does_not_hide_what_left():
    journal = [entry("receive", leg(5, WETH), name="a"), entry("send", leg(-5, WETH), name="b")]
    found = suspense(journal, price)
    assert [line.quantity for line in found.lines] == [-5, 5]
    assert found.value == 100


# ---- the trial balance


def test_the_trial_balance_lists_accounts_by_path_and_sums_to_zero():
    trial = trial_balance([entry("swap", leg(-E18, WETH), leg(5, MEME))])
    assert [(line.account.path, line.quantity) for line in trial.lines] == [
        (f"asset:{A}", -E18),
        (f"asset:{A}", 5),
        ("trading:conversion", E18),
        ("trading:conversion", -5),
    ]
    assert trial.balanced


@given(moved=legs(), fee=st.integers(0, 9))
def test_every_asset_sums_to_zero(moved, fee):
    made = entries_for(event("swap", *moved, fee=fee), value)
    assert trial_balance([] if made is None else [made]).balanced


class Tampered:
    """What a broken store could hand over: postings that no Entry would hold."""

    postings = (Posting(Account("income", "trading"), WETH, 3),)


def test_a_journal_that_was_tampered_with_shows_its_difference():
    trial = trial_balance([Tampered()])  # type: ignore[list-item]
    assert trial.differences == ((WETH, 3),)
    assert not trial.balanced


# ---- balances below zero


def test_the_first_entry_that_overdraws_a_wallet_is_named_once():
    journal = [
        entry("receive", leg(5, WETH), minutes=0, name="a"),
        entry("send", leg(-6, WETH), minutes=1, name="b"),
        entry("send", leg(-1, WETH), minutes=2, name="c"),
        entry("receive", leg(9, WETH), minutes=3, name="d"),
    ]
    (problem,) = overdrafts(journal)
    assert (problem.code, problem.source) == ("negative_balance", "b")
    assert "-1" in problem.message


def test_within_an_entry_only_the_net_counts():
    journal = [entry("swap", leg(-5, WETH), leg(9, WETH, role="reward"), leg(1, MEME))]
    assert overdrafts(journal) == ()


def test_units_in_flight_and_in_suspense_are_no_overdraft():
    assert overdrafts([entry("receive", leg(5, WETH))]) == ()
