"""Funds, their strategy rules and methods: values enter and leave, rows stay inside."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from ledger.model.activity import iso, microseconds
from ledger.model.errors import Conflict, PeriodLocked
from ledger.model.fund import Fund, LotMethod, StrategyRule, WalletId
from ledger.store.engine import Door, FundTransaction
from ledger.store.journal import closed_until
from ledger.store.keeping import mark
from ledger.store.known import in_force_at, recorded_by
from ledger.store.tables import (
    FUND,
    FUND_BEFORE,
    FUND_CLOCK,
    FUND_METHOD,
    KEEPING,
    STRATEGY_RULE,
)
from ledger.store.times import time_of

#: What a fund is created with is known since ever: before it, nothing else was known of it.
_SINCE_EVER: Final = 0

#: The first year that has a method of its own.
_FIRST_YEAR: Final = 1970


class Funds:
    """The funds of the store, by name."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def create(self, fund: Fund) -> Fund:
        """Keep a new fund; the same again changes nothing. Raises Conflict on a taken name."""
        with self._door.write_all() as connection:
            known = _find(connection, fund.name)
            if known is not None and known != fund:
                raise Conflict(f"there is a fund {fund.name!r} with other settings")
            if known is None:
                highest = connection.execute(select(func.max(FUND.c.id))).scalar_one()
                fund_id = int(highest or 0) + 1
                connection.execute(insert(FUND).values(id=fund_id, **_columns_of(fund)))
                _write_rules(connection, fund_id, fund.strategy_rules, _SINCE_EVER)
                _write_methods(connection, fund_id, fund.method_by_year, _SINCE_EVER)
                connection.execute(
                    insert(KEEPING).values(fund_id=fund_id, dirty_from=0, unplaced=0, turn=1)
                )
                connection.execute(
                    insert(FUND_CLOCK).values(
                        fund_id=fund_id, recorded_at=_SINCE_EVER, named_at=_SINCE_EVER
                    )
                )
        return fund

    def get(self, name: str, known_at: datetime | None = None) -> Fund:
        """The fund of a name with its strategy rules. Raises NotFound.

        With `known_at`, the policy and the rules that it had then.
        """
        with self._door.read(name) as inside:
            return _known(inside, known_at)

    def all(self) -> tuple[Fund, ...]:
        """Every fund, by name."""
        with self._door.read_all() as connection:
            names = [str(name) for name in connection.execute(select(FUND.c.name)).scalars()]
            found = [_find(connection, name) for name in sorted(names)]
        return tuple(fund for fund in found if fund is not None)

    def last_recorded(self, name: str) -> datetime:
        """The newest time at which anything of a fund was recorded: what is known now, by a name.

        What is read in the same snapshot is read again as known at this time. Raises NotFound.
        """
        with self._door.read(name) as inside:
            return time_of(inside.last_recorded())

    def last_named(self, name: str) -> datetime:
        """The newest time by which an answer was named that changes with it. Raises NotFound."""
        with self._door.read(name) as inside:
            return time_of(inside.last_named())

    def change(self, fund: Fund) -> Fund:
        """Give the fund of this name other settings and rules. Raises NotFound.

        Those that it had stay as what it had before.
        The journal's values are in its base currency, which therefore stays. Raises Conflict, and
        PeriodLocked where lots of closed time would be other ones.
        """
        with self._door.write(fund.name) as inside:
            known = _known(inside)
            if known.base_currency != fund.base_currency:
                raise Conflict(f"the base currency of {fund.name!r} stays {known.base_currency}")
            _refuse_other_lots(inside, known, fund)
            if _columns_of(known) != _columns_of(fund):
                _keep_before(inside, known)
                this = FUND.c.id == inside.fund_id
                inside.connection.execute(update(FUND).where(this).values(**_columns_of(fund)))
            _give_rules(inside, fund.strategy_rules)
            _give_methods(inside, fund.method_by_year)
            mark(inside, 0)
        return fund

    def add_rules(self, fund: str, rules: Sequence[StrategyRule]) -> Fund:
        """Put strategy rules after those that the fund has; one that it has is not added again."""
        with self._door.write(fund) as inside:
            known = _known(inside)
            kept = tuple(dict.fromkeys((*known.strategy_rules, *rules)))
            _give_rules(inside, kept)
            mark(inside, 0)
            return _known(inside)

    def change_method(self, fund: str, year: int, method: LotMethod) -> Fund:
        """Let lots leave by a method from the start of a year on, until the next change.

        Raises PeriodLocked where lots of closed time would be other ones.
        """
        with self._door.write(fund) as inside:
            known = _known(inside)
            methods = tuple(sorted({**dict(known.method_by_year), year: method}.items()))
            _refuse_other_lots(inside, known, replace(known, method_by_year=methods))
            _give_methods(inside, methods)
            mark(inside, 0)
            return _known(inside)


