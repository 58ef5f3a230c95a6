"""The same 10,000 trades asked of `partita tax --batch`, RP2 and BittyTax: gains of all years.

Each is a program of its own that reads its own kind of file and gives its whole answer, measured
with its start, in processor time. RP2 reads a spreadsheet with the columns of its own example and
writes the reports that it writes unless told otherwise; BittyTax gives its report as text and is
told of no source of prices, for money changes hands in every trade. Both are installed apart, in
`.peers`, as `tax_peers.lock` says.
"""

import json
import random
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import ZipFile

from benchmarks.figure import TIMES, Figure, Unmeasured, program_cpu_seconds
from benchmarks.samples import SEED
from ledger.model.amount import text_from_units

#: Minutes: BittyTax alone takes one.
LONG = True

_SAME: Final = (
    "how many times less processor time `partita tax --batch` takes for 10,000 purchases and sales"
    " of ten assets in five years, from its start to every disposal with its lots, than {} on the"
    " same trades; floor: {}"
)
WHAT = {
    "faster_than_rp2_10k": _SAME.format(
        "`rp2_us -m fifo` (1.7.2) from its spreadsheet to its reports", "the 100 that it must be"
    ),
    "faster_than_bittytax_10k": _SAME.format(
        "`bittytax --nopdf` (0.6.0, United Kingdom) from its CSV to its report",
        "the 100 that it must be",
    ),
}

COUNT: Final = 10_000
_HERE: Final = Path(__file__).parent
PEERS: Final = _HERE.parent / ".peers"
ASSETS: Final = tuple(f"T{letter}" for letter in "ABCDEFGHIJ")
_BEGIN: Final = datetime(2019, 1, 1, tzinfo=UTC)
_DAYS: Final = 5 * 365
#: Digits after the point: units, prices, and so the money of a trade.
_UNITS, _PRICE = 4, 2


