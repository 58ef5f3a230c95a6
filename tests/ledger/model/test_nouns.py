"""Activities, events, evidence, funds, lots, positions and problems: what they refuse and say."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ledger.model.activity import Activity, Fee, Transfer, iso, microseconds
from ledger.model.asset import native
from ledger.model.event import EVENT_KINDS, Event, Leg
from ledger.model.evidence import (
    Answer,
    Question,
    RawTransaction,
    StatementLine,
    canonical_json,
    content_id,
)
from ledger.model.fund import Fund, StrategyRule, Wallet, WalletId, network_of_wallet, wallet_id
from ledger.model.lot import Disposal
from ledger.model.position import Break, StrategyResult
from ledger.model.problem import PROBLEM_CODES, Problem
from ledger.model.tax import TaxYear

TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
ETH = native("eip155:1")
A = WalletId("eip155:1:0xaa")


# ---- activities


def test_times_are_whole_microseconds_in_utc():
    later = TIME + timedelta(microseconds=1)
    assert microseconds(later) - microseconds(TIME) == 1
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1_000_000
    assert iso(later.astimezone(timezone(timedelta(hours=5)))) == "2026-01-31T12:00:00.000001Z"


@pytest.mark.parametrize("quantity", [0, -1, 1.0, True])
def test_a_transfer_moves_whole_units(quantity):
    with pytest.raises(AssertionError):
        Transfer(0, ETH, quantity, "a", "b", "log")


def test_the_parts_of_a_fee_sum_to_it():
    assert Fee("a", ETH, 5, (("execution", 3), ("l1", 2))).quantity == 5
    with pytest.raises(AssertionError):
        Fee("a", ETH, 5, (("execution", 3),))
    with pytest.raises(AssertionError):
        Fee("a", ETH, -1)


def test_an_activity_knows_its_place_in_the_books():
    activity = Activity("id", "eip155:1", "0x", TIME, (), block=7, index=3)
    assert activity.order == (microseconds(TIME), "eip155:1", 7, 3, "id")


# ---- events


def test_the_kinds_of_events_are_a_closed_set():
    assert len(EVENT_KINDS) == 48
    with pytest.raises(AssertionError):
        Event("e", "purchase", TIME, (0, "", 0, 0, ""), "eip155:1", "0x", ())


@pytest.mark.parametrize("quantity", [0, 1.0, True])
def test_a_leg_moves_whole_units(quantity):
    with pytest.raises(AssertionError):
        Leg(A, ETH, quantity)


def test_an_event_claims_the_transfers_of_its_legs():
    legs = (Leg(A, ETH, 1, claim=("a", 0)), Leg(A, ETH, 2))
    event = Event("e", "swap", TIME, (0, "", 0, 0, ""), "eip155:1", "0x", ("a",), legs)
    assert event.claims == (("a", 0),)


# ---- evidence


def test_the_ids_of_evidence_never_change():
    assert (
        content_id(b"a", b"bc")
        == "3fafa1cf2f19a7c1129beb20cf0983f73a489a221fc0dd2f16d1be292d089205"
    )
    assert (
        RawTransaction("eip155:1", "0x01", b"{}").id
        == "25a33e17a4f2114d01b79388a5db66ca8c4ecdc7bbe4b678a60c2f4684f0c4f0"
    )
    assert (
        StatementLine("kraken", "ledgers", (("time", "1"),)).id
        == "a62ec7811d0161e66c9104ce3528cdde59c13b34e094b95faf3b01e233288108"
    )
    assert (
        Answer(Question("token", "x", 7), b"null").id
        == "21a7b5748f451e2c747bbf4a527198885277b395cc4a8910e8731b77c1ddaab7"
    )


def test_parts_that_join_to_the_same_bytes_have_other_ids():
    assert content_id(b"a", b"bc") != content_id(b"ab", b"c") != content_id(b"abc")


def test_equal_values_give_equal_bytes():
    assert (
        canonical_json({"b": 1, "a": "é"})
        == canonical_json({"a": "é", "b": 1})
        == ('{"a":"é","b":1}'.encode())
    )


def test_where_a_line_was_read_is_no_part_of_its_identity():
    first = StatementLine("kraken", "ledgers", (("time", "1"),), file="a.csv", line=2)
    again = StatementLine("kraken", "ledgers", (("time", "1"),), file="b.csv", line=9)
    second = StatementLine("kraken", "ledgers", (("time", "1"),), occurrence=2)
    assert first == again and first.id == again.id
    assert second.id != first.id


def test_answers_are_json_values():
    assert RawTransaction("eip155:1", "0x", b'{"calls":null}').answers() == {"calls": None}
    assert Answer(Question("balance", "x"), b'"5"').value() == "5"


# ---- funds


def test_ownership_has_a_first_moment_and_ends_before_its_last():
    wallet = Wallet("eip155:1", "0xaa", "bot", owned_from=TIME, owned_until=TIME + timedelta(1))
    owned = [wallet.owned_at(TIME + timedelta(hours=hours)) for hours in (-1, 0, 23, 24)]
    assert owned == [False, True, True, False]
    assert Wallet("eip155:1", "0xaa", "bot").owned_at(TIME)


def test_a_wallet_id_leads_back_to_its_network():
    wallet = Wallet("venue:kraken", "main", "kraken")
    assert wallet.id == wallet_id("venue:kraken", "main") == "venue:kraken:main"
    assert network_of_wallet(wallet.id) == "venue:kraken"
    assert network_of_wallet(A) == "eip155:1"


def test_a_fund_gives_the_policy_of_its_books():
    rules = (StrategyRule("s"),)
    policy = Fund("main", "EUR", method="hifo", scope="fund", strategy_rules=rules).policy
    assert (policy.base_currency, policy.method, policy.scope) == ("EUR", "hifo", "fund")
    assert policy.strategy_rules == rules


# ---- results and faults


def disposal(proceeds, cost):
    return Disposal("d", "e", ETH, A, 1, "l", TIME, TIME, (0, "", 0, 0, ""), proceeds, cost, "swap")


def test_a_gain_is_unknown_where_proceeds_or_cost_are():
    assert disposal(5, 3).gain == 2
    assert disposal(None, 3).gain is None
    assert disposal(5, None).gain is None


def test_the_net_of_a_strategy_is_what_its_costs_leave():
    result = StrategyResult("s", 100, 10, -5, gas=1, tips=2, failed=3, fees=4, trades=1, wins=1)
    assert result.net == 95


def test_a_break_is_what_was_seen_less_what_is_booked():
    assert Break(A, ETH, 7, 5, None, "").difference == -2


def test_a_problem_has_a_known_code():
    assert Problem(next(iter(PROBLEM_CODES)), "m").source == ""
    with pytest.raises(AssertionError):
        Problem("oops", "m")


def test_a_year_without_faults_says_so():
    assert (
        TaxYear("us", 2026, "fifo", "USD", (), (), short=0, long=0, income_total=0).problems == ()
    )


def test_nouns_cannot_be_changed():
    leg = Leg(A, ETH, 1)
    with pytest.raises(FrozenInstanceError):
        leg.quantity = 2  # type: ignore[misc]
