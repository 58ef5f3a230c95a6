"""Random histories: nothing is lost, order of input is nothing, and a slow exact fold agrees."""

from collections import Counter
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.lots.booking import book
from ledger.model.fund import Policy
from tests.ledger.notation import entry

PLACES = ("a", "b", "c")
METHODS = ("fifo", "lifo", "hifo")

quantities = st.integers(1, 60)
values = st.integers(0, 10**6)
places = st.sampled_from(PLACES)
steps = st.one_of(
    st.tuples(st.just("acquire"), places, places, quantities, values),
    st.tuples(st.just("acquire"), places, places, quantities, values),
    st.tuples(st.just("dispose"), places, places, quantities, values),
    st.tuples(st.just("transfer"), places, places, quantities, values),
)
histories = st.lists(steps, max_size=40)


def journal(history):
    """Entries of the steps that balances allow; a step that would overdraw is left out."""
    balances: Counter[str] = Counter()
    entries, done = [], []
    for number, (what, place, other, quantity, value) in enumerate(history):
        if what == "acquire":
            text = f"asset:{place} ETH {quantity} acquire = {value}"
            balances[place] += quantity
        elif balances[place] < quantity or (what == "transfer" and place == other):
            continue
        elif what == "dispose":
            text = f"asset:{place} ETH -{quantity} dispose = -{value}"
            balances[place] -= quantity
        else:
            text = f"""asset:{place} ETH -{quantity} move
                asset:{other} ETH {quantity} move"""
            balances[place] -= quantity
            balances[other] += quantity
        entries.append(entry(number, text))
        done.append((number, what, place, other, quantity, value))
    return entries, done, +balances


def first(lots, method):
    """The lot that goes first, by looking at all of them."""

    def dearer(one, two):
        unit = two["cost"] * one["quantity"] - one["cost"] * two["quantity"]
        return unit or one["age"] - two["age"]

    if method == "hifo":
        return min(lots, key=cmp_to_key(dearer))
    return min(lots, key=lambda lot: lot["age"] if method == "fifo" else -lot["age"])


def slow_fold(done, method):
    """Disposals (entry, acquisition, quantity, cost) of a list-based fold, wallet by wallet."""
    lots: list[dict[str, Any]] = []
    disposals: list[tuple[str, int, int, int]] = []
    parts: Counter[int] = Counter()
    for number, what, place, other, wanted, value in done:
        quantity = wanted
        if what == "acquire":
            lots.append(
                {"root": number, "age": number * 10**6, "place": place}
                | {"quantity": quantity, "cost": value}
            )
            continue
        arrived = []
        while quantity:
            lot = first([lot for lot in lots if lot["place"] == place], method)
            taken = min(quantity, lot["quantity"])
            cost = lot["cost"] * taken // lot["quantity"]
            whole = taken == lot["quantity"]
            lot["quantity"] -= taken
            lot["cost"] -= cost
            quantity -= taken
            if whole:
                lots.remove(lot)
            if what == "dispose":
                disposals.append((f"e{number}", lot["root"], taken, cost))
                continue
            age = lot["age"]
            if not whole:
                parts[lot["root"]] += 1
                age = lot["root"] * 10**6 + parts[lot["root"]]
            arrived.append(lot | {"quantity": taken, "cost": cost, "age": age, "place": other})
        lots += arrived
    left = sorted((lot["place"], lot["root"], lot["quantity"], lot["cost"]) for lot in lots)
    return disposals, left


def root_of(lot_id):
    return int(lot_id.partition(":")[0].removeprefix("e"))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=120, deadline=None)
@given(history=histories)
def test_a_slow_exact_fold_agrees(method, history):
    entries, done, _ = journal(history)
    booking = book(entries, Policy(method=method))
    disposals, left = slow_fold(done, method)
    assert [
        (one.entry, root_of(one.lot), one.quantity, one.cost) for one in booking.disposals
    ] == disposals
    assert (
        sorted((lot.wallet, root_of(lot.id), lot.quantity, lot.cost) for lot in booking.open)
        == left
    )


