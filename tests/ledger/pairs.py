"""A pair of constant product in whole units, as its contract reckons: what it did, as transactions.

The truth of a test: reserves and the supply of shares as UniswapV2Pair.sol keeps them.
"""

from math import isqrt

from ledger.chains.evm.logs import TRANSFER
from ledger.nav.pool_states import SYNC
from ledger.protocols._markets import CONSTANT_PRODUCT
from ledger.protocols._pairs import BURN, MINT
from tests.ledger import moves
from tests.ledger.written import transaction


class Pair:
    """The pair of A and B, in the order of their addresses; its fee in thousandths is 3."""

    def __init__(self, name="pair"):
        self.name = name
        self.names = sorted(("A", "B"), key=moves.address)
        self.reserves, self.supply = [0, 0], 0

    def amounts(self, a, b):
        """Amounts of A and B in the order of the pair."""
        return [{"A": a, "B": b}[name] for name in self.names]

    def put(self, number, a, b, who="w", **said):
        """Liquidity put in; shares for who puts it in."""
        came, locked = self.amounts(a, b), []
        if self.supply:
            each = zip(came, self.reserves, strict=True)
            made = min(amount * self.supply // held for amount, held in each)
        else:
            made = isqrt(came[0] * came[1]) - 1_000
            self.supply = 1_000
            locked = [(1, self.name, TRANSFER, ("zero", "zero"), (1_000,))]
        self.supply += made
        self._moved(came)
        logs = [
            *locked,
            (2, self.name, TRANSFER, ("zero", who), (made,)),
            (3, self.name, SYNC, (), self.reserves),
            (4, self.name, MINT, ("router",), came),
        ]
        given = self._given(who, self.name, came)
        return transaction(number, f"{given}; zero > {who} {made} {self.name}", logs, **said)

    def take(self, number, shares, who="w"):
        """Shares given back for their part."""
        gone = [shares * held // self.supply for held in self.reserves]
        self.supply -= shares
        self._moved([-amount for amount in gone])
        logs = [
            (2, self.name, TRANSFER, (self.name, "zero"), (shares,)),
            (3, self.name, SYNC, (), self.reserves),
            (4, self.name, BURN, ("router", who), gone),
        ]
        came = self._given(self.name, who, gone)
        text = f"{who} > {self.name} {shares} {self.name}; {self.name} > zero {shares} {self.name}"
        return transaction(number, f"{text}; {came}", logs)

    def swap(self, number, a, who="w", **said):
        """A of the fund for B."""
        at = self.names.index("A")
        net = a * 997
        out = net * self.reserves[1 - at] // (self.reserves[at] * 1_000 + net)
        given, taken = self.amounts(a, 0), self.amounts(0, out)
        self._moved([came - gone for came, gone in zip(given, taken, strict=True)])
        logs = [
            (3, self.name, SYNC, (), self.reserves),
            (4, self.name, CONSTANT_PRODUCT, ("router", who), (*given, *taken)),
        ]
        text = f"{who} > {self.name} {a} A; {self.name} > {who} {out} B"
        return transaction(number, text, logs, **said)

    def _moved(self, came):
        self.reserves = [held + each for held, each in zip(self.reserves, came, strict=True)]

    def _given(self, sender, recipient, amounts):
        each = zip(self.names, amounts, strict=True)
        return "; ".join(f"{sender} > {recipient} {amount} {name}" for name, amount in each)
