"""WOOFi superchargers, xWOO and stakes of WOO: a view in; shares, claims on assets, stakes out.

Sources: woonetwork's WooSuperChargerVault.sol, WooWithdrawManager.sol and WooStakingVault.sol,
WooStakingV2 (WooStakingLocal.sol, WooStakingProxy.sol); the vaults of each network as fi.woo.org
lists them, xWOO and who takes stakes as DefiLlama's adapter (DefiLlama/DefiLlama-Adapters, woofi)
and rotki's do. Deposits log like those of ERC-4626, of xWOO in a way of its own.

Shares that were given back become a claim on what the vault said they are worth. It is a position
at the manager that pays it out, counted in units of the vault's asset; xWOO pays it out itself.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._locks import follows, unlocked
from ledger.protocols._stakes import Says, Table, staked
from ledger.protocols._vaults import silent
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    logs_with,
    number_in,
    split,
    with_role,
)

NAME: Final = "woofi_vaults"
RANK: Final = 9

#: The name of the protocol, of which these are a part.
WOOFI: Final = "woofi"

#: RequestWithdraw(address owner, uint256 assets, uint256 shares) and InstantWithdraw(address owner,
#: uint256 assets, uint256 shares, uint256 fees) of a vault; owner indexed.
REQUESTED: Final = "0xebeaa8785285a4f7c37a305351997dceebabc3c357dab98023dc37514a1b6ed6"
INSTANT: Final = "0x672004d35ad2124f90299371ade95cf5594500e40705a7cf6eaf7c00b55a07ac"
#: ReserveWithdraw(address user, uint256 reserveAmount, uint256 burnShares) of xWOO; user indexed.
RESERVED: Final = "0x24bd23bf381fbe769f64bc0d8bff86a809b6c374ae557be621b9c72b8816f4a5"
#: Withdraw(address user, uint256 amount) of a manager, and of xWOO where it is older; of the newer
#: Withdraw(address user, uint256 amount, uint256 fee), of which the fee is kept back; user indexed.
WITHDRAWN: Final = "0x884edad9ce6fa2440d8a54cc123490eb96d2768479d49ff9c7366125a9424364"
WITHDRAWN_LESS: Final = "0xf279e6a1f5e320cca91135676d9cb6e44ca8a08c0b88342bcdb1144f6511b568"
#: StakeOnLocal(address user, uint256 amount), UnstakeOnLocal, StakeOnProxy and UnstakeOnProxy of
#: the same shape; user indexed. A proxy is paid coin for the message to where stakes are counted.
_PUT: Final = (
    "0xb80198f3dce5b44c7655dc02c2d1e8af243e943a75d350bab8b566c62beadd11",
    "0xe84e4ac7439e00dd9d22373dcded55a056057d7cd106d09774e4a36ab33b7131",
)
_BACK: Final = (
    "0xd4c650a73f8d15dab87b4e93c9caaa77b234195b0b873b806d75c1186125047a",
    "0xde60e2b881ebadb1bb4d3c070c6635510cdeef59913ff1ff864b0160e7e30d97",
)
_STAKES: Final[Table] = {
    **dict.fromkeys(_PUT, (Says("stake", 2, 1),)),
    **dict.fromkeys(_BACK, (Says("unstake", 2, 1),)),
}

#: Vault → its manager and asset, over all networks.
VAULTS: Final = {
    "0x7eb8d4ccfdbd9df8d3520e9c5b5edf6a5cbe4cad": (  # BNB on BNB Smart Chain
        "0x2698946ad5988759fa29093e9af99eea12a31bb4",
        "0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c",
    ),
    "0x5cb9ba4a6f05c4125d61172e1b2c1dbe3afb3158": (  # USDT
        "0x3cbb7f9a4e1e8a8430f1d400df269b80b6872deb",
        "0x55d398326f99059ff775485246999027b3197955",
    ),
    "0xb54e1d90d845d888d39dcacbd54a3eec0d8853b2": (  # ETH on Optimism
        "0x91741863a48f0b29fc0b6d10b3cde2122feb58f7",
        "0x4200000000000000000000000000000000000006",
    ),
    "0xca7184ea1cb4cf04d49bf219c49a39231299da26": (  # OP
        "0x0fad8f10746171c0616ce4b7b4e2e9439a9a02e2",
        "0x4200000000000000000000000000000000000042",
    ),
    "0x18aa88bb25b8f15fdbe329f789dd000bf679753e": (  # USDC
        "0x2500ad59b46ff4b96f8e1eac3fe1f78eaf955777",
        "0x0b2c639c533813f4aa9d7837caf62653d097ff85",
    ),
    "0x9dd5dd86b978f17628f01307a83347d9ec9b0699": (  # POL on Polygon
        "0x382a9b0bc5d29e96c3a0b81ce9c64d6c8f150efb",
        "0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270",
    ),
    "0xedbb74da05d58b22f07184bb79ed9124791799ac": (  # ETH
        "0x7f78213da92552d00bd676466ab2ef8a9287fd4c",
        "0x7ceb23fd6bc0add59e62ac25578270cff1b9f619",
    ),
    "0x1109e03516eb25eab2150d0b274b8d4f5f3cf549": (  # USDC
        "0x3fe2c827ff572b8fe03b7d16695c88f21448b3b9",
        "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359",
    ),
    "0x44df096d2600c6a6db77899db3de3aecff746cb8": (  # USDC on Base
        "0xa1bb8a8ed84a37a8c93a10df5153e612f58e34e5",
        "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913",
    ),
    "0xb772122c4a37fe1754b46ab1799b909351e8cb43": (  # ETH
        "0xe61acb121a2b538df495a85c4e50dd8581de4ed0",
        "0x4200000000000000000000000000000000000006",
    ),
    "0x8c603050d7a913b6f63836e07ebf385a4a5736e7": (  # cbBTC
        "0xec054126922a9a1918435c9072c32f1b60cb2b90",
        "0xcbb7c0000ab88b473b1f5afd9ef808440eed33bf",
    ),
    "0xa780432f495e5c6851fd7903fe49ad77c952f7d8": (  # USDC on Arbitrum One
        "0xe76c97897a9c3f8aaafc3fe86457fe460553d3fe",
        "0xaf88d065e77c8cc2239327c5edb3a432268e5831",
    ),
    "0xd2fdab19b94b59c5f0e75dd9813365df815b56b1": (  # WBTC
        "0xd05b953cfd75426711a904f76eb3241bad5d03ac",
        "0x2f2a2543b76a4166549f7aab2e75bef0aefc5b0f",
    ),
    "0xba452bcc4bc52af2fe1190e7e1dbe267ad1c2d08": (  # ETH
        "0xe77adf3936f70a2ed44f26ced01d26c1430ead6a",
        "0x82af49447d8a07e3bd95bd0d56f35241523fbab1",
    ),
    "0x7f3f2a499c00c2d7018300f99a232896fd295bb1": (  # ARB
        "0xbfe3d22b223909a06469854e7af374ab449f09ac",
        "0x912ce59144191c1204e64559fe8253a0e49e6548",
    ),
    "0x5a6b073e090388c909b9f3bf9d9323be908cad62": (  # USDC.e
        "0x7de3fce3de3cdc34595eed74773cd47b84bca340",
        "0xff970a61a04b1ca14834a43f5de4533ebddb5cc8",
    ),
}
_MANAGERS: Final = frozenset(manager for manager, _ in VAULTS.values())
#: Network → xWOO and WOO.
XWOO: Final = {
    "eip155:56": (
        "0x2aeab1a338bcb1758f71bd5af40637cee2085076",
        "0x4691937a7508860f876c9c0a2a617e7d9e945d4b",
    ),
    "eip155:137": (
        "0x9bcf8b0b62f220f3900e2dc42deb85c3f79b405b",
        "0x1b815d120b3ef02039ee11dc2d33de7aa4a8c603",
    ),
    "eip155:250": (
        "0x2fe5e5d341cffa606a5d9da1b6b646a381b0f7ec",
        "0x6626c47c00f1d87902fc13eecfac3ed06d5e8d8a",
    ),
    "eip155:42161": (
        "0x9321785d257b3f0ef7ff75436a87141c683dc99d",
        "0xcafcd85d8ca7ad1e1c6f82f651fa15e33aefd07b",
    ),
    "eip155:43114": (
        "0xcd1b9810872aec66d450c761e93638fb9fe09db0",
        "0xabc9547b534519ff73921b1fba6e672b5f58d083",
    ),
}
#: Who takes stakes of WOO: on Arbitrum One itself, on Avalanche and Fantom, on all other networks.
STAKERS: Final = frozenset(
    {
        "0x2cfa72e7f58dc82b990529450ffa83791db7d8e2",
        "0x3bd96847c40de8b0f20da32568bd15462c1386e3",
        "0x1416e1378682b5ca53f76656549f7570ad0703d9",
        "0xba91ffd8a2b9f68231eca6af51623b3433a89b13",
    }
)

SIGNS: Final = frozenset(
    {REQUESTED, INSTANT, *_MANAGERS, *(shares for shares, _ in XWOO.values()), *STAKERS}
)


def recognise(view: ActivityView) -> Recognised | None:
    """Requests, and what came at once or when the week was over."""
    units = Units(view)
    events: tuple[Event, ...] = ()
    facts: tuple[Asset, ...] = ()
    for log in logs_with(view.activity, REQUESTED, 2, 2):
        found = _requested(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
    for log in logs_with(view.activity, INSTANT, 2, 3):
        events += _at_once(view.without(events), log)
    for log in logs_with(view.activity, RESERVED, 2, 2):
        found = _reserved(view.without(events), log, units)
        events, facts = events + found[0], facts + found[1]
    for log in logs_with(view.activity, WITHDRAWN, 2, 1):
        events += _paid_out(view.without(events), log, units)
    shares, _ = _xwoo(view)
    for topic, words in ((WITHDRAWN, 1), (WITHDRAWN_LESS, 2)):
        for log in logs_with(view.activity, topic, 2, words):
            if log.address == shares:
                events += _paid_less(view.without(events), log, units)
    events += silent(view.without(events), {shares} - {""}, WOOFI)
    stakes = staked(view.without(events), _STAKES, _staker, STAKERS)
    if stakes is not None:
        events += tuple(_with_fee(view, one) for one in stakes.events)
        facts += stakes.assets
    return Recognised(events, facts) if events else None


def _place(view: ActivityView, log: Log, manager: str) -> tuple[WalletId, AssetId]:
    network = view.activity.network
    return wallet_id(network, address_in(log.topics, 1)), position(network, WOOFI, manager)


def _requested(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Shares for a claim."""
    share = erc20(view.activity.network, log.address)
    gave = [leg for leg in view.legs if leg.asset == share and leg.quantity == -number_in(log, 1)]
    if log.address not in VAULTS or address_in(log.topics, 1) not in view.owned or not gave:
        return (), ()
    manager, token = VAULTS[log.address]
    holder, claim = _place(view, log, manager)
    made = units.move(holder, claim, number_in(log, 0))
    known = view.assets.get(erc20(view.activity.network, token))
    facts = (
        ()
        if known is None
        else (Asset(claim, known.symbol, known.decimals, "position", underlying=known.id),)
    )
    return (event(view, "vault_withdraw", (gave[0], *made), WOOFI),), facts


