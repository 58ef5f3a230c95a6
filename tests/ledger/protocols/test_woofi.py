"""WOOFi's swaps across networks, in the logs of its routers."""

from ledger.link import link
from ledger.protocols import _layerzero as layerzero
from ledger.protocols import woofi
from tests.ledger.moves import activity, address, events_of, log, only, said, wallets
from tests.ledger.protocols.packets import message, packet_sent
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

ROUTER = "0xb84aefef2ddde628d5c7f1fba320de63e3f4757c"
OPTIMISM = "eip155:10"
BOTH = wallets() | wallets(network=OPTIMISM)


def test_topics_are_the_hashes_of_their_signatures():
    start = "uint256,address,address,address,uint256"
    for signature, topic in {
        f"WooCrossSwapOnSrcChain({start},uint256,uint256)": woofi.SRC_2,
        f"WooCrossSwapOnSrcChain({start},address,uint256,uint256,uint8,uint256)": woofi.SRC_4,
        f"WooCrossSwapOnDstChain({start},address,address,uint256,uint256)": woofi.DST_2,
        f"WooCrossSwapOnDstChain({start},address,address,uint256,uint256,uint8,uint256)": (
            woofi.DST_4
        ),
    }.items():
        assert hashes_to(signature, topic)


def test_a_swap_to_another_network_leaves():
    for topic in (woofi.SRC_2, woofi.SRC_4):
        sent = log(5, "router", topic, 8, "w", "w2", data=["U", 100, 90, 95, 0, 0, 0])
        event = only(activity("w > router 100 U; w > router 3 ETH", logs=[sent]), PROTOCOLS)
        assert (event.kind, event.protocol) == ("bridge_out", "woofi")
        assert event.note == f"to:{address('w2')}"
        assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]


def test_what_was_swapped_there_arrives_at_its_recipient():
    for topic in (woofi.DST_2, woofi.DST_4):
        for recipient, kind in (("w", "bridge_in"), ("x", "receive")):
            data = ["U", 95, "V", "V", 80, 88, 0, 0]
            came = log(5, "router", topic, 8, "bridge", recipient, data=data)
            one = activity("woo > w 88 V", logs=[came], caller="x", called="lz")
            assert only(one, PROTOCOLS).kind == kind


def test_the_newer_router_joins_by_stargates_id():
    form = "0x" + "96" * 32
    packet = packet_sent(6, 5, 30111, "pool2", message(ROUTER, 94, calls="0a"))
    sent = log(7, "pool", layerzero.SENT, 5, ROUTER, data=[30111, 95, 94])
    routed = log(8, ROUTER, form, 1, "w", "w", data=["A", 100, "U", 90, 95])
    out = activity(f"w > {ROUTER} 100 A", logs=[packet, sent, routed], called=ROUTER, name="out")
    arrived = log(8, ROUTER, form, 5, "endpoint", "w", data=[30101, "U", 94, 94, "V", "V", 80, 88])
    came = activity(
        "woo > w 88 V",
        logs=[arrived],
        network=OPTIMISM,
        caller="x",
        called="lz",
        minutes=4,
        name="in",
    )
    linked = link([*events_of(out, PROTOCOLS, BOTH), *events_of(came, PROTOCOLS, BOTH)], BOTH)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert {event.group for event in linked.events} == {f"bridge:lz:0x{5:064x}"}
    assert linked.events[0].note.split()[1] == f"to:{address('w')}"


def test_the_newer_router_names_recipient_and_quantity():
    form = "0x" + "96" * 32
    for recipient, quantity in (("x", 88), ("w", 87)):
        logs = [log(8, ROUTER, form, 5, "endpoint", recipient, data=["V", quantity])]
        one = activity("woo > w 88 V", logs=logs, caller="x", called="lz")
        assert only(one, PROTOCOLS).kind == "receive"
