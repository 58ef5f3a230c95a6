"""Premia: options and what their writers owe are tokens by number, and no collectibles."""

import pytest

from ledger.model.asset import position
from ledger.protocols import premia
from tests.ledger.moves import NETWORK, activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    four = "uint256,uint256,uint256,uint256"
    for signature, topic in {
        f"Purchase(address,{four},int128)": premia.PURCHASE,
        f"Sell(address,{four},int128)": premia.SELL,
        f"Exercise(address,{four})": premia.EXERCISE,
        f"Settle(address,{four})": premia.SETTLE,
        "Underwrite(address,address,uint256,uint256,uint256,bool)": premia.UNDERWRITE,
        f"AssignExercise(address,{four})": premia.ASSIGNED,
        "AssignSale(address,uint256,uint256,uint256)": premia.SOLD,
        "Deposit(address,bool,uint256)": premia.DEPOSIT,
        "Withdrawal(address,bool,uint256,uint256)": premia.WITHDRAWAL,
        "WriteFrom(address,address,address,uint256,uint256,uint256)": premia.WRITE_FROM,
        f"Trade(address,uint256,(int256,int256,int256),{four},uint256,uint256,bool)": premia.TRADE,
    }.items():
        assert hashes_to(signature, topic)


def token(number, pool="pool"):
    return f"{NETWORK}/erc1155:{address(pool)}/{number}"


LONG, SHORT, FREE = token(7), token(8), token(9)


def told(text, topic, *indexed, data, known=None, **more):
    spoken = log(5, "pool", topic, *indexed, data=data)
    one = activity(text, logs=[spoken], **{"called": "pool", **more})
    event = only(one, PROTOCOLS, held=known or {})
    assert event.protocol == "premia"
    return event.kind, [leg[::2] for leg in said(event)]


def test_an_option_is_bought_for_its_premium():
    text = f"w > pool 30 ETH; pool > w 2 ETH; zero > w 100 {LONG}"
    found = told(text, premia.PURCHASE, "w", data=[7, 100, 25, 3, 1])
    assert found == ("option_buy", [(-30, "plain"), (2, "refund"), (100, "plain")])
    words = [100, 0, 100, 0, 25, 3, 1, 1, 1, 1, 1]
    text = f"w > pool 28 U; zero > w 100 {token(1)}"
    assert told(text, premia.TRADE, "w", data=words)[0] == "option_buy"


@pytest.mark.parametrize(("value", "kind"), [(40, "option_exercise"), (0, "option_expiry")])
def test_an_option_ends_for_its_value_or_for_nothing(value, kind):
    came = f"pool > w {value} U" if value else ""
    text = f"w > zero 100 {LONG}; {came}"
    assert told(text, premia.EXERCISE, "w", data=[7, 100, value, 0])[0] == kind


@pytest.mark.parametrize(("value", "kind"), [(40, "option_exercise"), (0, "option_expiry")])
def test_an_option_of_the_third_version_ends_whoever_exercises_it(value, kind):
    """What it settles at is never nothing, whatever it is worth."""
    came = f"pool > w {value - 1} U" if value else ""
    text = f"w > zero 100 {token(1)}; {came}"
    found = told(text, premia.EXERCISE, "w", data=[100, value, 1500, 1], caller="x", fee=0)
    assert found[0] == kind


KEPT = position(NETWORK, "premia", f"{address('pool')}.0")
WALLET = next(iter(wallets("w")))


def settled(came, kept=90):
    """The legs beside the token when options are settled for which 90 are kept."""
    text = f"w > zero 100 {token(0)}" + (f"; pool > w {came} U" if came else "")
    data = [100, 40, 1500, 1]
    kind, legs = told(text, premia.SETTLE, "w", data=data, known={(WALLET, KEPT): kept})
    assert (kind, legs[0]) == ("option_expiry", (-100, "title"))
    return legs[1:]


