"""Tables of funds enter; each leaves with a wall round the rows of every fund (P7).

On PostgreSQL a row is seen and written only while the transaction's setting `partita.fund` is its
fund's number, or `all`; nothing says either, and there is nothing to see. The engine says it, as
soon as it knows which fund a transaction is on. On both databases a row never goes to another fund,
and no table is emptied of every fund's rows at once.

A migration that makes a table with a `fund_id` ends with `raise_walls`.
"""

from typing import Final

from sqlalchemy import BigInteger, Connection, func, inspect, literal, select, text

from ledger.store.columns import POSTGRESQL, PlainText

#: What a transaction across funds says in the place of a fund's number.
ALL_FUNDS: Final = "all"

_SETTING: Final = "partita.fund"
_POLICY: Final = "fund_wall"

#: The setting is read once a statement, not once a row; it is empty after a transaction said it.
_SAID: Final = f"current_setting('{_SETTING}', true)"
_WITHIN: Final = (
    f"(SELECT {_SAID}) = '{ALL_FUNDS}'"
    f" OR {{column}} = (SELECT nullif(nullif({_SAID}, '{ALL_FUNDS}'), '')::bigint)"
)

_POSTGRESQL_WALL: Final = (
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS {policy} ON {table}",
    "CREATE POLICY {policy} ON {table} USING ({within}) WITH CHECK ({within})",
    "DROP TRIGGER IF EXISTS fund_is_not_left ON {table}",
    (
        "CREATE TRIGGER fund_is_not_left BEFORE UPDATE OF {column} ON {table} FOR EACH ROW"
        " WHEN (NEW.{column} IS DISTINCT FROM OLD.{column}) EXECUTE FUNCTION fund_is_not_left()"
    ),
    "DROP TRIGGER IF EXISTS funds_are_not_emptied ON {table}",
    (
        "CREATE TRIGGER funds_are_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        " EXECUTE FUNCTION funds_are_not_emptied()"
    ),
)
_POSTGRESQL_NO_WALL: Final = (
    "DROP TRIGGER funds_are_not_emptied ON {table}",
    "DROP TRIGGER fund_is_not_left ON {table}",
    "DROP POLICY {policy} ON {table}",
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
)
_SQLITE_WALL: Final = (
    "DROP TRIGGER IF EXISTS {table}_does_not_leave_its_fund",
    (
        "CREATE TRIGGER {table}_does_not_leave_its_fund BEFORE UPDATE OF {column} ON {table}"
        " WHEN NEW.{column} IS NOT OLD.{column}"
        " BEGIN SELECT RAISE(ABORT, '{table}: rows never go to another fund'); END"
    ),
)
_SQLITE_NO_WALL: Final = ("DROP TRIGGER {table}_does_not_leave_its_fund",)

#: Policies that could hide rows from a transaction across funds, or that are missing.
_FOREIGN_RULES: Final = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity AND (
    EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname <> :policy)
    OR NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = :policy))
ORDER BY relname
"""


def raise_walls(connection: Connection) -> None:
    """Wall off every table of funds; those that have their walls get the same again."""
    on_postgresql = connection.dialect.name == POSTGRESQL
    _run_for_each(connection, _POSTGRESQL_WALL if on_postgresql else _SQLITE_WALL)


def take_walls_down(connection: Connection) -> None:
    """Take the walls of every table away again; each has them."""
    on_postgresql = connection.dialect.name == POSTGRESQL
    _run_for_each(connection, _POSTGRESQL_NO_WALL if on_postgresql else _SQLITE_NO_WALL)


def tables_of_funds(connection: Connection) -> dict[str, str]:
    """Each table that has rows of funds, with the column that says whose."""
    found = inspect(connection)
    own = {
        name: "fund_id"
        for name in sorted(found.get_table_names())
        if any(column["name"] == "fund_id" for column in found.get_columns(name))
    }
    return {"fund": "id", **own}


def enter_fund(connection: Connection, fund: str) -> int | None:
    """Let the transaction see one fund's rows alone; gives its number, None where it is none's."""
    asked = select(func.enter_fund(literal(fund, PlainText), type_=BigInteger))
    return connection.execute(asked).scalar_one()


def enter_all(connection: Connection) -> None:
    """Let the transaction see the rows of every fund."""
    if connection.dialect.name == POSTGRESQL:
        said = text(f"SELECT set_config('{_SETTING}', '{ALL_FUNDS}', true)")
        connection.execute(said)


def hiding_tables(connection: Connection) -> tuple[str, ...]:
    """The tables with a rule of another hand, which may hide rows even from `enter_all`."""
    if connection.dialect.name != POSTGRESQL:
        return ()
    return tuple(connection.execute(text(_FOREIGN_RULES), {"policy": _POLICY}).scalars())


def _run_for_each(connection: Connection, statements: tuple[str, ...]) -> None:
    quoted = connection.dialect.identifier_preparer.quote
    for table, column in tables_of_funds(connection).items():
        words = {"table": quoted(table), "column": column, "policy": _POLICY}
        within = _WITHIN.format(column=column)
        for statement in statements:
            connection.exec_driver_sql(
                statement.format(**words, within=within),
                execution_options={"no_parameters": True},
            )
