"""Events enter; Koinly's universal template leaves, to hand the books over.

The template has no column for a wallet: it is imported into one, so one file a wallet is what keeps
wallets apart (`--wallet`). Tags are those that Koinly knows for what came and what left; a trade
has none. A fee is on top of what was sent, in any currency. Times are UTC.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Final

from reports.csv import Cell, Number
from reports.exports._handover import (
    Names,
    evidence,
    movements,
    name_of,
    quantity,
    symbol,
)
from reports.model import ExportFigures
from reports.names import money_text

NAME: Final = "koinly"
SCHEMA_VERSION: Final = 1
#: May be made of one wallet's movements alone.
OF_WALLET: Final = True
HEADER: Final = (
    "Date", "Sent Amount", "Sent Currency", "Received Amount", "Received Currency", "Fee Amount",
    "Fee Currency", "Net Worth Amount", "Net Worth Currency", "Label", "Description", "TxHash",
)  # fmt: skip
NUMERIC: Final = frozenset(("Sent Amount", "Received Amount", "Fee Amount", "Net Worth Amount"))

_IN: Final = {
    "reward": "reward",
    "pool_fees": "reward",
    "airdrop": "airdrop",
    "borrow": "loan",
}
_OUT: Final = {
    "donation": "donation",
    "repay": "loan repayment",
    "service_fee": "cost",
    "inclusion_payment": "cost",
}
_IN_ROLES: Final = {"interest": "lending interest", "reward": "reward", "refund": "fee refund"}
_OUT_ROLES: Final = dict.fromkeys(("interest", "premium", "penalty", "tip", "fee"), "cost")
_NAMES: Final = Names(
    trade="",
    fee="cost",
    came="",
    left="",
    stated_in={"fork": "fork", "mining": "mining", "income": "income"},
    stated_out={"gift_sent": "gift", "lost": "lost", "stolen": "lost"},
    roles_in=_IN_ROLES,
    roles_out=_OUT_ROLES,
    kinds_in=_IN,
    kinds_out=_OUT,
)


def rows(figures: ExportFigures) -> Iterator[tuple[Cell, ...]]:
    """One row a trade or a movement, in the order of the books."""
    for each in movements(figures):
        value = each.value
        yield (
            each.event.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
            quantity(each.sent, figures),
            symbol(each.sent, figures),
            quantity(each.received, figures),
            symbol(each.received, figures),
            quantity(each.fee, figures),
            symbol(each.fee, figures),
            None if value is None else Number(money_text(value.units)),
            "" if value is None else value.currency,
            name_of(each, _NAMES),
            each.words,
            each.event.txid,
        )


def sources(figures: ExportFigures) -> Iterator[tuple[str, ...]]:
    """The event of each row, which is its entry's id, and the activities that it rests on."""
    return evidence(movements(figures))
