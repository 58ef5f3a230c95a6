"""Scroll's bridge: gateways and messenger of both layers, messages by their hash."""

import pytest

from ledger.chains.evm.codec import keccak
from ledger.link import link
from ledger.protocols import scroll_bridge as scroll
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets, word
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

SCROLL = "eip155:534352"
L1_MESSENGER = "0x6774bcbd5cecef1336b5300fb5186a12ddd8b367"
L2_MESSENGER = "0x781e90f1c8fc4611c9b7497c3b47f99ef6969cbc"
BOTH = wallets() | wallets(network=SCROLL)


def test_topics_are_the_hashes_of_their_signatures():
    pair, tokens = (
        "(address,address,uint256,bytes)",
        "(address,address,address,address,uint256,bytes)",
    )
    for signature, topic in {
        f"DepositETH{pair}": scroll.DEPOSIT_ETH,
        f"WithdrawETH{pair}": scroll.WITHDRAW_ETH,
        f"FinalizeDepositETH{pair}": scroll.DEPOSITED_ETH,
        f"FinalizeWithdrawETH{pair}": scroll.WITHDRAWN_ETH,
        f"DepositERC20{tokens}": scroll.DEPOSIT,
        f"WithdrawERC20{tokens}": scroll.WITHDRAW,
        f"FinalizeDepositERC20{tokens}": scroll.DEPOSITED,
        f"FinalizeWithdrawERC20{tokens}": scroll.WITHDRAWN,
        "SentMessage(address,address,uint256,uint256,uint256,bytes)": scroll.SENT,
        "RelayedMessage(bytes32)": scroll.RELAYED,
    }.items():
        assert hashes_to(signature, topic)


def message(value, sender="gateway"):
    data = [value, 7, 1000, 128, 4, 0xAABBCCDD << 224]
    return log(3, L1_MESSENGER, scroll.SENT, sender, "gateway2", data=data)


def hash_of(value):
    words = ("gateway", "gateway2", value, 7, 160, 4, 0xAABBCCDD << 224)
    call = "8ef1332e" + "".join(word(each) for each in words)
    return int.from_bytes(keccak(bytes.fromhex(call)), "big")


def coin_sent():
    deposit = log(4, "gateway", scroll.DEPOSIT_ETH, "w", "w", data=[100, 64, 0])
    text = f"w > router 106 ETH; router > gateway 106 ETH; {L1_MESSENGER} > w 2 ETH"
    return activity(text, logs=[message(100), deposit], name="out")


def token_sent():
    deposit = log(4, "gateway", scroll.DEPOSIT, "U", "U2", "w", data=["w", 7, 96, 0])
    return activity("w > gateway 7 U; w > router 3 ETH", logs=[message(0), deposit], name="out")


def arrived(text, value, *logs):
    relayed = log(9, L2_MESSENGER, scroll.RELAYED, hash_of(value))
    return activity(
        text,
        logs=[*logs, relayed],
        network=SCROLL,
        caller="alias",
        called=L2_MESSENGER,
        fee=0,
        minutes=9,
        name="in",
    )


def coin_arrived():
    final = log(5, "gateway2", scroll.DEPOSITED_ETH, "w", "w", data=[100, 64, 0])
    return arrived("gateway2 > w 100 ETH", 100, final)


def token_arrived():
    final = log(5, "gateway2", scroll.DEPOSITED, "U", "U2", "w", data=["w", 7, 96, 0])
    return arrived("zero > w 7 U2", 0, final)


def test_coin_that_a_message_brought_alone_comes_from_its_messenger_traced_or_not():
    for sender in (L2_MESSENGER, "protocol"):
        event = only(arrived(f"{sender} > w 100 ETH", 100), PROTOCOLS, BOTH)
        assert (event.kind, event.protocol) == ("bridge_in", "scroll_bridge")
    assert only(arrived("other > w 100 ETH", 100), PROTOCOLS, BOTH).kind == "receive"


def test_coin_leaves_less_fee_and_refund():
    event = only(coin_sent(), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "scroll_bridge")
    assert [leg[::2] for leg in said(event)] == [(-102, "plain"), (-4, "fee"), (2, "refund")]
    assert event.note.split() == [
        f"message:scroll:0x{hash_of(100):064x}",
        f"to:{SCROLL}:{address('w')}",
        f"expects:{SCROLL}/0x{'e' * 40}/100",
    ]


@pytest.mark.parametrize(("out", "came"), [(coin_sent, coin_arrived), (token_sent, token_arrived)])
def test_both_ends_join_by_the_hash(out, came):
    linked = link([*events_of(out(), PROTOCOLS, BOTH), *events_of(came(), PROTOCOLS, BOTH)], BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert len({event.group for event in linked.events}) == 1 and linked.problems == ()


def test_another_message_does_not_join():
    ends = [*events_of(token_sent(), PROTOCOLS, BOTH), *events_of(coin_arrived(), PROTOCOLS, BOTH)]
    assert len(link(ends, BOTH).in_flight) == 1


def test_the_way_down():
    sent = log(4, "gateway2", scroll.WITHDRAW, "U", "U2", "w", data=["w", 7, 96, 0])
    event = only(activity("w > zero 7 U2", logs=[sent], network=SCROLL), PROTOCOLS, BOTH)
    assert event.note.split()[-1] == f"expects:eip155:1/{address('U')}/7"
    came = log(4, "gateway", scroll.WITHDRAWN, "U", "U2", "w", data=["w", 7, 96, 0])
    assert only(activity("gateway > w 7 U", logs=[came]), PROTOCOLS).kind == "bridge_in"


def test_the_messenger_alone_carries_coin():
    sent = log(3, L1_MESSENGER, scroll.SENT, "w", "w", data=[5, 7, 1000, 128, 0])
    one = activity(f"w > {L1_MESSENGER} 6 ETH", logs=[sent], called=L1_MESSENGER)
    event = only(one, PROTOCOLS)
    assert event.kind == "bridge_out" and event.note.startswith("message:scroll:0x")
    event = only(arrived(f"{L2_MESSENGER} > w 5 ETH", 5), PROTOCOLS, BOTH)
    assert (event.kind, event.note) == ("bridge_in", f"message:scroll:0x{hash_of(5):064x}")


def test_logs_about_others_claim_nothing():
    logs = coin_sent().logs
    assert only(activity("w > shop 99 ETH", logs=logs, called="shop"), PROTOCOLS).kind == "send"
    assert only(arrived("x > w 5 ETH", 5), PROTOCOLS, BOTH).kind == "receive"


def test_messages_that_are_two_or_cut_short_have_no_hash():
    second = log(6, L1_MESSENGER, scroll.SENT, "gateway", "x", data=[0, 8, 1000, 128, 0])
    cut = log(3, L1_MESSENGER, scroll.SENT, "gateway", "x", data=[0, 8, 1000, 128, 1 << 200])
    one = token_sent()
    for logs in ([*one.logs, second], [cut, one.logs[1]]):
        sent = activity("w > gateway 7 U", logs=logs)
        assert "message:" not in only(sent, PROTOCOLS).note


def test_coin_for_somebody_else_names_them():
    deposit = log(4, "gateway", scroll.DEPOSIT_ETH, "w", "x", data=[100, 64, 0])
    one = activity("w > gateway 100 ETH", logs=[message(100), deposit], called="gateway")
    assert f"to:{SCROLL}:{address('x')}" in only(one, PROTOCOLS).note
