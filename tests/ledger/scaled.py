"""A lending market in exact units for tests: steps in; transactions, readings and truth out.

Balances grow by whole units as a step says. Whatever touches one logs all that it grew by since it
was touched last, as aave-v3-origin's ScaledBalanceTokenBase and AToken do; a reading logs nothing.
"""

from dataclasses import dataclass, field

from ledger.protocols import aave_v3 as aave
from ledger.protocols._scaled import BURN, MINT
from tests.ledger.moves import asset, wallets
from tests.ledger.written import seen, transaction

POOL = aave.POOLS[0]
OF = {wallet.label: wallet.id for wallet in wallets("w", "w2", "bot").values()}


@dataclass
class Account:
    """What a holder has, what it had when it was touched last, and what it ever grew by."""

    units: int = 0
    told: int = 0
    grown: int = 0


@dataclass
class Market:
    """The accounts by holder and token; `A` is lent for `aA` and owed in `dA`."""

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    transactions: list = field(default_factory=list)
    readings: list = field(default_factory=list)
    #: the interest of each account, as it was right after each block that touched it
    truth: dict[tuple[str, str, int], tuple[int, int]] = field(default_factory=dict)
    block: int = 0
    _log: int = 0

    def account(self, who, token):
        return self.accounts.setdefault((who, token), Account())

    def grow(self, units):
        """A block later every balance is larger, each by another number."""
        self.block += 1
        for place, one in enumerate(self.accounts.values()):
            more = units + place if one.units else 0
            one.units += more
            one.grown += more

    def supply(self, who, units):
        self._begin()
        told = [f"{who} > aA {units} A@{self._next()}"]
        text, logs = self._mint(who, "aA", units)
        logs.append((self._next(), POOL, aave.SUPPLY, ("A", who, 0), (who, units)))
        self._done([*told, *text], logs, who)

    def withdraw(self, who, units):
        units = min(units, self.account(who, "aA").units)
        if units:
            self._begin()
            text, logs = self._burn(who, "aA", units, who)
            text.append(f"aA > {who} {units} A@{self._next()}")
            logs.append((self._next(), POOL, aave.WITHDRAW, ("A", who, who), (units,)))
            self._done(text, logs, who)

    def borrow(self, who, units):
        self._begin()
        text, logs = self._mint(who, "dA", units)
        text.append(f"aA > {who} {units} A@{self._next()}")
        logs.append((self._next(), POOL, aave.BORROW, ("A", who, 0), (who, units, 2, 1)))
        self._done(text, logs, who)

    def repay(self, who, units):
        units = min(units, self.account(who, "dA").units)
        if units:
            self._begin()
            text, logs = self._burn(who, "dA", units, "zero")
            text.append(f"{who} > aA {units} A@{self._next()}")
            logs.append((self._next(), POOL, aave.REPAY, ("A", who, who), (units, 0)))
            self._done(text, logs, who)

    def give(self, who, whom, units):
        """ATokens go from one to another; both sides are minted what they earned."""
        units = min(units, self.account(who, "aA").units)
        if units and who != whom:
            self._begin()
            text, logs = [], []
            for holder in (who, whom):
                one = self.account(holder, "aA")
                if increase := one.units - one.told:
                    text.append(f"zero > {holder} {increase} aA@{self._next()}")
                    logs.append((self._next(), "aA", MINT, (who, holder), (increase, increase, 1)))
            text.append(f"{who} > {whom} {units} aA@{self._next()}")
            self._touch(who, "aA", -units)
            self._touch(whom, "aA", units)
            self._done(text, logs, who)

    def read(self, who, token):
        """A node is asked what a holder has at the last block."""
        units = self.account(who, token).units
        known = {one.quantity for one in self.readings if self._same(one, who, token)}
        if self.block and not known:
            self.readings.append(seen(token, units, self.block, who))

    def _same(self, one, who, token):
        return (one.wallet, one.asset, one.block) == (OF.get(who), asset(token), self.block)

    def _mint(self, who, token, units):
        one = self.account(who, token)
        increase = one.units - one.told
        text = [f"zero > {who} {units + increase} {token}@{self._next()}"]
        logs = [(self._next(), token, MINT, (who, who), (units + increase, increase, 1))]
        self._touch(who, token, units)
        return text, logs

    def _burn(self, who, token, units, target):
        one = self.account(who, token)
        increase = one.units - one.told
        less = units - increase
        if less < 0:
            text = [f"zero > {who} {-less} {token}@{self._next()}"]
            logs = [(self._next(), token, MINT, (who, who), (-less, increase, 1))]
        else:
            text = [f"{who} > zero {less} {token}@{self._next()}"] if less else []
            logs = [(self._next(), token, BURN, (who, target), (less, increase, 1))]
        self._touch(who, token, -units)
        return text, logs

    def _touch(self, who, token, units):
        one = self.account(who, token)
        one.units += units
        one.told = one.units
        if who in OF:
            self.truth[who, token, self.block] = one.units, one.grown

    def _begin(self):
        self.block += 1
        self._log = 0

    def _next(self):
        self._log += 1
        return self._log

    def _done(self, text, logs, who):
        self.transactions.append(
            transaction(self.block, "; ".join(text), logs, caller=who, called=POOL, fee=0)
        )
