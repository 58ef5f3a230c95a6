"""What was read of a wallet, by which source, and what by none: exact to the block."""

import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk import Desk
from api.jobs.coverage import coverage, coverage_lines, left_out, merged, sent_numbers
from api.jobs.cursors import GIVEN, source_of, spans_of
from ledger.model.errors import BadInput
from ledger.model.evidence import BlockRef, RawTransaction, StatementLine
from ledger.model.fund import Fund, Wallet
from ledger.store import open_store

MAINNET = "eip155:1"
HOT, COLD = f"0x{0xAA:040x}", f"0x{0xBB:040x}"
spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 9)).map(lambda t: (t[0], t[0] + t[1]))
)


def numbers(ranges):
    return {n for first, last in ranges for n in range(first, last + 1)}


@given(spans)
def test_merged_ranges_hold_the_same_numbers_in_order_and_apart(given_spans):
    found = merged(given_spans)
    assert numbers(found) == numbers(given_spans)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


@given(spans, st.integers(0, 70), st.integers(0, 70))
def test_what_is_left_out_and_what_is_there_are_all(given_spans, first, size):
    within, found = (first, first + size), merged(given_spans)
    gaps = left_out(found, within)
    assert numbers(gaps) == set(range(first, first + size + 1)) - numbers(found)
    assert gaps == merged(gaps)


@given(spans)
def test_between_the_first_and_the_last_is_what_no_range_has(given_spans):
    found = merged(given_spans)
    everything = set(range(found[0][0], found[-1][1] + 1)) if found else set()
    assert numbers(left_out(found)) == everything - numbers(found)


def test_a_cursor_covers_its_own_addresses_from_its_first_block_on():
    cursors = {
        f"{MAINNET}|{HOT}+{COLD}": "90",
        f"{MAINNET}|{HOT}|100": "120",
        f"eip155:10|{HOT}": "7",
        f"{MAINNET}|{COLD}|50": "40",
    }
    assert spans_of(cursors, MAINNET, HOT) == [(0, 90), (100, 120)]
    assert spans_of(cursors, MAINNET, COLD) == [(0, 90)]
    assert spans_of(cursors, "eip155:10", HOT) == [(0, 7)]


@pytest.mark.parametrize("first", [None, 0, 17])
@pytest.mark.parametrize(("what", "other"), [("", GIVEN), (GIVEN, "")])
def test_the_name_of_a_cursor_says_whose_from_where_and_what(first, what, other):
    name = source_of(MAINNET, [HOT, COLD], first, what)
    assert name == source_of(MAINNET, [COLD, HOT], first, what)
    for address in (HOT, COLD):
        assert spans_of({name: "20"}, MAINNET, address, what) == [(first or 0, 20)]
        assert spans_of({name: "20"}, MAINNET, address, other) == []


def test_the_names_that_stores_have_of_transactions_are_as_they_were():
    assert source_of(MAINNET, [HOT]) == f"{MAINNET}|{HOT}"
    assert source_of(MAINNET, [HOT], 100) == f"{MAINNET}|{HOT}|100"


def sent(number, sender=HOT, kind="0x2"):
    transaction = {"from": sender, "nonce": hex(number), "type": kind}
    body = json.dumps({"transaction": transaction}).encode()
    return RawTransaction(MAINNET, f"0x{number:064x}", body)


def test_numbers_of_sent_transactions_are_by_sender_and_none_of_what_the_network_sends():
    silent = RawTransaction(MAINNET, "0x01", b'{"transaction": null}')
    given_ones = [sent(3), sent(5, HOT.upper().replace("0X", "0x")), sent(1, COLD), silent]
    found = sent_numbers([*given_ones, sent(9, kind="0x7e")])
    assert found == {(MAINNET, HOT): {3, 5}, (MAINNET, COLD): {1}}


def test_the_report_names_gaps_files_and_missing_numbers(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/books.db") as store:
        store.funds.create(Fund("main"))
        desk = Desk(store, Fund("main"))
        desk.store.wallets.add("main", [Wallet(MAINNET, HOT, "hot"), Wallet(MAINNET, COLD, "cold")])
        rows = [
            StatementLine("etherscan", "transactions", (("Blockno", block),), owner=HOT)
            for block in ("7", "", "19")
        ]
        cursors = {f"{MAINNET}|{HOT}": "10", f"{MAINNET}|{HOT}|15": "18"}
        cursors |= {f"{MAINNET}|{HOT}||given": "10", f"{MAINNET}|{HOT}|15|given": "16"}
        desk.store.evidence.add("main", [*rows, sent(1), sent(4)], cursors=cursors)
        with desk.store.transaction("main") as inside:
            inside.blocks.see("main", [BlockRef(MAINNET, 20, "0x" + "1" * 64)])
        hot, cold = coverage(desk, "hot"), coverage(desk, "cold")
        with pytest.raises(BadInput, match="no wallet is called"):
            coverage(desk, "hot", datetime(2020, 1, 1, tzinfo=UTC))
    assert hot[0] == {
        "wallet": "hot",
        "network": MAINNET,
        "head": 20,
        "read": [
            {"from": 0, "to": 10, "source": "node"},
            {"from": 15, "to": 16, "source": "node"},
        ],
        "transactions_alone": [{"from": 17, "to": 18}],
        "gaps": [{"from": 11, "to": 14}, {"from": 19, "to": 20}],
        "files": [
            {"source": "etherscan", "layout": "transactions", "rows": 3, "from": 7, "to": 19}
        ],
        "sent": 2,
        "numbers_missing": [{"from": 0, "to": 0}, {"from": 2, "to": 3}],
    }
    assert (cold[0]["read"], cold[0]["gaps"]) == ([], [{"from": 0, "to": 20}])
    assert list(coverage_lines(hot)) == [
        "hot on eip155:1, up to block 20",
        "  node: blocks 0 to 10",
        "  node: blocks 15 to 16",
        "  node, transactions alone: blocks 17 to 18",
        "  nobody: blocks 11 to 14",
        "  nobody: blocks 19 to 20",
        "  etherscan transactions: 3 rows, the first of block 7, the last of 19",
        "  2 transactions sent by it",
        "  missing: those it numbered 0 to 0",
        "  missing: those it numbered 2 to 3",
    ]
