"""Activities and linked events in; a trade right behind a foreign one that it undoes has a group.

A back-run trades in the pool in which a stranger's transaction traded right before it in the same
block, the other way round: what the stranger's trade did to the price is what it lives on. Only a
pool's own logs of both say so; where the evidence does not have those of the transaction before,
nothing is said.

The layouts are those of `protocols/_markets.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from ledger.model.activity import Activity, Log
from ledger.model.event import Event
from ledger.protocols import _markets as markets
from ledger.shapes import number_in

#: What a back-run is, by the kind of its event.
_TRADES: Final = frozenset({"swap", "flash_loan"})
#: Topic → the number of topics and words of a pool's trade.
_SIZES: Final = {
    markets.CONSTANT_PRODUCT: (3, 4),
    markets.SOLIDLY: (3, 4),
    markets.CONCENTRATED: (3, 5),
    markets.PANCAKE_V3: (3, 7),
    markets.SINGLETON: (3, 6),
    markets.CURVE: (2, 4),
    markets.CURVE_CRYPTO: (2, 4),
    markets.CURVE_CRYPTO_NG: (2, 6),
    markets.BALANCER_V1: (4, 2),
    markets.BALANCER_V2: (4, 2),
    markets.BALANCER_V3: (4, 4),
}
_IN_AND_OUT: Final = frozenset({markets.CONSTANT_PRODUCT, markets.SOLIDLY})
_SIGNED: Final = frozenset({markets.CONCENTRATED, markets.PANCAKE_V3})
_CURVE: Final = frozenset({markets.CURVE, markets.CURVE_CRYPTO, markets.CURVE_CRYPTO_NG})

#: A pool by its contract, its number there if it has one, and the topic of its log.
_Pool = tuple[str, str, str]


def is_back_run(activity: Activity) -> bool:
    """Whether it trades in a pool against what the transaction right before it did there."""
    if not activity.ahead or activity.status == "failed":
        return False
    before, here = _flows(activity.ahead), _flows(activity.logs)
    return any(_against(flows, here[pool]) for pool, flows in before.items() if pool in here)


def back_runs(events: tuple[Event, ...], behind: Collection[str]) -> tuple[Event, ...]:
    """The events, those of an activity in `behind` with a group of their own.

    `behind` are activities that `is_back_run`. What is part of a sandwich stays that, and where the
    transaction before is the fund's own, nobody was followed.
    """
    own = {(one.network, *one.order[2:4]) for one in events if one.order[2]}
    runs: dict[str, str] = {}
    for one in events:
        network, block, index = one.network, *one.order[2:4]
        if (
            one.kind in _TRADES
            and one.group is None
            and one.activities[0] in behind
            and (network, block, index - 1) not in own
        ):
            runs[one.activities[0]] = f"backrun:{network}:{block}:{index}"
    return tuple(
        replace(one, group=runs[one.activities[0]])
        if one.group is None and one.kind in _TRADES and one.activities[0] in runs
        else one
        for one in events
    )


def _against(theirs: Mapping[str, int], ours: Mapping[str, int]) -> bool:
    """Whether one asset that they put in we took out, and one that they took out we put in."""
    both = theirs.keys() & ours.keys()
    taken = any(theirs[asset] > 0 > ours[asset] for asset in both)
    given = any(theirs[asset] < 0 < ours[asset] for asset in both)
    return taken and given


def _flows(logs: Iterable[Log]) -> dict[_Pool, Counter[str]]:
    """What pools gained (positive) and gave of each asset over all trades that logs tell of."""
    pools: defaultdict[_Pool, Counter[str]] = defaultdict(Counter)
    for log in logs:
        topic = log.topics[0] if log.topics else ""
        topics, words = _SIZES.get(topic, (0, 0))
        if topics and len(log.topics) >= topics and len(log.data) >= 2 + 64 * words:
            number, gained = _flow(topic, log)
            pools[log.address, number, topic].update(gained)
    return dict(pools)


def _flow(topic: str, log: Log) -> tuple[str, dict[str, int]]:
    """The pool's number within its contract, and what it gained of each of its assets.

    Of a v4 pool the signs are those of the trader; both trades are told alike, and that decides.
    """
    if topic in _IN_AND_OUT:
        words = [number_in(log, place) for place in range(4)]
        return "", {"0": words[0] - words[2], "1": words[1] - words[3]}
    if topic in _SIGNED:
        return "", {"0": _signed(number_in(log, 0)), "1": _signed(number_in(log, 1))}
    if topic == markets.SINGLETON:
        both = _signed(number_in(log, 0)), _signed(number_in(log, 1))
        return log.topics[1], {"0": both[0], "1": both[1]}
    if topic in _CURVE:
        sold, bought = str(number_in(log, 0)), str(number_in(log, 2))
        return "", {sold: number_in(log, 1), bought: -number_in(log, 3)}
    number = "" if topic == markets.BALANCER_V1 else log.topics[1]
    return number, {log.topics[2]: number_in(log, 0), log.topics[3]: -number_in(log, 1)}


def _signed(number: int) -> int:
    return number - 2**256 if number >> 255 else number
