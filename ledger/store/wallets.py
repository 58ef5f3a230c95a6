"""A fund's wallets: values enter and leave, rows stay inside."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row, insert, select, update

from ledger.model.errors import Conflict, NotFound
from ledger.model.fund import Wallet, WalletId
from ledger.store.engine import Door, FundTransaction
from ledger.store.keeping import first_seen, mark
from ledger.store.known import in_force_at
from ledger.store.tables import WALLET
from ledger.store.times import optional_time, stored_time


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
            new = _insert(inside, known, given)
            _mark(inside, new)
            return new

    def ensure(self, fund: str, wallets: Iterable[Wallet]) -> tuple[Wallet, ...]:
        """Keep wallets that statements met and give those that are new; known ones stay."""
        with self._door.write(fund) as inside:
            new = _insert(inside, _wallets_of(inside), wallets)
            if new:
                _mark(inside, new)
            return new

    def meet(self, fund: str, wallets: Iterable[Wallet]) -> None:
        """The same for wallets that the books that are kept now know: they are no other ones."""
        with self._door.write(fund) as inside:
            _insert(inside, _wallets_of(inside), wallets)

    def change(self, fund: str, wallet: Wallet) -> None:
        """Give a known wallet another label, strategy or time of ownership. Raises NotFound.

        What it was before stays as what was known before.
        """
        with self._door.write(fund) as inside:
            this = (WALLET.c.fund_id == inside.fund_id) & (WALLET.c.id == wallet.id)
            current = this & in_force_at(WALLET, None)
            known = inside.connection.execute(select(WALLET).where(current)).one_or_none()
            if known is None:
                raise NotFound(f"there is no wallet {wallet.id}")
            if _wallet_of(known) == wallet:
                return
            now = inside.recorded_after([known.recorded_at])
            inside.connection.execute(update(WALLET).where(current).values(superseded_at=now))
            inside.connection.execute(insert(WALLET).values(_columns_of(inside, wallet, now)))
            _mark(inside, [wallet])

    def all(self, fund: str, known_at: datetime | None = None) -> dict[WalletId, Wallet]:
        """The fund's wallets by id, in the order of ids; with `known_at`, as they were known."""
        with self._door.read(fund) as inside:
            return _wallets_of(inside, known_at)


def _wallets_of(
    inside: FundTransaction, known_at: datetime | None = None
) -> dict[WalletId, Wallet]:
    ours = (WALLET.c.fund_id == inside.fund_id) & in_force_at(WALLET, known_at)
    rows = inside.connection.execute(select(WALLET).where(ours))
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
        columns = _columns_of(inside, wallet, inside.recorded_at)
        inside.connection.execute(insert(WALLET).values(columns))
    return tuple(new.values())


def _mark(inside: FundTransaction, wallets: Iterable[Wallet]) -> None:
    """Say that the books are other ones from when any of these first took part in something.

    A statement names its accounts by label, which is their address at the venue then.
    """
    subjects = [
        subject
        for wallet in wallets
        for subject in (wallet.id, wallet.address, wallet.label, quote(wallet.label, safe="/@+-_."))
    ]
    mark(inside, first_seen(inside, subjects))


def _columns_of(inside: FundTransaction, wallet: Wallet, recorded_at: int) -> dict[str, Any]:
    return {
        "fund_id": inside.fund_id,
        "id": wallet.id,
        "network": wallet.network,
        "address": wallet.address,
        "label": wallet.label,
        "strategy": wallet.strategy,
        "owned_from": stored_time(wallet.owned_from),
        "owned_until": stored_time(wallet.owned_until),
        "recorded_at": recorded_at,
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