def _xwoo(view: ActivityView) -> tuple[str, str]:
    """The shares and the coin of a network; empty where it has none."""
    return XWOO.get(view.activity.network, ("", ""))


def _reserved(
    view: ActivityView, log: Log, units: Units
) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """Shares of xWOO burnt for a claim on WOO, which it pays out itself."""
    shares, woo = _xwoo(view)
    share = erc20(view.activity.network, log.address)
    gave = exact(view, -number_in(log, 1), asset=share, other={ZERO_ADDRESS})
    if log.address != shares or address_in(log.topics, 1) not in view.owned or not gave:
        return (), ()
    holder, claim = _place(view, log, shares)
    made = units.move(holder, claim, number_in(log, 0))
    facts = follows(view, claim, Leg(holder, erc20(view.activity.network, woo), 1))
    return (event(view, "vault_withdraw", (*gave, *made), WOOFI),), facts


def _paid_less(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """WOO for all that waits, less what is kept back of it before its time.

    The older log says what was paid, the newer one what waited and what was kept back.
    """
    fee = number_in(log, 1) if log.topics[0] == WITHDRAWN_LESS else 0
    came = exact(view, number_in(log, 0) - fee, other={log.address})
    if not came or came[0].quantity <= 0 or address_in(log.topics, 1) not in view.owned:
        return ()
    where = _place(view, log, log.address)
    held = units.of(*where) or 0
    if held <= came[0].quantity:
        return (unlocked(view, came, where, WOOFI, units, "vault_withdraw"),)
    return (event(view, "vault_withdraw", (*came, *units.move(*where, -held)), WOOFI),)


def _staker(log: Log) -> str | None:
    return WOOFI if log.address in STAKERS else None


def _with_fee(view: ActivityView, one: Event) -> Event:
    """The stake with the coin that went along for its message, less what came back of it."""
    coin = [leg for leg in view.legs if leg.asset == native(view.activity.network)]
    out = [leg for leg in coin if leg.quantity < 0 and leg.counterparty in STAKERS]
    back = [with_role(leg, "refund") for leg in coin if leg.quantity > 0]
    fee = -sum(leg.quantity for leg in (*out, *back))
    if len(out) != 1 or fee <= 0:
        return one
    return event(view, one.kind, (*one.legs, *split(out[0], -fee, "fee"), *back), WOOFI, one.note)


def _at_once(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """Shares for the asset less a fee that the vault kept."""
    share = erc20(view.activity.network, log.address)
    gave = [leg for leg in view.legs if leg.asset == share and leg.quantity == -number_in(log, 1)]
    came = [leg for leg in view.legs if leg.quantity > 0 and leg.counterparty == log.address]
    if log.address not in VAULTS or not gave or not came:
        return ()
    return (event(view, "vault_withdraw", (gave[0], *came), WOOFI),)


def _paid_out(view: ActivityView, log: Log, units: Units) -> tuple[Event, ...]:
    """The asset, or the coin that it wraps, for the claim."""
    if log.address not in _MANAGERS or address_in(log.topics, 1) not in view.owned:
        return ()
    tokens = [token for manager, token in VAULTS.values() if manager == log.address]
    network = view.activity.network
    wanted = {native(network), *(erc20(network, token) for token in tokens)}
    came = [leg for leg in view.legs if leg.asset in wanted and leg.quantity == number_in(log, 0)][
        :1
    ]
    where = _place(view, log, log.address)
    return (unlocked(view, came, where, WOOFI, units, "vault_withdraw"),) if came else ()
