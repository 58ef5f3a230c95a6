"""WOOFi's superchargers: shares for a claim, claims paid out, shares at once."""

import pytest

from ledger.classify import after, classify
from ledger.model.asset import Asset, erc20, position
from ledger.protocols import woofi_vaults as woofi
from tests.ledger.moves import NETWORK, activity, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

VAULT = "0xd2fdab19b94b59c5f0e75dd9813365df815b56b1"
MANAGER, TOKEN = woofi.VAULTS[VAULT]
CLAIM = position(NETWORK, "woofi", MANAGER)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "RequestWithdraw(address,uint256,uint256)": woofi.REQUESTED,
        "InstantWithdraw(address,uint256,uint256,uint256)": woofi.INSTANT,
        "Withdraw(address,uint256)": woofi.WITHDRAWN,
        "ReserveWithdraw(address,uint256,uint256)": woofi.RESERVED,
        "Withdraw(address,uint256,uint256)": woofi.WITHDRAWN_LESS,
        "StakeOnLocal(address,uint256)": woofi._PUT[0],
        "StakeOnProxy(address,uint256)": woofi._PUT[1],
        "UnstakeOnLocal(address,uint256)": woofi._BACK[0],
        "UnstakeOnProxy(address,uint256)": woofi._BACK[1],
    }.items():
        assert hashes_to(signature, topic)


def test_shares_become_a_claim_that_is_paid_out():
    asked = log(1, VAULT, woofi.REQUESTED, "w", data=[30, 29])
    token = erc20(NETWORK, TOKEN)
    one = activity(f"w > {VAULT} 29 {VAULT}", logs=[asked], called=VAULT)
    event = only(one, PROTOCOLS, assets={token: Asset(token, "WBTC", 8)})
    assert (event.kind, event.protocol) == ("vault_withdraw", "woofi")
    assert said(event)[-1] == (30, CLAIM, "position")
    paid = log(1, MANAGER, woofi.WITHDRAWN, "w", data=[30])
    for what in (TOKEN, "ETH"):
        back = activity(f"{MANAGER} > w 30 {what}", logs=[paid], called=MANAGER)
        done = only(back, PROTOCOLS, held=after([event], {}))
        assert (done.kind, done.protocol) == ("vault_withdraw", "woofi")
        assert said(done)[-1] == (-30, CLAIM, "position")
    assert only(back, PROTOCOLS).note == "position:unknown"


def test_shares_for_the_asset_at_once():
    done = log(1, VAULT, woofi.INSTANT, "w", data=[30, 29, 1])
    one = activity(f"w > {VAULT} 29 {VAULT}; {VAULT} > w 29 A", logs=[done], called=VAULT)
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol, len(event.legs)) == ("vault_withdraw", "woofi", 2)


def test_requests_of_others_and_of_other_vaults_are_not_claimed():
    for emitter, owner in ((VAULT, "x"), ("Vault", "w")):
        asked = log(1, emitter, woofi.REQUESTED, owner, data=[30, 29])
        one = activity(f"w > {emitter} 29 {emitter}", logs=[asked])
        assert only(one, PROTOCOLS).kind == "send"


@pytest.mark.parametrize("network", sorted(woofi.XWOO))
def test_xwoo_is_a_vault_whose_shares_wait_seven_days_or_come_at_once(network):
    vault, woo = woofi.XWOO[network]
    owned, claim = wallets(network=network), position(network, "woofi", vault)
    coin = erc20(network, woo)

    def told(text, *logs, **known):
        one = activity(text, logs=logs, called=vault, network=network)
        return only(one, PROTOCOLS, owned, **known)

    for text, kind in (
        (f"w > {vault} 100 {woo}; zero > w 90 {vault}", "vault_deposit"),
        (f"w > zero 90 {vault}; {vault} > w 95 {woo}", "vault_withdraw"),
    ):
        event = told(text)
        assert (event.kind, event.protocol) == (kind, "woofi")
    asked = told(f"w > zero 90 {vault}", log(1, vault, woofi.RESERVED, "w", data=[100, 90]))
    assert (asked.kind, said(asked)[-1]) == ("vault_withdraw", (100, claim, "position"))
    for came, topic, data in (
        (100, woofi.WITHDRAWN_LESS, [100, 0]),
        (95, woofi.WITHDRAWN_LESS, [100, 5]),
        (99, woofi.WITHDRAWN, [99]),
    ):
        paid = log(1, vault, topic, "w", data=data)
        done = told(f"{vault} > w {came} {woo}", paid, held=after([asked], {}))
        assert (done.kind, done.protocol) == ("vault_withdraw", "woofi")
        assert said(done) == [(came, coin, "plain"), (-100, claim, "position")]


def test_a_claim_of_xwoo_is_worth_the_woo_that_it_becomes():
    network = "eip155:42161"
    vault, woo = woofi.XWOO[network]
    known = {erc20(network, woo): Asset(erc20(network, woo), "WOO", 18)}
    asked = log(1, vault, woofi.RESERVED, "w", data=[100, 90])
    one = activity(f"w > zero 90 {vault}", logs=[asked], called=vault, network=network)
    _, (claim,) = classify(one, wallets(network=network), PROTOCOLS, known)
    assert (claim.id, claim.underlying) == (position(network, "woofi", vault), erc20(network, woo))


def test_who_is_not_xwoo_of_the_network_makes_no_claim():
    vault, _ = woofi.XWOO["eip155:42161"]
    for emitter in ("shares", vault):
        forged = log(1, emitter, woofi.RESERVED, "w", data=[9, 90])
        other = activity(f"w > zero 90 {emitter}", logs=[forged])
        assert only(other, PROTOCOLS).kind == "burn"


@pytest.mark.parametrize("staker", sorted(woofi.STAKERS))
def test_woo_is_staked_and_comes_back_for_a_message_that_is_paid_for(staker):
    for place, topic in enumerate(woofi._PUT):
        put = log(3, staker, topic, "w", data=[100])
        text = f"w > {staker} 100 WOO; w > {staker} 9 ETH; endpoint > w 2 ETH"
        event = only(activity(text, logs=[put], called=staker), PROTOCOLS)
        assert (event.kind, event.protocol) == ("stake", "woofi")
        kept = event.legs[-1]
        assert [(leg.quantity, leg.role) for leg in event.legs] == [
            (-100, "plain"),
            (-2, "plain"),
            (-7, "fee"),
            (2, "refund"),
            (100, "position"),
        ]
        told = log(3, staker, woofi._BACK[place], "w", data=[100])
        back = activity(f"{staker} > w 100 WOO", logs=[told], called=staker)
        done = only(back, PROTOCOLS, held={(kept.wallet, kept.asset): 100})
        assert (done.kind, done.protocol, done.legs[-1].quantity) == ("unstake", "woofi", -100)
    stranger = log(3, "shop", woofi._PUT[0], "w", data=[100])
    assert only(activity("w > shop 100 WOO", logs=[stranger]), PROTOCOLS).kind == "send"
