"""A walk without a strategy that lost more than it had is no walk, unless it is asked for."""

from dataclasses import replace
from datetime import date, timedelta

from api.allocating import Bounds, Days, Wanted, known_of, walked
from api.own_capital import Capital
from api.wiring import readers
from ledger.books import History, keep_books
from ledger.model.fund import Policy
from risk.model import ReturnSeries
from risk.own_capital import OwnCapital


def test_a_walk_without_who_was_ruined_is_no_walk_unless_it_is_asked_for():
    """Which strategy would fail was not known beforehand."""
    days = tuple(date(2026, 1, 5) + timedelta(days=at) for at in range(120))
    kept = OwnCapital("kept", 5.0, ReturnSeries("kept", days, (0.01, -0.005) * (120 // 2)))
    lost = ReturnSeries("lost", days, (*(0.02, -0.01) * (120 // 2 - 1), 0.02, -1.2))
    ruined = OwnCapital("lost", 0.0, lost)
    owes = replace(kept, name="owes", value=-1.0, barred="it owes more than it holds")
    asked = replace(ruined, barred="left alone, as asked")
    assert [one.ruined for one in (kept, ruined, owes, asked)] == [False, True, True, False]
    books = keep_books(History(()), Policy("USD"), readers())
    for others, names in (([ruined, owes], "lost, owes"), ([asked], "")):
        known = known_of(books, Capital((kept, *others), nav=5.0))
        found = walked(known, ["equal", "hrp"], Days(30, 10), Bounds(), Wanted())
        assert (found.reason == "") == (names == "")
        assert names in found.reason
