"""Commands that say where the fund stands: what it is exposed to."""

from typing import Annotated

import typer

from api import exposure_views, figures
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing, moment
from api.cli.output import give, give_json, give_rows
from api.cli.times import read_at_present, read_desk
from api.desk import open_desk
from api.given import earlier
from ledger.model.activity import iso
from ledger.model.errors import BadInput

app = typer.Typer()

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="family, chain, issuer, … alone.")
]


@app.command()
def exposure(
    by: By = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What the fund is exposed to: by family of assets, chain, protocol, venue, issuer, bridge."""
    from api.exposures import exposure_of

    exposure_views.check_dimension(by)
    asked = moment(as_of)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = figures.as_of(desk.books(knowing(known_at)), asked)
    found = exposure_of(books, asked)
    time = iso(asked or figures.last_moment(books))
    row = exposure_views.exposure_row(found, books.policy.base_currency, time, books.assets)
    row = exposure_views.by_dimension(row, by)
    if as_json:
        give_json(row)
        return
    give(f"net {row['net']} {row['currency']}, gross {row['gross']}, at {time}")
    for one in row["dimensions"]:
        give(f"by {one['name']}, effective number {one['effective'] or '–'}")
        give_rows(one["groups"], ["label", "long", "short", "net", "share"], as_json=False)
    if row["unpriced"]:
        give("without a value")
        give_rows(row["unpriced"], ["wallet", "symbol", "asset", "reason"], as_json=False)


@app.command()
def liquidity(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Open positions of liquidity: delta, gamma, range, impermanent loss, fees they must earn."""
    from api.pool_risk import liquidity_rows

    asked = moment(as_of)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = figures.as_of(desk.books(knowing(known_at)), asked)
    rows = liquidity_rows(books, asked)
    if as_json:
        give_json(rows)
        return
    for row in rows:
        give(f"{row['asset']} {'/'.join(row['pair'])} {row['time'] or 'not known'}")
        give_rows(row["measures"], ["name", "value", "unit", "reason"], as_json=False)


@app.command()
def leaving(
    depth: Annotated[
        list[str] | None,
        typer.Option(metavar="ASSET=RESERVE,FEE", help="Of a pool, as stated, in whole units."),
    ] = None,
    oldest: Annotated[int, typer.Option(help="Days since a pool was heard, at most.")] = 30,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What leaving the holdings costs, and value at risk with it, by depth of pools."""
    from api.exits import Leaving, leaving_row

    leave, asked = Leaving(tuple(depth or ()), oldest), moment(as_of)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = figures.as_of(desk.books(knowing(known_at)), asked)
    row = leaving_row(books, asked, leave)
    if as_json:
        give_json(row)
        return
    columns = ["symbol", "quantity", "value", "kind", "into", "depth", "share", "fee", "age_days"]
    give_rows(row["holdings"], [*columns, "reason"], as_json=False)
    measured = ["name", "value", "error", "sample", "reason"]
    for one in row["holdings"]:
        if one["kind"] is not None:
            give(f"{one['symbol']} {one['asset']}")
            give_rows(one["measures"], measured, as_json=False)
    give(f"all at once: {', '.join(row['together']) or 'nothing'}")
    give_rows(row["measures"], measured, as_json=False)


@app.command()
def lending(
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="PROTOCOL:COIN[@WALLET]=SHARE", help="Liquidation, as stated."),
    ] = None,
    bonus: Annotated[
        list[str] | None,
        typer.Option(metavar="PROTOCOL:COIN=SHARE", help="Of who liquidates, as stated."),
    ] = None,
    part: Annotated[float, typer.Option(help="Of the debt, that one liquidation repays.")] = 0.5,
    horizon: Annotated[int, typer.Option(help="Days in which it may be liquidated.")] = 30,
    oracle_lag: Annotated[int, typer.Option(help="Hours by which its prices are late.")] = 0,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Loans: collateral and debts, health factor, way to liquidation, how likely it is."""
    from api.pool_risk import Loans, lending_rows

    loans = Loans(tuple(threshold or ()), tuple(bonus or ()), part, horizon, oracle_lag)
    asked = moment(as_of)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = figures.as_of(desk.books(knowing(known_at)), asked)
    rows = lending_rows(books, asked, loans)
    columns = ["protocol", "wallet", "ltv", "health", "distance", "sigmas", "reason"]
    give_rows(rows, columns, as_json=as_json)
    for row in [] if as_json else rows:
        give(f"{row['protocol']} {row['wallet']}")
        give_rows(row["measures"], ["name", "value", "error", "sample", "reason"], as_json=False)


@app.command()
def scenarios(
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="One alone.")] = None,
    loss: Annotated[
        float, typer.Option(metavar="SHARE", help="Of NAV, for the smallest shocks.")
    ] = 0.2,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What days like those of the past, and failures, would cost; the smallest shocks that would.

    A stablecoin off its peg, an exchange, bridge, protocol or chain that fails, oracles, gas.
    """
    from api.stress import stress_row

    if not 0 < loss <= 1:
        raise BadInput("a loss is a share of NAV above 0 and up to 1")
    asked = moment(as_of)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = figures.as_of(desk.books(knowing(known_at)), asked)
    row = stress_row(books, asked, scenario, loss)
    if as_json:
        give_json(row)
        return
    give_rows(row["scenarios"], ["name", "loss", "share", "title"], as_json=False)
    if scenario is not None:
        one = row["scenarios"][0]
        give_rows(one["positions"], ["wallet", "symbol", "value", "change", "loss"], as_json=False)
        if one["pools"]:
            give("beyond that, liquidity while prices move through it")
            give_rows(one["pools"], ["wallet", "symbol", "loss", "reason"], as_json=False)
        give(f"source: {one['source']}")
        give("nothing is said of: " + (", ".join(u["coin"] for u in one["untouched"]) or "–"))
        return
    give(f"the smallest shock by one factor that costs {loss:.0%} of NAV")
    give_rows(row["reverse"]["factors"], ["dimension", "name", "change", "reason"], as_json=False)
    combined = row["reverse"]["combination"]
    give(f"the least unlikely together, {combined['distance'] or '–'} standard deviations of a day")
    give_rows(combined["changes"], ["family", "change"], as_json=False)
    if combined["reason"]:
        give(combined["reason"])


@app.command()
def scorecard(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The desk's own targets beside what came of them: return of a month, win rate, capital."""
    from api.scorecards import running, scorecard_row, targets_of

    asked, known = moment(as_of), knowing(known_at)
    with read_at_present(db, fund, known) as (desk, present):
        books = figures.as_of(desk.books(known), asked)
        points = figures.nav(books, desk.fund_at(known), asked)
        ran = running(desk, earlier(asked, present) or present)
        targets = targets_of(desk, earlier(asked, known))
        row = scorecard_row(points, figures.closed_trades(books), targets, ran)
    if as_json:
        give_json(row)
        return
    columns = ["name", "target", "figure", "error", "unit", "met", "reason"]
    give_rows(row["scores"], columns, as_json=False)
    give(f"{row['months_reached']} of {row['months_known']} months reached their return")


@app.command()
def target(
    name: Annotated[str, typer.Argument(metavar="NAME", help="monthly_return, win_rate, …")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A number above zero.")],
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Set a target of the fund, in place of the desk's own."""
    from api.scorecards import set_target

    with open_desk(db, fund) as desk:
        set_target(desk, name, value)
    give(f"{name} {value}")
