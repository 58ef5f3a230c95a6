"""Each batch is sealed with a link to those before it, in the transaction that writes it (P4)."""

import hashlib
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from ledger.model.errors import VerificationFailed
from ledger.model.fund import Fund
from ledger.store import Head, open_store
from ledger.store.seals import NO_LINK, hashed_leaf, leaf_of, merkle_root, seal_of
from tests.ledger.store.cases import HARD, LATER, entry, run, transfer

#: leaves and roots of the trees that the implementations of RFC 6962 are tested with
TREE = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_root_is_that_of_rfc_6962():
    leaves = [hashed_leaf(bytes.fromhex(data)) for data in TREE]
    for size, root in enumerate(ROOTS, 1):
        assert merkle_root(leaves[:size]).hex() == root


def split_root(leaves):
    """The tree hash as RFC 6962 words it: cut at the largest power of two below the size."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = split_root(leaves[:cut]), split_root(leaves[cut:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=70))
def test_the_root_of_any_size_is_that_of_the_recursive_definition(data):
    leaves = [hashed_leaf(each) for each in data]
    assert merkle_root(leaves) == split_root(leaves)


def test_leaves_and_links_have_frozen_values():
    leaves = [leaf_of(1, 1, None, "a" * 64), leaf_of(2, 3, 1, "b" * 64)]
    assert leaves[0].hex() == "e22760323c31ee9eb45fdc6251c857fd9e9bc49faa1df9aada739e845280ff53"
    assert leaves[1].hex() == "a1d5ea4e52e959a2da6c0b61982f9fdd3eb36432f2d7b8be97bb8d27357e0d4c"
    seal = seal_of("main", (1, 1, 2, 1_700_000_000_000_000), NO_LINK, leaves)
    assert seal.root == "b587afb29bb07c6ebe36660ca3f16d3eb80bea330eb04a76410aa3d813301677"
    assert seal.link == "27e629fbb0e577c5d10552c1dee8f60ffedb9e5e2ae211dbba5c326abee14b3f"


def test_a_link_covers_every_part_of_its_batch():
    leaves = [leaf_of(1, 1, None, "a" * 64)]
    numbers = (1, 1, 1, 7)
    links = {seal_of("main", numbers, NO_LINK, leaves).link}
    links.add(seal_of("other", numbers, NO_LINK, leaves).link)
    links.add(seal_of("main", numbers, "1" * 64, leaves).link)
    links.add(seal_of("main", numbers, NO_LINK, leaves * 2).link)
    for moved in ((2, 1, 1, 7), (1, 2, 1, 7), (1, 1, 2, 7), (1, 1, 1, 8)):
        links.add(seal_of("main", moved, NO_LINK, leaves).link)
    assert len(links) == 8


def test_a_leaf_covers_the_place_of_its_entry():
    content = "a" * 64
    leaves = {leaf_of(1, 1, None, content), leaf_of(2, 1, None, content)}
    leaves |= {leaf_of(2, 2, None, content), leaf_of(2, 1, 1, content), leaf_of(1, 1, None, "b")}
    assert len(leaves) == 5


# ---- what is written


def test_a_journal_without_entries_verifies(store):
    assert store.seals.verify("main") == store.seals.head("main") == Head(0, 0, NO_LINK)


def test_every_batch_gets_its_link(store, url):
    heads = [store.seals.verify("main")]
    for written in ([entry("tx:1#0"), transfer("tx:2#0", HARD[-1])], [entry("tx:1#0", 6)], []):
        store.journal.replace_open("main", written)
        heads.append(store.seals.verify("main"))
    # the second writing takes two back and books one; the last takes that one back
    assert [(head.entries, head.batches) for head in heads] == [(0, 0), (2, 1), (5, 2), (6, 3)]
    assert store.seals.head("main") == heads[-1]
    links = run(url, "SELECT previous, link FROM batch ORDER BY number")
    assert [tuple(link) for link in links] == [
        (before.link, after.link) for before, after in pairwise(heads)
    ]
    assert run(url, "SELECT batch, link FROM journal_head") == [(3, heads[-1].link)]


def test_every_text_and_number_that_is_stored_verifies(store):
    hard = [transfer(f"tx:{number}#0", quantity) for number, quantity in enumerate(HARD)]
    empty = replace(
        entry("tx:x#0", value=None), evidence=(), protocol="", strategy=None, group="", note=""
    )
    store.journal.append("main", [*hard, empty])
    assert store.seals.verify("main").entries == len(hard) + 1


def test_keeping_what_is_kept_makes_no_link(store):
    store.journal.append("main", [entry("tx:1#0")])
    before = store.seals.verify("main")
    store.journal.replace_open("main", [entry("tx:1#0")])
    assert store.seals.verify("main") == before


def test_a_batch_that_is_rolled_back_leaves_no_link(store):
    store.journal.append("main", [entry("tx:1#0")])
    before = store.seals.verify("main")

    def stopped():
        with store.transaction("main") as inside:
            inside.journal.append("main", [entry("tx:2#0")])
            assert inside.seals.verify("main").batches == 2
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stopped()
    assert store.seals.verify("main") == before


def test_each_fund_has_its_own_chain(store):
    store.funds.create(Fund("other"))
    store.journal.append("main", [entry("tx:1#0")])
    assert store.seals.verify("other") == Head(0, 0, NO_LINK)
    store.journal.append("other", [entry("tx:1#0")])
    assert store.seals.verify("main").link != store.seals.verify("other").link


def test_a_link_that_was_noted_is_part_of_the_chain(store):
    noted = [NO_LINK]
    for number in range(3):
        store.journal.append("main", [entry(f"tx:{number}#0")])
        noted.append(store.seals.head("main").link)
    for link in noted:
        assert store.seals.verify("main", link).link == noted[-1]
    with pytest.raises(VerificationFailed, match="no part of the journal"):
        store.seals.verify("main", "f" * 64)


def test_both_databases_give_the_same_links(sqlite_url, postgres_url):
    heads = []
    for url in (sqlite_url, postgres_url):
        with open_store(url, clock=lambda: entry("x").time) as store:
            store.funds.create(Fund("main"))
            store.journal.append("main", [transfer(f"tx:{n}#0", q) for n, q in enumerate(HARD)])
            store.journal.replace_open("main", [entry("tx:1#0")])
            heads.append(store.seals.verify("main"))
    assert heads[0] == heads[1]


# ---- what the databases refuse

COLUMNS = "(fund_id, number, first_n, last_n, recorded_at, leaves, root, previous, link)"
GOOD = {
    "leaves": "(SELECT leaves FROM batch WHERE number = 1)",
    "root": f"'{'a' * 64}'",
    "previous": "(SELECT link FROM batch WHERE number = 1)",
    "link": f"'{'b' * 64}'",
}
WRONG = [
    {"previous": f"'{NO_LINK}'"},
    {"previous": "''"},
    {"link": "''"},
    {"link": f"'{'B' * 64}'"},
    {"root": "''"},
    {"leaves": "CAST('' AS bytea)"},
    *({name: "NULL"} for name in GOOD),
]


def second_batch(**cells: str) -> tuple[str, str, str]:
    """Plain SQL for a second batch of one entry, like the first."""
    given = ", ".join({**GOOD, **cells}.values())
    copied = (
        "kind, time, order_time, order_network, order_block, order_index, order_id, evidence, txid,"
        " network, called, note, hash"
    )
    into = f"INSERT INTO entry (fund_id, n, batch, id, version, {copied})"
    postings = "INSERT INTO posting SELECT 1, 2, seq, account_id, asset, quantity, role, value"
    return (
        f"{into} SELECT 1, 2, 2, 'plain', 1, {copied} FROM entry WHERE n = 1",
        f"{postings} FROM posting WHERE n = 1",
        f"INSERT INTO batch {COLUMNS} VALUES (1, 2, 2, 2, {LATER}, {given})",
    )


def test_a_batch_in_plain_sql_needs_its_link(store, url):
    store.journal.append("main", [entry("tx:1#0")])
    for wrong in WRONG:
        cells = dict(wrong)
        if url.startswith("sqlite") and "bytea" in cells.get("leaves", ""):
            cells["leaves"] = "x''"
        with pytest.raises(DatabaseError):
            run(url, *second_batch(**cells))
    bare = [
        *second_batch()[:2],
        "INSERT INTO batch (fund_id, number, first_n, last_n, recorded_at)",
    ]
    with pytest.raises(DatabaseError):
        run(url, *bare[:2], f"{bare[2]} VALUES (1, 2, 2, 2, {LATER})")
    assert run(url, "SELECT count(*) FROM batch") == [(1,)]
    run(url, *second_batch())
    # the shape of a link is all that a database can ask for: what it says is for verify to find
    with pytest.raises(VerificationFailed, match="batch 2"):
        store.seals.verify("main")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal_head SET link = link",
        "UPDATE journal_head SET batch = batch - 1",
        "DELETE FROM journal_head",
        "UPDATE batch SET link = link",
    ],
)
def test_the_head_and_the_links_are_never_changed(store, url, change):
    for number in range(2):
        store.journal.append("main", [entry(f"tx:{number}#0")])
    with pytest.raises(DatabaseError, match="never"):
        run(url, change)
    assert store.seals.verify("main").batches == 2


def test_sqlite_refuses_to_replace_the_head(sqlite_url):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry("tx:1#0")])
    for pragma in ("ON", "OFF"):
        with pytest.raises(DatabaseError, match="never replaced"):
            run(
                sqlite_url,
                f"PRAGMA recursive_triggers={pragma}",
                "INSERT OR REPLACE INTO journal_head SELECT * FROM journal_head",
            )


def test_postgresql_refuses_to_truncate_the_head(postgres_url):
    with pytest.raises(DatabaseError, match="never"):
        run(postgres_url, "TRUNCATE journal_head")


# ---- size


def test_twenty_thousand_entries_are_verified(sqlite_url):
    with open_store(sqlite_url) as store:
        store.funds.create(Fund("main"))
        store.journal.append("main", [entry(f"tx:{n}#0", n + 1, after=n) for n in range(20_000)])
        assert store.seals.verify("main").entries == 20_000
