"""Commands that size: what to stake of NAV, by method, with the trades that it rests on."""

from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from api import allocating, figures, risk_views
from api.allocating import Known
from api.cli.options import (
    AsJson,
    AsOf,
    Database,
    FundName,
    KnownAt,
    LeastCapital,
    Leave,
    knowing,
)
from api.cli.output import give, give_json, give_rows
from api.cli.returns_file import read_returns
from api.cli.times import Times, read_desk, times
from api.own_capital import Capital, Rule, capital_now
from api.series import rate_of
from ledger.books import Books
from ledger.model.errors import BadInput
from ledger.model.position import Trade
from risk.model import Sizing
from risk.returns import PERIODS_PER_YEAR, whole_units

app = typer.Typer()
size_app = typer.Typer(help="How much to stake.", no_args_is_help=True)
app.add_typer(size_app, name="size")

Strategy = Annotated[str | None, typer.Option(help="One strategy; else all.")]
Returns = Annotated[Path | None, typer.Option(help="Of a file of returns instead.")]
Leverage = Annotated[float, typer.Option(help="The most that all stakes may sum to.")]
Rf = Annotated[float, typer.Option(help="Risk-free return of one period.")]


@size_app.command()
def kelly(
    strategy: Strategy = None,
    returns: Returns = None,
    rf: Rf = 0.0,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Kelly fractions from realised trades, halved and shrunk for estimation error."""
    from risk.sizing import kelly_of_returns, kelly_size

    columns = ["strategy", "trades", "win_rate", "full", "suggested", "low", "high", "reason"]
    asked = times(as_of, known_at)
    if returns is not None:
        asked.refuse_file()
        rate = rate_of(rf)
        sizes = [kelly_of_returns(series, rate) for series in read_returns(returns)]
        give_rows([risk_views.sized_row(size) for size in sizes], columns, as_json=as_json)
        return
    closed, chosen = _trades(db, fund, strategy, asked)
    rows = [risk_views.sized_row(kelly_size(name, closed)) for name in chosen]
    give_rows(rows, columns, as_json=as_json)


@size_app.command("together")
def together(
    returns: Returns = None,
    leverage: Leverage = 1.0,
    caps: Annotated[list[str] | None, typer.Option("--cap", help="NAME=SHARE, repeatable.")] = None,
    rf: Rf = 0.0,
    least_capital: LeastCapital = None,
    leave: Leave = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Kelly stakes of strategies held together, with cash: Σ⁻¹(μ − r), and exact over the days."""
    from risk.sizing.many import METHOD, kelly_together

    rate, most = rate_of(rf), allocating.number("a leverage", str(leverage), 0.001, 100)
    asked, rule = times(as_of, known_at), allocating.rule_of(least_capital, leave or ())
    known = _of_file(returns, asked, rule) or allocating.known_of(*_capital(db, fund, asked, rule))
    bounds = allocating.caps_of(caps or (), known.series, most)
    sized = kelly_together(known.series, rate, most, bounds)
    _give([*sized, *allocating.not_sized(known, METHOD, "full")], as_json=as_json)


@size_app.command("drawdown")
def by_drawdown(
    level: Annotated[float, typer.Option(help="Share of wealth it may not fall to.")] = 0.5,
    chance: Annotated[float, typer.Option(help="How likely it may ever fall there.")] = 0.1,
    strategy: Strategy = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Kelly fractions under a cap on how likely wealth ever falls to a level."""
    from risk.sizing import kelly_size
    from risk.sizing.drawdown import capped

    if not (0 < level < 1 and 0 < chance < 1):
        raise BadInput("a level and a chance lie between 0 and 1")
    closed, chosen = _trades(db, fund, strategy, times(as_of, known_at))
    _give([capped(kelly_size(name, closed), level, chance) for name in chosen], as_json=as_json)


@size_app.command("volatility")
def by_volatility(
    target: Annotated[float, typer.Option(help="Volatility of a year, as a fraction.")] = 0.2,
    returns: Returns = None,
    leverage: Leverage = 1.0,
    periods_per_year: Annotated[int, typer.Option(help="Periods that make a year.")] = (
        PERIODS_PER_YEAR
    ),
    least_capital: LeastCapital = None,
    leave: Leave = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The exposure at which the volatility of a year is the target."""
    from api.columns import check_periods
    from risk.sizing.volatility import METHOD, volatility_target

    allocating.number("a target", str(target), 1e-9, 1e6)
    most = allocating.number("a leverage", str(leverage), 0.001, 100)
    check_periods(periods_per_year)
    asked, rule = times(as_of, known_at), allocating.rule_of(least_capital, leave or ())
    known = _of_file(returns, asked, rule) or allocating.alone(_capital(db, fund, asked, rule)[1])
    sized = [volatility_target(one, target, periods_per_year, most) for one in known.series]
    _give([*sized, *allocating.not_sized(known, METHOD, "exposure")], as_json=as_json)


@size_app.command("ruin")
def by_ruin(
    part: Annotated[float, typer.Option(help="Part of NAV whose loss is ruin.")] = 0.5,
    strategy: Strategy = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """How likely trading on as before ever loses a part of NAV, where its assumptions hold."""
    from risk.sizing.ruin import ruin_of

    if not 0 < part < 1:
        raise BadInput("a part lies between 0 and 1")
    asked = times(as_of, known_at)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = asked.books(desk)
        points = figures.nav(books, asked.fund(desk), asked.as_of)
    closed = figures.closed_trades(books)
    chosen = _chosen(closed, strategy)
    nav = whole_units(points[-1].value) if points else 0.0
    if nav <= 0:
        raise BadInput("the net asset value is not above zero: there is nothing to lose")
    _give([ruin_of(name, closed, nav, part) for name in chosen], as_json=as_json)


@size_app.command("capacity")
def by_capacity(
    strategy: Strategy = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """How much a strategy can carry: net = a·q − b·q^1.5 from its realised trades."""
    from risk.sizing.capacity import capacity_of

    closed, chosen = _trades(db, fund, strategy, times(as_of, known_at))
    _give([capacity_of(name, closed) for name in chosen], as_json=as_json)


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


def _trades(
    db: str | None, fund: str | None, strategy: str | None, asked: Times
) -> tuple[tuple[Trade, ...], list[str]]:
    """The closed trades, and the strategies that are asked for. Raises BadInput for none."""
    with read_desk(db, fund, asked.known_at) as desk:
        closed = figures.closed_trades(asked.books(desk))
    return closed, _chosen(closed, strategy)


def _chosen(closed: tuple[Trade, ...], strategy: str | None) -> list[str]:
    names = sorted({trade.strategy for trade in closed})
    chosen = [name for name in names if strategy in {None, name}]
    if not names:
        raise BadInput("no strategy has a closed trade")
    if not chosen:
        raise BadInput(f"no closed trade of {strategy!r}; strategies: {', '.join(names)}")
    return chosen


def _of_file(returns: Path | None, asked: Times, rule: Rule) -> Known | None:
    """The series of a file; None where the fund's own strategies are asked for. Raises BadInput."""
    if returns is None:
        return None
    asked.refuse_file()
    allocating.refuse_rule(rule)
    return Known(tuple(read_returns(returns)))


def _capital(db: str | None, fund: str | None, asked: Times, rule: Rule) -> tuple[Books, Capital]:
    """The books, and what strategies have of their own in them. Raises BadInput."""
    with read_desk(db, fund, asked.known_at) as desk:
        books = asked.books(desk)
        points = figures.nav(books, asked.fund(desk), asked.as_of)
        return books, capital_now(books, points, rule)


def _give(found: list[Sizing] | tuple[Sizing, ...], *, as_json: bool) -> None:
    rows = [risk_views.sizing_row(one) for one in found]
    if as_json:
        give_json(rows)
        return
    for row in rows:
        give(row["name"])
        columns = ["name", "value", "error", "unit", "sample", "reason"]
        give_rows(row["measures"], columns, as_json=False)
