"""A fold that is put down and taken up again, at any entry, is as if it had never stopped."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.lots.bookkeeper import Bookkeeper
from ledger.model.evidence import canonical_json
from ledger.model.fund import LotMethod, LotScope, Policy
from ledger.model.lot import Disposal
from tests.ledger.notation import START, entry

METHODS = get_args(LotMethod)
SCOPES = get_args(LotScope)
POSITION = "eip155:1/position:uniswap_v3:0x1.7"

quantities = st.integers(1, 40)
places = st.sampled_from(["asset:a", "asset:b", "transit:bridge", "suspense:unmatched"])
assets = st.sampled_from(["ETH", "BTC", POSITION])
costs = st.sampled_from(["", " = 0", " = 7", " = 100", " = 1_000_003"])
steps = st.tuples(
    st.sampled_from(["acquire", "acquire", "acquire", "dispose", "move", "carry"]),
    places,
    places,
    assets,
    assets,
    quantities,
    quantities,
    costs,
)
histories = st.lists(steps, min_size=1, max_size=25)


def text_of(step):
    """Postings of a step; nothing sees to it that units which leave are there."""
    what, place, other, asset, into, quantity, units, cost = step
    if what == "acquire":
        return f"{place} {asset} {quantity} acquire{cost}"
    if what == "dispose":
        return f"{place} {asset} -{quantity} dispose{cost.replace('= ', '= -')}"
    if what == "move":
        return f"{place} {asset} -{quantity} move\n{other} {asset} {quantity} move"
    return f"{place} {asset} -{quantity} move\n{other} {into} {units} move"


def journal(history):
    """An entry every forty days, so that years pass; three in four have a strategy."""
    return [
        entry(
            number,
            text_of(step),
            time=START + timedelta(days=40 * number),
            strategy=(None, "s1", "s2", "s1")[number % 4],
            name=f"eip155:1/tx:0x{number:x}#{number % 3}",
        )
        for number, step in enumerate(history)
    ]


def stored(state):
    """The state as it comes back from a file."""
    return json.loads(canonical_json(state))


def whole_and_in_parts(entries, policy, cuts):
    """What a fold gives, and what it gives when it is put down before each of the cuts."""
    whole = Bookkeeper(policy)
    for one in entries:
        whole.fold(one)
    part, problems = Bookkeeper(policy), []
    disposals: list[Disposal] = []
    for number, one in enumerate(entries):
        if number in cuts:
            disposals += part.disposals
            problems += part.problems
            part = Bookkeeper.resumed(policy, stored(part.state()))
            assert not part.disposals and not part.problems
        part.fold(one)
    disposals += part.disposals
    problems += part.problems
    return (
        (whole.open_lots(), list(whole.disposals), whole.problems, canonical_json(whole.state())),
        (part.open_lots(), disposals, problems, canonical_json(part.state())),
    )


years = st.lists(
    st.tuples(st.integers(2024, 2026), st.sampled_from(METHODS)),
    max_size=2,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: tuple(sorted(pairs)))


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, deadline=None)
@given(
    history=histories,
    changes=years,
    cuts=st.sets(st.integers(0, 24), min_size=1, max_size=2),
    named=st.booleans(),
)
def test_a_fold_in_parts_gives_what_the_whole_gives(method, scope, history, changes, cuts, named):
    entries = journal(history)
    names = tuple(f"{one.id}:0" for one in reversed(entries)) if named else ()
    chosen = tuple((one.id, names) for one in entries)
    policy = Policy(method=method, scope=scope, method_by_year=changes, identifications=chosen)
    whole, parts = whole_and_in_parts(entries, policy, cuts)
    assert parts == whole


BOUGHT = entry(1, "asset:w ETH 10 acquire = 100", name="old", strategy="snipe")
MOVED = entry(2, "asset:w ETH -4 move\nasset:v ETH 4 move")
SOLD = entry(3, "asset:v ETH -1 dispose = -50")


def kept(*entries, policy=None):
    keeper = Bookkeeper(policy or Policy())
    for one in entries:
        keeper.fold(one)
    return keeper


def test_a_part_split_off_after_the_cut_does_not_get_the_name_of_one_before():
    policy = Policy()
    again = Bookkeeper.resumed(policy, stored(kept(BOUGHT, MOVED, SOLD).state()))
    again.fold(entry(4, "asset:v ETH -3 dispose = -50"))
    again.fold(entry(5, "asset:w ETH -2 move\nasset:u ETH 2 move"))
    assert [lot.id for lot in again.open_lots()] == ["old:0", "old:0/2"]


def test_nothing_is_left_in_a_state_of_what_is_gone():
    gone = entry(2, "asset:z SOL 1 acquire = 1\nasset:z SOL -1 dispose = -1", name="gone")
    keeper = kept(BOUGHT, gone)
    text = canonical_json(keeper.state())
    assert b"SOL" not in text and b"gone" not in text
    assert keeper.state()["ranks"] == 2, "a rank that was given is not given again"


def test_a_state_is_whole_numbers_and_texts_however_large():
    large = 2**256 - 1
    keeper = kept(entry(1, f"asset:w ETH {large} acquire = {large}"))
    assert Bookkeeper.resumed(Policy(), stored(keeper.state())).open_lots() == keeper.open_lots()
    assert keeper.open_lots()[0].quantity == large


def test_a_change_of_method_that_was_made_is_not_made_again_and_a_later_one_is():
    policy = Policy(method_by_year=((2025, "lifo"), (2026, "hifo")))
    early = entry(1, "asset:w ETH 1 acquire = 900", name="early")
    dear = entry(2, "asset:w ETH 1 acquire = 1000", name="dear")
    last = entry(3, "asset:w ETH 3 acquire = 300", name="last")

    def sale(year):
        text = "asset:w ETH -1 dispose = -1"
        return entry(9, text, time=datetime(year, 2, 1, tzinfo=UTC), name=f"sale{year}")

    again = Bookkeeper.resumed(
        policy, stored(kept(early, dear, last, sale(2025), policy=policy).state())
    )
    again.fold(sale(2025))
    again.fold(sale(2026))
    assert [one.lot for one in again.disposals] == ["last:0", "dear:0"]


@pytest.mark.parametrize(
    "other", [Policy(base_currency="EUR"), Policy(scope="fund"), Policy(method="lifo")]
)
def test_a_state_does_not_go_on_under_another_policy(other):
    state = stored(kept(BOUGHT).state())
    with pytest.raises(AssertionError, match="under the policy"):
        Bookkeeper.resumed(other, state)


def test_a_state_of_another_version_is_not_read():
    state = kept(BOUGHT).state()
    state["version"] += 1
    with pytest.raises(AssertionError, match="version"):
        Bookkeeper.resumed(Policy(), state)


def test_taking_up_does_not_change_the_fold_that_was_put_down():
    keeper = kept(BOUGHT)
    before, state = keeper.open_lots(), keeper.state()
    Bookkeeper.resumed(Policy(), state).fold(MOVED)
    assert keeper.open_lots() == before and keeper.state() == state
