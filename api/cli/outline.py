"""The text of the commands' files enters; their names and first words of help leave, or one room.

`partita --help` shows names and a sentence each. To load every room of the ledger for that takes
four times as long as the rest of it, so that the files are read as text: what each decorates as a
command or adds as a group. A command loads the room that it stands in and no other. Tests hold the
outline and each such tree against the whole one.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

HERE = Path(__file__).parent


def outline() -> typer.Typer:
    """The tree of commands as `api.cli.commands` has it, good for its help alone."""
    tree = _parsed("commands")
    app = typer.Typer(**_words(_call(tree, "app")))
    for room in _rooms(tree):
        for name, said in _told(_parsed(room)):
            app.command(name=name, help=said)(_nothing)
    return app


def tree_with(word: str) -> typer.Typer | None:
    """The tree of commands with that room alone in which a command or group stands, if any does."""
    tree = _parsed("commands")
    for room in _rooms(tree):
        text = _text(room)
        # a file that does not have the word, as it is or as a function, need not be understood
        if word not in text and word.replace("-", "_") not in text:
            continue
        if any(name == word for name, _ in _told(ast.parse(text))):
            app = typer.Typer(**_words(_call(tree, "app")))
            app.add_typer(import_module(f"api.cli.{room}").app)
            return app
    return None


def _nothing() -> None:
    """What a name of an outline does."""


def _parsed(name: str) -> ast.Module:
    return ast.parse(_text(name))


def _text(name: str) -> str:
    return (HERE / f"{name}.py").read_text("utf-8")


def _rooms(tree: ast.Module) -> Iterator[str]:
    """The modules that the tree is made of, in their order."""
    for node in tree.body:
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            yield from (each.id for each in node.iter.elts if isinstance(each, ast.Name))


def _told(room: ast.Module) -> Iterator[tuple[str, str]]:
    """Names and help of a room: its commands, then its groups."""
    for node in room.body:
        for called in _decorated(node, "app", "command"):
            assert isinstance(node, ast.FunctionDef)
            name = _words(called).get("name") or node.name.rstrip("_").replace("_", "-")
            yield name, ast.get_docstring(node) or ""
    for node in room.body:
        added = node.value if isinstance(node, ast.Expr) else None
        if isinstance(added, ast.Call) and _is_of(added.func, "app", "add_typer"):
            [group] = added.args
            assert isinstance(group, ast.Name)
            yield _words(added)["name"], _group_help(room, group.id)


def _group_help(room: ast.Module, group: str) -> str:
    """What a group says of itself, else what its callback does."""
    own = _words(_call(room, group)).get("help")
    if own is not None:
        return str(own)
    return next(
        ast.get_docstring(node) or ""
        for node in room.body
        if isinstance(node, ast.FunctionDef) and list(_decorated(node, group, "callback"))
    )


def _call(tree: ast.Module, name: str) -> ast.Call:
    """The call whose result has a name."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            [target] = node.targets
            if isinstance(target, ast.Name) and target.id == name:
                return node.value
    raise AssertionError(f"nothing is called {name}")


def _words(called: ast.Call) -> dict[str, Any]:
    """The arguments given by name that are plain values."""
    return {
        word.arg: word.value.value
        for word in called.keywords
        if word.arg and isinstance(word.value, ast.Constant)
    }


def _decorated(node: ast.stmt, owner: str, what: str) -> Iterator[ast.Call]:
    if isinstance(node, ast.FunctionDef):
        for each in node.decorator_list:
            if isinstance(each, ast.Call) and _is_of(each.func, owner, what):
                yield each


def _is_of(node: ast.expr, owner: str, what: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == what
        and isinstance(node.value, ast.Name)
        and node.value.id == owner
    )
