"""An assessment as text and back, and what differs between what was filed and what is."""

from dataclasses import replace
from typing import Any

from ledger.tax.filed import body_of, difference, used_again, year_of
from tests.ledger.tax.kept import on, year

OLD = on("2023-01-01", "asset:w ETH 10 acquire = 100", "old")
NEW = on("2024-06-01", "asset:w ETH 10 acquire = 200", "new")
SALE = on("2024-07-01", "asset:w ETH -10 dispose = -400", "sale")
REWARD = on("2024-08-01", "asset:w ETH 1 acquire = 30\nincome:staking ETH -1 none = -30", "reward")
LATE = on("2024-06-15", "asset:w ETH -4 dispose = -100", "late")
NEXT = on("2025-02-01", "asset:w ETH -10 dispose = -500", "next")


def shown(change) -> Any:
    """The line of a change: as it is now, or as it was."""
    return change.after or change.before


def test_a_year_comes_back_from_its_text_as_it_was():
    found = year(OLD, NEW, SALE, REWARD, on("2024-09-01", "asset:w COIN -1 dispose", "odd"))
    assert found.problems and found.income and found.lines
    assert year_of(body_of(found)) == found
    assert body_of(year_of(body_of(found))) == body_of(found)


def test_the_same_books_have_no_difference():
    found = year(OLD, NEW, SALE, REWARD)
    same = difference(year_of(body_of(found)), found)
    assert not same.any
    assert (same.lines, same.income, same.settings) == ((), (), ())


def test_a_late_trade_shows_what_came_what_changed_and_every_total():
    filed, now = year(OLD, NEW, SALE), year(OLD, NEW, LATE, SALE)
    found = difference(filed, now)
    assert found.any
    assert [(one.what, shown(one).source, shown(one).lot) for one in found.lines] == [
        ("came", "late", "old:0"),
        ("changed", "sale", "old:0"),
        ("came", "sale", "new:0"),
    ]
    [changed] = [one for one in found.lines if one.what == "changed"]
    assert changed.before is not None
    assert (changed.before.quantity, shown(changed).quantity) == (10, 6)
    totals = {name: (before, after) for name, before, after in found.totals}
    assert (totals["long"], totals["short"]) == ((300, 240), (0, 80))
    assert totals["income_total"] == (0, 0)


def test_a_trade_that_is_gone_is_a_line_that_went():
    found = difference(year(OLD, NEW, LATE, SALE), year(OLD, NEW, SALE))
    assert {(one.what, shown(one).source) for one in found.lines if one.what == "went"} == {
        ("went", "late"),
        ("went", "sale"),
    }


def test_late_income_is_a_difference_too():
    found = difference(year(OLD, SALE), year(OLD, SALE, REWARD))
    assert [(one.what, shown(one).value) for one in found.income] == [("came", 30)]
    assert ("income_total", 0, 30) in found.totals


def test_another_version_of_rules_or_a_new_setting_is_no_difference_by_itself():
    found = year(OLD, SALE)
    lines = tuple(replace(line, version="us 2030 abcd") for line in found.lines)
    now = replace(found, lines=lines, settings=(("new", "word"),))
    assert not difference(found, now).any
    settings = difference(replace(found, settings=(("new", "other"),)), now).settings
    assert settings == (("new", "other", "word"),)


def test_units_that_a_filed_year_took_and_a_later_one_takes_again_are_named():
    # as filed the sale took the old lot; now an identification says that it was the new one
    filed = year(OLD, NEW, SALE)
    now = year(OLD, NEW, SALE, method="lifo")
    later = year(OLD, NEW, SALE, NEXT, method="lifo", number=2025)
    assert used_again(filed, now, later) == (("old:0", 10),)
    assert used_again(filed, filed, year(OLD, NEW, SALE, NEXT, number=2025)) == ()


def test_only_what_was_filed_beyond_what_is_taken_now_is_used_again():
    part = on("2024-07-01", "asset:w ETH -4 dispose = -200", "sale")
    filed = year(OLD, part)
    later = year(OLD, part, on("2025-02-01", "asset:w ETH -6 dispose = -300", "next"), number=2025)
    assert used_again(filed, filed, later) == ()
    [line] = filed.lines
    fewer = replace(filed, lines=(replace(line, quantity=1),))
    assert used_again(filed, fewer, later) == (("old:0", 3),)


def test_lines_that_differ_while_every_total_is_the_same_are_a_difference():
    found = year(OLD, SALE)
    assert difference(found, replace(found, lines=())).any


def test_a_problem_that_came_since_is_a_difference_and_one_that_was_filed_is_none():
    lost = on(
        "2024-08-01", "asset:w ETH -1 move\nsuspense:unmatched ETH 1 move", "lost", kind="send"
    )
    before, after = year(OLD, SALE), year(OLD, SALE, lost)
    assert before.lines == after.lines, "units that left to nobody known are no line"
    found = difference(before, after)
    assert found.any and {one.source for one in found.problems} == {"lost"}
    assert not difference(after, after).any
    reworded = replace(after, problems=tuple(replace(p, message="in other words") for p in
                                             after.problems))  # fmt: skip
    assert not difference(after, reworded).any, "words of another version of the program"
