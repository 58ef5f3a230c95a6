"""What a rule of tidiness is: a Python file enters, the places that break the rule leave."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path inside the repository, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """The source of a text that stands at a path."""
        return cls(path, text, ast.parse(text))

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".py")


Fault = tuple[int, str]
Check = Callable[[Source], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, the files it holds for, and two snippets: one that breaks it and one that keeps it.

    `where` and `unless` are shell patterns of paths in which `*` crosses folders.
    """

    name: str
    check: Check
    where: tuple[str, ...]
    unless: tuple[str, ...] = ()
    path: str = ""
    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()

    def holds_for(self, path: str) -> bool:
        """Whether a file at this path has to keep the rule."""
        return any(fnmatchcase(path, pattern) for pattern in self.where) and not any(
            fnmatchcase(path, pattern) for pattern in self.unless
        )

    def faults(self, source: Source) -> list[str]:
        """Each place that breaks the rule, as `path:line: what`."""
        return [f"{source.path}:{line}: {what}" for line, what in self.check(source)]


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or attribute, its last parts when it starts with a call, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a tree with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(node: ast.AST) -> list[str]:
    """The modules that one import statement names; `from a import b` names `a` and `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def at_module_level(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but function bodies and type-only blocks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and dotted(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from at_module_level(child)
