"""Commands of standing orders for lots: given, listed."""

from typing import Annotated

import typer

from api import tax_views
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt
from api.cli.output import give, give_json, give_rows
from api.cli.times import read_desk, times
from api.desk import open_desk
from api.jobs.tax_record import record_of

app = typer.Typer()


@app.command("order")
def order_lots(
    method: Annotated[str, typer.Option(help="fifo, lifo, hifo or lofo: which lots go first.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="The person who orders it.")],
    wallet: Annotated[
        str | None, typer.Option(help="Label, id or address; of every wallet unless named.")
    ] = None,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Say which lots every sale from now on takes, for tax; kept and sealed with the time, now.

    A later order replaces it; no sale of before is of it.
    """
    from api.jobs.tax_order import give_order

    with open_desk(db, fund) as desk:
        row = tax_views.order_row(give_order(desk, method, wallet, by))
    if as_json:
        give_json(row)
    else:
        place = row["wallet"] or "every wallet"
        give(f"{row['method']} out of {place}, ordered at {row['said_at']}: {row['digest']}")


@app.command("orders")
def list_orders(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Every standing order for lots, in the order of giving; the last of a wallet holds."""
    when = times(as_of, known_at)
    with read_desk(db, fund, when.known_at) as desk:
        rows = [tax_views.order_row(one) for one in record_of(desk, when.until).orders]
    give_rows(rows, ["said_at", "by", "method", "wallet", "digest"], as_json=as_json)
