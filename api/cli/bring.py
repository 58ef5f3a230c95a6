"""Commands that bring evidence in: files, chains and prices; and what a transaction would book."""

import json
import signal
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from api import views
from api.cli.limits import look_at_limits
from api.cli.options import AsJson, Database, FundName, KnownAt, knowing
from api.cli.output import give, give_json, give_rows, say
from api.cli.times import read_desk
from api.desk import Desk, open_desk
from api.errors import BAD_INPUT, TO_LOOK_AT
from api.jobs.bring import import_files, import_prices
from api.jobs.coverage import coverage, coverage_lines
from api.jobs.explain import answer_row, explain, explain_batch
from api.jobs.sync import Asking, sync_chains
from api.jobs.watch import watch
from api.nodes import node_for, transport
from api.wallets import wallet_of
from ledger.chains.networks import network_named
from ledger.journal.text import print_journal
from ledger.model.errors import BadInput
from ledger.model.problem import Problem

app = typer.Typer()
prices_app = typer.Typer(help="Quotes.", no_args_is_help=True)
app.add_typer(prices_app, name="prices")

Rpc = Annotated[str | None, typer.Option("--rpc", metavar="URL", help="Address of the node.")]


@app.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Exports of venues, together.")],
    venue: Annotated[str, typer.Option(help="The venue, or auto.")] = "auto",
    wallet: Annotated[str | None, typer.Option(help="Owner, where the file names none.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and write nothing.")] = False,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Import statements; what is in the books already is known again, refused rows are named."""
    with open_desk(db, fund) as desk:
        imported = import_files(desk, files, venue, wallet, dry_run=dry_run)
        breached = not dry_run and look_at_limits(desk)
    row = imported.row()
    if as_json:
        give_json(row)
    else:
        known = imported.activities - imported.new
        verb = "would be new" if dry_run else "new"
        read = f"{row['rows_read']} rows, {imported.new} {verb}, {known} known"
        give(f"{row['venue']}: {read}" if row["venue"] else "no venue was recognised: no row read")
        _tell(imported.reading.problems)
    if imported.refused:
        raise typer.Exit(BAD_INPUT)
    if breached:
        raise typer.Exit(TO_LOOK_AT)


@prices_app.command("import")
def import_price_list(file: Path, db: Database = None, fund: FundName = None) -> None:
    """Import a price list with the columns time, asset, price, currency and perhaps source."""
    with open_desk(db, fund) as desk:
        new, problems = import_prices(desk, file)
        breached = look_at_limits(desk)
    give(f"{new} quotes are new")
    _tell(problems)
    if problems:
        raise typer.Exit(BAD_INPUT)
    if breached:
        raise typer.Exit(TO_LOOK_AT)


@app.command()
def sync(
    wallet: Annotated[str | None, typer.Option(help="One wallet; else all.")] = None,
    tx: Annotated[str | None, typer.Option(help="One transaction by hash.")] = None,
    rpc: Rpc = None,
    second: Annotated[
        str | None, typer.Option("--confirm", metavar="URL", help="A second node, to agree.")
    ] = None,
    start: Annotated[int | None, typer.Option("--from", help="First block.")] = None,
    end: Annotated[int | None, typer.Option("--to", help="Last block.")] = None,
    depth: Annotated[int, typer.Option(min=0, help="Blocks left until they are so deep.")] = 0,
    follow: Annotated[bool, typer.Option("--watch", help="Go on with new blocks.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between, with --watch.")] = 15.0,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what the wallets did on their chains, from where the last sync ended."""
    with open_desk(db, fund) as desk:
        asking = Asking(wallet, tx, (rpc, second), (start, end), depth)
        if follow:
            if (tx, start, end) != (None, None, None):
                raise BadInput("--watch goes on from the last sync: without --tx, --from and --to")
            _follow(desk, asking, every, as_json=as_json)
            return
        rows = sync_chains(desk, asking, say)
        breached = look_at_limits(desk)
    give_rows(rows, ["network", "from", "to", "transactions", "new", "orphaned"], as_json=as_json)
    if breached:
        raise typer.Exit(TO_LOOK_AT)


