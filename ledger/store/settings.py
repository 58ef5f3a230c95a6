"""Further choices of a fund by name enter and leave as texts."""

from datetime import datetime

from sqlalchemy import select

from ledger.store.engine import Door
from ledger.store.known import in_force_at, put_in_place
from ledger.store.tables import FUND_SETTING


class Settings:
    """The named settings of each fund; which names there are is for those who read them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def set(self, fund: str, name: str, value: str) -> None:
        """Set one, in place of what it was, which stays as what was known before."""
        with self._door.write(fund) as inside:
            put_in_place(inside, FUND_SETTING, {"name": name}, {"value": value})

    def all(self, fund: str, known_at: datetime | None = None) -> dict[str, str]:
        """Every setting of a fund, by name; with `known_at`, as it was known then."""
        with self._door.read(fund) as inside:
            ours = (FUND_SETTING.c.fund_id == inside.fund_id) & in_force_at(FUND_SETTING, known_at)
            found = inside.connection.execute(
                select(FUND_SETTING.c.name, FUND_SETTING.c.value).where(ours)
            )
            return {str(name): str(value) for name, value in sorted(found)}
