"""Symbiotic's vaults: a stake, what waits to be claimed, and back, with nothing that moves.

Logs are written from the ABI of symbioticfi/core, IVault.sol.
"""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.protocols import symbiotic
from ledger.protocols._symbiotic_vaults import VAULTS
from ledger.protocols._vaults import DEPOSIT
from tests.ledger.moves import activity, events_of, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Deposit(address,address,uint256,uint256)": DEPOSIT,
        "Withdraw(address,address,uint256,uint256,uint256)": symbiotic.WITHDRAW,
        "Claim(address,address,uint256,uint256)": symbiotic.CLAIM,
        "ClaimBatch(address,address,uint256[],uint256)": symbiotic.CLAIM_BATCH,
    }.items():
        assert hashes_to(signature, topic)


VAULT = min(VAULTS)


def staked(text=f"w > {VAULT} 100 wstETH", user="w", vault=VAULT):
    told = log(1, vault, DEPOSIT, "w", user, data=[100, 97])
    return activity(text, logs=[told], called=vault)


def asked(claimer="w", vault=VAULT):
    told = log(1, vault, symbiotic.WITHDRAW, "w", claimer, data=[50, 48, 50])
    return activity("", logs=[told], called=vault)


def books(*activities):
    held: dict[tuple[WalletId, AssetId], int] = {}
    for one in activities:
        classified, _ = classify(one, wallets(), PROTOCOLS, held=held)
        (event,) = classified.events
        held = {**held, **after([event], held)}
    return event, held


def test_a_stake_is_a_position_in_shares():
    event = only(staked(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "symbiotic")
    assert [leg.quantity for leg in event.legs] == [-100, 97]


CLAIMS = [
    log(1, VAULT, symbiotic.CLAIM, "w", "w", data=[3, 50]),
    log(1, VAULT, symbiotic.CLAIM_BATCH, "w", "w", data=[64, 50, 2, 3, 4]),
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_was_asked_back_waits_and_comes(claim):
    event, held = books(staked(), asked())
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [-48, 50])
    paid = activity(f"{VAULT} > w 50 wstETH", logs=[claim], called=VAULT)
    event, held = books(staked(), asked(), paid)
    assert (event.kind, event.protocol) == ("unstake", "symbiotic")
    assert sorted(held.values()) == [0, 49]


def test_what_waits_goes_to_the_wallet_that_shall_claim_it():
    _, held = books(staked(), asked("w1"))
    assert {key[0].rpartition(":")[2]: units for key, units in held.items() if units == 50} == {
        next(iter(wallets("w1"))).rpartition(":")[2]: 50
    }


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_of_nothing_that_the_books_know_is_no_end_of_a_stake(claim):
    paid = activity(f"{VAULT} > w 50 wstETH", logs=[claim], called=VAULT)
    assert only(paid, PROTOCOLS).kind == "receive"


def test_a_stake_of_somebody_else_is_none():
    assert only(staked(user="x"), PROTOCOLS).kind == "send"
    assert books(staked(), asked("x"))[0].kind == "gas_only"


def test_a_vault_whose_shares_are_a_token_makes_what_waits_out_of_it():
    deposit = staked(f"w > {VAULT} 100 wstETH; zero > w 97 {VAULT}")
    event = only(deposit, PROTOCOLS)
    assert (event.kind, event.protocol) == ("stake", "symbiotic")
    assert [leg.quantity for leg in event.legs] == [-100, 97]
    told = log(1, VAULT, symbiotic.WITHDRAW, "w", "w", data=[50, 48, 50])
    back = activity(f"w > zero 48 {VAULT}", logs=[told], called=VAULT)
    event = only(back, PROTOCOLS)
    assert (event.kind, [leg.quantity for leg in event.legs]) == ("unstake", [-48, 50])
    paid = activity(f"{VAULT} > w 50 wstETH", logs=CLAIMS[:1], called=VAULT)
    event, held = books(back, paid)
    assert (event.kind, event.protocol, list(held.values())) == ("unstake", "symbiotic", [0])
    other = activity(f"w > zero 47 {VAULT}", logs=[told], called=VAULT)
    assert only(other, PROTOCOLS).kind != "unstake"


def test_two_requests_of_one_size_are_two():
    logs = [log(at, VAULT, symbiotic.WITHDRAW, "w", "w", data=[50, 48, 50]) for at in (2, 4)]
    one = activity(f"w > zero 48 {VAULT}@1; w > zero 48 {VAULT}@3", logs=logs, called=VAULT)
    events = events_of(one, PROTOCOLS)
    assert [event.kind for event in events] == ["unstake", "unstake"]
    assert {leg.quantity for event in events for leg in event.legs} == {-48, 50}


def test_a_token_that_is_sold_by_burning_it_makes_nothing_wait():
    told = log(5, "Meme", symbiotic.WITHDRAW, "w", "w", data=[10**30, 40, 10**30])
    one = activity("w > zero 40 Meme@1; pool > w 50 U@2", logs=[told], called="router")
    assert (only(one, PROTOCOLS).kind, len(only(one, PROTOCOLS).legs)) == ("swap", 2)


def test_a_vault_that_nobody_knows_is_named_by_the_log_that_only_symbiotic_has():
    stranger = ("w > vault 100 wstETH", "w", "vault")
    event, _ = books(staked(*stranger))
    assert (event.kind, event.protocol) == ("vault_deposit", "erc4626")
    event, held = books(staked(*stranger), asked(vault="vault"))
    assert (event.kind, event.protocol, sorted(held.values())) == ("unstake", "symbiotic", [49, 50])
    claim = log(1, "vault", symbiotic.CLAIM, "w", "w", data=[3, 50])
    paid = activity("vault > w 50 wstETH", logs=[claim], called="vault")
    event, held = books(staked(*stranger), asked(vault="vault"), paid)
    assert (event.protocol, sorted(held.values())) == ("symbiotic", [0, 49])
