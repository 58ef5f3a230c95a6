"""Commands that keep the books safe: a backup of the whole database, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, Database
from api.cli.output import give, give_json

if TYPE_CHECKING:
    from ledger.store.archive import Manifest

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write; none is replaced.")],
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """All funds into one file, as they are at one moment, while others write."""
    from api.desk import now
    from api.jobs.backup import back_up_into
    from api.settings import settings

    manifest = back_up_into(file, db or settings().database_url, now())
    _answer(manifest, f"backed up into {file}", as_json=as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """A backup into a new or empty database of either kind, proven to be the same."""
    from api.jobs.backup import restore_from
    from api.settings import settings

    manifest = restore_from(file, db or settings().database_url)
    _answer(manifest, f"restored from {file}", as_json=as_json)


def _answer(manifest: "Manifest", done: str, *, as_json: bool) -> None:
    rows = {name: table.rows for name, table in manifest.tables.items()}
    said: dict[str, Any] = {
        "created_at": manifest.created_at,
        "schema": manifest.schema,
        "journal": dict(manifest.journal),
        "rows": rows,
    }
    if as_json:
        give_json(said)
        return
    give(f"{done}: {sum(rows.values())} rows of {manifest.created_at}")
    for fund, digest in sorted(manifest.journal.items()):
        give(f"{digest}  {fund}")
