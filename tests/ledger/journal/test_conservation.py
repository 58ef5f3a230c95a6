"""The heart of the journal: whatever an event is, its entry holds exactly what moved."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.rules import RULES, entries_for
from ledger.model.event import EVENT_KINDS
from tests.ledger.journal import cases


def moved(event):
    """(wallet, asset) → what the event says moved, debts and the fee included."""
    sums: defaultdict = defaultdict(int)
    for leg in event.legs:
        sums[leg.wallet, leg.asset] += leg.quantity
    if event.fee is not None:
        sums[event.fee.wallet, event.fee.asset] -= event.fee.quantity
    return {key: total for key, total in sums.items() if total}


def booked(entry):
    """(wallet, asset) → what the entry puts on the accounts of wallets and their debts."""
    sums: defaultdict = defaultdict(int)
    for posting in () if entry is None else entry.postings:
        if posting.account.type in {"asset", "liability"}:
            sums[posting.account.wallet, posting.asset] += posting.quantity
    return {key: total for key, total in sums.items() if total}


def values_by_asset(entry):
    sums: defaultdict = defaultdict(list)
    for posting in () if entry is None else entry.postings:
        sums[posting.asset].append(posting.value)
    return sums


def test_every_event_kind_has_one_rule_and_no_other_has():
    assert RULES.keys() == EVENT_KINDS


@pytest.mark.parametrize("kind", sorted(EVENT_KINDS))
@given(data=st.data())
def test_an_entry_holds_exactly_the_legs_and_fee_of_its_event_and_its_values_sum_to_zero(
    kind, data
):
    event = cases.event(
        kind,
        *data.draw(cases.legs()),
        fee=data.draw(cases.fees),
        stated=data.draw(cases.stated),
        note=data.draw(cases.notes),
        protocol=data.draw(cases.protocols),
    )
    sender = None
    if data.draw(st.booleans()):
        sender = cases.event("bridge_out", *data.draw(cases.legs()), group="g")
    entry = entries_for(event, data.draw(cases.valuers), sender)
    assert booked(entry) == moved(event)
    for asset, values in values_by_asset(entry).items():
        if None not in values:
            assert sum(values) == 0, asset


@given(legs=cases.legs(), fee=cases.fees)
def test_nothing_has_the_value_zero_for_want_of_a_price(legs, fee):
    entry = entries_for(cases.event("swap", *legs, fee=fee), cases.no_price)
    assert entry is None or all(posting.value is None for posting in entry.postings)


@given(legs=cases.legs())
def test_a_trade_leaves_no_value_on_the_conversion_account(legs):
    entry = entries_for(cases.event("swap", *legs), cases.value)
    values = [] if entry is None else [v for *_, v in cases.on(entry, "trading:conversion")]
    debts_alone = any(leg.role == "debt" for leg in legs)
    if None not in values and not debts_alone:
        assert sum(values) == 0


@given(out=cases.legs(("plain",)), arrived=cases.legs(("plain",)))
def test_a_joined_bridge_transfer_ends_at_zero_in_flight(out, arrived):
    sender = cases.event("bridge_out", *out, group="message:1", id="out#0")
    receiver = cases.event("bridge_in", *arrived, group="message:1", id="in#0")
    left = entries_for(sender, cases.value)
    came = entries_for(receiver, cases.value, sender)
    flight = "transit:bridge:message:1"
    landed = [] if came is None else cases.on(came, flight)
    sums: defaultdict = defaultdict(int)
    for quantity, asset, *_ in landed + cases.on(left, flight) if landed else ():
        sums[asset] += quantity
    assert not any(sums.values())
