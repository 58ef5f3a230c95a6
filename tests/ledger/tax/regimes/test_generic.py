"""A regime without terms."""

from ledger.tax.regimes import generic
from tests.ledger.tax.kept import on, year

OLD = on("2000-01-01", "asset:w ETH 10 acquire = 100", "old")


def test_nothing_is_ever_long():
    sale = on("2024-01-01", "asset:w ETH -10 dispose = -300", "sale")
    assert [line.term for line in year(OLD, sale, regime="generic").lines] == ["short"]


def test_a_year_is_a_calendar_year_of_utc():
    last = on("2024-12-31T23:59:00", "asset:w ETH -1 dispose = -30", "last")
    assert len(year(OLD, last, regime="generic").lines) == 1
    assert not year(OLD, last, regime="generic", number=2025).lines


def test_it_reckons_in_any_currency_and_leaves_the_choice_of_lots_to_the_fund():
    assert (generic.RULES.currency, generic.RULES.own_choices) == ("", True)
    euro = on("2024-02-01", "asset:w EUR 5 acquire = 6\nasset:w USD -6 dispose = -6", "euro")
    back = on("2024-03-01", "asset:w EUR -5 dispose = -7\nasset:w USD 7 acquire = 7", "back")
    assert year(euro, back, regime="generic").short == 1, "foreign currency counts"
