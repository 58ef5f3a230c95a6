"""Each import contract of pyproject.toml breaks when a small tree breaks it, and only then."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"

MODULES = (
    "api.app",
    "reports.model",
    "reports.page",
    "reports.pdf",
    "risk.model",
    "risk.ratios",
    "risk.tail",
    "ledger.store",
    "ledger.close",
    "ledger.books",
    "ledger.tax",
    "ledger.classify",
    "ledger.link",
    "ledger.protocols.aave_v3",
    "ledger.venues.kraken",
    "ledger.chains.evm",
    "ledger.prices",
    "ledger.shapes",
    "ledger.transport",
    "ledger.model",
)
ALLOWED = (
    ("api.app", "import fastapi, ledger.store, reports.page, risk.tail, ledger.books"),
    ("reports.pdf", "import reportlab.graphics, risk.model, ledger.model"),
    ("risk.ratios", "import quantstats, ledger.model"),
    ("risk.tail.garch", "import arch"),
    ("ledger.store", "import sqlalchemy.sql, ledger.books"),
    ("ledger.books", "import ledger.classify, ledger.tax, ledger.protocols.aave_v3"),
    ("ledger.classify", "import ledger.shapes"),
    ("ledger.chains.evm", "import web3, ledger.transport"),
    ("ledger.protocols.aave_v3", "import eth_abi.abi, ledger.shapes"),
    ("ledger.transport", "import httpx"),
)
FORBIDDEN = (
    ("packages", "ledger.books", "import api.app"),
    ("packages", "risk.tail", "import reports.model"),
    ("ledger", "ledger.classify", "import ledger.link"),
    ("ledger", "ledger.venues.kraken", "import ledger.protocols.aave_v3"),
    ("ledger", "ledger.prices", "import ledger.chains.evm"),
    ("ledger", "ledger.model", "import ledger.transport"),
    ("ledger", "ledger.books", "import ledger.store"),
    ("risk-nouns", "risk.tail", "import ledger.books"),
    ("risk-nouns", "risk.tail", "import ledger.store"),
    ("report-nouns", "reports.page", "import ledger.prices"),
    ("report-nouns", "reports.page", "import risk.tail"),
    ("sql", "api.app", "import sqlalchemy"),
    ("sql", "ledger.books", "from sqlalchemy import orm"),
    ("network", "ledger.chains.evm", "import httpx"),
    ("json", "ledger.classify", "import pydantic_core"),
    ("json", "ledger.chains.evm", "from pydantic_core import from_json"),
    ("ethereum", "ledger.classify", "import eth_abi"),
    ("solana", "ledger.chains.evm", "import solders"),
    ("exchanges", "ledger.venues.kraken", "import ccxt"),
    ("pages", "reports.page", "from reportlab.lib import units"),
    ("allocation", "risk.tail", "import riskfolio"),
    ("ratios", "risk.tail", "import quantstats"),
    ("volatility", "risk.ratios", "import arch"),
    ("web", "reports.page", "import fastapi"),
)


def tree(root: Path, imports: tuple[tuple[str, str], ...]) -> None:
    """Write a tree of empty modules with some imports in it, under the contracts of the project."""
    root.joinpath("pyproject.toml").write_bytes(PYPROJECT.read_bytes())
    for module in MODULES:
        parts = module.split(".")
        for depth in range(1, len(parts)):
            folder = root.joinpath(*parts[:depth])
            folder.mkdir(parents=True, exist_ok=True)
            folder.joinpath("__init__.py").touch()
        lines = [statement for importer, statement in imports if importer == module]
        root.joinpath(*parts).with_suffix(".py").write_text("\n".join(lines) + "\n", "utf-8")


def lint(root: Path, *contracts: str) -> tuple[int, str]:
    """The exit code and the report of import-linter on a tree."""
    only = [word for contract in contracts for word in ("--contract", contract)]
    script = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{script}; lint_imports_command()", "--no-cache", *only],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_tree_that_keeps_the_rooms_passes(tmp_path: Path):
    tree(tmp_path, ALLOWED)
    code, report = lint(tmp_path)
    assert code == 0, report


@pytest.mark.parametrize(("contract", "importer", "statement"), FORBIDDEN)
def test_an_import_against_a_contract_is_found(tmp_path, contract, importer, statement):
    tree(tmp_path, ((importer, statement),))
    code, report = lint(tmp_path, contract)
    assert code == 1, report
    assert "1 broken" in report


def test_every_contract_has_a_case():
    with PYPROJECT.open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == {case[0] for case in FORBIDDEN}
