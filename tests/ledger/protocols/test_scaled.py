"""Tokens with scaled balances: a transfer of one settles what both sides have earned."""

from ledger.model.asset import Asset
from ledger.protocols import aave_v3 as aave
from tests.ledger.moves import activity, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS
from tests.ledger.protocols.test_aave_v3 import POOL, mint

GROWS = {asset("aU"): Asset(asset("aU"), "aUSDC", 6, underlying=asset("U"), accrues="interest")}


def test_a_transfer_mints_what_was_earned_as_income_of_its_own():
    one = activity("zero > w 3 aU@1; w > x 40 aU@3", logs=[mint(2, "aU", "w", 3, 3)], called="aU")
    earned, sent = events_of(one, PROTOCOLS, assets=GROWS)
    assert (earned.kind, earned.protocol) == ("reward", "aave_v3")
    assert said(earned) == [(3, asset("aU"), "interest")]
    assert (sent.kind, said(sent)) == ("send", [(-40, asset("aU"), "plain")])


def test_what_is_minted_as_a_stranger_sends_the_token_is_income_and_what_he_sends_is_not():
    one = activity(
        "zero > x 9 aU@1; zero > w 3 aU@3; x > w 40 aU@5",
        logs=[mint(2, "aU", "x", 9, 9), mint(4, "aU", "w", 3, 3)],
        caller="x",
        called="aU",
    )
    earned, came = events_of(one, PROTOCOLS, assets=GROWS)
    assert (earned.kind, said(earned)) == ("reward", [(3, asset("aU"), "interest")])
    assert (came.kind, said(came)) == ("receive", [(40, asset("aU"), "plain")])


def test_a_token_that_nobody_knows_to_grow_makes_no_income_by_its_own_word():
    for caller in ("w", "x"):
        one = activity("zero > w 3 aU@1", logs=[mint(2, "aU", "w", 3, 3)], caller=caller)
        assert only(one, PROTOCOLS).kind not in {"reward", "airdrop"}


def test_a_known_token_speaks_for_its_own_units_alone():
    one = activity("zero > w 3 B@1", logs=[mint(2, "aU", "w", 3, 3)], caller="x")
    assert only(one, PROTOCOLS, assets=GROWS).kind == "receive"


def test_a_liquidator_who_takes_the_token_gets_the_collateral_beside_what_he_earned():
    one = activity(
        "w > pot 100 D@1; zero > w 3 aU@2; u > w 110 aU@4",
        logs=[
            mint(3, "aU", "w", 3, 3),
            log(5, POOL, aave.LIQUIDATION_CALL, "U", "D", "u", data=[100, 110, "w", 1]),
        ],
        called=POOL,
    )
    earned, taken = sorted(events_of(one, PROTOCOLS, assets=GROWS), key=lambda each: each.kind)[
        ::-1
    ]
    assert said(earned) == [(3, asset("aU"), "interest")]
    assert said(taken) == [(-100, asset("D"), "plain"), (110, asset("aU"), "plain")]
