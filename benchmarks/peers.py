"""The same 100,000 rows asked of hledger, of beancount and of a kept book: balances and lots now.

The peers read their file each time, which is their whole answer; Partita asks the book that it
keeps. All three are programs of their own, measured with their start, in processor time.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.desk_history import FUND, Row, rows
from benchmarks.figure import Figure, program_cpu_seconds
from benchmarks.million import kept_apart
from ledger.model.amount import text_from_units

#: Minutes: beancount reads its file for a minute and more.
LONG = True

WHAT = {
    "faster_than_hledger_100k": "how many times less processor time a kept book of 100,000 rows"
    " takes to say balances and lots than `hledger balance` (without lots) takes on the same rows;"
    " floor: the 10 that it must be",
    "faster_than_beancount_100k": "the same against beancount loading the same rows, first in first"
    " out; floor: the 50 that it must be",
}

COUNT = 100_000


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    count = COUNT // share
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        kept_apart(path / "book.db", count)
        asked = _python(f"from benchmarks.asking import ask; ask({folder!r}, {FUND.name!r})")
        ours = program_cpu_seconds(asked)
        if shutil.which("hledger") is None:
            print("hledger is not on this machine: its figure stays as it was")
        else:
            (path / "h.journal").write_text("\n".join(hledger(rows(count))))
            command = ["hledger", "-f", str(path / "h.journal"), "balance", "-N"]
            yield Figure(
                "faster_than_hledger_100k", program_cpu_seconds(command, 1) / ours, "times", 10.0
            )
        (path / "b.beancount").write_text("\n".join(beancount(rows(count))))
        command = _python(
            f"from beancount.loader import load_file as load; found = load('{folder}/b.beancount');"
            " assert not found[1], found[1][:3]"
        )
        environment = {"BEANCOUNT_DISABLE_LOAD_CACHE": "1", "PATH": "/usr/bin:/bin"}
        theirs = program_cpu_seconds(command, 1, env=environment)
        yield Figure("faster_than_beancount_100k", theirs / ours, "times", 50.0)


def hledger(history: Iterable[Row]) -> Iterator[str]:
    """The rows as a journal of hledger."""
    for number, row in enumerate(history):
        yield f"{row.time:%Y-%m-%d} {row.kind} {number}"
        own, units, money = f"assets:w{row.wallet}", _units(row.quantity), _money(row.cents)
        token = _token(row.asset)
        if row.kind == "buy":
            yield f"    {own}  {units} {token} @@ {money} USD\n    {own}:cash  -{money} USD\n"
        elif row.kind == "sell":
            yield f"    {own}  -{units} {token} @@ {money} USD\n    {own}:cash  {money} USD\n"
        elif row.kind == "swap":
            yield f"    {own}  -{units} {token} @@ {money} USD"
            yield f"    {own}  {_units(row.received)} {_token(row.other)} @@ {money} USD\n"
        elif row.kind == "transfer":
            yield f"    {own}  -{units} {token}\n    assets:w{row.other}  {units} {token}\n"
        else:
            yield f"    {own}  -{units} {token}\n    expenses:fee  {units} {token}\n"


def beancount(history: Iterable[Row]) -> Iterator[str]:
    """The rows as a file of beancount with lots, first in first out by wallet.

    It keeps no lots through a transfer of its own: units arrive as a new lot at cost zero, which
    spares it work.
    """
    yield 'option "booking_method" "FIFO"'
    for number in range(20):
        yield f'2019-01-01 open Assets:W{number} "FIFO"\n2019-01-01 open Assets:Cash{number}'
    for name in ("Income:Gains", "Expenses:Fee", "Equity:Moved"):
        yield f"2019-01-01 open {name}"
    for number, row in enumerate(history):
        yield f'{row.time:%Y-%m-%d} * "{row.kind} {number}"'
        own, cash = f"Assets:W{row.wallet}", f"Assets:Cash{row.wallet}"
        units, money, token = _units(row.quantity), _money(row.cents), _token(row.asset)
        if row.kind == "buy":
            # the last digit of a unit's cost does not come out: the rest is a gain of its own
            yield f"  {own}  {units} {token} {{{{{money} USD}}}}\n  {cash}  -{money} USD"
            yield "  Income:Gains\n"
        elif row.kind == "sell":
            yield f"  {own}  -{units} {token} {{}}\n  {cash}  {money} USD\n  Income:Gains\n"
        elif row.kind == "swap":
            yield f"  {own}  -{units} {token} {{}}"
            came = f"{_units(row.received)} {_token(row.other)}"
            yield f"  {own}  {came} {{{{{money} USD}}}}\n  Income:Gains\n"
        elif row.kind == "transfer":
            yield f"  {own}  -{units} {token} {{}}"
            yield f"  Assets:W{row.other}  {units} {token} {{{{0 USD}}}}\n  Equity:Moved\n"
        else:
            yield f"  {own}  -{units} {token} {{}}\n  Expenses:Fee\n"


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _units(millionths: int) -> str:
    return text_from_units(millionths, 6)


def _money(cents: int) -> str:
    return text_from_units(cents, 2)


def _token(number: int) -> str:
    """A commodity without digits, which hledger would want quoted."""
    return "T" + "ABCDEFGHIJ"[number // 10] + "ABCDEFGHIJ"[number % 10]
