"""Tables of a journal enter; months that can be closed, and what then is refused, are added (P8).

A closed month takes no entry, whoever writes it. On PostgreSQL a poster holds the row of its fund
shared and a closer writes it anew, so that one waits for the other and then sees what it did, or is
aborted where its snapshot is older; the closer holds the head of the journal as well.
"""

from typing import Final

from alembic import op

from ledger.store import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_EVENTS: Final = """
CREATE TABLE period_event (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    n {integer} NOT NULL CHECK (n >= 1),
    month TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('closed', 'reopened')),
    person TEXT NOT NULL CHECK (trim(person) <> ''),
    approver TEXT CHECK (approver IS NULL OR trim(approver) <> ''),
    reason TEXT NOT NULL,
    recorded_at {integer} NOT NULL,
    body {bytes},
    PRIMARY KEY (fund_id, n),
    CHECK (kind <> 'reopened' OR (
        approver IS NOT NULL AND lower(trim(approver)) <> lower(trim(person))
        AND trim(reason) <> '')),
    CHECK ((kind = 'closed') = (body IS NOT NULL))
){strict}
"""

_PERIODS: Final = """
CREATE TABLE period (
    fund_id {integer} NOT NULL REFERENCES fund (id),
    month TEXT NOT NULL,
    from_time {integer} NOT NULL,
    until_time {integer} NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('closed', 'open')),
    event_n {integer} NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at {integer} NOT NULL,
    head TEXT NOT NULL CHECK (length(head) = 64),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    trial_balance TEXT NOT NULL CHECK (length(trial_balance) = 64),
    checkpoint TEXT NOT NULL CHECK (length(checkpoint) = 64),
    PRIMARY KEY (fund_id, month),
    FOREIGN KEY (fund_id, event_n) REFERENCES period_event (fund_id, n)
){strict}
"""

# What both databases ask of a row that is written, each with its message; {bounds} differ.
_RULES: Final = (
    (
        "the bounds are not those of the month",
        "NOT ({bounds})",
    ),
    (
        "no event of the month says so",
        (
            "NOT EXISTS (SELECT 1 FROM period_event WHERE fund_id = NEW.fund_id AND n = NEW.event_n"
            " AND month = NEW.month"
            " AND kind = CASE NEW.status WHEN 'closed' THEN 'closed' ELSE 'reopened' END)"
        ),
    ),
    (
        "a month before it is left out",
        (
            "EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id"
            " AND from_time < NEW.from_time) AND NOT EXISTS (SELECT 1 FROM period"
            " WHERE fund_id = NEW.fund_id AND until_time = NEW.from_time)"
        ),
    ),
    (
        "a month before it is not closed",
        (
            "NEW.status = 'closed' AND EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id"
            " AND from_time < NEW.from_time AND status <> 'closed')"
        ),
    ),
    (
        "a month before it has entries",
        (
            "NEW.status = 'closed' AND EXISTS (SELECT 1 FROM entry WHERE fund_id = NEW.fund_id"
            " AND time < NEW.from_time AND time < coalesce((SELECT min(from_time) FROM period"
            " WHERE fund_id = NEW.fund_id), NEW.from_time))"
        ),
    ),
    (
        "a month after it is closed",
        (
            "NEW.status = 'open' AND EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id"
            " AND from_time > NEW.from_time AND status = 'closed')"
        ),
    ),
    (
        "the journal went on since its head",
        (
            "NEW.status = 'closed' AND EXISTS (SELECT 1 FROM entry WHERE fund_id = NEW.fund_id"
            " AND time < NEW.until_time AND n > coalesce((SELECT last_n FROM batch"
            " WHERE fund_id = NEW.fund_id AND link = NEW.head), 0))"
        ),
    ),
    (
        "the head is no link of the journal",
        (
            "NEW.status = 'closed' AND NOT EXISTS (SELECT 1 FROM batch"
            " WHERE fund_id = NEW.fund_id AND link = NEW.head)"
        ),
    ),
)

