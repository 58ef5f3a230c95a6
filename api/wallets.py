"""Texts → a wallet of a known network with an address of its form."""

from ledger.chains import evm
from ledger.chains.networks import network_named
from ledger.model.fund import Wallet


def wallet_of(network: str, address: str, label: str, strategy: str | None) -> Wallet:
    """A wallet from texts; raises BadInput for an unknown network or a malformed address."""
    if network.startswith("venue:"):
        return Wallet(network, address, label or address, strategy)
    place = network_named(network).id
    known = evm.parse_address(address)
    return Wallet(place, known, label or known, strategy)
