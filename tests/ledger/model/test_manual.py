"""A manual journal is what its maker said; people are told apart whatever the spelling."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.evidence import EvidenceId
from ledger.model.manual import ManualDecision, ManualJournal, person_key, reversals, state_of

TIME = datetime(2026, 3, 1, tzinfo=UTC)
PROPOSED = ManualJournal("partita journal 1\n", "opening balances", "Ann", proposed_at=TIME)
APPROVED = replace(PROPOSED, decision=ManualDecision("Bob", "approved", TIME + timedelta(hours=1)))
REJECTED = replace(
    PROPOSED, decision=ManualDecision("Bob", "rejected", TIME + timedelta(hours=1), "no")
)
BACK = replace(APPROVED, reverses=PROPOSED.id)


def test_the_id_is_frozen():
    assert PROPOSED.id == "9e79c4f03f7143218135bc77b2023fd4612d87b608de607d4a4adc84d1e37d15"


@pytest.mark.parametrize(
    "other",
    [
        replace(PROPOSED, body="partita journal 1\n\n"),
        replace(PROPOSED, reason="opening balance"),
        replace(PROPOSED, maker="Bob"),
        replace(PROPOSED, reverses=EvidenceId("")),
        replace(PROPOSED, reverses=EvidenceId("a" * 64)),
    ],
)
def test_what_is_said_makes_the_id(other):
    assert other.id != PROPOSED.id


def test_neither_the_time_nor_the_decision_makes_the_id():
    assert replace(PROPOSED, proposed_at=None).id == PROPOSED.id == REJECTED.id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "ann lee"),
        ("Ann Lee", "  ANN \t Lee "),
        ("Zo\u00eb", "ZOE\u0308"),
        ("Stra\u00dfer", "STRASSER"),
        (
            "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
            "\u03a3\u0399\u0301\u03a3\u03a5\u03a6\u039f\u03a3",
        ),
    ],
)
def test_one_person_spelt_in_two_ways_is_one_person(one, other):
    assert person_key(one) == person_key(other)


@pytest.mark.parametrize(("one", "other"), [("Ann", "Anna"), ("Zoe", "Zo\u00eb"), ("Ann", "")])
def test_two_persons_are_not_one(one, other):
    assert person_key(one) != person_key(other)


@given(st.text(max_size=30))
def test_a_key_is_the_key_of_itself_and_of_any_case(name):
    assert person_key(person_key(name)) == person_key(name)
    assert person_key(name.casefold()) == person_key(name)


def test_a_journal_is_not_there_before_it_was_proposed_and_pending_before_the_decision():
    assert APPROVED.at(TIME - timedelta(microseconds=1)) is None
    assert APPROVED.at(TIME) == PROPOSED
    assert APPROVED.at(TIME + timedelta(hours=1)) == APPROVED


def test_only_an_approved_reversal_takes_a_journal_back():
    assert reversals([APPROVED, BACK]) == {PROPOSED.id: BACK.id}
    for undecided in (replace(BACK, decision=None), replace(BACK, decision=REJECTED.decision)):
        assert reversals([APPROVED, undecided]) == {}


def test_the_state_says_where_a_journal_stands():
    assert state_of(PROPOSED, ()) == "pending"
    assert state_of(APPROVED, ()) == "approved"
    assert state_of(REJECTED, ()) == "rejected"
    assert state_of(APPROVED, reversals([APPROVED, BACK])) == "reversed"
    assert state_of(BACK, reversals([APPROVED, BACK])) == "approved"
