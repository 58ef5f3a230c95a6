"""Forks of Liquity: collateral for a loan is no sale."""

import pytest

from ledger.classify import after, classify
from ledger.protocols import liquity_forks as forks
from tests.ledger.moves import activity, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

MKUSD = "0x4591dbff62656e7859afe5e45f6f47d3669fbb28"
GRAI = "0x15f74458ae0bfdaa1a96ca1aa779d715cc1eefe4"


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "TroveUpdated(address,uint256,uint256,uint256,uint8)": forks.UPDATED,
        "TroveUpdated(address,address,uint256,uint256,uint256,uint8)": forks.UPDATED_OF,
        "VesselUpdated(address,address,uint256,uint256,uint256,uint8)": forks.VESSEL_UPDATED,
        "BorrowingFeePaid(address,uint256)": forks.FEE_PAID,
        "BorrowingFeePaid(address,address,uint256)": forks.FEE_PAID_OF,
    }.items():
        assert hashes_to(signature, topic)


def step(text, owes, holds, held, fee=0, owner="w"):
    logs = [log(9, "manager", forks.UPDATED, owner, data=[owes, holds, 1, 0])]
    if fee:
        logs.insert(0, log(5, "manager", forks.FEE_PAID, owner, data=[fee]))
    one = activity(text, logs=logs, called="operations")
    classified, _ = classify(one, wallets(), PROTOCOLS, held=held)
    assert not classified.unexplained
    return classified.events, held | after(classified.events, held)


def shown(events):
    return [(one.kind, one.protocol, [leg[::2] for leg in said(one)]) for one in events]


def test_a_trove_is_a_position_and_a_debt_until_it_is_closed():
    events, held = step(f"w > manager 10 wstETH; zero > w 1000 {MKUSD}", 1205, 10, {}, fee=5)
    assert shown(events) == [
        ("lend_deposit", "prisma", [(-10, "plain"), (10, "position")]),
        ("borrow", "prisma", [(1000, "plain"), (1000, "debt"), (5, "interest")]),
    ]
    events, held = step("manager > w 4 wstETH", 1210, 6, held)
    assert shown(events) == [("lend_withdraw", "liquity_forks", [(4, "plain"), (-4, "position")])]
    events, held = step(f"w > zero 1015 {MKUSD}; manager > w 6 wstETH", 0, 0, held)
    assert shown(events) == [
        ("repay", "prisma", [(-1015, "plain"), (-1015, "debt"), (10, "interest")]),
        ("lend_withdraw", "prisma", [(6, "plain"), (-6, "position")]),
    ]
    assert set(held.values()) == {0}


@pytest.mark.parametrize("topic", [forks.UPDATED_OF, forks.VESSEL_UPDATED])
def test_a_contract_of_many_assets_names_the_one_of_the_trove(topic):
    told = log(9, "operations", topic, "wstETH", "w", data=[1200, 10, 1, 0])
    text = f"w > operations 10 wstETH; zero > w 1000 {GRAI}"
    events = events_of(activity(text, logs=[told], called="operations"), PROTOCOLS)
    assert [(one.kind, one.protocol) for one in events] == [
        ("lend_deposit", "gravita"),
        ("borrow", "gravita"),
    ]


def test_a_liquidation_by_others_takes_all_for_all():
    _, held = step(f"w > manager 10 wstETH; zero > w 1000 {MKUSD}", 1205, 10, {}, fee=5)

    def by_others(operation, emitter="manager"):
        told = log(9, emitter, forks.UPDATED, "w", data=[0, 0, 0, operation])
        one = activity("", logs=[told], caller="x", called="manager", fee=0)
        return events_of(one, PROTOCOLS, held=held)

    (event,) = by_others(1)
    assert (event.kind, [leg[::2] for leg in said(event)]) == (
        "liquidation",
        [(-10, "position"), (-1005, "debt")],
    )
    assert not by_others(3)
    assert not by_others(1, "stranger")


def test_troves_of_others_and_trades_beside_a_forged_log_are_none():
    told = log(9, "manager", forks.UPDATED, "x", data=[1200, 10, 1, 0])
    one = activity(f"w > manager 10 wstETH; zero > w 1000 {MKUSD}", logs=[told], called="o")
    assert only(one, PROTOCOLS).kind == "swap"
    forged = log(9, "stranger", forks.UPDATED, "w", data=[1200, 10, 1, 0])
    one = activity("w > pool 10 A; pool > w 30 B", logs=[forged], called="pool")
    assert only(one, PROTOCOLS).kind == "swap"
    one = activity("w > a 1 A; w > b 2 B; zero > w 3 C; x > w 4 D", logs=[forged], called="pool")
    assert not [e for e in events_of(one, PROTOCOLS) if e.kind == "lend_deposit"]
