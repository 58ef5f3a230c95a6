"""Exact numbers and plain texts enter; columns that keep them on SQLite and PostgreSQL leave.

SQLite has no exact number wider than 64 bits: its NUMERIC goes through float and its INTEGER cannot
hold ten ether in wei. There an exact number is canonical text in a STRICT table. PostgreSQL keeps
NUMERIC without precision or scale, which rounds nothing. Both refuse anything else by CHECK.
Never SUM, ORDER BY or compare these columns in SQL: on SQLite that is lexical or through float.
"""

import zlib
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Numeric, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from ledger.model.amount import QUANTITY_MAX, parse_decimal, plain_text
from ledger.model.errors import BadInput

#: Names of the two databases, as SQLAlchemy calls their dialects.
SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"


class ExactInteger(TypeDecorator[int]):
    """A whole number of any size, as `int` in Python."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type on this database."""
        exact = Numeric() if dialect.name == POSTGRESQL else Text()
        return dialect.type_descriptor(exact)

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | str | None:
        """What the driver is given."""
        assert value is None or type(value) is int, "an exact column takes whole numbers"
        if value is None:
            return None
        return value if dialect.name == POSTGRESQL else str(value)

    def process_result_value(self, value: str | Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """What the driver gave, as a value."""
        return None if value is None else int(value)


class ExactDecimal(TypeDecorator[Decimal]):
    """A plain decimal number of at most 78 digits and 36 decimals, as `Decimal` in Python.

    Trailing zeros are not kept, so that both databases give back the same digits.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type on this database."""
        exact = Numeric() if dialect.name == POSTGRESQL else Text()
        return dialect.type_descriptor(exact)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        """What the driver is given."""
        if value is None:
            return None
        canonical = decimal_text(value)
        return parse_decimal(canonical) if dialect.name == POSTGRESQL else canonical

    def process_result_value(
        self,
        value: str | Decimal | None,
        dialect: Dialect,  # noqa: ARG002 -- SQLAlchemy's signature
    ) -> Decimal | None:
        """What the driver gave, as a value."""
        return None if value is None else _canonical_decimal(value)


class PlainText(TypeDecorator[str]):
    """A text that both databases keep: no NUL, which PostgreSQL refuses and SQLite cuts at."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """What the driver is given."""
        return None if value is None else checked_text(value)


class Compressed(TypeDecorator[bytes]):
    """Bytes as they were given; deflated on disk, for answers of nodes are long and repetitive."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """What the driver is given."""
        return None if value is None else deflate(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """What the driver gave, as a value."""
        return None if value is None else inflate(bytes(value))


def _canonical_decimal(stored: str | Decimal) -> Decimal:
    return parse_decimal(stored if isinstance(stored, str) else plain_text(stored))


def decimal_text(number: Decimal) -> str:
    """A decimal as the column keeps it: fixed notation, no trailing zeros. Raises BadAmount."""
    text = plain_text(number)
    parse_decimal(text)
    return "0" if text.strip("-0.") == "" else text


def checked_text(text: str) -> str:
    """The text itself; raises BadInput where a database could not keep it as it is."""
    if "\0" in text:
        raise BadInput(f"{text[:40]!r} contains a NUL character")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        raise BadInput(f"{text[:40]!r} is not valid Unicode") from fault
    return text


def deflate(body: bytes) -> bytes:
    """Bytes as `Compressed` keeps them."""
    return zlib.compress(body, 1)


def inflate(stored: bytes) -> bytes:
    """The bytes that `deflate` was given."""
    return zlib.decompress(stored)


def begins_with(column: ColumnElement[str], beginning: str, dialect: str) -> ColumnElement[bool]:
    """The condition that a text begins so, letter by letter.

    SQLite compares bytes, so that a range says it; its LIKE takes no heed of case. On PostgreSQL a
    range is one of the database's collation, which may pass over punctuation; LIKE never does, and
    is answered from an index where the collation is C.
    """
    if dialect == POSTGRESQL:
        return column.startswith(beginning, autoescape=True)
    return (column >= beginning) & (column < beginning + "\U0010ffff")


# ---- the same columns in the words of each database, for migrations -----------------------------

_POSTGRESQL_WORDS: Final = MappingProxyType(
    {"integer": "BIGINT", "bytes": "BYTEA", "exact": "NUMERIC", "strict": "", "clustered": ""}
)
_SQLITE_WORDS: Final = MappingProxyType(
    {
        "integer": "INTEGER",
        "bytes": "BLOB",
        "exact": "TEXT",
        "strict": " STRICT",
        "clustered": " STRICT, WITHOUT ROWID",
    }
)


def words(dialect: str) -> Mapping[str, str]:
    """The words of table definitions: `integer`, `bytes`, `exact`, and what closes a table."""
    return _POSTGRESQL_WORDS if dialect == POSTGRESQL else _SQLITE_WORDS


def quantity_check(dialect: str, column: str) -> str:
    """The condition that a column holds whole base units: not zero, to 2^256 - 1 either way."""
    if dialect == POSTGRESQL:
        return (
            f"{column} = trunc({column}) AND {column} <> 0 AND {column} <> 'NaN'"
            f" AND abs({column}) <= {QUANTITY_MAX}"
        )
    digits = f"ltrim({column}, '-')"
    longest = len(str(QUANTITY_MAX))
    # the first comparison is enough for all but the longest
    return (
        f"{_canonical_integer(column)} AND (length({column}) < {longest}"
        f" OR length({digits}) < {longest}"
        f" OR (length({digits}) = {longest} AND {digits} <= '{QUANTITY_MAX}'))"
    )


def money_check(dialect: str, column: str) -> str:
    """The condition that a column holds whole 10^-18 of a currency, of any size, or nothing."""
    if dialect == POSTGRESQL:
        return f"{column} = trunc({column}) AND {column} <> 'NaN' AND abs({column}) < 'Infinity'"
    return f"{column} = '0' OR ({_canonical_integer(column)})"


def decimal_check(dialect: str, column: str) -> str:
    """The condition that a column holds a plain decimal number."""
    if dialect == POSTGRESQL:
        return f"{column} <> 'NaN' AND abs({column}) < 'Infinity'"
    return (
        f"{column} GLOB '*[0-9]' AND substr({column}, 2) NOT GLOB '*[^0-9.]*'"
        f" AND {column} GLOB '[-0-9]*' AND {column} NOT GLOB '*.*.*'"
        f" AND length({column}) = length(CAST({column} AS BLOB))"
    )


def _canonical_integer(column: str) -> str:
    # GLOB and length stop at a NUL: a length in bytes sees what follows it
    return (
        f"({column} GLOB '[1-9]*' OR {column} GLOB '-[1-9]*')"
        f" AND {column} NOT GLOB '?*[^0-9]*'"
        f" AND length({column}) = length(CAST({column} AS BLOB))"
    )
