"""Evidence counts as long as the block that it names is the newest seen at its height."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from ledger.model.activity import microseconds
from ledger.model.errors import BadInput, SourceUnavailable
from ledger.model.evidence import Answer, BlockRef, Question, RawTransaction, canonical_json
from ledger.model.fund import Fund
from ledger.store import open_store
from tests.ledger.store.cases import run

NETWORK = "eip155:1"
START = datetime(2026, 1, 1, tzinfo=UTC)


def block(number, letter="a"):
    return BlockRef(NETWORK, number, "0x" + letter * 64)


NOTHING = BlockRef(NETWORK, 7, "")


def mined(txid, in_block, **said):
    receipt = {"blockNumber": hex(in_block.number), "blockHash": in_block.hash}
    body = {"transaction": {"hash": txid}, "receipt": receipt, **said}
    return RawTransaction(NETWORK, txid, canonical_json(body))


def keep(store, raw, gone=()):
    with store.transaction("main") as inside:
        inside.blocks.see("main", [raw.block], gone)
        inside.evidence.add("main", [raw])


def test_what_is_seen_again_adds_nothing(store, url):
    assert store.blocks.see("main", [block(7), block(8)]) == ()
    assert store.blocks.see("main", [block(8), block(7), block(7)]) == ()
    assert run(url, "SELECT count(*) FROM block_seen")[0][0] == 2
    assert store.blocks.newest("main", NETWORK, 10) == (block(8), block(7))
    assert store.blocks.newest("main", NETWORK, 1) == (block(8),)
    assert store.blocks.newest("main", "eip155:10", 10) == ()


def test_evidence_of_an_orphaned_block_is_left_out_and_kept(store):
    first, other = mined("0x01", block(7)), mined("0x02", block(6))
    keep(store, first)
    keep(store, other)
    assert store.blocks.see("main", [block(7, "b")], [block(7)]) == (block(7),)
    assert store.blocks.orphaned("main") == (block(7),)
    assert store.evidence.transactions("main") == (other,)
    assert store.evidence.get("main", first.id) == first
    assert store.evidence.concern("main", {block(7), block(5)}) == ("0x01",)
    assert store.evidence.concern("main", set()) == ()


def test_the_same_transaction_in_another_block_stands_there_even_if_it_is_a_lower_one(store):
    high, low = mined("0x01", block(8)), mined("0x01", block(7, "b"))
    keep(store, high)
    with store.transaction("main") as inside:
        inside.blocks.see("main", [low.block, block(8, "b")], [block(8)])
        inside.evidence.add("main", [low])
    assert store.evidence.transactions("main") == (low,)


def test_a_block_that_comes_back_makes_its_evidence_count_again(store):
    raw = mined("0x01", block(7))
    keep(store, raw)
    before = store.fingerprints.of("main")
    store.blocks.see("main", [NOTHING], [block(7)])
    assert store.evidence.transactions("main") == ()
    assert store.fingerprints.of("main") != before
    assert store.blocks.newest("main", NETWORK, 10) == ()
    store.blocks.see("main", [block(7)])
    assert store.evidence.transactions("main") == (raw,)
    assert (store.blocks.orphaned("main"), store.fingerprints.of("main")) == ((), before)


def test_a_new_block_alone_does_not_change_the_fingerprint(store):
    before = store.fingerprints.of("main")
    store.blocks.see("main", [block(7)])
    assert store.fingerprints.of("main") == before


def test_a_block_that_was_not_compared_is_never_taken_back(store):
    store.blocks.see("main", [block(7), block(8)])
    with pytest.raises(SourceUnavailable, match="block 8"):
        store.blocks.see("main", [block(9, "b"), block(8, "b")], [block(7)])
    with pytest.raises(SourceUnavailable, match="block 7"):
        store.blocks.see("main", [block(7, "b")], agreed=7)
    with pytest.raises(SourceUnavailable):
        store.blocks.see("main", [block(9, "a"), block(9, "b")])
    assert store.blocks.newest("main", NETWORK, 10) == (block(8), block(7))
    assert store.blocks.orphaned("main") == ()
    assert store.blocks.see("main", [block(7, "b")], agreed=8) == (block(7),)


def test_marks_evidence_and_cursor_stand_or_fall_together(store):
    raw = mined("0x01", block(7))
    keep(store, raw)
    store.evidence.add("main", [], {"c": "7"})

    def take_back_and_fail():
        with store.transaction("main") as inside:
            inside.blocks.see("main", [block(7, "b")], [block(7)])
            inside.evidence.add("main", [mined("0x02", block(7, "b"))], {"c": "6"})
            inside.evidence.add("main", [RawTransaction("a\0b", "0x03", b"{}")])

    with pytest.raises(BadInput):
        take_back_and_fail()
    assert store.blocks.orphaned("main") == ()
    assert store.evidence.transactions("main") == (raw,)
    assert store.evidence.cursors("main") == {"c": "7"}


def test_what_was_known_before_a_reorganisation_can_be_asked_for(url):
    times = iter(START + timedelta(hours=hour) for hour in range(9))
    with open_store(url, clock=lambda: next(times)) as store:
        store.funds.create(Fund("main"))
        old, new = mined("0x01", block(7)), mined("0x01", block(7, "b"))
        keep(store, old)  # hour 0
        keep(store, new, [block(7)])  # hour 1
        store.blocks.see("main", [block(7)], [block(7, "b")])  # hour 2

        def at(hours):
            return store.evidence.transactions("main", START + timedelta(hours=hours))

        assert (at(-1), at(0), at(1), at(2)) == ((), (old,), (new,), (old,))
        assert at(1.5) == (new,)
        assert store.evidence.transactions("main") == (old,)


def test_balances_of_orphaned_blocks_are_no_answers_and_come_back_with_their_block(store):
    question = Question("balance", "eip155:1:0xab|eip155:1/slip44:60", 7)
    one, other = (
        Answer(question, canonical_json({"block_hash": block(7, c).hash, "quantity": c}), "node")
        for c in "ab"
    )
    store.blocks.see("main", [block(7)])
    store.answers.add("main", [one])
    store.blocks.see("main", [block(7, "b")], [block(7)])
    assert store.answers.all("main") == ()
    store.answers.add("main", [other])
    assert store.answers.all("main") == (other,)
    store.blocks.see("main", [block(7)], [block(7, "b")])
    assert store.answers.all("main") == (one,)


def test_a_block_with_nothing_but_a_balance_concerns_the_books_from_its_time_on(store):
    question = Question("balance", "eip155:1:0xab|eip155:1/slip44:60", 7)
    said = {"block_hash": block(7).hash, "quantity": "1", "time": START.isoformat()}
    store.answers.add("main", [Answer(question, canonical_json(said), "node")])
    store.keeping.advance("main", store.keeping.how_far("main").turn, [], None)
    store.answers.concern("main", {block(6, "c"), block(7, "b")})
    assert store.keeping.how_far("main").dirty_from is None
    store.answers.concern("main", {block(7)})
    assert store.keeping.how_far("main").dirty_from == microseconds(START)


def test_funds_and_networks_have_their_own_blocks(store):
    store.funds.create(Fund("other"))
    store.blocks.see("main", [block(7)])
    store.blocks.see("main", [BlockRef("eip155:10", 7, "0xff")])
    store.blocks.see("other", [block(7, "b")])
    assert store.blocks.orphaned("main") == store.blocks.orphaned("other") == ()
    assert store.blocks.newest("other", NETWORK, 9) == (block(7, "b"),)


@pytest.mark.parametrize("change", ["UPDATE block_seen SET number = 1", "DELETE FROM block_seen"])
def test_what_was_seen_is_never_changed_or_deleted(store, url, change):
    store.blocks.see("main", [block(7)])
    with pytest.raises(DatabaseError, match="never"):
        run(url, change)
    if url.startswith("sqlite"):
        with pytest.raises(DatabaseError, match="never"):
            run(url, "INSERT OR REPLACE INTO block_seen SELECT * FROM block_seen")
    assert store.blocks.newest("main", NETWORK, 9) == (block(7),)


SIGHTS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", "c", ""])), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIGHTS)
def test_the_newest_sight_of_each_height_decides_whatever_came_before(sights):
    """Against a dictionary: only the last sight of a height counts, however often it changed."""
    raws = [mined(f"0x{n}{c}", block(n, c)) for n in range(4) for c in "abc"]
    with open_store("sqlite://") as store:
        store.funds.create(Fund("main"))
        store.evidence.add("main", raws)
        standing, seen = {}, set()
        for number, letter in sights:
            sight = block(number, letter) if letter else BlockRef(NETWORK, number, "")
            store.blocks.see("main", [sight], store.blocks.newest("main", NETWORK, 99))
            standing[number] = sight
            seen.add(sight)
        gone = {s for s in seen if s.hash and standing[s.number] != s}
        assert set(store.blocks.orphaned("main")) == gone
        counted = {raw.txid for raw in store.evidence.transactions("main")}
        assert counted == {raw.txid for raw in raws if raw.block not in gone}
