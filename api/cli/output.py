"""Rows → standard output: tables for people, JSON for programs; progress to standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table


def say(text: str) -> None:
    """A line of progress, on standard error."""
    sys.stderr.write(f"{text}\n")


def give(text: str) -> None:
    """A line of data, on standard output."""
    sys.stdout.write(f"{text}\n")


def give_json(value: object) -> None:
    """A value as indented JSON."""
    for part in json_parts(value):
        sys.stdout.write(part)
    sys.stdout.write("\n")


def json_parts(value: object, depth: int = 0) -> Iterator[str]:
    """The text of `json.dumps(value, indent=1, ensure_ascii=False)`, part by part.

    A row of plain values is put together at once: by the ten thousand the library takes long, and
    the whole of them is not held.
    """
    inner = "\n" + " " * (depth + 1)
    if isinstance(value, dict) and value:
        if all(one is None or type(one) is str for one in value.values()):
            cells = [
                f"{encode_basestring(name)}: {'null' if one is None else encode_basestring(one)}"
                for name, one in value.items()
            ]
            yield f"{{{inner}{f',{inner}'.join(cells)}\n{' ' * depth}}}"
            return
        before = "{" + inner
        for name, one in value.items():
            yield f"{before}{encode_basestring(name)}: "
            yield from json_parts(one, depth + 1)
            before = "," + inner
        yield "\n" + " " * depth + "}"
    elif isinstance(value, (list, tuple)) and value:
        before = "[" + inner
        for one in value:
            yield before
            yield from json_parts(one, depth + 1)
            before = "," + inner
        yield "\n" + " " * depth + "]"
    else:
        yield json.dumps(value, indent=1, ensure_ascii=False)


def give_rows(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """Rows as JSON, whole, or as a table of the named columns; numbers are right-aligned."""
    if as_json:
        give_json(list(rows))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        numeric = any(_is_number(row.get(column)) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    # a name such as exposure:family:ETH is no picture
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, emoji=False)
    console.print(table)


def _cell(value: object) -> str:
    """A cell as printable text: what comes from a chain must not steer the terminal."""
    if value is None:
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return escape("".join(letter if letter.isprintable() else "�" for letter in text))


def _is_number(value: object) -> bool:
    text = str(value) if value is not None else ""
    return bool(text) and text.lstrip("-").replace(".", "", 1).isdigit()
