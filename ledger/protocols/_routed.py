"""Trades over a router: a view and the routers in; the whole trade, in the router's name, out."""

from collections.abc import Iterable

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.shapes import ActivityView, net, trade


def routed(view: ActivityView, protocol: str, routers: Iterable[str]) -> Event | None:
    """All that is left as one trade, where the fund traded with one of these routers.

    A router that was called did all of it. One that a contract of the fund's called, or somebody
    else for the fund, did what is one asset for one other: more may be more than a trade.
    """
    contracts = frozenset(routers)
    if view.called in contracts:
        return trade(view, view.legs, protocol)
    if not any(leg.counterparty in contracts for leg in view.legs):
        return None
    return exchanged(view, protocol)


def exchanged(view: ActivityView, protocol: str) -> Event | None:
    """All that is left as one trade where it is one asset for one other."""
    moved = [total for total in net(view.legs).values() if total]
    return trade(view, view.legs, protocol) if len(moved) == 2 else None


def names_owned(view: ActivityView, log: Log) -> bool:
    """Whether a log has an owned address in a topic or in a word of its data."""
    data = log.data[2:]
    words = {data[place + 24 : place + 64] for place in range(0, len(data), 64)}
    words.update(topic[-40:] for topic in log.topics[1:])
    return any(address[2:] in words for address in view.owned)
