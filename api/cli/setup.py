"""Commands that set a fund up: funds, wallets and keys."""

import secrets
from dataclasses import asdict
from typing import Annotated, Final

import typer

from api import given, views
from api.auth.keys import SCOPES
from api.cli import orders
from api.cli.options import AsJson, Database, FundName, KnownAt, knowing
from api.cli.output import give, give_json, give_rows
from api.cli.times import read_desk
from api.desk import Desk, now, open_desk
from api.jobs.tax import METHODS, lot_method
from api.rules import rule_of
from api.wallets import wallet_of
from ledger.model.activity import iso
from ledger.model.errors import BadInput
from ledger.model.fund import Fund, LotScope

app = typer.Typer()
fund_app = typer.Typer(help="Funds.", no_args_is_help=True)
rule_app = typer.Typer(help="Which strategy an entry belongs to.", no_args_is_help=True)
wallet_app = typer.Typer(help="Wallets and accounts of a fund.", no_args_is_help=True)
key_app = typer.Typer(help="Keys of the web API.", no_args_is_help=True)
fund_app.add_typer(rule_app, name="rule")
fund_app.add_typer(orders.app)
app.add_typer(fund_app, name="fund")
app.add_typer(wallet_app, name="wallet")
app.add_typer(key_app, name="key")

_METHODS: Final = f"{', '.join(METHODS[:-1])} or {METHODS[-1]}."
#: What a year of the fund's methods can be: times begin with 1970.
_YEARS: Final = (1970, 9999)
_SCOPES: Final[dict[str, LotScope]] = {"wallet": "wallet", "fund": "fund"}


@fund_app.command("create")
def create_fund(
    name: str,
    base: Annotated[str, typer.Option(help="Base currency.")] = "USD",
    regime: Annotated[str, typer.Option(help="Tax regime.")] = "generic",
    method: Annotated[str, typer.Option(help=_METHODS)] = "fifo",
    scope: Annotated[str, typer.Option(help="Lots by wallet or fund.")] = "wallet",
    valuation_time: Annotated[str, typer.Option(help="Time of the daily NAV.")] = "00:00Z",
    db: Database = None,
) -> None:
    """Create a fund; the tables are made or renewed first."""
    from api.settings import settings
    from ledger.store import open_store, upgrade

    if scope not in _SCOPES:
        raise BadInput("a scope is wallet or fund")
    cost = lot_method(method)
    called = given.name("the fund's name", name)
    fund = Fund(called, base.upper(), regime, cost, _SCOPES[scope], valuation_time)
    database = db or settings().database_url
    upgrade(database)
    with open_store(database, clock=now) as store:
        store.funds.create(fund)
    give(f"fund {fund.name}: base {fund.base_currency}, {fund.regime}, {fund.method}")


