"""Commands that close months, reopen them with a second person, and list what was sealed."""

from typing import Annotated

import typer

from api import given
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing
from api.cli.output import give, give_json, give_rows
from api.cli.times import read_desk, times
from api.desk import now, open_desk
from api.errors import TO_LOOK_AT
from api.jobs.close import close_month, period_rows, reopen_month
from api.reconciliation import reconciliation_lines

app = typer.Typer()

Month = Annotated[str, typer.Argument(metavar="YYYY-MM")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]


@app.command()
def close(
    month: Month,
    by: By = "operator",
    with_open_problems: Annotated[
        bool, typer.Option("--with-open-problems", help="Close all the same; the trace says so.")
    ] = False,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Close a month that is over, and those before it; exit code 3 when something hinders it."""
    person = given.name("--by", by)
    with open_desk(db, fund) as desk:
        done = close_month(desk, month, person, now(), with_open_problems=with_open_problems)
    if as_json:
        give_json({"closed": list(done.months), "report": done.report})
    elif done.months:
        give(f"closed {', '.join(done.months)}")
    else:
        for line in reconciliation_lines(done.report):
            give(line)
        give(f"{month} stays open: look at these first, or close it --with-open-problems")
    if not done.months:
        raise typer.Exit(TO_LOOK_AT)


@app.command()
def reopen(
    month: Month,
    by: By,
    approved_by: Annotated[
        str, typer.Option("--approved-by", metavar="NAME", help="A second person.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Reopen a month and every one after it; it takes two persons, and leaves a trace."""
    person, approver = given.name("--by", by), given.name("--approved-by", approved_by)
    with open_desk(db, fund) as desk:
        months = reopen_month(desk, month, person, approver, reason)
    if as_json:
        give_json({"reopened": list(months)})
    else:
        give(f"reopened {', '.join(months)}")


@app.command()
def periods(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The months that were ever closed: by whom, what was sealed, and what became of it."""
    until = times(as_of, known_at).until
    with read_desk(db, fund, knowing(known_at)) as desk:
        rows = period_rows(desk, until)
    for row in [] if as_json else rows:
        row["trace"] = [_event_text(event) for event in row["trace"]]
    columns = ["month", "status", "closed_by", "closed_at", "digest", "trace"]
    give_rows(rows, columns, as_json=as_json)


def _event_text(event: dict[str, str | None]) -> str:
    approved = f", approved by {event['approved_by']}" if event["approved_by"] else ""
    reason = f": {event['reason']}" if event["reason"] else ""
    return f"{event['kind']} {event['time']} by {event['by']}{approved}{reason}"
