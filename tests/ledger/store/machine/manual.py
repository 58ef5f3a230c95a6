"""Rules of manual journals: proposed by one person, decided by another, taken back once."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.model.errors import BadInput, Conflict, NotFound
from ledger.model.evidence import EvidenceId
from ledger.model.manual import ManualDecision, ManualJournal, Verdict
from tests.ledger.store.machine.base import TwoStores
from tests.ledger.store.machine.months import PERSONS, is_one_person
from tests.ledger.store.machine.oracle import Oracle
from tests.ledger.store.machine.values import FUNDS


class ManualRules(TwoStores):
    """What is done to manual journals."""

    def propose_one(self, name: str, oracle: Oracle, journal: ManualJournal) -> None:
        """A proposal is kept with its time, adds nothing the second time, or is refused."""
        if oracle.proposals.hinders(journal):
            self.both_refuse(lambda side: side.store.manual.propose(name, journal), Conflict)
            return
        known = oracle.proposals.all
        kept = self.both(lambda store: store.manual.propose(name, journal))
        known.setdefault(journal.id, replace(journal, proposed_at=self.recorded(oracle)))
        assert kept == known[journal.id]

    @rule(fund=FUNDS, number=st.integers(0, 1), maker=PERSONS)
    def propose(self, fund: int, number: int, maker: str) -> None:
        """A journal is proposed, by one person or by the other."""
        body = f"partita journal 1\n\n{number} é\r\n"
        self.propose_one(*self.told(fund), ManualJournal(body, "opening", maker))

    @precondition(lambda self: any(o.proposals.all for o in self.oracles.values()))
    @rule(data=st.data(), maker=PERSONS)
    def propose_reversal(self, data: st.DataObject, maker: str) -> None:
        """What is in force is reversed, and only once; a reversal is not reversed."""
        name_, oracle, target = self.drawn(data)
        text = "partita journal 1\n"
        self.propose_one(name_, oracle, ManualJournal(text, "wrong", maker, target.id))

    @precondition(lambda self: any(o.proposals.all for o in self.oracles.values()))
    @rule(data=st.data(), checker=PERSONS, approved=st.booleans())
    def decide(self, data: st.DataObject, checker: str, *, approved: bool) -> None:
        """Another person decides, once; of two reversals of one journal one is approved."""
        name_, oracle, journal = self.drawn(data)
        verdict: Verdict = "approved" if approved else "rejected"
        said: tuple[Any, ...] = (name_, journal.id, checker, verdict, "seen")
        twice = approved and oracle.proposals.approved_reversal(journal.reverses)
        own = is_one_person(checker, journal.maker)
        if journal.decision is not None or own or twice:
            self.both_refuse(lambda side: side.store.manual.decide(*said), Conflict)
            return
        kept = self.both(lambda store: store.manual.decide(*said))
        decision = ManualDecision(checker, verdict, self.recorded(oracle), "seen")
        oracle.proposals.all[journal.id] = replace(journal, decision=decision)
        assert kept == oracle.proposals.all[journal.id]

    @rule(fund=FUNDS)
    def say_nothing(self, fund: int) -> None:
        """A journal without a reason, a decision without a name or on nothing, are refused."""
        name_, nothing = self.funds[fund], EvidenceId("0" * 64)
        lacking = ManualJournal("partita journal 1\n", " ", "bob")
        unknown = replace(lacking, reason="wrong", reverses=nothing)
        self.both_refuse(lambda side: side.store.manual.propose(name_, lacking), BadInput)
        self.both_refuse(lambda side: side.store.manual.propose(name_, unknown), NotFound)
        self.both_refuse(
            lambda side: side.store.manual.decide(name_, nothing, " ", "approved"), BadInput
        )
        self.both_refuse(
            lambda side: side.store.manual.decide(name_, nothing, "bob", "approved"), NotFound
        )

    def drawn(self, data: st.DataObject) -> tuple[str, Oracle, ManualJournal]:
        """One of the manual journals of one of the funds."""
        names = [name for name in self.funds if self.oracles[name].proposals.all]
        name_ = data.draw(st.sampled_from(names))
        known = self.oracles[name_].proposals.all
        return name_, self.oracles[name_], known[data.draw(st.sampled_from(sorted(known)))]