@fund_app.command("method")
def change_method(
    year: Annotated[int, typer.Argument(help="The first year of the method, from 1 January UTC.")],
    method: Annotated[str, typer.Argument(help=_METHODS)],
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Let lots leave by another method from the start of a year on; the lots stay what they are."""
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise BadInput(f"a year is from {_YEARS[0]} to {_YEARS[1]}")
    chosen = lot_method(method)
    with open_desk(db, fund) as desk:
        changed = desk.store.funds.change_method(desk.fund.name, year, chosen)
    later = "".join(f", {name} from {start}" for start, name in changed.method_by_year)
    give(f"methods: {changed.method}{later}")


@fund_app.command("identify")
def identify_lots(
    entry: Annotated[str, typer.Argument(help="The entry that gives units up or moves them.")],
    lots: Annotated[list[str], typer.Argument(help="Lots in the order in which they are used.")],
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Say of which lots an entry takes its units where the method is specific; kept with the time.

    The latest that is said of an entry counts; what was said before stays on record.
    """
    from api.jobs.identify import identify

    with open_desk(db, fund) as desk:
        said = identify(desk, entry, lots)
    give(f"{said.entry}: {', '.join(said.lots)}, said at {iso(said.recorded_at)}")


@rule_app.command("add")
def add_rule(
    strategy: Annotated[str, typer.Option(help="The strategy that it decides for.")],
    wallet: Annotated[str | None, typer.Option(help="Label of a wallet that takes part.")] = None,
    contract: Annotated[str | None, typer.Option(help="A called or opposite contract.")] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of event: swap, bridge_out …")] = None,
    protocol: Annotated[str | None, typer.Option(help="Protocol as events name it.")] = None,
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Put a rule after those there are: all that it gives must fit, the first that fits decides."""
    with open_desk(db, fund) as desk:
        rule = rule_of(desk, strategy, wallet, contract, kind, protocol)
        changed = desk.store.funds.add_rules(desk.fund.name, [rule])
        written = Desk(desk.store, changed).keep()
    give(
        f"rules: {len(changed.strategy_rules)}; "
        f"{written.unchanged} entries unchanged, {written.reversed} booked anew"
    )


@rule_app.command("list")
def list_rules(
    db: Database = None, fund: FundName = None, known_at: KnownAt = None, as_json: AsJson = False
) -> None:
    """The rules of the fund in the order in which they are asked."""
    known = knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk:
        rows = [
            {"position": position, **asdict(rule)}
            for position, rule in enumerate(desk.fund_at(known).strategy_rules, 1)
        ]
    columns = ["position", "strategy", "wallet", "contract", "kind", "protocol"]
    give_rows(rows, columns, as_json=as_json)


@wallet_app.command("add")
def add_wallet(
    network: Annotated[str, typer.Argument(help="ethereum, eip155:1, venue:kraken …")],
    address: str,
    label: Annotated[str, typer.Option(help="What people call it.")] = "",
    strategy: Annotated[str | None, typer.Option(help="What it trades.")] = None,
    db: Database = None,
    fund: FundName = None,
) -> None:
    """Add a wallet or an owned contract of a network, or an account at a venue."""
    wallet = wallet_of(network, address, label, strategy)
    with open_desk(db, fund) as desk:
        desk.add_wallet(wallet)
    give(f"wallet {wallet.label}: {wallet.id}")


@wallet_app.command("list")
def list_wallets(
    db: Database = None, fund: FundName = None, known_at: KnownAt = None, as_json: AsJson = False
) -> None:
    """The wallets of the fund."""
    known = knowing(known_at)
    with read_desk(db, fund, knowing(known_at)) as desk:
        rows = [views.wallet_row(wallet) for wallet in desk.wallets(known).values()]
    give_rows(rows, ["label", "network", "address", "strategy"], as_json=as_json)


@key_app.command("create")
def create_key(
    label: str,
    scope: Annotated[list[str] | None, typer.Option(help="read, write (repeatable).")] = None,
    db: Database = None,
    fund: FundName = None,
    as_json: AsJson = False,
) -> None:
    """Draw a key for the web API; it is shown once and kept as a hash."""
    scopes = scope or ["read"]
    if unknown := set(scopes) - SCOPES:
        raise BadInput(f"no scope is called {', '.join(sorted(unknown))}")
    key = f"partita_{secrets.token_urlsafe(32)}"
    with open_desk(db, fund) as desk:
        kept = desk.store.keys.add(desk.fund.name, key, label, scopes)
    row = {"key": key, "prefix": kept.prefix, "label": label, "scopes": sorted(scopes)}
    if as_json:
        give_json(row)
    else:
        give(key)


@key_app.command("list")
def list_keys(db: Database = None, fund: FundName = None, as_json: AsJson = False) -> None:
    """The keys of the fund by prefix; the keys themselves are not known."""
    with open_desk(db, fund) as desk:
        keys = desk.store.keys.all(desk.fund.name)
    rows = [{"prefix": k.prefix, "label": k.label, "scopes": sorted(k.scopes)} for k in keys]
    give_rows(rows, ["prefix", "label", "scopes"], as_json=as_json)


@key_app.command("revoke")
def revoke_key(prefix: str, db: Database = None, fund: FundName = None) -> None:
    """Close a key for ever."""
    with open_desk(db, fund) as desk:
        desk.store.keys.revoke(desk.fund.name, prefix)
    give(f"revoked {prefix}")
