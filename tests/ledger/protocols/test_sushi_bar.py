"""SushiSwap's bar is a vault of its own name, on Ethereum alone."""

import pytest

from ledger.protocols import sushi_bar
from tests.ledger.moves import activity, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS

BAR = sushi_bar.BAR


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"w > {BAR} 100 S; zero > w 95 {BAR}", "vault_deposit"),
        (f"w > zero 95 {BAR}; {BAR} > w 100 S", "vault_withdraw"),
    ],
)
def test_shares_of_the_bar_have_its_name(text, kind):
    event = only(activity(text, called=BAR), PROTOCOLS)
    assert (event.kind, event.protocol) == (kind, "sushiswap")
    elsewhere = activity(text, called=BAR, network="eip155:10")
    assert only(elsewhere, PROTOCOLS, wallets(network="eip155:10")).protocol is None
