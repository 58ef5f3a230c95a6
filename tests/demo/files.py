"""A recording goes in; the data files of the sample come out, the same bytes for the same story."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.demo.exchange import LEDGER_COLUMNS, PARTITA_COLUMNS
from tests.demo.market import START
from tests.demo.recording import Recorder
from tests.demo.schedule import DAY, iso
from tests.demo.world import STRATEGIES, World


def write_all(recorder: Recorder, folder: Path) -> None:
    """Every file of the sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    world = recorder.world
    (folder / "fund.json").write_text(json.dumps(fund(world), indent=1) + "\n")
    _lines(folder / "transactions.jsonl.gz", _transactions(recorder))
    _lines(folder / "answers.jsonl.gz", _answers(recorder))
    _csv(folder / "kraken-ledgers.csv", LEDGER_COLUMNS.split(), world.exchange.ledger)
    _csv(folder / "kraken-stat-arb-ledgers.csv", LEDGER_COLUMNS.split(), world.pairs.ledger)
    for name, rows in (
        ("exchange-transfers.csv", world.exchange.transfers + world.pairs.transfers),
        ("manual.csv", world.exchange.manual),
    ):
        columns = PARTITA_COLUMNS.split()
        ordered = sorted(rows, key=lambda row: row["time"])
        table = [tuple(row.get(column, "") for column in columns) for row in ordered]
        _csv(folder / name, columns, table)
    _csv(folder / "prices.csv", "time asset price currency source".split(), _prices(world))


def fund(world: World) -> dict[str, Any]:
    """The content of fund.json."""
    rules: list[dict[str, str]] = [
        {"strategy": "treasury", "kind": "spam"},
        {"strategy": "bridge arbitrage", "protocol": "across"},
    ]
    for (_, role), executor in world.executors.items():
        rule = {"strategy": STRATEGIES[role], "contract": executor.address.lower()}
        if rule not in rules:
            rules.append(rule)
    return {
        "fund": {
            "title": "Sample Fund",
            "base_currency": "USD",
            "regime": "us",
            "method": "fifo",
            "scope": "wallet",
            "valuation_time": "00:00Z",
        },
        "wallets": [
            {
                "network": row.network,
                "address": row.address,
                "label": row.label,
                "strategy": row.strategy,
            }
            for row in world.wallets
        ],
        "strategy_rules": rules,
    }


def _transactions(recorder: Recorder) -> Iterable[str]:
    for network in sorted(recorder.transactions):
        for raw in recorder.transactions[network]:
            head = json.dumps({"network": raw.network, "txid": raw.txid})[:-1]
            yield f'{head}, "body": {raw.body.decode()}}}'


def _answers(recorder: Recorder) -> Iterable[str]:
    for subject, answer in sorted(recorder.tokens.items()):
        said = answer or {"symbol": None, "decimals": None}
        yield json.dumps({"kind": "token", "subject": subject, **said})
    for row in recorder.balances:
        yield json.dumps(row)


def _prices(world: World) -> list[tuple[str, ...]]:
    rows = []
    for day in range(START, world.end + 1, DAY):
        for asset, symbol in sorted(world.priced.items()):
            price = f"{world.market.quoted(symbol, day):.5f}".rstrip("0").rstrip(".")
            rows.append((iso(day), asset, price, "USD", "sample"))
    rows += [
        (iso(time), asset, price, "USD", "sample")
        for time, asset, price in world.quotes
        if time <= world.end
    ]
    return sorted(rows)


def _lines(path: Path, lines: Iterable[str]) -> None:
    text = "".join(line + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_text(sink.getvalue())
