"""A checkpoint says what the books were at the end of a month, and finds what differs from it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger.close import (
    checkpoint_digest,
    checkpoints,
    first_difference,
    month_bounds,
    months_between,
)
from ledger.model.asset import AssetId
from ledger.model.errors import BadInput
from ledger.model.fund import Policy
from tests.ledger.notation import entry

MONTHS = ("2026-01", "2026-02", "2026-03")


def at(month, day):
    return datetime(2026, month, day, tzinfo=UTC)


ENTRIES = [
    entry(1, "asset:w ETH 3 acquire = 300", time=at(1, 5), name="a"),
    entry(2, "asset:w ETH -1 dispose = -150", time=at(2, 1), name="b"),
    entry(3, "asset:w ETH 1 acquire = 170", time=at(3, 31), name="c"),
]


def test_a_checkpoint_holds_what_is_dated_before_the_end_of_its_month():
    january, february, march = checkpoints(ENTRIES, Policy(), MONTHS)
    assert [each.entries for each in (january, february, march)] == [1, 2, 3]
    # the first instant of February is not January's
    assert [lot.cost for lot in january.lots] == [300]
    assert [lot.cost for lot in february.lots] == [200]
    assert [(lot.quantity, lot.cost) for lot in march.lots] == [(2, 200), (1, 170)]
    balances = {(account.path, asset): units for account, asset, units in march.balances}
    assert balances["asset:w", AssetId("symbol:ETH")] == 3


def test_a_month_alone_has_the_checkpoint_that_it_has_among_others():
    together = checkpoints(ENTRIES, Policy(), MONTHS)
    for month, one in zip(MONTHS, together, strict=True):
        assert checkpoints(ENTRIES[::-1], Policy(), [month]) == (one,)


def test_the_body_is_canonical_and_the_digest_is_of_it():
    [one] = checkpoints(ENTRIES, Policy(), ["2026-03"])
    assert one.digest == checkpoint_digest(one.body)
    row = json.loads(one.body)
    assert row["lots"][0][4:6] == ["2", "200"]
    assert row["balances"] == sorted(row["balances"])
    assert one.digest == "71dbb13c419b35ee69c44d0ef1d6fa3a779d9e10b05e36cfb4266b15d0acd69a"
    assert one.trial_balance == "d216802f2020390d5184df4753f46ffc5cdae341c3dbca4d1f119c24d62fca04"


def test_the_first_month_that_differs_is_named_with_what_differs():
    stored = {each.month: each.body for each in checkpoints(ENTRIES, Policy(), MONTHS)}
    assert first_difference(stored, ENTRIES) is None
    assert first_difference({}, ENTRIES) is None
    cheaper = entry(2, "asset:w ETH -1 dispose = -149", time=at(2, 1), name="b")
    assert first_difference(stored, [ENTRIES[0], cheaper, ENTRIES[2]]) is None, "same lots"
    dearer = entry(1, "asset:w ETH 3 acquire = 301", time=at(1, 5), name="a")
    assert first_difference(stored, [dearer, *ENTRIES[1:]]) == ("2026-01", "lots")
    assert first_difference(stored, ENTRIES[:2]) == ("2026-03", "balances")
    moved = replace(ENTRIES[1], time=at(1, 31))
    assert first_difference(stored, [ENTRIES[0], moved, ENTRIES[2]]) == ("2026-01", "balances")


def test_lots_are_compared_under_the_policy_of_the_close():
    lifo = Policy(method="lifo", method_by_year=((2027, "fifo"),), identifications=(("b", ("a",)),))
    stored = {each.month: each.body for each in checkpoints(ENTRIES, lifo, MONTHS[:2])}
    stored |= {each.month: each.body for each in checkpoints(ENTRIES, Policy(), MONTHS[2:])}
    assert first_difference(stored, ENTRIES) is None


def test_a_month_has_the_bounds_of_the_calendar():
    assert month_bounds("2026-12") == (at(12, 1), datetime(2027, 1, 1, tzinfo=UTC))
    assert month_bounds("2024-02")[1] == datetime(2024, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-01",
        "2026-01-01",
        "0000-01",
        "9999-12",
        "２０26-01",
        "2026/01",
        "1969-12",
        "abcd-ef",
    ],
)
def test_what_is_no_month_is_bad_input(text):
    with pytest.raises(BadInput):
        month_bounds(text)


def test_months_between_have_no_gap():
    assert months_between(at(11, 30), datetime(2027, 2, 1, tzinfo=UTC)) == (
        "2026-11",
        "2026-12",
        "2027-01",
    )
    assert months_between(at(3, 1), at(3, 1)) == ()
