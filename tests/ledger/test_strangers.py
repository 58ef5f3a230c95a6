"""What a stranger logs in the fund's own transaction changes nothing of what it is."""

import pytest

from ledger.model.activity import Log
from tests.ledger.moves import activity, address, events_of, word
from tests.ledger.protocols.registry import PROTOCOLS

#: A number of units that is the wallet's address as well: wherever a log is asked for a user or for
#: an amount, it answers what the attacker wants.
SIZE = int(address("w"), 16)
WORDS = 8

#: What moved → what it is, whatever anybody logs beside it.
TRADES = {
    "tokens": f"w > router {SIZE} U; router > pool {SIZE} U; pool > w {SIZE} R",
    "straight": f"w > pool {SIZE} U; pool > w {SIZE} R",
    "coin": f"w > router {SIZE} ETH; router > pool {SIZE} ETH; pool > w {SIZE} R",
    "coin out": f"w > pool {SIZE} U; router > w {SIZE} ETH",
    "minted": f"w > pool {SIZE} U; zero > w {SIZE} R",
}
TOPICS = sorted({sign for each in PROTOCOLS for sign in each.SIGNS if len(sign) == 66})


def forged(topic, emitter="evil"):
    """Logs of a topic that name the wallet and its units everywhere but at one place."""
    said = []
    for indexed in range(4):
        for place in range(-1, indexed + WORDS):
            for token in ("U", "R") if place >= 0 else ("w",):
                values = ["w"] * (indexed + WORDS)
                values[place] = token
                words = [word(value) for value in values]
                topics = (topic, *("0x" + each for each in words[:indexed]))
                data = "0x" + "".join(words[indexed:])
                said.append(Log(len(said) + 10, address(emitter), topics, data))
    return said


def kinds(text, logs):
    return [event.kind for event in events_of(activity(text, logs=logs), PROTOCOLS)]


@pytest.mark.parametrize("emitter", ["evil", "R"])
@pytest.mark.parametrize("moved", TRADES)
def test_a_trade_stays_a_trade(moved, emitter):
    found = {topic: kinds(TRADES[moved], forged(topic, emitter)) for topic in TOPICS}
    assert {topic: each for topic, each in found.items() if each != ["swap"]} == {}


def test_a_deposit_stays_a_deposit():
    text = f"w > V {SIZE} U; zero > w {SIZE} V"
    found = {topic: kinds(text, forged(topic)) for topic in TOPICS}
    assert {topic: each for topic, each in found.items() if each != ["vault_deposit"]} == {}
