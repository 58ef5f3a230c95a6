"""A trade right behind a stranger's that it undoes is a back-run; what nobody saw is none."""

from dataclasses import replace

import pytest

from ledger.chains.evm.ahead import logs_ahead, with_ahead
from ledger.chains.evm.logs import TRANSFER
from ledger.link import is_back_run, link
from ledger.model.evidence import RawTransaction, canonical_json
from ledger.protocols import _markets as markets
from tests.ledger.moves import NETWORK, activity, address, log, wallets
from tests.ledger.test_link import BACK, FRONT, bot, events

OWNED = wallets()
#: In the pool the stranger gave 100 of its first asset for 90 of the second, and we the reverse.
THERE, BACKWARDS = (100, -90), (-70, 80)
POOL = (32 * b"\x01").hex()


def swap(topic, gained, pool="pool", number=POOL):
    """A pool's log of a trade in which it gained so much of its two assets."""
    first, second = gained
    sides = [max(first, 0), max(second, 0), max(-first, 0), max(-second, 0)]
    signed = [each % 2**256 for each in gained]
    given, taken = (("A", first), ("B", -second)) if first > 0 else (("B", second), ("A", -first))
    if topic in {markets.CONSTANT_PRODUCT, markets.SOLIDLY}:
        return log(1, pool, topic, "router", "w", data=sides)
    if topic in {markets.CONCENTRATED, markets.PANCAKE_V3}:
        return log(1, pool, topic, "router", "w", data=[*signed, 1, 1, 1, 0, 0])
    if topic == markets.SINGLETON:
        told = [-each % 2**256 for each in gained]
        return log(1, pool, topic, int(number, 16), "router", data=[*told, 1, 1, 1, 1])
    if topic in {markets.CURVE, markets.CURVE_CRYPTO, markets.CURVE_CRYPTO_NG}:
        coins = {"A": 0, "B": 1}
        words = [coins[given[0]], given[1], coins[taken[0]], taken[1], 0, 0]
        return log(1, pool, topic, "w", data=words)
    who = "router" if topic == markets.BALANCER_V1 else int(number, 16)
    return log(1, pool, topic, who, given[0], taken[0], data=[given[1], taken[1], 0, 0])


TOPICS = sorted(
    {
        *(markets.CONSTANT_PRODUCT, markets.SOLIDLY, markets.CONCENTRATED, markets.PANCAKE_V3),
        *(markets.SINGLETON, markets.CURVE, markets.CURVE_CRYPTO, markets.CURVE_CRYPTO_NG),
        *(markets.BALANCER_V1, markets.BALANCER_V2, markets.BALANCER_V3),
    }
)


def run(ours, ahead, index=4, **said):
    """Our trade with the logs of pools, and those of the transaction before it."""
    text = "bot > pool 80 A; pool > bot 70 U"
    one = activity(text, index=index, called="bot", logs=ours, name=f"i{index}", **said)
    return replace(one, ahead=tuple(ahead))


def groups(*activities):
    behind = {one.id for one in activities if is_back_run(one)}
    return [event.group for event in link(events(*activities), OWNED, behind).events]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_trade_against_the_one_before_it_in_the_same_pool_is_a_back_run(topic):
    one = run([swap(topic, BACKWARDS)], [swap(topic, THERE)])
    assert groups(one) == [f"backrun:{NETWORK}:100:4"]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_trade_along_with_it_or_in_another_pool_is_none(topic):
    assert groups(run([swap(topic, THERE)], [swap(topic, THERE)])) == [None]
    assert groups(run([swap(topic, BACKWARDS)], [swap(topic, THERE, pool="other")])) == [None]


@pytest.mark.parametrize("topic", [markets.SINGLETON, markets.BALANCER_V2, markets.BALANCER_V3])
def test_pools_of_one_contract_are_told_apart(topic):
    other = swap(topic, THERE, number=(32 * b"\x02").hex())
    assert groups(run([swap(topic, BACKWARDS)], [other])) == [None]


