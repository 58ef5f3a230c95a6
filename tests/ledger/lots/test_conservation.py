"""Random histories: nothing is lost, order of input is nothing, and a slow exact fold agrees."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cmp_to_key
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.lots.booking import book
from ledger.model.activity import microseconds
from ledger.model.fund import LotMethod, Policy
from tests.ledger.notation import entry

PLACES = ("a", "b", "c")
SORTED = ("fifo", "lifo", "hifo", "lofo")
METHODS = get_args(LotMethod)

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


def text_of(what, place, other, quantity, value):
    if what == "acquire":
        return f"asset:{place} ETH {quantity} acquire = {value}"
    if what == "dispose":
        return f"asset:{place} ETH -{quantity} dispose = -{value}"
    return f"asset:{place} ETH -{quantity} move\nasset:{other} ETH {quantity} move"


def journal(history):
    """Entries of the steps that balances allow; a step that would overdraw is left out."""
    balances: Counter[str] = Counter()
    entries, done = [], []
    for number, (what, place, other, quantity, value) in enumerate(history):
        if what == "acquire":
            balances[place] += quantity
        elif balances[place] < quantity or (what == "transfer" and place == other):
            continue
        else:
            balances[place] -= quantity
            balances[other] += quantity if what == "transfer" else 0
        entries.append(entry(number, text_of(what, place, other, quantity, value)))
        done.append((number, what, place, other, quantity, value))
    return entries, done, +balances


def first(lots, method):
    """The lot that goes first, by looking at all of them."""

    def dearer(one, two):
        unit = two["cost"] * one["quantity"] - one["cost"] * two["quantity"]
        return unit or one["age"] - two["age"]

    def cheaper(one, two):
        unit = one["cost"] * two["quantity"] - two["cost"] * one["quantity"]
        return unit or one["age"] - two["age"]

    if method in {"hifo", "lofo"}:
        return min(lots, key=cmp_to_key(dearer if method == "hifo" else cheaper))
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


@settings(max_examples=120, deadline=None)
@given(history=histories)
def test_average_follows_a_bare_moving_average_in_every_place(history):
    entries, done, _ = journal(history)
    booking = book(entries, Policy(method="average"))
    units: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    given_up: Counter[str] = Counter()
    for number, what, place, other, quantity, value in done:
        if what == "acquire":
            units[place] += quantity
            costs[place] += value
            continue
        cost = costs[place] * quantity // units[place]
        units[place] -= quantity
        costs[place] -= cost
        if what == "dispose":
            given_up[f"e{number}"] = cost
        else:
            units[other] += quantity
            costs[other] += cost
    booked: Counter[str] = Counter()
    for one in booking.disposals:
        booked[one.entry] += one.cost or 0
    assert +booked == +given_up
    left: Counter[str] = Counter()
    for lot in booking.open:
        left[lot.wallet] += lot.cost or 0
    assert +left == +costs
    first_in = book(entries, Policy(method="fifo"))
    assert [(d.acquired, d.quantity) for d in booking.disposals] == [
        (d.acquired, d.quantity) for d in first_in.disposals
    ], "units leave with their dates, oldest first"


years = st.lists(
    st.tuples(st.integers(2024, 2027), st.sampled_from(METHODS)),
    max_size=3,
    unique_by=lambda pair: pair[0],
)


@settings(max_examples=100, deadline=None)
@given(history=histories, changes=years, start=st.sampled_from(METHODS))
def test_changes_of_method_lose_nothing(history, changes, start):
    entries, done, balances = journal(history)
    spaced = [
        replace(one, time=one.time + timedelta(days=40 * number))
        for number, one in enumerate(entries)
    ]
    entries = [replace(one, order=(microseconds(one.time), *one.order[1:])) for one in spaced]
    policy = Policy(method=start, method_by_year=tuple(sorted(changes)))
    booking = book(entries, policy)
    held: Counter[str] = Counter()
    for lot in booking.open:
        held[lot.wallet] += lot.quantity
    assert held == balances
    bought = sum(value for _, what, *_, value in done if what == "acquire")
    out = sum(one.cost or 0 for one in booking.disposals)
    assert bought == out + sum(lot.cost or 0 for lot in booking.open)
    before = [one for one in entries if one.time.year < min([year for year, _ in changes] or [9])]
    unchanged = book(before, Policy(method=start)).disposals
    assert booking.disposals[: len(unchanged)] == unchanged


def root_of(lot_id):
    return int(lot_id.partition(":")[0].removeprefix("e"))


@pytest.mark.parametrize("method", SORTED)
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
    assert {problem.code for problem in booking.problems} <= {"ambiguous_lot"}
    assert method in {"strict", "specific"} or not booking.problems
    ids = [lot.id for lot in booking.open]
    assert len(ids) == len(set(ids)), "an id names one lot"


moments = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["eip155:1", "eip155:10", "venue:k"]),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(1, 2),
)


@pytest.mark.parametrize("scope", ["wallet", "fund"])
@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25, deadline=None)
@given(
    history=st.dictionaries(moments, steps, max_size=20),
    seed=st.randoms(use_true_random=False),
)
def test_the_order_of_input_changes_nothing_when_times_are_equal(method, scope, history, seed):
    """Ties are broken by time, network, block, index, id and number in the activity."""
    entries = []
    for moment, (what, place, other, quantity, value) in history.items():
        minute, network, block, index, part = moment
        one = entry(minute, text_of(what, place, other, quantity, value % 7))
        order = (one.order[0], network, block, index, f"{network}/{block}.{index}")
        entries.append(replace(one, id=f"{order[-1]}#{part}", order=order))
    ascending = sorted(entries, key=lambda one: (one.order, one.id))
    shuffled = list(entries)
    seed.shuffle(shuffled)
    policy = Policy(method=method, scope=scope)
    expected = book(ascending, policy)
    assert book(shuffled, policy) == expected
    assert book(reversed(ascending), policy) == expected
    assert list(expected.disposals) == sorted(
        expected.disposals, key=lambda one: (one.order, one.entry)
    )


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