_CHANGED: Final = (
    (
        "rows change by closing and reopening alone",
        (
            "NEW.fund_id <> OLD.fund_id OR NEW.month <> OLD.month OR NEW.status = OLD.status"
            " OR NEW.event_n <= OLD.event_n OR NEW.event_n IS NULL OR NEW.status IS NULL"
        ),
    ),
    (
        "a reopened month keeps what was sealed",
        "NEW.status = 'open' AND ({sealed})",
    ),
)

_SEALED: Final = ("closed_by", "closed_at", "head", "digest", "trial_balance", "checkpoint")

_BOUNDS: Final = {
    columns.SQLITE: (
        "NEW.from_time % 1000000 = 0"
        " AND strftime('%Y-%m-%d %H:%M:%S', NEW.from_time / 1000000, 'unixepoch')"
        " IS NEW.month || '-01 00:00:00'"
        " AND NEW.until_time = 1000000 * CAST("
        "strftime('%s', NEW.month || '-01', '+1 month') AS INTEGER)"
    ),
    columns.POSTGRESQL: (
        "NEW.month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND NEW.from_time = 1000000 * extract(epoch FROM"
        " (NEW.month || '-01 00:00:00+00')::timestamptz)::bigint"
        " AND NEW.until_time = 1000000 * extract(epoch FROM"
        " ((NEW.month || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC')::bigint"
    ),
}

_SQLITE_ENTRY: Final = """
CREATE TRIGGER entry_is_of_open_time BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id AND status = 'closed'
             AND coalesce(NEW.time, until_time - 1) < until_time)
BEGIN SELECT RAISE(ABORT, 'entry: the period is closed'); END
"""

_SQLITE_APPEND_ONLY: Final = (
    """
CREATE TRIGGER period_event_is_not_changed BEFORE UPDATE ON period_event
BEGIN SELECT RAISE(ABORT, 'period_event: rows are never changed'); END
""",
    """
CREATE TRIGGER period_event_is_not_deleted BEFORE DELETE ON period_event
BEGIN SELECT RAISE(ABORT, 'period_event: rows are never deleted'); END
""",
    """
CREATE TRIGGER period_event_is_the_next BEFORE INSERT ON period_event
WHEN NEW.n IS NOT 1 + coalesce(
    (SELECT max(n) FROM period_event WHERE fund_id = NEW.fund_id), 0)
BEGIN SELECT RAISE(ABORT, 'period_event: a number is left out or taken'); END
""",
    """
CREATE TRIGGER period_is_not_deleted BEFORE DELETE ON period
BEGIN SELECT RAISE(ABORT, 'period: rows are never deleted'); END
""",
    """
CREATE TRIGGER period_is_not_replaced BEFORE INSERT ON period
WHEN EXISTS (SELECT 1 FROM period WHERE fund_id = NEW.fund_id AND month = NEW.month)
BEGIN SELECT RAISE(ABORT, 'period: rows are never replaced'); END
""",
)

# The row of the fund is what poster and closer meet at: it is there before any month is closed.
_POSTGRESQL_ENTRY: Final = """
CREATE FUNCTION entry_is_of_open_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM fund WHERE id IN (SELECT fund_id FROM inserted) ORDER BY id FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM (SELECT fund_id, min(time) AS first FROM inserted GROUP BY fund_id) AS added
        JOIN period ON period.fund_id = added.fund_id AND period.status = 'closed'
            AND coalesce(added.first, period.until_time - 1) < period.until_time
    ) THEN
        RAISE EXCEPTION 'entry: the period is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""

_POSTGRESQL_EVENT: Final = """
CREATE FUNCTION period_event_is_the_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.n IS DISTINCT FROM 1 + coalesce(
        (SELECT max(n) FROM period_event WHERE fund_id = NEW.fund_id), 0)
    THEN
        RAISE EXCEPTION 'period_event: a number is left out or taken'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

