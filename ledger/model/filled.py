"""A frozen dataclass with slots enters; the same leaves, and its values are made in half the time.

Python fills a frozen value by the names of its fields and looks each up in the class again. Here
the slots are at hand. Fields, defaults, checks and what is refused afterwards stay as they are.
"""

from dataclasses import MISSING, fields
from typing import Any, TypeVar

Kind = TypeVar("Kind")


def filled(kind: type[Kind]) -> type[Kind]:
    """The class, with an `__init__` that puts each value straight into its slot."""
    dataclass: Any = kind
    former = dataclass.__init__
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, lines = ["self"], []
    for each in fields(dataclass):
        if not each.init:
            continue
        name = each.name
        known |= {f"set_{name}": getattr(kind, name).__set__, f"default_{name}": each.default}
        given, value = name, name
        if each.default is not MISSING:
            given = f"{name}=default_{name}"
        elif each.default_factory is not MISSING:
            known[f"new_{name}"] = each.default_factory
            given, value = f"{name}=MISSING", f"new_{name}() if {name} is MISSING else {name}"
        parameters.append(given)
        lines.append(f"    set_{name}(self, {value})")
    if hasattr(kind, "__post_init__"):
        lines.append("    self.__post_init__()")
    head = f"def __init__({', '.join(parameters)}):"
    exec("\n".join([head, *lines]), known)  # noqa: S102 -- of names of fields, as dataclasses do it
    made = known["__init__"]
    made.__qualname__, made.__module__ = former.__qualname__, kind.__module__
    made.__annotations__ = former.__annotations__
    dataclass.__init__ = made
    return kind
