"""Commands of tax for what is not done yet: a sale, losses to realise, a year by other methods."""

from typing import Annotated, Final

import typer

from api import tax_views
from api.cli.options import (
    AsJson,
    AsOf,
    Database,
    FundName,
    KnownAt,
    Method,
    Regime,
    Sets,
    Year,
)
from api.cli.output import give, give_json, give_rows, say
from api.cli.times import read_at_present, read_desk, times
from api.errors import TO_LOOK_AT
from api.given import instant
from api.jobs import tax_trial
from api.jobs.tax import Question, choices_of
from api.jobs.tax_record import record_of
from api.views import Row

app = typer.Typer()
_LOTS: Final = "lot quantity acquired proceeds cost gain term days_to_long".split()

Rates = Annotated[
    list[str] | None,
    typer.Option("--rate", metavar="TERM=RATE", help="short=0.37, long=0.2; none is made up."),
]
Regimes = Annotated[list[str] | None, typer.Option("--regime", help="A regime; repeatable.")]


@app.command("what-if")
def try_trade(
    asset: Annotated[str, typer.Argument(help="Symbol or id.")],
    quantity: str,
    wallet: Annotated[str, typer.Option(help="Label, id or address.")],
    price: Annotated[str, typer.Option(help="Of a whole unit, in the currency of the books.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Now, or later.")] = None,
    regimes: Regimes = None,
    methods: Annotated[list[str] | None, typer.Option("--method", help="Repeatable.")] = None,
    choices: Sets = None,
    rates: Rates = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What a sale would realise before it is made: lots, terms, tax at stated rates, warnings."""
    stated, when = tax_trial.rates_of(rates or ()), times(as_of, known_at)
    with read_at_present(db, fund, when.known_at) as (desk, present):
        books, record = when.books(desk), record_of(desk, when.until)
        time = when.until or present if at is None else instant("--at", at)
        trade = tax_trial.trade_of(books, asset, quantity, wallet, price, time)
        named = regimes or [when.fund(desk).regime]
        asked = [Question(regime, None, choices_of(choices or ())) for regime in named]
        found = tax_trial.tried(books, record, asked, methods or (), trade, stated)
    rows = [tax_views.tried_row(one, books.assets) for one in found]
    if as_json:
        give_json(rows)
    else:
        for row in rows:
            _show_trial(row)
    if any(one.to_look_at for one in found):
        raise typer.Exit(TO_LOOK_AT)


@app.command("harvest")
def list_losses(
    regime: Annotated[str | None, typer.Option(help="The fund's, unless named.")] = None,
    method: Method = None,
    choices: Sets = None,
    rates: Rates = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Open lots worth less than they cost; exit code 3 where some have no price or no cost."""
    when, stated = times(as_of, known_at), tax_trial.rates_of(rates or ())
    with read_at_present(db, fund, when.known_at) as (desk, present):
        books, record = when.books(desk), record_of(desk, when.until)
        asked = Question(regime or when.fund(desk).regime, method, choices_of(choices or ()))
        found = tax_trial.below_market(books, record, asked, when.until or present, stated)
    row = tax_views.harvest_row(found, books.assets)
    if as_json:
        give_json(row)
    else:
        names = "asset wallet lot quantity cost value gain term days_to_long tax".split()
        give_rows(row["lots"], names, as_json=False)
        give(f"loss {row['loss']} {row['currency']}")
        for one in row["lots"]:
            say(_warning(one["warning"], f"{one['asset']} {one['lot'] or ''}"))
        for asset in row["unpriced"]:
            say(f"missing_price: nobody has a price of {asset}")
        for asset in row["unbased"]:
            say(f"missing_basis: nobody knows what all the units of {asset} cost")
        for problem in row["problems"]:
            say(f"{problem['code']}: {problem['message']}")
    if found.unpriced or found.unbased or found.problems:
        raise typer.Exit(TO_LOOK_AT)


@app.command("compare")
def compare_methods(
    regime: Regime,
    year: Year,
    choices: Sets = None,
    rates: Rates = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """A year by what holds and by every other method of lots; exit code 3 with problems."""
    stated, when = tax_trial.rates_of(rates or ()), times(as_of, known_at)
    with read_desk(db, fund, when.known_at) as desk:
        books, record = when.books(desk), record_of(desk, when.until)
        asked = Question(regime, None, choices_of(choices or ()))
        found = tax_trial.compared(books, record, asked, year, stated)
    names = "method holds short long income taxable tax problems".split()
    give_rows([tax_views.compared_row(one) for one in found], names, as_json=as_json)
    if any(one.to_look_at for one in found):
        raise typer.Exit(TO_LOOK_AT)


# ---- tables for people


def _show_trial(row: Row) -> None:
    give(f"{row['regime']} {row['method']}{'  (holds)' if row['holds'] else ''}")
    give_rows(row["lots"], _LOTS, as_json=False)
    totals = {name: "–" if one is None else one for name, one in row["totals"].items()}
    give("  ".join(f"{name} {amount}" for name, amount in totals.items()))
    say_allocation(row["allocation"])
    if row["warning"] is not None:
        say(_warning(row["warning"], f"{row['regime']} {row['method']}"))
    for problem in row["problems"]:
        say(f"{problem['code']}: {problem['message']}")


def say_allocation(row: Row | None) -> None:
    """Say by which frozen allocation lots were taken, where by one."""
    if row is not None:
        give(f"allocation frozen by {row['by']} at {row['made_at']}, sha256 {row['sha256']}")


def _warning(row: Row, what: str) -> str:
    holds = "" if row["binding"] else ", which this regime does not apply"
    return (
        f"{what}: {row['rule']}{holds}: purchases from {row['first']} to {row['last']} bear on the"
        f" sale, {row['bought']} bought in it so far"
    )
