"""A journal in batches enters; each batch is sealed with a link to those before it (P4).

The hash of an entry covers more from here on (the wallet of an account; nothing is told from the
empty text), so what is stored is hashed anew, after it has been found to have its former hash.
"""

from collections.abc import Iterator
from typing import Any, Final

from alembic import op
from sqlalchemy import Connection, Row, text

from ledger.model.content import content_hash, encoded_place, encoded_postings
from ledger.model.encoded import encoded_again
from ledger.model.errors import VerificationFailed
from ledger.model.evidence import content_id
from ledger.store import columns
from ledger.store.seals import NO_LINK, leaf_of, seal_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HEAD: Final = """
CREATE TABLE journal_head (
    fund_id {integer} NOT NULL PRIMARY KEY REFERENCES fund (id),
    batch {integer} NOT NULL CHECK (batch >= 1),
    link TEXT NOT NULL CHECK (length(link) = 64)
){strict}
"""

# SQLite adds a column that is not null with a default only; the trigger refuses these defaults.
_COLUMNS: Final = ("leaves {bytes}", "root TEXT", "previous TEXT", "link TEXT")
_DEFAULTS: Final = {"leaves {bytes}": "x''"}

_SQLITE_TRIGGERS: Final = (
    """
CREATE TRIGGER batch_has_its_link BEFORE INSERT ON batch
WHEN length(NEW.leaves) <> 32 * (NEW.last_n - NEW.first_n + 1)
    OR length(NEW.root) <> 64 OR NEW.root GLOB '*[^0-9a-f]*'
    OR length(NEW.link) <> 64 OR NEW.link GLOB '*[^0-9a-f]*'
    OR NEW.previous IS NOT coalesce(
        (SELECT link FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1),
        '{no_link}')
BEGIN SELECT RAISE(ABORT, 'batch: it is not sealed'); END
""",
    """
CREATE TRIGGER batch_moves_the_head AFTER INSERT ON batch
BEGIN
    INSERT INTO journal_head (fund_id, batch, link)
    SELECT NEW.fund_id, NEW.number, NEW.link WHERE NEW.number = 1;
    UPDATE journal_head SET batch = NEW.number, link = NEW.link
    WHERE fund_id = NEW.fund_id AND NEW.number > 1;
END
""",
    """
CREATE TRIGGER journal_head_begins_once BEFORE INSERT ON journal_head
WHEN EXISTS (SELECT 1 FROM journal_head WHERE fund_id = NEW.fund_id)
    OR NOT EXISTS (SELECT 1 FROM batch
                   WHERE fund_id = NEW.fund_id AND number = NEW.batch AND link = NEW.link)
BEGIN SELECT RAISE(ABORT, 'journal_head: rows are never replaced'); END
""",
    """
CREATE TRIGGER journal_head_follows_the_batch BEFORE UPDATE ON journal_head
WHEN NEW.fund_id <> OLD.fund_id OR NEW.batch <> OLD.batch + 1
    OR NOT EXISTS (SELECT 1 FROM batch
                   WHERE fund_id = NEW.fund_id AND number = NEW.batch AND link = NEW.link)
BEGIN SELECT RAISE(ABORT, 'journal_head: rows are never changed'); END
""",
    """
CREATE TRIGGER journal_head_is_not_deleted BEFORE DELETE ON journal_head
BEGIN SELECT RAISE(ABORT, 'journal_head: rows are never deleted'); END
""",
)

_POSTGRESQL_FUNCTIONS: Final = (
    """
CREATE FUNCTION batch_has_its_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF length(NEW.leaves) <> 32 * (NEW.last_n - NEW.first_n + 1)
        OR NEW.root !~ '^[0-9a-f]{64}$' OR NEW.link !~ '^[0-9a-f]{64}$'
        OR NEW.previous IS DISTINCT FROM coalesce(
            (SELECT link FROM batch WHERE fund_id = NEW.fund_id ORDER BY number DESC LIMIT 1),
            repeat('0', 64))
    THEN
        RAISE EXCEPTION 'batch: it is not sealed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION batch_moves_the_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number = 1 THEN
        INSERT INTO journal_head (fund_id, batch, link)
        VALUES (NEW.fund_id, NEW.number, NEW.link);
    ELSE
        UPDATE journal_head SET batch = NEW.number, link = NEW.link WHERE fund_id = NEW.fund_id;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION journal_head_follows_the_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM batch WHERE fund_id = NEW.fund_id AND number = NEW.batch
                   AND link = NEW.link)
        OR (TG_OP = 'UPDATE' AND (NEW.fund_id <> OLD.fund_id OR NEW.batch <> OLD.batch + 1))
    THEN
        RAISE EXCEPTION 'journal_head: rows are never changed or replaced'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
""",
)

