"""Commands of tax: a year under a regime, what was filed of it, plans of lots."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from api import tax_views
from api.cli import tax_allocation, tax_trials
from api.cli.batch import answer_file
from api.cli.options import (
    AsJson,
    AsOf,
    Brokers,
    CeilingRule,
    Database,
    FundName,
    KnownAt,
    Method,
    Out,
    Partners,
    Regime,
    Sets,
    Year,
)
from api.cli.output import give, give_json, give_rows, json_parts, say
from api.cli.tax_trials import say_allocation
from api.cli.times import read_at_present, read_desk, times
from api.collecting import little_collecting
from api.desk import now, open_desk
from api.errors import TO_LOOK_AT
from api.jobs import tax_filed
from api.jobs.tax import Question, choices_of
from api.jobs.tax_filed import answered
from api.jobs.tax_files import drawn_of, files_of, given_by, write_files, write_year
from api.jobs.tax_record import record_of
from api.tax_books import tax_books
from api.views import Row
from reports.model import ExportFigures

app = typer.Typer()
year_app = typer.Typer(add_completion=False)
#: Options of a year stand where a group has none: they are for the command below.
_ANY: Final = {"ignore_unknown_options": True}
_COLUMNS: Final = "asset quantity acquired disposed proceeds cost gain term".split()

By = Annotated[str, typer.Option("--by", metavar="NAME", help="The person who does it.")]


class _YearFirst(TyperGroup):
    """A group whose words that are no command are those of a year: `tax us 2026`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 -- the library's own types
        """The command that words begin with, else the year."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "", get_command(year_app), args


tax_app = typer.Typer(
    cls=_YearFirst,
    context_settings=_ANY,
    invoke_without_command=True,
    subcommand_metavar="REGIME YEAR | COMMAND",
)
tax_app.add_typer(tax_allocation.app, name="allocation")
tax_app.add_typer(tax_trials.app)
app.add_typer(tax_app, name="tax")


@tax_app.callback()
def tax(context: typer.Context) -> None:
    """A tax year of the books: `tax REGIME YEAR`, or one of the commands.

    What the year takes is told by `tax us 2026 --help`.
    """
    if context.invoked_subcommand is None:
        raise typer.BadParameter("give REGIME and YEAR; or --batch")


@year_app.command()
def year_under(
    regime: Annotated[str | None, typer.Argument(help="us, uk, ca, de …")] = None,
    year: Annotated[int | None, typer.Argument()] = None,
    method: Method = None,
    choices: Sets = None,
    out: Out = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    brokers: Brokers = None,
    partners: Partners = None,
    ceiling: CeilingRule = "traditional",
    pages: Annotated[bool, typer.Option(help="Forms as PDF too, a page for eleven lines.")] = True,
    batch: Annotated[Path | None, typer.Option(help="JSON lines to answer.")] = None,
    as_json: AsJson = False,
) -> None:
    """Disposals and income of a tax year under a regime; exit code 3 where it has problems."""
    if batch is not None:
        raise typer.Exit(answer_file(str(batch)))
    if regime is None or year is None:
        raise typer.BadParameter("give REGIME and YEAR; or --batch")
    asked, when = Question(regime, method, choices_of(choices or ())), times(as_of, known_at)
    with read_at_present(db, fund, when.known_at) as (desk, present):
        owner, record = when.fund(desk), record_of(desk, when.until)
        with tax_books(desk, when.known_at, when.as_of) as books, little_collecting():
            answer = answered(books, record, asked, year)
            if out is not None:
                beside = given_by(books, brokers or [], partners, ceiling)
                drawn = drawn_of(books, owner, answer.found, beside)
                write_files(out, files_of(drawn, pages=pages))
                drawn.made.clear()  # as much as the files
            row = tax_views.answer_row(answer, books.assets)
            row = tax_views.with_status(row, (when.until or present).date())
        if out is not None:
            write_year(out, drawn, row, (part.encode() for part in json_parts(row)))
    if as_json:
        give_json(row)
    else:
        _show_year(row)
    if (out is not None and _say_sides(drawn)) or answer.found.problems:
        raise typer.Exit(TO_LOOK_AT)


def _say_sides(drawn: ExportFigures) -> bool:
    """Say how a broker's statement compares, and what is nobody's; whether anything is."""
    outcomes = Counter(one.outcome for one in drawn.comparisons)
    if outcomes:
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        say(f"Form 1099-DA beside the books: {told}")
    unshared = () if drawn.allocation is None else drawn.allocation.problems
    for problem in unshared:
        say(f"{problem.code}: {problem.message}")
    return bool(unshared)


@tax_app.command("file")
def file_year(
    regime: Regime,
    year: Year,
    by: By,
    method: Method = None,
    choices: Sets = None,
    reason: Annotated[str, typer.Option(help="Why a filed year is amended.")] = "",
    with_open_problems: Annotated[
        bool, typer.Option("--with-open-problems", help="File all the same; they are kept.")
    ] = False,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Keep a year that is over as filed, for ever; with problems nothing is (exit code 3)."""
    asked = Question(regime, method, choices_of(choices or ()))
    with open_desk(db, fund) as desk:
        filed, found = tax_filed.file_year(
            desk, asked, year, by, now(), reason=reason, with_open_problems=with_open_problems
        )
    if filed is None:
        for problem in found.problems:
            say(f"{problem.code}: {problem.message}")
        say("nothing was filed")
        raise typer.Exit(TO_LOOK_AT)
    row = tax_views.filed_row(filed)
    if as_json:
        give_json(row)
    else:
        give(f"{regime} {year} filed by {row['by']} at {row['filed_at']}: {row['digest']}")


