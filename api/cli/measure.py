"""Commands that measure: risk of the fund or of a series, sizes and weights."""

import csv
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from api import figures, risk_views
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

Periods = Annotated[int, typer.Option("--periods-per-year", help="Periods that make a year.")]
Day = Annotated[str | None, typer.Option(metavar="DATE")]
Returns = Annotated[Path, typer.Argument(metavar="RETURNS.csv")]
Confidence = Annotated[float, typer.Option(help="For VaR and ES.")]
Horizon = Annotated[int, typer.Option(help="Also tails of so many days ahead, ten at most.")]
Simulate = Annotated[bool, typer.Option("--simulate", help="Also GARCH and a t copula: seconds.")]
Rolling = Annotated[int, typer.Option(help="Also figures of windows of so many days (JSON).")]
#: The longest horizon and window that are measured.
HORIZON_MOST, WINDOW_MOST = 10, 3_650
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
    as_json: AsJson = False,
) -> None:
    """Risk of the fund from its own NAV and closed trades."""
    if context.invoked_subcommand is not None:
        return
    _checked(0.95, horizon, rolling)
    from api.held import held_over
    from risk.further import Asked, with_further
    from risk.holdings import with_holdings
    from risk.measure import CONFIDENCES, measure

    with open_desk(db, fund) as desk:
        known = knowing(known_at)
        books = figures.as_of(desk.books(known), moment(as_of))
        points = figures.nav(books, desk.fund_at(known), moment(as_of))
        trades = figures.closed_trades(books)
        held, days = held_over(books, desk.fund_at(known), moment(as_of))
    report = measure(points, trades, _day(start), _day(end))
    report = with_holdings(report, held, days, CONFIDENCES)
    report = with_further(report, Asked(horizon, simulate, rolling), CONFIDENCES)
    row = risk_views.risk_row(report)
    if as_json:
        give_json(row)
    else:
        give_rows(row["measures"], ["name", "value", "unit", "sample", "reason"], as_json=False)
        for found in (*row["contributions"], *row["holdings"]):
            if found["parts"] and found["confidence"] == "0.95":
                give(f"{found['method']}: VaR {found['var']}, ES {found['es']}")
                give_rows(found["parts"], ["part", *ADDED], as_json=False)
        give_rows(
            row["kelly"], ["strategy", "trades", "full", "suggested", "reason"], as_json=False
        )


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
    from api.cli.returns import Question, benchmark_of, column_rows, numbers_of

    if periods_per_year < 1:
        raise BadInput("a year has one period or more")
    _checked(confidence, horizon, rolling)
    rate, given = _rate(rf), read_returns(returns)
    pools, volumes = numbers_of(pool, 2, "--pool"), numbers_of(volume, 2, "--volume")
    if pools is not None and pools[1] >= 1:
        raise BadInput("--pool: a fee lies below 1")
    if volumes is not None and not 0 < volumes[1] <= 1:
        raise BadInput("--volume: a participation lies above 0, and is 1 at most")
    question = Question(
        periods_per_year,
        confidence,
        rate,
        benchmark_of(benchmark, given, read_returns),
        horizon,
        simulate,
        rolling,
        numbers_of(spread, 3, "--spread"),  # type: ignore[arg-type]
        pools,  # type: ignore[arg-type]
        volumes,  # type: ignore[arg-type]
    )
    rows = column_rows(given, question)
    if as_json:
        give_json(rows)
        return
    for row in rows:
        give(row["name"])
        give_rows(row["measures"], ["name", "value", "unit", "sample", "reason"], as_json=False)


@risk_app.command()
def parts(
    returns: Returns,
    weights: Annotated[str | None, typer.Option(help="A weight a column; else equal.")] = None,
    confidence: Confidence = 0.95,
    simulate: Simulate = False,
    as_json: AsJson = False,
) -> None:
    """What each column of a file of returns adds to the tail of all, and how they move together."""
    from api.cli.returns import parts_row, weights_of

    _checked(confidence, 1, 0)
    given = read_returns(returns)
    row = parts_row(given, weights_of(weights, len(given)), confidence, simulate)
    if as_json:
        give_json(row)
        return
    for found in row["contributions"]:
        give(f"{found['method']}: VaR {found['var']}, ES {found['es']} {found['reason']}")
        give_rows(found["parts"], ["part", "weight", *ADDED], as_json=False)
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
    names = rows[0][1:]
    if len(set(names)) < len(names):
        raise BadInput(f"{path.name}:1: two columns have one name")
    days: list[date] = []
    columns: list[list[float]] = [[] for _ in rows[0][1:]]
    for number, row in enumerate(rows[1:], start=2):
        try:
            days.append(_next_day(row[0], days))
            for column, text in zip(columns, row[1:], strict=True):
                column.append(_return(text))
        except (ValueError, IndexError) as error:
            raise BadInput(f"{path.name}:{number}: {error}") from error
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


def _next_day(text: str, before: list[date]) -> date:
    """A day after all before it: a file in another order, or with a day twice, is not read."""
    day = date.fromisoformat(text[:10])
    if before and day <= before[-1]:
        raise ValueError(f"{day} does not come after {before[-1]}")
    return day


def _checked(confidence: float, horizon: int, rolling: int) -> None:
    """Refuse what no figure has. Raises BadInput."""
    if not 0.5 < confidence < 1:
        raise BadInput("a confidence lies between 0.5 and 1")
    if not 1 <= horizon <= HORIZON_MOST:
        raise BadInput(f"a horizon is of 1 to {HORIZON_MOST} days")
    if not (rolling == 0 or 1 < rolling <= WINDOW_MOST):
        raise BadInput(f"a rolling window is of 2 to {WINDOW_MOST} days")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no date") from error
