"""The help is that of the tree itself, and is told without loading a room of the ledger."""

import subprocess
import sys

from typer.testing import CliRunner

from api.cli.commands import app
from api.cli.outline import outline


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
