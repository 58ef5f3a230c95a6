"""What an order of the record is for, and what is held against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger.model.asset import AssetId
from ledger.model.filing import ORDER, FiledYear
from ledger.model.fund import WalletId
from ledger.model.tax import TaxLine, TaxYear
from ledger.tax.history.settings import StandingOrder, settings_of
from ledger.tax.orders import (
    RecordedOrder,
    body_of,
    in_time_from,
    late_year,
    of_record,
    order_of,
    standing,
    unlike,
)
from ledger.tax.terms import Calendar
from tests.ledger.tax.asked import REGIMES

US = REGIMES["us"]
SINCE = datetime(2025, 1, 1, tzinfo=UTC)


def at(month: int, year: int = 2025) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def recorded(method: str, when: datetime, wallet: str | None = None) -> RecordedOrder:
    return RecordedOrder(method, wallet, "Ann", when, "d")


def asked(method: str = "fifo", **words: object):
    return settings_of(method, words, US)


def differs(settings, *orders: RecordedOrder) -> bool:
    calendar = Calendar(settings, US.year_starts)
    return unlike(settings, of_record(settings, orders, SINCE), SINCE, calendar)


def test_an_order_is_read_back_as_it_was_recorded():
    filed = FiledYear(ORDER, 2025, "Ann", "", "", body_of("hifo", "w"), "", "1", at(3), "")
    assert order_of(filed) == RecordedOrder("hifo", "w", "Ann", at(3), filed.digest)
    assert order_of(replace(filed, body=body_of("lofo", None))).wallet is None


def test_one_regime_asks_for_a_time_and_the_others_for_none():
    assert {name for name, rules in REGIMES.items() if in_time_from(rules)} == {"us"}
    assert in_time_from(US) == SINCE.date()


def test_an_order_for_all_wallets_replaces_those_of_single_ones():
    orders = [recorded("hifo", at(2), "one"), recorded("lifo", at(3)), recorded("fifo", at(4))]
    assert standing(orders[:1]) == (StandingOrder(at(2), "one", "hifo"),)
    assert standing(orders) == (
        StandingOrder(at(2), "one", "hifo"),
        StandingOrder(at(3), None, "lifo"),
        StandingOrder(at(3), "one", "lifo"),
        StandingOrder(at(4), None, "fifo"),
        StandingOrder(at(4), "one", "fifo"),
    )
    again = standing([*orders, recorded("hifo", at(5), "one")])
    assert again[-1] == StandingOrder(at(5), "one", "hifo"), "and is replaced in its turn"


@pytest.mark.parametrize("method", ["fifo", "specific"])
def test_the_oldest_go_where_nothing_was_ordered(method):
    assert not differs(asked(method))
    assert differs(asked(method), recorded("hifo", at(3)))


@pytest.mark.parametrize("method", ["lifo", "hifo", "lofo", "average"])
def test_another_method_is_held_against_the_record_until_it_was_ordered(method):
    assert differs(asked(method))
    assert differs(asked(method), recorded("hifo", at(3)))


def test_a_method_that_was_ordered_before_the_first_day_is_that_of_the_record():
    assert not differs(asked("hifo"), recorded("hifo", at(6, 2024)))
    assert differs(asked("hifo"), recorded("hifo", at(6, 2024)), recorded("fifo", at(6)))
    assert differs(asked("hifo"), recorded("hifo", at(6, 2024), "one")), "of one wallet alone"


def test_what_is_typed_counts_where_it_says_what_was_recorded():
    typed = [{"at": at(3).isoformat(), "method": "hifo"}]
    dated_back = [{"at": at(2).isoformat(), "method": "hifo"}]
    assert not differs(asked(standing_orders=typed), recorded("hifo", at(3)))
    assert differs(asked(standing_orders=dated_back), recorded("hifo", at(3)))
    assert differs(asked(method_by_wallet={"one": "lifo"}))
    assert not differs(asked(method_by_wallet={"one": "lifo"}), recorded("lifo", SINCE, "one"))
    assert differs(asked(method_by_year={"2026": "hifo"}))
    assert not differs(asked(method_by_year={"2024": "hifo", "2025": "fifo"}))


def test_which_cost_is_the_highest_is_not_chosen_afterwards():
    keyed = asked(hifo_key="unit_cost")
    assert not differs(keyed), "nothing goes by what it cost"
    by_orders = keyed._replace(standing=standing([recorded("hifo", SINCE)]))
    assert differs(by_orders, recorded("hifo", SINCE))
    plain = asked()._replace(standing=standing([recorded("hifo", SINCE)]))
    assert not differs(plain, recorded("hifo", SINCE))


def test_years_before_keep_the_methods_of_the_question():
    words = {"standing_orders": [{"at": "2023-01-01", "method": "lifo", "wallet": "one"}]}
    settings = of_record(asked("hifo", **words), [recorded("lofo", at(3), "two")], SINCE)
    assert settings.method == "hifo"
    before = datetime(2023, 1, 1, tzinfo=UTC)
    assert settings.standing == (
        StandingOrder(before, "one", "lifo"),
        StandingOrder(SINCE, None, "fifo"),
        StandingOrder(SINCE, "one", "fifo"),
        StandingOrder(SINCE, "two", "fifo"),
        StandingOrder(at(3), "two", "lofo"),
    )


def test_lots_that_are_named_with_another_time_are_others():
    """The lots are those of the record, and the time at which they were named is not."""
    named = {"s": {"lots": ["a"], "at": at(3).isoformat()}}
    settings = asked(identification=named)
    later = of_record(settings, [], SINCE)._replace(identified_at={"s": at(3) + timedelta(1)})
    calendar = Calendar(settings, US.year_starts)
    assert unlike(settings, later, SINCE, calendar)
    assert not unlike(settings, of_record(settings, [], SINCE), SINCE, calendar)


#: What a unit of each lot gains.
GAINS = {"a": 7, "b": 5}


def one_year(*lots: str) -> TaxYear:
    """A sale of one unit from each lot."""
    lines = tuple(
        TaxLine(
            AssetId("symbol:X"), 1, None, at(3), 9, 9 - GAINS[lot], 0, GAINS[lot], "short", "lot",
            WalletId("w"), lot, f"s{number}",
        )
        for number, lot in enumerate(lots)
    )  # fmt: skip
    short = sum(line.gain or 0 for line in lines)
    return TaxYear("us", 2025, "fifo", "USD", lines, (), short, 0, 0)


def test_a_year_of_the_same_lots_is_in_time():
    assert late_year(one_year("a", "b"), one_year("a", "b")) is None
    found = late_year(one_year(*"bbbb"), one_year(*"abaa"))
    assert found is not None
    assert (found.code, found.source) == ("late_identification", "s0")
    assert found.message.startswith("3 disposals (s0, s2, s3) take lots"), "the second is the same"
    assert "short 0.00000000000000002, long 0; by what" in found.message
    assert "short 0.000000000000000026, long 0." in found.message
    many = late_year(one_year(*"bbbb"), one_year(*"aaaa"))
    assert many is not None and "4 disposals (s0, s1, s2 …)" in many.message
