"""An empty folder enters; what two runs of the demo left in it, said and answered leaves."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from api import figures
from api.demo import sample
from ledger.books import Books
from ledger.model.position import Mark
from ledger.nav.debts import repayments
from ledger.nav.valuation import net_asset_value
from reports.names import quantity_text, symbol_of
from tests.end_to_end.program import free_port, run, started

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Demo:
    """What two runs left: folders, the first one's summary, and how the second one answered."""

    first: Path
    second: Path
    summary: str
    answered: list[Row]
    stopped_in: float


def two_runs(folder: Path) -> Demo:
    """Two runs at once, under other hash seeds and time zones; the second one serves after it."""
    first, second, port = folder / "first", folder / "another-place", free_port()
    words = ("demo", "--out", "out")
    others = {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "PARTITA_PORT": str(port)}
    with (
        started(first, *words, PYTHONHASHSEED="1", TZ="America/New_York") as one,
        started(second, *words, "--serve", **others) as other,
    ):
        assert one.process.wait(300) == 0, one.err
        with other.answering(port) as client:
            answered = _values(client, _key(second / "out" / "partita.db"))
            stopped_in = other.stop()
        return Demo(first / "out", second / "out", one.out, answered, stopped_in)


def _key(database: Path) -> str:
    name = sample.load().fund.name
    words = ("key", "create", "reader", "--fund", name, "--db", f"sqlite:///{database}")
    return run(database.parent, *words).strip()


def _values(client: httpx.Client, key: str) -> list[Row]:
    """Every page of the net asset values."""
    found: list[Row] = []
    asked: dict[str, str] = {}
    while True:
        answer = client.get("/v1/nav", params=asked, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == httpx.codes.OK, answer.text
        page = answer.json()
        found += page["items"]
        if not page["has_more"]:
            return found
        asked = {"cursor": page["next_cursor"]}


# ---- its books -----------------------------------------------------------------------------------


def custody(books: Books) -> Counter[str]:
    """Wallet and asset → what the entries sum to."""
    sums: Counter[str] = Counter()
    for entry in books.entries:
        for posting in entry.postings:
            if posting.account.wallet is not None:
                sums[f"{posting.account.wallet}|{posting.asset}"] += posting.quantity
    return sums


def recorded(fund: sample.Sample) -> dict[str, int]:
    """Wallet and asset → the balance that was recorded last."""
    said = [answer for answer in fund.answers if answer.question.kind == "balance"]
    said.sort(key=lambda answer: answer.value()["time"])
    return {answer.question.subject: int(answer.value()["quantity"]) for answer in said}


def nav_at(books: Books, time: datetime) -> int:
    """The net asset value at a time, from the books as they stood then."""
    return net_asset_value(figures.marks(figures.as_of(books, time), time))


def is_counted(mark: Mark) -> bool:
    """Whether the page's values count a position: not on a bridge, and quoted by the price file."""
    implied = mark.quote is not None and mark.quote.source.startswith("implied:")
    return not implied and not mark.position.wallet.startswith("transit:")


# ---- its files -----------------------------------------------------------------------------------


def rows_of(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    return header, rows


def american(time: str) -> str:
    """The day of a time as forms write it; nothing of nothing."""
    return f"{time[5:7]}/{time[8:10]}/{time[:4]}" if time else ""


def debts_closed(books: Books) -> list[tuple[str, str, Decimal]]:
    """Debts that other units than those borrowed paid: symbol, day as forms say it, quantity."""
    return [
        (
            symbol_of(asset, books.assets),
            f"{one.entry.time:%m/%d/%Y}",
            Decimal(quantity_text(asset, one.quantity, books.assets)),
        )
        for repaid in repayments(books.entries).values()
        for one in repaid
        for asset in one.place[1:]
        if one.debt is not None and one.entry.kind != "repay" and one.gain
    ]


def exports(folder: Path) -> list[Path]:
    """The CSV files of a folder."""
    found = sorted(folder.glob("*.csv"))
    assert len(found) >= 6
    return found


def line_of(summary: str, label: str) -> list[str]:
    """The words that stand after a label of the summary."""
    (line,) = [line for line in summary.splitlines() if line.startswith(f"{label} ")]
    return line.removeprefix(label).split()
