"""Two sides of a move in stretches far apart: what becomes of the later one reaches the earlier."""

from collections.abc import Iterator

import pytest

from api.desk import Desk
from api.jobs.keep import plan, saving
from api.jobs.verify import verified
from ledger.store import open_store
from tests.api.jobs.kept import FUND, add, begin, begin_of, bought, close, left, sold
from tests.api.jobs.mined import HOT, Block, arrived, mine, txid_of


@pytest.fixture(params=[20_000, 2], ids=["one-stretch-a-month", "stretches-of-days"])
def desk(request, monkeypatch) -> Iterator[Desk]:
    """A desk from which ether left a venue in January; it arrives in another month."""
    monkeypatch.setattr(plan, "STRETCH", request.param)
    monkeypatch.setattr(saving, "AT_ONCE", request.param)
    with open_store("sqlite://") as store:
        store.funds.create(FUND)
        store.wallets.add(FUND.name, [HOT])
        desk = Desk(store, FUND)
        add(desk, *(bought(day, "2") for day in range(0, 130, 9)), left(10, txid_of(1)))
        yield desk


def kinds(desk: Desk) -> set[str]:
    """How the sides are booked, once the books are kept and are those that the evidence gives."""
    desk.keep()
    verified(desk, None, rebuild=True)
    live = desk.store.journal.live_entries("main")
    return {entry.kind for entry in live} - {"swap"}


@pytest.mark.parametrize("day", [60, 128])
def test_the_earlier_side_is_alone_again_when_the_later_one_is_gone(desk, day):
    block = Block(7, day)
    mine(desk, arrived(1, block))
    assert kinds(desk) == {"bridge_out", "bridge_in"}
    mine(desk, gone=(block,))
    assert begin(desk) > begin_of("2024-02")
    assert kinds(desk) == {"send"}
    mine(desk, arrived(1, Block(8, day + 1)))
    assert kinds(desk) == {"bridge_out", "bridge_in"}


@pytest.mark.parametrize("days", [(60, 100), (100, 60), (100, 3)])
def test_the_later_side_moves_and_stays_the_other_side(desk, days):
    first, then = Block(7, days[0]), Block(8, days[1])
    mine(desk, arrived(1, first))
    assert kinds(desk) == {"bridge_out", "bridge_in"}
    mine(desk, arrived(1, then), gone=(first,))
    assert kinds(desk) == {"bridge_out", "bridge_in"}
    mine(desk, gone=(then,))
    assert kinds(desk) == {"send"}


def test_a_side_in_closed_time_is_adjusted_when_the_later_one_is_gone(desk):
    block = Block(7, 100)
    mine(desk, arrived(1, block))
    close(desk, "2024-02")
    mine(desk, gone=(block,))
    assert kinds(desk) == {"bridge_out", "send"}
    add(desk, sold(129, "1"))
    assert kinds(desk) == {"bridge_out", "send"}
