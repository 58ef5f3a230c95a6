"""A command with a fund of its own, and books of two months."""

import pytest

from tests.api.conftest import HEADER, PRICES, ROWS
from tests.end_to_end.command import Command


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys) -> Command:
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    command = Command(tmp_path, monkeypatch, capsys)
    made = command("fund", "create", "main", "--base", "USD", "--regime", "us")
    assert made.code == 0, made.err
    return command


@pytest.fixture
def kept(partita: Command) -> Command:
    """The same with trades from January to March 2026 and a price for most of them."""
    partita("import", partita.write("main.csv", *(HEADER + ROWS).splitlines()))
    partita("prices", "import", partita.write("prices.csv", *PRICES.splitlines()))
    return partita
