"""What stands now enters; the parts of it that are read leave, each as canonical JSON."""

from collections import defaultdict
from typing import Any

from ledger.books.standing import Standing
from ledger.model.activity import microseconds, time_at
from ledger.model.asset import AssetId
from ledger.model.entry import Account
from ledger.model.evidence import canonical_json
from ledger.model.fund import Fund, WalletId
from ledger.model.lot import Lot
from ledger.model.position import Position
from ledger.nav.positions import costs_of, with_costs

Row = list[Any]

#: How the names of parts begin that hold the open lots of an asset.
LOTS = "lots:"


def parts_of(standing: Standing, fund: Fund) -> dict[str, bytes]:
    """`summary`, `totals`, `held` and the lots of each asset."""
    lots = standing.open_lots()
    by_asset: defaultdict[AssetId, list[Row]] = defaultdict(list)
    for lot in lots:
        by_asset[lot.asset].append(_plain_lot(lot))
    held = with_costs(standing.balances.positions(), costs_of(lots))
    summary = {
        "entries": standing.entries,
        "last": None if standing.last is None else standing.last.isoformat(),
        "method": fund.method,
        "scope": fund.scope,
    }
    parts: dict[str, object] = {
        "summary": summary,
        "totals": list(map(_plain_total, standing.sorted_totals())),
        "held": list(map(_plain_position, held)),
    }
    named = {name: canonical_json(value) for name, value in parts.items()}
    return named | {lots_name(asset): canonical_json(rows) for asset, rows in by_asset.items()}


def lots_name(asset: AssetId) -> str:
    """The name of the part that holds the open lots of an asset."""
    return f"{LOTS}{asset}"


# ---- one thing as a row of JSON, and back


def _plain_lot(lot: Lot) -> Row:
    return [
        *(lot.id, lot.asset, lot.wallet, microseconds(lot.acquired), list(lot.order)),
        *(str(lot.quantity), _text(lot.cost), lot.entry, lot.strategy),
    ]


def lot_of(row: Row) -> Lot:
    """The lot that a row of its part holds."""
    id_, asset, wallet, acquired, order, quantity, cost, entry, strategy = row
    return Lot(
        *(id_, AssetId(asset), WalletId(wallet), time_at(acquired), tuple(order)),
        *(int(quantity), _number(cost), entry, strategy),
    )


def _plain_total(total: tuple[Account, AssetId, int]) -> Row:
    account, asset, units = total
    return [account.type, account.name, account.wallet, asset, str(units)]


def total_of(row: Row) -> tuple[Account, AssetId, int]:
    """The balance of an account and an asset that a row holds."""
    kind, name, wallet, asset, units = row
    account = Account(kind, name, None if wallet is None else WalletId(wallet))
    return account, AssetId(asset), int(units)


def _plain_position(held: Position) -> Row:
    return [held.wallet, held.asset, held.liability, str(held.quantity), _text(held.cost)]


def position_of(row: Row) -> Position:
    """The position that a row holds."""
    wallet, asset, owed, units, cost = row
    return Position(WalletId(wallet), AssetId(asset), int(units), owed, _number(cost))


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
