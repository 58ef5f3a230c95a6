"""The command `partita`: words in, tables or JSON out, an exit code of design.md 5."""

import sys

import typer

from api.cli import bring, close, give, keep_safe, manual, measure, read, run, setup, tax
from api.errors import answer_for
from ledger.model.errors import PartitaError

app = typer.Typer(
    name="partita",
    help="Books for a fund that trades on chains. It never trades and holds no private key.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (setup, bring, manual, read, measure, tax, give, close, keep_safe, run):
    app.add_typer(room.app)


def main() -> None:
    """Run the command; faults that Partita names become one line and their exit code."""
    try:
        app()
    except PartitaError as fault:
        sys.stderr.write(f"partita: {fault.code}: {fault}\n")
        sys.exit(answer_for(fault)[0])
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
