"""Texts → a wallet of a known network with an address of its form."""

from api.given import name
from ledger.chains import evm
from ledger.chains.networks import network_named
from ledger.model.fund import Wallet


def wallet_of(network: str, address: str, label: str, strategy: str | None) -> Wallet:
    """A wallet from texts; raises BadInput for an unknown network, a malformed address or name."""
    label = name("the label", label) if label else ""
    strategy = None if strategy is None else name("the strategy", strategy)
    if network.startswith("venue:"):
        name("the venue", network.removeprefix("venue:"))
        account = name("the account", address)
        return Wallet(network, account, label or account, strategy)
    place = network_named(network).id
    known = evm.parse_address(address)
    return Wallet(place, known, label or known, strategy)
