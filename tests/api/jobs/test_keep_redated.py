"""An entry that is booked in closed time and that the evidence dates elsewhere is kept as it is."""

from collections.abc import Iterator

import pytest

from api.desk import Desk
from api.jobs.close import reopen_month
from api.jobs.keep import plan, saving
from api.jobs.verify import verified
from ledger import classify
from ledger.store import open_store
from tests.api.jobs.kept import FUND, add, bought, close, sold
from tests.api.jobs.mined import HOT, Block, dealt, mine, paid, seen, staked, thrown
from tests.ledger.chains.evm.bodies import ETHER

#: Days after the begin: in January and February, which close; in March and April, which are open.
JANUARY, FEBRUARY, MARCH, APRIL = 20, 45, 70, 100


@pytest.fixture(params=[20_000, 2], ids=["one-stretch-a-month", "stretches-of-days"])
def desk(request, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setattr(plan, "STRETCH", request.param)
    monkeypatch.setattr(saving, "AT_ONCE", request.param)
    with open_store("sqlite://") as store:
        store.funds.create(FUND)
        store.wallets.add(FUND.name, [HOT])
        desk = Desk(store, FUND)
        add(desk, *(bought(day, "2") for day in range(0, 130, 9)))
        yield desk


def assert_kept(desk: Desk) -> None:
    """Keep the books: they are those that the evidence gives, and keeping them again is nothing."""
    desk.keep()
    verified(desk, None, rebuild=True)
    assert plan.cuts(desk) is None


def dated_elsewhere(desk: Desk, first: Block, then: Block, units: int = 5) -> None:
    """A transaction of closed time that is mined again in another block, and the books kept."""
    mine(desk, paid(1, first))
    close(desk, "2024-02")
    mine(desk, paid(1, then, units), gone=(first,))
    assert_kept(desk)


@pytest.mark.parametrize("units", [5, 4], ids=["as-it-was", "another-quantity"])
@pytest.mark.parametrize("day", [MARCH, 126])
def test_later_keeps_of_open_time_alone_know_that_it_is_booked(desk, day, units):
    dated_elsewhere(desk, Block(10, FEBRUARY), Block(11, 125.5), units)
    for later in (day, 141, 142):
        add(desk, sold(later, "1"))
        assert_kept(desk)


@pytest.mark.parametrize("units", [5, 4])
def test_what_was_dated_elsewhere_and_is_gone_is_taken_back(desk, units):
    then = Block(11, APRIL)
    dated_elsewhere(desk, Block(10, FEBRUARY), then, units)
    mine(desk, gone=(then,))
    assert_kept(desk)
    mine(desk, paid(1, Block(12, APRIL + 9), units))
    assert_kept(desk)
    add(desk, sold(APRIL + 10, "1"))
    assert_kept(desk)


@pytest.mark.parametrize("day", [JANUARY, MARCH, APRIL + 20])
def test_what_is_dated_elsewhere_more_than_once_is_booked_once(desk, day):
    then = Block(11, APRIL)
    dated_elsewhere(desk, Block(10, FEBRUARY), then)
    mine(desk, paid(1, Block(12, day)), gone=(then,))
    assert_kept(desk)
    for later in (FEBRUARY, 127):
        add(desk, sold(later + 0.3, "1"))
        assert_kept(desk)


@pytest.mark.parametrize(("first", "then"), [(JANUARY, FEBRUARY), (FEBRUARY, JANUARY)])
@pytest.mark.parametrize("day", [1, FEBRUARY + 3, MARCH])
def test_what_is_dated_elsewhere_in_closed_time_is_booked_once(desk, first, then, day):
    dated_elsewhere(desk, Block(10, first), Block(11, then))
    for later in (0, 0.2):
        add(desk, sold(day + later, "1"))
        assert_kept(desk)


def test_the_month_that_it_is_dated_in_now_closes_and_reopens(desk):
    dated_elsewhere(desk, Block(10, FEBRUARY), Block(11, MARCH), 4)
    close(desk, "2024-03")
    for day in (FEBRUARY, MARCH, 127):
        add(desk, sold(day + 0.3, "1"))
        assert_kept(desk)
    reopen_month(desk, "2024-03", "ann", "bob", "a block came late")
    assert_kept(desk)
    reopen_month(desk, "2024-02", "ann", "bob", "a block came late")
    assert_kept(desk)
    [entry] = [one for one in desk.store.journal.live_entries("main") if one.txid]
    assert entry.time == Block(11, MARCH).time


@pytest.mark.parametrize("stretches", range(1, 16, 2))
def test_what_differs_is_settled_by_the_keeping_after_one_that_was_ended(
    desk, monkeypatch, stretches
):
    first, then = Block(10, FEBRUARY), Block(11, APRIL)
    mine(desk, paid(1, first), paid(2, Block(9, 5)))
    close(desk, "2024-02")
    add(desk, bought(10.5, "7"))
    mine(desk, paid(1, then), gone=(first,))
    monkeypatch.setattr(saving, "AT_ONCE", 1)
    end_after(monkeypatch, stretches)
    with pytest.raises(KeyboardInterrupt):
        desk.keep()
    monkeypatch.undo()
    assert_kept(desk)


@pytest.mark.parametrize("stretches", range(1, 12, 2))
def test_what_differs_in_its_accounts_alone_is_settled_after_one_that_was_ended(
    desk, monkeypatch, stretches
):
    """The token was thrown, and is dealt in later: the wallet has the same units all the while."""

    def is_spam(view, trusted) -> bool:
        assets = {leg.asset for leg in view.legs}
        return not view.acts and any("erc20" in asset for asset in assets) and not assets & trusted

    monkeypatch.setattr(classify, "is_spam", is_spam)
    mine(desk, thrown(1, Block(10, JANUARY)))
    close(desk, "2024-02")
    mine(desk, dealt(2, Block(50, APRIL)))
    with monkeypatch.context() as ended:
        ended.setattr(saving, "AT_ONCE", 1)
        end_after(ended, stretches)
        with pytest.raises(KeyboardInterrupt):
            desk.keep()
    assert_kept(desk)
    kinds = [one.kind for one in desk.store.journal.live_entries("main") if one.txid]
    assert "spam" in kinds, "what is booked in closed time stays"
    assert len(kinds) == 3, "and is adjusted in the open one"


def end_after(monkeypatch, stretches: int) -> None:
    """Let keeping be ended when so many stretches are written, or at the last."""
    taken = []
    take = saving.Saver.take

    def counted(self, made, *, last):
        taken.append(made)
        if last or len(taken) > stretches:
            raise KeyboardInterrupt
        take(self, made, last=last)

    monkeypatch.setattr(saving.Saver, "take", counted)


def test_values_of_days_that_an_orphaned_block_was_last_in_are_made_again(desk):
    late = Block(11, 140)
    mine(desk, paid(1, late))
    assert_kept(desk)
    mine(desk, gone=(late,))
    assert_kept(desk)
    add(desk, sold(139, "1"))
    assert_kept(desk)


@pytest.mark.parametrize("day", [FEBRUARY + 2, MARCH])
def test_what_is_dated_later_has_not_grown_before(desk, day):
    first, then = Block(20, FEBRUARY), Block(40, APRIL)
    mine(desk, staked(1, Block(1, 3)), staked(2, first))
    seen(desk, Block(2, 4), 3 * ETHER + 7)
    close(desk, "2024-02")
    mine(desk, staked(2, then), gone=(first,))
    seen(desk, Block(30, day), 3 * ETHER + 8)
    seen(desk, Block(41, APRIL + 1), 6 * ETHER + 9)
    assert_kept(desk)
    grown = [one for one in desk.store.journal.live_entries("main") if one.kind == "accrual"]
    assert len(grown) == 3
    seen(desk, Block(39, APRIL - 0.5), 3 * ETHER + 8)
    assert_kept(desk)
    seen(desk, Block(45, APRIL + 4), 6 * ETHER + 12)
    assert_kept(desk)
