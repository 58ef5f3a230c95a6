"""Closed time stays as it was booked; what the evidence says of it later is adjusted after it."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.close import settled
from ledger.lots.booking import book
from ledger.model.activity import microseconds
from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting, Role, in_order
from ledger.model.fund import Policy, WalletId
from tests.ledger.notation import entry

FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 3))
FIRST = FEBRUARY + timedelta(microseconds=1)
BUY = "asset:w ETH 2 acquire = 200\ntrading:trading ETH -2 = -200"


def at(month, day=5, hour=0):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def bought(name, units=2, value=200, *, time=None, wallet="w"):
    text = f"asset:{wallet} ETH {units} acquire = {value}\ntrading:trading ETH {-units} = {-value}"
    return entry(1, text, time=time or at(1), name=name)


def sold(name, units=1, value=300, *, time=None):
    text = f"asset:w ETH {-units} dispose = {-value}\ntrading:trading ETH {units} = {value}"
    return entry(1, text, time=time or at(1, 6), name=name)


def moved(name, units, source, target, *, time=None):
    text = f"asset:{source} ETH {-units} move\nasset:{target} ETH {units} move"
    return entry(1, text, time=time or at(1, 6), name=name)


def sums(entries):
    found: defaultdict[tuple[Account, AssetId], int] = defaultdict(int)
    for one in entries:
        for posting in one.postings:
            found[posting.account, posting.asset] += posting.quantity
    return {key: units for key, units in found.items() if units}


def adjusting(wanted, booked, until=FEBRUARY):
    """What settling adds to what is booked and to what is dated later."""
    live = settled(wanted, booked, until)
    later = {one.id for one in wanted if one.time >= until}
    return [one for one in live if one not in booked and one.id not in later]


def lots_of(entries):
    return [
        (lot.wallet, lot.quantity, lot.cost, lot.acquired) for lot in book(entries, Policy()).open
    ]


def test_what_is_as_it_was_booked_is_adjusted_by_nothing():
    wanted = [bought("a"), sold("b"), bought("c", time=at(2))]
    assert settled(wanted, wanted[:2], FEBRUARY) == in_order(wanted)


def test_what_is_new_in_closed_time_is_booked_at_the_begin_of_open_time():
    [one] = adjusting([bought("a"), bought("b", 5, 700)], [bought("a")])
    assert one.id == "adjust:2026-02:b"
    assert one.time == FIRST
    assert one.note == "adjusts:2026-01-05"
    assert one.postings == bought("b", 5, 700).postings
    assert one.evidence == bought("b").evidence


def test_an_adjusting_entry_is_later_than_a_valuation_of_the_end_of_closed_time():
    [one] = adjusting([bought("b")], [])
    assert one.time > FEBRUARY
    assert one.order[0] == microseconds(one.time)


def test_what_vanished_from_closed_time_is_negated_and_stays_booked():
    live = settled([], [bought("a")], FEBRUARY)
    assert live[0] == bought("a")
    assert [p.quantity for p in live[1].postings] == [-2, 2]
    assert [p.value for p in live[1].postings] == [-200, 200]
    assert sums(live) == {}


def test_units_that_were_not_sold_after_all_come_back_at_the_value_they_went_for():
    booked = [bought("a"), sold("b", 1, 300)]
    live = settled([bought("a")], booked, FEBRUARY)
    assert lots_of(live) == [("w", 1, 100, at(1)), ("w", 1, 300, FIRST)]
    before, after = (book(each, Policy()).disposals for each in (booked, live))
    assert before == after, "what was realised in closed time stays realised"


def test_a_changed_entry_is_adjusted_by_the_difference_alone():
    [one] = adjusting([bought("a", 5, 500)], [bought("a", 2, 200)])
    assert [(p.quantity, p.role, p.value) for p in one.postings] == [
        (3, "acquire", 300),
        (-3, "none", -300),
    ]


def test_a_difference_never_has_a_value_of_the_other_sign():
    [one] = adjusting([bought("a", 3, 300)], [bought("a", 2, 320)])
    assert [(p.quantity, p.value) for p in one.postings] == [(1, 100), (-1, -100)]


def test_a_price_alone_or_a_word_alone_adjusts_nothing():
    booked = [bought("a")]
    assert adjusting([bought("a", value=999)], booked) == []
    assert adjusting([replace(bought("a"), note="said otherwise", kind="receive")], booked) == []


def test_an_unknown_value_does_not_become_zero():
    unknown = replace(
        bought("a"), postings=tuple(replace(p, value=None) for p in bought("a").postings)
    )
    [one] = adjusting([bought("a", 3, 300)], [unknown])
    assert [p.value for p in one.postings] == [None, None]


def test_units_in_another_wallet_are_moved_with_date_and_cost():
    booked = [bought("a", 2, 200, wallet="v")]
    wanted = [bought("a", 2, 200, wallet="w")]
    [one] = adjusting(wanted, booked)
    assert {p.role for p in one.postings} == {"move"}
    live = settled(wanted, booked, FEBRUARY)
    assert lots_of(live) == [("w", 2, 200, at(1))]


def test_a_move_to_another_place_stays_a_move():
    first = bought("a", 5, 500, wallet="v")
    booked = [first, moved("m", 5, "v", "x")]
    wanted = [first, moved("m", 5, "v", "w")]
    [one] = adjusting(wanted, booked)
    assert [(p.account.name, p.quantity, p.role) for p in one.postings] == [
        ("w", 5, "move"),
        ("x", -5, "move"),
    ]
    assert lots_of(settled(wanted, booked, FEBRUARY)) == [("w", 5, 500, at(1))]


def test_an_entry_that_is_dated_in_open_time_now_is_not_booked_twice():
    booked, wanted = [bought("a")], [bought("a", time=at(2))]
    assert settled(wanted, booked, FEBRUARY) == tuple(booked)
    [one] = adjusting([bought("a", 3, 300, time=at(2))], booked)
    assert (one.id, one.time, one.postings[0].quantity) == ("adjust:2026-02:a", at(2), 1)


def test_adjusting_entries_stand_in_the_order_of_what_they_adjust():
    chains = [bought("z", time=at(1, 3)), bought("b", time=at(1, 4)), sold("a", time=at(1, 7))]
    orders = [
        (*one.order[:1], network, *one.order[2:])
        for one, network in zip(chains, "zba", strict=True)
    ]
    late = [replace(one, order=order) for one, order in zip(chains, orders, strict=True)]
    assert [one.id[-1] for one in adjusting(late, [])] == ["z", "b", "a"]


def test_what_was_adjusted_in_a_month_that_closed_is_part_of_what_is_booked():
    booked = settled([bought("a"), bought("b")], [bought("a")], FEBRUARY)
    assert adjusting([bought("a"), bought("b")], booked, MARCH) == []
    [one] = adjusting([bought("a"), bought("b", 7, 700)], booked, MARCH)
    assert (one.id, one.postings[0].quantity) == ("adjust:2026-03:b", 5)
    assert one.note == "adjusts:2026-01-05"
    [gone] = adjusting([bought("a")], booked, MARCH)
    assert (gone.id, gone.postings[0].quantity) == ("adjust:2026-03:b", -2)
    assert gone.note == "adjusts:2026-01-05"


def test_a_difference_of_more_than_one_posting_holds_is_split():
    booked, wanted = bought("a", QUANTITY_MAX, 200), sold("a", QUANTITY_MAX, 300)
    live = settled([wanted], [booked], FEBRUARY)
    assert sums(live) == sums([wanted])


# ---- any edits, over several closes

PLACES = [Account("asset", name, WalletId(name)) for name in ("v", "w")]
SIDES = [Account("trading", "conversion"), Account("suspense", "unmatched"), Account("income", "x")]
GAINED: list[Role] = ["acquire", "move"]
LOST: list[Role] = ["dispose", "move"]
ASSETS = [AssetId("symbol:A"), AssetId("symbol:B")]


@st.composite
def entries(draw, name):
    """An entry of one to three balanced pairs of postings, some time of January to May."""
    postings = []
    for _ in range(draw(st.integers(1, 3))):
        asset, units = (
            draw(st.sampled_from(ASSETS)),
            draw(st.sampled_from([1, 2, 10**18, QUANTITY_MAX])),
        )
        value = draw(st.sampled_from([None, 0, 7, 10**18]))
        ends = draw(st.permutations([*PLACES, *SIDES]))[:2]
        for account, sign in zip(ends, (1, -1), strict=True):
            role: Role = "none"
            if account.type in {"asset", "suspense"}:
                role = draw(st.sampled_from(GAINED if sign > 0 else LOST))
            worth = None if value is None else sign * value
            postings.append(Posting(account, asset, sign * units, role, worth))
    time = at(draw(st.integers(1, 5)), draw(st.integers(1, 28)))
    order = (microseconds(time), draw(st.sampled_from(["", "eip155:1"])), 0, 0, name)
    return Entry(name, "swap", time, order, tuple(postings))


@st.composite
def histories(draw):
    """What the evidence says at one time: some of five ids, each with any content."""
    names = draw(st.sets(st.sampled_from("abcde")))
    return [draw(entries(name)) for name in sorted(names)]


@given(st.lists(histories(), min_size=2, max_size=5))
def test_over_any_edits_and_closes_the_sums_are_those_of_the_evidence(told):
    booked: tuple[Entry, ...] = ()
    for month, wanted in enumerate(told, start=2):
        until = at(month, 1)
        live = settled(wanted, booked, until)
        assert set(booked) <= set(live), "what is closed stays"
        assert sums(live) == sums(wanted)
        assert len({one.id for one in live}) == len(live)
        assert not [one for one in live if one.time < until and one not in booked]
        assert settled(wanted, booked, until) == live, "settling twice gives the same"
        assert settled(wanted[::-1], booked[::-1], until) == live, "in any order"
        book(live, Policy())
        # the month from here on closes with what is in force now
        booked = tuple(one for one in live if one.time < at(month + 1, 1))