def test_a_writer_of_the_third_version_keeps_his_collateral_there_until_it_is_settled():
    text = f"w > pool 90 U; zero > w 100 {token(0)}"
    words = [100, 90, 0, 100, 25, 3, 1, 1, 1, 1, 0]
    kind, legs = told(text, premia.TRADE, "w", data=words)
    assert (kind, legs) == ("option_write", [(-90, "plain"), (100, "title"), (90, "position")])
    assert settled(90) == [(90, "plain"), (-90, "position")]


def test_what_a_writer_has_beyond_his_collateral_is_the_premium_and_what_is_missing_was_paid():
    assert settled(100) == [(90, "plain"), (10, "reward"), (-90, "position")]
    assert settled(60) == [(60, "plain"), (-60, "position"), (-30, "reward")]
    assert settled(0) == [(-90, "reward")]
    assert settled(60, kept=0) == [(60, "plain")]


def test_options_that_a_writer_buys_back_are_no_gain():
    words = [100, 90, 0, 100, 25, 3, 1, 1, 1, 1, 1]
    text = f"w > zero 100 {token(0)}; pool > w 70 U"
    spoken = log(5, "pool", premia.TRADE, "w", data=words)
    event = only(activity(text, logs=[spoken], called="pool"), PROTOCOLS)
    assert (event.kind, event.note) == ("option_expiry", "position:unknown")


def test_an_option_may_be_sold_back():
    text = f"w > zero 100 {LONG}; pool > w 20 U"
    assert told(text, premia.SELL, "w", data=[7, 100, 20, 1, 1])[0] == "swap"


def test_options_are_written_against_collateral_or_liquidity():
    text = f"w > pool 90 U; zero > w 100 {SHORT}"
    found = told(text, premia.UNDERWRITE, "w", "x", data=[8, 100, 0, 1])
    assert found == ("option_write", [(-90, "plain"), (100, "title")])
    text = f"w > zero 90 {FREE}; zero > w 100 {SHORT}"
    other = {"caller": "x", "fee": 0}
    assert (
        told(text, premia.UNDERWRITE, "w", "x", data=[8, 100, 5, 0], **other)[0] == "option_write"
    )
    text = f"w > pool 90 U; zero > w 100 {token(0)}"
    assert told(text, premia.WRITE_FROM, "w", "x", "w", data=[100, 90, 1])[0] == "option_write"
    words = [100, 90, 0, 100, 25, 3, 1, 1, 1, 1, 0]
    assert told(text, premia.TRADE, "w", data=words)[0] == "option_write"


def test_what_was_written_ends_with_what_is_left_of_the_collateral():
    text = f"w > zero 100 {SHORT}; zero > w 60 {FREE}"
    found = told(text, premia.ASSIGNED, "w", data=[8, 60, 100, 1], caller="x", fee=0)
    assert found == ("option_expiry", [(-100, "title"), (60, "plain")])


def test_liquidity_goes_in_and_comes_out():
    text = f"w > pool 90 U; zero > w 90 {FREE}"
    assert told(text, premia.DEPOSIT, "w", data=[1, 90])[0] == "pool_deposit"
    text = f"w > zero 90 {FREE}; pool > w 90 U"
    assert told(text, premia.WITHDRAWAL, "w", data=[1, 1, 90])[0] == "pool_withdraw"


def test_a_log_of_somebody_else_and_pieces_of_others_are_none():
    bought = log(5, "pool", premia.PURCHASE, "x", data=[7, 100, 25, 3, 1])
    one = activity(f"w > shop 30 U; shop > w 1 {token(7, 'shop')}", logs=[bought], called="shop")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["nft_trade"]
    bought = log(5, "pool", premia.PURCHASE, "w", data=[7, 100, 25, 3, 1])
    one = activity("w > pool 30 U", logs=[bought], called="pool")
    assert [event.kind for event in events_of(one, PROTOCOLS)] == ["send"]
