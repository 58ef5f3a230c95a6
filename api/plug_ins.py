"""A room and a name enter; its plug-ins leave: found by name, and nowhere is there a list."""

import importlib
from functools import cache
from types import ModuleType
from typing import Any

from ledger.model.errors import BadInput


@cache
def plug_ins(room: str) -> tuple[ModuleType, ...]:
    """The modules of a package that name themselves (`NAME`), in the order of their names."""
    import pkgutil  # what names its plug-in has no use for it

    package = importlib.import_module(room)
    found = [
        importlib.import_module(f"{room}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_")
    ]
    return tuple(module for module in found if hasattr(module, "NAME"))


@cache
def plug_in(room: str, name: str) -> Any:  # noqa: ANN401 -- a plug-in is a module of its room's shape
    """The plug-in of a name; raises BadInput with the names there are.

    Where a file has the name, or the name with `_` behind a word of Python's, no other is loaded.
    """
    for stem in (name, f"{name}_"):
        found = _module(f"{room}.{stem}") if stem.isidentifier() else None
        if getattr(found, "NAME", None) == name:
            return found
    for module in plug_ins(room):
        if name == module.NAME:
            return module
    known = ", ".join(module.NAME for module in plug_ins(room))
    raise BadInput(f"there is no {name!r} in {room.rpartition('.')[2]}; known: {known}")


def _module(path: str) -> ModuleType | None:
    """A module, or None where there is no such file."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        return None
