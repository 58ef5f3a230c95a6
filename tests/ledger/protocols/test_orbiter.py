"""Orbiter: the digits of a payment to a maker say where it goes."""

from ledger.link import link
from ledger.protocols import orbiter
from tests.ledger.moves import activity, address, events_of, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS

MAKER = min(orbiter.MAKERS)
BASE = "eip155:8453"
BOTH = wallets() | wallets(network=BASE)
SENT = 10**16 + 9_021


def test_a_payment_with_the_digits_of_a_network_goes_there():
    event = only(activity(f"w > {MAKER} {SENT} ETH", called=MAKER), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "orbiter")
    assert event.note.split() == [
        f"to:{BASE}:{address('w')}",
        f"expects:{BASE}/0x{'e' * 40}/1-{SENT}",
        "by:orbiter",
    ]


def test_what_the_maker_sends_there_is_the_other_end():
    sent = activity(f"w > {MAKER} {SENT} ETH", called=MAKER)
    came = activity(
        f"{MAKER} > w {10**16 - 7} ETH",
        network=BASE,
        caller=MAKER,
        called="w",
        name="in",
        minutes=1,
    )
    ends = [*events_of(sent, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)]
    assert [one.kind for one in ends] == ["bridge_out", "bridge_in"]
    assert [one.protocol for one in ends] == ["orbiter", "orbiter"]
    assert len(link(ends, BOTH).events) == len(ends)


def test_a_payment_without_digits_and_another_account_are_none():
    plain = activity(f"w > {MAKER} {10**16} ETH", called=MAKER)
    assert (only(plain, PROTOCOLS).kind, only(plain, PROTOCOLS).protocol) == ("send", None)
    assert only(activity(f"w > x {SENT} ETH", called="x"), PROTOCOLS).kind == "send"
    unknown = activity(f"w > {MAKER} {10**16 + 9_004} ETH", called=MAKER)
    assert only(unknown, PROTOCOLS).note == "by:orbiter"
