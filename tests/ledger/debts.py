"""A debt that no token shows, for tests: steps in; transactions, readings and truth out."""

from dataclasses import dataclass, field

from ledger.model.asset import debt
from ledger.protocols import compound_v2, compound_v3
from tests.ledger import written
from tests.ledger.moves import NETWORK, address
from tests.ledger.written import seen

COMET = compound_v3.MARKETS[NETWORK][0]
OWED_TO_COMET = debt(NETWORK, "compound_v3", COMET)
OWED_TO_CTOKEN = debt(NETWORK, "compound_v2", address("cA"))


@dataclass
class Debt:
    """What the wallet owes to a market, told by no log, or by each as a total."""

    market: str
    owed: int = 0
    grown: int = 0
    block: int = 0
    transactions: list = field(default_factory=list)
    readings: list = field(default_factory=list)
    truth: dict = field(default_factory=dict)

    @property
    def asset(self):
        return OWED_TO_COMET if self.market == COMET else OWED_TO_CTOKEN

    def grow(self, units):
        self.block += 1
        more = units if self.owed else 0
        self.owed += more
        self.grown += more

    def borrow(self, units):
        told = compound_v3.WITHDRAW, ("w", "w"), (units,)
        self._log(units, told, compound_v2.BORROW, f"{self.market} > w {units} A@1")

    def repay(self, units):
        units = min(units, self.owed)
        if units:
            told = compound_v3.SUPPLY, ("w", "w"), (units,)
            self._log(-units, told, compound_v2.REPAY, f"w > {self.market} {units} A@1")

    def read(self):
        if self.block and not any(one.block == self.block for one in self.readings):
            self.readings.append(seen(self.asset, self.owed, self.block))

    def _log(self, change, told, other, text):
        self.block += 1
        self.owed += change
        if self.market == COMET:
            log = (2, COMET, *told)
        else:
            payer = ("w",) if change > 0 else ("w", "w")
            log = (2, self.market, other, (), (*payer, abs(change), self.owed, self.owed))
        self.truth[self.block] = self.owed
        self.transactions.append(
            written.transaction(self.block, text, [log], fee=0, called=self.market)
        )
