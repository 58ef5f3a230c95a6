"""Rules of purity: what the core never reaches for, and what a test must be."""

import ast
from collections.abc import Iterator

from tests.tidy.source import (
    Fault,
    Rule,
    Source,
    at_module_level,
    calls,
    dotted,
    functions,
    imported,
)

PACKAGES = ("ledger/*", "risk/*", "reports/*", "api/*")
PURE_TESTS = ("tests/ledger/*", "tests/risk/*", "tests/reports/*")
HEAVY = ("riskfolio", "quantstats", "web3", "pandas", "scipy", "matplotlib", "ccxt")
CLOCK = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
)


def environment_is_read_in_settings(source: Source) -> Iterator[Fault]:
    """One module reads the environment."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in {"os.environ", "os.getenv"}:
            yield node.lineno, f"{dotted(node)} outside api/settings"
        if any(name in {"os.environ", "os.getenv"} for name in imported(node)):
            yield getattr(node, "lineno", 1), "the environment is imported outside api/settings"


def clock_is_read_in_api(source: Source) -> Iterator[Fault]:
    """The time of day is a parameter."""
    for call, name in calls(source.tree):
        if name.endswith(CLOCK):
            yield call.lineno, f"{name}() outside api"


def heavy_libraries_wait(source: Source) -> Iterator[Fault]:
    """A library that takes seconds to import is imported by the function that uses it."""
    for node in at_module_level(source.tree):
        for module in imported(node):
            if module.split(".")[0] in HEAVY:
                yield getattr(node, "lineno", 1), f"{module} is imported at module level"
                break


def paragraphs_are_encoded(source: Source) -> Iterator[Fault]:
    """A reportlab paragraph reads tags in its text: one module makes them, and it encodes."""
    for node in ast.walk(source.tree):
        for module in imported(node):
            if module.startswith("reportlab") and module.endswith(".Paragraph"):
                yield getattr(node, "lineno", 1), "Paragraph outside the encoder"
        if isinstance(node, ast.Attribute) and node.attr == "Paragraph":
            yield node.lineno, "Paragraph outside the encoder"


def no_mock(source: Source) -> Iterator[Fault]:
    """What is pure needs no mock."""
    for node in ast.walk(source.tree):
        for module in imported(node):
            if module.startswith(("unittest.mock", "pytest_mock", "mock.")) or module == "mock":
                yield getattr(node, "lineno", 1), f"{module} in a test of the core"
        if isinstance(node, ast.arg) and node.arg == "mocker":
            yield node.lineno, "mocker in a test of the core"


def tests_can_fail(source: Source) -> Iterator[Fault]:
    """A test without an assertion, or with one that is always true, proves nothing."""
    for function in functions(source.tree):
        if function.name.startswith("test") and not any(map(_asserts, ast.walk(function))):
            yield function.lineno, f"{function.name} asserts nothing"


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if isinstance(node, ast.Call):
        name = dotted(node.func).split(".")[-1]
        return name in {"raises", "warns", "fail"} or name.startswith(("check_", "assert_"))
    return False


RULES = (
    Rule("environment is read in settings", environment_is_read_in_settings, PACKAGES,
         ("api/settings.py", "api/settings/*"), path="api/app.py",
         bad=("import os\nx = os.environ['A']\n", "from os import getenv\n"),
         good=("x = settings.database_url\n",)),
    Rule("clock is read in api", clock_is_read_in_api, PACKAGES,
         ("api/*", "ledger/transport.py", "ledger/transport/*"), path="ledger/books.py",
         bad=("x = datetime.now(UTC)\n", "x = datetime.datetime.now()\n", "x = time.time()\n"),
         good=("x = now\n",)),
    Rule("heavy libraries wait", heavy_libraries_wait, PACKAGES, path="risk/allocation.py",
         bad=("import riskfolio as rp\n", "from web3 import Web3\n", "if x:\n    import pandas\n"),
         good=("def f():\n    import pandas\n",
               "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n")),
    Rule("paragraphs are encoded", paragraphs_are_encoded, ("reports/*",),
         ("reports/pdf/text.py", "reports/pdf/encoder.py"), path="reports/pdf/cover.py",
         bad=("from reportlab.platypus import Paragraph\n", "x = platypus.Paragraph(y)\n"),
         good=("from reports.pdf.text import paragraph\n",)),
    Rule("no mock", no_mock, PURE_TESTS, path="tests/ledger/test_books.py",
         bad=("from unittest.mock import patch\n", "from unittest import mock\n",
              "def test_x(mocker): ...\n"), good=("from ledger.books import keep_books\n",)),
    Rule("test can fail", tests_can_fail, ("tests/*test_*.py",), path="tests/ledger/test_books.py",
         bad=("def test_x():\n    keep()\n", "def test_x():\n    assert True\n"),
         good=("def test_x():\n    assert keep()\n", "def test_x():\n    check_tied(x)\n",
               "def test_x():\n    with pytest.raises(BadInput):\n        keep()\n")),
)  # fmt: skip