def _refuse_other_lots(inside: FundTransaction, known: Fund, fund: Fund) -> None:
    """Refuse to choose lots of closed time anew: what was reported of them stays (P8)."""
    until = closed_until(inside)
    if until is None:
        return
    closed = range(_FIRST_YEAR, until.year + (until.month > 1))  # it ends with a month
    before, after = known.policy, fund.policy
    if before.scope != after.scope or any(
        before.method_in(year) != after.method_in(year) for year in closed
    ):
        raise PeriodLocked(
            f"the books are closed until {iso(until)}, and lots of that time would be other ones:"
            f" change the method from {closed.stop} on, or reopen the months"
        )


def _known(inside: FundTransaction, known_at: datetime | None = None) -> Fund:
    found = _find(inside.connection, inside.fund, known_at)
    assert found is not None, "the transaction is on a fund that exists"
    return found


def _find(connection: Connection, name: str, known_at: datetime | None = None) -> Fund | None:
    found = connection.execute(select(FUND).where(FUND.c.name == name)).one_or_none()
    if found is None:
        return None
    policy = found if known_at is None else _policy_at(connection, found, known_at)
    rules = _rules_of(connection, found.id, known_at)
    return Fund(
        name=found.name,
        base_currency=found.base_currency,
        regime=policy.regime,
        method=policy.method,
        scope=policy.scope,
        valuation_time=policy.valuation_time,
        strategy_rules=tuple(map(_rule_of, rules)),
        method_by_year=_methods_of(connection, found.id, known_at),
    )


def _policy_at(connection: Connection, fund: Row[Any], known_at: datetime) -> Row[Any]:
    """The row of the policy that a fund had at a time: the first of those superseded after it."""
    before = connection.execute(
        select(FUND_BEFORE)
        .where(
            FUND_BEFORE.c.fund_id == fund.id, FUND_BEFORE.c.superseded_at > microseconds(known_at)
        )
        .order_by(FUND_BEFORE.c.superseded_at)
        .limit(1)
    ).one_or_none()
    return fund if before is None else before


def _keep_before(inside: FundTransaction, fund: Fund) -> None:
    """Keep the policy that is about to be changed."""
    ours = FUND_BEFORE.c.fund_id == inside.fund_id
    newest = select(func.max(FUND_BEFORE.c.superseded_at)).where(ours)
    last = inside.connection.execute(newest).scalar_one() or 0
    inside.connection.execute(
        insert(FUND_BEFORE).values(
            fund_id=inside.fund_id,
            superseded_at=inside.recorded_after([last]),
            regime=fund.regime,
            method=fund.method,
            scope=fund.scope,
            valuation_time=fund.valuation_time,
        )
    )


def _columns_of(fund: Fund) -> dict[str, Any]:
    return {
        "name": fund.name,
        "base_currency": fund.base_currency,
        "regime": fund.regime,
        "method": fund.method,
        "scope": fund.scope,
        "valuation_time": fund.valuation_time,
    }


def _rules_of(
    connection: Connection, fund_id: int, known_at: datetime | None = None
) -> Sequence[Row[Any]]:
    ours = (STRATEGY_RULE.c.fund_id == fund_id) & in_force_at(STRATEGY_RULE, known_at)
    return connection.execute(
        select(STRATEGY_RULE).where(ours).order_by(STRATEGY_RULE.c.position)
    ).all()


