"""Every bridge that names its messages: both ends join, and nobody else ends what is under way."""

from dataclasses import replace

import pytest

from ledger.link import link
from ledger.model.activity import Log
from ledger.model.asset import contract_of, erc20, native
from ledger.protocols import (
    _layerzero,
    _omnibridge,
    celer,
    debridge,
    lifi,
    linea_bridge,
    omnibridge,
    op_bridge,
)
from ledger.protocols import scroll_bridge as scroll
from ledger.protocols import xdai_bridge as xdai
from tests.ledger import test_link
from tests.ledger.moves import OWNED, activity, address, events_of, log, wallets, word
from tests.ledger.protocols import (
    test_arbitrum_bridge,
    test_cctp,
    test_celer,
    test_crosscurve,
    test_debridge,
    test_hop,
    test_layerzero,
    test_layerzero_v1,
    test_lifi,
    test_linea_bridge,
    test_omnibridge,
    test_op_bridge,
    test_polygon_bridge,
    test_scroll_bridge,
    test_synapse,
    test_wormhole,
    test_xdai_bridge,
)
from tests.ledger.protocols.packets import message, packet_sent
from tests.ledger.protocols.registry import PROTOCOLS

_NUMBERS = (1, 10, 56, 100, 137, 8453, 42161, 59144, 534352)
NETWORKS = [f"eip155:{number}" for number in _NUMBERS]
FUND = {name: wallet for network in NETWORKS for name, wallet in wallets(network=network).items()}


# ---- the other way -----------------------------------------------------------------------------


def op_down():
    """A token that goes back to the first layer under the hash of its message."""
    data = ["w", 7, 96, 0]
    burnt = log(3, test_op_bridge.L2_BRIDGE, op_bridge.WITHDRAWAL, "U", "U2", "w", data=data)
    said = test_op_bridge.message(4, test_op_bridge.L2_BRIDGE, test_op_bridge.L1_BRIDGE)
    out = activity("w > zero 7 U2", logs=[burnt, said], network="eip155:10", name="out")
    words = (test_op_bridge.NONCE, test_op_bridge.L2_BRIDGE, test_op_bridge.L1_BRIDGE, 0, 200_000)
    hash_ = test_op_bridge.hash_of(*words, 192, *test_op_bridge.TAIL)
    l1 = test_op_bridge.L1_BRIDGE
    logs = [
        log(1, l1, op_bridge.ERC20_WITHDRAWN, "U", "U2", "w", data=["w", 7, 96, 0]),
        log(2, "messenger", op_bridge.RELAYED, hash_),
    ]
    return out, activity(f"{l1} > w 7 U", logs=logs, called="portal", minutes=9, name="in")


def op_coin_down():
    """Coin over the passer, which the portal pays out."""
    passer = "0x4200000000000000000000000000000000000016"
    passed = log(1, passer, op_bridge.MESSAGE_PASSED, 1, "w", "w", data=[5, 0, 128, 99, 0])
    text = f"w > {passer} 5 ETH"
    out = activity(text, logs=[passed], called=passer, network="eip155:10", name="out")
    final = log(1, "portal", op_bridge.PORTAL_WITHDRAWAL, 99, data=[1])
    came = activity("portal > w 5 ETH", logs=[final], called="portal", minutes=9, name="in")
    return out, came


def scroll_down():
    sent = log(4, "gateway", scroll.WITHDRAW, "U", "U2", "w", data=["w", 7, 96, 0])
    said = replace(test_scroll_bridge.message(0), address=test_scroll_bridge.L2_MESSENGER)
    network = "eip155:534352"
    out = activity("w > zero 7 U2", logs=[said, sent], network=network, name="out")
    hash_ = test_scroll_bridge.hash_of(0)
    logs = [
        log(4, "gateway2", scroll.WITHDRAWN, "U", "U2", "w", data=["w", 7, 96, 0]),
        log(5, test_scroll_bridge.L1_MESSENGER, scroll.RELAYED, hash_),
    ]
    return out, activity("gateway2 > w 7 U", logs=logs, caller="x", minutes=9, name="in")


def linea_down():
    sent = log(4, "bridge", linea_bridge.SENT_2, "w", "w", "U", data=[7])
    said = test_linea_bridge.message()
    network = "eip155:59144"
    out = activity("w > bridge 7 U", logs=[said, sent], network=network, called="bridge")
    bridge = "0x051f1d88f0af5763fb888ec4378b4d8b29ea3319"
    service = "0xd19d4b5d358258f05d7b411e21a1460d11b0876f"
    logs = [
        log(4, bridge, linea_bridge.CAME_2, "U2", "U", "w", data=[7]),
        log(9, service, linea_bridge.CLAIMED, 55),
    ]
    return out, activity(f"{bridge} > w 7 U2", logs=logs, caller="x", minutes=9, name="in")


