"""Commands that read the books: each prints what api.figures computes, as a table or as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api import figures, views
from api.cli.options import AsJson, AsOf, Database, FundName, KnownAt, knowing, moment
from api.cli.output import give, give_json, give_rows
from api.cli.times import read_desk, times
from api.desk import open_desk
from api.errors import TO_LOOK_AT
from api.standing import stood
from ledger.journal.text import print_journal
from ledger.model.errors import BadInput

if TYPE_CHECKING:
    from api.jobs.verify import Verified

app = typer.Typer()


@app.command()
def events(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What happened, event by event."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = times(as_of, known_at).books(desk)
    rows = [views.event_row(event, books.assets) for event in books.events]
    for row in [] if as_json else rows:
        row["moved"] = [f"{leg['quantity']} {leg['asset']}" for leg in row["legs"]]
    give_rows(rows, ["time", "network", "kind", "protocol", "strategy", "moved"], as_json=as_json)


@app.command()
def journal(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The journal, as text that can be read back or as JSON."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = times(as_of, known_at).books(desk)
    if as_json:
        give_json([views.entry_row(entry, books.assets) for entry in books.entries])
    else:
        give(print_journal(books.entries))


@app.command()
def balances(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What each account holds."""
    asked = moment(as_of), knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk, stood(desk, *asked) as found:
        rows = views.balance_rows(found.totals(), found.assets())
    give_rows(rows, ["account", "symbol", "quantity"], as_json=as_json)


@app.command(name="trial-balance")
def trial_balance(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """The sum of all accounts for each asset: every line must be zero."""
    asked = moment(as_of), knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk, stood(desk, *asked) as found:
        rows = views.trial_balance_rows(found.totals(), found.assets())
    give_rows(rows, ["symbol", "asset", "debit", "credit", "difference"], as_json=as_json)


@app.command()
def positions(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What is held and what it is worth; a position without a quote has no value, never zero."""
    asked = moment(as_of), knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk, stood(desk, *asked) as found:
        marks, assets = found.marks(), found.assets()
    give_rows(
        [views.mark_row(mark, assets) for mark in marks],
        ["wallet", "symbol", "quantity", "price", "value", "cost", "unrealised"],
        as_json=as_json,
    )


@app.command()
def lots(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Open lots with date and exact cost."""
    asked = moment(as_of), knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk, stood(desk, *asked) as found:
        lots_, assets = found.lots(), found.assets()
    give_rows(
        [views.lot_row(lot, assets) for lot in lots_],
        ["wallet", "symbol", "acquired", "quantity", "cost", "strategy"],
        as_json=as_json,
    )


@app.command()
def disposals(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What was given up, lot by lot, with its gain."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = times(as_of, known_at).books(desk)
    give_rows(
        [views.disposal_row(disposal, books.assets) for disposal in books.booking.disposals],
        ["disposed", "symbol", "quantity", "acquired", "proceeds", "cost", "gain", "strategy"],
        as_json=as_json,
    )


@app.command()
def nav(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Net asset value day by day, with flows and time-weighted growth."""
    asked = moment(as_of), knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk, stood(desk, *asked) as found:
        series = found.nav()
    columns = ["time", "nav", "currency", "flows", "growth", "unpriced"]
    give_rows([views.nav_row(point) for point in series], columns, as_json=as_json)


@app.command()
def liquidity(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Open positions of liquidity against holding what was put in, with fees not paid out yet."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = times(as_of, known_at).books(desk)
    rows = [views.pooled_row(one, books.assets) for one in figures.pooled(books)]
    give_rows(
        rows,
        ["asset", "value", "fees_value", "held_value", "impermanent_loss", "against_holding"],
        as_json=as_json,
    )


@app.command()
def performance(
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Profit and loss by strategy since inception, net of gas, tips and failed transactions."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = times(as_of, known_at).books(desk)
        results = figures.results(books, None, moment(as_of))
    columns = (
        "strategy realised income unrealised gas tips failed fees net trades wins unknown".split()
    )
    give_rows([views.result_row(result) for result in results], columns, as_json=as_json)


@app.command()
def trace(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """A figure of a report, an entry, lot, disposal or transaction back to its evidence."""
    from api.figure_trace import is_figure, traced_figure
    from api.trace import trace_lines, traced

    asked = times(as_of, known_at)
    with read_desk(db, fund, knowing(known_at)) as desk:
        books = asked.books(desk)
        if is_figure(identity):
            found = traced_figure(books, asked.fund(desk), identity)
        else:
            found = traced(books, identity, desk.evidence_text)
    if as_json:
        give_json(found)
    elif is_figure(identity):
        give(f"{identity}: {found['figure']['text']}, from {len(found['entries'])} entries")
        for entry in found["entries"]:
            give(f"  {entry['time']} {entry['kind']} {entry['id']}")
    else:
        for line in trace_lines(found):
            give(line)


@app.command()
def reconcile(
    rpc: Annotated[str | None, typer.Option("--rpc", help="Node to ask for balances.")] = None,
    db: Database = None,
    fund: FundName = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Breaks, suspense, unmatched transfers, gaps and missing prices; exit code 3 when any."""
    from api.jobs.sync import observe
    from api.reconciliation import reconciliation, reconciliation_lines

    if rpc is not None and (as_of or known_at):
        raise BadInput("a node states the balances of now: --rpc goes with no other time")
    with read_desk(db, fund, knowing(known_at)) as desk:
        if rpc is not None and observe(desk, rpc, figures.held(desk.books())):
            desk.keep()  # what a balance grew by is booked: what is printed must be in the journal
        report = reconciliation(times(as_of, known_at).books(desk), moment(as_of))
    if as_json:
        give_json(report)
    else:
        for line in reconciliation_lines(report):
            give(line)
    if report["to_look_at"]:
        raise typer.Exit(TO_LOOK_AT)


@app.command()
def verify(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Keep the books again from the evidence and compare.")
    ] = False,
    head: Annotated[
        str | None, typer.Option("--head", metavar="LINK", help="A link that was printed before.")
    ] = None,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """The journal against its seals, closed months, books against evidence; exit code 5 if not.

    Exit code 3 where the books are not those of the evidence yet because they wait to be kept.
    """
    from api.jobs.verify import verified

    with open_desk(db, fund) as desk:
        found = verified(desk, head, rebuild=rebuild)
    if as_json:
        give_json(asdict(found))
    else:
        _give_verified(found)
    if found.waits is not None:
        raise typer.Exit(TO_LOOK_AT)


def _give_verified(found: "Verified") -> None:
    give(f"OK {found.fund}: {found.entries} entries in {found.batches} batches, head {found.head}")
    if found.periods:
        give(f"OK {found.periods} closed months are what was sealed")
    if found.filings:
        give(f"OK {found.filings} filed years, allocations, orders and plans are what was said")
    if found.rebuilt is not None:
        give(f"OK rebuilt from the evidence: the same books, digest {found.rebuilt}")
    if found.waits is not None:
        give(f"WAIT to be kept, and are not those of the evidence yet: {found.waits}")