@pytest.mark.parametrize("scope", ["wallet", "fund"])
@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(history=histories)
def test_units_and_costs_are_conserved(method, scope, history):
    entries, done, balances = journal(history)
    booking = book(entries, Policy(method=method, scope=scope))
    held: Counter[str] = Counter()
    for lot in booking.open:
        held[lot.wallet] += lot.quantity
    assert held == balances
    bought = sum(value for _, what, *_, value in done if what == "acquire")
    given_up = sum(one.cost or 0 for one in booking.disposals)
    assert bought == given_up + sum(lot.cost or 0 for lot in booking.open)
    sold = sum(value for _, what, *_, value in done if what == "dispose")
    assert sold == sum(one.proceeds or 0 for one in booking.disposals)
    assert not booking.problems
    ids = [lot.id for lot in booking.open]
    assert len(ids) == len(set(ids)), "an id names one lot"


@pytest.mark.parametrize("scope", ["wallet", "fund"])
@settings(max_examples=40, deadline=None)
@given(history=histories, seed=st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing(scope, history, seed):
    entries, _, _ = journal(history)
    shuffled = list(entries)
    seed.shuffle(shuffled)
    policy = Policy(method="hifo", scope=scope)
    assert book(shuffled, policy) == book(entries, policy)


POSITION = "eip155:1/position:uniswap_v3:0x1.7"


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=80, deadline=None)
@given(
    lots=st.lists(st.tuples(quantities, values), min_size=1, max_size=5),
    liquidity=st.integers(1, 10**6),
    parts=st.lists(st.integers(0, 10**6), max_size=4),
)
def test_a_position_gives_back_cost_in_proportion_and_ends_at_nothing(
    method, lots, liquidity, parts
):
    """In proportion as far as whole units of liquidity can be split among the lots."""
    entries, left = [], liquidity
    for number, (quantity, value) in enumerate(lots):
        entries.append(entry(number, f"asset:w X {quantity} acquire = {value}"))
    put_in = sum(quantity for quantity, _ in lots)
    cost = sum(value for _, value in lots)
    entries.append(entry(50, f"asset:w X -{put_in} move\nasset:w {POSITION} {liquidity} move"))
    for number, part in enumerate(parts, start=60):
        size = min(part, left - 1)
        if size > 0:
            text = f"asset:w {POSITION} -{size} move\nasset:w S {size} move"
            entries.append(entry(number, text))
            left -= size
    booking = book(entries, Policy(method=method))
    still = [lot for lot in booking.open if lot.asset == POSITION]
    assert sum(lot.quantity for lot in still) == left
    expected = cost * left // liquidity
    slack = (1 + max(values for _, values in lots)) * (len(parts) + 1) * len(lots)
    assert abs(sum(lot.cost or 0 for lot in still) - expected) <= slack
    entries.append(entry(99, f"asset:w {POSITION} -{left} move\nasset:w S {left} move"))
    booking = book(entries, Policy(method=method))
    assert {lot.asset for lot in booking.open} == {"symbol:S"}
    assert sum(lot.quantity for lot in booking.open) == liquidity
    assert sum(lot.cost or 0 for lot in booking.open) == cost
    assert not booking.problems


shares = st.lists(st.tuples(st.sampled_from(["S", "T", "U"]), quantities), min_size=1, max_size=3)


@settings(max_examples=120, deadline=None)
@given(
    lots=st.lists(
        st.tuples(st.sampled_from(["X", "Y"]), quantities, values), min_size=1, max_size=6
    ),
    came=shares.map(dict),
    worth=st.booleans(),
)
def test_a_transformation_conserves_units_and_costs(lots, came, worth):
    entries = []
    totals: Counter[str] = Counter()
    for number, (asset, quantity, value) in enumerate(lots):
        entries.append(entry(number, f"asset:w {asset} {quantity} acquire = {value}"))
        totals[asset] += quantity
    price = " = {}{}" if worth else ""
    leaving = [f"asset:w {a} -{q} move" + price.format("-", q * 7) for a, q in totals.items()]
    coming = [f"asset:w {a} {q} move" + price.format("", q * 3) for a, q in came.items()]
    entries.append(entry(99, "\n".join(leaving + coming)))
    booking = book(entries, Policy())
    held: Counter[str] = Counter()
    for lot in booking.open:
        held[lot.asset.partition(":")[2]] += lot.quantity
    assert held == Counter(came)
    assert sum(lot.cost or 0 for lot in booking.open) == sum(value for *_, value in lots)
    assert not booking.disposals and not booking.problems
    ids = [lot.id for lot in booking.open]
    assert len(ids) == len(set(ids))