def omnibridge_home():
    mediator, other = test_omnibridge.BRIDGE_2, test_omnibridge.BRIDGE
    header = f"{5:064x}{mediator[2:]}{other[2:]}{2_000_000:08x}010100{100:02x}{1:02x}"
    text = header + "272255bb" + word("U") + word("w") + word(7)
    text = text.ljust(-(-len(text) // 64) * 64, "0")
    words = [int(text[place : place + 64], 16) for place in range(0, len(text), 64)]
    logs = [
        log(2, "amb", _omnibridge.REQUESTED_BACK, 5, data=[32, 200, *words]),
        log(3, mediator, omnibridge.INITIATED, "U2", "w", 5, data=[7]),
    ]
    out = activity(f"w > {mediator} 7 U2", logs=logs, network="eip155:100", name="out")
    bridged = log(3, other, omnibridge.BRIDGED, "U", "w", 5, data=[7])
    came = activity(f"{other} > w 7 U", logs=[bridged], caller="x", minutes=9, name="in")
    return out, came


def xdai_home():
    asked = xdai.ASKED_BACK_2
    request = log(3, "bridge2", asked, data=["w", 100, 12])
    network = "eip155:100"
    out = activity("w > bridge2 100 ETH", logs=[request], network=network, called="bridge2")
    relayed = log(3, "bridge", xdai.RELAYED, data=["w", 100, 12])
    text = f"bridge > w 100 {test_xdai_bridge.DAI}"
    return out, activity(text, logs=[relayed], caller="x", minutes=9, name="in")


def order_for_coin():
    out = test_debridge.created(take="zero")
    done = test_debridge.fulfilled()
    data = [4 * 32, 55, "x", "x", *test_debridge.order(take="zero")]
    paid = log(4, "dln2", debridge.FULFILLED, data=data)
    text = "dln2 > w 98 ETH"
    came = activity(
        text, logs=[paid], network=done.network, caller="x", called="dln2", minutes=2, name="in"
    )
    return out, came


def over_layerzero():
    sent = log(7, "pool", _layerzero.SENT, 5, "router", data=[30184, 100, 99])
    packet = packet_sent(6, 5, 30184, "pool2", message("receiver", 99, "0a"))
    out = test_lifi.out("w > router 70 A", test_lifi.swapped(), packet, sent)
    done = log(8, "receiver", lifi.COMPLETED, 6, data=["U2", "w", 90, 0])
    logs = [done, test_lifi.composed()]
    text, network = "receiver > w 90 U2", "eip155:8453"
    came = activity(text, logs=logs, network=network, caller="x", minutes=4, name="in")
    return out, came


CASES = {
    "across": lambda: (test_link.sent(), test_link.arrived()),
    "arbitrum": lambda: (test_arbitrum_bridge.withdrawal(), test_arbitrum_bridge.exit_()),
    "cctp": lambda: (test_cctp.burn(), test_cctp.mint()),
    "celer pool": lambda: (test_celer.sent(celer.SEND), test_celer.came(celer.RELAY)),
    "celer vault": lambda: (test_celer.sent(celer.DEPOSITED), test_celer.came(celer.MINTED)),
    "celer back": lambda: (test_celer.sent(celer.BURN_2), test_celer.came(celer.WITHDRAWN)),
    "crosscurve": lambda: (test_crosscurve.first(), test_crosscurve.last()),
    "debridge": lambda: (test_debridge.created(), test_debridge.fulfilled()),
    "debridge coin": order_for_coin,
    "hop down": lambda: (test_hop.sent(), test_hop.bonded()),
    "hop up": lambda: (test_hop.first(), test_hop.completed()),
    "layerzero": lambda: (test_layerzero.token_sent(), test_layerzero.received(pool="OFT2")),
    "stargate": lambda: (
        test_layerzero.sent(packet=test_layerzero.taxi()),
        test_layerzero.received(),
    ),
    "layerzero_v1": lambda: (test_layerzero_v1.pool_sent(), test_layerzero_v1.pool_paid()),
    "lifi": over_layerzero,
    "linea": lambda: (test_linea_bridge.token_sent(), test_linea_bridge.token_arrived()),
    "linea down": linea_down,
    "omnibridge": lambda: (test_omnibridge.sent(), test_omnibridge.came()),
    "omnibridge home": omnibridge_home,
    "op coin": lambda: (test_op_bridge.coin_sent(), test_op_bridge.coin_arrived()),
    "op token": lambda: (test_op_bridge.token_sent(), test_op_bridge.token_arrived()),
    "op down": op_down,
    "op coin down": op_coin_down,
    "polygon": lambda: (test_polygon_bridge.locked(), test_polygon_bridge.synced()),
    "scroll coin": lambda: (test_scroll_bridge.coin_sent(), test_scroll_bridge.coin_arrived()),
    "scroll token": lambda: (test_scroll_bridge.token_sent(), test_scroll_bridge.token_arrived()),
    "scroll down": scroll_down,
    "synapse": lambda: (test_synapse.requested(), test_synapse.relayed()),
    "wormhole": lambda: (test_wormhole.sent(), test_wormhole.redeemed(9)),
    "xdai": lambda: (test_xdai_bridge.asked(), test_xdai_bridge.affirmed()),
    "xdai home": xdai_home,
}
#: What the contract that the bridge expects pays out, in whatever quantity, is what arrived.
TELLS_ALL = {"crosscurve", "lifi"}


# ---- attacks -----------------------------------------------------------------------------------


def rewritten(log_, words, emitters):
    """A log with other words and another address."""

    def other(text):
        return "".join(
            words.get(text[place : place + 64], text[place : place + 64])
            for place in range(0, len(text), 64)
        )

    topics = (log_.topics[0], *("0x" + other(topic[2:]) for topic in log_.topics[1:]))
    data = "0x" + other(log_.data[2:])
    return Log(log_.index, emitters.get(log_.address, log_.address), topics, data)


def forged(came, *, dust=False, scam=False, stranger=False):
    """What somebody else pays and logs under the same message, before it truly arrives."""
    ours = {address(name) for name in OWNED}
    words, emitters, moves = {}, {}, []
    if stranger:
        emitters = {one.address: address("stranger") for one in came.logs}
    for move in came.transfers:
        made = move
        if move.recipient in ours and dust:
            words[word(move.quantity)] = word(1)
            made = replace(made, quantity=1)
        if move.recipient in ours and scam:
            token = erc20(came.network, address("Scam"))
            if move.asset != native(came.network):
                words[word(contract_of(move.asset))] = word("Scam")
                emitters.setdefault(contract_of(move.asset), address("Scam"))
            made = replace(made, asset=token)
        moves.append(replace(made, sender=emitters.get(move.sender, move.sender)))
    logs = tuple(rewritten(one, words, emitters) for one in came.logs)
    return replace(
        came, id=f"{came.network}/tx:0xforged", txid="0xforged", transfers=tuple(moves), logs=logs
    )


def events(*activities):
    return [event for one in activities for event in events_of(one, PROTOCOLS, FUND)]


def ended(*activities):
    """Whether nothing is under way, and what the arrival brought that ended it."""
    linked = link(events(*activities), FUND)
    (group,) = {event.group for event in linked.events if event.kind == "bridge_out"}
    came = [event for event in linked.events if event.kind == "bridge_in" and event.group == group]
    legs = [leg for event in came for leg in event.legs if leg.quantity > 0]
    return linked.in_flight == (), [(leg.asset, leg.quantity) for leg in legs]


@pytest.mark.parametrize("name", CASES)
def test_both_ends_join_and_nothing_is_left_to_look_at(name):
    linked = link(events(*CASES[name]()), FUND)
    assert [event.kind for event in linked.events] == ["bridge_out", "bridge_in"]
    assert len({event.group for event in linked.events}) == 1
    assert linked.problems == ()


@pytest.mark.parametrize("name", [name for name in CASES if name not in TELLS_ALL])
@pytest.mark.parametrize(
    "attack",
    [{"dust": True, "stranger": True}, {"scam": True, "stranger": True}],
    ids=["dust", "scam"],
)
def test_a_stranger_ends_no_flight_with_a_little_or_with_a_token_of_his_own(name, attack):
    out, came = CASES[name]()
    assert not ended(out, forged(came, **attack))[0]
    brought = ended(out, came)
    assert brought[0] and ended(out, forged(came, **attack), came) == brought


@pytest.mark.parametrize("name", TELLS_ALL)
def test_only_the_contract_that_was_called_tells_of_what_it_pays_out(name):
    out, came = CASES[name]()
    for attack in ({"stranger": True}, {"dust": True, "stranger": True}):
        assert not ended(out, forged(came, **attack))[0]


#: Bridges that keep a fee which no log of the sending side says.
FEES = {"omnibridge", "omnibridge home", "celer vault", "celer back"}


@pytest.mark.parametrize("name", [name for name in CASES if name not in TELLS_ALL | FEES])
def test_a_little_of_the_right_token_ends_no_flight_whoever_logs_it(name):
    out, came = CASES[name]()
    assert not ended(out, forged(came, dust=True))[0]


@pytest.mark.parametrize("name", CASES)
def test_a_bridge_to_somebody_else_is_sent_and_stays_named(name):
    out, _ = CASES[name]()
    (event,) = events(out)
    to = event.note.partition(" to:")[2].partition(" ")[0].rpartition(":")[2]
    assert to in {"", address("w")}
    given_away = FUND if to else {}
    stranger = {
        wallet.id: replace(wallet, owned_until=event.time)
        for wallet in given_away.values()
        if wallet.address == to
    }
    linked = link([event], FUND | stranger)
    kind = "send" if to else "bridge_out"
    assert [(one.kind, one.protocol, one.group is None) for one in linked.events] == [
        (kind, event.protocol, bool(to))
    ]