def test_what_the_transaction_before_did_in_all_counts():
    topic = markets.CONCENTRATED
    there_and_back = [swap(topic, THERE), swap(topic, (-120, 130))]
    assert groups(run([swap(topic, BACKWARDS)], there_and_back)) == [None]
    assert groups(run([swap(topic, THERE)], there_and_back)) == [f"backrun:{NETWORK}:100:4"]


def test_without_the_logs_before_nothing_is_said():
    assert groups(run([swap(markets.CONCENTRATED, BACKWARDS)], [])) == [None]


@pytest.mark.parametrize(
    "cut", [log(1, "pool", markets.CONCENTRATED), log(1, "pool", markets.CONCENTRATED, 1, 2)]
)
def test_a_log_that_is_too_short_says_nothing(cut):
    assert groups(run([swap(markets.CONCENTRATED, BACKWARDS)], [cut])) == [None]


def test_a_failed_trade_followed_nobody():
    one = run([swap(markets.CONCENTRATED, BACKWARDS)], [swap(markets.CONCENTRATED, THERE)])
    assert not is_back_run(replace(one, status="failed"))


def test_behind_an_own_transaction_nobody_was_followed():
    before = bot("w > bob 1 ETH", 3)
    one = run([swap(markets.CONCENTRATED, BACKWARDS)], [swap(markets.CONCENTRATED, THERE)])
    assert groups(before, one) == [None, None]


def test_the_back_of_a_sandwich_stays_part_of_it():
    logs = [swap(markets.CONCENTRATED, BACKWARDS)]
    back = replace(bot(*BACK), logs=tuple(logs), ahead=(swap(markets.CONCENTRATED, THERE),))
    assert is_back_run(back)
    assert groups(bot(*FRONT), back) == [f"sandwich:{NETWORK}:100:3"] * 2


def test_what_its_producer_is_paid_for_it_belongs_to_it():
    one = run([swap(markets.CONCENTRATED, BACKWARDS)], [swap(markets.CONCENTRATED, THERE)])
    paid = bot("w > producer 5 ETH", 5)
    assert groups(one, paid) == [f"backrun:{NETWORK}:100:4"] * 2


# ---- the evidence --------------------------------------------------------------------------------


def row(one, index, place=0):
    """A log as a node gives it, of a transaction at a place of the block."""
    return {
        "address": one.address,
        "topics": list(one.topics),
        "data": one.data,
        "logIndex": hex(place),
        "transactionIndex": hex(index),
    }


def test_only_logs_of_the_kinds_of_our_own_and_right_before_us_are_kept():
    trade, moved = swap(markets.CONCENTRATED, THERE), log(0, "A", TRANSFER, "x", "y", data=[1])
    ours = [row(trade, 4), row(moved, 4)]
    receipt = {"transactionIndex": "0x4", "logs": ours}
    others = [
        *(row(moved, 3), row(trade, 3, 7), row(trade, 2), row(trade, 5)),
        row(swap(markets.CURVE, THERE), 3),
        row(swap(markets.CONCENTRATED, THERE, pool="other"), 3),
    ]
    assert logs_ahead(receipt, others) == [row(trade, 3, 7)]
    assert logs_ahead({**receipt, "transactionIndex": "0x0"}, others) == []
    assert logs_ahead({"logs": ours}, others) == []


def test_what_is_kept_is_read_again_and_what_cannot_be_read_says_nothing():
    one = bot(*BACK)
    trade = row(swap(markets.CONCENTRATED, THERE), 4)
    raw = RawTransaction(NETWORK, one.txid, canonical_json({"ahead": [trade]}))
    (found,) = with_ahead(raw, one).ahead
    assert (found.address, found.topics[0]) == (address("pool"), markets.CONCENTRATED)
    for broken in ({"ahead": [{**trade, "topics": ["0x12"]}]}, {"ahead": [7]}, {"other": 1}):
        assert with_ahead(RawTransaction(NETWORK, one.txid, canonical_json(broken)), one) == one
