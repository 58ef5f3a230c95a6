"""StarkGate: each token's own bridge."""

from tests.ledger.moves import activity, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS

ETHER = "0xae0ee0a63a2ce6baeeffe56e7714fb4efe48d419"
USDC = "0xf6080d9fbeebcd44d89affbfd42f098cbff92816"


def test_coin_goes_to_its_bridge_with_what_the_message_costs():
    event = only(activity(f"w > {ETHER} 103 ETH", called=ETHER), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_out", "starkgate")


def test_coin_beside_a_token_pays_for_the_message():
    event = only(activity(f"w > {USDC} 100 U; w > {USDC} 3 ETH", called=USDC), PROTOCOLS)
    assert [leg[::2] for leg in said(event)] == [(-100, "plain"), (-3, "fee")]


def test_a_withdrawal_is_paid_whoever_finishes_it():
    event = only(activity(f"{USDC} > w 100 U", caller="x", called=USDC), PROTOCOLS)
    assert (event.kind, event.protocol) == ("bridge_in", "starkgate")


def test_the_same_address_on_another_network_is_none():
    one = activity(f"w > {USDC} 9 U", network="eip155:10")
    assert only(one, PROTOCOLS, wallets(network="eip155:10")).kind == "send"
