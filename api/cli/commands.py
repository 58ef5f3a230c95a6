"""Nothing enters; the tree of commands leaves: words in, tables or JSON out."""

import typer

from api.cli import (
    allocate,
    bring,
    close,
    give,
    keep_safe,
    limits,
    manual,
    measure,
    read,
    run,
    setup,
    size,
    tax,
)

app = typer.Typer(
    name="partita",
    help="Books for a fund that trades on chains. It never trades and holds no private key.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    setup,
    bring,
    manual,
    read,
    measure,
    limits,
    size,
    allocate,
    tax,
    give,
    close,
    keep_safe,
    run,
):
    app.add_typer(room.app)
