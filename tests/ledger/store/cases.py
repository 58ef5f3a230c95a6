"""Few numbers enter, balanced entries and evidence for store tests leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ledger.model.activity import microseconds
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting
from ledger.model.evidence import EvidenceId, StatementLine
from ledger.model.fund import WalletId
from ledger.store.engine import Database, engine_for

ETH = AssetId("eip155:1/slip44:60")
USDC = AssetId("eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48")
#: when a batch in plain SQL says it was recorded: in 2112, after all that a store wrote
LATER = 2**52
START = datetime(2025, 1, 2, 3, 4, 5, 6, tzinfo=UTC)

WALLET = Account("asset", "wallet:eip155:1:0xab", WalletId("eip155:1:0xab"))
TRADING = Account("trading", "conversion")

#: one unit, neighbours of powers of ten and of what 64 bits hold, and the largest of a chain
HARD = sorted(
    {1, 9, 10, 11, 2**63 - 1, 2**63, 2**63 + 1, 2**128, 2**255, 2**256 - 1}
    | {10**k + d for k in (13, 18, 26, 39, 52, 65, 77) for d in (-1, 0, 1)}
)


def entry(name: str, quantity: int = 5, *, after: int = 0, value: int | None = 7) -> Entry:
    """A swap of ether for dollars `after` seconds after START."""
    time = START + timedelta(seconds=after)
    return Entry(
        id=name,
        kind="swap",
        time=time,
        order=(microseconds(time), "eip155:1", 100 + after, 3, name.split("#", maxsplit=1)[0]),
        postings=(
            Posting(WALLET, ETH, -quantity, "dispose", None if value is None else -value),
            Posting(TRADING, ETH, quantity, value=value),
            Posting(TRADING, USDC, -2 * (quantity % 10**9 + 1), value=None),
            Posting(WALLET, USDC, 2 * (quantity % 10**9 + 1), "acquire", value),
        ),
        evidence=(EvidenceId("a" * 64), EvidenceId("b" * 64)),
        protocol="uniswap_v3",
        strategy="arbitrage\tof\\tabs",
        group=None,
        txid="0xfeed",
        network="eip155:1",
        called="0xcafe",
        note="a note,\nin two lines, with \\N and é and 🙂",
    )


def transfer(name: str, quantity: int) -> Entry:
    """An entry of two postings of one quantity."""
    postings = (Posting(WALLET, ETH, quantity, "move"), Posting(TRADING, ETH, -quantity))
    return replace(entry(name), postings=postings)


def line(number: int, occurrence: int = 1) -> StatementLine:
    """A row of a file."""
    cells = (("time", "2025-01-01"), ("amount", f"{number}.50"), ("note", "é \\ \t"))
    return StatementLine("kraken", "ledger", cells, occurrence, "main", "file.csv", number + 1)


@contextmanager
def plain(url: str) -> Iterator[Connection]:
    """A connection in a writing transaction, for plain SQL that goes round the store."""
    engine = engine_for(url)
    try:
        with Database(engine).write_all() as connection:
            yield connection
    finally:
        engine.dispose()


def run(url: str, *statements: str) -> list[Any]:
    """Run plain SQL in one transaction and give the rows of the last statement."""
    rows: list[Any] = []
    with plain(url) as connection:
        for statement in statements:
            done = connection.exec_driver_sql(statement)
            rows = list(done) if done.returns_rows else []
    return rows
