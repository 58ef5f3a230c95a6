"""The command that allocates: weights over strategies, walked forward, or as a list of trades."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api import allocating, figures
from api.allocating import Bounds, Days, Known, Wanted
from api.allocation_views import rebalance_row, walked_row, weights_row
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
from api.cli.returns_file import read_returns, read_table, rows_of
from api.cli.times import read_desk, times
from api.jobs.rebalance import Taxed
from api.jobs.rebalance import rebalance as listed
from api.jobs.tax_record import record_of
from api.jobs.tax_trial import rates_of
from api.own_capital import capital_now
from ledger.model.errors import BadInput
from risk.rebalancing import Prices

app = typer.Typer()

#: What is shown of a walk: ratio and what else decides.
_SHOWN = ("total_return", "sharpe", "sharpe_deflated", "max_drawdown", "turnover_of_a_year")

#: The models that are walked unless others are named; the first is that of weights.
_WALKED = ("hrp", "risk-parity")

Words = list[str] | None
Returns = Annotated[
    Path | None, typer.Argument(metavar="[RETURNS.csv]", help="Else the fund's own strategies.")
]
Models = Annotated[Words, typer.Option("--model", help="hrp, risk-parity, mean-variance, cvar …")]
Objective = Annotated[
    str, typer.Option(help="min-risk, sharpe, utility, target-return, target-volatility.")
]
Target = Annotated[float | None, typer.Option(help="Of one period, as a fraction.")]
Aversion = Annotated[float, typer.Option(help="λ of μ − λ/2·σ².")]
Rf = Annotated[float, typer.Option(help="Risk-free return of one period.")]
Confidence = Annotated[float, typer.Option(help="Of a tail.")]
Views = Annotated[
    Path | None, typer.Option(help="CSV over,under,return,confidence for black-litterman.")
]
Caps = Annotated[Words, typer.Option("--cap", help="NAME=, chain:NAME= or protocol:NAME=SHARE.")]
Floors = Annotated[Words, typer.Option("--floor", help="The same from below.")]
Capacities = Annotated[Words, typer.Option("--capacity", help="NAME=MONEY that it can carry.")]
Nav = Annotated[float | None, typer.Option(help="With a file: what is divided.")]
Turnover = Annotated[float | None, typer.Option(help="Most of Σ|w − w₀|.")]
Cost = Annotated[float, typer.Option(help="Fraction of what is traded.")]
Horizon = Annotated[int, typer.Option(help="Days in which a cost is earned back.")]
Strategies = Annotated[
    Path | None, typer.Option(help="CSV strategy,chain,protocol,current for a file.")
]
Walked = Annotated[bool, typer.Option("--walk-forward", help="Out of sample, beside equal weight.")]
First = Annotated[int, typer.Option(help="Days that are only learned from.")]
Step = Annotated[int, typer.Option(help="Days between rebalancings.")]
Window = Annotated[int | None, typer.Option(help="Rolling days; else all.")]
Purge = Annotated[int, typer.Option(help="Days left out before weights.")]
Embargo = Annotated[int, typer.Option(help="Days until trades are done.")]
Tried = Annotated[int, typer.Option(help="Models tried before on these days.")]
Errors = Annotated[bool, typer.Option("--errors", help="Standard errors: ten times the work.")]
Rebalanced = Annotated[
    bool, typer.Option("--rebalance", help="The trades from what is held to the weights.")
]
Rates = Annotated[Words, typer.Option("--rate", help="short=R or long=R, for the effect on tax.")]


@app.command()
def allocate(
    returns: Returns = None,
    models: Models = None,
    objective: Objective = "min-risk",
    target: Target = None,
    aversion: Aversion = 2.0,
    rf: Rf = 0.0,
    confidence: Confidence = 0.95,
    views: Views = None,
    caps: Caps = None,
    floors: Floors = None,
    capacities: Capacities = None,
    nav: Nav = None,
    turnover: Turnover = None,
    cost: Cost = 0.0,
    horizon: Horizon = 30,
    strategies: Strategies = None,
    errors: Errors = False,
    walk_forward: Walked = False,
    first: First = 90,
    step: Step = 30,
    window: Window = None,
    purge: Purge = 0,
    embargo: Embargo = 0,
    tried: Tried = 0,
    rebalance: Rebalanced = False,
    rates: Rates = None,
    least_capital: LeastCapital = None,
    leave: Leave = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Weights over a file of returns or the fund's strategies, under constraints."""
    bounds = Bounds(caps or (), floors or (), capacities or (), turnover, cost, horizon)
    wanted = Wanted(objective, target, aversion, rf, confidence, _told(views))
    days = Days(first, step, window, purge, embargo)
    if walk_forward and rebalance:
        raise BadInput("weights are walked forward, or traded to; not both")
    chosen = tuple(models or (_WALKED if walk_forward else _WALKED[:1]))
    if len(chosen) > 1 and not walk_forward:
        raise BadInput("one model gives weights; several are walked forward")
    asked, rule = times(as_of, known_at), allocating.rule_of(least_capital, leave or ())
    if returns is not None:
        asked.refuse_file()
        allocating.refuse_rule(rule)
        if rebalance:
            raise BadInput("what is traded to is held by the fund: leave the file out")
        known = _of_file(returns, strategies, nav, bounds)
    else:
        if strategies is not None or nav is not None:
            raise BadInput("the books know chains, protocols, weights and the net asset value")
        with read_desk(db, fund, knowing(known_at)) as desk:
            books, owner = asked.books(desk), asked.fund(desk)
            points = figures.nav(books, owner, asked.as_of)
            known = allocating.known_of(books, capital_now(books, points, rule))
            if rebalance:
                taxed = Taxed(owner.regime, record_of(desk, asked.until), rates_of(rates or ()))
                weights = allocating.weighed(known, chosen[0], bounds, wanted)
                trades = listed(books, known, weights, Prices(aversion, horizon, cost), taxed)
                _give_moves(rebalance_row(trades, books.assets), as_json=as_json)
                return
    if walk_forward:
        walk = allocating.walked(known, chosen, days, bounds, wanted, tried)
        _give_walk(walked_row(walk, known), as_json=as_json)
    else:
        weights = allocating.weighed(known, chosen[0], bounds, wanted, errors=errors)
        _give_weights(weights_row(weights, known), as_json=as_json)


