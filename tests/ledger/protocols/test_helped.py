"""Uniswap v3: fees that a helper collects, puts in again or swaps; what else an exit may become."""

import pytest

from ledger.protocols import _concentrated as v3
from tests.ledger import written
from tests.ledger.moves import asset
from tests.ledger.protocols.test_uniswap_v3 import (
    MINE,
    TICKS,
    emptied,
    events_after,
    held,
    made_first,
    new,
    rewards,
)


def collected(text, more=(), *, caller="operator", manager="Nft", number=7, fees=(10, 0)):
    """The fees of a position are collected to a helper, and nothing is taken out of it."""
    logs = [
        (1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (0, 0, 0)),
        (3, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("helper", *fees)),
        (4, manager, v3.COLLECT, (number,), ("helper", *fees)),
        *more,
    ]
    moved = "; ".join(
        f"pool > helper {fee} {name}" for fee, name in zip(fees, "AB", strict=True) if fee
    )
    return written.transaction(3, f"{moved}; {text}", logs, fee=0, caller=caller, called="helper")


@pytest.mark.parametrize("caller", ["operator", "w"])
@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("helper > w 10 A", {"A": 10}),
        ("helper > w 9 A", {"A": 9}),
        ("helper > p2 10 A; p2 > helper 8 B; helper > w 7 B", {"B": 7}),
        ("helper > p2 10 A; p2 > w 8 B", {"B": 8}),
        ("helper > A 10 A; A > helper 10 ETH; helper > w 9 ETH", {"ETH": 9}),
    ],
)
def test_fees_that_a_helper_collects_alone_are_income_of_what_came(text, came, caller):
    books = made_first(collected(text, caller=caller))
    assert events_after(books) == ["pool_fees"]
    assert rewards(books) == {asset(name): units for name, units in came.items()}
    assert held(books) == {f"{MINE}.7": 50} | {asset(name): n for name, n in came.items()}


@pytest.mark.parametrize("said", [{"manager": "evil"}, {"number": 99}])
def test_what_is_said_to_be_collected_of_another_position_is_no_income(said):
    books = made_first(collected("helper > w 9 A", **said))
    assert events_after(books) == ["receive"]
    assert rewards(books) == {}


def grown(number=7, amounts=(6, 2), manager="Nft", topic=v3.INCREASE):
    """Position `number` grows by 3."""
    words = (3, 3, *amounts, "pool") if topic == v3.ALGEBRA_INCREASE else (3, *amounts)
    return [
        (6, "pool", v3.POOL_MINT, (manager, *TICKS), (manager, 3, *amounts)),
        (7, manager, topic, (number,), words),
    ]


@pytest.mark.parametrize("caller", ["operator", "w"])
def test_fees_that_go_into_their_position_again_are_earned_and_its_cost(caller):
    text = "helper > pool 6 A; helper > pool 2 B; helper > w 1 A"
    books = made_first(collected(text, grown(), caller=caller, fees=(7, 2)))
    assert events_after(books) == ["pool_fees", "pool_deposit"]
    assert held(books) == {f"{MINE}.7": 53, asset("A"): 1}
    earned = {part.rpartition(".")[2]: units for part, units in rewards(books).items()}
    assert sorted(earned.values()) == [1, 2, 6]
    cost = sum(lot.cost for lot in books.booking.open if lot.asset == f"{MINE}.7")
    assert cost == (109 + 8) * 10**18


def strangers(collected_, grown_):
    """Beside it the helper compounds position 9, of somebody else."""
    return [
        (8, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("helper", *collected_)),
        (9, "Nft", v3.COLLECT, (9,), ("helper", *collected_)),
        (10, "pool", v3.POOL_MINT, ("Nft", *TICKS), ("Nft", 8, *grown_)),
        (11, "Nft", v3.INCREASE, (9,), (8, *grown_)),
    ]


@pytest.mark.parametrize("more", [[], strangers((20, 30), (20, 29))])
def test_fees_that_all_go_into_their_position_again_have_their_cost_there(more):
    """Nothing of them moves at the fund: what was earned comes before what is put in."""
    text = "helper > pool 6 A; helper > pool 2 B"
    books = made_first(collected(text, [*grown(), *more], fees=(6, 2)))
    assert events_after(books) == ["pool_fees", "pool_deposit"]
    assert held(books) == {f"{MINE}.7": 53}
    cost = sum(lot.cost for lot in books.booking.open if lot.asset == f"{MINE}.7")
    assert cost == (109 + 8) * 10**18
    assert not [one for one in books.problems if "/tx:0x03" in (one.source or "")]


