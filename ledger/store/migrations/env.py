"""Alembic's way in: a connection from `ledger.store.schema`, or an address given by `-x url=…`."""

from alembic import context

from ledger.store.engine import Database, engine_for
from ledger.store.tables import METADATA


def run() -> None:
    """Run the migrations on the connection that was handed over, or on one of our own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        context.configure(connection=given, target_metadata=METADATA)
        context.run_migrations()
        return
    engine = engine_for(context.get_x_argument(as_dictionary=True)["url"])
    with Database(engine).write_all() as connection:
        context.configure(connection=connection, target_metadata=METADATA)
        context.run_migrations()


run()
