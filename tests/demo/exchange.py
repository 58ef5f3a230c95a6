"""Accounts at the exchange: trades and transfers go in; rows of files, with balances, come out."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from tests.demo.schedule import iso

LEDGER_COLUMNS = "txid refid time type subtype aclass subclass asset wallet amount fee balance"
PARTITA_COLUMNS = (
    "time kind wallet sent_asset sent_quantity received_asset received_quantity fee_asset"
    " fee_quantity value value_currency to_wallet strategy txid note"
)
#: symbol → Kraken's code, its class, decimals of its amounts
CODES = {
    "USD": ("ZUSD", "fiat", 4),
    "ETH": ("XETH", "crypto", 10),
    "BTC": ("XXBT", "crypto", 10),
    "USDC": ("USDC", "stable_coin", 8),
    "USDT": ("USDT", "stable_coin", 8),
    "POL": ("POL", "crypto", 10),
    "BNB": ("BNB", "crypto", 10),
}
LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ234567"


def rounded(number: float | Decimal, places: int) -> Decimal:
    """A Decimal of so many places."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(slots=True)
class Exchange:
    """One account at Kraken, in Decimal; it never goes below zero.

    Trades stand in `ledger` (Kraken's ledgers file), transfers to and from chains and to another
    account in `transfers`, what investors and the fund's administration move in `manual` (both
    Partita CSV). `address` and `label` are those of the fund's wallet.
    """

    rng: Random
    address: str = "main"
    label: str = "kraken"
    balances: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    ledger: list[tuple[str, ...]] = field(default_factory=list)
    transfers: list[dict[str, str]] = field(default_factory=list)
    manual: list[dict[str, str]] = field(default_factory=list)

    def trade(self, time: int, symbol: str, quantity: Decimal, price: float, fee: float) -> None:
        """Buys (positive) or sells a coin for dollars; `fee` is a share of the dollars.

        Two rows of one reference; the fee is taken in dollars.
        """
        places = CODES[symbol][2]
        quantity = rounded(quantity, places)
        dollars = -rounded(float(quantity) * price, 4)
        charge = rounded(abs(float(dollars)) * fee, 4)
        reference = self._reference("T")
        rows = [("USD", dollars, charge), (symbol, quantity, Decimal(0))]
        for code, amount, cost in rows if quantity > 0 else rows[::-1]:
            self._change(code, amount - cost)
            self._row(time, reference, code, amount, cost)

    def withdraw(self, time: int, symbol: str, quantity: Decimal, fee: Decimal, txid: str) -> None:
        """Coins leave for a chain; `quantity` arrives there, `fee` is on top of it."""
        self._change(symbol, -quantity - fee)
        self._transfer(time, "withdrawal", (symbol, quantity), fee, txid)

    def deposit(self, time: int, symbol: str, quantity: Decimal, txid: str) -> None:
        """Coins arrive from a chain."""
        self._change(symbol, quantity)
        self._transfer(time, "deposit", (symbol, quantity), Decimal(0), txid)

    def hand_over(self, time: int, symbol: str, quantity: Decimal, other: "Exchange") -> None:
        """Moves a currency or coin to another account at the exchange, without a fee."""
        self._change(symbol, -quantity)
        other._change(symbol, quantity)
        row = {"time": iso(time), "kind": "transfer", "wallet": self.label}
        row |= {"to_wallet": other.label, "strategy": "treasury"}
        row |= {"sent_asset": symbol, "sent_quantity": _plain(quantity)}
        self.transfers.append(row)

    def book(self, time: int, kind: str, symbol: str, quantity: Decimal, note: str = "") -> None:
        """A manual row: what investors bring and take, expenses, gifts."""
        comes = kind in {"contribution", "gift_received"}
        self._change(symbol, quantity if comes else -quantity)
        row = {"time": iso(time), "kind": kind, "wallet": self.label, "note": note}
        row["strategy"] = "treasury"
        side = "fee" if kind == "fee" else "received" if comes else "sent"
        row |= {f"{side}_asset": symbol, f"{side}_quantity": _plain(quantity)}
        if symbol == "USD" and kind != "fee":
            row |= {"value": _plain(quantity), "value_currency": "USD"}
        self.manual.append(row)

    def _transfer(
        self, time: int, kind: str, what: tuple[str, Decimal], fee: Decimal, txid: str
    ) -> None:
        side = "sent" if kind == "withdrawal" else "received"
        symbol, quantity = what
        row = {"time": iso(time), "kind": kind, "wallet": self.label, "txid": txid}
        row["strategy"] = "treasury"
        row |= {f"{side}_asset": symbol, f"{side}_quantity": _plain(quantity)}
        if fee:
            row |= {"fee_asset": symbol, "fee_quantity": _plain(fee)}
        self.transfers.append(row)

    def _change(self, symbol: str, amount: Decimal) -> None:
        self.balances[symbol] += amount
        assert self.balances[symbol] >= 0, f"the exchange account has too little {symbol}"

    def _row(self, time: int, reference: str, symbol: str, amount: Decimal, fee: Decimal) -> None:
        code, subclass, places = CODES[symbol]
        balance = self.balances[symbol]
        figures = (f"{rounded(each, places):f}" for each in (amount, fee, balance))
        when = iso(time).replace("T", " ").removesuffix("Z")
        start = (self._reference("L"), reference, when, "trade", "tradespot", "currency")
        self.ledger.append((*start, subclass, code, "spot / main", *figures))

    def _reference(self, first: str) -> str:
        parts = ("".join(self.rng.choices(LETTERS, k=count)) for count in (5, 5, 6))
        return first + "-".join(parts)


def _plain(quantity: Decimal) -> str:
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
