"""Verbs of collectibles: minting an ERC-721 token and selling it for native coin."""

from dataclasses import dataclass
from typing import Self

from tests.chain.deploy import Chain, Contract, Receipt, Transaction


@dataclass(frozen=True, slots=True)
class Collectibles:
    """A collection that anybody mints from, and a marketplace that keeps a fee of 2.5 %."""

    collection: Contract
    market: Contract

    @classmethod
    def deploy(cls, chain: Chain, mint_price: int = 0) -> Self:
        """Both contracts; the marketplace's fee goes to `chain.owner`. The price is in wei."""
        collection = chain.deploy("Collection", "Partita Plates", "PLATE", mint_price)
        return cls(collection, chain.deploy("Marketplace", chain.owner))

    def mint(self, sender: str) -> Transaction:
        """Mints the next token for its price."""
        price = self.collection.call("mintPrice")
        return self.collection.transaction("mint", sender, sender=sender, value=price)

    def minted(self, receipt: Receipt) -> int:
        """The number of the token that a `mint` made."""
        return int(self.collection.logs(receipt, "Transfer")[0]["tokenId"])

    def allow(self, sender: str) -> Transaction:
        """Lets the marketplace move the sender's tokens."""
        return self.collection.transaction("setApprovalForAll", self.market, True, sender=sender)

    def offer(self, sender: str, token: int, price: int) -> Transaction:
        """Offers a token for a price in wei; it stays with the seller until it is sold."""
        return self.market.transaction("list", self.collection, token, price, sender=sender)

    def buy(self, sender: str, token: int, price: int) -> Transaction:
        """Buys an offered token."""
        return self.market.transaction("buy", self.collection, token, sender=sender, value=price)

    def transfer(self, sender: str, to: str, token: int) -> Transaction:
        """Gives a token away."""
        return self.collection.transaction("transferFrom", sender, to, token, sender=sender)
