"""Whatever was kept before, the live entries are those kept last, and nothing else is lost."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ledger.model.entry import Entry, in_order
from ledger.model.fund import Fund
from ledger.store import books_digest, open_store
from tests.ledger.store.cases import entry

ROOT = Path(__file__).parents[3]


def totals(entries: Iterable[Entry]) -> dict[tuple[str, str], tuple[int, int]]:
    """Units and value that entries leave on each account of each asset, where there are any."""
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in entries:
        for posting in one.postings:
            total = sums[posting.account.path, posting.asset]
            total[0] += posting.quantity
            total[1] += posting.value or 0
    return {key: (units, value) for key, (units, value) in sums.items() if units or value}


KEPT = st.dictionaries(st.integers(0, 5), st.integers(1, 3), max_size=5)


@given(st.lists(KEPT, max_size=6))
def test_the_live_entries_are_those_kept_last(history):
    with open_store("sqlite://") as store:
        store.funds.create(Fund("main"))
        for kept in history:
            entries = [entry(f"tx:{n}#0", quantity, after=n % 2) for n, quantity in kept.items()]
            before = store.journal.all_entries("main")
            written = store.journal.replace_open("main", entries)
            after = store.journal.all_entries("main")
            expected = in_order(entries)
            assert store.journal.live_entries("main") == expected
            assert store.journal.digest("main") == books_digest(expected)
            assert after[: len(before)] == before
            assert len(after) == len(before) + written.appended + written.reversed
            assert written.unchanged + written.appended == len(entries)


@given(st.lists(KEPT, max_size=6))
def test_everything_ever_booked_sums_to_what_is_live(history):
    with open_store("sqlite://") as store:
        store.funds.create(Fund("main"))
        for kept in history:
            entries = [entry(f"tx:{n}#0", quantity) for n, quantity in kept.items()]
            store.journal.replace_open("main", entries)
        live = totals(store.journal.live_entries("main"))
        booked = totals(store.journal.all_entries("main"))
        assert live == booked


def test_a_process_that_stops_dead_loses_nothing_acknowledged_and_leaves_nothing_half(store, url):
    command = [sys.executable, "-m", "tests.ledger.store.stopped", url]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (9, b"acknowledged\n"), done.stderr
    assert store.journal.all_entries("main") == (entry("tx:1#0"),)
    assert store.evidence.statements("main") == ()
    assert store.evidence.cursors("main") == {}
    assert store.journal.append("main", [entry("tx:2#0")]).appended == 1
