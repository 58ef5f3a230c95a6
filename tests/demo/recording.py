"""A world that runs goes in; evidence comes out: transactions, answers, balances, and a check."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.chains import evm
from ledger.model.asset import SYMBOL_DECIMALS, AssetId, by_symbol
from ledger.model.evidence import Question, RawTransaction
from ledger.transport import Asked, Node, Transport
from tests.demo.schedule import DAY, instant, iso, month_ends
from tests.demo.site import Site
from tests.demo.strategies.daily import take_quotes
from tests.demo.world import World, amount_of

#: The time before midnight at which the last block of a month is mined.
BEFORE_MIDNIGHT = 9


class LeanNode(Node):
    """A node that is asked for states without the code and storage of contracts: no balances."""

    def ask_each(self, asked: Sequence[Asked]) -> list[Any]:
        """As the node answers, with the two options of the state's tracer set."""
        return super().ask_each([(method, _lean(params)) for method, params in asked])


def _lean(params: Sequence[object]) -> list[object]:
    changed: list[object] = []
    for part in params:
        if isinstance(part, dict) and part.get("tracer") == "prestateTracer":
            options = {**part["tracerConfig"], "disableCode": True, "disableStorage": True}
            changed.append({**part, "tracerConfig": options})
        else:
            changed.append(part)
    return changed


@dataclass(slots=True)
class Recorder:
    """Collects evidence while the world runs, for nodes forget old states."""

    world: World
    transport: Transport = field(default_factory=lambda: Transport(allow_private=True))
    transactions: dict[str, list[RawTransaction]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    balances: list[dict[str, Any]] = field(default_factory=list)
    _next: dict[str, int] = field(default_factory=dict)
    _touched: set[tuple[str, str]] = field(default_factory=set)
    _sums: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def plan(self, start: int) -> None:
        """Puts reading on the schedule: each week, at the end of each month, at the end."""
        world = self.world
        for time in range(start + 4 * DAY, world.end, 4 * DAY):
            world.at(time + 2, self.read_on)
        for month in month_ends(start, world.end):
            time = month - BEFORE_MIDNIGHT
            world.at(time, lambda time=time: self.observe(time))  # type: ignore[misc]

    def read_on(self) -> None:
        """Every transaction of the fund since the last reading."""
        for place in self.world.sites.values():
            first, last = self._next.get(place.name, 1), place.chain.height
            node = self._node(place)
            owned = self._owned(place)
            for raw in evm.fetch_history(node, place.network, owned, first, last):
                self.transactions.setdefault(place.network, []).append(raw)
                self._follow(node, raw, owned)
            self._next[place.name] = last + 1

    def observe(self, time: int) -> None:
        """An empty block on each network, and every balance that the fund ever had, at it."""
        for place in self.world.sites.values():
            assert place.chain.time < time, f"{place.name} is beyond the end of the month"
            place.mine(at=time)
        self.read_on()
        for place in self.world.sites.values():
            node, block = self._node(place), place.chain.height
            for wallet, asset in sorted(self._touched):
                if not asset.startswith(place.network + "/"):
                    continue
                subject = f"{wallet}|{asset}"
                answer = evm.fetch_balance(node, Question("balance", subject, block)).value()
                row = {"kind": "balance", "subject": subject, "block": block}
                self.balances.append({**row, "time": iso(time), "quantity": answer})
        for account in self.world.accounts:
            for symbol, units in sorted(account.balances.items()):
                subject = f"venue:kraken:{account.address}|{by_symbol(symbol)}"
                quantity = str(int(units.scaleb(SYMBOL_DECIMALS)))
                row = {"kind": "balance", "subject": subject, "block": None}
                self.balances.append({**row, "time": iso(time), "quantity": quantity})
        if time + BEFORE_MIDNIGHT == self.world.end:
            take_quotes(self.world, self.world.end)

    def values(self) -> list[tuple[str, Decimal]]:
        """The fund's value in dollars at each month's end, from balances and quotes alone.

        Quotes are those of the midnight after the balances; what has none counts nothing.
        """
        times = sorted({row["time"] for row in self.balances})
        return [(observed, self._value(observed)) for observed in times]

    def differences(self) -> Iterator[tuple[str, int, int]]:
        """Subject, sum of what was read, balance at the last block: where the two differ.

        Balances that grow with time have no such sum and are left out.
        """
        growing = self._growing()
        last = {row["subject"]: row for row in self.balances}
        for subject, row in last.items():
            wallet, _, asset = subject.partition("|")
            if wallet.startswith("venue:"):
                continue
            total = self._sums[wallet, asset]
            if asset not in growing and str(total) != str(row["quantity"]):
                yield subject, total, int(row["quantity"] or 0)

    def _node(self, place: Site) -> LeanNode:
        return LeanNode(self.transport, place.chain.node.url)

    def _owned(self, place: Site) -> frozenset[str]:
        return frozenset(row.address for row in self.world.wallets if row.network == place.network)

    def _follow(self, node: Node, raw: RawTransaction, owned: frozenset[str]) -> None:
        """Sums and questions of one transaction, by the reader that the books use."""
        activity, problems = evm.read(raw)
        assert not [each for each in problems if each.code == "transaction_unreadable"], problems
        for question in evm.token_questions(activity, owned):
            if question.subject not in self.tokens:
                self.tokens[question.subject] = evm.fetch_token(node, question).value()
        moves = [
            (party, transfer.asset, sign * transfer.quantity)
            for transfer in activity.transfers
            for party, sign in ((transfer.sender, -1), (transfer.recipient, 1))
        ]
        if activity.fee is not None:
            moves.append((activity.fee.payer, activity.fee.asset, -activity.fee.quantity))
        for party, asset, quantity in moves:
            if party in owned:
                key = (f"{raw.network}:{party}", asset)
                self._touched.add(key)
                self._sums[key] += quantity

    def _growing(self) -> set[str]:
        world, found = self.world, set()
        for place in world.sites.values():
            if place.lido is not None:
                found.add(world.asset(place, place.lido.share))
            if place.aave is not None:
                for token in (place.wrapped, place.dollar):
                    found.add(world.asset(place, place.aave.receipt_token(token)))
                    found.add(world.asset(place, place.aave.debt_token(token)))
        return found

    def _value(self, observed: str) -> Decimal:
        world, debts = self.world, self._debts()
        time = instant(observed.removesuffix("Z")) + BEFORE_MIDNIGHT
        latest = {asset: Decimal(price) for at, asset, price in world.quotes if at == time}
        for asset, symbol in world.priced.items():
            latest[asset] = Decimal(str(world.market.quoted(symbol, time)))
        latest["iso4217:USD"] = Decimal(1)
        total = Decimal(0)
        for row in self.balances:
            asset = row["subject"].partition("|")[2]
            if row["time"] != observed or asset not in latest or row["quantity"] is None:
                continue
            token = self.tokens.get(asset)
            decimals = SYMBOL_DECIMALS if token is None else int(token["decimals"])
            sign = -1 if asset in debts else 1
            total += sign * amount_of(int(row["quantity"]), decimals) * latest[asset]
        return total

    def _debts(self) -> set[AssetId]:
        world = self.world
        return {
            AssetId(world.asset(place, place.aave.debt_token(token)))
            for place in world.sites.values()
            if place.aave is not None
            for token in (place.wrapped, place.dollar)
        }