_POSTGRESQL_TRIGGERS: Final = """
CREATE TRIGGER batch_has_its_link BEFORE INSERT ON batch
    FOR EACH ROW EXECUTE FUNCTION batch_has_its_link();
CREATE TRIGGER batch_moves_the_head AFTER INSERT ON batch
    FOR EACH ROW EXECUTE FUNCTION batch_moves_the_head();
CREATE TRIGGER journal_head_follows_the_batch BEFORE INSERT OR UPDATE ON journal_head
    FOR EACH ROW EXECUTE FUNCTION journal_head_follows_the_batch();
CREATE TRIGGER journal_head_is_append_only BEFORE DELETE OR TRUNCATE ON journal_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Hash entries anew, seal their batches, and let no batch in without its link."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    words = columns.words(dialect)
    _run(_HEAD.format_map(words))
    on_sqlite = dialect == columns.SQLITE
    for column in _COLUMNS:
        default = _DEFAULTS.get(column, "''")
        rest = f" NOT NULL DEFAULT {default}" if on_sqlite else ""
        _run(f"ALTER TABLE batch ADD COLUMN {column.format_map(words)}{rest}")
    _change_sealed(connection, _seal_all)
    if on_sqlite:
        for trigger in _SQLITE_TRIGGERS:
            _run(trigger.replace("{no_link}", NO_LINK))
        return
    for column in _COLUMNS:
        _run(f"ALTER TABLE batch ALTER COLUMN {column.split()[0]} SET NOT NULL")
    for statement in (*_POSTGRESQL_FUNCTIONS, *_POSTGRESQL_TRIGGERS.split(";\n")):
        _run(statement)


def downgrade() -> None:
    """Give entries their former hash and take the seals away."""
    connection = op.get_bind()
    on_sqlite = connection.dialect.name == columns.SQLITE
    of = "" if on_sqlite else " ON batch"
    for trigger in ("batch_has_its_link", "batch_moves_the_head"):
        _run(f"DROP TRIGGER {trigger}{of}")
    _run("DROP TABLE journal_head")
    if not on_sqlite:
        for function in ("batch_has_its_link", "batch_moves_the_head"):
            _run(f"DROP FUNCTION {function}()")
        _run("DROP FUNCTION journal_head_follows_the_batch()")
    _change_sealed(connection, _unseal_all)
    for column in _COLUMNS:
        _run(f"ALTER TABLE batch DROP COLUMN {column.split()[0]}")


def _change_sealed(connection: Connection, change: Any) -> None:  # noqa: ANN401 -- a function of it
    """Run a change of sealed rows, which the triggers of 0002 refuse at any other time."""
    if connection.dialect.name == columns.SQLITE:
        names = ("entry_is_not_changed", "batch_is_not_changed")
        asked = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        kept = [connection.execute(asked, {"name": name}).scalar_one() for name in names]
        for name in names:
            _run(f"DROP TRIGGER {name}")
        change(connection)
        for statement in kept:
            _run(statement)
        return
    tables = ("entry", "batch")
    for table in tables:
        _run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_is_append_only")
    change(connection)
    for table in tables:
        _run(f"ALTER TABLE {table} ENABLE TRIGGER {table}_is_append_only")


def _seal_all(connection: Connection) -> None:
    for fund_id, name in connection.execute(text("SELECT id, name FROM fund ORDER BY id")).all():
        previous = NO_LINK
        for batch in _batches_of(connection, fund_id):
            leaves = []
            hashes = []
            for row, former, content in _hashes(connection, fund_id, batch):
                if row.hash != former:
                    raise VerificationFailed(
                        f"entry n={row.n} (id {row.id}) of the fund {name!r} is not what was"
                        " booked: its hash is another one; nothing was upgraded"
                    )
                hashes.append({"fund_id": fund_id, "n": row.n, "hash": content})
                leaves.append(leaf_of(row.n, row.version, row.reverses_n, content))
            if len(leaves) != batch.last_n - batch.first_n + 1:
                raise VerificationFailed(
                    f"batch {batch.number} of the fund {name!r} lacks entries; nothing was upgraded"
                )
            _rehash(connection, hashes)
            numbers = (batch.number, batch.first_n, batch.last_n, batch.recorded_at)
            seal = seal_of(name, numbers, previous, leaves)
            connection.execute(
                text(
                    "UPDATE batch SET leaves = :leaves, root = :root, previous = :previous,"
                    " link = :link WHERE fund_id = :fund_id AND number = :number"
                ),
                {
                    "leaves": seal.leaves,
                    "root": seal.root,
                    "previous": previous,
                    "link": seal.link,
                    "fund_id": fund_id,
                    "number": batch.number,
                },
            )
            previous = seal.link
    connection.execute(
        text(
            "INSERT INTO journal_head (fund_id, batch, link) SELECT fund_id, number, link FROM"
            " batch WHERE number = (SELECT max(number) FROM batch AS other"
            " WHERE other.fund_id = batch.fund_id)"
        )
    )


def _unseal_all(connection: Connection) -> None:
    for fund_id in connection.execute(text("SELECT id FROM fund ORDER BY id")).scalars().all():
        for batch in _batches_of(connection, fund_id):
            found = _hashes(connection, fund_id, batch)
            _rehash(
                connection,
                [{"fund_id": fund_id, "n": row.n, "hash": former} for row, former, _ in found],
            )


def _batches_of(connection: Connection, fund_id: int) -> list[Row[Any]]:
    asked = text(
        "SELECT number, first_n, last_n, recorded_at FROM batch WHERE fund_id = :fund_id"
        " ORDER BY number"
    )
    return list(connection.execute(asked, {"fund_id": fund_id}))


def _rehash(connection: Connection, hashes: list[dict[str, Any]]) -> None:
    if hashes:
        statement = text("UPDATE entry SET hash = :hash WHERE fund_id = :fund_id AND n = :n")
        connection.execute(statement, hashes)


def _hashes(
    connection: Connection, fund_id: int, batch: Row[Any]
) -> Iterator[tuple[Row[Any], str, str]]:
    """The rows of a batch's entries, each with the hash of before this version and of it."""
    asked = {"fund_id": fund_id, "first": batch.first_n, "last": batch.last_n}
    lines = text(
        "SELECT n, type, name, wallet, asset, CAST(quantity AS TEXT) AS quantity, role,"
        " CAST(value AS TEXT) AS value FROM posting JOIN account"
        " ON account.fund_id = posting.fund_id AND account.id = posting.account_id"
        " WHERE posting.fund_id = :fund_id AND n BETWEEN :first AND :last ORDER BY n, seq"
    )
    postings: dict[int, list[Row[Any]]] = {}
    for line in connection.execute(lines, asked):
        postings.setdefault(line.n, []).append(line)
    entries = text(
        "SELECT * FROM entry WHERE fund_id = :fund_id AND n BETWEEN :first AND :last ORDER BY n"
    )
    for row in connection.execute(entries, asked).all():
        own = postings.get(row.n, [])
        yield row, _former_hash(row, own), _content_hash(row, own)


