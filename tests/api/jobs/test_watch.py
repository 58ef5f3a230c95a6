"""A watch goes on while sources fail, waits longer each time, and ends where it is asked to."""

import threading

import pytest

from api.jobs.progress import Progress, duration
from api.jobs.watch import WAIT_MAX, watch
from ledger.model.errors import BadInput, SourceRefused, SourcesDisagree, SourceUnavailable


class Clock(threading.Event):
    """A stop that is set after so many waits; it notes how long each would have been."""

    def __init__(self, waits):
        super().__init__()
        self.waits, self.waited = waits, []

    def wait(self, timeout=None):
        self.waited.append(timeout)
        if len(self.waited) == self.waits:
            self.set()
        return self.is_set()


def watched(*outcomes, every=2.0):
    said: list[str] = []
    clock, left = Clock(len(outcomes)), list(outcomes)

    def once():
        outcome = left.pop(0)
        if outcome is not None:
            raise outcome
        return []

    watch(once, every, clock, said.append)
    return clock.waited, said


def test_between_two_syncs_it_waits_as_long_as_was_asked():
    assert watched(None, None, None) == ([2.0, 2.0, 2.0], [])


def test_a_source_that_does_not_answer_is_left_alone_for_longer_each_time_and_then_as_before():
    silent, torn = SourceUnavailable("no answer"), SourcesDisagree("two tales")
    waited, said = watched(silent, torn, silent, None)
    assert waited == [4.0, 8.0, 16.0, 2.0]
    assert said[0] == "source_unavailable: no answer; asked again in 4 s"
    assert said[1] == "sources_disagree: two tales; asked again in 8 s"
    assert max(watched(*[silent] * 12)[0]) == WAIT_MAX
    assert watched(silent, silent, every=600.0)[0] == [600.0, 600.0]


def test_any_other_fault_ends_it():
    for fault in (BadInput("no such wallet"), SourceRefused("an address that may not be asked")):
        with pytest.raises(type(fault)):
            watched(None, fault, None)


def test_progress_says_how_far_how_fast_and_how_long_still():
    said: list[str] = []
    times = iter((100.0, 110.0, 120.0))
    progress = Progress("eip155:1, 2 wallets", 1_000, 2_999, said.append, lambda: next(times))
    progress.at(1_499, 12, 7)
    progress.at(2_999, 30, 20)
    of = "eip155:1, 2 wallets: block"
    assert said == [
        f"{of} 1499 of 2999 (25 %), 12 transactions, 7 new, 50 blocks/s, 30 s left",
        f"{of} 2999 of 2999 (100 %), 30 transactions, 20 new",
    ]


def test_a_duration_has_its_two_greatest_units():
    said = [duration(seconds) for seconds in (0.4, 59, 61, 3_600, 93_784)]
    assert said == ["0 s", "59 s", "1 min 1 s", "1 h 0 min", "26 h 3 min"]
