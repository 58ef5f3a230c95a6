"""Extrafi: two assets of a position and what it owes of each."""

from ledger.classify import after
from ledger.model.asset import debt, position
from ledger.protocols import extrafi
from tests.ledger.moves import (
    NETWORK,
    activity,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

POOL, MANAGER = extrafi.POOL, extrafi.MANAGER
WALLET = next(iter(wallets("w")))
KEPT = [position(NETWORK, "extrafi", f"{MANAGER}.7.9.{side}") for side in (0, 1)]
OWED = [debt(NETWORK, "extrafi", f"{MANAGER}.7.9.{side}") for side in (0, 1)]


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        (
            "InvestToVaultPosition(uint256,uint256,address,uint256,uint256,uint256,uint256,uint256)"
        ): extrafi.INVESTED,
        (
            "CloseVaultPositionPartially(uint256,uint256,address,uint16,uint256,uint256,uint256,"
            "uint256)"
        ): extrafi.CLOSED,
        (
            "LiquidateVaultPositionPartially(uint256,uint256,address,address,uint16,uint64,uint256,"
            "uint256,uint256,uint256,uint256,uint256,uint256)"
        ): extrafi.LIQUIDATED,
        "ExactRepay(uint256,uint256,address,address,uint256,uint256)": extrafi.REPAID,
        "Deposited(uint256,address,address,uint256,uint256,uint16)": extrafi.LENT,
        "Redeemed(uint256,address,address,uint256,uint256)": extrafi.REDEEMED,
    }.items():
        assert hashes_to(signature, topic)


def told(text, topic, data, user="w", **known):
    logs = [log(9, MANAGER, topic, 7, 9, user, data=data)]
    found = events_of(activity(text, logs=logs, called=MANAGER), PROTOCOLS, **known)
    return {event.kind: said(event) for event in found}


def lent(text, topic, data, **known):
    logs = [log(9, POOL, topic, 3, "w", "w", data=data)]
    return said(only(activity(text, logs=logs, called=POOL), PROTOCOLS, **known))


def test_what_is_lent_comes_back_as_shares_or_is_staked():
    text = "w > eU 100 U@1; zero > w 97 eU@2"
    assert lent(text, extrafi.LENT, [100, 97, 0])[1] == (97, asset("eU"), "plain")
    kept = position(NETWORK, "extrafi", f"{POOL}.3")
    staked = lent(f"w > {POOL} 100 ETH", extrafi.LENT, [100, 97, 0])
    assert staked == [(-100, asset("ETH"), "plain"), (100, kept, "position")]
    text = f"w > {POOL} 97 eU@1; eU > w 103 U@2"
    assert lent(text, extrafi.REDEEMED, [97, 103])[0] == (-97, asset("eU"), "plain")
    back = lent("eU > w 103 U@2", extrafi.REDEEMED, [97, 103], held={(WALLET, kept): 100})
    assert back == [
        (100, asset("U"), "plain"),
        (3, asset("U"), "interest"),
        (-100, kept, "position"),
    ]


def test_own_money_and_what_is_borrowed_for_it():
    text = "w > vault 10 A@1; lender > vault 30 B@2"
    assert told(text, extrafi.INVESTED, [10, 0, 0, 30, 99]) == {
        "pool_deposit": [(-10, asset("A"), "plain"), (10, KEPT[0], "position")],
        "borrow": [(30, KEPT[1], "position"), (30, OWED[1], "debt")],
    }


def test_coin_pays_a_debt_and_too_much_of_it_comes_back():
    text, held = f"w > {MANAGER} 12 ETH; {MANAGER} > w 2 ETH", {(WALLET, OWED[1]): 10}
    assert told(text, extrafi.REPAID, ["w", 0, 10], held=held) == {
        "repay": [
            (-12, asset("ETH"), "plain"),
            (2, asset("ETH"), "refund"),
            (-10, OWED[1], "debt"),
        ]
    }


def test_half_a_position_pays_its_debt_and_gives_the_rest():
    held = {
        (WALLET, KEPT[0]): 20,
        (WALLET, KEPT[1]): 60,
        (WALLET, OWED[1]): 50,
    }
    found = told("vault > w 15 A@1", extrafi.CLOSED, [5_000, 15, 0, 0, 25], held=held)
    assert found == {
        "pool_withdraw": [
            (15, asset("A"), "plain"),
            (-10, KEPT[0], "position"),
            (-5, KEPT[1], "position"),
        ],
        "repay": [(-25, OWED[1], "debt"), (-25, KEPT[1], "position")],
    }


def test_a_position_that_nobody_knows():
    logs = [log(9, MANAGER, extrafi.CLOSED, 7, 9, "w", data=[5_000, 15, 0, 0, 25])]
    event = only(activity("vault > w 15 A@1", logs=logs), PROTOCOLS)
    assert (event.kind, event.note) == ("pool_withdraw", "position:unknown")


def test_positions_of_others_are_not_ours():
    found = told("vault > w 15 A@1", extrafi.CLOSED, [5_000, 15, 0, 0, 25], user="x")
    assert set(found) == {"receive"}


def liquidated(percent=10_000, left=(5, 0), manager="w"):
    """Two of the first asset and one of the second are the liquidator's fee."""
    data = ["x", percent, 1, 1, 1, 1, *left, 2, 1]
    return [log(9, "mgr", extrafi.LIQUIDATED, 7, 9, manager, data=data)]


HELD = {(WALLET, KEPT[0]): 20, (WALLET, KEPT[1]): 30, (WALLET, OWED[1]): 40}


def test_a_liquidation_closes_the_part_clears_its_debt_and_says_the_penalty():
    one = activity("mgr > w 5 A@1", logs=liquidated(), caller="x", called="mgr")
    event = only(one, PROTOCOLS, held=HELD)
    assert (event.kind, said(event)) == (
        "liquidation",
        [
            (5, asset("A"), "plain"),
            (-18, KEPT[0], "position"),
            (-2, KEPT[0], "penalty"),
            (-29, KEPT[1], "position"),
            (-1, KEPT[1], "penalty"),
            (-40, OWED[1], "debt"),
        ],
    )
    assert not any(after([event], HELD).values())


def test_a_liquidation_of_a_half_leaves_a_half():
    one = activity("", logs=liquidated(5_000, (0, 0)), caller="x", called="mgr")
    left = after([only(one, PROTOCOLS, held=HELD)], HELD)
    assert left == {(WALLET, KEPT[0]): 10, (WALLET, KEPT[1]): 15, (WALLET, OWED[1]): 20}


def test_a_liquidation_of_others_or_of_what_is_not_known_is_none_of_ours():
    one = activity("", logs=liquidated(manager="x"), caller="x", called="mgr")
    assert not events_of(one, PROTOCOLS, held=HELD)
    one = activity("mgr > w 5 A@1", logs=liquidated(), caller="x", called="mgr")
    assert only(one, PROTOCOLS).kind == "receive"
