"""The demo, run twice by the installed command: its books tie, its files are what they say."""

import hashlib
import json
import random
import re
import shutil
import subprocess
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from api import figures
from api.demo import sample
from api.desk import Desk, now, observations
from api.figure_trace import traced_among
from api.jobs.report import months_of
from api.wiring import readers
from ledger.books import Books, keep_books
from ledger.journal.text import read_journal
from ledger.nav.valuation import net_asset_value
from ledger.reconcile import breaks, trial_balance
from ledger.store import Written, books_digest, open_store
from tests.end_to_end.demo import (
    Demo,
    american,
    custody,
    debts_closed,
    exports,
    is_counted,
    line_of,
    nav_at,
    recorded,
    rows_of,
    two_runs,
)
from tests.end_to_end.planted import counted, planted, values
from tests.end_to_end.program import STOP_SECONDS_MAX

MONTH = "2026-10"
STRATEGIES = (
    "flash-loan arbitrage", "cross-dex arbitrage", "sandwich", "liquidation", "jit liquidity",
    "lp", "bridge arbitrage", "sniping", "yield", "delta-neutral", "statistical arbitrage",
)  # fmt: skip
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
UNIT = 10**18


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    return two_runs(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def fund() -> sample.Sample:
    return sample.load()


@pytest.fixture(scope="module")
def desk(demo, fund) -> Iterator[Desk]:
    with open_store(f"sqlite:///{demo.first / 'partita.db'}", clock=now) as store:
        yield Desk(store, store.funds.get(fund.fund.name))


@pytest.fixture(scope="module")
def history(desk):
    return desk.history()


@pytest.fixture(scope="module")
def books(desk, history) -> Books:
    return keep_books(history, desk.fund.policy, readers())


@pytest.fixture(scope="module")
def stated(demo):
    """The index of the figures of the monthly report."""
    return json.loads((demo.first / f"{MONTH}.figures.json").read_bytes())


# ---- the ledger ties -----------------------------------------------------------------------------


def test_every_balance_is_the_recorded_one(books, fund):
    seen, booked = recorded(fund), custody(books)
    assert len(seen) > 300
    assert {place: booked[place] for place in seen} == seen
    assert {place for place, quantity in booked.items() if quantity} <= seen.keys()


def test_balances_tie_at_the_end_of_every_month_too(books, fund):
    seen = tuple(observations(fund.answers))
    assert len(seen) == counted()["balances observed"]
    assert breaks(books.entries, seen) == ()


def test_every_asset_sums_to_zero(books):
    assert trial_balance(books.entries).balanced


def test_suspense_holds_what_is_planted_and_nothing_else(books):
    plants = planted()
    spam: list[str] = []
    rest: list[str] = []
    for entry in books.entries:
        if any(posting.account.type == "suspense" for posting in entry.postings):
            (spam if entry.kind == "spam" else rest).append(entry.txid)
    assert len(spam) == plants["spam airdrop"].count
    assert plants["spam airdrop"].id in spam
    assert Counter(rest) == Counter(
        plants[what].id
        for what in (
            "receipt from an unknown address",
            "sent by a stranger, moves fund tokens",
            "token without a quote",
            "transfer log that lies",
            "withdrawal to an unknown address",
        )
    )


def test_one_bridge_transfer_is_in_flight(books):
    plant = planted()["bridge in flight at the end"]
    assert [(event.network, event.txid) for event in books.in_flight] == [(plant.network, plant.id)]


def test_one_asset_has_no_price(books):
    problems = figures.problems(books)
    assert [problem.source for problem in problems if problem.code == "missing_price"] == [
        planted()["token without a quote, asset"].id
    ]
    unpriced = {mark.position.asset for mark in figures.marks(books) if mark.value is None}
    assert unpriced == {planted()["token without a quote, asset"].id}


def test_no_activity_is_lost(books):
    assert len(books.activities) == counted()["activities"] >= 3_000
    explained = {activity for event in books.events for activity in event.activities}
    explained |= {item.activity for item in books.unexplained}
    assert explained == {activity.id for activity in books.activities}


def test_hard_things_are_told_for_what_they_are(books):
    plants = planted()
    kinds = {event.txid: event.kind for event in books.events}
    for what, kind in (
        ("bridge in flight at the end", "bridge_out"),
        ("bridge over a month end", "bridge_out"),
        ("rug: the sale fails", "failed"),
        ("spam airdrop", "spam"),
        ("token with a transfer fee", "swap"),
        ("transfer between own wallets", "own_transfer"),
        ("transfer log that lies", "no_effect"),
        ("receipt from an unknown address", "receive"),
    ):
        assert kinds[plants[what].id] == kind, what


def test_a_bridge_over_a_month_end_is_one_transfer_and_no_gain(books):
    sent = next(
        event for event in books.events if event.txid == planted()["bridge over a month end"].id
    )
    arrived = next(
        event for event in books.events if event.group == sent.group and event.kind == "bridge_in"
    )
    assert arrived.time.month != sent.time.month
    assert arrived.network != sent.network


def test_failed_transactions_cost_gas_and_move_nothing(books):
    failed = [event for event in books.events if event.kind == "failed"]
    counts = Counter(event.strategy for event in failed)
    for strategy in STRATEGIES:
        assert counts[strategy] == counted().get(f"{strategy}, failed", 0), strategy
    assert not any(event.legs for event in failed)
    assert all(event.fee is not None and event.fee.quantity > 0 for event in failed)


def test_the_two_halves_of_each_sandwich_are_one_trade(books):
    groups = Counter(
        event.group for event in books.events if event.group and event.strategy == "sandwich"
    )
    assert set(groups.values()) == {2}
    assert len(groups) == counted()["sandwiches"]


# ---- figures -------------------------------------------------------------------------------------


def test_every_strategy_of_the_desk_has_a_result(books):
    results = {result.strategy: result for result in figures.results(books)}
    assert set(STRATEGIES) <= results.keys()
    assert len([name for name in STRATEGIES if results[name].trades]) >= 10
    assert "unassigned" not in results


def test_results_bridge_the_net_asset_value_of_every_month_to_the_last_unit(books, desk):
    points = {point.time: point for point in figures.nav(books, desk.fund)}
    months = months_of(books)
    assert len(months) == 14
    for month in months:
        start, end = figures.month_bounds(month)
        opening = points[start].value if start in points else 0
        flows = sum(point.flows for time, point in points.items() if start < time <= end)
        net = sum(result.net for result in figures.results(books, start, end))
        assert opening + flows + net == points[end].value, month


def test_net_asset_value_is_what_the_recorded_balances_are_worth(books):
    for last_block, dollars in values().items():
        end = datetime.fromisoformat(last_block).replace(hour=0, minute=0, second=0)
        end += timedelta(days=1)
        marks = figures.marks(figures.as_of(books, end), end)
        unseen = sum(mark.value or 0 for mark in marks if not is_counted(mark))
        worth = Decimal(net_asset_value(marks) - unseen) / UNIT
        assert round(worth, 2) == Decimal(dollars), last_block


@pytest.mark.parametrize("month", ["2025-11", "2026-03", "2026-09"])
def test_books_as_of_a_month_end_have_its_net_asset_value(books, desk, month):
    _, end = figures.month_bounds(month)
    then = figures.as_of(books, end)
    assert not [entry for entry in then.entries if entry.time > end]
    (point,) = [point for point in figures.nav(books, desk.fund) if point.time == end]
    assert figures.nav(then, desk.fund, end)[-1] == point
    assert nav_at(books, end) == point.value


def test_every_figure_of_the_report_leads_to_what_it_is_made_of(books, stated):
    known = stated["figures"]
    by_kind = {figure["kind"]: identity for identity, figure in sorted(known.items())}
    drawn = random.Random(2026).sample(sorted(known), 25)
    for identity in sorted({*drawn, *by_kind.values()}):
        found = traced_among(books, known, identity)
        no_fault = found["figure"]["kind"] == "break" and found["figure"]["text"] == "0"
        assert found["entries"] or found["figure"]["references"] or no_fault, identity


def test_every_entry_leads_to_evidence_in_the_store(books, desk):
    name = desk.fund.name
    named = {proof for entry in books.entries for proof in entry.evidence}
    answers = {answer.id for answer in desk.store.answers.all(name)}
    assert not set(desk.store.evidence.unknown(name, sorted(named))) - answers
    assert all(entry.evidence for entry in books.entries)
    drawn = random.Random(2026).sample(sorted(named), 25)
    assert all(desk.evidence_text(proof)["kind"] != "unknown" for proof in drawn)


# ---- again, and in any order ---------------------------------------------------------------------


def test_keeping_again_changes_nothing(desk, books):
    written = desk.keep()
    assert written == Written(unchanged=len(books.entries), appended=0, reversed=0)
    assert desk.store.journal.altered(desk.fund.name) == ()
    assert desk.store.journal.live_entries(desk.fund.name) == books.entries


def test_the_order_of_evidence_decides_nothing(history, books, desk, seed):
    chance = random.Random(seed)
    parts = {part.name: list(getattr(history, part.name)) for part in fields(history)}
    for part in parts.values():
        chance.shuffle(part)
    mixed = replace(history, **{name: tuple(part) for name, part in parts.items()})
    assert mixed != history
    again = keep_books(mixed, desk.fund.policy, readers())
    assert books_digest(again.entries) == books_digest(books.entries)
    assert again.events == books.events
    assert again.booking == books.booking
    assert again.problems == books.problems


def test_two_runs_in_different_places_give_the_same_bytes(demo):
    names = {path.name for path in demo.first.iterdir() if not path.name.startswith("partita.db")}
    assert {"journal.txt", f"{MONTH}.pdf", "journal.csv", "risk.json"} <= names
    for name in names:
        assert (demo.first / name).read_bytes() == (demo.second / name).read_bytes(), name


def test_the_served_demo_answers_with_the_net_asset_values_of_its_file(demo):
    assert demo.answered == json.loads((demo.first / "nav.json").read_bytes())
    assert demo.stopped_in < STOP_SECONDS_MAX


# ---- files ---------------------------------------------------------------------------------------


def test_the_journal_as_text_reads_back_to_the_entries(demo, books):
    assert read_journal((demo.first / "journal.txt").read_text("ascii")) == books.entries


def test_each_manifest_says_what_its_file_holds(demo):
    for path in exports(demo.first):
        manifest = json.loads(path.with_suffix(".manifest.json").read_bytes())
        content = path.read_bytes()
        assert manifest["sha256"] == hashlib.sha256(content).hexdigest(), path.name
        assert manifest["bytes"] == len(content)
        header, rows = rows_of(path)
        assert header == [column["name"] for column in manifest["columns"]]
        assert manifest["rows"] == len(rows) > 0
        with localcontext() as exact:
            exact.prec = 400
            for name, total in manifest["sums"].items():
                place = header.index(name)
                cells = [Decimal(row[place]) for row in rows if row[place]]
                assert sum(cells) == Decimal(total), (path.name, name)


def test_no_cell_begins_as_a_formula(demo):
    for path in exports(demo.first):
        manifest = json.loads(path.with_suffix(".manifest.json").read_bytes())
        header, rows = rows_of(path)
        for name, cells in zip(header, zip(*rows, strict=True), strict=True):
            if name in manifest["sums"]:
                assert all(PLAIN_NUMBER.fullmatch(cell) for cell in {*cells} - {""}), name
            else:
                first = {unicodedata.normalize("NFKC", cell)[0] for cell in {*cells} - {""}}
                assert not first & set("=+-@|%\t\r\n "), (path.name, name)


def test_form_8949_files_what_was_given_up_each_day_to_the_last_unit(demo, books):
    given_up: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    header, rows = rows_of(demo.first / "disposals.csv")
    for row in (dict(zip(header, cells, strict=True)) for cells in rows):
        given_up[row["symbol"], american(row["disposed"])] += Decimal(row["quantity"])
    for symbol, day, quantity in debts_closed(books):
        given_up[symbol, day] += quantity
    years = sorted({disposal.disposed.year for disposal in books.booking.disposals})
    assert len(years) == 2
    filed: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for year in years:
        _, of_year = rows_of(demo.first / f"form-8949-{year}.csv")
        assert len(of_year) > 500
        assert all(cells[3].endswith(f"/{year}") for cells in of_year)
        for cells in of_year:
            units, _, symbol = cells[1].partition(" ")
            filed[symbol, cells[3]] += Decimal(units)
    assert filed == given_up


def test_the_monthly_report_has_four_pages_and_states_the_net_asset_value(demo, books, tmp_path):
    path = demo.first / f"{MONTH}.pdf"
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes())) >= 4
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine")
    said = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    pages = said.stdout.decode().split("\f")
    assert f"{round(nav_at(books, figures.month_bounds(MONTH)[1]) / UNIT):,}" in pages[0]
    assert all(strategy in said.stdout.decode() for strategy in STRATEGIES)


