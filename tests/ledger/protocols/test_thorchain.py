"""THORChain's router: memos say what was meant, and which transaction is answered."""

import pytest

from ledger.classify import after
from ledger.link import link
from ledger.protocols import thorchain
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

BSC = "eip155:56"
BOTH = wallets() | wallets(network=BSC)
ROUTER = "0xd37bbe5744d730a1d98d8dc97c42f0ca46ad7146"
THERE = "0xb30ec53f98ff5947ede720d32ac2da7e52a5f56b"
TXID = "ab" * 32


def text_words(text):
    data = text.encode()
    rest = data.ljust(-(-len(data) // 32) * 32, b"\0")
    return [len(data), *(int.from_bytes(rest[at : at + 32]) for at in range(0, len(rest), 32))]


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposit(address,address,uint256,string)", thorchain.DEPOSIT)
    assert hashes_to("TransferOut(address,address,address,uint256,string)", thorchain.TRANSFER_OUT)


def swapped(memo, text=f"w > {ROUTER} 100 ETH; {ROUTER} > vault 100 ETH", token="zero"):
    data = [100, 64, *text_words(memo)]
    gone = log(2, ROUTER, thorchain.DEPOSIT, "vault", token, data=data)
    return activity(text, logs=[gone], called=ROUTER, name=TXID)


def paid_out(memo, *, to="w", router=THERE, network=BSC):
    data = ["zero", 7, 96, *text_words(memo)]
    came = log(2, router, thorchain.TRANSFER_OUT, "vault", to, data=data)
    text = f"{router} > w 7 ETH"
    return activity(text, logs=[came], network=network, caller="v", called=router, name="in")


def test_coin_is_traded_for_something_on_another_network():
    event = only(swapped("=:BTC.BTC:bc1qxyz:0"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "thorchain")
    assert event.note.split() == [
        f"message:thorchain:0x{TXID}",
        "expects:*/*/*",
        "by:thorchain",
    ]


def test_a_memo_names_network_and_recipient():
    usdc = "0x" + "A0" * 20
    event = only(swapped(f"SWAP:ETH.USDC-{usdc}:{address('w')}:0"), PROTOCOLS)
    assert event.note.split()[1] == f"to:eip155:1:{address('w')}"
    token = swapped("=:AVAX.AVAX:x", "w > vault 100 U", "U")
    assert only(token, PROTOCOLS).kind == "bridge_out"


@pytest.mark.parametrize(
    ("memo", "joined"),
    [(f"OUT:{TXID.upper()}", True), (f"REFUND:{TXID.upper()}", True), ("OUT:" + "0" * 64, False)],
)
def test_an_answer_names_the_transaction_that_it_answers(memo, joined):
    sent = swapped(f"=:BSC.BNB:{address('w')}:1/2/3")
    ends = [*events_of(sent, PROTOCOLS, BOTH), *events_of(paid_out(memo), PROTOCOLS, BOTH)]
    assert [one.kind for one in ends] == ["bridge_out", "bridge_in"]
    assert (link(ends, BOTH).in_flight == ()) == joined


@pytest.mark.parametrize(("memo", "left"), [("-:ETH.ETH:2500", 75), ("wd:ETH.ETH", 0)])
def test_liquidity_is_a_position_until_a_withdrawal_is_answered(memo, left):
    into = only(swapped("+:ETH.ETH:thor1x:t:0"), PROTOCOLS)
    assert (into.kind, into.protocol) == ("pool_deposit", "thorchain")
    held = after([into], {})
    text = f"w > {ROUTER} 100 ETH; {ROUTER} > vault 100 ETH"
    asked = only(swapped(memo, text), PROTOCOLS, held=held)
    assert asked.kind == "pool_withdraw"
    assert said(asked)[0][::2] == (-100, "fee")
    held |= after([asked], held)
    assert sorted(held.values()) == sorted([left, 100 - left])
    out = only(
        paid_out(f"OUT:{TXID.upper()}", router=ROUTER, network="eip155:1"), PROTOCOLS, held=held
    )
    assert (out.kind, out.protocol) == ("pool_withdraw", "thorchain")
    assert sorted({**held, **after([out], held)}.values()) == sorted([left, 0])


def test_a_memo_that_names_no_pool_is_left_alone():
    for memo in ("+:ETH.E|H:thor1x", "-:ETH.", "+:ETH." + "A" * 99):
        assert only(swapped(memo), PROTOCOLS).protocol is None


def test_other_contracts_and_payments_to_others_are_left_alone():
    assert only(paid_out(f"OUT:{TXID}", to="x"), PROTOCOLS, BOTH).kind == "receive"
    assert only(paid_out(f"OUT:{TXID}", router="forger"), PROTOCOLS, BOTH).kind == "receive"
    forged = log(2, "shop", thorchain.DEPOSIT, "v", "zero", data=[7, 64, *text_words("=:A.A:b")])
    assert only(activity("w > shop 7 ETH", logs=[forged], called="shop"), PROTOCOLS).kind == "send"


def test_maya_has_the_same_router():
    router = "0xe3985e6b61b814f7cdb188766562ba71b446b46d"
    came = paid_out(f"OUT:{TXID}", router=router, network="eip155:1")
    assert (only(came, PROTOCOLS).kind, only(came, PROTOCOLS).protocol) == ("bridge_in", "maya")