def test_what_may_have_gone_into_a_strangers_position_is_not_told_apart():
    text = "helper > pool 6 A; helper > pool 2 B"
    more = [*grown(), *strangers((20, 30), (21, 29))]
    books = made_first(collected(text, more, fees=(6, 2)))
    assert events_after(books) == []


def test_what_the_fund_pays_for_a_position_beside_its_fees_is_booked_once():
    logs = [
        (1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (0, 0, 0)),
        (3, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("Nft", 10, 2)),
        (4, "Nft", v3.COLLECT, (7,), ("Nft", 10, 2)),
        *grown(8),
    ]
    text = """pool > Nft 10 A; pool > Nft 2 B; Nft > w 10 A; Nft > w 2 B
        w > pool 6 A; w > pool 2 B; zero > w 1 Nft#8"""
    more = written.transaction(2, "w > y 1 R; y > w 50 A; y > w 50 B", fee=0)
    one = written.transaction(3, text, logs, fee=0, called="Nft")
    books = made_first(more, one)
    assert held(books) == {
        f"{MINE}.7": 50,
        f"{MINE}.8": 3,
        asset("A"): 50 + 10 - 6,
        asset("B"): 50 + 2 - 2,
    }


def test_an_algebra_manager_makes_positions_of_others_too():
    text, _ = new(amounts=(90, 9))
    logs = [
        (6, "pool", v3.POOL_MINT, ("Nft", 300, 400), ("Nft", 40, 90, 9)),
        (7, "Nft", v3.ALGEBRA_INCREASE, (8,), (40, 40, 90, 9, "pool")),
    ]
    books = made_first(emptied(f"{text}; helper > w 20 A", logs))
    assert events_after(books) == ["pool_withdraw", "pool_deposit"]
    assert held(books) == {f"{MINE}.8": 40, asset("A"): 20}


@pytest.mark.parametrize("told", [True, False])
def test_what_became_a_position_that_is_not_known_is_no_loss(told):
    """Another manager's position, or a title of whatever else, may be all that was taken out."""
    logs = [
        (6, "pool", v3.POOL_MINT, ("Other", 300, 400), ("Other", 40, 90, 9)),
        (7, "Other", v3.INCREASE, (8,), (40, 90, 9)),
    ]
    text = "helper > pool 90 A; helper > pool 9 B; zero > w 1 Other#8; helper > w 20 A"
    books = made_first(emptied(text, logs if told else ()))
    assert held(books)[f"{MINE}.7"] == 50
    assert {posting.account.path for entry in books.entries for posting in entry.postings} & {
        "income:trading",
        "expense:lost",
    } == set()


@pytest.mark.parametrize(
    ("text", "came"),
    [
        # who traded with the helper pays the fund itself; a vault makes its shares for it
        ("helper > p2 9 B; p2 > w 8 A; helper > w 110 A", {"A": 118}),
        ("helper > S 110 A; zero > w 100 S; helper > w 9 B", {"S": 100, "B": 9}),
    ],
)
def test_what_others_give_for_what_was_taken_out_is_part_of_it(text, came):
    books = made_first(emptied(text))
    assert events_after(books) == ["pool_withdraw"]
    assert held(books) == {asset(name): units for name, units in came.items()}


@pytest.mark.parametrize("caller", ["operator", "w"])
def test_what_waits_in_a_position_is_collected_by_a_helper_later(caller):
    out = [
        (1, "pool", v3.POOL_BURN, ("Nft", *TICKS), (50, 100, 9)),
        (2, "Nft", v3.DECREASE, (7,), (50, 100, 9)),
    ]
    then = [
        (3, "pool", v3.POOL_COLLECT, ("Nft", *TICKS), ("helper", 110, 9)),
        (4, "Nft", v3.COLLECT, (7,), ("helper", 110, 9)),
    ]
    text = "pool > helper 110 A; pool > helper 9 B; helper > w 105 A; helper > w 8 B"
    said = {"fee": 0, "caller": caller, "called": "helper"}
    books = made_first(
        written.transaction(3, "", out, **said), written.transaction(4, text, then, **said)
    )
    assert (events_after(books), events_after(books, 4)) == (["pool_withdraw"], ["pool_withdraw"])
    assert held(books) == {asset("A"): 105, asset("B"): 8}
    assert rewards(books) == {asset("A"): 10}
