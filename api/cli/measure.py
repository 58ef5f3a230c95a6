"""Commands that measure: risk of the fund or of a series."""

from datetime import date
from math import inf
from pathlib import Path
from typing import Annotated

import typer

from api import figures, risk_views
from api.cli import exposures
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing, moment
from api.cli.output import give, give_json, give_rows
from api.cli.returns_file import benchmark_of, numbers_of_word, read_returns
from api.cli.times import read_desk
from ledger.model.errors import BadInput

app = typer.Typer()
risk_app = typer.Typer(help="Measures of risk.", invoke_without_command=True)
app.add_typer(risk_app, name="risk")
risk_app.add_typer(exposures.app)

Periods = Annotated[int, typer.Option("--periods-per-year", help="Periods that make a year.")]
Day = Annotated[str | None, typer.Option(metavar="DATE")]
Returns = Annotated[Path, typer.Argument(metavar="RETURNS.csv")]
Confidence = Annotated[float, typer.Option(help="For VaR and ES.")]
Horizon = Annotated[int, typer.Option(help="Also tails of so many days ahead, ten at most.")]
Simulate = Annotated[bool, typer.Option("--simulate", help="Also GARCH and a t copula: seconds.")]
Rolling = Annotated[int, typer.Option(help="Also figures of windows of so many days (JSON).")]
MEASURED = ["name", "value", "error", "unit", "sample", "reason"]
ADDED = ["component_var", "component_es", "marginal_var", "incremental_var", "incremental_es"]


@risk_app.callback()
def risk(
    context: typer.Context,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    horizon: Horizon = 1,
    simulate: Simulate = False,
    rolling: Rolling = 0,
    benchmark: Annotated[
        str | None, typer.Option(metavar="ASSET", help="Also beside this asset: id or symbol.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Risk of the fund from its own NAV and closed trades."""
    if context.invoked_subcommand is not None:
        return
    from api.benchmarks import benchmark_series
    from api.columns import check_asked
    from api.held import held_over
    from api.own_capital import capital_now
    from risk.further import Asked, with_further
    from risk.holdings import with_holdings
    from risk.measure import CONFIDENCES, measure
    from risk.relative import with_benchmark

    check_asked(0.95, horizon, rolling)
    with read_desk(db, fund, knowing(known_at)) as desk:
        known = knowing(known_at)
        named, asked = desk.fund_at(known), moment(as_of)
        books = figures.as_of(desk.books(known), asked)
        points = figures.nav(books, named, asked)
        trades, capital = figures.closed_trades(books), capital_now(books, points)
        held, days = held_over(books, named, asked)
        beside = None if benchmark is None else benchmark_series(books, named, benchmark, asked)
    report = measure(points, trades, _day(start), _day(end), capital.strategies)
    report = with_holdings(report, held, days, CONFIDENCES)
    report = with_further(report, Asked(horizon, simulate, rolling), CONFIDENCES)
    report = report if beside is None else with_benchmark(report, beside)
    row = risk_views.risk_row(report)
    if as_json:
        give_json(row)
    else:
        give_rows(row["measures"], MEASURED, as_json=False)
        for found in (*row["contributions"], *row["holdings"]):
            if found["parts"] and found["confidence"] == "0.95":
                give(f"{found['method']}: VaR {found['var']}, ES {found['es']}")
                give_rows(found["parts"], ["part", *ADDED], as_json=False)
        give_rows(
            row["kelly"],
            ["strategy", "trades", "full", "suggested", "low", "high", "reason"],
            as_json=False,
        )


@risk_app.command()
def returns(
    by: Annotated[
        str, typer.Option(metavar="NAME", help="fund, strategy, chain or wallet.")
    ] = "fund",
    start: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    every: Annotated[int, typer.Option(metavar="HOURS", help="A finer grid: 1, 2, 3, …")] = 24,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    series: Annotated[bool, typer.Option("--series", help="Also each value (JSON).")] = False,
    as_json: AsJson = False,
) -> None:
    """Returns of the fund or its parts: time-weighted, modified Dietz, money-weighted."""
    from api.part_returns import Question, returns_row

    question = Question(by, _day(start), _day(end), every, series)
    with read_desk(db, fund, knowing(known_at)) as desk:
        known = knowing(known_at)
        books = figures.as_of(desk.books(known), moment(as_of))
        row = returns_row(books, desk.fund_at(known), question, moment(as_of))
    if as_json:
        give_json(row)
        return
    for part in row["parts"]:
        give(f"{part['label']}: {part['value']} {row['currency']}, share {part['share'] or '–'}")
        give_rows(part["measures"], MEASURED, as_json=False)
        for problem in part["problems"]:
            give(f"{problem['code']}: {problem['message']} ({problem['source']})")


@risk_app.command()
def limits(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The limits in force and every breach, as `limits list` shows them; exit code 3 for one."""
    from api.cli.limits import list_limits

    list_limits(db, fund, as_of, known_at, as_json)


@risk_app.command()
def stats(
    returns: Returns,
    periods_per_year: Periods = 365,
    confidence: Confidence = 0.95,
    rf: Annotated[float, typer.Option(help="Risk-free return of one period.")] = 0.0,
    benchmark: Annotated[str | None, typer.Option(help="A column, or a file of returns.")] = None,
    horizon: Horizon = 1,
    simulate: Simulate = False,
    rolling: Rolling = 0,
    spread: Annotated[str | None, typer.Option(help="Mean, deviation, factor of a spread.")] = None,
    pool: Annotated[str | None, typer.Option(help="Share of a pool's reserve, fee.")] = None,
    volume: Annotated[str | None, typer.Option(help="Of a day's volume, participation.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ratios, tails and drawdowns of each column of a file of returns as fractions."""
    from api.columns import Question, column_rows

    given = read_returns(returns)
    question = Question(
        periods_per_year,
        confidence,
        rf,
        benchmark_of(benchmark, given),
        horizon,
        simulate,
        rolling,
        numbers_of_word(spread, 3, "--spread"),
        numbers_of_word(pool, 2, "--pool"),
        numbers_of_word(volume, 2, "--volume"),
    )
    rows = column_rows(given, question)
    if as_json:
        give_json(rows)
        return
    for row in rows:
        give(row["name"])
        give_rows(row["measures"], MEASURED, as_json=False)


@risk_app.command()
def parts(
    returns: Returns,
    weights: Annotated[str | None, typer.Option(help="A weight a column; else equal.")] = None,
    confidence: Confidence = 0.95,
    simulate: Simulate = False,
    as_json: AsJson = False,
) -> None:
    """What each column of a file of returns adds to the tail of all, and how they move together."""
    from api.columns import check_asked, parts_row

    check_asked(confidence, 1, 0)
    given = read_returns(returns)
    # what is sold short has a weight below zero
    shares = numbers_of_word(weights, len(given), "--weights", -inf)
    row = parts_row(given, shares, confidence, simulate=simulate)
    if as_json:
        give_json(row)
        return
    for found in row["contributions"]:
        give(f"{found['method']}: VaR {found['var']}, ES {found['es']} {found['reason']}")
        give_rows(found["parts"], ["part", "weight", *ADDED], as_json=False)
    give_rows(row["measures"], MEASURED, as_json=False)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no date") from error
