"""Activities come in; what each pool was last heard to hold, and what its share tokens stand for.

A pool says what it holds when somebody trades in it or changes its liquidity, and the ledger keeps
what it said in transactions of the fund's own. A pair of constant product is believed where the
fund itself acted, for anybody may log anything; a pool of concentrated liquidity where its address
proves who made it, for nothing else tells its fee and its ticks. What happened in a pool since it
was last heard nobody knows: each state has its time.

Sources: Uniswap v2-core, UniswapV2Pair.sol (`mint`, `burn`, `_update`: `Sync` comes before `Swap`,
`Mint` and `Burn`), UniswapV2Factory.sol (the assets of a pair are in the order of their addresses);
v3-core, IUniswapV3PoolEvents.sol.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ledger.chains.evm.logs import TRANSFER
from ledger.model.activity import Activity, Log
from ledger.model.asset import AssetId, contract_of, erc20
from ledger.model.evidence import EvidenceId
from ledger.model.fund import Wallet, WalletId
from ledger.protocols._deployed import terms_of
from ledger.protocols._markets import CONCENTRATED, CONSTANT_PRODUCT, PANCAKE_V3
from ledger.protocols._pairs import BURN, MINT
from ledger.shapes import ZERO_ADDRESS, address_in, number_in

#: Sync(uint112 reserve0, uint112 reserve1) (Uniswap v2-core, IUniswapV2Pair.sol).
SYNC: Final = "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1"

_SPOKEN: Final = frozenset({SYNC, CONCENTRATED, PANCAKE_V3})
_MILLION: Final = 1_000_000
#: A trade that paid more than this beyond the product was none at the price of the pool.
_FEE_MOST: Final = 50_000
#: Units below which rounding would decide what a share stands for.
_SHARES_LEAST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """When and where a pool said something: block, and the evidence that has it."""

    time: datetime
    block: int
    evidence: EvidenceId | None


@dataclass(frozen=True, slots=True)
class ConstantProduct:
    """A pair: `reserves` of its assets in base units after what was heard last.

    `fee` in millionths is the least that a trade of the fund's was seen to leave beyond what the
    product asks for, None where none was seen: of a pair nothing else tells it.
    """

    network: str
    pool: str
    assets: tuple[AssetId, AssetId]
    reserves: tuple[int, int]
    heard: Heard
    fee: int | None = None


@dataclass(frozen=True, slots=True)
class Concentrated:
    """A pool of concentrated liquidity after its last trade that was heard.

    `root` is the square root of the price of the first asset in the second, in base units, as
    2⁹⁶; `liquidity` is in range at `tick`, and stays the same between two multiples of `spacing`.
    """

    network: str
    pool: str
    assets: tuple[AssetId, AssetId]
    root: int
    liquidity: int
    tick: int
    fee: int
    spacing: int
    heard: Heard


@dataclass(frozen=True, slots=True)
class ShareState:
    """What all shares of a pair together stood for: `reserves`, and the `supply` of shares.

    The supply follows from what shares cost or gave when liquidity last came or went: one part in
    as many as moved then, a million at least, is the most that it can be wrong by.
    """

    asset: AssetId
    assets: tuple[AssetId, AssetId]
    reserves: tuple[int, int]
    supply: int
    heard: Heard


PoolState = ConstantProduct | Concentrated


@dataclass(frozen=True, slots=True)
class PoolStates:
    """The last state of each pool, and of each pair whose liquidity was seen to come or go.

    `pairs` are the share tokens of every pair that was heard, whatever it said.
    """

    pools: tuple[PoolState, ...]
    shares: Mapping[AssetId, ShareState]
    pairs: frozenset[AssetId]


def pool_states(
    activities: Iterable[Activity], wallets: Mapping[WalletId, Wallet], until: datetime
) -> PoolStates:
    """What pools said up to a time, the last of each, by network and address."""
    owned = {(wallet.network, wallet.address) for wallet in wallets.values()}
    pools: dict[tuple[str, str], PoolState] = {}
    shares: dict[AssetId, ShareState] = {}
    pairs: set[AssetId] = set()
    for one in activities:
        if one.time > until or one.status != "succeeded" or _SPOKEN.isdisjoint(one.spoken):
            continue
        own = (one.network, one.caller) in owned or (one.network, one.called) in owned
        heard = Heard(one.time, one.block, one.evidence[0] if one.evidence else None)
        pools |= {(each.network, each.pool): each for each in _concentrated(one, heard)}
        for pair, logs in _pairs(one).items() if own else ():
            share = erc20(one.network, pair)
            pairs.add(share)
            before = pools.get((one.network, pair))
            known = before.assets if isinstance(before, ConstantProduct) else None
            assets = _assets(one, pair) or known
            if assets is None or not _adds_up(one, pair, assets, logs):
                continue
            state = _constant_product(one.network, pair, assets, logs, heard)
            if isinstance(before, ConstantProduct):
                state = replace(state, fee=_least(before.fee, state.fee))
            pools[one.network, pair] = state
            worth = _shares(share, assets, logs, heard)
            if worth is not None:
                shares[share] = worth
    ordered = tuple(pools[place] for place in sorted(pools))
    return PoolStates(ordered, shares, frozenset(pairs))


def _pairs(one: Activity) -> dict[str, list[Log]]:
    """The logs of each pair that said what it holds, in their order."""
    speaking = {
        log.address for log in one.logs if log.topics == (SYNC,) and len(log.data) >= 2 + 64 * 2
    }
    found: dict[str, list[Log]] = {address: [] for address in sorted(speaking)}
    for log in sorted(one.logs, key=_place):
        if log.address in speaking and log.topics:
            found[log.address].append(log)
    return found


def _place(log: Log) -> int:
    return log.index


def _assets(one: Activity, pool: str) -> tuple[AssetId, AssetId] | None:
    """The two tokens that moved to or from a pool, in the order of their addresses."""
    moved = {
        contract: transfer.asset
        for transfer in one.transfers
        if pool in (transfer.sender, transfer.recipient)
        and (contract := contract_of(transfer.asset)) is not None
        and contract != pool
    }
    if len(moved) != 2:
        return None
    first, second = (moved[contract] for contract in sorted(moved))
    return first, second


def _adds_up(one: Activity, pair: str, assets: tuple[AssetId, AssetId], logs: list[Log]) -> bool:
    """Whether what the pair says of trades and liquidity is what moved to and from it."""
    said, moved = [0, 0], [0, 0]
    for log in logs:
        words = [number_in(log, place) for place in range((len(log.data) - 2) // 64)]
        match (log.topics[0], len(words)):
            case (topic, 4) if topic == CONSTANT_PRODUCT:
                said = [said[at] + words[at] - words[at + 2] for at in (0, 1)]
            case (topic, 2) if topic == MINT:
                said = [said[at] + words[at] for at in (0, 1)]
            case (topic, 2) if topic == BURN:
                said = [said[at] - words[at] for at in (0, 1)]
    for transfer in one.transfers:
        if transfer.asset in assets and transfer.sender != transfer.recipient:
            sign = (transfer.recipient == pair) - (transfer.sender == pair)
            moved[assets.index(transfer.asset)] += sign * transfer.quantity
    return said == moved


def _constant_product(
    network: str, pair: str, assets: tuple[AssetId, AssetId], logs: list[Log], heard: Heard
) -> ConstantProduct:
    fee, held = None, (0, 0)
    for log in logs:
        if log.topics == (SYNC,):
            held = number_in(log, 0), number_in(log, 1)
        elif log.topics[0] == CONSTANT_PRODUCT and len(log.data) >= 2 + 64 * 4:
            fee = _least(fee, _paid(log, held))
    return ConstantProduct(network, pair, assets, held, heard, fee)


def _paid(swap: Log, held: tuple[int, int]) -> int | None:
    """What a trade left in the pair beyond the product, to a millionth of what it put in.

    None for one that put both in or took both out.
    """
    given, taken = ([number_in(swap, place + at) for at in (0, 1)] for place in (0, 2))
    at = 0 if given[0] else 1
    if not given[at] or given[1 - at] or taken[at] or not taken[1 - at]:
        return None
    before = held[at] - given[at]
    if before <= 0 or held[1 - at] <= 0:
        return None
    # out = (left + out)·x ÷ (before + x), solved for x: what the product itself asked for
    asked = taken[1 - at] * before // held[1 - at]
    paid = ((given[at] - asked) * 2 * _MILLION + given[at]) // (2 * given[at])
    return paid if 0 <= paid <= _FEE_MOST else None


def _least(*fees: int | None) -> int | None:
    return min((fee for fee in fees if fee is not None), default=None)


def _shares(
    share: AssetId, assets: tuple[AssetId, AssetId], logs: list[Log], heard: Heard
) -> ShareState | None:
    """What shares stood for when liquidity last came or went in these logs of their pair."""
    found, held, made, burnt = None, (0, 0), 0, 0
    for log in logs:
        topic = log.topics[0]
        if topic == SYNC and log.topics == (SYNC,):
            held = number_in(log, 0), number_in(log, 1)
        elif topic == TRANSFER and len(log.topics) == 3 and len(log.data) >= 2 + 64:
            made = number_in(log, 0) if address_in(log.topics, 1) == ZERO_ADDRESS else made
            burnt = number_in(log, 0) if address_in(log.topics, 2) == ZERO_ADDRESS else burnt
        elif topic in {MINT, BURN} and len(log.data) >= 2 + 64 * 2:
            moved = number_in(log, 0), number_in(log, 1)
            supply = _after_mint(held, moved, made) if topic == MINT else None
            supply = _after_burn(held, moved, burnt) if topic == BURN else supply
            found = None if supply is None else ShareState(share, assets, held, supply, heard)
    return found


#: What the first deposit of a pair leaves to nobody, for ever.
_LOCKED: Final = 1_000


def _after_mint(held: tuple[int, int], came: tuple[int, int], made: int) -> int | None:
    """What was made is min(came·supply ÷ held before), rounded down: the larger solution."""
    before = held[0] - came[0], held[1] - came[1]
    if made < _SHARES_LEAST or min(before) < 0 or min(came) <= 0:
        return None
    if max(before) == 0:
        return made + _LOCKED
    return made + max(made * before[at] // came[at] for at in (0, 1))


def _after_burn(held: tuple[int, int], gone: tuple[int, int], burnt: int) -> int | None:
    """What is gone is burnt·held before ÷ supply, rounded down."""
    if burnt < _SHARES_LEAST or min(gone) <= 0:
        return None
    # the larger amount says more digits
    at = 0 if gone[0] >= gone[1] else 1
    if gone[at] < _SHARES_LEAST:
        return None
    return burnt * held[at] // gone[at]


def _concentrated(one: Activity, heard: Heard) -> Iterator[Concentrated]:
    """Pools of concentrated liquidity after each trade, where a known deployer made them."""
    for log in sorted(one.logs, key=_place):
        if log.topics[:1] not in {(CONCENTRATED,), (PANCAKE_V3,)} or len(log.data) < 2 + 64 * 5:
            continue
        assets = _assets(one, log.address)
        if assets is None:
            continue
        first, second = (contract_of(asset) or "" for asset in assets)
        terms = terms_of(one.network, log.address, first, second)
        if terms is None:
            continue
        tick = number_in(log, 4)
        yield Concentrated(
            *(one.network, log.address, assets, number_in(log, 2), number_in(log, 3)),
            *(tick - (1 << 256) if tick >> 255 else tick, terms.fee, terms.spacing, heard),
        )
