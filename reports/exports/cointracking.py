"""Events enter; CoinTracking's custom import leaves, to hand the books over.

Types are those of CoinTracking's own list; `Exchange` is the wallet, by label, and `Trade-Group`
the strategy. A move between own wallets is a Withdrawal and a Deposit, as CoinTracking books it.
Times are UTC.

Amounts have the fee in them, and the column tells it once more: what was given is more by it, what
came of a trade is less. A fee in a third currency moves nothing there and is a row of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Final

from reports.csv import Cell
from reports.exports._handover import (
    Movement,
    Names,
    evidence,
    movements,
    name_of,
    quantity,
    symbol,
)
from reports.model import ExportFigures
from reports.names import label_of

NAME: Final = "cointracking"
SCHEMA_VERSION: Final = 2
#: May be made of one wallet's movements alone.
OF_WALLET: Final = True
HEADER: Final = (
    "Type", "Buy Amount", "Buy Currency", "Sell Amount", "Sell Currency", "Fee", "Fee Currency",
    "Exchange", "Trade-Group", "Comment", "Date", "Tx-ID", "Buy Value in Account Currency",
    "Sell Value in Account Currency", "Liquidity pool",
)  # fmt: skip
NUMERIC: Final = frozenset(
    name for name in HEADER if name == "Fee" or name.endswith(("Amount", "Account Currency"))
)

_IN: Final = {
    "reward": "Reward / Bonus",
    "pool_fees": "Reward / Bonus",
    "airdrop": "Airdrop",
    "donation": "Gift / Tip",
}
_OUT: Final = {
    "donation": "Donation",
    "service_fee": "Other Fee",
    "inclusion_payment": "Other Fee",
}
_IN_ROLES: Final = {"interest": "Interest Income", "reward": "Reward / Bonus"}
_OUT_ROLES: Final = {
    "interest": "Borrowing Fee",
    "premium": "Borrowing Fee",
    "penalty": "Other Expense",
    "tip": "Other Fee",
    "fee": "Other Fee",
}
_STATED_IN: Final = {
    "staking": "Staking",
    "mining": "Mining",
    "income": "Income",
    "gift_received": "Gift / Tip",
}
_NAMES: Final = Names(
    trade="Trade",
    fee="Other Fee",
    came="Deposit",
    left="Withdrawal",
    stated_in=_STATED_IN,
    stated_out={"gift_sent": "Gift", "lost": "Lost", "stolen": "Stolen", "spend": "Spend"},
    roles_in=_IN_ROLES,
    roles_out=_OUT_ROLES,
    kinds_in=_IN,
    kinds_out=_OUT,
)


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a trade or a movement, in the order of the books."""
    for each in _with_fees(figures):
        yield (
            name_of(each, _NAMES),
            quantity(each.received, figures),
            symbol(each.received, figures),
            quantity(each.sent, figures),
            symbol(each.sent, figures),
            quantity(each.fee, figures),
            symbol(each.fee, figures),
            label_of(each.wallet, figures.wallets),
            each.event.strategy or "",
            each.words,
            each.event.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            each.event.txid,
            None,
            None,
            "",
        )


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The event of each row, which is its entry's id, and the activities that it rests on."""
    return evidence(_with_fees(figures))


def _with_fees(figures: ExportFigures) -> Iterator[Movement]:
    """The movements with their fee in the amount of its currency, or beside them."""
    for each in movements(figures):
        asset, units = each.fee or (None, 0)
        if each.sent is not None and each.sent[0] == asset:
            yield replace(each, sent=(asset, each.sent[1] + units))
        elif each.sent and each.received and each.received[0] == asset and each.received[1] > units:
            yield replace(each, received=(asset, each.received[1] - units))
        else:
            yield replace(each, fee=None)
            if each.fee is not None:
                yield Movement(
                    each.event, each.wallet, each.fee, None, None, "network_fee", each.words
                )
