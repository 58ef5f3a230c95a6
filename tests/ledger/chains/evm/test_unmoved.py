"""What others do to an account's positions is found, though nothing of the account's moves."""

import pytest
from eth_utils.crypto import keccak

from ledger.chains.evm import fetch_history
from ledger.chains.evm.bloom import mask_of
from ledger.chains.evm.logs import EVENT_LOG_1
from ledger.chains.evm.unmoved import ABOUT, WITHIN
from ledger.model.errors import SourceUnavailable
from ledger.protocols import (
    abracadabra,
    compound_v3,
    curve_lend,
    euler,
    extrafi,
    gmx,
    liquity,
    morpho_blue,
    nftfi,
    stakewise,
)
from ledger.protocols._gmx_vault import LIQUIDATE_POSITION
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
    nftfi.LIQUIDATED: 2,
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
        if "blockHash" in wanted:
            return [] if wanted["blockHash"] != "0xb" else list(self.left_out)
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        if last - first + 1 > self.most_blocks:
            raise LookupError
        return [
            log
            for log in self.logs
            if first <= 16 <= last
            and wanted.get("address", log["address"]) == log["address"]
            and fits(log, wanted["topics"])
        ]

    left_out: tuple[dict[str, object], ...] = ()


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


def found_by(chain, network="eip155:1"):
    transport = Transport(allow_private=True, timeout_seconds=5)
    try:
        with served(rpc(chain)) as server:
            node = json_rpc(transport, server.url)
            return list(fetch_history(node, network, [ALICE], 1, 40))
    finally:
        transport.close()


@pytest.mark.parametrize(("kind", "place"), [*KNOWN.items(), (EVENT_LOG_1, 2)])
def test_a_log_about_an_account_is_found_by_its_place(kind, place):
    for account in (ALICE, BOB):
        topics = [kind, *[topic(5)] * 3]
        topics[place] = topic(account)
        assert bool(found_by(Filtering(logs=[{**LOG, "topics": topics}]))) == (account == ALICE)


# ---- accounts that stand in no topic ---------------------------------------------------------


ARBITRUM = "eip155:42161"


def test_vaults_are_those_of_the_plug_in_and_so_is_the_word_of_the_account():
    (signature,) = {one.kind for ours in WITHIN.values() for one in ours}
    assert signature == LIQUIDATE_POSITION
    vaults = {(network, one.contract) for network, ours in WITHIN.items() for one in ours}
    assert vaults == gmx.VAULTS


def liquidated(account, **more):
    """A log of the vault that names the account in its second word."""
    (within,) = WITHIN[ARBITRUM]
    data = "0x" + "".join(word[2:] for word in (topic(7), topic(account), *[topic(5)] * 8))
    return {**LOG, "address": within.contract, "topics": [within.kind], "data": data, **more}


@pytest.mark.parametrize("most", [10**9, 3])
def test_a_position_that_a_liquidator_ended_is_found_whatever_ranges_the_node_allows(most):
    assert len(found_by(Filtering([liquidated(ALICE)], most), ARBITRUM)) == 1
    assert found_by(Filtering([liquidated(BOB)], most), ARBITRUM) == []


def test_another_contract_and_another_network_say_nothing_of_a_position():
    assert found_by(Filtering([liquidated(ALICE, address=ALICE)]), ARBITRUM) == []
    assert found_by(Filtering([liquidated(ALICE)]), "eip155:1") == []


def test_short_data_names_nobody():
    assert found_by(Filtering([liquidated(ALICE, data="0x")]), ARBITRUM) == []


class Lagging(Filtering):
    """Its index of logs lags: a block's filter has a log that no range gives."""

    def result(self, method, params):
        answer = super().result(method, params)
        if method == "eth_getBlockByNumber" and params[0] == "0x10":
            (within,) = WITHIN[ARBITRUM]
            bloom = mask_of(within.kind) | mask_of(within.contract)
            rows = [
                {"hash": LOG["transactionHash"], "blockNumber": "0x10", "transactionIndex": "0x0"}
            ]
            return answer | {"logsBloom": f"0x{bloom:0512x}", "transactions": rows, "hash": "0xb"}
        return answer


def test_a_liquidation_that_a_range_leaves_out_is_no_whole_answer():
    chain = Lagging(logs=())
    chain.left_out = (liquidated(BOB),)
    assert found_by(chain, ARBITRUM) == []
    chain.left_out = (liquidated(ALICE),)
    with pytest.raises(SourceUnavailable, match="left logs out"):
        found_by(chain, ARBITRUM)
