"""What others do to an account's positions is found, though nothing of the account's moves."""

import pytest
from eth_utils.crypto import keccak

from ledger.chains.evm import fetch_history
from ledger.chains.evm.logs import EVENT_LOG_1
from ledger.chains.evm.unmoved import ABOUT
from ledger.protocols import (
    abracadabra,
    compound_v3,
    curve_lend,
    euler,
    extrafi,
    gmx,
    liquity,
    morpho_blue,
    stakewise,
)
from ledger.transport import Transport, json_rpc
from tests.ledger.chains.evm.bodies import ALICE, BOB, topic
from tests.ledger.chains.evm.test_history import LOG, Chain
from tests.ledger.web_server import rpc, served

KNOWN = {
    gmx.EXECUTE_INCREASE: 1,
    gmx.EXECUTE_INCREASE_ORDER: 1,
    liquity.TROVE_UPDATED: 1,
    abracadabra.REMOVE: 1,
    compound_v3.ABSORB_DEBT: 2,
    curve_lend.LIQUIDATE: 2,
    euler.LIQUIDATE: 2,
    stakewise.LIQUIDATED: 2,
    stakewise.PAID_BY_OTHERS: 2,
    morpho_blue.LIQUIDATE: 3,
    extrafi.LIQUIDATED: 3,
}


def test_the_topics_are_those_of_the_plug_ins():
    told = {kind: place for place, kinds in ABOUT.items() for kind in kinds}
    assert KNOWN.items() <= told.items()


class Filtering(Chain):
    """A node that answers filters of logs as nodes do."""

    def logs_of(self, wanted):
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        return [log for log in self.logs if first <= 16 <= last and fits(log, wanted["topics"])]


def fits(log, topics):
    pairs = zip(topics, log["topics"], strict=False)
    enough = len(topics) <= len(log["topics"])
    return enough and all(
        wanted is None or own in ([wanted] if isinstance(wanted, str) else wanted)
        for wanted, own in pairs
    )


def test_closed_orders_are_looked_for_by_the_hashes_of_their_signatures():
    position = "(address,address[],address,uint256,uint256,bool,address,uint256,uint256,uint256,"
    order = "(address,uint256,address,uint256,address,uint256,bool,uint256,bool,uint256,uint256)"
    for signature in (
        f"ExecuteDecreasePosition{position}uint256,uint256)",
        f"ExecuteDecreaseOrder{order}",
    ):
        assert "0x" + keccak(text=signature).hex() in ABOUT[1]


@pytest.mark.parametrize(("kind", "place"), [*KNOWN.items(), (EVENT_LOG_1, 2)])
def test_a_log_about_an_account_is_found_by_its_place(kind, place):
    for account in (ALICE, BOB):
        topics = [kind, *[topic(5)] * 3]
        topics[place] = topic(account)
        chain = Filtering(logs=[{**LOG, "topics": topics}])
        transport = Transport(allow_private=True, timeout_seconds=5)
        try:
            with served(rpc(chain)) as server:
                node = json_rpc(transport, server.url)
                found = list(fetch_history(node, "eip155:1", [ALICE], 1, 40))
        finally:
            transport.close()
        assert bool(found) == (account == ALICE)
