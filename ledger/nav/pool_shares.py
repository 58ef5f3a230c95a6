"""Entries and states of pools come in; each holding of shares of a pool that are tokens, leaves.

Such a token (a pair of Uniswap v2 and its forks, of Curve, of Balancer) is a share of all that its
pool holds. What was put in and is still there follows from the entries, as of other liquidity. What
the shares stand for follows, of a pair of constant product, from the reserves and the supply that
its own logs told when its liquidity last came or went (`ledger.nav.pool_states`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from ledger.model.amount import MONEY_DECIMALS
from ledger.model.asset import Asset, AssetId, is_position
from ledger.model.entry import Entry, in_order
from ledger.model.fund import WalletId
from ledger.nav.liquidity import Amounts, held_liquidity
from ledger.nav.pool_states import PoolStates, ShareState


@dataclass(frozen=True, slots=True)
class PoolShares:
    """Shares of a pool that a fund holds, or staked: `units` of `asset`, of all its wallets.

    `wallet` is where they came last, `deposited` what was put in for them and not taken out, None
    where the books do not know it. `pair` says that the pool spoke as a pair of constant product
    does; `state` is what all of its shares stood for, None where no evidence tells it.
    """

    asset: AssetId
    wallet: WalletId
    units: int
    deposited: Amounts | None
    protocol: str
    pair: bool
    state: ShareState | None


def pool_shares(
    entries: Iterable[Entry], states: PoolStates, assets: Mapping[AssetId, Asset]
) -> tuple[PoolShares, ...]:
    """Every open holding of shares of pools that are tokens, by asset."""
    ordered = in_order(entries)
    named = _deposited(ordered)
    known = named.keys() | states.pairs

    def share_of(asset: AssetId) -> AssetId | None:
        if asset in known:
            return asset
        # what was staked is still a share: its position follows it one to one
        facts = assets.get(asset) if is_position(asset) else None
        return facts.underlying if facts is not None and facts.underlying in known else None

    held = held_liquidity(ordered, share_of)
    return tuple(
        PoolShares(
            *(asset, one.wallet, one.units),
            None if one.deposited is None else tuple(sorted(one.deposited.items())),
            *(named.get(asset, ""), asset in states.pairs, states.shares.get(asset)),
        )
        for asset, one in sorted(held.items())
        if one.units > 0
    )


def _deposited(ordered: Iterable[Entry]) -> dict[AssetId, str]:
    """Tokens that came for what was put into a pool, with the protocol that said so."""
    found: dict[AssetId, str] = {}
    for entry in ordered:
        if entry.kind != "pool_deposit":
            continue
        came: Counter[AssetId] = Counter()
        for posting in entry.postings:
            # rewards and fees have roles of their own; what came back of a payment nets with it
            if posting.account.type == "asset" and posting.role == "move":
                came[posting.asset] += posting.quantity
        shares = (asset for asset, units in came.items() if units > 0 and "/erc20:" in asset)
        found |= dict.fromkeys(shares, entry.protocol or "")
    return found


def worth(shares: PoolShares, prices: tuple[Decimal, Decimal], decimals: tuple[int, int]) -> int:
    """What shares of a pair are worth at prices of a whole unit of each asset, in 10⁻¹⁸ of money.

    2·√(xy·p₀p₁) of their part, rounded down: others trade the pair to these prices (Uniswap v2).
    """
    state = shares.state
    assert state is not None and state.supply > 0, "somebody knows what they stand for"
    part = Fraction(shares.units, state.supply)
    whole = Fraction(state.reserves[0] * state.reserves[1], 10 ** sum(decimals))
    square = 4 * part**2 * whole * Fraction(prices[0]) * Fraction(prices[1])
    return isqrt(int(square * 10 ** (2 * MONEY_DECIMALS)))
