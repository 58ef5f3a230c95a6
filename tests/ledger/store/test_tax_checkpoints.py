"""Parts of tax assessments beside the checkpoints of books, and what a journal is asked for."""

from dataclasses import replace

import pytest

from ledger.model.asset import AssetId
from ledger.model.entry import Account, Posting
from ledger.model.fund import Fund
from ledger.store import BooksDigest, reading
from tests.ledger.store.cases import entry

ONE, OTHER = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)


def test_parts_come_back_as_they_were_put_down(store):
    kept = store.tax_checkpoints
    kept.put("main", ONE, {"1:said": b"x" * 900, "1:state": b"", "index": b"one"})
    kept.put("main", OTHER, {"1:said": b"other", "index": b"two"})
    assert kept.parts("main", ONE, ["1:said", "1:state", "2:said"]) == {
        "1:said": b"x" * 900, "1:state": b"",
    }  # fmt: skip
    kept.put("main", ONE, {"2:said": b"new", "index": b"three"}, gone=["1:said"])
    found = kept.parts("main", ONE, ["1:said", "1:state", "2:said", "index"])
    assert found == {"1:state": b"", "2:said": b"new", "index": b"three"}
    assert kept.questions("main", "index") == (ONE, OTHER)
    kept.forget("main", ONE)
    assert kept.questions("main", "index") == (OTHER,)
    assert kept.parts("main", OTHER, ["1:said"]) == {"1:said": b"other"}


def test_parts_are_those_of_their_fund(store):
    store.funds.create(Fund("other"))
    store.tax_checkpoints.put("main", ONE, {"index": b"one"})
    assert store.tax_checkpoints.parts("other", ONE, ["index"]) == {}
    store.tax_checkpoints.forget("other", ONE)
    assert store.tax_checkpoints.questions("main", "index") == (ONE,)


def test_keeping_the_books_leaves_them(store):
    store.tax_checkpoints.put("main", ONE, {"index": b"one"})
    store.keeping.put_parts("main", {"program": b"p"})
    store.keeping.prune("main", [], 0)
    assert store.tax_checkpoints.parts("main", ONE, ["index"]) == {"index": b"one"}
    assert store.keeping.moments("main") == ()
    assert store.keeping.parts("main", "") == {"program": b"p"}


def test_what_came_after_a_number_is_told_with_what_it_takes_back(store):
    kept = store.tax_checkpoints
    assert kept.sealed("main") == (0, 0, "")
    written = [entry(f"tx:{number}#0", after=number) for number in range(5)]
    store.journal.append("main", written)
    before = kept.sealed("main")
    assert before[:2] == (5, 1)
    assert kept.link("main", 1) == before.link
    assert kept.link("main", 2) is None
    again = replace(written[1], note="again")
    store.journal.append("main", [again])
    found = kept.changes("main", before.number, 10)
    assert found is not None
    assert [(number, one.reverses, taken) for number, one, taken in found] == [
        (6, "tx:1#0", 2),
        (7, None, None),
    ]
    assert found[1][1] == again
    assert kept.changes("main", before.number, 1) is None
    assert kept.changes("main", 7, 10) == []
    assert kept.sealed("main").number == 7


def test_entries_are_read_by_number_and_in_turn(store):
    written = [entry(f"tx:{number:02}#0", after=(7 * number) % 11) for number in range(11)]
    store.journal.append("main", written)
    store.journal.append("main", [replace(written[4], note="again")])
    kept = store.tax_checkpoints
    arrived = store.journal.all_entries("main")
    assert dict(kept.numbered("main", [3, 5])) == {3: arrived[2], 5: arrived[4]}
    ordered = list(kept.in_turn("main"))
    assert tuple(one for _, one in ordered) == store.journal.live_entries("main")
    assert dict(kept.numbered("main", [number for number, _ in ordered])) == dict(ordered)
    digest = BooksDigest()
    for hash_ in kept.hashes("main"):
        digest.add(hash_)
    assert digest.hexdigest() == store.journal.digest("main")


def test_entries_that_may_join_assets_are_told(store):
    wallet, debt = Account("asset", "w"), Account("liability", "w")
    plain, moved, wrapped, borrowed, split = (
        entry(f"tx:{number}#0", after=number) for number in range(5)
    )
    one = plain.postings[0].asset
    two = AssetId(f"{one}2")
    other = Account("trading", "trading")
    moved = replace(moved, postings=(Posting(wallet, one, 5, "move"), Posting(other, one, -5)))
    wrapped = replace(
        wrapped,
        postings=(
            Posting(wallet, one, -5, "move"), Posting(other, one, 5),
            Posting(wallet, two, 5, "move"), Posting(other, two, -5),
        ),
    )  # fmt: skip
    borrowed = replace(borrowed, postings=(Posting(wallet, one, 5), Posting(debt, one, -5)))
    split = replace(split, kind="migrate")
    store.journal.append("main", [plain, moved, wrapped, borrowed, split])
    kept = store.tax_checkpoints
    assert list(kept.linking("main", moves=False)) == [wrapped, borrowed, split]
    assert list(kept.linking("main", moves=True)) == [moved, wrapped, borrowed, split]
    counts = kept.counts("main")
    assert counts[two] == 2
    assert sum(counts.values()) == sum(
        len(each.postings) for each in (plain, moved, wrapped, borrowed, split)
    )
