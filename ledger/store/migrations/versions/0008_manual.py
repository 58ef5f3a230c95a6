"""Tables of books enter; those of manual journals and of what was decided on them are added.

Neither is ever changed or deleted, and the database itself refuses a decision of the maker. A
reversal that was approved names what it takes back: a unique key lets that happen once.
"""

from typing import Final

from alembic import op

from ledger.store import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES: Final = (
    """
CREATE TABLE manual_journal (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL CHECK (length(id) = 64),
    body TEXT NOT NULL CHECK (length(trim(body)) > 0),
    reason TEXT NOT NULL CHECK (length(trim(reason)) > 0),
    maker TEXT NOT NULL CHECK (length(trim(maker)) > 0),
    maker_key TEXT NOT NULL CHECK (length(trim(maker_key)) > 0),
    proposed_at {integer} NOT NULL,
    reverses TEXT CHECK (reverses <> id),
    PRIMARY KEY (fund_id, id),
    FOREIGN KEY (fund_id, reverses) REFERENCES manual_journal (fund_id, id)
        DEFERRABLE INITIALLY DEFERRED
){strict}
""",
    """
CREATE TABLE manual_decision (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    id TEXT NOT NULL,
    checker TEXT NOT NULL CHECK (length(trim(checker)) > 0),
    checker_key TEXT NOT NULL CHECK (length(trim(checker_key)) > 0),
    decision TEXT NOT NULL CHECK (decision IN ('approved', 'rejected')),
    decided_at {integer} NOT NULL,
    reason TEXT NOT NULL CHECK (decision = 'approved' OR length(trim(reason)) > 0),
    takes_back TEXT,
    PRIMARY KEY (fund_id, id),
    UNIQUE (fund_id, takes_back),
    FOREIGN KEY (fund_id, id) REFERENCES manual_journal (fund_id, id)
){strict}
""",
)

# Names are compared as the program compares them (the keys), and once more as both databases can,
# so that a key made up beside the program lets no maker decide under the same name.
_OF_THE_MAKER: Final = """
    SELECT 1 FROM manual_journal AS proposed
    WHERE proposed.fund_id = NEW.fund_id AND proposed.id = NEW.id
        AND (proposed.maker_key = NEW.checker_key
            OR lower(trim(proposed.maker){ascii}) = lower(trim(NEW.checker){ascii}))
"""
_AS_PROPOSED: Final = """
    SELECT 1 FROM manual_journal AS proposed
    WHERE proposed.fund_id = NEW.fund_id AND proposed.id = NEW.id
        AND NEW.takes_back IS NOT DISTINCT FROM
            CASE WHEN NEW.decision = 'approved' THEN proposed.reverses END
"""

_SQLITE_DECISION: Final = (
    f"""
CREATE TRIGGER manual_decision_is_of_another_person BEFORE INSERT ON manual_decision
BEGIN
    SELECT RAISE(ABORT, 'manual_decision: the maker does not decide')
    WHERE EXISTS ({_OF_THE_MAKER.replace("{ascii}", "")});
    SELECT RAISE(ABORT, 'manual_decision: it takes back what was proposed to be')
    WHERE NOT EXISTS ({_AS_PROPOSED.replace("IS NOT DISTINCT FROM", "IS")});
END
""",
)
_POSTGRESQL_DECISION: Final = (
    f"""
CREATE FUNCTION manual_decision_is_of_another_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({_OF_THE_MAKER.replace("{ascii}", ' COLLATE "C"')}) THEN
        RAISE EXCEPTION 'manual_decision: the maker does not decide'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS ({_AS_PROPOSED}) THEN
        RAISE EXCEPTION 'manual_decision: it takes back what was proposed to be'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER manual_decision_is_of_another_person BEFORE INSERT ON manual_decision
    FOR EACH ROW EXECUTE FUNCTION manual_decision_is_of_another_person()
""",
)

_SQLITE_APPEND_ONLY: Final = (
    """
CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed'); END
""",
    """
CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never deleted'); END
""",
    """
CREATE TRIGGER {table}_is_not_replaced BEFORE INSERT ON {table}
WHEN {kept}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never replaced'); END
""",
)
_POSTGRESQL_APPEND_ONLY: Final = (
    """
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)
#: Each unique key of a table: a row that meets a kept one in any of them would replace it.
_UNIQUE_KEYS: Final = {"manual_journal": ("id",), "manual_decision": ("id", "takes_back")}


def upgrade() -> None:
    """Make the tables and their triggers on the database in use."""
    dialect = op.get_bind().dialect.name
    for table in _TABLES:
        _run(table.format_map(columns.words(dialect)))
    on_sqlite = dialect == columns.SQLITE
    for table, keys in _UNIQUE_KEYS.items():
        kept = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} AS old"  # noqa: S608 -- names of our tables
            f" WHERE old.fund_id = NEW.fund_id AND old.{key} = NEW.{key})"
            for key in keys
        )
        for trigger in _SQLITE_APPEND_ONLY if on_sqlite else _POSTGRESQL_APPEND_ONLY:
            _run(trigger.format(table=table, kept=kept))
    for statement in _SQLITE_DECISION if on_sqlite else _POSTGRESQL_DECISION:
        _run(statement)


def downgrade() -> None:
    """Take the tables away; the entries that were booked of them stay in the journal."""
    _run("DROP TABLE manual_decision")
    _run("DROP TABLE manual_journal")
    if op.get_bind().dialect.name == columns.POSTGRESQL:
        _run("DROP FUNCTION manual_decision_is_of_another_person()")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
