"""Markets of which the trades alone are known: a view in; the trade in the market's name out.

Sources: beside each topic in `_markets.py`.
"""

from typing import Final

from ledger.protocols._hop import HOP, POOLS
from ledger.protocols._markets import OTHERS, begun, traded
from ledger.shapes import ActivityView, Recognised

NAME: Final = "markets"
RANK: Final = 20

SIGNS: Final = frozenset(OTHERS)


def recognise(view: ActivityView) -> Recognised | None:
    """What is left as one trade, where it began in one of these markets."""
    log = begun(view.activity, NAME)
    if log is None:
        return None
    events = traded(view, HOP if log.address in POOLS else OTHERS[log.topics[0]][0])
    return Recognised(events) if events else None
