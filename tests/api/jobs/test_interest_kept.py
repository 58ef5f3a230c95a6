"""Interest that was read and told is kept from day to day as it is when all is kept at once."""

import json
import random
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.desk import Desk
from api.jobs.keep import plan
from ledger.model.fund import Wallet
from ledger.model.position import Observation
from ledger.store import open_store
from tests.api.jobs.kept import FUND, assert_kept_as_whole, close
from tests.api.jobs.mined import NETWORK, Block, mine, mined, seen
from tests.ledger import moves
from tests.ledger.chains.evm import bodies
from tests.ledger.debts import COMET, Debt
from tests.ledger.scaled import Market
from tests.ledger.test_interest_once import interest, units

OWNED = {
    wallet.id: wallet
    for wallet in (Wallet(NETWORK, moves.address(name), name) for name in ("w", "w2"))
}


def block_of(number):
    """A block every other day: what happens stands in several stretches and months."""
    return Block(number, 2 * number)


def raw_of(written):
    """The same transaction as a node tells it."""
    told = json.loads(written.body)
    logs = [
        bodies.transfer_log(
            one.asset.rpartition(":")[2], one.sender, one.recipient, one.quantity, one.log_index
        )
        for one in moves.transfers(told["text"])
    ]
    for place, emitter, topic, indexed, data in told["logs"]:
        one = moves.log(place, emitter, topic, *indexed, data=data)
        logs.append(bodies.log(one.address, *one.topics, data=one.data, index=one.index))
    caller, called = (moves.address(told.get(name, "w")) for name in ("caller", "called"))
    sent = {"from": caller, "to": called, "value": "0x0"}
    logs.sort(key=lambda one: int(one["logIndex"], 16))
    calls = bodies.frame(caller, called, 0)
    return mined(told["block"], block_of(told["block"]), sent, logs, calls=calls)


def block_number(one):
    """The block of a reading or transaction."""
    return one.block if isinstance(one, Observation) else json.loads(one.body)["block"]


def read(desk, one):
    """A reading comes."""
    seen(desk, block_of(one.block), one.quantity, one.asset, OWNED[one.wallet])


def came(desk, *things):
    """Transactions and readings come, and the books are kept."""
    for one in things:
        if isinstance(one, Observation):
            read(desk, one)
        else:
            mine(desk, raw_of(one))
    desk.keep()


def steps(chance, count):
    """What happens in a market, by chance."""
    names = ["supply", "withdraw", "borrow", "repay"]
    for _ in range(count):
        yield chance.choice([
            ("grow", chance.randint(0, 9)),
            ("grow", chance.randint(0, 9)),
            (chance.choice(names), chance.choice(["w", "w2"]), chance.randint(1, 60)),
            ("give", *chance.sample(["w", "w2", "x"], 2), chance.randint(1, 60)),
            ("read", chance.choice(["w", "w2"]), chance.choice(["aA", "dA"])),
            ("read", chance.choice(["w", "w2"]), chance.choice(["aA", "dA"])),
        ])  # fmt: skip


def lived(chance):
    """A market in which a lot happened; both wallets lend and owe something early.

    One may have been given a token before anything told the books that it grows.
    """
    made = Market()
    made.supply("x", 500)
    if chance.random() < 0.5:
        made.give("x", "w2", 30)
        made.grow(2)
        made.read("w2", "aA")
        made.grow(1)
    for who in ("w", "w2"):
        made.supply(who, 50)
        made.borrow(who, 20)
    for name, *said in steps(chance, 25):
        getattr(made, name)(*said)
    return made


@pytest.fixture
def desk():
    with opened() as one:
        yield one


@contextmanager
def opened():
    """A desk with both wallets."""
    with open_store("sqlite://") as store:
        store.funds.create(FUND)
        store.wallets.add(FUND.name, list(OWNED.values()))
        yield Desk(store, FUND)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), stretch=st.sampled_from([1, 4, 20_000]), in_turn=st.booleans())
def test_interest_kept_in_portions_is_that_kept_at_once(monkeypatch, seed, stretch, in_turn):
    monkeypatch.setattr(plan, "STRETCH", stretch)
    chance = random.Random(seed)
    made = lived(chance)
    owing = Debt(COMET, block=made.block)
    for name, *said in [("borrow", 40), *(step for step in DEBT for _ in range(4))]:
        getattr(owing, name)(*said)
    things = [*made.transactions, *made.readings, *owing.transactions, *owing.readings]
    chance.shuffle(things)
    if in_turn:
        things.sort(key=block_number)
    size = len(things) // 5
    with opened() as desk:
        for place in range(0, len(things), size):
            came(desk, *things[place : place + size])
        books = assert_kept_as_whole(desk)
    for token in ("aA", "dA"):
        assert all(told > 0 for _, told in interest(books.entries, token))
    for (who, token, block), (left, _) in made.truth.items():
        assert units([one for one in books.entries if one.order[2] <= block], who, token) == left


DEBT: list[tuple[Any, ...]] = [("grow", 3), ("read",), ("grow", 2), ("repay", 7)]


def test_a_reading_that_comes_late_is_taken_off_what_was_told_after_it(desk):
    made = Market()
    for name, *said in (("supply", "w", 100), ("grow", 3), ("read", "w", "aA"), ("grow", 2)):
        getattr(made, name)(*said)
    made.withdraw("w", 50)
    came(desk, *made.transactions)
    told = interest(desk.books().entries, "aA")
    came(desk, *made.readings)
    assert told == [("lend_withdraw", 5)]
    assert interest(assert_kept_as_whole(desk).entries, "aA") == [
        ("accrual", 3),
        ("lend_withdraw", 2),
    ]


def test_what_was_read_in_a_closed_month_is_taken_off_what_is_told_in_the_open_one(desk):
    made = Market()
    made.supply("w", 100)
    made.grow(3)
    made.read("w", "aA")
    for _ in range(20):
        made.grow(1)
    came(desk, *made.transactions, *made.readings)
    close(desk, "2024-01")
    made.withdraw("w", 50)
    came(desk, made.transactions[-1])
    (first, *_) = made.readings
    kept = desk.store.journal.live_entries(FUND.name)
    assert interest(kept, "aA") == [("accrual", first.quantity - 100), ("lend_withdraw", 20)]
    assert units(kept, "w", "aA") == made.account("w", "aA").units


@pytest.mark.parametrize("stretch", [1, 20_000])
def test_a_token_that_is_learnt_to_grow_has_grown_since_then_however_its_time_is_cut(
    desk, monkeypatch, stretch
):
    monkeypatch.setattr(plan, "STRETCH", stretch)
    made = Market()
    made.supply("x", 500)
    made.give("x", "w", 100)
    made.grow(3)
    made.read("w", "aA")
    came(desk, *made.transactions, *made.readings)
    made.grow(2)
    made.supply("w", 50)
    made.grow(4)
    made.read("w", "aA")
    came(desk, made.transactions[-1], made.readings[-1])
    grown = interest(assert_kept_as_whole(desk).entries, "aA")
    assert [kind for kind, _ in grown] == ["lend_deposit", "accrual"]
    assert sum(units for _, units in grown) == made.account("w", "aA").grown
