"""Commands of the allocation of one pool's lots to wallets: shown, frozen, listed."""

from typing import Annotated

import typer

from api import tax_views
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, Sets, knowing
from api.cli.output import give, give_json, give_rows, say
from api.cli.times import read_desk, times
from api.desk import now, open_desk
from api.errors import TO_LOOK_AT
from api.jobs.tax import Question, choices_of
from api.jobs.tax_allocation import Order, Proposed, Signature, freeze, proposed
from api.jobs.tax_record import record_of
from api.views import Row
from ledger.model.fund import Fund

app = typer.Typer(help="Lots of one pool put into wallets, once and for ever (Rev. Proc. 2024-28).")

Method = Annotated[
    str, typer.Option(help="By which lots of the pool go first: fifo, lifo, hifo, lofo.")
]
Wallets = Annotated[
    list[str],
    typer.Option("--wallet", help="Label, id or address; in the order in which they are filled."),
]
Due = Annotated[
    str | None, typer.Option(metavar="DATE", help="Last day of the return, where it is extended.")
]
Regime = Annotated[str | None, typer.Option(help="The fund's, unless named.")]

_LOTS = "asset wallet lot acquired quantity cost".split()


@app.command("show")
def show_allocation(
    method: Method,
    wallets: Wallets,
    due: Due = None,
    regime: Regime = None,
    choices: Sets = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What an order of lots and wallets comes to; writes nothing; exit code 3 with problems."""
    when, order = times(as_of, known_at), Order(method, wallets, due)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books, record = when.books(desk), record_of(desk, when.until)
        found = proposed(books, record, _asked(when.fund(desk), regime, choices), order)
    row = tax_views.proposed_row(found, books.assets)
    if as_json:
        give_json(row)
    else:
        give_rows(row["lots"], _LOTS, as_json=False)
        give(f"{row['regime']} from {row['day']}: sha256 {row['sha256'] or '–'}")
        _say_problems(found)
    if found.problems:
        raise typer.Exit(TO_LOOK_AT)


@app.command("freeze")
def freeze_allocation(
    method: Method,
    wallets: Wallets,
    sha256: Annotated[str, typer.Option(help="The digest that `show` has told.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="The person who signs.")],
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", metavar="NAME", help="A second person.")
    ] = None,
    due: Due = None,
    regime: Regime = None,
    choices: Sets = None,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Sign what `show` came to and keep it for ever; with problems nothing is (exit code 3)."""
    with open_desk(db, fund) as desk:
        asked, order = _asked(desk.fund, regime, choices), Order(method, wallets, due)
        signed = Signature(sha256, by, approved_by)
        frozen, found = freeze(desk, asked, order, signed, now())
    if frozen is None:
        _say_problems(found)
        say("nothing was frozen")
        raise typer.Exit(TO_LOOK_AT)
    row = tax_views.allocation_row(frozen)
    if as_json:
        give_json(row)
    else:
        give(f"frozen by {row['by']} at {row['made_at']}: sha256 {row['sha256']}, {row['digest']}")


@app.command("frozen")
def list_frozen(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The allocations that were frozen, one a regime at most; with `--json` every lot of them."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        allocations = record_of(desk, times(as_of, known_at).until).allocations
        assets = desk.store.assets.all(desk.fund.name, knowing(known_at))
    rows: list[Row] = [tax_views.frozen_row(one, assets) for one in allocations]
    names = "regime day made_at by approved_by method wallets sha256 digest".split()
    give_rows(rows, names, as_json=as_json)


def _asked(fund: Fund, regime: str | None, choices: list[str] | None) -> Question:
    return Question(regime or fund.regime, None, choices_of(choices or ()))


def _say_problems(found: Proposed) -> None:
    for problem in found.problems:
        say(f"{problem.code}: {problem.message}")
