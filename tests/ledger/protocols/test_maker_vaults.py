"""Maker: whose a vault is that an adapter moved units for, among several and among strangers'."""

import pytest

from ledger.model.asset import debt
from ledger.protocols import _maker_vaults as vaults
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS
from tests.ledger.protocols.test_makerdao import (
    DAI,
    EXECUTED,
    ILK,
    KEPT,
    OWED,
    WALLET,
    frob,
    managed,
    slip,
)

#: What a stranger does to a vault of his own, and what he says, in the fund's own transaction.
STRANGERS = {
    "draws": [
        frob(2, 0, 90, urn="his"),
        managed(3, "hop", 8),
        log(4, vaults.DAI_JOIN, vaults.EXIT, "hop", 100),
    ],
    "locks": [
        slip(0, 50),
        log(1, "gemjoin", vaults.JOIN, "his", 50),
        frob(2, 50, 0, urn="his"),
        managed(3, "hop", 8),
    ],
    "says": [log(1, "hop", vaults.JOIN, "his", 7), frob(2, 7, 0, urn="his")],
    "says too": [
        slip(0, 7),
        log(1, "gemjoin", vaults.JOIN, "his", 7),
        log(1, "hop", vaults.JOIN, "his", 7),
        frob(2, 7, 0, urn="his"),
    ],
    "clears": [log(1, vaults.DAI_JOIN, vaults.JOIN, "his", 100), frob(2, 0, -90, urn="his")],
}
SWAPS = (
    f"w > router 7 R; router > hop 7 R; zero > hop 100 {DAI}@4; pool > w 100 {DAI}",
    f"w > router 100 {DAI}; router > hop 100 {DAI}; hop > zero 100 {DAI}@1; pool > w 7 R",
    "w > proxy 7 R; proxy > hop 7 R; x > gemjoin 50 W@1; pool > w 9 U",
)


@pytest.mark.parametrize("does", STRANGERS)
@pytest.mark.parametrize("swap", SWAPS)
def test_what_a_stranger_does_with_a_vault_of_his_own_cuts_no_trade(does, swap):
    called = "proxy" if "proxy" in swap else "router"
    for first in ([], [EXECUTED]):
        one = activity(swap, logs=[*first, *STRANGERS[does]], called=called)
        assert only(one, PROTOCOLS).kind == "swap"


def test_of_two_vaults_in_one_transaction_each_owes_what_was_drawn_from_it():
    other = f"0x{ILK:064x}.{address('urn2')}"
    logs = [
        frob(2, 0, 90),
        log(3, vaults.DAI_JOIN, vaults.EXIT, "w", 100),
        frob(5, 0, 190, urn="urn2"),
        log(6, vaults.DAI_JOIN, vaults.EXIT, "w", 200),
    ]
    one = activity(f"zero > w 100 {DAI}@4; zero > w 200 {DAI}@7", logs=logs, called="proxy")
    assert [said(event)[1] for event in events_of(one, PROTOCOLS)] == [
        (100, OWED, "debt"),
        (200, debt(NETWORK, "makerdao", other), "debt"),
    ]
    logs = [
        log(1, vaults.DAI_JOIN, vaults.JOIN, "urn2", 60),
        frob(2, 0, -55, urn="urn2"),
        log(4, vaults.DAI_JOIN, vaults.JOIN, "urn", 40),
        frob(5, 0, -38),
    ]
    held = {(WALLET, OWED): 100, (WALLET, debt(NETWORK, "makerdao", other)): 200}
    text = f"w > proxy 60 {DAI}@0; proxy > zero 60 {DAI}; w > proxy 40 {DAI}; proxy > zero 40 {DAI}"
    one = activity(text, logs=logs, called="proxy")
    assert [said(event)[1][:2] for event in events_of(one, PROTOCOLS, held=held)] == [
        (-60, debt(NETWORK, "makerdao", other)),
        (-40, OWED),
    ]


def test_collateral_of_fewer_decimals_is_counted_in_its_own_units():
    logs = [slip(0, 5 * 10**12), log(1, "gemjoin", vaults.JOIN, "urn", 5), frob(2, 5 * 10**12, 0)]
    one = activity("w > gemjoin 5 U@0", logs=logs, called="proxy")
    assert said(only(one, PROTOCOLS)) == [(-5, asset("U"), "plain"), (5, KEPT, "position")]
    # of another kind, or of another size, the core had nothing of it
    for other in (slip(0, 5 * 10**12, ilk=ILK + 1), slip(0, 6 * 10**12), slip(0, -5 * 10**12)):
        one = activity("w > gemjoin 5 U@0", logs=[other, *logs[1:]], called="proxy")
        assert only(one, PROTOCOLS).kind == "send"


@pytest.mark.parametrize("by", ["core", "manager"])
def test_what_a_contract_with_shares_of_its_own_borrows_it_owes_itself(by):
    logs = [
        slip(2, 100),
        log(4, "gemjoin", vaults.JOIN, "X", 100),
        frob(5, 100, 40, urn="X" if by == "core" else "urn"),
        *([managed(6, "X")] if by == "manager" else []),
        log(7, vaults.DAI_JOIN, vaults.EXIT, "X", 45),
    ]
    moved = f"X > gemjoin 100 W@3; zero > X 45 {DAI}@8; X > pool 45 {DAI}@9"
    one = activity(f"w > X 100 W@1; {moved}; zero > w 95 X@10", logs=logs, called="X")
    assert only(one, PROTOCOLS).kind == "vault_deposit"
    # of a proxy nobody has shares: it obeys who called it
    one = activity(f"w > X 100 W@1; {moved}", logs=logs, called="X")
    kinds = {event.kind for event in events_of(one, PROTOCOLS)}
    assert "lend_deposit" in kinds