def _told(views: Path | None) -> list[str]:
    """The rows of a file of views as words."""
    return [] if views is None else [",".join(row) for row in rows_of(views)[1:] if row]


def _of_file(returns: Path, strategies: Path | None, nav: float | None, bounds: Bounds) -> Known:
    """What a file of returns knows, with a table of its strategies. Raises BadInput."""
    if nav is not None:
        allocating.number("a net asset value", str(nav), 1e-9, 1e30)
    known = Known(tuple(read_returns(returns)), nav=nav)
    table = [] if strategies is None else read_table(strategies, allocating.TABLE)
    return allocating.with_table(known, table, bounds)


def _give_weights(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        give_json(row)
        return
    give_rows(row["weights"], ["name", "weight", "error"], as_json=False)
    if row["cash"] != "0":
        give(f"cash {row['cash']}")
    if row["fallback"]:
        give(row["fallback"])
    _give_capital(row.get("capital"))


def _give_walk(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        give_json(row)
        return
    if row["reason"]:
        give(row["reason"])
    table = []
    for one in row["outcomes"]:
        measures = {measure["name"]: measure for measure in one["measures"]}
        cells = {name: measures[name]["value"] for name in _SHOWN}
        error = measures["sharpe"]["error"]
        table.append({"model": one["model"], **cells, "error": error, "notes": one["fallbacks"]})
    give_rows(table, ["model", *_SHOWN[:2], "error", *_SHOWN[2:], "notes"], as_json=False)
    _give_capital(row.get("capital"))


def _give_moves(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        give_json(row)
        return
    table = [
        {
            "strategy": move["strategy"],
            "current": move["current"],
            "target": move["target"],
            "amount": move["amount"],
            "trade": "yes" if move["trade"] else "no",
            "gas": move["gas"]["value"],
            "benefit": move["benefit"]["value"],
            "gain": move["tax"]["gain"],
            "tax": move["tax"]["tax"],
            "reason": move["reason"],
        }
        for move in row["moves"]
    ]
    columns = ["strategy", "current", "target", "amount", "trade", "gas", "benefit"]
    give_rows(table, [*columns, "gain", "tax", "reason"], as_json=False)
    for said in (row["allocation"]["fallback"], row["reason"]):
        if said:
            give(said)
    _give_capital(row["capital"])


def _give_capital(capital: dict[str, Any] | None) -> None:
    """What the weights are shares of, and what is left alone, with the reason; not of a file."""
    if capital is None:
        return
    if capital["days"]:
        give(
            f"by returns on own capital of {capital['days']} days in common,"
            f" {capital['from']} to {capital['to']}"
        )
    divided = f"divided {capital['divided']} of {capital['nav']}"
    give(f"{divided}; strategies that are weighed hold {capital['held']} of it")
    for one in capital["rest"]:
        give(f"{one['name']} holds {one['value']}: in no strategy, and divided")
    for one in capital["strategies"]:
        if one["reason"]:
            held = "has" if one["value"] is None else f"holds {one['value']}, and has"
            give(f"{one['name']} {held} no weight: {one['reason']}")
        elif one["unpriced"]:
            give(f"{one['name']} holds {one['unpriced']} assets without a price: in no weight")
