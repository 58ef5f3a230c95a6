"""The options that many commands share, declared once."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.given import instant, past_instant

Database = Annotated[
    str | None, typer.Option("--db", metavar="URL", help="Database (PARTITA_DATABASE_URL).")
]
FundName = Annotated[str | None, typer.Option("--fund", metavar="NAME", help="Fund.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="As it stood at this time (ISO 8601).")
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help="As it was known at this time (ISO 8601)."),
]
LeastCapital = Annotated[
    float | None,
    typer.Option(help="Least share of the fund that is own capital (0.01)."),
]
Leave = Annotated[
    list[str] | None,
    typer.Option("--leave", metavar="NAME", help="A strategy to leave alone (repeatable)."),
]
Out = Annotated[Path | None, typer.Option("--out", help="File or folder to write to.")]

Method = Annotated[str | None, typer.Option(help="fifo, hifo, average, share-matching …")]
Sets = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting.")]
Regime = Annotated[str, typer.Argument(help="us, uk, ca, de …")]
Year = Annotated[int, typer.Argument(help="The year in which the tax year ends.")]
Brokers = Annotated[
    list[str] | None,
    typer.Option("--broker", metavar="WALLET=FILE", help="A broker's Form 1099-DA as CSV."),
]
Partners = Annotated[
    Path | None, typer.Option(help="CSV from,partner,share: whose the year's gains are.")
]
CeilingRule = Annotated[
    str, typer.Option("--ceiling", help="traditional or remedial (section 704(c)).")
]


def moment(text: str | None) -> datetime | None:
    """The time of `--as-of`, not in the future. Raises BadInput."""
    return past_instant("--as-of", text)


def knowing(text: str | None) -> datetime | None:
    """The time of `--known-at`; whoever opens the desk refuses the future. Raises BadInput."""
    return None if text is None else instant("--known-at", text)
