"""Entries enter, the journal as text leaves, and the other way round, to the same values.

    partita journal 1

    2026-01-31T12:00:00Z swap eip155:1/tx:0x5e…#0 order=[…] protocol=uniswap_v3 evidence=["9f…"]
        asset:eip155:1:0xaa… -1000000000000000000 eip155:1/slip44:60 dispose -3000
        trading:conversion 1000000000000000000 eip155:1/slip44:60 none 3000

One line an entry, one line a posting: account, signed base units, asset, role, signed value in the
base currency (`?` where no price is known). A word of other letters than those of ids stands as a
JSON string, so that the text is ASCII. Lines that open with `;` are remarks; a blank line ends an
entry. The grammar stands in docs/journal.md.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final, NamedTuple, get_args

from ledger.journal.chart import account_at
from ledger.model.activity import iso, microseconds
from ledger.model.amount import MONEY_DECIMALS, QUANTITY_MAX, text_from_units
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry, Posting, Role, UnbalancedEntry
from ledger.model.errors import BadInput
from ledger.model.fund import WalletId

HEADER: Final = "partita journal 1"
UNKNOWN: Final = "?"

_ROLES: Final = frozenset(get_args(Role))
_TEXTS: Final = tuple("protocol strategy group txid network called note reverses".split())
_DEFAULTS: Final = {field.name: field.default for field in fields(Entry)}
_ORDER_TYPES: Final = (int, str, int, int, str)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_:/.#,@%+~-]+", re.ASCII)
_NAME: Final = re.compile(r"([a-z]+)=", re.ASCII)
_BARE: Final = re.compile(r'[^\s"\[\]=]+')
_KIND: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_QUANTITY: Final = re.compile(r"-?[1-9][0-9]{0,77}", re.ASCII)
_VALUE: Final = re.compile(r"-?[0-9]{1,200}(?:\.[0-9]{1,18})?", re.ASCII)
_JSON: Final = json.JSONDecoder()


class _Word(NamedTuple):
    """A word of a line: its name where it is `name=value`, and its value."""

    name: str
    value: Any


# ---- printing


def print_journal(entries: Iterable[Entry]) -> str:
    """The journal as ASCII text in the order given; `read_journal` gives the same entries back."""
    blocks = (_entry_text(entry) for entry in entries)
    return "\n".join((HEADER + "\n", *blocks))


def _entry_text(entry: Entry) -> str:
    words = [iso(entry.time), entry.kind, _text(entry.id), f"order={_compact(entry.order)}"]
    for name in _TEXTS:
        value = getattr(entry, name)
        if value != _DEFAULTS[name]:
            words.append(f"{name}={_text(value)}")
    if entry.evidence:
        words.append(f"evidence={_compact(entry.evidence)}")
    lines = (_posting_text(posting) for posting in entry.postings)
    return "\n".join((" ".join(words), *lines, ""))


def _posting_text(posting: Posting) -> str:
    account, value = posting.account, posting.value
    amount = UNKNOWN if value is None else text_from_units(value, MONEY_DECIMALS)
    words = [_text(account.path), str(posting.quantity), _text(posting.asset), posting.role, amount]
    if account != account_at(account.path):
        words.append(f"wallet={_text(account.wallet or '')}")
    return "    " + " ".join(words)


def _text(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value)


def _compact(values: tuple[object, ...]) -> str:
    return json.dumps(values, separators=(",", ":"))


# ---- reading


def read_journal(text: str, *, placed: bool = True) -> tuple[Entry, ...]:
    """The entries of a journal's text; raises BadInput that names the line and the reason.

    Where `placed` is not asked for, an entry may leave out its order: its time then places it.
    """
    lines = enumerate((line.rstrip("\r") for line in text.split("\n")), start=1)
    _, first = next(lines)
    if first != HEADER:
        raise BadInput(f"line 1: a journal opens with {HEADER!r}")
    return tuple(_entry(block, placed=placed) for block in _blocks(lines))


def _blocks(lines: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in lines:
        if line.lstrip().startswith(";"):
            continue
        if not line.strip():
            if block:
                yield block
            block = []
            continue
        if line[0].isspace() == (not block):
            raise _bad(number, "a posting without its entry" if not block else "a blank line lacks")
        block.append((number, line))
    if block:
        yield block


def _entry(block: list[tuple[int, str]], *, placed: bool) -> Entry:
    (number, line), *rest = block
    words = _words(number, line)
    if len(words) < 3 or any(word.name for word in words[:3]) or not all(w.name for w in words[3:]):
        raise _bad(number, "an entry has a time, a kind, an id, and then named fields")
    given = {word.name: word.value for word in words[3:]}
    if len(given) != len(words) - 3:
        raise _bad(number, "a field stands twice")
    unknown = sorted(given.keys() - {*_TEXTS, "order", "evidence"})
    if unknown:
        raise _bad(number, f"no such field: {unknown[0]}")
    kind, identity = words[1].value, words[2].value
    if not isinstance(kind, str) or not _KIND.fullmatch(kind) or not isinstance(identity, str):
        raise _bad(number, "no kind or no id")
    texts = {name: given[name] for name in _TEXTS if name in given}
    evidence = given.get("evidence", [])
    if not _all_texts(texts.values()) or not isinstance(evidence, list) or not _all_texts(evidence):
        raise _bad(number, "a field is no text")
    time = _time(number, words[0].value)
    order = given.get("order", None if placed else [microseconds(time), "", 0, 0, identity])
    if not isinstance(order, list) or tuple(map(type, order)) != _ORDER_TYPES:
        raise _bad(number, "the order is [microseconds, network, block, index, id]")
    try:
        return Entry(
            id=identity,
            kind=kind,
            time=time,
            order=tuple(order),
            postings=tuple(_posting(place, text) for place, text in rest),
            evidence=tuple(evidence),
            **texts,
        )
    except UnbalancedEntry as unbalanced:
        raise _bad(number, str(unbalanced)) from unbalanced


def _posting(number: int, line: str) -> Posting:
    words = _words(number, line)
    names = [word.name for word in words]
    if names not in ([""] * 5, [*[""] * 5, "wallet"]) or not _all_texts(w.value for w in words):
        raise _bad(number, "a posting has an account, a quantity, an asset, a role and a value")
    path, quantity, asset, role, value = (word.value for word in words[:5])
    if not _QUANTITY.fullmatch(quantity) or abs(int(quantity)) > QUANTITY_MAX:
        raise _bad(number, f"{quantity[:90]!r} is no quantity of 1 to 2^256-1 base units")
    if role not in _ROLES:
        raise _bad(number, f"{role[:40]!r} is no role")
    account = _account(number, path)
    if len(words) > 5:
        account = replace(account, wallet=WalletId(words[5].value) if words[5].value else None)
    return Posting(account, AssetId(asset), int(quantity), role, _value(number, value))


def _account(number: int, path: str) -> Account:
    if any(letter.isspace() for letter in path):
        raise _bad(number, "the path of an account has no spaces")
    try:
        return account_at(path)
    except BadInput as unknown:
        raise _bad(number, str(unknown)) from unknown


def _value(number: int, text: str) -> int | None:
    if text == UNKNOWN:
        return None
    if _VALUE.fullmatch(text):
        whole, _, fraction = text.partition(".")
        units = int(whole + fraction.ljust(MONEY_DECIMALS, "0"))
        if text_from_units(units, MONEY_DECIMALS) == text:
            return units
    raise _bad(number, f"{text[:40]!r} is no value in its shortest form")


def _time(number: int, text: object) -> datetime:
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError:
        time = datetime.min  # noqa: DTZ901 -- without a zone: refused below
    if time.tzinfo is None or iso(time) != text:
        raise _bad(number, f"{str(text)[:40]!r} is no time in UTC, as 2026-01-31T12:00:00Z")
    return time


def _words(number: int, line: str) -> list[_Word]:
    """Words separated by spaces, each bare or JSON, each with or without a name."""
    words: list[_Word] = []
    place = len(line) - len(line.lstrip())
    while place < len(line):
        named = _NAME.match(line, place)
        name, start = (named[1], named.end()) if named else ("", place)
        bare = _BARE.match(line, start)
        if bare:
            value, end = bare[0], bare.end()
        else:
            value, end = _json(number, line, start)
        if line[end : end + 1].strip():
            raise _bad(number, f"a space lacks at {line[end : end + 20]!r}")
        words.append(_Word(name, value))
        place = end + len(line[end:]) - len(line[end:].lstrip())
    return words


def _json(number: int, line: str, start: int) -> tuple[Any, int]:
    try:
        return _JSON.raw_decode(line, start)
    except (ValueError, RecursionError) as unreadable:
        raise _bad(number, f"cannot be read: {line[start : start + 20]!r}") from unreadable


def _all_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _bad(number: int, reason: str) -> BadInput:
    return BadInput(f"line {number}: {reason}")
