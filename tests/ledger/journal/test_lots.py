"""Entries as the rules make them, through the lots: cost and date go where the units go."""

from datetime import timedelta

from ledger.journal.rules import entries_for
from ledger.lots.booking import book
from ledger.model.activity import microseconds
from ledger.model.fund import Policy
from tests.ledger.journal.cases import (
    E18,
    ETH,
    MEME,
    NETWORK,
    OWED,
    SHARE,
    TIME,
    USD,
    USDC,
    USDC_BASE,
    WETH,
    A,
    B,
    event,
    leg,
    value,
)


def journal(*described):
    """Entries of events, one a minute: (kind, legs, other fields)."""
    events = []
    for minute, (kind, moved, fields) in enumerate(described):
        time = TIME + timedelta(minutes=minute)
        order = (microseconds(time), NETWORK, minute, 0, f"e{minute}")
        events.append(event(kind, *moved, id=f"e{minute}#0", time=time, order=order, **fields))
    sent = {one.group: one for one in events if one.kind == "bridge_out"}
    made = [
        entries_for(one, value, sent.get(one.group) if one.kind == "bridge_in" else None)
        for one in events
    ]
    return [entry for entry in made if entry is not None]


def lots(*described):
    return book(journal(*described), Policy())


BOUGHT: tuple = ("swap", [leg(-2000 * E18, USD), leg(E18, ETH)], {})


def held(booking):
    return [(lot.wallet, lot.asset, lot.quantity, lot.cost) for lot in booking.open]


def test_a_wrap_and_its_gas_keep_the_cost_of_the_wrapped_units():
    booking = lots(BOUGHT, ("wrap", [leg(-E18 // 2, ETH), leg(E18 // 2, WETH)], {"fee": E18 // 4}))
    assert set(held(booking)) == {
        (A, WETH, E18 // 2, 1000 * E18),
        (A, ETH, E18 // 4, 500 * E18),
    }
    (gas,) = booking.disposals
    assert (gas.quantity, gas.cost, gas.proceeds) == (E18 // 4, 500 * E18, 750 * E18)
    assert booking.problems == ()


def test_a_joined_bridge_carries_date_and_cost_and_gives_up_the_fee():
    booking = lots(
        ("swap", [leg(-50 * E18, USD), leg(100, USDC)], {}),
        ("bridge_out", [leg(-100, USDC)], {"group": "message:1"}),
        ("bridge_in", [leg(98, USDC_BASE, B)], {"group": "message:1"}),
    )
    (lot,) = booking.open
    assert (lot.wallet, lot.asset, lot.quantity, lot.cost) == (B, USDC_BASE, 98, 49 * E18)
    assert lot.acquired == TIME
    (fee,) = booking.disposals
    assert (fee.asset, fee.quantity, fee.cost) == (USDC, 2, E18)
    assert booking.problems == ()


def test_units_in_flight_are_open_lots_of_their_account():
    booking = lots(BOUGHT, ("bridge_out", [leg(-E18, ETH)], {"group": "message:1"}))
    (lot,) = booking.open
    assert (lot.wallet, lot.cost) == ("transit:bridge:message:1", 2000 * E18)


def test_what_was_sent_to_nobody_known_is_not_sold():
    booking = lots(BOUGHT, ("send", [leg(-E18, ETH)], {}))
    assert booking.disposals == ()
    assert [lot.wallet for lot in booking.open] == ["suspense:unmatched"]


def test_a_pool_share_has_the_cost_of_what_went_in():
    booking = lots(
        BOUGHT,
        ("swap", [leg(-100 * E18, USD), leg(100 * 10**6, USDC)], {}),
        ("pool_deposit", [leg(-E18, ETH), leg(-100 * 10**6, USDC), leg(1000, SHARE)], {}),
    )
    assert {lot.asset for lot in booking.open} == {SHARE}
    assert sum(lot.quantity for lot in booking.open) == 1000
    assert sum(lot.cost or 0 for lot in booking.open) == 2100 * E18
    assert booking.disposals == ()


def test_an_arbitrage_sells_nothing_and_brings_units_at_their_value():
    loan = [leg(50, WETH), leg(-50, WETH), leg(-1, WETH, role="premium")]
    booking = lots(BOUGHT, ("flash_loan", [*loan, leg(3, WETH)], {}))
    assert booking.disposals == ()
    assert (A, WETH, 2, 6000) in held(booking)


def test_borrowed_units_are_lots_and_the_debt_is_none():
    booking = lots(("borrow", [leg(7, USDC), leg(7, OWED, role="debt")], {}))
    assert held(booking) == [(A, USDC, 7, 7 * 10**12)]


def test_unknown_basis_stays_unknown():
    booking = lots(("receive", [leg(7, WETH)], {}), ("swap", [leg(-7, WETH), leg(1, MEME)], {}))
    (sold,) = booking.disposals
    assert (sold.cost, sold.gain) == (None, None)