def _rule_of(row: Row[Any]) -> StrategyRule:
    return StrategyRule(
        strategy=row.strategy,
        wallet=None if row.wallet is None else WalletId(row.wallet),
        contract=row.contract,
        kind=row.kind,
        protocol=row.protocol,
    )


def _give_rules(inside: FundTransaction, rules: Sequence[StrategyRule]) -> None:
    """Make these the rules, later than all that was said of rules before."""
    connection, fund_id = inside.connection, inside.fund_id
    if tuple(map(_rule_of, _rules_of(connection, fund_id))) != tuple(rules):
        recorded = inside.recorded_after(_times_of_rules(connection, fund_id))
        _write_rules(connection, fund_id, rules, recorded)


def _write_rules(
    connection: Connection, fund_id: int, rules: Sequence[StrategyRule], recorded: int
) -> None:
    """Make these the rules: at a place where another stood, or stands no longer, it is superseded.

    Places whose rule is the same are left alone.
    """
    known = {row.position: row for row in _rules_of(connection, fund_id)}
    given = dict(enumerate(rules, 1))
    same = {at for at, row in known.items() if given.get(at) == _rule_of(row)}
    changed = sorted(known.keys() - same)
    if changed:
        places = (STRATEGY_RULE.c.fund_id == fund_id) & STRATEGY_RULE.c.position.in_(changed)
        current = places & in_force_at(STRATEGY_RULE, None)
        connection.execute(update(STRATEGY_RULE).where(current).values(superseded_at=recorded))
    for position in sorted(given.keys() - same):
        rule = given[position]
        connection.execute(
            insert(STRATEGY_RULE).values(
                fund_id=fund_id,
                position=position,
                strategy=rule.strategy,
                wallet=rule.wallet,
                contract=rule.contract,
                kind=rule.kind,
                protocol=rule.protocol,
                recorded_at=recorded,
            )
        )


def _times_of_rules(connection: Connection, fund_id: int) -> list[int]:
    """When rules of the fund were recorded and superseded."""
    times = select(STRATEGY_RULE.c.recorded_at, STRATEGY_RULE.c.superseded_at).where(
        STRATEGY_RULE.c.fund_id == fund_id
    )
    return [time for row in connection.execute(times) for time in row if time is not None]


def _methods_of(
    connection: Connection, fund_id: int, known_at: datetime | None
) -> tuple[tuple[int, LotMethod], ...]:
    """The method of each year that has one: what was said last, of what was known by a time."""
    ours = (FUND_METHOD.c.fund_id == fund_id) & recorded_by(FUND_METHOD, known_at)
    rows = connection.execute(select(FUND_METHOD).where(ours).order_by(FUND_METHOD.c.recorded_at))
    newest = {row.year: row.method for row in rows}
    return tuple(sorted((year, method) for year, method in newest.items() if method is not None))


def _give_methods(inside: FundTransaction, methods: Sequence[tuple[int, LotMethod]]) -> None:
    """Make these the methods by year, later than all that was said of methods before."""
    connection, fund_id = inside.connection, inside.fund_id
    if dict(_methods_of(connection, fund_id, None)) != dict(methods):
        ours = select(FUND_METHOD.c.recorded_at).where(FUND_METHOD.c.fund_id == fund_id)
        recorded = inside.recorded_after(connection.execute(ours).scalars())
        _write_methods(connection, fund_id, methods, recorded)


def _write_methods(
    connection: Connection,
    fund_id: int,
    methods: Sequence[tuple[int, LotMethod]],
    recorded: int,
) -> None:
    """Keep what is said anew of the methods by year; what was said before stays known."""
    known = dict(_methods_of(connection, fund_id, None))
    rows = [
        {"fund_id": fund_id, "year": year, "recorded_at": recorded, "method": method}
        for year, method in {**dict.fromkeys(known), **dict(methods)}.items()
        if known.get(year) != method
    ]
    if rows:
        connection.execute(insert(FUND_METHOD), rows)
