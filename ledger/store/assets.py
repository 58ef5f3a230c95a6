"""What is known of assets enters and leaves: symbols, decimals, what they follow."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from ledger.model.asset import Asset, AssetId
from ledger.store.engine import Door, FundTransaction
from ledger.store.known import in_force_at
from ledger.store.tables import ASSET


class Assets:
    """The facts about assets that each fund keeps."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def put(self, fund: str, assets: Iterable[Asset]) -> None:
        """Keep facts, in place of what was known of the same assets; that stays as known before."""
        by_id = {asset.id: asset for asset in assets}
        with self._door.write(fund) as inside:
            known = {row.id: row for row in _rows(inside)}
            changed = {
                id_: asset
                for id_, asset in by_id.items()
                if id_ not in known or _asset_of(known[id_]) != asset
            }
            if not changed:
                return
            former = changed.keys() & known.keys()
            now = inside.recorded_after(known[id_].recorded_at for id_ in former)
            for id_ in sorted(former):
                this = (ASSET.c.fund_id == inside.fund_id) & (ASSET.c.id == id_)
                current = this & in_force_at(ASSET, None)
                inside.connection.execute(update(ASSET).where(current).values(superseded_at=now))
            rows = [
                {
                    "fund_id": inside.fund_id,
                    "id": asset.id,
                    "symbol": asset.symbol,
                    "decimals": asset.decimals,
                    "kind": asset.kind,
                    "underlying": asset.underlying,
                    "accrues": asset.accrues,
                    "recorded_at": now,
                }
                for asset in changed.values()
            ]
            inside.connection.execute(insert(ASSET), rows)

    def all(self, fund: str, known_at: datetime | None = None) -> dict[AssetId, Asset]:
        """What is known, or was known at a time, by asset, in the order of ids."""
        with self._door.read(fund) as inside:
            found = {AssetId(row.id): _asset_of(row) for row in _rows(inside, known_at)}
        return dict(sorted(found.items()))


def _rows(inside: FundTransaction, known_at: datetime | None = None) -> Iterable[Row[Any]]:
    ours = ASSET.c.fund_id == inside.fund_id
    return inside.connection.execute(select(ASSET).where(ours, in_force_at(ASSET, known_at)))


def _asset_of(row: Row[Any]) -> Asset:
    return Asset(
        id=AssetId(row.id),
        symbol=row.symbol,
        decimals=row.decimals,
        kind=row.kind,
        underlying=None if row.underlying is None else AssetId(row.underlying),
        accrues=row.accrues,
    )
