"""What can be owned or owed: asset ids in the style of CAIP-19, and what is known of an asset.

    eip155:1/slip44:60                    the native coin of an EVM network (60 on every one of
    them)
    eip155:1/erc20:0x…                    a token; addresses in lower case
    eip155:1/erc721:0x…/17                one non-fungible token; erc1155 likewise, ids in decimal
    eip155:1/debt:aave_v3:0x…             a debt that no token shows
    eip155:1/position:uniswap_v3:0x….17   what a protocol holds for the fund without a token
    solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:<mint>
    iso4217:USD                           a currency
    symbol:BTC                            a coin that a statement names by symbol alone

Identity is the id, never the symbol: a bridged or wrapped coin is another asset.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NewType

from ledger.model.errors import BadInput

AssetId = NewType("AssetId", str)
AssetKind = Literal["native", "token", "nft", "currency", "symbol", "debt", "position"]

#: Statements and currencies are counted in 10⁻¹⁸.
SYMBOL_DECIMALS: Final = 18

#: The symbol of a position in a pool: its units are units of liquidity.
LIQUIDITY: Final = "liquidity"

_ADDRESS: Final = "0x[0-9a-f]{40}"
_BASE58: Final = "[1-9A-HJ-NP-Za-km-z]{32,44}"
_ID: Final = re.compile(
    f"eip155:[1-9][0-9]{{0,17}}/(?:slip44:60|erc20:{_ADDRESS}"
    f"|erc(?:721|1155):{_ADDRESS}/[0-9]{{1,78}}"
    "|debt:[a-z0-9_]{1,40}:[a-z0-9_.:]{1,120}"
    "|position:[a-z0-9_]{1,40}:[a-z0-9_.:-]{1,160})"
    f"|solana:{_BASE58}/(?:slip44:501|token:{_BASE58})"
    "|iso4217:[A-Z]{3}"
    r"|symbol:[^\s/]{1,64}"
)

#: ISO 4217 codes of the currencies that exchanges and tax offices deal in.
CURRENCIES: Final = frozenset(
    (
        "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP GEL HKD HRK HUF IDR ILS INR ISK"
        " JPY KES KRW KZT MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY"
        " TWD UAH USD UYU VND ZAR"
    ).split()
)


def parse_asset_id(text: str) -> AssetId:
    """An asset id of the styles above; raises BadInput."""
    if len(text) > 256 or _ID.fullmatch(text) is None:
        raise BadInput(f"{text[:80]!r} is no asset id")
    return AssetId(text)


def native(network: str) -> AssetId:
    """The native coin of an EVM network, given as `eip155:N`."""
    return AssetId(f"{network}/slip44:60")


@lru_cache(maxsize=1 << 14)  # a fund meets the same ones again and again
def erc20(network: str, contract: str) -> AssetId:
    """A fungible token of an EVM network."""
    return AssetId(f"{network}/erc20:{contract.lower()}")


def non_fungible(network: str, standard: str, contract: str, token: int) -> AssetId:
    """One token of an `erc721` or `erc1155` contract."""
    return AssetId(f"{network}/{standard}:{contract.lower()}/{token}")


def debt(network: str, protocol: str, reference: str) -> AssetId:
    """A debt to a protocol that keeps it without a token."""
    return AssetId(f"{network}/debt:{protocol}:{reference.lower()}")


def position(network: str, protocol: str, reference: str) -> AssetId:
    """What a protocol holds for the fund without a fungible token: counted in its own units.

    `reference` says which: the contract and what tells its positions apart.
    """
    return AssetId(f"{network}/position:{protocol}:{reference.lower()}")


def is_liquidity(known: "Asset | None") -> bool:
    """Whether an asset is a position of liquidity in a pool of two assets, counted in its units."""
    return known is not None and known.kind == "position" and known.symbol == LIQUIDITY


def fees_of(position: AssetId) -> tuple[AssetId, AssetId]:
    """What a position of liquidity was seen to have earned and not paid out: of its two assets."""
    return AssetId(f"{position}.fees0"), AssetId(f"{position}.fees1")


def is_position(asset: AssetId) -> bool:
    """Whether the asset is a position without a token."""
    return "/position:" in asset


def is_held_apart(asset: AssetId) -> bool:
    """Whether a protocol alone knows of it: a position or a debt that no token shows."""
    return is_position(asset) or is_debt(asset)


def is_debt(asset: AssetId) -> bool:
    """Whether the asset is a debt that no token shows."""
    return "/debt:" in asset


def currency(code: str) -> AssetId:
    """A currency by its ISO 4217 code."""
    return AssetId(f"iso4217:{code}")


def by_symbol(symbol: str) -> AssetId:
    """What a statement calls `symbol`: a currency where it is one, else a coin of that symbol."""
    upper = symbol.strip().upper()
    return currency(upper) if upper in CURRENCIES else AssetId(f"symbol:{upper}")


def network_of(asset: AssetId) -> str:
    """`eip155:1` of `eip155:1/erc20:0x…`; of a currency or symbol the part before the colon."""
    head, slash, _ = asset.partition("/")
    return head if slash else asset.partition(":")[0]


@lru_cache(maxsize=1 << 14)
def contract_of(asset: AssetId) -> str | None:
    """The contract of a token on an EVM network; None for anything else."""
    _, _, reference = asset.partition("/")
    standard, _, rest = reference.partition(":")
    return rest.partition("/")[0] if standard in {"erc20", "erc721", "erc1155"} else None


def keeper_of(asset: AssetId) -> str:
    """The contract that keeps a position: its reference begins with it. Empty of anything else."""
    _, found, rest = asset.partition("/position:")
    return rest.partition(":")[2].partition(".")[0] if found else ""


def currency_of(asset: AssetId) -> str | None:
    """The ISO 4217 code of a currency; None for anything else."""
    scheme, _, code = asset.partition(":")
    return code if scheme == "iso4217" else None


@dataclass(frozen=True, slots=True, order=True)
class Asset:
    """What is known of an asset: `decimals` 0 to 255 turn base units into whole units for display.

    `underlying` is set for debts and shares that follow another asset one to one in value; a debt
    is
    a liability and counts negative in a valuation. `accrues` is set for tokens whose balance grows
    with time and without a transfer, and says as what. A non-fungible token whose `underlying` is a
    position is its title: it says who holds the position and is worth nothing beside it.
    """

    id: AssetId
    symbol: str
    decimals: int
    kind: AssetKind = "token"
    underlying: AssetId | None = None
    accrues: Literal["interest", "staking"] | None = None

    def __post_init__(self) -> None:
        assert 0 <= self.decimals <= 255, "decimals of a token are one byte"


def known_without_asking(asset: AssetId) -> Asset | None:
    """The assets whose decimals need no node: native coins, currencies, symbols, non-fungible
    tokens.
    """
    scheme, _, rest = asset.partition(":")
    reference = asset.partition("/")[2]
    if scheme in {"iso4217", "symbol"}:
        return Asset(asset, rest, SYMBOL_DECIMALS, "currency" if scheme == "iso4217" else "symbol")
    if reference == "slip44:60":
        return Asset(asset, "ETH", 18, "native")
    if reference == "slip44:501":
        return Asset(asset, "SOL", 9, "native")
    if reference.startswith(("erc721:", "erc1155:")):
        return Asset(asset, f"#{reference.rpartition('/')[2]}", 0, "nft")
    return None