def test_the_index_of_figures_names_the_books_that_it_was_drawn_from(stated, books):
    assert stated["books"] == books_digest(books.entries)
    assert stated["report"]


# ---- the summary ---------------------------------------------------------------------------------


def test_the_summary_says_what_a_manager_asks(demo, books, fund):
    assert demo.summary.startswith(f"{fund.fund.name}, {MONTH}")
    value = Decimal(nav_at(books, figures.month_bounds(MONTH)[1])) / UNIT
    said = " ".join(line_of(demo.summary, "net asset value"))
    assert said == f"{value:,.2f} USD, 1 asset without a price not counted"
    for label in ("month", "year to date", "VaR 95 %, 1 day, filtered", "Sharpe", "max drawdown"):
        assert re.fullmatch(r"-?[0-9]+\.[0-9]+%?", line_of(demo.summary, label)[0]), label
    assert line_of(demo.summary, "breaks")[0] == "0"
    assert int(line_of(demo.summary, "activities")[0]) == counted()["activities"]
    assert line_of(demo.summary, "in flight")[0] == "1"


def test_the_summary_has_suspense_in_basis_points_of_net_asset_value(demo, books):
    end = figures.month_bounds(MONTH)[1]
    share = Decimal(figures.in_suspense(books, end).value) / nav_at(books, end) * 10_000
    said = line_of(demo.summary, "suspense")
    assert (Decimal(said[0]), said[1:]) == (round(share, 2), ["basis", "points", "of", "NAV"])


def test_the_summary_sizes_and_weighs_the_strategies(demo):
    heads = line_of(demo.summary, "sizing")
    assert heads[0] == "Kelly"
    table = demo.summary.split("sizing")[1].split("\n\n")[0].splitlines()[1:]
    shares = [[float(part[:-1]) for part in line.split() if part.endswith("%")] for line in table]
    assert len(table) >= 10
    for model in zip(*(row for row in shares if row), strict=True):
        assert sum(model) == pytest.approx(100, abs=1)


def test_the_summary_says_where_every_file_is(demo):
    said = {Path(line.split()[-1]).name for line in demo.summary.splitlines() if "out/" in line}
    beside = re.compile(r".*\.(manifest|trace)\.json|partita\.db-(wal|shm)")
    there = {path.name for path in demo.first.iterdir() if not beside.fullmatch(path.name)}
    assert said == there
