"""Loans that others draw on the fund's credit: what Aave's pools log of them, for both versions."""

from ledger.classify import classify
from ledger.journal.rules import entries_for
from tests.ledger.moves import activity, asset, events_of, log, wallets
from tests.ledger.protocols.registry import PROTOCOLS


def drawn(pool, topic, *, text="zero > w 52 dU@1; aU > x 50 U@3", owner="w", by="x"):
    """Somebody draws 50 for which the fund owes 50, and 2 of interest that ran up before."""
    told = log(5, pool, topic, "U", owner, 0, data=[by, 50, 2, 1])
    return activity(text, logs=[told], caller=by, called=pool, fee=0)


def repaid(pool, topic, *, text="w > zero 48 dU@1; x > aU 50 U@3"):
    """Somebody pays back 50 of what the fund owes, of which 2 had run up."""
    told = log(5, pool, topic, "U", "w", "x", data=[50, 0])
    return activity(text, logs=[told], caller="x", called=pool, fee=0)


def facts_of(one):
    return {fact.id: fact for fact in classify(one, wallets(), PROTOCOLS)[1]}


def accounts(one, **known):
    """What entries post, without the wallet of a liability: (account, units, value)."""
    found = []
    for event in events_of(one, PROTOCOLS, **known):
        entry = entries_for(event, lambda what, units, _: units if what == asset("dU") else None)
        assert entry is not None
        found += [
            (posting.account.path.partition(":eip155")[0], posting.quantity, posting.value)
            for posting in entry.postings
        ]
    return found
