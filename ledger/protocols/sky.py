"""Sky: a view in; tokens that became their successors, stakes with loans, liquidations out.

Sources: makerdao/sky, src/MkrSky.sol and DaiUsds.sol (usds); makerdao/lockstake,
src/LockstakeEngine.sol; makerdao/dss, src/vat.sol and dog.sol; addresses from chainlog.sky.money.
Its savings are vaults of ERC-4626.

The engine names a stake by owner and number, a liquidation by the address of its vault in the core;
the core logs that address whenever the engine changes it, so the stake has its name.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import debt, erc20, position
from ledger.model.event import Event
from ledger.model.fund import wallet_id
from ledger.protocols._loans import (
    Action,
    Book,
    Reads,
    by_table,
    liquidated,
    of_size,
    topic,
    whole_topic,
)
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
)

NAME: Final = "sky"
RANK: Final = 20

#: MkrToSky(address caller, address usr, uint256 mkrAmt, uint256 skyAmt) and SkyToMkr(address
#: caller, address usr, uint256 skyAmt, uint256 mkrAmt); the addresses indexed. Since a fee is taken
#: MkrToSky has it as one word more.
MKR_TO_SKY: Final = "0x751bfeaa2bccc50ef150efeaf65ef79018f1dd61e4078d49943229e31eb8ce1a"
MKR_TO_SKY_FEE: Final = "0x0a1dc0eb35e4f1de6bf0a2cbddfee6266b9326ddef41f1761763a0bf039660a8"
SKY_TO_MKR: Final = "0x0b1fb0d52b80bbeb62e78812263b366050decf127155b6dc1c7d4879e39c8566"
#: DaiToUsds(address caller, address usr, uint256 wad) and UsdsToDai of the same shape; addresses
#: indexed.
DAI_TO_USDS: Final = "0x23889db6b244d239344deac88ec7781d810b3873fe323939d1ce0e8ac9564235"
USDS_TO_DAI: Final = "0x9c7bd3b60b7e46fc1d7a38d88b7dd4be0e028b80b706848fc3c065eabc8e6a9b"
#: Lock(address owner, uint256 index, uint256 wad, uint16 ref), Free(address owner, uint256 index,
#: address to, uint256 wad, uint256 freed), Draw(address owner, uint256 index, address to, uint256
#: wad) and Wipe(address owner, uint256 index, uint256 wad) of the engine; owner and index indexed.
#: What is freed is less than what was locked by a fee, but of FreeNoFee(address owner, uint256
#: index, address to, uint256 wad), owner and index indexed. GetReward(address owner, uint256 index,
#: address farm, address to, uint256 amt); owner, index and farm indexed.
LOCK: Final = "0x15a082f86d911273b558eb3797fc962ebe7cb22d787d8d13989e1ff0dc73a607"
FREE: Final = "0xde1819362eecc26ff17e717ad1e56b0154734cd5cc609494230256154e6c7ff0"
FREE_NO_FEE: Final = "0xcd6427026c24aea1d465d0e880edc743f7ba98ea5a30a21702762edbb61c148d"
DRAW: Final = "0x970ddd008a8a27402f3bcac48972a48da4954fbd2493769baba2ad596e489566"
REWARD: Final = "0xb0787e3944c17543aef2eb910c82d62e9ba80dabf5b15e371b09ac5728839700"
WIPE: Final = "0x7c82d5b45cb4b7df16c473bcd2c3933a1651d1c91b9f17ebb2cccacbf29e03fd"

#: A logged call of the core, frob(bytes32 ilk, address urn, …): its first topic is the function.
FROB: Final = "0x76088703" + "0" * 56
#: Bark(bytes32 ilk, address urn, uint256 ink, uint256 art, uint256 due, address clip, uint256 id);
#: ilk, urn and id indexed. What is due has 45 decimals.
BARK: Final = "0x85258d09e1e4ef299ff3fc11e74af99563f022d21f3f940db982229dc2a3358c"
VAT: Final = "0x35d1b3f3d7966a1dfe207aa4514c12a259a0492b"
DOG: Final = "0x135954d155898d42c90d2a57824c690e0c7bef1b"
_RAD: Final = 10**27

MKR: Final = "0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2"
SKY: Final = "0x56072c95faa701256059aa122697b133aded9279"
DAI: Final = "0x6b175474e89094c44da98b954eedeac495271d0f"
USDS: Final = "0xdc035d45d973e3ec169d2276ddab16f1e407384f"

#: topic → what left and what came
_SUCCESSORS: Final[Mapping[str, tuple[str, str]]] = {
    MKR_TO_SKY: (MKR, SKY),
    MKR_TO_SKY_FEE: (MKR, SKY),
    SKY_TO_MKR: (SKY, MKR),
    DAI_TO_USDS: (DAI, USDS),
    USDS_TO_DAI: (USDS, DAI),
}


def _usds(_: Log) -> str:
    """What the engine lends."""
    return USDS


_STAKES: Final = {
    LOCK: Action("deposit", 3, 1, topic(1), 0, market=whole_topic(2)),
    DRAW: Action("borrow", 3, 2, topic(1), 1, market=whole_topic(2), asset=_usds),
    WIPE: Action("repay", 3, 1, topic(1), 0, market=whole_topic(2), asset=_usds),
}

#: The engine of stakes of SKY, and of MKR before it (chain log: LOCKSTAKE_ENGINE, and its old one).
ENGINES: Final = (
    "0xce01c90de7fd1bcfa39e237fe6d8d9f569e8a6a3",
    "0x2b16c07d5fd5cc701a0a871eae2aad6da5fc8f12",
)
#: Converters, which burn and mint and hold nothing: MKR and SKY, both (chain log: MKR_SKY and its
#: old one), DAI and USDS (DAI_USDS).
CONVERTERS: Final = (
    "0xa1ea1ba18e88c381c724a75f23a130420c403f9a",
    "0xbdcfca946b6cdd965f99a839e4435bcdc1bc470b",
    "0x3225737a9bbb6473cb4a45b7244aca2befdb276a",
)
VOUCHED: Final = frozenset({*ENGINES, *CONVERTERS})

SIGNS: Final = frozenset({*_SUCCESSORS, *_STAKES, FREE, FREE_NO_FEE, REWARD, DOG})

#: A liquidation moves nothing at the one whose stake it is.
WITHOUT_LEGS: Final = frozenset({BARK})


def recognise(view: ActivityView) -> Recognised | None:
    """Conversions for an owned address, what the engine logged of one; liquidations."""
    events, book = _acted(view) if view.acts else ((), Book(view, NAME))
    for log in logs_with(view.activity, BARK, 4, 3):
        if log.address == DOG:
            events += _seized(book, log)
    return book.recognised(events)


def _acted(view: ActivityView) -> tuple[tuple[Event, ...], Book]:
    """What the fund did itself."""
    events: tuple[Event, ...] = ()
    for signature in _SUCCESSORS:
        for log in logs_with(view.activity, signature, 3, 1):
            events += _converted(view.without(events), log)
    stakes = {topic: replace(action, market=_named(view)) for topic, action in _STAKES.items()}
    staked, book = by_table(view.without(events), NAME, stakes)
    events += staked
    for signature, words in ((FREE, 3), (FREE_NO_FEE, 2)):
        for log in logs_with(view.activity, signature, 3, words):
            events += _freed(book, log, view.without(events), freed=words - 1)
    for log in logs_with(view.activity, REWARD, 4, 2):
        events += _earned(view.without(events), log)
    return events, book


def _named(view: ActivityView) -> Reads:
    """Reads the stake's vault off what the core logged last before the engine, else its number."""
    changed = [log for log in logs_with(view.activity, FROB, 4, 0) if log.address == VAT]

    def read(log: Log) -> str:
        before = [address_in(one.topics, 2) for one in changed if one.index < log.index]
        return before[-1] if before else log.topics[2]

    return read