def _follow(desk: Desk, asking: Asking, every: float, *, as_json: bool) -> None:
    """Sync again and again until a signal asks for the end, which comes after a range of blocks."""
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    until_then = replace(asking, stopped=stop.is_set)

    def once() -> list[dict[str, Any]]:
        rows = sync_chains(desk, until_then, say)
        for row in rows if as_json else ():
            if row["new"] or row["orphaned"]:
                give(json.dumps(row))
        return rows

    watch(once, every, stop, say)
    say("watched until now; what was read is kept")


@app.command(name="coverage")
def coverage_(
    wallet: Annotated[str | None, typer.Option(help="One wallet; else all.")] = None,
    db: Database = None,
    fund: FundName = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Which blocks of each wallet were read, by which source, and which by none."""
    with read_desk(db, fund, knowing(known_at)) as desk:
        rows = coverage(desk, wallet, knowing(known_at))
    if as_json:
        give_json(rows)
        return
    for line in coverage_lines(rows):
        give(line)


@app.command()
def keep(db: Database = None, fund: FundName = None, as_json: AsJson = False) -> None:
    """Keep the open period's books again from the evidence; says their digest."""
    with open_desk(db, fund) as desk:
        written = desk.keep()
        digest = desk.store.journal.digest(desk.fund.name)
        breached = look_at_limits(desk)
    row = {
        "unchanged": written.unchanged,
        "appended": written.appended,
        "reversed": written.reversed,
    }
    if as_json:
        give_json(row | {"digest": digest})
    else:
        give("  ".join(f"{count} {name}" for name, count in row.items()))
        give(f"books {digest}")
    if breached:
        raise typer.Exit(TO_LOOK_AT)


@app.command(name="explain")
def explain_(
    tx: Annotated[str | None, typer.Argument(metavar="TX")] = None,
    network: Annotated[str | None, typer.Option(help="Network of the transaction.")] = None,
    wallet: Annotated[list[str] | None, typer.Option(help="An owned address.")] = None,
    rpc: Rpc = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines to answer.")] = None,
    rpc_template: Annotated[str | None, typer.Option(help="Address with {chain_id}.")] = None,
    as_json: AsJson = False,
) -> None:
    """What a transaction would be in the books, and why; nothing is written."""
    if batch is not None and rpc_template is not None:
        with transport(by_operator=True) as opened:
            rows = list(_answered(explain_batch(opened, _questions(batch), rpc_template)))
        if any(problem["code"] == "bad_row" for row in rows for problem in row["problems"]):
            raise typer.Exit(BAD_INPUT)
        return
    if tx is None or network is None or not wallet:
        raise typer.BadParameter("give TX, --network and --wallet; or --batch and --rpc-template")
    place = network_named(network).id
    owned = [wallet_of(place, address, "", None) for address in wallet]
    with transport(by_operator=rpc is not None) as opened:
        answer = explain(node_for(opened, place, rpc), place, tx, owned)
    if as_json:
        row = answer_row(tx, answer)
        row["entries"] = [views.entry_row(entry, answer.assets) for entry in answer.entries]
        give_json(row)
        return
    for event in answer.events:
        give(f"{event.kind}  {event.protocol or 'no protocol named'}  {event.note}".rstrip())
    give(print_journal(answer.entries))
    _tell(answer.problems)


def _questions(batch: Path) -> list[object]:
    """The values of the lines; a line that is no JSON is None."""
    try:
        lines = batch.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{batch.name}: {error}") from error
    return [_parsed(line) for line in lines if line.strip()]


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _answered(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        give(json.dumps(row, ensure_ascii=False))
        yield row


def _tell(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file or problem.source
        say(f"{place}: {problem.code}: {problem.message}")
