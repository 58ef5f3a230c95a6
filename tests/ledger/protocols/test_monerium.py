"""Monerium: issued and redeemed is neither earned nor lost."""

import pytest

from ledger.chains.networks import NETWORKS as NETWORKS_BY_ID
from ledger.protocols import monerium
from tests.ledger.moves import activity, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS

NETWORKS = sorted(monerium.TOKENS)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(
    ("text", "kind"), [("zero > w 9 {}", "receive"), ("w > zero 9 {}", "send")]
)
def test_the_other_side_of_what_was_issued_or_redeemed_is_unknown(network, text, kind):
    for contract in monerium.TOKENS[network]:
        moved = text.format(f"{network}/erc20:{contract}")
        one = activity(moved, caller="issuer", called=contract, network=network)
        event = only(one, PROTOCOLS, wallets("w", network=network))
        assert (event.kind, event.protocol) == (kind, "monerium")


def test_a_payment_between_people_is_not_monerium():
    contract = monerium.TOKENS["eip155:1"][0]
    one = activity(f"w > x 9 eip155:1/erc20:{contract}", called=contract)
    assert only(one, PROTOCOLS).protocol is None


def test_another_token_that_is_burnt_beside_it_is_burnt():
    token = monerium.TOKENS["eip155:1"][0]
    assert only(activity("w > zero 9 U", called=token), PROTOCOLS).kind == "burn"


@pytest.mark.parametrize("network", ["eip155:1", "eip155:100", "eip155:137"])
def test_second_contracts_are_known_as_those_of_the_first_ones_balances(network):
    tokens, aliases = monerium.TOKENS[network], NETWORKS_BY_ID[network].aliases
    assert len(tokens) == 8
    for first, second in zip(tokens[::2], tokens[1::2], strict=True):
        assert aliases[second] == first


def test_each_contract_stands_once():
    contracts = [contract for each in monerium.TOKENS.values() for contract in each]
    assert len(contracts) == len(set(contracts)) == len(monerium.SIGNS)