class Trade(NamedTuple):
    """A purchase, with a fee of 1, or a sale: ten-thousandths of a unit at so many cents each."""

    id: str
    time: datetime
    sold: bool
    asset: str
    units: int
    cents: int

    @property
    def quantity(self) -> str:
        """The units as text."""
        return text_from_units(self.units, _UNITS)

    @property
    def money(self) -> str:
        """What was paid or received, without the fee."""
        return text_from_units(self.units * self.cents, _UNITS + _PRICE)


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    history = list(trades(COUNT // share))
    programs = installed()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "us.jsonl").write_text(question(history, "us", "USD"))
        (path / "uk.jsonl").write_text(question(history, "uk", "GBP"))
        (path / "rp2.ini").write_text(_INI.format(assets=", ".join(ASSETS)))
        write_sheets(path / "rp2.ods", sheets(history))
        command = [str(programs / "rp2_us"), "-m", "fifo", "-o", "reports", "rp2.ini", "rp2.ods"]
        theirs = program_cpu_seconds(command, 1, cwd=path, stderr=subprocess.DEVNULL)
        yield Figure("faster_than_rp2_10k", theirs / _ours(path / "us.jsonl"), "times", 100.0)
        (path / ".bittytax").mkdir()
        (path / ".bittytax" / "bittytax.conf").write_text(_NO_PRICES)
        (path / "trades.csv").write_text("\n".join(records(history)))
        command = [str(programs / "bittytax"), "--nopdf", "trades.csv"]
        quiet = {"HOME": folder, "PATH": "/usr/bin:/bin"}
        theirs = program_cpu_seconds(command, 1, cwd=path, env=quiet, stderr=subprocess.DEVNULL)
        yield Figure("faster_than_bittytax_10k", theirs / _ours(path / "uk.jsonl"), "times", 100.0)


def _ours(asked: Path) -> float:
    """Processor time of a batch of one question; the best, as everywhere."""
    partita = Path(sys.executable).parent / "partita"
    return program_cpu_seconds([str(partita), "tax", "--batch", str(asked), "--json"], 2 * TIMES)


def installed() -> Path:
    """Where the peers' programs are, installed now if they are not yet."""
    programs = PEERS / "bin"
    if not (programs / "bittytax").exists():
        print("installing RP2 and BittyTax into .peers")
        lock = _HERE / "tax_peers.lock"
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        try:
            venv.create(PEERS, clear=True, with_pip=True)
            subprocess.run([*pip, "-r", str(lock)], check=True, stderr=subprocess.PIPE, text=True)
        except subprocess.CalledProcessError as error:
            said = str(error.stderr or error.output or error).strip().splitlines()
            raise Unmeasured(
                f"RP2 and BittyTax cannot be installed from {lock.name}: {said[-1]}"
            ) from error
    return programs


def trades(count: int) -> Iterator[Trade]:
    """Purchases and sales in turn, the same each time; nothing is sold that is not held."""
    chance = random.Random(SEED)  # noqa: S311 -- the same trades each time
    held = dict.fromkeys(ASSETS, 0)
    for number in range(count):
        time = (_BEGIN + number * timedelta(days=_DAYS) / count).replace(microsecond=0)
        asset, cents, sold = chance.choice(ASSETS), chance.randrange(1_00, 1_000_00), number % 2 > 0
        if sold and not held[asset]:
            asset = max(ASSETS, key=held.__getitem__)
        units = chance.randrange(1, 1_000_0000)
        if sold:
            units = max(1, held[asset] * chance.randrange(1, 30) // 100)
        held[asset] += -units if sold else units
        yield Trade(f"r{number}", time, sold, asset, units, cents)


def question(history: Iterable[Trade], regime: str, currency: str) -> str:
    """The trades as one line of a batch: first in first out in one pool, or by day."""
    rows = []
    for one in history:
        sides = [(currency, one.money), (one.asset, one.quantity)]
        (sent, gave), (received, got) = reversed(sides) if one.sold else sides
        row = {"id": one.id, "time": _time(one), "kind": "sell" if one.sold else "buy"}
        row |= {"wallet": "main", "sent_asset": sent, "sent_quantity": gave}
        row |= {"received_asset": received, "received_quantity": got}
        rows.append(row if one.sold else row | {"fee_asset": currency, "fee_quantity": "1"})
    asked = {"id": regime, "regime": regime, "settings": {"basis_scope": "universal"}}
    return json.dumps(asked | {"currency": currency, "rows": rows, "prices": []}) + "\n"


# ---- RP2

#: The columns of RP2's own example.
_INI: Final = """[general]
assets = {assets}
exchanges = main
holders = Me

[in_header]
timestamp = 0
asset = 6
exchange = 1
holder = 2
transaction_type = 5
spot_price = 8
crypto_in = 7
fiat_fee = 11
fiat_in_no_fee = 9
fiat_in_with_fee = 10
unique_id = 12
notes = 13

[out_header]
timestamp = 0
asset = 6
exchange = 1
holder = 2
transaction_type = 5
spot_price = 8
crypto_out_no_fee = 7
crypto_fee = 9
unique_id = 12
notes = 13

[intra_header]
timestamp = 0
asset = 6
from_exchange = 1
from_holder = 2
to_exchange = 3
to_holder = 4
spot_price = 8
crypto_sent = 7
crypto_received = 10
unique_id = 12
notes = 13
"""
_WIDTH: Final = 14
_SPACES: Final = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
_MANIFEST: Final = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.2"><manifest:file-entry manifest:full-path="/"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)

#: A cell: a text, a number as (text,), or nothing.
Cell = str | tuple[str] | None


def sheets(history: Sequence[Trade]) -> Iterator[tuple[str, list[list[Cell]]]]:
    """A sheet for each asset: what came in, and what went out."""
    for asset in ASSETS:
        own = [one for one in history if one.asset == asset]
        rows: list[list[Cell]] = [["IN"], ["timestamp", "exchange", "holder"]]
        for one in own:
            if not one.sold:
                with_fee = text_from_units(one.units * one.cents + 10**6, _UNITS + _PRICE)
                money: list[Cell] = [(one.money,), (with_fee,), ("1",), one.id]
                rows.append([*_moved(one, "BUY"), *money])
        rows += [["TABLE END"], [], ["OUT"], ["timestamp", "exchange", "holder"]]
        for one in own:
            if one.sold:
                rows.append([*_moved(one, "SELL"), ("0",), None, None, one.id])
        yield asset, [*rows, ["TABLE END"]]


def _moved(one: Trade, kind: str) -> list[Cell]:
    price = text_from_units(one.cents, _PRICE)
    start: list[Cell] = [_time(one), "main", "Me", None, None]
    return [*start, kind, one.asset, (one.quantity,), (price,)]


def write_sheets(path: Path, named: Iterable[tuple[str, list[list[Cell]]]]) -> None:
    """An OpenDocument spreadsheet of sheets."""
    tables = "".join(
        f'<table:table table:name="{name}">'
        f'<table:table-column table:number-columns-repeated="{_WIDTH}"/>'
        f"{''.join(map(_row, rows))}</table:table>"
        for name, rows in named
    )
    with ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", _MANIFEST)
        file.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}'
            f' office:version="1.2"><office:body><office:spreadsheet>{tables}'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def _row(cells: list[Cell]) -> str:
    padded = [*cells, *[None] * (_WIDTH - len(cells))]
    return f"<table:table-row>{''.join(map(_cell, padded))}</table:table-row>"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    value = 'office:value-type="string"'
    if isinstance(cell, tuple):
        (cell,) = cell
        value = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {value}><text:p>{cell}</text:p></table:table-cell>"


# ---- BittyTax

_NO_PRICES: Final = "data_source_fiat: []\ndata_source_crypto: []\n"
_HEADER: Final = (
    "Type,Buy Quantity,Buy Asset,Buy Value in GBP,Sell Quantity,Sell Asset,Sell Value in GBP,"
    "Fee Quantity,Fee Asset,Fee Value in GBP,Wallet,Timestamp,Note"
)


def records(history: Iterable[Trade]) -> Iterator[str]:
    """The trades as BittyTax's own CSV."""
    yield _HEADER
    for one in history:
        units, money = f"{one.quantity},{one.asset},", f"{one.money},GBP,"
        came, went, fee = (money, units, ",,") if one.sold else (units, money, "1,GBP,")
        yield f"Trade,{came},{went},{fee},main,{one.time:%Y-%m-%dT%H:%M:%S} UTC,{one.id}"


def _time(one: Trade) -> str:
    return one.time.isoformat().replace("+00:00", "Z")
