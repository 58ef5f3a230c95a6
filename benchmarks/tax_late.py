"""A stored journal of a million tax events and a trade that comes late: its year once more."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from api.desk import Desk, now
from api.jobs.tax import Question
from api.jobs.tax_kept import changed_since, keep_assessment
from benchmarks import samples
from benchmarks.figure import Figure
from benchmarks.tax_books import COUNT, FUND, YEAR, put_into
from ledger.journal import chart
from ledger.model.activity import microseconds
from ledger.model.amount import MONEY_ONE
from ledger.model.entry import Entry, Posting
from ledger.store import Store, open_store

#: Minutes on a slow machine.
LONG = True

WHAT = {
    "tax_one_late_trade_s": "a year of a stored journal of a million entries, half of them sales,"
    " of which every year was put down by `partita tax checkpoint us`, assessed again after a sale"
    " came late in the middle of it: its totals, and every line of the asset that was sold, read,"
    " matched again and added up (`partita tax checkpoint us --year 2024`, from the open database;"
    " other lines stay as they were put down); seconds, the booking of the sale apart; floor: the"
    " 1 s that it may take",
}

#: A sale of a token in the middle of the year, as the journal has it.
LATE = datetime(YEAR, 7, 1, 12, tzinfo=UTC)


def late_sale() -> Entry:
    """A thousand base units of the first token, sold by the wallet that holds it."""
    coin, own, units, worth = samples.token(0), chart.wallet(samples.wallet(0)), 1_000, MONEY_ONE
    return Entry(
        id="late#0",
        kind="swap",
        time=LATE,
        order=(microseconds(LATE), samples.NETWORK, COUNT, 0, "late"),
        postings=(
            Posting(own, coin, -units, "dispose", -worth),
            Posting(chart.trading(), coin, units, "none", worth),
            Posting(own, samples.DOLLAR, worth, "none", worth),
            Posting(chart.trading(), samples.DOLLAR, -worth, "none", -worth),
        ),
    )


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/books.db"
        with open_store(url, clock=now) as store:
            put_into(store, COUNT // share)
            keep_assessment(_desk(store), Question("us"))
        with open_store(url, clock=now) as store:
            yield Figure("tax_one_late_trade_s", seconds_of_a_late_sale(store), "s", 1.0)


def seconds_of_a_late_sale(store: Store) -> float:
    """Book the sale, then measure what the year comes to."""
    desk, asked = _desk(store), Question("us")
    before = changed_since(desk, asked, YEAR)
    store.journal.append(FUND.name, [late_sale()])
    began = time.monotonic()
    after = changed_since(desk, asked, YEAR)
    took = time.monotonic() - began
    assert not before.lines, "nothing had come since"
    assert {line.asset for line in after.lines} == {samples.token(0)}, "of one token alone"
    assert "late#0" in {line.source for line in after.lines}, "the sale is in its year"
    assert after.total.short != before.total.short, "and in its totals"
    return took


def _desk(store: Store) -> Desk:
    return Desk(store, store.funds.get(FUND.name))
