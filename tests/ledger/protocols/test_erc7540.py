"""Vaults that take their time: what waits for them is an asset until it is claimed or cancelled."""

import pytest

from ledger.model.asset import position
from ledger.protocols import erc4626, erc7540
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    request = "(address,address,uint256,address,uint256)"
    for signature, topic in {
        f"DepositRequest{request}": erc7540.DEPOSIT_REQUEST,
        f"RedeemRequest{request}": erc7540.REDEEM_REQUEST,
        f"CancelDepositClaim{request}": erc7540.CANCEL_DEPOSIT,
        f"CancelRedeemClaim{request}": erc7540.CANCEL_REDEEM,
        "Deposit(address,address,uint256,uint256)": erc4626.DEPOSIT,
        "Withdraw(address,address,address,uint256,uint256)": erc4626.WITHDRAW,
    }.items():
        assert hashes_to(signature, topic)


def kept(request, vault="vault"):
    return position(NETWORK, "erc7540", f"{address(vault)}.{request}")


def waiting(request, units):
    return {(WALLET, kept(request)): units}


def told(text, *logs, held=None, **more):
    events = events_of(activity(text, logs=logs, **more), PROTOCOLS, held=held or {})
    return {event.kind: (event.protocol, sorted(said(event))) for event in events}


def request(topic, units, controller="w", owner="w"):
    return log(3, "vault", topic, controller, owner, 7, data=["w", units])


def test_assets_of_a_request_wait_with_the_vault():
    found = told("w > vault 100 U", request(erc7540.DEPOSIT_REQUEST, 100))
    legs = sorted([(-100, asset("U"), "plain"), (100, kept("deposit"), "position")])
    assert found == {"order_open": ("erc7540", legs)}


def test_shares_are_claimed_for_what_waited_also_in_parts():
    claim = log(3, "vault", erc4626.DEPOSIT, "w", "w", data=[60, 50])
    found = told("zero > w 50 vault", claim, held=waiting("deposit", 100))
    legs = sorted([(50, asset("vault"), "plain"), (-60, kept("deposit"), "position")])
    assert found == {"vault_deposit": ("erc7540", legs)}


def test_shares_may_be_another_token_that_an_escrow_held():
    claim = log(3, "vault", erc4626.DEPOSIT, "w", "w", data=[100, 90])
    found = told("escrow > w 90 S", claim, held=waiting("deposit", 100), called="vault")
    assert found["vault_deposit"][0] == "erc7540"


def test_shares_are_given_up_for_assets_that_are_claimed_later():
    asked = told("w > vault 50 vault", request(erc7540.REDEEM_REQUEST, 50))
    legs = sorted([(-50, asset("vault"), "plain"), (50, kept("redeem"), "position")])
    assert asked == {"order_open": ("erc7540", legs)}
    claim = log(3, "vault", erc4626.WITHDRAW, "w", "w", "w", data=[110, 50])
    found = told("vault > w 110 U", claim, held=waiting("redeem", 50))
    legs = sorted([(110, asset("U"), "plain"), (-50, kept("redeem"), "position")])
    assert found == {"vault_withdraw": ("erc7540", legs)}


@pytest.mark.parametrize(
    ("topic", "kind", "token"),
    [(erc7540.CANCEL_DEPOSIT, "deposit", "U"), (erc7540.CANCEL_REDEEM, "redeem", "vault")],
)
def test_what_was_cancelled_comes_back(topic, kind, token):
    found = told(f"vault > w 40 {token}", request(topic, 40), held=waiting(kind, 40))
    legs = sorted([(40, asset(token), "plain"), (-40, kept(kind), "position")])
    assert found == {"order_cancel": ("erc7540", legs)}


def test_a_vault_that_acts_at_once_is_of_erc4626():
    claim = log(3, "vault", erc4626.DEPOSIT, "w", "w", data=[100, 90])
    assert told("w > vault 100 U; zero > w 90 vault", claim)["vault_deposit"][0] == "erc4626"


def test_requests_for_others_of_others_and_of_nothing_say_nothing():
    for more in ({"controller": "x"}, {"owner": "x"}):
        found = told("w > vault 100 U", request(erc7540.DEPOSIT_REQUEST, 100, **more))
        assert set(found) == {"send"}
    assert told("w > vault 100 U", request(erc7540.DEPOSIT_REQUEST, 0))["send"][0] is None
    assert told("w > vault 100 U", request(erc7540.DEPOSIT_REQUEST, 99))["send"][0] is None


def test_a_keeper_may_bring_what_a_known_request_waits_for_and_nothing_else():
    claim = log(3, "vault", erc4626.WITHDRAW, "w", "w", "w", data=[110, 50])
    brought = told("vault > w 110 U", claim, held=waiting("redeem", 50), caller="keeper")
    assert brought["vault_withdraw"][0] == "erc7540"
    other = log(3, "vault2", erc4626.WITHDRAW, "w", "w", "w", data=[110, 50])
    found = told("vault2 > w 110 U", other, held=waiting("redeem", 50), caller="keeper")
    assert all(kept("redeem") not in {leg[1] for leg in legs} for _, legs in found.values())
