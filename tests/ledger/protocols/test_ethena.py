"""Ethena's staked USDe."""

from ledger.classify import after, classify
from ledger.protocols import ethena
from tests.ledger.moves import activity, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

STAKED, SILO = ethena.STAKED, ethena.SILO


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Withdraw(address,address,address,uint256,uint256)", ethena.WITHDRAW)


def test_shares_cool_down_in_the_silo_and_their_assets_come_out_of_it():
    cooling = log(5, STAKED, ethena.WITHDRAW, "w", SILO, "w", data=[110, 100])
    one = activity(f"w > zero 100 {STAKED}; {STAKED} > {SILO} 110 USDe", logs=[cooling])
    classified, _ = classify(one, wallets(), PROTOCOLS)
    (event,) = classified.events
    assert (event.kind, event.protocol) == ("unstake", "ethena")
    assert [leg.quantity for leg in event.legs] == [-100, 110]
    one = activity(f"{SILO} > w 110 USDe", called=STAKED)
    event = only(one, PROTOCOLS, held=after(classified.events, {}))
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [110, -110])
    assert only(one, PROTOCOLS).note == "position:unknown"


def test_a_withdrawal_to_the_fund_is_that_of_a_vault():
    out = log(5, STAKED, ethena.WITHDRAW, "w", "w", "w", data=[110, 100])
    one = activity(f"w > zero 100 {STAKED}; {STAKED} > w 110 USDe", logs=[out])
    assert (only(one, PROTOCOLS).kind, only(one, PROTOCOLS).protocol) == (
        "vault_withdraw",
        "ethena",
    )


def test_what_goes_to_somebody_else_does_not_cool_down():
    out = log(5, STAKED, ethena.WITHDRAW, "w", "x", "w", data=[110, 100])
    one = activity(f"w > zero 100 {STAKED}; {STAKED} > x 110 USDe", logs=[out])
    assert only(one, PROTOCOLS).protocol is None
