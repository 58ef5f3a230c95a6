"""Synthetix's perpetuals: a view in; margin put in and taken out.

Sources: Synthetixio/synthetix, PerpsV2MarketBase.sol and FuturesMarketBase.sol
(`MarginTransferred`), and Synthetixio/synthetix-v3, IPerpsAccountModule.sol
(`CollateralModified`).

Positions live within the margin: what they gained or lost shows in what can be taken out.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._legs import exact
from ledger.shapes import ActivityView, Recognised, address_in, event, logs_with, number_in

NAME: Final = "synthetix_perps"
RANK: Final = 10

#: MarginTransferred(address account, int256 marginDelta), account indexed.
MARGIN_TRANSFERRED: Final = "0xe20b33a51269d7e4c48682ccfacaf1ca004fdec7b161e7098e4847a0c05d0ce2"
#: CollateralModified(uint128 accountId, uint128 collateralId, int256 amountDelta, address sender),
#: all but amountDelta indexed.
COLLATERAL_MODIFIED: Final = "0x2e8360c2f3a6fc1a15aefdd0a0922bea3c898cb90d38c3a97354e7c013116064"

#: topic → (least topics, topic of the account)
LOGS: Final = {MARGIN_TRANSFERRED: (2, 1), COLLATERAL_MODIFIED: (4, 3)}

SIGNS: Final = frozenset(LOGS)


def recognise(view: ActivityView) -> Recognised | None:
    """The leg of just the margin that an owned account moved."""
    events: tuple[Event, ...] = ()
    for topic, (topics, account) in LOGS.items():
        for log in logs_with(view.activity, topic, topics, 1):
            if address_in(log.topics, account) in view.owned:
                moved = exact(view.without(events), -_signed(log))
                events += (event(view, "perp_change", moved, NAME),) if moved else ()
    return Recognised(events) if events else None


def _signed(log: Log) -> int:
    number = number_in(log, 0)
    return number - (1 << 256) if number >> 255 else number
