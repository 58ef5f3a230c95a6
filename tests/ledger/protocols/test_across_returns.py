"""Across: deposits that nobody filled and that come back, and what strangers say of them."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.link import link
from ledger.model.asset import Asset
from ledger.nav.positions import positions
from ledger.protocols import _across_pools, across
from tests.ledger import test_link, written
from tests.ledger.moves import START, activity, asset, log, only
from tests.ledger.protocols.registry import PROTOCOLS
from tests.ledger.protocols.test_across import (
    BASE,
    MAIN,
    POOL,
    USD,
    accounts,
    books_of,
    earned,
    gave,
    paid_back,
)

DEADLINE = int((START + timedelta(minutes=3)).timestamp())


def deposited(number, units, pool=POOL, recipient="w", deadline=DEADLINE):
    """The wallet deposits dollars of Ethereum for Base, under its number."""
    data = ["U1", "U2", units, units - 1, 1, deadline, 3, recipient, "zero", 320, 0]
    told = (5, pool, across.FUNDS_DEPOSITED, (8453, number, "w"), data)
    return written.transaction(number, f"w > {pool} {units} U1", [told], MAIN, called=pool, fee=0)


def bought(number, units):
    return written.transaction(number, f"w > y 1 Z; y > w {units} U1", (), MAIN, fee=0)


def lots_of_main(books):
    lots = [lot for lot in books.booking.open if lot.asset == USD[MAIN]]
    return sorted(((lot.quantity, lot.acquired, lot.cost) for lot in lots), key=lambda lot: lot[1])


def on_its_way(books):
    sums = Counter[str]()
    for entry in books.entries:
        for posting in entry.postings:
            if posting.account.path.startswith(("transit:", "suspense:")):
                sums[posting.account.path] += posting.quantity
    return {path: units for path, units in sums.items() if units}


@pytest.mark.parametrize("recipient", ["w", "x"])
def test_a_deposit_that_nobody_filled_comes_back_with_its_date_and_cost(recipient):
    books = books_of(bought(1, 100), deposited(2, 100, recipient=recipient), paid_back(5, 100))
    untouched = books_of(bought(1, 100))
    assert lots_of_main(books) == lots_of_main(untouched)
    assert lots_of_main(books)[0][1] == START + timedelta(minutes=1)
    assert on_its_way(books) == {} and earned(books) == []
    assert not {"in_flight", "unmatched_transfer"} & {problem.code for problem in books.problems}
    (came,) = [entry for entry in books.entries if entry.order[2] == 5]
    assert came.kind == "bridge_in"


@pytest.mark.parametrize(
    ("sent", "came"),
    [
        (deposited(2, 100, deadline=DEADLINE + 3600), paid_back(5, 100)),
        (deposited(2, 100, deadline=DEADLINE - 15 * 24 * 3600), paid_back(5, 100)),
        (deposited(2, 100, pool="spoke"), paid_back(5, 100)),
        (deposited(2, 100), paid_back(5, 99)),
        (deposited(2, 100), paid_back(5, 101)),
    ],
)
def test_what_is_no_return_of_a_deposit_leaves_it_open(sent, came):
    books = books_of(bought(1, 100), sent, came)
    codes = {problem.code for problem in books.problems}
    assert {"in_flight", "unmatched_transfer"} <= codes
    assert "suspense:unmatched" in accounts(books, 5) and earned(books) == []


def test_a_deposit_comes_back_once_and_not_after_it_arrived():
    twice = books_of(bought(1, 100), deposited(2, 100), paid_back(5, 100), paid_back(6, 100))
    assert "suspense:unmatched" in accounts(twice, 6)
    books = books_of(bought(1, 100), deposited(2, 100), reached(3), paid_back(5, 100))
    assert "suspense:unmatched" in accounts(books, 5) and earned(books) == []


def reached(number, pool=_across_pools.POOLS[BASE], token="U2"):
    """A fill of the deposit of 100 under number 2."""
    data = ["U1", token, 100, 99, 1, DEADLINE, 3, "zero", "w", "w", 0, "w", 0, 99, 0]
    told = (5, pool, across.FILLED_RELAY, (1, 2, "x"), data)
    text = f"x > w 99 {token}"
    return written.transaction(number, text, [told], BASE, caller="x", called=pool, fee=0)


@pytest.mark.parametrize("token", ["Worthless", "U2"])
def test_a_stranger_who_says_that_a_deposit_arrived_does_not_keep_it_from_coming_back(token):
    forged = reached(3, pool="evil", token=token)
    books = books_of(bought(1, 100), deposited(2, 100), forged, paid_back(5, 100))
    assert lots_of_main(books) == lots_of_main(books_of(bought(1, 100)))
    assert not {path for path in on_its_way(books) if path.startswith("transit:")}
    (came,) = [entry for entry in books.entries if entry.order[2] == 5]
    assert came.kind == "bridge_in"
    assert earned(books) == []


def test_a_stranger_does_not_end_a_transfer_whose_pools_are_known_with_what_he_pays():
    books = books_of(bought(1, 100), deposited(2, 100), reached(3, pool="evil"))
    assert "in_flight" in {problem.code for problem in books.problems}
    books = books_of(bought(1, 100), deposited(2, 100), reached(3))
    assert not {"in_flight", "unmatched_transfer"} & {problem.code for problem in books.problems}


#: What a pool of the route says of the 100 U that it got for 7 R.
ON_THE_ROUTE = {
    "sent": log(
        4,
        "hop",
        across.FUNDS_DEPOSITED,
        42161,
        17,
        "w",
        data=["U", "U2", 100, 99, 1, 2, 3, "w", "zero", 320, 0],
    ),
    "filled": log(
        4,
        "hop",
        across.FILLED_RELAY,
        10,
        77,
        "w",
        data=["U1", "U", 100, 100, 1, 2, 3, "zero", "x", "x", 0, "x", 0, 100, 0],
    ),
}


@pytest.mark.parametrize("told", ON_THE_ROUTE)
def test_who_is_no_pool_of_the_bridge_cuts_no_trade(told):
    text = "w > router 100 U; router > hop 100 U; pool > w 7 R"
    known = {token: Asset(token, "USD", 6) for token in (asset("U"),)}
    assert only(activity(text, logs=[ON_THE_ROUTE[told]]), PROTOCOLS, assets=known).kind == "swap"
    # alone it is what it says, and nobody owes it
    alone = only(activity("w > hop 100 U", logs=[ON_THE_ROUTE[told]]), PROTOCOLS, assets=known)
    assert alone.protocol == "across" and len(alone.legs) == 1


def test_a_relayer_who_gets_a_deposit_back_keeps_his_fills_open():
    books = books_of(
        bought(1, 100), deposited(2, 100), gave(4, 99), paid_back(5, 100), paid_back(6, 101)
    )
    assert earned(books) == [(6, 2)]
    assert on_its_way(books) == {}
    assert not [one for one in positions(books.entries) if "/position:" in one.asset]


def test_deposits_that_come_back_in_one_transaction_end_each_once():
    """The pool executes several leaves at once: the second one ends no deposit of the first."""
    leaf = json.loads(paid_back(5, 100).body)["logs"][0]
    logs = [[place, *leaf[1:]] for place in (4, 8)]
    text = f"{POOL} > w 100 U1@3; {POOL} > w 100 U1@7"
    both = written.transaction(20, text, logs, MAIN, caller="x", called=POOL, fee=0)
    late = DEADLINE + 7 * 60
    sent = [deposited(number, 100, deadline=late) for number in (2, 3)]
    books = books_of(bought(1, 200), *sent, both)
    assert on_its_way(books) == {} and earned(books) == []
    assert not {"in_flight", "unmatched_transfer"} & {problem.code for problem in books.problems}
    three = books_of(bought(1, 100), *sent[:1], both)
    assert "suspense:unmatched" in accounts(three, 20) and earned(three) == []


def test_a_sum_that_may_have_a_deposit_beside_fills_is_no_income():
    books = books_of(bought(1, 100), deposited(2, 100), gave(4, 99), paid_back(5, 200))
    assert earned(books) == []
    assert "suspense:unmatched" in accounts(books, 5)
    (owed,) = [one for one in positions(books.entries) if "/position:" in one.asset]
    assert owed.quantity == 99
    # no more than what is owed for fills is for fills
    books = books_of(bought(1, 50), deposited(2, 50), gave(4, 99), paid_back(5, 60))
    assert "suspense:unmatched" not in accounts(books, 5) and earned(books) == []


def test_coin_that_was_deposited_comes_back_as_its_token_with_its_lots():
    coin = written.transaction(1, "w > y 1 Z; y > w 100 ETH", (), MAIN, fee=0)
    data = ["U1", "U2", 100, 99, 1, DEADLINE, 3, "w", "zero", 320, 0]
    told = (5, POOL, across.FUNDS_DEPOSITED, (8453, 2, "w"), data)
    text = f"w > {POOL} 100 ETH; {POOL} > U1 100 ETH"
    sent = written.transaction(2, text, [told], MAIN, called=POOL, fee=0)
    books = books_of(coin, sent, paid_back(5, 100))
    ((units, acquired, _),) = lots_of_main(books)
    assert (units, acquired) == (100, START + timedelta(minutes=1))
    assert not [lot for lot in books.booking.open if lot.asset.endswith("slip44:60")]
    assert not {path for path in on_its_way(books) if path.startswith("suspense:")}
    assert not {"in_flight", "unmatched_transfer"} & {problem.code for problem in books.problems}


def refunds(*units, came, more=()):
    """Deposits of so many units each, and one sum that comes back."""
    late = DEADLINE + 7 * 60
    sent = [deposited(2 + place, each, deadline=late) for place, each in enumerate(units)]
    return books_of(bought(1, sum(units)), *sent, *more, paid_back(20, came))


def test_deposits_that_come_back_in_one_sum_end_each_with_its_date_and_cost():
    books = refunds(100, 70, 30, came=130)
    # 100 and 30: the one of 70 is still on its way
    assert on_its_way(books) == {"transit:bridge:bridge:1:3": 70}
    assert sum(units for units, *_ in lots_of_main(books)) == 130 + 70
    assert {acquired for _, acquired, _ in lots_of_main(books)} == {START + timedelta(minutes=1)}
    assert earned(books) == []
    codes = [problem.code for problem in books.problems]
    assert codes.count("in_flight") == 1 and "unmatched_transfer" not in codes
    (came,) = [entry for entry in books.entries if entry.order[2] == 20]
    assert came.kind == "bridge_in" and "also:1:4" in came.note


@pytest.mark.parametrize(
    ("units", "came"),
    [
        ((100, 70, 30, 60), 130),  # 100 and 30, or 70 and 60
        ((100, 70, 30), 131),
        ((100, 70, 30), 99),
    ],
)
def test_a_sum_that_several_sets_of_deposits_make_is_not_told_apart(units, came):
    books = refunds(*units, came=came)
    assert sum(units_ for path, units_ in on_its_way(books).items() if "transit" in path) == sum(
        units
    )
    assert "suspense:unmatched" in accounts(books, 20) and earned(books) == []


def test_a_sum_of_several_is_none_where_a_relayer_waits_for_fills():
    books = refunds(100, 70, came=170, more=[gave(7, 99)])
    assert "suspense:unmatched" in accounts(books, 20) and earned(books) == []


def test_what_came_back_together_does_not_come_back_again():
    books = refunds(100, 70, came=170)
    again = books_of(
        bought(1, 170),
        *(deposited(2 + place, each, deadline=DEADLINE) for place, each in enumerate((100, 70))),
        paid_back(20, 170),
        paid_back(21, 170),
        paid_back(22, 70),
    )
    assert on_its_way(books) == {}
    assert "suspense:unmatched" in accounts(again, 21)
    assert "suspense:unmatched" in accounts(again, 22)
    assert not {path for path in on_its_way(again) if path.startswith("transit:")}


def test_what_came_back_with_others_is_under_way_no_more_where_those_are_not_at_hand():
    """Books are kept in stretches: the other deposit may stand in one of long ago."""
    out, then = test_link.events(test_link.sent(16), test_link.sent(17))
    came = replace(
        then,
        id="back",
        kind="bridge_in",
        note="message:1:16 also:1:17 returned:expired",
        order=(then.order[0] + 1, *then.order[1:]),
    )
    for sent in ((then,), (out, then)):
        linked = link((*sent, came), test_link.OWNED)
        assert (linked.in_flight, linked.problems) == ((), ())
    alone = link((out, then), test_link.OWNED)
    assert len(alone.in_flight) == 2
