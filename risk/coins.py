"""An asset's id enters; what it stands for leaves: its coin, family, issuer, bridge and protocol.

Identity is the id, never the symbol, for anybody may call a token USDC. Known contracts stand in
the table below; a token that follows another one to one is what that one is. A symbol counts for
coins of statements, which have nothing else, and last of all for a token whose price a source
stated under its own id; what was decided that way says so (`basis`).

Addresses: growthepie's list of stablecoins and their issuers, Lido's list of wstETH on other
networks, Circle's list of USDC, lists of EigenLayer's strategies, Optimism's and BSC's token lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from ledger.model.asset import Asset, AssetId, currency_of, known_without_asking, network_of

#: How it was decided what an asset is.
Basis = Literal["table", "statement", "underlying", "symbol", "unknown"]

#: What has no issuer, bridge or protocol of its own, and what is not known to have one.
NONE: Final = "none"
UNKNOWN: Final = "unknown"

_FOLLOWED_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Coin:
    """What an asset stands for: `family` moves together, `issuer` owes a stablecoin's peg.

    `bridge` is who holds what the token stands for elsewhere, `protocol` whose contract it is.
    """

    name: str
    family: str
    issuer: str = NONE
    protocol: str = NONE
    bridge: str = NONE
    basis: Basis = "table"


#: coin, family, and what it has: `issuer=` of a peg, `protocol=` of the contract, `bridge=` of the
#: custodian of what is wrapped.
_COINS: Final = """
ETH     ETH
WETH    ETH
BETH    ETH protocol=binance
stETH   ETH protocol=lido
wstETH  ETH protocol=lido
rETH    ETH protocol=rocket_pool
cbETH   ETH protocol=coinbase
wBETH   ETH protocol=binance
eETH    ETH protocol=etherfi
weETH   ETH protocol=etherfi
ezETH   ETH protocol=renzo
rsETH   ETH protocol=kelp
frxETH  ETH protocol=frax
sfrxETH ETH protocol=frax
swETH   ETH protocol=swell
osETH   ETH protocol=stakewise
ETHx    ETH protocol=stader
ankrETH ETH protocol=ankr
OETH    ETH protocol=origin
BTC     BTC
XBT     BTC
WBTC    BTC bridge=bitgo
cbBTC   BTC bridge=coinbase
tBTC    BTC bridge=threshold
BTCB    BTC bridge=binance
SOL     SOL
WSOL    SOL
JitoSOL SOL protocol=jito
mSOL    SOL protocol=marinade
BNB     BNB
WBNB    BNB
POL     POL
WPOL    POL
MATIC   POL
WMATIC  POL
AVAX    AVAX
WAVAX   AVAX
USDC    stable-USD issuer=Circle
USDT    stable-USD issuer=Tether
DAI     stable-USD issuer=Sky
XDAI    stable-USD issuer=Sky bridge=xdai
WXDAI   stable-USD issuer=Sky bridge=xdai
USDS    stable-USD issuer=Sky
sDAI    stable-USD issuer=Sky protocol=sky
sUSDS   stable-USD issuer=Sky protocol=sky
USDe    stable-USD issuer=Ethena
sUSDe   stable-USD issuer=Ethena protocol=ethena
USDtb   stable-USD issuer=Ethena
BUSD    stable-USD issuer=Paxos
USDP    stable-USD issuer=Paxos
USDG    stable-USD issuer=Paxos
PYUSD   stable-USD issuer=Paxos
FDUSD   stable-USD issuer=First-Digital
TUSD    stable-USD issuer=TrueUSD
FRAX    stable-USD issuer=Frax
frxUSD  stable-USD issuer=Frax
GUSD    stable-USD issuer=Gemini
LUSD    stable-USD issuer=Liquity
crvUSD  stable-USD issuer=Curve
DOLA    stable-USD issuer=Inverse
GHO     stable-USD issuer=Aave
USD0    stable-USD issuer=Usual
USDD    stable-USD issuer=Tron-DAO
RLUSD   stable-USD issuer=Ripple
USD1    stable-USD issuer=World-Liberty
UST     stable-USD issuer=Terra
EURC    stable-EUR issuer=Circle
EURT    stable-EUR issuer=Tether
EURe    stable-EUR issuer=Monerium
EURS    stable-EUR issuer=Stasis
EURA    stable-EUR issuer=Angle
"""

#: The native coins that are not ether, by network.
_NATIVE: Final = {
    "eip155:56": "BNB",
    "eip155:100": "XDAI",
    "eip155:137": "POL",
    "eip155:43114": "AVAX",
}
#: Networks whose ether is ether locked in the contracts of their own bridge on Ethereum.
_ROLLUPS: Final = frozenset(
    "10 130 324 480 1868 8453 34443 42161 57073 534352".split()  # as in the list of networks
)
#: A bridge that is the network's own.
OWN: Final = "canonical:"

#: network, contract, coin, and the bridge of one that came over one.
_TOKENS: Final = """
eip155:1 0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2 WETH
eip155:1 0xae7ab96520de3a18e5e111b5eaab095312d7fe84 stETH
eip155:1 0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0 wstETH
eip155:1 0xae78736cd615f374d3085123a210448e74fc6393 rETH
eip155:1 0xbe9895146f7af43049ca1c1ae358b0541ea49704 cbETH
eip155:1 0xa2e3356610840701bdf5611a53974510ae27e2e1 wBETH
eip155:1 0xcd5fe23c85820f7b72d0926fc9b05b43e359b7ee weETH
eip155:1 0xbf5495efe5db9ce00f80364c8b423567e58d2110 ezETH
eip155:1 0x5e8422345238f34275888049021821e8e08caa1f frxETH
eip155:1 0xac3e018457b222d93114458476f3e3416abbe38f sfrxETH
eip155:1 0xf951e335afb289353dc249e82926178eac7ded78 swETH
eip155:1 0xf1c9acdc66974dfb6decb12aa385b9cd01190e38 osETH
eip155:1 0xa35b1b31ce002fbf2058d22f30f95d405200a15b ETHx
eip155:1 0x2260fac5e5542a773aa44fbcfedf7c193bc2c599 WBTC
eip155:1 0xcbb7c0000ab88b473b1f5afd9ef808440eed33bf cbBTC
eip155:1 0x18084fba666a33d37592fa2633fd49a74dd93a88 tBTC
eip155:1 0x455e53cbb86018ac2b8092fdcd39d8444affc3f6 POL
eip155:1 0x7d1afa7b718fb893db30a3abc0cfc608aacfebb0 MATIC
eip155:1 0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48 USDC
eip155:1 0xdac17f958d2ee523a2206206994597c13d831ec7 USDT
eip155:1 0x6b175474e89094c44da98b954eedeac495271d0f DAI
eip155:1 0xdc035d45d973e3ec169d2276ddab16f1e407384f USDS
eip155:1 0x83f20f44975d03b1b09e64809b757c47f942beea sDAI
eip155:1 0xa3931d71877c0e7a3148cb7eb4463524fec27fbd sUSDS
eip155:1 0x4c9edd5852cd905f086c759e8383e09bff1e68b3 USDe
eip155:1 0x9d39a5de30e57443bff2a8307a4256c8797a3497 sUSDe
eip155:1 0xc139190f447e929f090edeb554d95abb8b18ac1c USDtb
eip155:1 0x4fabb145d64652a948d72533023f6e7a623c7c53 BUSD
eip155:1 0x8e870d67f660d95d5be530380d0ec0bd388289e1 USDP
eip155:1 0xe343167631d89b6ffc58b88d6b7fb0228795491d USDG
eip155:1 0x6c3ea9036406852006290770bedfcaba0e23a0e8 PYUSD
eip155:1 0xc5f0f7b66764f6ec8c8dff7ba683102295e16409 FDUSD
eip155:1 0x0000000000085d4780b73119b644ae5ecd22b376 TUSD
eip155:1 0x853d955acef822db058eb8505911ed77f175b99e FRAX
eip155:1 0xcacd6fd266af91b8aed52accc382b4e165586e29 frxUSD
eip155:1 0x056fd409e1d7a124bd7017459dfea2f387b6d5cd GUSD
eip155:1 0x5f98805a4e8be255a32880fdec7f6728c6568ba0 LUSD
eip155:1 0xf939e0a03fb07f59a73314e73794be0e57ac1b4e crvUSD
eip155:1 0x865377367054516e17014ccded1e7d814edc9ce4 DOLA
eip155:1 0x40d16fc0246ad3160ccc09b8d0d3a2cd28ae6c2f GHO
eip155:1 0x73a15fed60bf67631dc6cd7bc5b6e8da8190acf5 USD0
eip155:1 0x4f8e5de400de08b164e7421b3ee387f461becd1a USDD
eip155:1 0x8292bb45bf1ee4d140127049757c2e0ff06317ed RLUSD
eip155:1 0x8d0d000ee44948fc98c9b98a4fa4921476f08b0d USD1
eip155:1 0x1abaea1f7c830bd89acc67ec4af516284b1bc33c EURC
eip155:1 0xc581b735a1688071a1746c968e0798d642ede491 EURT
eip155:1 0x3231cb76718cdef2155fc47b5286d82e6eda273f EURe
eip155:1 0xdb25f211ab05b1c97d595516f45794528a807ad8 EURS
eip155:1 0x1a7e4e63778b4f12a199c062f3efdd288afcbce8 EURA
eip155:10 0x4200000000000000000000000000000000000006 WETH canonical
eip155:10 0x1f32b1c2345538c0c6f582fcb022739c4a194ebb wstETH canonical
eip155:10 0x68f180fcce6836688e9084f035309e29bf0a2095 WBTC canonical
eip155:10 0x0b2c639c533813f4aa9d7837caf62653d097ff85 USDC
eip155:10 0x7f5c764cbc14f9669b88837ca1490cca17c31607 USDC canonical
eip155:10 0x94b008aa00579c1307b0ef2c499ad98a8ce58e58 USDT canonical
eip155:10 0x01bff41798a0bcf287b996046ca68b395dbc1071 USDT layerzero
eip155:10 0xda10009cbd5d07dd0cecc66161fc93d7c9000da1 DAI canonical
eip155:10 0x4f13a96ec5c4cf34e442b46bbd98a0791f20edc3 USDS canonical
eip155:10 0x5d3a1ff2b6bab83b63cd9ad0787074081a52ef34 USDe layerzero
eip155:56 0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c WBNB
eip155:56 0x2170ed0880ac9a755fd29b2688956bd959f933f8 ETH binance
eip155:56 0x7130d2a12b9bcbfae4f2634d864a1ee1ce3ead9c BTCB
eip155:56 0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d USDC binance
eip155:56 0x55d398326f99059ff775485246999027b3197955 USDT binance
eip155:56 0xe9e7cea3dedca5984780bafc599bd69add087d56 BUSD binance
eip155:56 0x1af3f329e8be154074d8769d1ffa4ee058b1dbc3 DAI binance
eip155:100 0xe91d153e0b41518a2ce8dd3d7944fa863463a97d WXDAI
eip155:130 0x078d782b760474a361dda0af3839290b0ef57ad6 USDC
eip155:130 0x9151434b16b9763660705744891fa906f660ecc5 USDT layerzero
eip155:137 0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270 WPOL
eip155:137 0x7ceb23fd6bc0add59e62ac25578270cff1b9f619 WETH canonical
eip155:137 0x03b54a6e9a984069379fae1a4fc4dbae93b3bccd wstETH canonical
eip155:137 0x1bfd67037b42cf73acf2047067bd4f2c47d9bfd6 WBTC canonical
eip155:137 0x3c499c542cef5e3811e1192ce70d8cc03d5c3359 USDC
eip155:137 0x2791bca1f2de4661ed88a30c99a7a9449aa84174 USDC canonical
eip155:137 0xc2132d05d31c914a87c6611c10748aeb04b58e8f USDT layerzero
eip155:137 0x8f3cf7ad23cd3cadbd9735aff958023239c6a063 DAI canonical
eip155:8453 0x4200000000000000000000000000000000000006 WETH canonical
eip155:8453 0xc1cba3fcea344f92d9239c08c0568f6f2f0ee452 wstETH canonical
eip155:8453 0x2ae3f1ec7f1f5012cfeab0185bfc7aa3cf0dec22 cbETH canonical
eip155:8453 0xcbb7c0000ab88b473b1f5afd9ef808440eed33bf cbBTC
eip155:8453 0x833589fcd6edb6e08f4c7c32d4f71b54bda02913 USDC
eip155:8453 0xd9aaec86b65d86f6a7b5b1b0c42ffa531710b6ca USDC canonical
eip155:8453 0xfde4c96c8593536e31f229ea8f37b2ada2699bb2 USDT canonical
eip155:8453 0x50c5725949a6f0c72e6c4a641f24049a917db0cb DAI canonical
eip155:8453 0x820c137fa70c8691f0e44dc420a5e53c168921dc USDS canonical
eip155:8453 0x5d3a1ff2b6bab83b63cd9ad0787074081a52ef34 USDe layerzero
eip155:8453 0x60a3e35cc302bfa44cb288bc5a4f316fdb1adb42 EURC
eip155:42161 0x82af49447d8a07e3bd95bd0d56f35241523fbab1 WETH canonical
eip155:42161 0x5979d7b546e38e414f7e9822514be443a4800529 wstETH canonical
eip155:42161 0x2f2a2543b76a4166549f7aab2e75bef0aefc5b0f WBTC canonical
eip155:42161 0xaf88d065e77c8cc2239327c5edb3a432268e5831 USDC
eip155:42161 0xff970a61a04b1ca14834a43f5de4533ebddb5cc8 USDC canonical
eip155:42161 0xfd086bc7cd5c481dcc9c85ebe478a1c0b69fcbb9 USDT layerzero
eip155:42161 0xda10009cbd5d07dd0cecc66161fc93d7c9000da1 DAI canonical
eip155:42161 0x6491c05a82219b8d1479057361ff1654749b876b USDS canonical
eip155:42161 0x5d3a1ff2b6bab83b63cd9ad0787074081a52ef34 USDe layerzero
eip155:43114 0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7 WAVAX
eip155:43114 0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e USDC
"""

#: Mints of Solana.
_MINTS: Final = {
    "So11111111111111111111111111111111111111112": "WSOL",
    "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v": "USDC",
    "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB": "USDT",
    "J1toso1uCk3RLmjorhTtrVwY9HJ7X8V9yYac6Y7kGCPn": "JitoSOL",
    "mSoLzYCxHdYgdzU16g5QSh3i5K3z3KZK7ytfqcJm7So": "mSOL",
}


def _coins() -> dict[str, Coin]:
    found = {}
    for line in _COINS.strip().splitlines():
        name, family, *more = line.split()
        said = dict(word.split("=") for word in more)
        found[name] = Coin(
            *(name, family, said.get("issuer", NONE), said.get("protocol", NONE)),
            said.get("bridge", NONE),
        )
    return found


def _tokens() -> dict[str, Coin]:
    found = {}
    for line in _TOKENS.strip().splitlines():
        network, contract, name, *over = line.split()
        bridge = f"{OWN}{network}" if over == ["canonical"] else over[0] if over else ""
        coin = COINS[name]
        # a token that came over a bridge depends on it before it depends on who wrapped the coin
        found[f"{network}/erc20:{contract}"] = replace(coin, bridge=bridge) if bridge else coin
    return found


#: Each coin by its name.
COINS: Final[Mapping[str, Coin]] = _coins()
_BY_ID: Final[Mapping[str, Coin]] = _tokens()
_BY_SYMBOL: Final[Mapping[str, Coin]] = {name.upper(): coin for name, coin in COINS.items()}


def coin_of(asset: AssetId, assets: Mapping[AssetId, Asset], *, stated: bool = False) -> Coin:
    """What an asset stands for; a coin of its own, named by its id, where nothing says so.

    `stated` says that a source gave a price to this very id: only then its symbol may speak.
    """
    followed = _followed(asset, assets)
    for step, each in enumerate(followed):
        found = _known(each)
        if found is not None:
            return found if step == 0 else replace(found, protocol=UNKNOWN, basis="underlying")
    for step, each in enumerate(followed if stated else ()):
        known = assets.get(each)
        called = None if known is None else _BY_SYMBOL.get(known.symbol.upper())
        if called is not None:
            protocol = UNKNOWN if step else called.protocol
            return replace(called, bridge=UNKNOWN, protocol=protocol, basis="symbol")
    return Coin(asset, asset, UNKNOWN, UNKNOWN, UNKNOWN, "unknown")


def _followed(asset: AssetId, assets: Mapping[AssetId, Asset]) -> list[AssetId]:
    """The asset, and what it follows one to one, step by step."""
    steps: list[AssetId] = []
    seen: AssetId | None = asset
    while seen is not None and len(steps) < _FOLLOWED_MAX:
        steps.append(seen)
        known = assets.get(seen)
        seen = None if known is None else known.underlying
    return steps


def _known(asset: AssetId) -> Coin | None:
    """What the tables say of an id, or a statement by its symbol."""
    code = currency_of(asset)
    if code is not None:
        return Coin(code, code, basis="statement")
    scheme, _, rest = asset.partition(":")
    if scheme == "symbol":
        named = _BY_SYMBOL.get(rest.upper())
        return Coin(rest, rest, basis="statement") if named is None else _of_statement(named)
    reference = asset.partition("/")[2]
    network = network_of(asset)
    if reference == "slip44:501" or network.startswith("solana:"):
        mint = _MINTS.get(reference.removeprefix("token:"))
        return COINS["SOL"] if reference == "slip44:501" else COINS.get(mint or "")
    if reference == "slip44:60":
        return _native(network, asset)
    return _BY_ID.get(asset)


def _of_statement(named: Coin) -> Coin:
    """A coin in a venue's books: the venue owes it, whatever chain it would leave on."""
    return replace(named, bridge=NONE, protocol=NONE, basis="statement")


def _native(network: str, asset: AssetId) -> Coin | None:
    number = network.partition(":")[2]
    if number == "1":
        return COINS["ETH"]
    if number in _ROLLUPS:
        return replace(COINS["ETH"], bridge=f"{OWN}{network}")
    named = _NATIVE.get(network)
    if named is not None:
        return COINS[named]
    known = known_without_asking(asset)
    return None if known is None else Coin(asset, asset)
