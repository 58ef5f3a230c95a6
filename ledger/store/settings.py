"""Further choices of a fund by name enter and leave as texts."""

from sqlalchemy import delete, insert, select

from ledger.store.engine import Door
from ledger.store.tables import FUND_SETTING


class Settings:
    """The named settings of each fund; which names there are is for those who read them."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def set(self, fund: str, name: str, value: str) -> None:
        """Set one, in place of what it was."""
        with self._door.write(fund) as inside:
            this = (FUND_SETTING.c.fund_id == inside.fund_id) & (FUND_SETTING.c.name == name)
            inside.connection.execute(delete(FUND_SETTING).where(this))
            inside.connection.execute(
                insert(FUND_SETTING).values(fund_id=inside.fund_id, name=name, value=value)
            )

    def all(self, fund: str) -> dict[str, str]:
        """Every setting of a fund, by name."""
        with self._door.read(fund) as inside:
            found = inside.connection.execute(
                select(FUND_SETTING.c.name, FUND_SETTING.c.value).where(
                    FUND_SETTING.c.fund_id == inside.fund_id
                )
            )
            return {str(name): str(value) for name, value in sorted(found)}
