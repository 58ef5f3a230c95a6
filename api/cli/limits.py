"""Commands of limits: declared, checked, and their breaches acknowledged and waived."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing
from api.cli.output import give, give_json, give_rows, say
from api.cli.times import NOW, Times, read_desk, times
from api.desk import Desk, open_desk
from api.errors import TO_LOOK_AT
from ledger.model.errors import BadInput
from ledger.model.limit import HYSTERESIS, Limit

if TYPE_CHECKING:
    from api.jobs.limits import Standing
    from risk.limits import Checked

app = typer.Typer()
limits_app = typer.Typer(help="Limits of the fund and their breaches.", no_args_is_help=True)
app.add_typer(limits_app, name="limits")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of a limit.")]
Number = Annotated[int, typer.Argument(metavar="N", help="The number of a breach.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="The person who does it.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]

_COLUMNS = ("name", "measure", "strategy", "bound", "level", "figure", "state", "breach", "unknown")


def look_at_limits(desk: Desk) -> bool:
    """Whether limits are breached and nobody waived it; says so on standard error."""
    from api.jobs.limits import open_breaches

    count = open_breaches(desk)
    if count:
        say(f"{count} limits are breached: partita limits list")
    return bool(count)


@limits_app.command()
def declare(
    name: Name,
    measure: Annotated[str, typer.Option(help="What is limited, as docs/limits.md names it.")],
    by: By,
    reason: Reason,
    most: Annotated[str | None, typer.Option(metavar="LEVEL", help="It may be at most.")] = None,
    least: Annotated[str | None, typer.Option(metavar="LEVEL", help="It must be at least.")] = None,
    strategy: Annotated[str, typer.Option(help="One strategy; else the fund.")] = "",
    hysteresis: Annotated[
        str, typer.Option(metavar="SHARE", help="Of the level, to be within it again.")
    ] = str(HYSTERESIS),
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="PROTOCOL:COIN=SHARE", help="Of loans, for `health`."),
    ] = None,
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Declare a limit, in place of the one of its name; it is checked after every keeping."""
    from api.jobs import limits as jobs

    if (most is None) == (least is None):
        raise BadInput("a limit has either --most or --least")
    asked = jobs.Asked(
        *(name, measure, most or least or "", by, reason, "least" if most is None else "most"),
        *(strategy, hysteresis, tuple(threshold or ())),
    )
    with open_desk(db, fund) as desk:
        limit = jobs.declare(desk, asked)
        breached = look_at_limits(desk)
    give(f"declared {limit.name}")
    if breached:
        raise typer.Exit(TO_LOOK_AT)


@limits_app.command()
def withdraw(
    name: Name, by: By, reason: Reason, db: Database = None, fund: FundName = None
) -> None:
    """Take a limit out of force; what was said of it stays."""
    from api.jobs import limits as jobs

    with open_desk(db, fund) as desk:
        jobs.withdraw(desk, name, by, reason)
    give(f"withdrawn {name}")


@limits_app.command("list")
def list_limits(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The limits in force with their figures, and every breach; exit code 3 while one is open."""
    asked = times(as_of, known_at)
    with read_desk(db, fund, knowing(known_at)) as desk:
        found = standing_at(desk, asked)
    show(found, as_json=as_json)


@limits_app.command()
def events(
    after: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**53, help="Behind this number alone.")
    ] = 0,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What limits have for the outside: breaches, words on them and their ends, by number."""
    from api import limit_views
    from api.jobs import limits as jobs

    asked = times(as_of, known_at)
    with read_desk(db, fund, knowing(known_at)) as desk:
        rows = [limit_views.told_row(one) for one in jobs.told(desk, after, asked.until)]
    if as_json:
        give_json(rows)
        return
    for row in rows:
        row |= {name: row["data"][name] for name in ("limit", "breach", "figure", "by")}
    give_rows(rows, ["n", "type", "timestamp", "limit", "breach", "figure", "by"], as_json=False)


@limits_app.command()
def check(db: Database = None, fund: FundName = None, as_json: AsJson = False) -> None:
    """Keep the books where they are not up to date, and check every limit."""
    from api.jobs import limits as jobs

    with open_desk(db, fund) as desk:
        desk.keep_if_due()
        found = jobs.check_limits(desk)
    show(found, as_json=as_json)


@limits_app.command()
def acknowledge(
    breach: Number, by: By, reason: Reason, db: Database = None, fund: FundName = None
) -> None:
    """Say that a breach was seen, and what is done about it."""
    from api.jobs import limits as jobs

    with open_desk(db, fund) as desk:
        jobs.say(desk, breach, "acknowledged", by, reason)
    give(f"acknowledged {breach}")


@limits_app.command()
def waive(
    breach: Number, by: By, reason: Reason, db: Database = None, fund: FundName = None
) -> None:
    """Let a breach stand; who acknowledged it is refused, and one that nobody acknowledged."""
    from api.jobs import limits as jobs

    with open_desk(db, fund) as desk:
        jobs.say(desk, breach, "waived", by, reason)
    give(f"waived {breach}")


def standing_at(desk: Desk, asked: Times) -> "Standing":
    """The limits that were in force, their figures then, and what was said of breaches by then."""
    from api.jobs import limits as jobs
    from api.limit_figures import measured_of

    if asked == NOW:
        return jobs.standing(desk)

    def figures(limits: Sequence[Limit]) -> "Sequence[Checked]":
        return measured_of(asked.books(desk), asked.fund(desk), limits, asked.as_of)

    return jobs.standing(desk, asked.until, figures)


def show(found: "Standing", *, as_json: bool) -> None:
    """Limits and breaches; ends with exit code 3 where one is to be looked at."""
    from api import limit_views

    rows = limit_views.checked_rows(found)
    breaches = [limit_views.breach_row(breach) for breach in found.breaches]
    if as_json:
        give_json({"limits": rows, "breaches": breaches})
    else:
        give_rows(rows, _COLUMNS, as_json=False)
        give_rows(breaches, ["n", "limit", "state", "figure", "at"], as_json=False)
    if found.to_look_at:
        raise typer.Exit(TO_LOOK_AT)
