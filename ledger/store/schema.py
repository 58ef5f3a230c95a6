"""A database enters; it leaves with the tables of this version, or with the reason why not."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from ledger.model.errors import PartitaError, VerificationFailed
from ledger.store.columns import SQLITE
from ledger.store.engine import Database, engine_for

#: The version of the tables that this program reads and writes: the newest migration.
SCHEMA: Final = "0027"

#: A head is open while its batch is written, which no other transaction sees.
_UNSEALED: Final = (
    "SELECT name FROM fund JOIN journal_head ON journal_head.fund_id = fund.id"
    " WHERE open_after IS NOT NULL ORDER BY name"
)


class SchemaMismatch(PartitaError):
    """A database whose tables are not those of this program."""

    code = "schema_mismatch"


def upgrade(url: str) -> None:
    """Bring a database to this program's tables; one upgrade at a time, all of it or nothing."""
    engine = engine_for(url)
    try:
        upgrade_engine(engine)
    finally:
        engine.dispose()


def upgrade_engine(engine: Engine) -> None:
    """The same through an engine that is open. Raises SchemaMismatch on a newer database."""
    with Database(engine).write_all() as connection:
        migrate(connection, SCHEMA)


def migrate(connection: Connection, version: str) -> None:
    """Bring the tables to a version, up or down, in the transaction that is open.

    Raises SchemaMismatch on a database that is newer than this program, VerificationFailed where a
    way up would lose rows or make some: nothing is upgraded then.
    """
    from alembic import command
    from alembic.config import Config

    # another process may have done it while this one waited
    found = schema_of(connection)
    if found == version:
        return
    _refuse_newer(found)
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if found is not None and found > version:
        command.downgrade(config, version)
        return
    before = _row_counts(connection)
    command.upgrade(config, version)
    after = _row_counts(connection)
    wrong = sorted(name for name, count in before.items() if after.get(name) != count)
    if wrong:
        raise VerificationFailed(
            f"the upgrade would change how many rows {', '.join(wrong)} has; nothing was upgraded"
        )


def _row_counts(connection: Connection) -> dict[str, int]:
    """The number of rows of each table, but for the version's own."""
    quoted = connection.dialect.identifier_preparer.quote
    return {
        name: int(connection.execute(text(f"SELECT count(*) FROM {quoted(name)}")).scalar_one())  # noqa: S608 -- names of our tables
        for name in inspect(connection).get_table_names()
        if name != "alembic_version"
    }


def check_schema(engine: Engine) -> None:
    """Make the tables of a new SQLite file; raises SchemaMismatch on another version's.

    Raises VerificationFailed where a journal has entries that no batch seals: on SQLite a program
    that does not ask for foreign keys can leave them behind.
    """
    with Database(engine).read_all() as connection:
        found = schema_of(connection)
        empty = found is None and not inspect(connection).get_table_names()
    if empty and engine.dialect.name == SQLITE:
        upgrade_engine(engine)
        return
    _refuse_newer(found)
    if found is None:
        what = "is empty" if empty else "is not one of Partita's"
        raise SchemaMismatch(f"the database {what}; upgrade makes the tables")
    if found != SCHEMA:
        raise SchemaMismatch(
            f"the database has the tables of version {found}, this program those of {SCHEMA}:"
            " upgrade it first"
        )
    with Database(engine).read_all() as connection:
        unsealed = connection.execute(text(_UNSEALED)).scalars().all()
    if unsealed:
        raise VerificationFailed(
            f"the journal of {', '.join(unsealed)} goes on behind its last seal: what stands there"
            " was not written by Partita, and no book shows it; restore a backup"
        )


def schema_of(connection: Connection) -> str | None:
    """The version of a database's tables; None where it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > SCHEMA:
        raise SchemaMismatch(
            f"the database has the tables of version {found}, newer than this program's {SCHEMA}"
        )
