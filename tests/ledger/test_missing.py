"""What has no other side, or no begin, in the books: each is a problem."""

from ledger.link import link
from ledger.model.fund import Wallet
from ledger.protocols import compound_v2, staking_rewards
from tests.ledger.moves import activity, events_of, log, row, wallets
from tests.ledger.protocols.registry import PROTOCOLS

OWNED = wallets() | {one.id: one for one in (Wallet("venue:kraken", "main", "main"),)}


def events(*activities):
    return [event for one in activities for event in events_of(one, PROTOCOLS, OWNED)]


def test_what_is_of_a_position_or_a_debt_that_nobody_saw_begin_is_a_problem():
    paid = log(2, "cA", compound_v2.REPAY, data=("w", "w", 60, 47, 47))
    repaid = events(activity("w > cA 60 A@1", logs=[paid], called="cA"))
    freed = log(5, "farm", staking_rewards.WITHDRAWN, "w", data=[100])
    unstaked = events(activity("farm > w 100 S", logs=[freed], called="farm", name="bb"))
    assert [one.kind for one in (*repaid, *unstaked)] == ["repay", "unstake"]
    linked = link((*repaid, *unstaked), OWNED)
    assert [(one.code, one.source) for one in linked.problems] == [
        ("unmatched_transfer", repaid[0].id),
        ("unmatched_transfer", unstaked[0].id),
    ]


def test_a_loan_that_a_file_states_is_not_asked_for_its_debt():
    stated = events(row("repay", "main > market 5 BTC"), row("borrow", "market > main 5 BTC"))
    assert link(stated, OWNED).problems == ()
