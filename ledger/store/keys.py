"""Keys to a fund's data: the key enters once and is kept as a hash; what it may do leaves."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.store.engine import Door
from ledger.store.tables import API_KEY, FUND
from ledger.store.times import optional_time, time_of

#: The beginning of a key by which it is found and named; the rest is the secret.
PREFIX_LENGTH: Final = 16

#: A key this long cannot be guessed from its prefix.
_SHORTEST: Final = PREFIX_LENGTH + 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a key opens; `prefix` names it to people, the key itself is not known here."""

    fund: str
    prefix: str
    label: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None = None


class Keys:
    """The keys of each fund."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(self, fund: str, key: str, label: str, scopes: Iterable[str]) -> ApiKey:
        """Keep the hash of a key that the caller drew and shows once.

        Raises BadInput for a short key and for spaces; Conflict where the prefix is taken.
        """
        wanted = frozenset(scopes)
        spaced = any(part.split() != [part] for part in (key, *wanted))
        if len(key) < _SHORTEST or spaced:
            raise BadInput(
                f"a key has at least {_SHORTEST} characters, and no spaces or scopes with"
            )
        prefix = key[:PREFIX_LENGTH]
        with self._door.write(fund) as inside:
            added = insert(API_KEY).values(
                fund_id=inside.fund_id,
                prefix=prefix,
                hash=_hash(key),
                label=label,
                scopes=" ".join(sorted(wanted)),
                created_at=inside.recorded_at,
            )
            try:
                inside.connection.execute(added)
            except IntegrityError as fault:
                # the key of another fund, which is not to be seen from here, takes it as well
                raise Conflict(f"there is a key that begins with {prefix}") from fault
            return ApiKey(fund, prefix, label, wanted, time_of(inside.recorded_at))

    def check(self, key: str) -> ApiKey | None:
        """What a key opens; None for one unknown or revoked. The one read without a fund."""
        if "\0" in key or not key.isascii():
            return None
        with self._door.read_all() as connection:
            row = connection.execute(
                select(API_KEY, FUND.c.name)
                .join(FUND, FUND.c.id == API_KEY.c.fund_id)
                .where(API_KEY.c.prefix == key[:PREFIX_LENGTH])
            ).one_or_none()
        if row is None or not hmac.compare_digest(row.hash, _hash(key)):
            return None
        return _key_of(row) if row.revoked_at is None else None

    def revoke(self, fund: str, prefix: str) -> None:
        """Close a key for ever. Raises NotFound."""
        with self._door.write(fund) as inside:
            this = (API_KEY.c.fund_id == inside.fund_id) & (API_KEY.c.prefix == prefix)
            closed = update(API_KEY).where(this).values(revoked_at=inside.recorded_at)
            if inside.connection.execute(closed).rowcount == 0:
                raise NotFound(f"there is no key that begins with {prefix}")

    def all(self, fund: str) -> tuple[ApiKey, ...]:
        """The fund's keys, revoked ones too, by prefix."""
        with self._door.read(fund) as inside:
            rows = inside.connection.execute(
                select(API_KEY, FUND.c.name)
                .join(FUND, FUND.c.id == API_KEY.c.fund_id)
                .where(API_KEY.c.fund_id == inside.fund_id)
            )
            found = [_key_of(row) for row in rows]
        return tuple(sorted(found, key=lambda key: key.prefix))


def _hash(key: str) -> str:
    # the key is drawn at random and long: a slow hash would protect nothing more
    return hashlib.sha256(key.encode()).hexdigest()


def _key_of(row: Row[Any]) -> ApiKey:
    return ApiKey(
        fund=row.name,
        prefix=row.prefix,
        label=row.label,
        scopes=frozenset(row.scopes.split()),
        created_at=time_of(row.created_at),
        revoked_at=optional_time(row.revoked_at),
    )
