"""Liquity v2: troves by number, what others do to them, stability pools."""

from ledger.model.asset import AssetId, debt, parse_asset_id, position
from ledger.protocols import liquity_v2 as liquity
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
MANAGER = liquity.MANAGERS[0]
TROVE = f"{MANAGER}.0x{7:064x}"
KEPT = position(NETWORK, "liquity_v2", TROVE)
RESERVE = AssetId(f"{KEPT}.gas")
OWED = debt(NETWORK, "liquity_v2", TROVE)
POOL = position(NETWORK, "liquity_v2", f"{address('sp')}.pool")
GAS = liquity.GAS


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "TroveOperation(uint256,uint8,uint256,uint256,uint256,int256,uint256,int256)": (
            liquity.TROVE_OPERATION
        ),
        "TroveUpdated(uint256,uint256,uint256,uint256,uint256,uint256,uint256)": (
            liquity.TROVE_UPDATED
        ),
        "DepositOperation(address,uint8,uint256,int256,uint256,uint256,uint256,uint256)": (
            liquity.DEPOSIT_OPERATION
        ),
    }.items():
        assert hashes_to(signature, topic)


def test_the_longest_number_of_a_trove_makes_an_asset():
    longest = debt(NETWORK, "liquity_v2", f"{MANAGER}.0x{2**256 - 1:x}")
    assert parse_asset_id(longest) == longest


def operation(number, fee, owed, coll, total, redistributed=0):
    signed = [owed % 2**256, 0, coll % 2**256]
    return [
        log(1, MANAGER, liquity.TROVE_UPDATED, 7, data=[total, 1, 1, 1, 1, 1]),
        log(2, MANAGER, liquity.TROVE_OPERATION, 7, data=[number, 1, redistributed, fee, *signed]),
    ]


def told(text, logs, caller="w", **known):
    found = events_of(activity(text, logs=logs, caller=caller), PROTOCOLS, **known)
    return {event.kind: said(event) for event in found}


def test_an_opened_trove_keeps_coin_for_gas_and_owes_a_fee():
    text = f"w > ap 10 C@3; w > gp {GAS} W@4; zero > w 1000 B@5; zero > w 1 Trove#7@6"
    assert told(text, operation(0, 5, 1000, 10, 1005)) == {
        "lend_deposit": [
            (-10, asset("C"), "plain"),
            (-GAS, asset("W"), "plain"),
            (1, asset("Trove#7"), "title"),
            (10, KEPT, "position"),
            (GAS, RESERVE, "position"),
        ],
        "borrow": [
            (1000, asset("B"), "plain"),
            (1000, OWED, "debt"),
            (5, OWED, "interest"),
        ],
    }


def test_a_zapper_takes_coin_for_both():
    text = f"w > zap {GAS + 10} ETH; zero > w 1000 B@5"
    found = told(text, operation(7, 5, 1000, 10, 1005))
    assert found["lend_deposit"] == [
        (-GAS - 10, asset("ETH"), "plain"),
        (10, KEPT, "position"),
        (GAS, RESERVE, "position"),
    ]


def test_a_closed_trove_gives_all_back_and_shows_its_interest():
    held = {(WALLET, KEPT): 10, (WALLET, RESERVE): GAS, (WALLET, OWED): 1005}
    text = f"w > zero 1025 B@3; ap > w 10 C@4; gp > w {GAS} W@5"
    assert told(text, operation(1, 0, -1025, -10, 0), held=held) == {
        "repay": [
            (-1025, asset("B"), "plain"),
            (-1025, OWED, "debt"),
            (20, OWED, "interest"),
        ],
        "lend_withdraw": [
            (10, asset("C"), "plain"),
            (GAS, asset("W"), "plain"),
            (-10, KEPT, "position"),
            (-GAS, RESERVE, "position"),
        ],
    }


def test_redemptions_and_liquidations_by_others():
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 1000}
    assert told("", operation(6, 0, -300, -3, 700), caller="x", held=held) == {
        "repay": [(-3, KEPT, "position"), (-300, OWED, "debt")]
    }
    assert told("", operation(5, 0, -1000, -10, 0), caller="x", held=held) == {
        "liquidation": [(-10, KEPT, "position"), (-1000, OWED, "debt")]
    }
    assert not told("", operation(5, 0, -1000, -10, 0), caller="x")


def pooled(lost, change, earned, gained, user="w"):
    data = [0, lost, change % 2**256, earned, earned, gained, gained]
    return [log(3, "sp", liquity.DEPOSIT_OPERATION, user, data=data)]


