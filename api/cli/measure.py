"""Commands that measure: risk of the fund or of a series."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from api import figures, risk_views
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing, moment
from api.cli.output import give, give_json, give_rows
from api.cli.returns_file import rate_of, read_returns
from api.desk import open_desk
from ledger.model.errors import BadInput

app = typer.Typer()
risk_app = typer.Typer(help="Measures of risk.", invoke_without_command=True)
app.add_typer(risk_app, name="risk")

Periods = Annotated[int, typer.Option("--periods-per-year", help="Periods that make a year.")]
Day = Annotated[str | None, typer.Option(metavar="DATE")]


@risk_app.callback()
def risk(
    context: typer.Context,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Risk of the fund from its own NAV and closed trades."""
    if context.invoked_subcommand is not None:
        return
    from risk.measure import measure

    with open_desk(db, fund) as desk:
        known = knowing(known_at)
        books = figures.as_of(desk.books(known), moment(as_of))
        points = figures.nav(books, desk.fund_at(known), moment(as_of))
        trades = figures.closed_trades(books)
    report = measure(points, trades, _day(start), _day(end))
    row = risk_views.risk_row(report)
    if as_json:
        give_json(row)
    else:
        give_rows(row["measures"], ["name", "value", "unit", "sample", "reason"], as_json=False)
        give_rows(
            row["kelly"], ["strategy", "trades", "full", "suggested", "reason"], as_json=False
        )


@risk_app.command()
def stats(
    returns: Annotated[Path, typer.Argument(metavar="RETURNS.csv")],
    periods_per_year: Periods = 365,
    confidence: Annotated[float, typer.Option(help="For VaR and ES.")] = 0.95,
    rf: Annotated[float, typer.Option(help="Risk-free return of one period.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Ratios, tails and drawdowns of each column of a file of returns as fractions."""
    from risk.backtest import backtests, with_exceptions
    from risk.downside import downside_measures
    from risk.drawdown import drawdowns
    from risk.growth import growth_measures
    from risk.model import Backtest
    from risk.ratios import ratio_measures
    from risk.significance import significance_measures
    from risk.tail import tail_measures

    if periods_per_year < 1:
        raise BadInput("a year has one period or more")
    if not 0.5 < confidence < 1:
        raise BadInput("a confidence lies between 0.5 and 1")
    rate = rate_of(rf)
    rows: list[dict[str, Any]] = []
    given = read_returns(returns)
    for series in given:
        found = growth_measures(series) + ratio_measures(series, periods_per_year, rate)
        found += downside_measures(series, rate)
        found += significance_measures(series, periods_per_year, rate, given)
        tested = backtests(series.values, confidence)
        found += with_exceptions(tail_measures(series.values, confidence), tested)
        falls = drawdowns(series)
        measures = [risk_views.measure_row(measure) for measure in found]
        deepest = [risk_views.drawdown_row(fall) for fall in falls[:5]]
        told = [
            risk_views.backtest_row(each) for each in tested.values() if isinstance(each, Backtest)
        ]
        rows.append(
            {
                "name": series.name,
                "measures": measures,
                "drawdowns": deepest,
                "backtests": told,
            }
        )
    if as_json:
        give_json(rows)
        return
    for row in rows:
        give(row["name"])
        give_rows(row["measures"], ["name", "value", "unit", "sample", "reason"], as_json=False)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no date") from error
