"""Moves at the edges: refunds, the base currency, Suspense, unknown bases."""

from ledger.lots.booking import book
from ledger.model.fund import Policy
from tests.ledger.notation import entry

BOUGHT = entry(1, "asset:w ETH 10 acquire = 100", name="old")


def booked(*entries):
    return book(entries, Policy())


def held(lots):
    return [(lot.id, lot.wallet, lot.asset, lot.quantity, lot.cost) for lot in lots]


def test_a_refund_of_what_was_moved_is_netted_first():
    moved = entry(
        2,
        """asset:w ETH -6 move = -90
        asset:w ETH 2 move = 30
        asset:v ETH 4 move = 60""",
    )
    assert held(booked(BOUGHT, moved).open) == [
        ("old:0", "w", "symbol:ETH", 6, 60),
        ("old:0/1", "v", "symbol:ETH", 4, 40),
    ]


def test_base_currency_between_own_places_or_from_nowhere_has_no_lots():
    between = entry(1, "asset:w USD -5 move = -5\nasset:v USD 5 move = 5")
    out = entry(2, "asset:w USD -5 move = -5")
    back = entry(3, "asset:w USD 5 move = 5")
    done = booked(between, out, back)
    assert not done.open and not done.disposals and not done.problems


def test_what_comes_out_of_suspense_without_a_lot_has_one_problem_already():
    found = entry(1, "suspense:unmatched ETH -5 move\nasset:w ETH 5 move")
    done = booked(found)
    assert [(lot.quantity, lot.cost) for lot in done.open] == [(5, None)]
    assert not done.problems


def test_lots_of_unknown_basis_become_a_share_of_unknown_basis():
    gift = entry(1, "asset:w ETH 5 acquire", name="gift")
    share = entry(2, "asset:w ETH -5 move\nasset:w SHARE 2 move")
    assert held(booked(gift, share).open) == [("gift:0", "w", "symbol:SHARE", 2, None)]


def test_a_lot_that_goes_to_two_places_is_split_and_the_last_part_keeps_the_id():
    moved = entry(2, "asset:w ETH -10 move\nasset:v ETH 4 move\nasset:u ETH 6 move")
    assert held(booked(BOUGHT, moved).open) == [
        ("old:0", "u", "symbol:ETH", 6, 60),
        ("old:0/1", "v", "symbol:ETH", 4, 40),
    ]