def test_a_stability_pool_earns_buys_collateral_and_gives_back():
    assert told("w > sp 100 B@1; sp > w 4 B@2", pooled(0, 100, 4, 0)) == {
        "stake": [(-100, asset("B"), "plain"), (100, POOL, "position")],
        "reward": [(4, asset("B"), "plain")],
    }
    held = {(WALLET, POOL): 100}
    assert told("sp > w 64 B@1; sp > w 2 C@2", pooled(40, -60, 4, 2), held=held) == {
        "unstake": [
            (60, asset("B"), "plain"),
            (4, asset("B"), "reward"),
            (-60, POOL, "position"),
        ],
        "swap": [(2, asset("C"), "plain"), (-40, POOL, "position")],
    }


def test_deposits_of_others_are_not_ours():
    assert set(told("sp > w 64 B@1", pooled(0, -60, 4, 0, user="x"))) == {"receive"}


def debts(event):
    return [(leg.wallet, leg.quantity) for leg in event.legs if leg.role in {"debt", "position"}]


def test_what_another_own_wallet_pays_clears_the_debt_of_the_one_that_owes():
    held = {(WALLET, KEPT): 10, (WALLET, RESERVE): GAS, (WALLET, OWED): 1005}
    one = activity("w2 > zero 100 B@3", logs=operation(2, 0, -100, 0, 905), caller="w2")
    (event,) = events_of(one, PROTOCOLS, held=held)
    assert (event.kind, debts(event)) == ("repay", [(WALLET, -100)])
    one = activity("w2 > ap 5 C@3", logs=operation(2, 0, 0, 5, 1005), caller="w2")
    (event,) = events_of(one, PROTOCOLS, held=held)
    assert (event.kind, debts(event)) == ("lend_deposit", [(WALLET, 5)])


def test_the_trove_of_a_stranger_is_none_of_ours():
    for text, change in (
        ("w > zero 100 B@3", (-100, 0)),
        ("w > ap 5 C@3", (0, 5)),
        ("zero > w 100 B@3", (100, 0)),
    ):
        one = activity(text, logs=operation(2, 0, *change, 905))
        (event,) = events_of(one, PROTOCOLS)
        assert debts(event) == []
    text = f"w > ap 10 C@3; w > gp {GAS} W@4; zero > w 1000 B@5; zero > x 1 Trove#7@6"
    for event in events_of(activity(text, logs=operation(0, 5, 1000, 10, 1005)), PROTOCOLS):
        assert debts(event) == []


def test_a_liquidation_clears_the_debt_of_whichever_wallet_owes():
    other = next(iter(wallets("w2")))
    held = {(WALLET, KEPT): 10, (other, OWED): 1005}
    one = activity("", logs=operation(5, 0, -1005, -10, 0), caller="x")
    (event,) = events_of(one, PROTOCOLS, held=held)
    assert debts(event) == [(WALLET, -10), (other, -1005)]


def test_a_trove_that_a_zapper_levered_is_the_owners_with_its_debt_and_fee():
    opened = "w > router 10 ETH; zero > router 40 B; router > px 40 B; px > router 19 C;"
    opened += "router > ap 29 C; zero > {} 1 Trove#7"
    logs = operation(0, 2, 40, 29, 42)
    assert told(opened.format("w"), logs) == {
        "borrow": [
            (-10, asset("ETH"), "plain"),
            (29, KEPT, "position"),
            (40, OWED, "debt"),
            (2, OWED, "interest"),
            (1, asset("Trove#7"), "title"),
        ]
    }
    assert told(opened.format("x"), logs).keys() == {"send"}
    closed = "ap > router 29 C; router > px 29 C; px > router 50 B; router > zero 42 B;"
    closed += "router > w 8 B"
    held = {(WALLET, KEPT): 29, (WALLET, OWED): 42}
    assert told(closed, operation(2, 0, -42, -29, 0), held=held) == {
        "repay": [(8, asset("B"), "plain"), (-29, KEPT, "position"), (-42, OWED, "debt")]
    }


def test_a_trove_of_a_contract_with_shares_of_its_own_is_not_the_funds():
    moved = f"w > X 10 C@0; X > ap 10 C@3; X > gp {GAS} W@4; zero > X 1 Trove#7@6"
    logs = operation(0, 5, 1000, 10, 1005)
    for shares, ours in (("; zero > w 9 X@7", False), ("", True)):
        one = activity(moved + shares, logs=logs, called="X")
        legs = [leg for event in events_of(one, PROTOCOLS) for leg in event.legs]
        assert any(leg.role == "position" for leg in legs) == ours
