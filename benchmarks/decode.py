"""Stored transactions decoded: read from the node's answers and classified, on one core.

Their logs are 4 to 16, ten in the median: trades over one to five pairs, each with its own log, its
`Sync` and the transfers between them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from api.plug_ins import plug_ins
from benchmarks import samples
from benchmarks.figure import TIMES, Figure, cpu_seconds
from ledger.chains import evm
from ledger.classify import Classifier, classify
from ledger.model.activity import Activity
from ledger.model.evidence import RawTransaction

WHAT = {
    "decode_tx_per_s": "transactions a second of processor time, read from stored evidence and"
    " classified by all protocols, ten logs in the median (3,000); floor: the 5,000 it must be",
    "decode_60_over_5_protocols": "processor time of classifying the same with a registry of sixty"
    " protocols over that with five of them; floor: the 1.2 that it may be",
}

_COUNT = 3_000
_FEW, _MANY = 5, 60


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    protocols: tuple[Any, ...] = plug_ins("ledger.protocols")
    count = _COUNT // share
    raw = samples.long_trades(count)
    spent = cpu_seconds(lambda: decode(raw, protocols))
    yield Figure("decode_tx_per_s", count / spent, "a second of CPU", 5_000.0)
    yield Figure("decode_60_over_5_protocols", over_few(raw, protocols), "times", 1.2)


def decode(raw: Sequence[RawTransaction], protocols: Sequence[Classifier]) -> None:
    """Read and classify; each is a swap of all its legs."""
    for each in raw:
        activity, problems = evm.read(each)
        assert not problems
        name(activity, protocols)


def name(activity: Activity, protocols: Sequence[Classifier]) -> None:
    """Classify what was read."""
    owner = samples.trader()
    classified, _ = classify(activity, {owner.id: owner}, protocols)
    assert [one.kind for one in classified.events] == ["swap"]


def over_few(raw: Sequence[RawTransaction], protocols: Sequence[Classifier]) -> float:
    """Processor time of naming with many protocols over that with few, in turn."""
    activities = [evm.read(each)[0] for each in raw]
    trades = next(one for one in protocols if one.NAME == "uniswap_v2")
    others = [one for one in protocols if one is not trades]
    few, many = (trades, *others[: _FEW - 1]), (trades, *others[: _MANY - 1])
    assert (len(few), len(many)) == (_FEW, _MANY), "there are not so many protocols"

    def spent(registry: Sequence[Classifier]) -> float:
        return cpu_seconds(lambda: [name(one, registry) for one in activities], 1)

    pairs = [(spent(many), spent(few)) for _ in range(TIMES)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)
