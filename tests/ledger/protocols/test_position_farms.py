"""Farms of positions: what is staked stays the fund's, and what a farm pays is a reward.

Logs are written from the ABI of pancakeswap/pancake-v3-contracts, MasterChefV3.sol, and of
Uniswap/v3-staker, IUniswapV3Staker.sol.
"""

import pytest

from ledger.classify import after
from ledger.model.asset import Asset, position
from ledger.protocols import position_farms as farms
from ledger.shapes import parts_of
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
from tests.ledger.protocols.test_uniswap_v3 import put_in, taken_out

CHEF = "0x556b9306565093c855aea9ae92a594704c2cd59e"
STAKER = "0xe34139463ba50bd61336e0c446bd8c0867c6fe65"
MAIN = position(NETWORK, "uniswap_v3", f"{address('Nft')}.7")
TITLE = asset("Nft#7")
KNOWN = {TITLE: Asset(TITLE, "#7", 0, "nft", underlying=MAIN)}
(WALLET,), (OTHER,) = wallets("w"), wallets("w1")
HELD = {(WALLET, MAIN): 5}


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,uint256,uint256,uint256,int24,int24)": farms.DEPOSIT,
        "Withdraw(address,address,uint256,uint256)": farms.WITHDRAW,
        "Harvest(address,address,uint256,uint256,uint256)": farms.HARVEST,
        "DepositTransferred(uint256,address,address)": farms.PASSED,
    }.items():
        assert hashes_to(signature, topic)


def chef_takes(user="w"):
    return log(2, CHEF, farms.DEPOSIT, user, 3, 7, data=[5, 1, 2])


def chef_gives(to="w", user="w"):
    return log(2, CHEF, farms.WITHDRAW, user, 3, 7, data=[to])


FARMS = [
    (CHEF, chef_takes(), chef_gives(), chef_gives("w1"), "pancakeswap"),
    (
        STAKER,
        log(2, STAKER, farms.PASSED, 7, "zero", "w"),
        *2 * (log(2, STAKER, farms.PASSED, 7, "w", "zero"),),
        "uniswap_v3",
    ),
]


@pytest.mark.parametrize(("farm", "takes", "gives", "gives_other", "name"), FARMS)
def test_a_position_stays_the_funds_while_a_farm_has_its_token(
    farm, takes, gives, gives_other, name
):
    one = activity(f"w > {farm} 1 Nft#7", logs=[takes], called="Nft")
    event = only(one, PROTOCOLS, assets=KNOWN, held=HELD)
    assert (event.kind, event.protocol) == ("stake", name)
    assert after([event], HELD) == HELD
    back = activity(f"{farm} > w 1 Nft#7", logs=[gives], called=farm)
    event = only(back, PROTOCOLS, assets=KNOWN, held=HELD)
    assert (event.kind, event.protocol) == ("unstake", name)
    assert said(event) == [(1, TITLE, "title")]
    back = activity(f"{farm} > w1 1 Nft#7", logs=[gives_other], called=farm)
    event = only(back, PROTOCOLS, assets=KNOWN, held=HELD)
    assert after([event], HELD) == {(WALLET, MAIN): 0, (OTHER, MAIN): 5}


def test_what_waits_in_a_position_goes_to_the_wallet_that_gets_its_token():
    waiting = parts_of(MAIN)[1]
    held = {(WALLET, MAIN): 0, (WALLET, waiting): 9}
    takes = activity(f"w > {CHEF} 1 Nft#7", logs=[chef_takes()], called="Nft")
    event = only(takes, PROTOCOLS, assets=KNOWN, held=held)
    assert {**held, **after([event], held)} == held
    back = activity(f"{CHEF} > w1 1 Nft#7", logs=[chef_gives("w1")], called=CHEF)
    event = only(back, PROTOCOLS, assets=KNOWN, held=held)
    assert after([event], held) == {(WALLET, waiting): 0, (OTHER, waiting): 9}


def test_a_position_that_the_books_do_not_know_is_staked_with_no_units():
    one = activity(f"w > {CHEF} 1 Nft#7", logs=[chef_takes()], called="Nft")
    event = only(one, PROTOCOLS)
    assert (event.kind, said(event)) == ("stake", [(-1, TITLE, "plain")])


@pytest.mark.parametrize("logged", [chef_takes("x"), log(2, STAKER, farms.PASSED, 7, "w", "x")])
def test_a_stake_of_somebody_else_takes_the_position_along(logged):
    one = activity(f"w > {CHEF} 1 Nft#7", logs=[logged], called="Nft")
    event = only(one, PROTOCOLS, assets=KNOWN, held=HELD)
    assert event.kind == "send"
    assert after([event], HELD)[WALLET, MAIN] == 0


def test_a_farm_pays_beside_what_it_gives_back():
    paid = log(1, CHEF, farms.HARVEST, "w", 3, 7, data=["w", 40])
    text = f"{CHEF} > w 40 Cake; {CHEF} > w 1 Nft#7"
    one = activity(text, logs=[paid, chef_gives()], called=CHEF)
    events = events_of(one, PROTOCOLS, assets=KNOWN, held=HELD)
    assert sorted((one.kind, one.protocol) for one in events) == [
        ("reward", "pancakeswap"),
        ("unstake", "pancakeswap"),
    ]


@pytest.mark.parametrize("told", [["x", 40], ["w", 41]])
def test_a_payment_of_another_size_or_to_somebody_else_is_no_reward(told):
    paid = log(1, CHEF, farms.HARVEST, "w", 3, 7, data=told)
    one = activity(f"{CHEF} > w 40 Cake", logs=[paid], called=CHEF)
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_farm_that_nobody_asked_pays_nothing_that_it_says():
    paid = log(1, "farm", farms.HARVEST, "w", 3, 7, data=["w", 40])
    one = activity("farm > w 40 Cake", logs=[paid], called="farm", caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


def test_a_position_grows_over_the_farm_that_has_its_token():
    text = (
        f"w > {CHEF} 120 A; {CHEF} > pool 100 A; w > {CHEF} 9 B; {CHEF} > pool 9 B; {CHEF} > w 20 A"
    )
    one = activity(text, logs=put_in(100, 9), called=CHEF)
    event = only(one, PROTOCOLS, assets=KNOWN, held=HELD)
    assert (event.kind, after([event], HELD)) == ("pool_deposit", {(WALLET, MAIN): 10})


def test_a_position_is_emptied_where_its_token_comes_back_from_the_farm():
    text = f"pool > w 110 A; pool > w 9 B; {CHEF} > w 1 Nft#7"
    one = activity(text, logs=[*taken_out((110, 9), (100, 9)), chef_gives()], called=CHEF)
    events = events_of(one, PROTOCOLS, assets=KNOWN, held=HELD)
    assert sorted(one.kind for one in events) == ["pool_withdraw", "unstake"]
    assert after(events, HELD) == {(WALLET, MAIN): 0}
