"""A command with a fund of its own."""

import pytest

from tests.end_to_end.command import Command


@pytest.fixture
def partita(tmp_path, monkeypatch, capsys) -> Command:
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    command = Command(tmp_path, monkeypatch, capsys)
    made = command("fund", "create", "main", "--base", "USD", "--regime", "us")
    assert made.code == 0, made.err
    return command
