"""The table of networks answers names, ids and numbers, and holds only well-formed rows."""

import re

import pytest

from ledger.chains.networks import NETWORKS, network_named
from ledger.model.errors import BadInput

ADDRESS = re.compile(r"0x[0-9a-f]{40}")


@pytest.mark.parametrize("text", ["ethereum", "Ethereum", "eip155:1", "1", " 1 "])
def test_a_network_is_found_by_name_id_and_number(text):
    assert network_named(text) is NETWORKS["eip155:1"]


def test_an_unknown_evm_network_gets_a_generic_row():
    network = network_named("eip155:31337")
    assert (network.id, network.chain_id, network.symbol) == ("eip155:31337", 31337, "ETH")
    assert (network.wrapped, network.l1_fee, dict(network.aliases)) == ("", "none", {})


@pytest.mark.parametrize(
    "text",
    ["", "ethereums", "eip155:", "eip155:0", "eip155:-1", "0", "1e3", "solana", "９", "1" * 40],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadInput):
        network_named(text)


@pytest.mark.parametrize(
    "name", ["optimism", "base", "unichain", "world", "soneium", "mode", "ink"]
)
def test_networks_of_the_op_stack_charge_for_the_layer_below(name):
    network = network_named(name)
    assert (network.l1_fee, network.wrapped[-1], len(network.fee_accounts)) == ("op", "6", 4)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_rows_are_well_formed(network):
    assert network.id == f"eip155:{network.chain_id}"
    assert network_named(network.name) is network
    addresses = [*network.aliases, *network.aliases.values(), *network.mirrors]
    addresses += [*network.fee_accounts, *([network.wrapped] if network.wrapped else [])]
    assert all(ADDRESS.fullmatch(each) for each in addresses)
    assert not set(network.aliases) & set(network.aliases.values())
