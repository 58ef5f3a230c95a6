"""Funds, their strategy rules and methods: values enter and leave, rows stay inside."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.model.errors import Conflict
from ledger.model.fund import Fund, LotMethod, StrategyRule, WalletId
from ledger.store.engine import Door, FundTransaction
from ledger.store.tables import FundMethodRow, FundRow, StrategyRuleRow, table_of

_FUNDS: Final = table_of(FundRow)
_RULES: Final = table_of(StrategyRuleRow)
_METHODS: Final = table_of(FundMethodRow)


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
                highest = connection.execute(select(func.max(_FUNDS.c.id))).scalar_one()
                fund_id = int(highest or 0) + 1
                connection.execute(insert(_FUNDS).values(id=fund_id, **_columns_of(fund)))
                _write_rules(connection, fund_id, fund.strategy_rules)
                _write_methods(connection, fund_id, fund.method_by_year)
        return fund

    def get(self, name: str) -> Fund:
        """The fund of a name with its strategy rules. Raises NotFound."""
        with self._door.read(name) as inside:
            return _known(inside)

    def all(self) -> tuple[Fund, ...]:
        """Every fund, by name."""
        with self._door.read_all() as connection:
            names = [str(name) for name in connection.execute(select(_FUNDS.c.name)).scalars()]
            found = [_find(connection, name) for name in sorted(names)]
        return tuple(fund for fund in found if fund is not None)

    def change(self, fund: Fund) -> Fund:
        """Give the fund of this name other settings and rules. Raises NotFound.

        The journal's values are in its base currency, which therefore stays. Raises Conflict.
        """
        with self._door.write(fund.name) as inside:
            known = _known(inside)
            if known.base_currency != fund.base_currency:
                raise Conflict(f"the base currency of {fund.name!r} stays {known.base_currency}")
            this = _FUNDS.c.id == inside.fund_id
            inside.connection.execute(update(_FUNDS).where(this).values(**_columns_of(fund)))
            _write_rules(inside.connection, inside.fund_id, fund.strategy_rules)
            _write_methods(inside.connection, inside.fund_id, fund.method_by_year)
        return fund

    def add_rules(self, fund: str, rules: Sequence[StrategyRule]) -> Fund:
        """Put strategy rules after those that the fund has; one that it has is not added again."""
        with self._door.write(fund) as inside:
            known = _known(inside)
            kept = tuple(dict.fromkeys((*known.strategy_rules, *rules)))
            _write_rules(inside.connection, inside.fund_id, kept)
            return _known(inside)

    def change_method(self, fund: str, year: int, method: LotMethod) -> Fund:
        """Let lots leave by a method from the start of a year on, until the next change."""
        with self._door.write(fund) as inside:
            by_year = {**dict(_known(inside).method_by_year), year: method}
            _write_methods(inside.connection, inside.fund_id, sorted(by_year.items()))
            return _known(inside)


def _known(inside: FundTransaction) -> Fund:
    found = _find(inside.connection, inside.fund)
    assert found is not None, "the transaction is on a fund that exists"
    return found


def _find(connection: Connection, name: str) -> Fund | None:
    found = connection.execute(select(_FUNDS).where(_FUNDS.c.name == name)).one_or_none()
    if found is None:
        return None
    rules = connection.execute(
        select(_RULES).where(_RULES.c.fund_id == found.id).order_by(_RULES.c.position)
    )
    methods = connection.execute(
        select(_METHODS.c.year, _METHODS.c.method)
        .where(_METHODS.c.fund_id == found.id)
        .order_by(_METHODS.c.year)
    )
    return Fund(
        name=found.name,
        base_currency=found.base_currency,
        regime=found.regime,
        method=found.method,
        scope=found.scope,
        valuation_time=found.valuation_time,
        strategy_rules=tuple(
            StrategyRule(
                strategy=rule.strategy,
                wallet=None if rule.wallet is None else WalletId(rule.wallet),
                contract=rule.contract,
                kind=rule.kind,
                protocol=rule.protocol,
            )
            for rule in rules
        ),
        method_by_year=tuple((year, method) for year, method in methods),
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


def _write_rules(connection: Connection, fund_id: int, rules: Sequence[StrategyRule]) -> None:
    connection.execute(delete(_RULES).where(_RULES.c.fund_id == fund_id))
    for position, rule in enumerate(rules, 1):
        connection.execute(
            insert(_RULES).values(
                fund_id=fund_id,
                position=position,
                strategy=rule.strategy,
                wallet=rule.wallet,
                contract=rule.contract,
                kind=rule.kind,
                protocol=rule.protocol,
            )
        )


def _write_methods(
    connection: Connection, fund_id: int, methods: Sequence[tuple[int, LotMethod]]
) -> None:
    connection.execute(delete(_METHODS).where(_METHODS.c.fund_id == fund_id))
    rows = [{"fund_id": fund_id, "year": year, "method": method} for year, method in methods]
    if rows:
        connection.execute(insert(_METHODS), rows)
