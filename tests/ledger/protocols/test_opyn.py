"""Opyn: options written against collateral, closed, exercised, expired."""

from ledger.protocols import opyn
from tests.ledger.moves import activity, log, only
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    words = "(address,address,address,uint256,uint256)"
    for signature, topic in {
        f"CollateralAssetDeposited{words}": opyn.COLLATERAL_DEPOSITED,
        f"CollateralAssetWithdrawed{words}": opyn.COLLATERAL_WITHDRAWN,
        f"ShortOtokenMinted{words}": opyn.SHORT_MINTED,
        f"ShortOtokenBurned{words}": opyn.SHORT_BURNED,
        "Redeem(address,address,address,address,uint256,uint256)": opyn.REDEEM,
        "VaultSettled(address,address,address,uint256,uint256,uint256)": opyn.VAULT_SETTLED,
    }.items():
        assert hashes_to(signature, topic)


def moved(topic, asset, amount, who="w"):
    return log(3, opyn.CONTROLLER, topic, asset, who, who, data=[1, amount])


def test_an_option_is_written_against_collateral():
    logs = [moved(opyn.COLLATERAL_DEPOSITED, "U", 90), moved(opyn.SHORT_MINTED, "oPut", 4)]
    event = only(activity("w > pool 90 U; zero > w 4 oPut", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("option_write", "opyn", 2)


def test_an_option_that_was_burnt_gives_collateral_back():
    logs = [moved(opyn.SHORT_BURNED, "oPut", 4), moved(opyn.COLLATERAL_WITHDRAWN, "U", 90)]
    event = only(activity("w > zero 4 oPut; pool > w 90 U", logs=logs), PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("option_expiry", "opyn", 2)


def redeemed(payout):
    return log(3, opyn.CONTROLLER, opyn.REDEEM, "oPut", "w", "w", data=["U", 4, payout])


def test_an_option_is_exercised_for_what_it_pays_or_has_expired():
    one = activity("w > zero 4 oPut; pool > w 30 U", logs=[redeemed(30)])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == ("option_exercise", "opyn")
    worthless = activity("w > zero 4 oPut", logs=[redeemed(0)])
    assert only(worthless, PROTOCOLS).kind == "option_expiry"


def test_collateral_comes_back_when_a_vault_is_settled():
    told = log(3, opyn.CONTROLLER, opyn.VAULT_SETTLED, "w", "oPut", 0, data=["w", 60, 1])
    assert only(activity("pool > w 60 U", logs=[told]), PROTOCOLS).kind == "option_expiry"
    other = log(3, opyn.CONTROLLER, opyn.VAULT_SETTLED, "x", "oPut", 0, data=["w", 60, 1])
    assert only(activity("pool > w 60 U", logs=[other], caller="x"), PROTOCOLS).kind == "receive"


def test_vaults_of_others_claim_nothing():
    told = moved(opyn.COLLATERAL_DEPOSITED, "U", 90, who="x")
    assert only(activity("w > pool 90 U", logs=[told]), PROTOCOLS).kind == "send"


def test_either_party_of_a_movement_may_be_the_funds():
    for parties in (("w", "x"), ("x", "w")):
        told = log(3, opyn.CONTROLLER, opyn.COLLATERAL_DEPOSITED, "U", *parties, data=[1, 90])
        assert only(activity("w > pool 90 U", logs=[told]), PROTOCOLS).kind == "option_write"


def test_a_settled_vault_that_paid_nothing_claims_nothing():
    told = log(3, opyn.CONTROLLER, opyn.VAULT_SETTLED, "w", "oPut", 0, data=["w", 0, 60])
    assert only(activity("pool > w 60 U", logs=[told]), PROTOCOLS).kind == "receive"
