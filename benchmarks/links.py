"""Departures over bridges that are not joined enter; what looking for their arrivals costs leaves.

All are within the days that a slow bridge takes, to one wallet, and as many arrived there under
other messages: each departure may be any of the arrivals.
"""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks import samples
from benchmarks.figure import Figure, cpu_seconds
from ledger.link import link
from ledger.model.activity import microseconds
from ledger.model.asset import AssetId, erc20
from ledger.model.event import Event, Leg
from ledger.model.fund import Wallet

WHAT = {
    "link_4000_departures_over_400": "processor time of linking 4,000 departures over bridges and"
    " as many arrivals in 14 days, none joined, over that of 400; floor: the 10 of an even cost"
}

_MANY, _TIMES_FEWER = 4_000, 10
_FROM, _TO = "eip155:10", samples.NETWORK


def figures(share: int = 1) -> Iterator[Figure]:
    """The figures of this subject, on a size divided by `share`."""
    ratio = _spent(_MANY // share) / _spent(_MANY // share // _TIMES_FEWER)
    yield Figure("link_4000_departures_over_400", ratio, "times", float(_TIMES_FEWER))


def _spent(count: int) -> float:
    events = unjoined(count)
    owned = {one.id: one for one in (_wallet(_FROM), _wallet(_TO))}
    return cpu_seconds(lambda: link(events, owned))


def unjoined(count: int) -> list[Event]:
    """Departures, and arrivals under other messages: half of them of no size that is awaited."""
    events = []
    for number in range(count):
        quantity = 10**18 + number
        contract = samples.token(number % 3).rpartition(":")[2]
        told = f"message:b:{number} to:{_wallet(_TO).id}"
        note = f"{told} expects:{_TO}/{contract}/~{quantity - 9}-{quantity}"
        left = (erc20(_FROM, contract), -quantity)
        events.append(_event(2 * number, count, "bridge_out", _FROM, left, note))
        came = (erc20(_TO, contract), quantity // (1_000 if number % 2 else 2))
        told = f"message:b:{-number - 1}"
        events.append(_event(2 * number + 1, count, "bridge_in", _TO, came, told))
    return events


def _wallet(network: str) -> Wallet:
    return Wallet(network, samples.trader().address, network)


def _event(
    number: int, count: int, kind: str, network: str, moved: tuple[AssetId, int], note: str
) -> Event:
    time = samples.START + timedelta(days=14) * number / (2 * count)
    name = f"{network}/tx:0x{number:064x}"
    order = (microseconds(time), network, number + 1, 0, name)
    leg = Leg(_wallet(network).id, *moved)
    return Event(name, kind, time, order, network, name, (name,), (leg,), note=note)
