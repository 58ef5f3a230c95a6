"""Rules of time: what was known at an earlier moment is read again, and the clock is set back."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.model.activity import microseconds
from tests.ledger.store.machine.base import TICK, TwoStores


class KnownRules(TwoStores):
    """What is asked about earlier moments."""

    @precondition(lambda self: any(oracle.times() for oracle in self.oracles.values()))
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        """Journal, evidence and manual journals of a moment are those that the oracle had then."""
        name_ = data.draw(st.sampled_from([n for n in self.funds if self.oracles[n].times()]))
        oracle = self.oracles[name_]
        drawn = data.draw(st.lists(st.sampled_from(oracle.times()), max_size=3, unique=True))
        with self.nothing_changes():
            for moment in (time + by for time in drawn for by in (-TICK, TICK * 0)):
                at, known = microseconds(moment), oracle.chain.lines.items()
                for side in self.sides:
                    with side.store.snapshot(name_) as inside:
                        live = inside.journal.live_entries(name_, known_at=moment)
                        raws = inside.evidence.transactions(name_, moment)
                        lines = inside.evidence.statements(name_, moment)
                        said = inside.manual.approved(name_, at)
                    assert live == oracle.books.at(moment)
                    assert raws == oracle.chain.transactions(moment)
                    assert {one.id for one in lines} == {id_ for id_, t in known if t <= moment}
                    assert set(said) == oracle.proposals.approved(moment)

    @rule(seconds=st.sampled_from([-3600, -5, -1, 3600]))
    def set_the_clock(self, seconds: int) -> None:
        """A clock may be set back; what came last counts all the same."""
        self.clock.move(seconds)
