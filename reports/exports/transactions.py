"""Events as rows: what happened enters, one row a leg and one a network fee leave."""

from collections.abc import Iterator
from typing import Final

from ledger.model.activity import iso
from ledger.model.asset import AssetId
from ledger.model.event import Event
from ledger.model.fund import WalletId
from reports.csv import Cell, Number
from reports.model import ExportFigures
from reports.names import label_of, money_text, quantity_text, symbol_of

NAME: Final = "transactions"
SCHEMA_VERSION: Final = 1
HEADER: Final = (
    "event", "leg", "time", "network", "txid", "kind", "protocol", "strategy", "group", "role",
    "wallet", "wallet_label", "asset", "symbol", "quantity", "base_units", "counterparty",
    "value", "value_currency", "note",
)  # fmt: skip
NUMERIC: Final = frozenset(("leg", "quantity", "base_units", "value"))

#: (role, wallet, asset, signed base units, counterparty)
_Movement = tuple[str, WalletId, AssetId, int, str]


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a leg, with the network fee as a leg of role `network_fee` that left.

    An event that moved nothing has one row without an asset. The stated value of an event stands in
    its first row alone, so that the column can be summed.
    """
    for event in sorted(figures.events, key=lambda item: (item.order, len(item.id), item.id)):
        movements: list[_Movement | None] = [*_movements(event)] or [None]
        for index, movement in enumerate(movements, 1):
            stated = event.value if index == 1 else None
            yield (
                event.id,
                Number(str(index)),
                iso(event.time),
                event.network,
                event.txid,
                event.kind,
                event.protocol or "",
                event.strategy or "",
                event.group or "",
                *_movement_cells(movement, figures),
                None if stated is None else Number(money_text(stated.units)),
                "" if stated is None else stated.currency,
                event.note,
            )


def _movements(event: Event) -> Iterator[_Movement]:
    for leg in event.legs:
        yield leg.role, leg.wallet, leg.asset, leg.quantity, leg.counterparty
    if event.fee is not None and event.fee.quantity:
        yield "network_fee", event.fee.wallet, event.fee.asset, -event.fee.quantity, ""


def _movement_cells(movement: _Movement | None, figures: ExportFigures) -> tuple[Cell, ...]:
    if movement is None:
        return ("", "", "", "", "", None, None, "")
    role, wallet, asset, quantity, counterparty = movement
    return (
        role,
        wallet,
        label_of(wallet, figures.wallets),
        asset,
        symbol_of(asset, figures.assets),
        Number(quantity_text(asset, quantity, figures.assets)),
        Number(str(quantity)),
        counterparty,
    )
