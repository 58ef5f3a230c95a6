"""Who of the parts of a fund gave and got what in an entry."""

import pytest

from ledger.nav.crossings import crossing
from tests.ledger.notation import asset_named, entry

ETH, USD = asset_named("ETH"), asset_named("USD")


def by_place(place, asset):
    return place


def found(text):
    return crossing(entry(0, text), by_place)


def moves(text):
    return [(one.units, one.given_by, one.to) for one in found(text).moved]


def answers(text):
    return sorted(
        (one.part, one.other.account.path, one.units, one.worth) for one in found(text).answered
    )


def test_what_one_wallet_gave_and_another_got_moved_between_them():
    assert moves("asset:a ETH -5 move\nasset:b ETH 5 move") == [(5, (("a", 5),), (("b", 5),))]
    assert answers("asset:a ETH -5 move\nasset:b ETH 5 move") == []


def test_what_did_not_arrive_is_answered_by_who_gave():
    text = "asset:a ETH -5 move\nasset:b ETH 4 move\nexpense:service_fee ETH 1"
    assert moves(text) == [(4, (("a", 4),), (("b", 4),))]
    assert answers(text) == [("a", "expense:service_fee", 1, -1)]


def test_a_network_fee_is_answered_by_who_paid_it():
    """The gas of one wallet and the income of another in one asset are no move between them."""
    text = """asset:a ETH -1 dispose
    expense:gas ETH 1
    asset:b ETH 7 acquire
    income:trading ETH -7"""
    assert moves(text) == []
    assert answers(text) == [("a", "expense:gas", 1, -1), ("b", "income:trading", -7, 7)]


def test_the_payer_of_a_fee_is_known_by_its_units_where_another_gave_too():
    text = """asset:a ETH -5 move
    asset:b ETH 5 move
    asset:b ETH -1 dispose
    expense:gas ETH 1"""
    assert moves(text) == [(5, (("a", 5),), (("b", 5),))]
    assert answers(text) == [("b", "expense:gas", 1, -1)]


def test_as_little_as_the_rest_allows_moved():
    """2 left and 7 came, 6 of which are income: 1 moved, and 1 of what left is an expense."""
    text = """asset:a ETH -2 move
    asset:b ETH 7 move
    income:reward ETH -6
    expense:tip ETH 1"""
    assert moves(text) == [(1, (("a", 1),), (("b", 1),))]


def test_several_givers_and_takers_share_in_proportion():
    text = "asset:a ETH -6 move\nasset:b ETH -3 move\nasset:c ETH 9 move"
    assert moves(text) == [(9, (("a", 6), ("b", 3)), (("c", 9),))]


def test_who_owes_less_by_it_got_it():
    assert moves("liability:a ETH -5\nliability:b ETH 5") == [(5, (("b", 5),), (("a", 5),))]
    assert answers("liability:a USD 5\nasset:b ETH 1 acquire") == [
        ("a", "trading:trading", -5, -5),
        ("b", "trading:trading", -1, 1),
    ]


def test_units_in_flight_are_a_place_of_their_own():
    assert moves("asset:a ETH -5 move\ntransit:bridge:x ETH 5 move") == [
        (5, (("a", 5),), (("transit:bridge:x", 5),))
    ]


def test_within_one_part_nothing_moves():
    one = crossing(entry(0, "asset:a ETH -5 move\nasset:b ETH 5 move"), lambda *_: "all")
    assert one.parts == {"all"}
    assert (one.moved, one.answered) == ((), ())


@pytest.mark.parametrize("fee", [0, 1])
def test_all_units_of_all_parts_are_told(fee):
    text = f"""asset:a ETH -10 move
    asset:b ETH {6 - fee} move
    asset:c USD 4 acquire
    {"expense:tip ETH 1" if fee else ""}"""
    told = found(text)
    for part, asset, units in (("a", ETH, -10), ("b", ETH, 6 - fee), ("c", USD, 4)):
        own = sum(o.worth for o in told.answered if (o.part, o.other.asset) == (part, asset))
        for one in told.moved:
            if one.asset == asset:
                own += dict(one.to).get(part, 0) - dict(one.given_by).get(part, 0)
        assert own == units
