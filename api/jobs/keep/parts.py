"""What stands now enters; the parts of it that are read leave, each as canonical JSON."""

from collections import defaultdict

from ledger.books.standing import Standing
from ledger.model.activity import microseconds
from ledger.model.evidence import canonical_json
from ledger.model.fund import Fund
from ledger.model.lot import Lot

#: How the names of parts begin that hold the open lots of an asset.
LOTS = "lots:"


def parts_of(standing: Standing, fund: Fund) -> dict[str, bytes]:
    """`summary`, `totals`, `held` and the lots of each asset."""
    lots = standing.open_lots()
    costs: dict[tuple[str, str], int | None] = {}
    by_asset: defaultdict[str, list[list[object]]] = defaultdict(list)
    for lot in lots:
        by_asset[lot.asset].append(_plain_lot(lot))
        known = costs.get((lot.wallet, lot.asset), 0)
        unknown = known is None or lot.cost is None
        costs[lot.wallet, lot.asset] = None if unknown else (known or 0) + (lot.cost or 0)
    held = [
        [place, asset, owed, str(units), _text(None if owed else costs.get((place, asset)))]
        for (place, asset, owed), units in standing.balances.units.items()
    ]
    totals = [
        [account.type, account.name, account.wallet, asset, str(units)]
        for (account, asset), units in sorted(
            standing.totals.items(), key=lambda item: (item[0][0].path, item[0][1])
        )
        if units
    ]
    summary = {
        "entries": standing.entries,
        "last": None if standing.last is None else standing.last.isoformat(),
        "method": fund.method,
        "scope": fund.scope,
    }
    parts = {"summary": summary, "totals": totals, "held": held}
    named = {name: canonical_json(value) for name, value in parts.items()}
    return named | {f"{LOTS}{asset}": canonical_json(rows) for asset, rows in by_asset.items()}


def _plain_lot(lot: Lot) -> list[object]:
    return [
        *(lot.id, lot.wallet, microseconds(lot.acquired), list(lot.order), str(lot.quantity)),
        *(_text(lot.cost), lot.entry, lot.strategy),
    ]


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
