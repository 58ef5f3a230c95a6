"""Verbs of what earns by holding: the staking share with its wrapper, and a vault of one token."""

from dataclasses import dataclass
from typing import Self

from tests.chain.deploy import Chain, Contract, Transaction

ZERO = "0x" + "00" * 20


@dataclass(frozen=True, slots=True)
class Lido:
    """The rebasing stETH, whose balances grow with the pool, and wstETH, whose balances stay."""

    share: Contract
    wrapper: Contract

    @classmethod
    def deploy(cls, chain: Chain, first_stake: int = 10**18) -> Self:
        """Both tokens; `chain.owner` stakes the first coin (wei)."""
        share = chain.deploy("StETH", value=first_stake)
        return cls(share, chain.deploy("WstETH", share))

    def submit(self, sender: str, wei: int) -> Transaction:
        """Stakes coin for stETH."""
        return self.share.transaction("submit", ZERO, sender=sender, value=wei)

    def rebase(self, wei: int) -> Transaction:
        """Adds rewards to the pool: every stETH balance grows."""
        return self.share.transaction("rebase", sender=self.share.chain.owner, value=wei)

    def slash(self, wei: int) -> Transaction:
        """Takes a loss from the pool: every stETH balance shrinks."""
        return self.share.transaction("slash", wei, sender=self.share.chain.owner)

    def wrap(self, sender: str, amount: int) -> Transaction:
        """Turns stETH into wstETH; the wrapper needs an allowance."""
        return self.wrapper.transaction("wrap", amount, sender=sender)

    def unwrap(self, sender: str, amount: int) -> Transaction:
        """Turns wstETH into stETH."""
        return self.wrapper.transaction("unwrap", amount, sender=sender)


@dataclass(frozen=True, slots=True)
class TokenVault:
    """An ERC-4626 vault; tokens that are sent to it by a plain transfer are its yield."""

    vault: Contract
    asset: Contract

    @classmethod
    def deploy(cls, chain: Chain, asset: Contract, name: str, symbol: str) -> Self:
        """An empty vault of a token."""
        return cls(chain.deploy("Vault", asset, name, symbol), asset)

    def deposit(self, sender: str, assets: int) -> Transaction:
        """Tokens for shares; the vault needs an allowance."""
        return self.vault.transaction("deposit", assets, sender, sender=sender)

    def redeem(self, sender: str, shares: int) -> Transaction:
        """Shares for tokens."""
        return self.vault.transaction("redeem", shares, sender, sender, sender=sender)

    def earn(self, sender: str, assets: int) -> Transaction:
        """Gives the vault yield out of the sender's tokens."""
        return self.asset.transaction("transfer", self.vault, assets, sender=sender)
