"""Maker: a vault is a position and a debt, whoever stands between; savings without a token."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from ledger.classify import classify
from ledger.model.activity import Log
from ledger.model.asset import Asset, debt, position
from ledger.protocols import _maker_vaults as vaults
from ledger.protocols import makerdao as maker
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
    word,
)
from tests.ledger.protocols.debtors import asked, call, selector_of, words
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ILK = 5
VAULT = f"0x{ILK:064x}.{address('urn')}"
KEPT, OWED = position(NETWORK, "makerdao", VAULT), debt(NETWORK, "makerdao", VAULT)
WALLET = next(iter(wallets("w")))
WALLET2 = next(iter(wallets("w2")))
DAI = vaults.DAI


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Bark(bytes32,address,uint256,uint256,uint256,address,uint256)": maker.BARK,
        "Bite(bytes32,address,uint256,uint256,uint256,address,uint256)": maker.BITE,
        "FlashLoan(address,address,uint256,uint256)": maker.FLASH_LOAN,
        "Take(uint256,uint256,uint256,uint256,uint256,uint256,address)": maker.TAKE,
        "NewCdp(address,address,uint256)": vaults.NEW_CDP,
    }.items():
        assert hashes_to(signature, topic)
    for signature, topic in {
        "join(address,uint256)": vaults.JOIN,
        "exit(address,uint256)": vaults.EXIT,
        "frob(bytes32,address,address,address,int256,int256)": vaults.FROB,
        "slip(bytes32,address,int256)": vaults.SLIP,
        "join(uint256)": maker.SAVE,
        "exit(uint256)": maker.UNSAVE,
        "execute(address,bytes)": vaults.EXECUTE,
        "frob(uint256,int256,int256)": vaults.MANAGED,
    }.items():
        assert "0x" + keccak(text=signature).hex()[:8] + "0" * 56 == topic


def frob(index, dink, dart, emitter=vaults.VAT, urn="urn"):
    """The core logs its whole call: two words, four bytes, six arguments."""
    arguments = (ILK, urn, urn, "proxy", dink % 2**256, dart % 2**256)
    called = vaults.FROB[2:10] + "".join(word(each) for each in arguments)
    data = "0x" + word(32) + word(196) + called + "0" * 56
    topics = (vaults.FROB, *("0x" + word(each) for each in (ILK, urn, urn)))
    return Log(index, emitter, topics, data)


def slip(index, units, ilk=ILK):
    """The core credits what an adapter took, or debits what it gives."""
    return log(index, vaults.VAT, vaults.SLIP, ilk, "urn", units % 2**256)


def managed(index, caller, number=7, manager=vaults.MANAGER):
    """The manager logs who had a vault changed, and its number."""
    return log(index, manager, vaults.MANAGED, caller, number, 30)


def told(one, **known):
    return {event.kind: said(event) for event in events_of(one, PROTOCOLS, **known)}


def test_a_vault_through_a_proxy_takes_coin_and_gives_dai():
    logs = [
        slip(0, 10),
        log(1, "gemjoin", vaults.JOIN, "urn", 10),
        frob(2, 10, 90),
        log(3, vaults.DAI_JOIN, vaults.EXIT, "w", 100),
    ]
    text = f"w > proxy 10 ETH; proxy > gemjoin 10 W@0; zero > w 100 {DAI}@4"
    assert told(activity(text, logs=logs, called="proxy")) == {
        "lend_deposit": [(-10, asset("ETH"), "plain"), (10, KEPT, "position")],
        "borrow": [(100, asset(DAI), "plain"), (100, OWED, "debt")],
    }


def test_what_is_paid_back_beyond_what_was_drawn_is_the_stability_fee():
    logs = [
        log(1, vaults.DAI_JOIN, vaults.JOIN, "urn", 104),
        frob(2, -10, -90),
        slip(3, -10),
        log(4, "gemjoin", vaults.EXIT, "w", 10),
    ]
    text = f"w > proxy 104 {DAI}@0; proxy > zero 104 {DAI}@0; gemjoin > w 10 G@4"
    held = {(WALLET, KEPT): 10, (WALLET, OWED): 100}
    assert told(activity(text, logs=logs, called="proxy"), held=held) == {
        "repay": [
            (-104, asset(DAI), "plain"),
            (-104, OWED, "debt"),
            (4, OWED, "interest"),
        ],
        "lend_withdraw": [(10, asset("G"), "plain"), (-10, KEPT, "position")],
    }


def test_savings_without_a_token():
    kept = position(NETWORK, "makerdao", f"savings.{address('dsr')}")
    logs = [
        log(1, vaults.DAI_JOIN, vaults.JOIN, "dsr", 100),
        log(2, maker.POT, maker.SAVE, 97),
    ]
    one = activity(f"w > dsr 100 {DAI}@0", logs=logs, called="dsr")
    assert told(one) == {"vault_deposit": [(-100, asset(DAI), "plain"), (100, kept, "position")]}
    logs = [
        log(1, maker.POT, maker.UNSAVE, 97),
        log(2, vaults.DAI_JOIN, vaults.EXIT, "w", 105),
    ]
    one = activity(f"zero > w 105 {DAI}@3", logs=logs, called="dsr")
    assert told(one, held={(WALLET, kept): 100}) == {
        "vault_withdraw": [
            (100, asset(DAI), "plain"),
            (5, asset(DAI), "interest"),
            (-100, kept, "position"),
        ]
    }


SEIZED = [10**18, 90, 55 * 10**27, "auction"]
BARKED = log(1, maker.DOG, maker.BARK, ILK, "urn", 7, data=SEIZED)
#: The second module that logged it, and the first.
CATS = ("0xa5679c04fc3d9d8b0aab1f0ab83555b301ca70ea", "0x78f2c2af65126834c51822f56be0d7469d7a523e")
BITTEN = [log(1, cat, maker.BITE, ILK, "urn", data=[*SEIZED, 7]) for cat in CATS]


@pytest.mark.parametrize("seized", [BARKED, *BITTEN])
def test_a_liquidation_takes_what_the_books_know(seized):
    one = activity("", logs=[seized], caller="x")
    held = {(WALLET, KEPT): 10**18, (WALLET, OWED): 50}
    known = {KEPT: Asset(KEPT, "WETH", 18, "position", underlying=asset("W"))}
    assert told(one, held=held, assets=known) == {
        "liquidation": [
            (-(10**18), KEPT, "position"),
            (-55, OWED, "debt"),
            (5, OWED, "interest"),
        ]
    }
    fake = replace(seized, address=address("dog"))
    found, _ = classify(
        activity("", logs=[fake, frob(2, 0, 0)], caller="x"),
        wallets(),
        PROTOCOLS,
        known,
        held=held,
    )
    assert not found.events


def test_a_flash_mint_takes_all():
    logs = [log(9, maker.LENDERS[0], maker.FLASH_LOAN, "bot", data=[DAI, 100, 0])]
    text = f"zero > bot 100 {DAI}@1; bot > pool 100 {DAI}@2; pool > bot 103 {DAI}@3"
    event = only(
        activity(f"{text}; bot > {maker.LENDERS[0]} 100 {DAI}@4", logs=logs, caller="bot"),
        PROTOCOLS,
    )
    assert (event.kind, event.protocol) == ("flash_loan", "makerdao")


LENDER = maker.LENDERS[0]
#: The owner tells a proxy to have a helper act on vault 7.
EXECUTED = log(0, "proxy", vaults.EXECUTE, "w", "mpa", 64, data=[0, 64, 7])
OPENED = f"""w > proxy 10 ETH; proxy > mpa 10 ETH; zero > mpa 95 {DAI}@1; mpa > px 95 {DAI}@2
    px > mpa 20 W@3; mpa > gemjoin 30 W@4; zero > mpa 96 {DAI}@8; mpa > {LENDER} 95 {DAI}@10
    {LENDER} > zero 95 {DAI}@11"""


def multiplied(text=OPENED, *more, ilk=ILK, called="proxy", by="mpa"):
    """A helper swaps what the lender made, locks it in the vault and draws what it gives back.

    It has the vault changed by the manager (`by`), as who owns the vault allowed it to.
    """
    logs = [
        log(1, vaults.DAI_JOIN, vaults.EXIT, "mpa", 95),
        slip(4, 30),
        log(5, "gemjoin", vaults.JOIN, "urn", 30),
        frob(6, 30, 90),
        *([] if by is None else [managed(7, by)]),
        log(9, vaults.DAI_JOIN, vaults.EXIT, "mpa", 96),
        log(11, vaults.DAI_JOIN, vaults.JOIN, LENDER, 95),
        log(12, LENDER, maker.FLASH_LOAN, "mpa", data=[DAI, 95, 0]),
    ]
    if ilk != ILK:
        topics = (vaults.FROB, f"0x{ilk:064x}", *logs[3].topics[2:])
        logs[1:4] = [slip(4, 30, ilk), logs[2], replace(logs[3], topics=topics)]
    return activity(text, logs=[*more, *logs], called=called)


def test_what_a_helper_draws_and_locks_at_once_is_owed_and_a_position():
    assert told(multiplied(OPENED, EXECUTED)) == {
        "borrow": [
            (-10, asset("ETH"), "plain"),
            (30, KEPT, "position"),
            (96, OWED, "debt"),
        ]
    }
    # the proxy does it itself; or it was opened for it right here, by a contract that it calls
    assert told(multiplied(by="proxy")).keys() == {"borrow"}
    opened = log(3, vaults.MANAGER, vaults.NEW_CDP, "proxy", "proxy", 7)
    executed = replace(EXECUTED, data="0x")
    assert told(multiplied(OPENED, executed, opened)).keys() == {"borrow"}


def test_a_vault_of_the_books_grows_though_nothing_of_the_fund_moves():
    held = {(WALLET2, KEPT): 10, (WALLET2, OWED): 5}
    unpaid = OPENED.replace("w > proxy 10 ETH; proxy > mpa 10 ETH; ", "")
    event = only(multiplied(unpaid), PROTOCOLS, held=held)
    assert event.kind == "borrow"
    assert said(event) == [(30, KEPT, "position"), (96, OWED, "debt")]
    assert {leg.wallet for leg in event.legs} == {WALLET2}


def test_what_a_proxy_draws_and_sells_is_a_trade_against_the_debt():
    logs = [
        EXECUTED,
        slip(0, 10),
        log(1, "gemjoin", vaults.JOIN, "urn", 10),
        frob(2, 10, 90),
        log(3, vaults.DAI_JOIN, vaults.EXIT, "proxy", 100),
    ]
    text = f"""w > proxy 10 ETH; proxy > gemjoin 10 W@0; zero > proxy 100 {DAI}@4
        proxy > px 100 {DAI}@5; px > w 99 U@6"""
    assert told(activity(text, logs=logs, called="proxy")) == {
        "lend_deposit": [(-10, asset("ETH"), "plain"), (10, KEPT, "position")],
        "borrow": [(99, asset("U"), "plain"), (100, OWED, "debt")],
    }


def test_a_vault_that_a_helper_closes_gives_back_what_is_left_and_that_is_no_income():
    logs = [
        log(1, vaults.DAI_JOIN, vaults.EXIT, "mpa", 104),
        log(3, vaults.DAI_JOIN, vaults.JOIN, "urn", 104),
        frob(4, -30, -90),
        slip(5, -30),
        log(6, "gemjoin", vaults.EXIT, "mpa", 30),
        log(11, vaults.DAI_JOIN, vaults.JOIN, LENDER, 104),
        log(12, LENDER, maker.FLASH_LOAN, "mpa", data=[DAI, 104, 0]),
    ]
    text = f"""zero > mpa 104 {DAI}@1; mpa > zero 104 {DAI}@2; gemjoin > mpa 30 W@6
        mpa > px 21 W@7; px > mpa 106 {DAI}@8; mpa > {LENDER} 104 {DAI}@10; mpa > w 9 ETH
        {LENDER} > zero 104 {DAI}@11; mpa > w 2 {DAI}@13"""
    held = {(WALLET, KEPT): 30, (WALLET, OWED): 100}
    assert told(activity(text, logs=logs, called="proxy"), held=held) == {
        "repay": [
            (9, asset("ETH"), "plain"),
            (2, asset(DAI), "plain"),
            (-104, OWED, "debt"),
            (4, OWED, "interest"),
            (-30, KEPT, "position"),
        ]
    }


def test_vaults_of_others_and_of_modules_are_none_of_ours_on_the_way():
    assert told(multiplied()).keys() == {"send"}
    strange = log(0, "router", vaults.EXECUTE, "x", "mpa", 64, data=[7])
    assert told(multiplied(OPENED, strange)).keys() == {"send"}
    shop = managed(7, "proxy", manager="shop")
    assert told(multiplied(OPENED, shop, by=None)).keys() == {"send"}
    for kind in (b"PSM-USDC-A", b"LITE-PSM-USDC-A"):
        ilk = int.from_bytes(kind.ljust(32, b"\0"))
        assert told(multiplied(OPENED, EXECUTED, ilk=ilk)).keys() == {"send"}


def test_a_contract_of_ours_that_levers_out_of_a_flash_mint_keeps_its_vault():
    swap = OPENED.replace("mpa", "bot").replace("w > proxy 10 ETH; proxy > bot 10 ETH; ", "")
    logs = [
        replace(
            each,
            topics=tuple(t.replace(address("mpa")[2:], address("bot")[2:]) for t in each.topics),
        )
        for each in multiplied().logs
    ]
    found = told(activity(swap, logs=logs, caller="bot", called="lib"))
    assert found["lend_deposit"] == [(-30, asset("W"), "plain"), (30, KEPT, "position")]
    assert found["borrow"] == [(96, asset(DAI), "plain"), (96, OWED, "debt")]
    assert [quantity for quantity, *_ in found["flash_loan"]] == [95, -95, 20, -95]


def test_dai_without_a_vault_or_from_a_stranger_is_no_loan():
    logs = [log(3, vaults.DAI_JOIN, vaults.EXIT, "w", 100)]
    one = activity(f"zero > w 100 {DAI}@4", logs=logs)
    assert only(one, PROTOCOLS).kind == "receive"
    logs = [frob(2, 0, 90, emitter=address("fake")), *logs]
    assert only(activity(f"zero > w 100 {DAI}@4", logs=logs), PROTOCOLS).kind == "receive"
    logs = [frob(2, 0, 90), log(3, vaults.DAI_JOIN, vaults.EXIT, "w", 100)]
    one = activity(f"zero > w 100 {DAI}@4", logs=logs, caller="x")
    assert only(one, PROTOCOLS).kind == "receive"


PAID = [log(1, vaults.DAI_JOIN, vaults.JOIN, "urn", 60), frob(2, 0, -55)]


def test_what_another_own_wallet_pays_clears_the_debt_of_the_one_that_owes():
    held = {(WALLET, OWED): 100, (WALLET, KEPT): 10}
    event = only(activity(f"w2 > x 60 {DAI}@0", logs=PAID, caller="w2"), PROTOCOLS, held=held)
    assert event.kind == "repay"
    assert [(leg.wallet, leg.quantity) for leg in event.legs if leg.role == "debt"] == [
        (WALLET, -60)
    ]
    put = [slip(0, 10), log(1, "gemjoin", vaults.JOIN, "urn", 10), frob(2, 10, 0)]
    event = only(activity("w2 > gemjoin 10 G@0", logs=put, caller="w2"), PROTOCOLS, held=held)
    assert [(leg.wallet, leg.quantity) for leg in event.legs if leg.role == "position"] == [
        (WALLET, 10)
    ]


def test_the_debt_of_a_stranger_is_none_of_ours():
    event = only(activity(f"w > x 60 {DAI}@0", logs=PAID), PROTOCOLS)
    assert said(event) == [(-60, asset(DAI), "plain")]


def test_a_seizure_clears_the_debt_of_whichever_wallet_owes():
    held = {(WALLET, KEPT): 10, (WALLET2, OWED): 100}
    known = {KEPT: Asset(KEPT, "G", 18, "position")}
    data = [10, 90, 100 * 10**27, "clip"]
    bark = log(1, maker.DOG, maker.BARK, ILK, "urn", 7, data=data)
    one = activity("", logs=[bark], caller="x")
    event = only(one, PROTOCOLS, held=held, assets=known)
    assert [(leg.wallet, leg.quantity) for leg in event.legs] == [(WALLET, -10), (WALLET2, -100)]


def test_collateral_that_is_bought_at_auction_is_a_liquidation():
    logs = [
        log(1, vaults.VAT, "0xbb35783b" + "0" * 56, 1, "w", "x", data=[0]),
        log(2, "clip", maker.TAKE, 7, "urn", data=[9, 9, 100, 0, 0]),
    ]
    text = f"gemjoin > w 5 COLL; w > zero 100 {DAI}"
    event = only(activity(text, logs=logs, called="clip"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "makerdao")
    assert only(activity(text, logs=logs[1:], called="clip"), PROTOCOLS).protocol is None


ETH_A = "0x4554482d41" + "00" * 27
OWING = "0x" + "a1" * 20
OF_THE_CORE = {
    call(vaults.VAT, maker.URNS, int(ETH_A, 16), int(OWING, 16)): words(5 * 10**18, 10**20 + 1),
    call(vaults.VAT, maker.ILKS, int(ETH_A, 16)): words(0, 1_047 * 10**24 + 1, 0, 0, 0),
}


def test_a_vault_owes_its_normalised_debt_at_the_rate_of_its_kind_rounded_up():
    assert selector_of("urns(bytes32,address)") == maker.URNS
    assert selector_of("ilks(bytes32)") == maker.ILKS
    value, _ = asked(maker, OF_THE_CORE, f"{ETH_A}.{OWING}")
    assert value == {"quantity": "104700000000000000002"}


def test_a_core_that_says_nothing_and_another_network_say_nothing_of_a_vault():
    assert asked(maker, {}, f"{ETH_A}.{OWING}")[0] is None
    assert asked(maker, OF_THE_CORE, f"{ETH_A}.{OWING}", network="eip155:100") == (None, [])
    assert asked(maker, OF_THE_CORE, OWING) == (None, [])
