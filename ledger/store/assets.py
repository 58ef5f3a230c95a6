"""What is known of assets enters and leaves: symbols, decimals, what they follow."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import delete, insert, select

from ledger.model.asset import Asset, AssetId
from ledger.store.engine import Door
from ledger.store.tables import AssetRow, table_of

_ASSETS: Final = table_of(AssetRow)


class Assets:
    """The facts about assets that each fund keeps."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def put(self, fund: str, assets: Iterable[Asset]) -> None:
        """Keep facts, in place of what was known of the same assets."""
        by_id = {asset.id: asset for asset in assets}
        with self._door.write(fund) as inside:
            for asset in by_id.values():
                this = (_ASSETS.c.fund_id == inside.fund_id) & (_ASSETS.c.id == asset.id)
                inside.connection.execute(delete(_ASSETS).where(this))
                inside.connection.execute(
                    insert(_ASSETS).values(
                        fund_id=inside.fund_id,
                        id=asset.id,
                        symbol=asset.symbol,
                        decimals=asset.decimals,
                        kind=asset.kind,
                        underlying=asset.underlying,
                        accrues=asset.accrues,
                    )
                )

    def all(self, fund: str) -> dict[AssetId, Asset]:
        """What is known, by asset, in the order of ids."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(
                select(_ASSETS).where(_ASSETS.c.fund_id == inside.fund_id)
            )
            found = {
                AssetId(row.id): Asset(
                    id=AssetId(row.id),
                    symbol=row.symbol,
                    decimals=row.decimals,
                    kind=row.kind,
                    underlying=None if row.underlying is None else AssetId(row.underlying),
                    accrues=row.accrues,
                )
                for row in rows
            }
        return dict(sorted(found.items()))
