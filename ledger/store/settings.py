"""Further choices of a fund by name enter and leave as texts."""

from typing import Final

from sqlalchemy import delete, insert, select

from ledger.store.engine import Door
from ledger.store.tables import FundSettingRow, table_of

_SETTINGS: Final = table_of(FundSettingRow)


class Settings:
    """The named settings of each fund; which names there are is for those who read them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def set(self, fund: str, name: str, value: str) -> None:
        """Set one, in place of what it was."""
        with self._door.write(fund) as inside:
            this = (_SETTINGS.c.fund_id == inside.fund_id) & (_SETTINGS.c.name == name)
            inside.connection.execute(delete(_SETTINGS).where(this))
            inside.connection.execute(
                insert(_SETTINGS).values(fund_id=inside.fund_id, name=name, value=value)
            )

    def all(self, fund: str) -> dict[str, str]:
        """Every setting of a fund, by name."""
        with self._door.read(fund) as inside:
            found = inside.connection.execute(
                select(_SETTINGS.c.name, _SETTINGS.c.value).where(
                    _SETTINGS.c.fund_id == inside.fund_id
                )
            )
            return {str(name): str(value) for name, value in sorted(found)}
