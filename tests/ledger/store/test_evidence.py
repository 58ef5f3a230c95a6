"""Evidence is kept verbatim and once; cursors move with it or not at all (P5, P6)."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import BadInput
from ledger.model.evidence import EvidenceId, RawTransaction, canonical_json
from ledger.model.fund import Fund
from tests.ledger.store.cases import line, run


def transaction(txid: str = "0x01", **said: object) -> RawTransaction:
    return RawTransaction("eip155:1", txid, canonical_json({"receipt": None, **said}))


def test_evidence_comes_back_verbatim(store):
    raw, row = transaction(receipt={"blockNumber": "0x10", "é": "\\ \n\t"}), line(1)
    assert store.evidence.add("main", [raw, row]) == (raw.id, row.id)
    assert store.evidence.transactions("main") == (raw,)
    (found,) = store.evidence.statements("main")
    assert (found, found.id, found.file, found.line) == (row, row.id, "file.csv", 2)
    assert store.evidence.get("main", raw.id) == raw
    assert store.evidence.get("main", row.id) == row
    assert store.evidence.get("main", EvidenceId("0" * 64)) is None


def test_the_same_evidence_again_adds_nothing(store):
    store.evidence.add("main", [line(1), line(2), line(2)])
    assert store.evidence.add("main", [line(2), line(3)]) == (line(3).id,)
    assert len(store.evidence.statements("main")) == 3


def test_equal_rows_are_kept_as_often_as_one_file_has_them_at_most(store):
    two = [line(1, occurrence) for occurrence in (1, 2)]
    three = [line(1, occurrence) for occurrence in (1, 2, 3)]
    store.evidence.add("main", two)
    assert store.evidence.add("main", three) == (three[2].id,)
    assert store.evidence.add("main", two) == ()
    assert {row.occurrence for row in store.evidence.statements("main")} == {1, 2, 3}


def test_where_a_row_was_read_is_no_part_of_it(store):
    store.evidence.add("main", [line(1)])
    assert store.evidence.add("main", [replace(line(1), file="other.csv", line=9)]) == ()
    assert store.evidence.unknown("main", [line(1).id, line(2).id]) == (line(2).id,)


@pytest.mark.parametrize("backwards", [False, True])
def test_of_several_answers_about_a_transaction_the_fullest_stands(store, backwards):
    mined = {"blockNumber": "0x10"}
    plain, traced = transaction(receipt=mined), transaction(receipt=mined, calls={"to": "0x"})
    proven = transaction(receipt=mined, calls={"to": "0x"}, state_diff={"pre": {}})
    given = [plain, proven, traced, transaction("0x02")]
    store.evidence.add("main", given[::-1] if backwards else given)
    assert store.evidence.transactions("main") == (proven, transaction("0x02"))
    assert store.evidence.get("main", plain.id) == plain


@pytest.mark.parametrize("backwards", [False, True])
def test_a_transaction_mined_again_stands_in_the_later_block(store, backwards):
    orphaned = transaction(receipt={"blockNumber": "0xff"}, calls={"to": "0x"})
    later = transaction(receipt={"blockNumber": "0x100"})
    given = [orphaned, later]
    store.evidence.add("main", given[::-1] if backwards else given)
    assert store.evidence.transactions("main") == (later,)


def test_a_cursor_moves_with_its_rows(store):
    store.evidence.add("main", [line(1)], {"eip155:1": "100"})
    store.evidence.add("main", [], {"eip155:1": "200", "eip155:10": "7"})
    assert store.evidence.cursors("main") == {"eip155:1": "200", "eip155:10": "7"}


def test_a_cursor_does_not_move_without_its_rows(store):
    bad = replace(line(2), owner="a\0b")
    with pytest.raises(BadInput):
        store.evidence.add("main", [line(1), bad], {"eip155:1": "100"})
    assert store.evidence.cursors("main") == {}
    assert store.evidence.statements("main") == ()


def test_funds_keep_their_own_evidence(store):
    store.funds.create(Fund("other"))
    store.evidence.add("main", [line(1)], {"a": "1"})
    assert store.evidence.statements("other") == ()
    assert store.evidence.cursors("other") == {}
    assert store.evidence.add("other", [line(1)]) == (line(1).id,)


def test_many_rows_are_found_again(store):
    rows = [line(number) for number in range(2_500)]
    assert len(store.evidence.add("main", rows)) == 2_500
    assert store.evidence.add("main", rows[::-1]) == ()


@pytest.mark.parametrize("change", ["UPDATE evidence SET line = 1", "DELETE FROM evidence"])
def test_evidence_is_never_changed_or_deleted(store, url, change):
    store.evidence.add("main", [line(1)])
    with pytest.raises(DatabaseError, match="never"):
        run(url, change)
    assert store.evidence.statements("main") == (line(1),)