_POSTGRESQL_LOCKS: Final = (
    "    UPDATE fund SET name = name WHERE id = NEW.fund_id;\n"
    "    PERFORM 1 FROM journal_head WHERE fund_id = NEW.fund_id FOR UPDATE;\n"
)

_POSTGRESQL_TRIGGERS: Final = """
CREATE TRIGGER entry_is_of_open_time AFTER INSERT ON entry
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION entry_is_of_open_time();
CREATE TRIGGER period_event_is_the_next BEFORE INSERT ON period_event
    FOR EACH ROW EXECUTE FUNCTION period_event_is_the_next();
CREATE TRIGGER period_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_is_added BEFORE INSERT ON period
    FOR EACH ROW EXECUTE FUNCTION period_is_added();
CREATE TRIGGER period_is_changed BEFORE UPDATE ON period
    FOR EACH ROW EXECUTE FUNCTION period_is_changed();
CREATE TRIGGER period_is_not_deleted BEFORE DELETE OR TRUNCATE ON period
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Make the tables, and what guards them, on the database in use."""
    dialect = op.get_bind().dialect.name
    words = columns.words(dialect)
    _run(_EVENTS.format_map(words))
    _run(_PERIODS.format_map(words))
    added, changed = (_rules(dialect, rules) for rules in ((), _CHANGED))
    if dialect == columns.SQLITE:
        for trigger in (*_SQLITE_APPEND_ONLY, _SQLITE_ENTRY):
            _run(trigger)
        _run(_sqlite_trigger("period_is_added BEFORE INSERT", added))
        _run(_sqlite_trigger("period_is_changed BEFORE UPDATE", changed))
        return
    _run(_POSTGRESQL_ENTRY)
    _run(_POSTGRESQL_EVENT)
    _run(_postgresql_function("period_is_added", added))
    _run(_postgresql_function("period_is_changed", changed))
    for trigger in _POSTGRESQL_TRIGGERS.split(";\n"):
        _run(trigger)


def _rules(dialect: str, rules: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    differs = "IS NOT" if dialect == columns.SQLITE else "IS DISTINCT FROM"
    sealed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _SEALED)
    return [
        (said, condition.replace("{bounds}", _BOUNDS[dialect]).replace("{sealed}", sealed))
        for said, condition in (*rules, *_RULES)
    ]


def _sqlite_trigger(head: str, rules: list[tuple[str, str]]) -> str:
    # a condition that is neither true nor false refuses
    lines = [
        f"SELECT RAISE(ABORT, 'period: {said}') WHERE coalesce({condition}, 1);"
        for said, condition in rules
    ]
    return f"CREATE TRIGGER {head} ON period BEGIN {' '.join(lines)} END"


def _postgresql_function(name: str, rules: list[tuple[str, str]]) -> str:
    lines = [
        f"    IF coalesce({condition}, true) THEN RAISE EXCEPTION 'period: {said}'"
        " USING ERRCODE = 'check_violation'; END IF;\n"
        for said, condition in rules
    ]
    head = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
    return f"{head}{_POSTGRESQL_LOCKS}{''.join(lines)}    RETURN NEW;\nEND $$"


def downgrade() -> None:
    """Take the tables away with all that was closed; the journal stays."""
    if op.get_bind().dialect.name == columns.SQLITE:
        _run("DROP TRIGGER entry_is_of_open_time")
    else:
        _run("DROP TRIGGER entry_is_of_open_time ON entry")
    _run("DROP TABLE period")
    _run("DROP TABLE period_event")
    if op.get_bind().dialect.name == columns.POSTGRESQL:
        for function in (
            "entry_is_of_open_time",
            "period_event_is_the_next",
            "period_is_added",
            "period_is_changed",
        ):
            _run(f"DROP FUNCTION {function}()")


def _run(statement: str) -> None:
    # without parameters, or the driver would read the percent signs of messages as marks
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