def _seized(book: Book, log: Log) -> tuple[Event, ...]:
    """A stake that the books know was taken for its debt."""
    view, vault = book.view, f".{address_in(log.topics, 2)}"
    begin = position(view.activity.network, NAME, "")
    kept = next(
        (asset for _, asset in view.held if asset.startswith(begin) and asset.endswith(vault)), None
    )
    wallet = None if kept is None else book.holder(kept)
    if kept is None or wallet is None:
        return ()
    owed = debt(view.activity.network, NAME, kept.removeprefix(begin))
    due = -(-number_in(log, 2) // _RAD)
    legs = liquidated(book, wallet, (kept, number_in(log, 0)), (owed, due))
    return (event(view, "liquidation", legs, NAME),) if legs else ()


def _freed(book: Book, log: Log, view: ActivityView, freed: int) -> tuple[Event, ...]:
    """What came of a stake (the word `freed`), all of whose units are gone with the fee."""
    network, owner = view.activity.network, address_in(log.topics, 1)
    came = of_size(view, number_in(log, freed))
    if owner not in view.owned or not came:
        return ()
    kept = position(network, NAME, f"{log.address}.{_named(book.view)(log)}")
    wallet = wallet_id(network, owner)
    note = "" if book.held(wallet, kept) else "position:unknown"
    back = book.take(wallet, kept, number_in(log, 1), ())[0]
    return (event(view, "lend_withdraw", (*came, *back), NAME, note),)


def _earned(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a farm paid for a stake."""
    came = of_size(view, number_in(log, 1))
    ours = address_in(log.topics, 1) in view.owned
    return (event(view, "reward", came, NAME),) if came and ours else ()


def _converted(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A token for its successor, in the sizes that the log says."""
    if not {address_in(log.topics, 1), address_in(log.topics, 2)} & view.owned:
        return ()
    old, new = (erc20(view.activity.network, token) for token in _SUCCESSORS[log.topics[0]])
    two = len(log.data) >= 2 + 128
    legs = payments(view, {old: -number_in(log, 0), new: number_in(log, 1 if two else 0)})
    return (event(view, "migrate", legs, NAME),) if len(legs) > 1 else ()
