"""Kinds of columns enter; tables of the store and their columns leave, in a key or beside it."""

from typing import Any, Final

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.types import TypeEngine

#: All tables of the store, as they are declared.
METADATA: Final = MetaData()


def table(name: str, *columns: Column[Any]) -> Table:
    """A table of the store."""
    return Table(name, METADATA, *columns)


def keyed(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, kind, primary_key=True)


def kept(name: str, kind: type[TypeEngine[Any]], *, nullable: bool = False) -> Column[Any]:
    """Any other column."""
    return Column(name, kind, nullable=nullable)
