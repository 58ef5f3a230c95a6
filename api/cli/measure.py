"""Commands that measure: risk of the fund or of a series, sizes and weights."""

import csv
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from api import figures, risk_views
from api.cli import exposures
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing, moment
from api.cli.output import give, give_json, give_rows
from api.desk import open_desk
from ledger.model.errors import BadInput
from risk.model import ReturnSeries

app = typer.Typer()
risk_app = typer.Typer(help="Measures of risk.", invoke_without_command=True)
size_app = typer.Typer(help="How much to stake.", no_args_is_help=True)
app.add_typer(risk_app, name="risk")
app.add_typer(size_app, name="size")
risk_app.add_typer(exposures.app)

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
def limits(db: Database = None, fund: FundName = None, as_json: AsJson = False) -> None:
    """The limits in force and every breach, as `limits list` shows them; exit code 3 for one."""
    from api.cli.limits import show

    show(db, fund, as_json=as_json, check=False)


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
    rate = _rate(rf)
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


@size_app.command()
def kelly(
    strategy: Annotated[str | None, typer.Option(help="One strategy; else all.")] = None,
    returns: Annotated[Path | None, typer.Option(help="Of a file of returns instead.")] = None,
    rf: Annotated[float, typer.Option(help="Risk-free return of one period of it.")] = 0.0,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Kelly fractions from realised trades, halved and shrunk for estimation error."""
    from risk.sizing import kelly_of_returns, kelly_size

    columns = ["strategy", "trades", "win_rate", "full", "suggested", "low", "high", "reason"]
    if returns is not None:
        rate = _rate(rf)
        sizes = [kelly_of_returns(series, rate) for series in read_returns(returns)]
        give_rows([risk_views.kelly_row(size) for size in sizes], columns, as_json=as_json)
        return
    with open_desk(db, fund) as desk:
        closed = figures.closed_trades(desk.books())
    names = sorted({trade.strategy for trade in closed})
    chosen = [name for name in names if strategy in {None, name}]
    if not chosen:
        raise BadInput(f"no closed trade of {strategy!r}; strategies: {', '.join(names)}")
    rows = [risk_views.kelly_row(kelly_size(name, closed)) for name in chosen]
    give_rows(rows, columns, as_json=as_json)


@size_app.command(name="fixed-fraction")
def fixed_fraction_(
    risk: Annotated[float, typer.Option(help="Share of NAV to lose at the stop.")],
    entry: Annotated[float, typer.Option(help="Price of entry.")],
    stop: Annotated[float, typer.Option(help="Price of the stop.")],
    nav: Annotated[float, typer.Option(help="Net asset value.")],
    as_json: AsJson = False,
) -> None:
    """Units to hold so that the stop costs a fixed fraction of NAV."""
    from risk.sizing import fixed_fraction

    finite = isfinite(entry) and isfinite(nav)
    if not (finite and 0 < risk < 1 and entry > stop > 0 and nav > 0):
        raise BadInput("the risk lies between 0 and 1, the stop below the entry, NAV above zero")
    units = fixed_fraction(risk, entry, stop, nav)
    if not isfinite(units * entry):
        raise BadInput("the stake is beyond every number: the stop lies too near the entry")
    if as_json:
        give_json({"units": f"{units:.12g}", "stake": f"{units * entry:.12g}"})
    else:
        give(f"{units:.8g} units, a stake of {units * entry:.2f}")


@app.command()
def allocate(
    returns: Annotated[Path, typer.Argument(metavar="RETURNS.csv")],
    model: Annotated[str, typer.Option(help="hrp or risk-parity.")] = "hrp",
    as_json: AsJson = False,
) -> None:
    """Weights over the columns of a file of returns."""
    from risk.allocation import MODELS
    from risk.allocation import allocate as weigh

    if model not in MODELS:
        raise BadInput(f"no model is called {model!r}; models: {', '.join(MODELS)}")
    found = risk_views.allocation_row(weigh(read_returns(returns), model))
    if as_json:
        give_json(found)
    else:
        give_rows(found["weights"], ["name", "weight"], as_json=False)
        give(found["fallback"])


def read_returns(path: Path) -> list[ReturnSeries]:
    """The series of a file: a column of dates, then one column of returns a series.

    Raises BadInput with file, row and reason.
    """
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {error}") from error
    if len(rows) < 2 or len(rows[0]) < 2:
        raise BadInput(f"{path.name}: a header, a column of dates and one of returns are needed")
    days: list[date] = []
    columns: list[list[float]] = [[] for _ in rows[0][1:]]
    for number, row in enumerate(rows[1:], start=2):
        try:
            days.append(date.fromisoformat(row[0][:10]))
            for column, text in zip(columns, row[1:], strict=True):
                column.append(_return(text))
        except (ValueError, IndexError) as error:
            raise BadInput(f"{path.name}:{number}: {error}") from error
    names = rows[0][1:]
    return [
        ReturnSeries(name, tuple(days), tuple(values))
        for name, values in zip(names, columns, strict=True)
    ]


def _rate(rf: float) -> float:
    """The risk-free return of one period; nan fits no comparison. Raises BadInput."""
    if not -1 < rf < 1:
        raise BadInput("a risk-free return of one period lies between -1 and 1")
    return rf


def _return(text: str) -> float:
    value = float(text)
    if not -1 <= value < 1e6:
        raise ValueError(f"{text!r} is no return as a fraction")
    return value


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no date") from error
