"""Sai: pooled ether in a cup, SAI as a debt, the fee in MKR, migration to DAI."""

from eth_utils.crypto import keccak

from ledger.model.asset import debt, position
from ledger.protocols import makerdao_sai as sai
from tests.ledger.moves import NETWORK, activity, asset, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS

TUB, PETH, WETH, SAI = sai.TUB, sai.PETH, sai.WETH, sai.SAI
WALLET = next(iter(wallets("w")))
KEPT = position(NETWORK, "makerdao_sai", f"{TUB}.9")
OWED = debt(NETWORK, "makerdao_sai", f"{TUB}.9")
HELD = {(WALLET, KEPT): 50, (WALLET, OWED): 100}


def test_calls_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "join(uint256)": sai.JOIN,
        "exit(uint256)": sai.EXIT,
        "lock(bytes32,uint256)": sai.LOCK,
        "free(bytes32,uint256)": sai.FREE,
        "draw(bytes32,uint256)": sai.DRAW,
        "wipe(bytes32,uint256)": sai.WIPE,
        "shut(bytes32)": sai.SHUT,
        "bite(bytes32)": sai.BITE,
    }.items():
        assert "0x" + keccak(text=signature).hex()[:8] + "0" * 56 == topic


def told(text, topic, *arguments, called=TUB, guy="w"):
    logs = [log(1, TUB, topic, guy, *arguments)]
    found = events_of(activity(text, logs=logs, called=called), PROTOCOLS, held=HELD)
    return {event.kind: said(event) for event in found}


def test_ether_is_pooled_and_taken_out():
    into = f"w > {TUB} 51 {WETH}@2; zero > w 50 {PETH}@3"
    assert set(told(into, sai.JOIN, 50)) == {"vault_deposit"}
    out = f"w > zero 50 {PETH}@2; {TUB} > w 51 {WETH}@3"
    assert set(told(out, sai.EXIT, 50)) == {"vault_withdraw"}


def test_a_cup_holds_collateral():
    found = told(f"w > {TUB} 50 {PETH}@2", sai.LOCK, 9, 50)
    assert found == {"lend_deposit": [(-50, asset(PETH), "plain"), (50, KEPT, "position")]}
    found = told(f"{TUB} > w 50 {PETH}@2", sai.FREE, 9, 50)
    assert found == {"lend_withdraw": [(50, asset(PETH), "plain"), (-50, KEPT, "position")]}


def test_sai_is_a_debt_and_its_fee_interest():
    found = told(f"zero > w 100 {SAI}@2", sai.DRAW, 9, 100)
    assert found == {"borrow": [(100, asset(SAI), "plain"), (100, OWED, "debt")]}
    found = told(f"w > zero 100 {SAI}@2; w > pit 1 {sai.MKR}@3", sai.WIPE, 9, 100)
    assert found == {
        "repay": [
            (-100, asset(SAI), "plain"),
            (-1, asset(sai.MKR), "interest"),
            (-100, OWED, "debt"),
        ]
    }


def test_a_cup_that_is_shut_gives_all_back():
    text = f"w > zero 100 {SAI}@2; w > pit 1 {sai.MKR}@3; {TUB} > w 50 {PETH}@4"
    assert set(told(text, sai.SHUT, 9)) == {"repay", "lend_withdraw"}


def test_a_proxy_makes_pooled_ether_of_coin():
    logs = [log(1, TUB, sai.LOCK, "proxy", 9, 50), log(2, TUB, sai.DRAW, "proxy", 9, 100)]
    one = activity(f"w > proxy 51 ETH; proxy > w 100 {SAI}@3", logs=logs, called="proxy")
    found = {event.kind: said(event) for event in events_of(one, PROTOCOLS)}
    assert found == {
        "lend_deposit": [(-51, asset("ETH"), "plain"), (50, KEPT, "position")],
        "borrow": [(100, asset(SAI), "plain"), (100, OWED, "debt")],
    }


def test_sai_becomes_dai():
    text = f"w > {sai.MIGRATION} 100 {SAI}@1; zero > w 100 {sai.DAI}@2"
    event = only(activity(text, called=sai.MIGRATION), PROTOCOLS)
    assert (event.kind, event.protocol) == ("migrate", "makerdao_sai")


def test_calls_of_others_are_not_ours():
    found = told(f"zero > w 100 {SAI}@2", sai.DRAW, 9, 100, guy="x")
    assert set(found) == {"receive"}


def test_what_another_own_wallet_pays_clears_the_debt_of_the_one_that_owes():
    logs = [log(1, TUB, sai.WIPE, "w2", 9, 60)]
    one = activity(f"w2 > zero 60 {SAI}@2", logs=logs, called=TUB, caller="w2")
    event = only(one, PROTOCOLS, held=HELD)
    debts = [(leg.wallet, leg.quantity) for leg in event.legs if leg.role == "debt"]
    assert (event.kind, debts) == ("repay", [(WALLET, -60)])
    event = only(one, PROTOCOLS)
    assert said(event) == [(-60, asset(SAI), "plain")]


def test_a_bite_takes_all_of_the_debt_and_the_ether_that_leaves_next():
    logs = [log(5, TUB, sai.BITE, "x", 9)]
    text = f"{TUB} > tap 7 {PETH}@2; {TUB} > tap 45 {PETH}@6; {TUB} > tap 8 {PETH}@9"
    event = only(activity(text, logs=logs, caller="x", called=TUB), PROTOCOLS, held=HELD)
    assert (event.kind, said(event)) == (
        "liquidation",
        [(-45, KEPT, "position"), (-100, OWED, "debt")],
    )


def test_a_bite_of_others_or_by_others_is_none_of_ours():
    text = f"{TUB} > tap 45 {PETH}@6"
    for contract, cup in ((TUB, 8), ("other", 9)):
        logs = [log(5, contract, sai.BITE, "x", cup)]
        assert not events_of(activity(text, logs=logs, caller="x"), PROTOCOLS, held=HELD)
