"""Kinds of columns enter; fields of a table leave, in its key or beside it."""

from typing import Any

from sqlmodel import Field


def keyed(kind: type[Any]) -> Any:  # noqa: ANN401 -- a field of any type
    """A column of the primary key."""
    return Field(sa_type=kind, primary_key=True)


def kept(kind: type[Any], *, nullable: bool = False) -> Any:  # noqa: ANN401 -- the same
    """Any other column."""
    return Field(sa_type=kind, nullable=nullable)