@tax_app.command("checkpoint")
def put_checkpoint(
    regime: Regime,
    method: Method = None,
    choices: Sets = None,
    year: Annotated[
        int | None, typer.Option(help="Say what it comes to; put nothing down.")
    ] = None,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Put down what every year of a regime comes to, asset by asset; later years go on from it."""
    from api.jobs.tax_kept import changed_since, keep_assessment

    asked = Question(regime, method, choices_of(choices or ()))
    with open_desk(db, fund) as desk:
        if year is not None:
            changed = changed_since(desk, asked, year)
            _show_changed(tax_views.changed_row(changed, desk.store.assets.all(desk.fund.name)),
                          as_json=as_json)  # fmt: skip
            return
        put = keep_assessment(desk, asked)
    row = {"question": put.question, "stretches": put.stretches, "new": put.new}
    if as_json:
        give_json(row)
    else:
        give(f"{put.stretches} stretches are kept, {put.new} of them new: {put.question}")


@tax_app.command("filed")
def list_filed(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Every year that was filed, amendments too, in the order of filing."""
    when = times(as_of, known_at)
    with read_desk(db, fund, when.known_at) as desk:
        rows = [tax_views.filed_row(one) for one in record_of(desk, when.until).years]
    give_rows(rows, ["regime", "year", "filed_at", "by", "reason", "digest"], as_json=as_json)


@tax_app.command("plan")
def plan_sale(
    asset: Annotated[str, typer.Argument(help="Symbol or id.")],
    quantity: str,
    lots: Annotated[list[str], typer.Argument(help="Lots in the order in which they are used.")],
    wallet: Annotated[str, typer.Option(help="Label, id or address.")],
    by: By,
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Say before a sale which lots it takes; kept and sealed with the time, now."""
    from api.jobs.tax_plan import plan_lots

    with open_desk(db, fund) as desk:
        plan = plan_lots(desk, asset, quantity, wallet, lots, by)
        row = tax_views.plan_row(plan, None, desk.books().assets)
    give(f"planned at {row['said_at']}: {', '.join(row['lots'])}, {row['digest']}")


@tax_app.command("plans")
def list_plans(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Every plan of lots in the order of making, with the entry that it served."""
    from api.jobs.tax_plan import plans_with_sales

    when = times(as_of, known_at)
    with read_desk(db, fund, when.known_at) as desk:
        books, plans = when.books(desk), record_of(desk, when.until).plans
        found = plans_with_sales(books, plans)
        rows = [tax_views.plan_row(plan, entry, books.assets) for plan, entry in found]
    give_rows(rows, "said_at by asset quantity wallet lots entry digest".split(), as_json=as_json)


# ---- tables for people


def _show_year(row: Row) -> None:
    give_rows(row["disposals"], _COLUMNS, as_json=False)
    give("  ".join(f"{name} {amount}" for name, amount in row["totals"].items()))
    give(f"{row['status']}; trades until {row['settled_after']} bear on it")
    if "filed" in row:
        filed = row["filed"]
        shown = "as filed" if "difference" in row else "asked otherwise than filed"
        give(f"{shown}: by {filed['by']} at {filed['filed_at']}, {filed['digest']}")
    say_allocation(row.get("allocation"))
    if row.get("difference", {}).get("changed"):
        _show_difference(row["difference"])
    for problem in row["problems"]:
        say(f"{problem['code']}: {problem['message']}")


def _show_changed(row: Row, *, as_json: bool) -> None:
    if as_json:
        give_json(row)
        return
    give_rows(row["disposals"], _COLUMNS, as_json=False)
    give("  ".join(f"{name} {amount}" for name, amount in row["totals"].items()))


def _show_difference(row: Row) -> None:
    shown = [
        {"what": one["what"], "when": when, **one[when]}
        for one in (*row["disposals"], *row["income"])
        for when in ("filed", "now")
        if one[when] is not None
    ]
    names = "what when source asset quantity proceeds cost gain value lot".split()
    give_rows(shown, names, as_json=False)
    give("  ".join(f"{name} {one['filed']} → {one['now']}" for name, one in row["totals"].items()))
    for problem in row["problems"]:
        say(f"since it was filed: {problem['code']}: {problem['message']}")
