"""WOOFi's superchargers: shares for a claim, claims paid out, shares at once."""

from ledger.classify import after
from ledger.model.asset import Asset, erc20, position
from ledger.protocols import woofi_vaults as woofi
from tests.ledger.moves import NETWORK, activity, log, only, said
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


def test_xwoo_is_a_vault_whose_shares_wait_seven_days_or_come_at_once():
    vault = woofi.XWOO
    for text, kind in (
        (f"w > {vault} 100 WOO; zero > w 90 {vault}", "vault_deposit"),
        (f"w > zero 90 {vault}; {vault} > w 95 WOO", "vault_withdraw"),
    ):
        event = only(activity(text, called=vault), PROTOCOLS)
        assert (event.kind, event.protocol) == (kind, "woofi")
    asked = log(1, vault, woofi.RESERVED, "w", data=[100, 90])
    event = only(activity(f"w > zero 90 {vault}", logs=[asked], called=vault), PROTOCOLS)
    claim = position(NETWORK, "woofi", vault)
    assert (event.kind, said(event)[-1]) == ("vault_withdraw", (100, claim, "position"))
    paid = log(1, vault, woofi.WITHDRAWN, "w", data=[100])
    back = activity(f"{vault} > w 100 WOO", logs=[paid], called=vault)
    done = only(back, PROTOCOLS, held=after([event], {}))
    assert (done.kind, done.protocol, said(done)[-1]) == (
        "vault_withdraw",
        "woofi",
        (-100, claim, "position"),
    )
    forged = log(1, "shares", woofi.RESERVED, "w", data=[9, 90])
    other = activity("w > zero 90 shares", logs=[forged])
    assert only(other, PROTOCOLS).kind == "burn"
