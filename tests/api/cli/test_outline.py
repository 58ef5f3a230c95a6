"""The help is that of the tree itself, without a room of the ledger; a command loads its own."""

import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from api.cli.commands import app
from api.cli.outline import outline, tree_with

NAMES = sorted(getattr(get_command(app), "commands", ()))


def test_the_outline_says_what_the_tree_says():
    runner = CliRunner()
    found, expected = (runner.invoke(each, ["--help"]) for each in (outline(), app))
    assert found.exit_code == expected.exit_code == 0
    assert found.output == expected.output
    assert "trial-balance" in found.output


def test_the_help_loads_no_room_and_no_heavy_library():
    code = (
        "import sys; sys.argv = ['partita', '--help']\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'numpy', 'pandas', 'sqlalchemy', 'fastapi', 'api.desk', 'ledger.books'}\n"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stderr.strip() == "[]"


def test_there_are_commands():
    assert {"nav", "risk", "tax", "fund"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_command_is_the_same_alone_in_its_room(name):
    runner = CliRunner()
    alone = tree_with(name)
    assert alone is not None
    for words in ([name, "--help"], [name, "--no-such-option"]):
        found, expected = (runner.invoke(each, words) for each in (alone, app))
        assert (found.exit_code, found.output) == (expected.exit_code, expected.output)


@pytest.mark.parametrize("word", ["no-such-command", "--version", "", "app", "kelly"])
def test_what_is_no_command_has_no_room(word):
    assert tree_with(word) is None


def test_a_command_loads_its_room_and_no_other():
    code = (
        "import sys; sys.argv = ['partita', 'nav', '--help']\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "others = {'numpy', 'api.cli.allocate', 'api.cli.tax', 'api.jobs.tax', 'reports.index'}\n"
        "print(sorted(others & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stderr.strip() == "[]"


def test_an_unknown_command_is_answered_by_the_whole_tree():
    code = "import sys; sys.argv = ['partita', 'navv']; from api.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert "No such command 'navv'" in done.stderr
