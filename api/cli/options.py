"""The options that many commands share, declared once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ledger.model.errors import BadInput

Database = Annotated[
    str | None, typer.Option("--db", metavar="URL", help="Database (PARTITA_DATABASE_URL).")
]
FundName = Annotated[str | None, typer.Option("--fund", metavar="NAME", help="Fund.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="As it stood at this time (ISO 8601).")
]
Out = Annotated[Path | None, typer.Option("--out", help="File or folder to write to.")]


def moment(text: str | None) -> datetime | None:
    """A time of ISO 8601; without a zone it is UTC. Raises BadInput."""
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no time of ISO 8601") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
