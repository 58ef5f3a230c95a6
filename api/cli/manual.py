"""Commands of manual journals: one person proposes, another decides, and what stands is booked."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing
from api.cli.output import give, give_json, give_rows
from api.cli.times import read_desk, times
from api.desk import open_desk
from api.jobs import manual as jobs
from api.manual_journals import journal_row, whole_row
from ledger.model.errors import BadInput
from ledger.model.manual import reversals

app = typer.Typer()
manual_app = typer.Typer(
    help="Journals that a person proposes and another approves.", no_args_is_help=True
)
app.add_typer(manual_app, name="manual")

Identity = Annotated[str, typer.Argument(metavar="ID", help="Id of a manual journal.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="The person who does it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]


@manual_app.command()
def propose(
    file: Annotated[Path, typer.Argument(help="A journal as text.")],
    by: By,
    reason: Reason,
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Propose the entries of a journal's text; nothing is booked until another approves."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file.name}: {error.strerror}") from error
    with open_desk(db, fund) as desk:
        journal = jobs.propose(desk, body, by, reason)
    give(f"pending {journal.id}")


@manual_app.command()
def reverse(
    identity: Identity, by: By, reason: Reason, db: Database = None, fund: FundName = None
) -> None:
    """Propose to take an approved journal back; it stands until another approves of that."""
    with open_desk(db, fund) as desk:
        journal = jobs.reverse(desk, identity, by, reason)
    give(f"pending {journal.id}")


@manual_app.command()
def approve(identity: Identity, by: By, db: Database = None, fund: FundName = None) -> None:
    """Approve a pending journal, and keep the books with it."""
    with open_desk(db, fund) as desk:
        journal = jobs.approve(desk, identity, by)
    give(f"approved {journal.id}")


@manual_app.command()
def reject(
    identity: Identity, by: By, reason: Reason, db: Database = None, fund: FundName = None
) -> None:
    """Reject a pending journal: it stays to be seen, and books nothing."""
    with open_desk(db, fund) as desk:
        journal = jobs.reject(desk, identity, by, reason)
    give(f"rejected {journal.id}")


@manual_app.command("list")
def list_journals(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """All manual journals with what was decided, in the order of proposing."""
    until = times(as_of, known_at).until
    with read_desk(db, fund, knowing(known_at)) as desk:
        found = jobs.told(desk, until)
    taken_back = reversals(found)
    rows = [journal_row(journal, taken_back) for journal in found]
    give_rows(rows, ["id", "state", "proposed_at", "maker", "checker", "reason"], as_json=as_json)


@manual_app.command()
def show(
    identity: Identity,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """One manual journal: who proposed it, who decided, when and why, and its text."""
    until = times(as_of, known_at).until
    with read_desk(db, fund, knowing(known_at)) as desk:
        row = whole_row(*jobs.journal_of(desk, identity, until))
    if as_json:
        give_json(row)
        return
    for name, value in row.items():
        if value and name != "text":
            give(f"; {name.replace('_', ' ')}: {value}")
    give(str(row["text"]))
