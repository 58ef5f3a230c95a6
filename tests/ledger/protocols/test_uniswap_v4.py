"""Uniswap v4: positions with their token or by owner, fees, trades."""

import pytest

from ledger.model.asset import Asset, fees_of, position
from ledger.protocols import _markets as markets
from ledger.protocols import _v4_pools
from ledger.protocols import uniswap_v4 as v4
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

MANAGER = "0xbd216513d74c8cf14cf4747e6aaa6420ff64ee9e"
TICKS = (100, 200)
HELD = position(NETWORK, "uniswap_v4", f"{MANAGER}.7")


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("ModifyLiquidity(bytes32,address,int24,int24,int256,bytes32)", v4.MODIFY)


def changed(liquidity, token=7, manager=MANAGER, index=1, pools="pools"):
    data = [*TICKS, liquidity % 2**256, token]
    return log(index, pools, v4.MODIFY, 99, manager, data=data)


def test_a_new_position_with_its_token_and_the_coin_that_came_back():
    one = activity(
        f"w > {MANAGER} 12 ETH; w > pools 100 A; zero > w 1 {MANAGER}#7; {MANAGER} > w 3 ETH",
        logs=[changed(5)],
        called=MANAGER,
    )
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "uniswap_v4")
    assert [leg.role for leg in event.legs] == ["plain", "plain", "title", "refund", "position"]
    assert event.legs[-1].quantity == 5


def test_liquidity_grows_comes_back_and_leaves_nothing():
    grown = activity("w > pools 100 A", logs=[changed(5)], called=MANAGER)
    event = only(grown, PROTOCOLS)
    assert said(event)[-1] == (5, HELD, "position")
    held = {(event.legs[0].wallet, HELD): 5}
    back = activity("pools > w 90 A; pools > w 3 B", logs=[changed(-5)], called=MANAGER)
    event = only(back, PROTOCOLS, held=held)
    assert (event.kind, event.note) == ("pool_withdraw", "")
    assert said(event)[-1] == (-5, HELD, "position")


def test_a_withdrawal_from_a_position_that_nobody_knows_says_so():
    text = f"w > zero 1 {MANAGER}#7; pools > w 90 A"
    event = only(activity(text, logs=[changed(-5)], called=MANAGER), PROTOCOLS)
    assert (event.kind, event.note, len(event.legs)) == ("pool_withdraw", "position:unknown", 2)


def test_what_comes_without_liquidity_is_fees():
    one = activity("pools > w 4 A; pools > w 9 B", logs=[changed(0)], called=MANAGER)
    event = only(one, PROTOCOLS)
    assert (event.kind, len(event.legs)) == ("pool_fees", 2)


def test_liquidity_that_moves_from_one_position_into_another_is_one_event():
    logs = [changed(-5), changed(6, token=8, index=2)]
    one = activity(f"w > pools 4 A; zero > w 1 {MANAGER}#8", logs=logs, called=MANAGER)
    assert only(one, PROTOCOLS).kind == "migrate"


def test_a_contract_of_the_fund_puts_liquidity_in_itself():
    one = activity("bot > pools 100 A", logs=[changed(5, 0, "bot")], called="bot")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.legs[-1].quantity) == ("pool_deposit", 5)
    assert event.legs[-1].wallet.endswith(address("bot"))
    deeper = log(1, "pools", v4.MODIFY, 99, "bot", data=[2**256 - 100, 200, 5, 0])
    other = only(activity("bot > pools 100 A", logs=[deeper], called="bot"), PROTOCOLS)
    assert other.legs[-1].asset != event.legs[-1].asset


@pytest.mark.parametrize(
    ("network", "manager"),
    [
        ("eip155:130", "0x4529a01c7a0410167c5740c487a8de60232617bf"),
        ("eip155:480", "0xc585e0f504613b5fbf874f21af14c65260fb41fa"),
        ("eip155:1868", "0x1b35d13a2e2528f192637f14b05f0dc0e7deb566"),
        ("eip155:57073", "0x1b35d13a2e2528f192637f14b05f0dc0e7deb566"),
        ("eip155:81457", "0x4ad2f4cca2682cbb5b950d660dd458a1d3f1baad"),
        ("eip155:7777777", "0xf66c7b99e2040f0d9b326b3b7c152e9663543d63"),
    ],
)
def test_the_manager_of_each_network_speaks_of_positions_from_before_the_books(network, manager):
    own = wallets("w", network=network)
    for liquidity, kind in ((-5, "pool_withdraw"), (0, "pool_fees")):
        logs = [changed(liquidity, manager=manager)]
        one = activity("pools > w 7 A", logs=logs, called=manager, network=network)
        event = only(one, PROTOCOLS, own)
        assert (event.kind, event.protocol) == (kind, "uniswap_v4")


def test_positions_of_others_are_not_claimed():
    one = activity("w > pools 100 A", logs=[changed(5, manager="vault")])
    assert only(one, PROTOCOLS).kind == "send"
    one = activity(f"w > pools 100 A; zero > x 1 {MANAGER}#7", logs=[changed(5)], called=MANAGER)
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]