def _order(row: Row[Any]) -> list[str]:
    order = (row.order_time, row.order_network, row.order_block, row.order_index, row.order_id)
    return [row.id, row.kind, str(row.time), *map(str, order)]


def _content_hash(row: Row[Any], postings: list[Row[Any]]) -> str:
    order = (row.order_time, row.order_network, row.order_block, row.order_index, row.order_id)
    names = (row.protocol, row.strategy, row.group_id, row.txid, row.network, row.called)
    head = (row.id, row.kind, row.time, order, *names, row.note, row.reverses)
    places = [encoded_place((line.type, line.name, line.wallet)) for line in postings]
    said = encoded_postings(
        [place + encoded_again(line.asset) for place, line in zip(places, postings, strict=True)],
        [line.quantity for line in postings],
        [encoded_again(line.role) for line in postings],
        [line.value for line in postings],
    )
    return content_hash(head, row.evidence.split(), said)


def _former_hash(row: Row[Any], postings: list[Row[Any]]) -> str:
    """The hash of an entry up to version 0003 of the tables."""
    evidence = row.evidence.split()
    fields = [
        *_order(row),
        *(part or "" for part in (row.protocol, row.strategy, row.group_id)),
        *(row.txid, row.network, row.called, row.note, row.reverses or ""),
        *(str(len(evidence)), *evidence, str(len(postings))),
    ]
    for line in postings:
        fields += [f"{line.type}:{line.name}", line.asset, line.quantity, line.role]
        fields.append(line.value or "")
    return content_id(b"entry-1", *(field.encode() for field in fields))


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
