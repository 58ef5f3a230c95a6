"""Marks enter; what the fund is exposed to leaves, by family, chain, protocol, venue and more.

Money is exact, in whole 10⁻¹⁸ of the base currency; shares are floats. A position of liquidity is
seen as the assets in it, where a node said what it holds. What has no price is named with its
reason and stands in no sum: it is never zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from ledger.model.asset import Asset, AssetId, contract_of, is_position, network_of
from ledger.model.fund import WalletId, network_of_wallet
from ledger.model.position import Mark
from risk.coins import NONE, UNKNOWN, Basis, Coin, coin_of

#: Whose keys move what stands in a wallet of the fund on a chain.
SELF: Final = "self"
IN_FLIGHT: Final = "in-flight"
_VENUE: Final = "venue:"
_TRANSIT: Final = "transit:"
#: How the source of a quote begins that the fund's own trade implied.
_IMPLIED: Final = "implied:"


@dataclass(frozen=True, slots=True)
class Line:
    """A position with a value, or one of the assets inside it; `value` is negative for a debt."""

    wallet: WalletId
    asset: AssetId
    value: int
    coin: str
    family: str
    issuer: str
    chain: str
    protocol: str
    venue: str
    bridge: str
    custodian: str
    strategy: str
    basis: Basis
    inside: AssetId | None = None


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A position without a value, and why it has none."""

    wallet: WalletId
    asset: AssetId
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """The positions of one name in a dimension: long and short are both positive, net is signed.

    `share` is net over net asset value, None where that is not above zero; `weight` is gross over
    the gross of the fund.
    """

    name: str
    long: int
    short: int
    share: float | None
    weight: float

    @property
    def gross(self) -> int:
        """Long and short together."""
        return self.long + self.short

    @property
    def net(self) -> int:
        """Long less short."""
        return self.long - self.short


@dataclass(frozen=True, slots=True)
class Dimension:
    """The fund by one property of its positions; `hhi` is Σ weight², `effective` its inverse.

    Both are None where nothing has a value.
    """

    name: str
    groups: tuple[Group, ...]
    hhi: float | None
    effective: float | None

    def group(self, name: str) -> Group | None:
        """The group of a name; None where no position is in it."""
        return next((group for group in self.groups if group.name == name), None)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a fund is exposed to at one moment, in 10⁻¹⁸ of its base currency.

    `net` is what its priced positions are worth less its debts: its net asset value. `leverage` is
    gross over net, None where net is not above zero.
    """

    gross: int
    net: int
    leverage: float | None
    dimensions: tuple[Dimension, ...]
    lines: tuple[Line, ...]
    unpriced: tuple[Unpriced, ...]

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of a name; None where there is none."""
        return next((found for found in self.dimensions if found.name == name), None)


#: By what a fund's positions are grouped.
DIMENSIONS: Final = (
    "family",
    "coin",
    "issuer",
    "chain",
    "protocol",
    "venue",
    "bridge",
    "custodian",
    "strategy",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the marks, each by its key.

    `inside` is the value of each asset in a position of liquidity, `protocols` who holds the units
    of a token that is a receipt or a debt, `strategies` what a wallet is for.
    """

    assets: Mapping[AssetId, Asset]
    inside: Mapping[AssetId, Sequence[tuple[AssetId, int]]]
    protocols: Mapping[AssetId, str]
    strategies: Mapping[WalletId, str]


def exposure(marks: Iterable[Mark], known: Known) -> Exposure:
    """The exposure of marked positions; what has no value is named in `unpriced`."""
    lines: list[Line] = []
    unpriced: list[Unpriced] = []
    for mark in marks:
        if mark.value is None:
            unpriced.append(_dark(mark, known))
        else:
            lines.extend(_lines(mark, mark.value, known))
    gross, net = sum(abs(line.value) for line in lines), sum(line.value for line in lines)
    return Exposure(
        gross,
        net,
        gross / net if net > 0 else None,
        tuple(dimension(name, lines) for name in DIMENSIONS),
        tuple(lines),
        tuple(unpriced),
    )


def dimension(name: str, lines: Iterable[Line]) -> Dimension:
    """Lines by one property, the largest group first."""
    longs: defaultdict[str, int] = defaultdict(int)
    shorts: defaultdict[str, int] = defaultdict(int)
    group_of = attrgetter(name)
    for line in lines:
        (longs if line.value > 0 else shorts)[group_of(line)] += abs(line.value)
    gross = sum(longs.values()) + sum(shorts.values())
    net = sum(longs.values()) - sum(shorts.values())
    groups = []
    for key in sorted({*longs, *shorts}):
        long, short = longs[key], shorts[key]
        share = (long - short) / net if net > 0 else None
        groups.append(Group(key, long, short, share, (long + short) / gross if gross else 0.0))
    groups.sort(key=lambda group: (-group.gross, group.name))
    hhi = sum(group.weight**2 for group in groups) if gross else None
    return Dimension(name, tuple(groups), hhi, 1 / hhi if hhi else None)


def _lines(mark: Mark, value: int, known: Known) -> list[Line]:
    asset = mark.position.asset
    inside = [(part, worth) for part, worth in known.inside.get(asset, ()) if worth > 0]
    stated = mark.quote is not None and _IMPLIED not in mark.quote.source
    if not inside:
        coin = coin_of(asset, known.assets, stated=stated)
        return [_line(mark, asset, value, coin, known)]
    total, left = sum(worth for _, worth in inside), value
    found = []
    for at, (part, worth) in enumerate(inside, start=1):
        # the parts add up to the mark: the last one takes the remainder
        share = left if at == len(inside) else value * worth // total
        left -= share
        coin = coin_of(part, known.assets, stated=True)
        found.append(_line(mark, asset, share, coin, known, part))
    return found


def _line(
    mark: Mark, asset: AssetId, value: int, coin: Coin, known: Known, inside: AssetId | None = None
) -> Line:
    wallet = mark.position.wallet
    at_venue = wallet.startswith(_VENUE)
    moving = wallet.startswith(_TRANSIT)
    network = network_of(asset)
    on_chain = network.startswith(("eip155:", "solana:"))
    place = network_of_wallet(wallet) if at_venue else NONE
    return Line(
        wallet,
        asset,
        value,
        coin.name,
        coin.family,
        coin.issuer,
        network if on_chain else NONE,
        _protocol(asset, coin, known),
        place,
        IN_FLIGHT if moving else coin.bridge,
        IN_FLIGHT if moving else place if at_venue else SELF,
        known.strategies.get(wallet, NONE),
        coin.basis,
        inside,
    )


def _protocol(asset: AssetId, coin: Coin, known: Known) -> str:
    """Whose contract holds the units, or made the token."""
    reference = asset.partition("/")[2]
    kind, _, rest = reference.partition(":")
    if kind in {"position", "debt"}:
        return rest.partition(":")[0]
    named = known.protocols.get(asset)
    if named is not None:
        return named
    if coin.basis == "unknown" and contract_of(asset) is None:
        return NONE
    return coin.protocol


def _dark(mark: Mark, known: Known) -> Unpriced:
    position = mark.position
    if is_position(position.asset):
        reason = "nobody read what the position holds, and its units have no quote"
    elif known.assets.get(position.asset) is None and contract_of(position.asset) is not None:
        reason = "the decimals of the token are unknown"
    else:
        reason = "no quote that is young enough"
    return Unpriced(position.wallet, position.asset, reason)


def is_known(name: str) -> bool:
    """Whether a group is one of its own, and not what has none or is not known to have one."""
    return name not in {NONE, UNKNOWN}