def test_trades_and_whose_they_are():
    for topic, name in (
        (markets.SINGLETON, "uniswap_v4"),
        (markets.INFINITY, "pancakeswap"),
        (markets.INFINITY_BIN, "pancakeswap"),
    ):
        swap = log(1, "pools", topic, 99, "router", data=[1] * 7)
        event = only(activity("w > pools 100 A; pools > w 7 B", logs=[swap]), PROTOCOLS)
        assert (event.kind, event.protocol) == ("swap", name)


def test_infinitys_positions_are_of_pancakeswap_and_its_assets_in_the_vault():
    made = changed(5, manager=v4.INFINITY_MANAGER, pools=v4.INFINITY_POOLS)
    text = f"w > {v4.INFINITY_VAULT} 100 A; zero > w 1 {v4.INFINITY_MANAGER}#7"
    event = only(activity(text, logs=[made], called=v4.INFINITY_MANAGER), PROTOCOLS)
    assert (event.kind, event.protocol) == ("pool_deposit", "pancakeswap")


# ---- fees that the books knew of before they were paid -------------------------------------------


def accrued(first, second):
    """What the books know of position 7: 5 units, and fees in A and B that wait in it."""
    (wallet,) = wallets("w")
    fees = dict(zip(fees_of(HELD), (first, second), strict=True))
    assets = {
        fee: Asset(fee, name, 0, "position", underlying=asset(name))
        for fee, name in zip(fees, "AB", strict=True)
    }
    held = {(wallet, HELD): 5} | {(wallet, fee): units for fee, units in fees.items()}
    return {"held": held, "assets": assets}


def test_fees_that_were_accrued_are_moved_and_only_the_rest_is_a_reward():
    one = activity("pools > w 4 A; pools > w 9 B", logs=[changed(0)], called=MANAGER)
    event = only(one, PROTOCOLS, **accrued(3, 9))
    assert event.kind == "pool_fees"
    assert sorted(said(event)) == sorted(
        [
            *((3, asset("A"), "plain"), (1, asset("A"), "reward"), (9, asset("B"), "plain")),
            *((-3, fees_of(HELD)[0], "position"), (-9, fees_of(HELD)[1], "position")),
        ]
    )


def test_liquidity_that_moves_takes_the_accrued_fees_out():
    back = activity("pools > w 90 A; pools > w 3 B", logs=[changed(-5)], called=MANAGER)
    event = only(back, PROTOCOLS, **accrued(3, 0))
    assert event.kind == "pool_withdraw"
    assert said(event)[-2:] == [(-5, HELD, "position"), (-3, fees_of(HELD)[0], "position")]
    more = activity("w > pools 100 A", logs=[changed(5)], called=MANAGER)
    event = only(more, PROTOCOLS, **accrued(3, 0))
    assert event.kind == "pool_deposit"
    assert said(event)[-2:] == [(5, HELD, "position"), (-3, fees_of(HELD)[0], "position")]


# ---- in a helper's hands

POOLS = _v4_pools.POOLS[NETWORK]
OF_TITLE = {(next(iter(wallets("w"))), HELD): 50}


def helped(text, liquidity=-50, pools=POOLS, **said_of):
    """What was taken out of the position, by `pools`' word, is paid to a helper."""
    logs = [changed(liquidity, pools=pools)]
    one = activity(text, logs=logs, called="helper", **said_of)
    return [(one.kind, said(one)) for one in events_of(one, PROTOCOLS, held=OF_TITLE)]


@pytest.mark.parametrize("caller", ["w", "keeper"])
@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("helper > w 30 A", [(30, "A")]),
        ("helper > p2 30 A; p2 > helper 8 B; helper > w 7 B", [(7, "B")]),
        ("helper > p2 30 A; p2 > w 8 B", [(8, "B")]),
    ],
)
def test_what_a_helper_took_out_of_a_position_is_what_became_of_it(text, came, caller):
    legs = [(units, asset(name), "plain") for units, name in came]
    text = f"{POOLS} > helper 30 A; {text}"
    gone = (-50, HELD, "position")
    assert helped(text, caller=caller) == [("pool_withdraw", [*legs, gone])]
    assert helped(text, 0, caller=caller) == [("pool_fees", legs)]


def test_a_helper_who_puts_in_or_trades_or_is_a_strangers_is_not_told_apart():
    text = f"{POOLS} > helper 30 A; helper > w 29 A"
    elsewhere = helped(text.replace(POOLS, "pools"), pools="pools")
    assert [kind for kind, _ in elsewhere] == ["receive"]
    assert [kind for kind, _ in helped(f"w > helper 5 B; {text}")] == ["swap"]
    assert [kind for kind, _ in helped(text, 50)] == ["receive"]
    forged = helped("evil > helper 1 A; p2 > helper 30 B; helper > w 30 B", pools="evil")
    assert [kind for kind, _ in forged] == ["receive"]


@pytest.mark.parametrize("network", sorted(_v4_pools.POOLS))
def test_the_pool_manager_of_each_network_says_that_fees_came(network):
    own, pools = wallets("w", network=network), _v4_pools.POOLS[network]
    kept = position(network, "uniswap_v4", f"{MANAGER}.7")
    text = f"{pools} > w 3 A"
    one = activity(text, logs=[changed(0, pools=pools)], caller="keeper", network=network)
    event = only(one, PROTOCOLS, own, held={(next(iter(own)), kept): 50})
    assert (event.kind, event.protocol) == ("pool_fees", "uniswap_v4")
