"""A fund's wallets: values enter and leave, rows stay inside."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from ledger.model.errors import Conflict, NotFound
from ledger.model.fund import Wallet, WalletId
from ledger.store.engine import Door, FundTransaction
from ledger.store.tables import WalletRow, table_of
from ledger.store.times import optional_time, stored_time

_WALLETS: Final = table_of(WalletRow)


class Wallets:
    """The places of custody of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, wallets: Iterable[Wallet]) -> tuple[Wallet, ...]:
        """Keep wallets and give those that are new; the same wallet again changes nothing.

        Raises Conflict where a wallet's id is taken by one with another label, strategy or time.
        """
        with self._door.write(fund) as inside:
            known = _wallets_of(inside)
            given = list(dict.fromkeys(wallets))
            for wallet in given:
                if known.get(wallet.id, wallet) != wallet:
                    raise Conflict(f"the wallet {wallet.id} is kept as {known[wallet.id].label!r}")
            return _insert(inside, known, given)

    def ensure(self, fund: str, wallets: Iterable[Wallet]) -> tuple[Wallet, ...]:
        """Keep the wallets whose ids are new and give them; known ones stay as they are."""
        with self._door.write(fund) as inside:
            return _insert(inside, _wallets_of(inside), wallets)

    def change(self, fund: str, wallet: Wallet) -> None:
        """Give a known wallet another label, strategy or time of ownership. Raises NotFound."""
        with self._door.write(fund) as inside:
            this = (_WALLETS.c.fund_id == inside.fund_id) & (_WALLETS.c.id == wallet.id)
            changed = update(_WALLETS).where(this).values(**_columns_of(inside, wallet))
            if inside.connection.execute(changed).rowcount == 0:
                raise NotFound(f"there is no wallet {wallet.id}")

    def all(self, fund: str) -> dict[WalletId, Wallet]:
        """The fund's wallets by id, in the order of ids."""
        with self._door.read(fund) as inside:
            return _wallets_of(inside)


def _wallets_of(inside: FundTransaction) -> dict[WalletId, Wallet]:
    rows = inside.connection.execute(select(_WALLETS).where(_WALLETS.c.fund_id == inside.fund_id))
    wallets = {wallet.id: wallet for wallet in map(_wallet_of, rows)}
    return dict(sorted(wallets.items()))


def _insert(
    inside: FundTransaction, known: dict[WalletId, Wallet], wallets: Iterable[Wallet]
) -> tuple[Wallet, ...]:
    new: dict[WalletId, Wallet] = {}
    for wallet in wallets:
        if wallet.id not in known:
            new.setdefault(wallet.id, wallet)
    for wallet in new.values():
        inside.connection.execute(insert(_WALLETS).values(**_columns_of(inside, wallet)))
    return tuple(new.values())


def _columns_of(inside: FundTransaction, wallet: Wallet) -> dict[str, Any]:
    return {
        "fund_id": inside.fund_id,
        "id": wallet.id,
        "network": wallet.network,
        "address": wallet.address,
        "label": wallet.label,
        "strategy": wallet.strategy,
        "owned_from": stored_time(wallet.owned_from),
        "owned_until": stored_time(wallet.owned_until),
    }


def _wallet_of(row: Row[Any]) -> Wallet:
    return Wallet(
        network=row.network,
        address=row.address,
        label=row.label,
        strategy=row.strategy,
        owned_from=optional_time(row.owned_from),
        owned_until=optional_time(row.owned_until),
    )
