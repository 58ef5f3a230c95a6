"""Verbs of a bridge between two chains: a deposit on one, its fill by a relayer on the other."""

from dataclasses import dataclass
from typing import Any, Self

from tests.chain.deploy import Chain, Contract, Receipt, Transaction

ZERO = "0x" + "00" * 20
FILL_WINDOW = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Across:
    """One end of the bridge; each chain has its own."""

    pool: Contract

    @classmethod
    def deploy(cls, chain: Chain, wrapped: Contract) -> Self:
        """A spoke pool over the chain's wrapped coin."""
        return cls(chain.deploy("SpokePool", wrapped))

    def deposit(
        self,
        sender: str,
        sent: tuple[Contract, int],
        expected: tuple[Contract, int],
        recipient: str | None = None,
        native: bool = False,
    ) -> Transaction:
        """Sends `(token, quantity)` of this chain; `(token, quantity)` is expected on the other.

        The other chain is that of the expected token. With `native` the wrapped coin is paid in
        coin; without, the pool needs an allowance.
        """
        now = self.pool.chain.time
        return self.pool.transaction(
            "depositV3",
            *(sender, recipient or sender, sent[0], expected[0], sent[1], expected[1]),
            *(expected[0].chain.chain_id, ZERO, now, now + FILL_WINDOW, 0, b""),
            sender=sender,
            value=sent[1] if native else 0,
        )

    def deposited(self, receipt: Receipt) -> dict[str, Any]:
        """The log of a mined deposit, with its origin chain: what `fill` needs."""
        (log,) = self.pool.logs(receipt, "V3FundsDeposited")
        return {**log, "originChainId": self.pool.chain.chain_id}

    def fill(self, relayer: str, deposit: dict[str, Any]) -> Transaction:
        """Pays out here a deposit made on the other chain, from the relayer's own tokens.

        A wallet gets the wrapped coin as native coin, a contract as token. The pool needs the
        relayer's allowance for the output token.
        """
        relay = tuple(
            deposit[name]
            for name in (
                *("depositor", "recipient", "exclusiveRelayer", "inputToken", "outputToken"),
                *("inputAmount", "outputAmount", "originChainId", "depositId", "fillDeadline"),
                *("exclusivityDeadline", "message"),
            )
        )
        return self.pool.transaction("fillV3Relay", relay, deposit["originChainId"], sender=relayer)
