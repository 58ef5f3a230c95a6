"""Polygon's bridge: a view in; what left and arrived over both its bridges on either chain out.

Sources: 0xPolygon/pos-portal (RootChainManager, predicates, ChildERC20, StateReceiver) and
0xPolygon/pos-contracts (the older bridge of MATIC and POL: DepositManager, WithdrawManager, MRC20);
maticnetwork/static, network/mainnet/v1. A state sync has a number that both chains log, an exit has
none.
"""

from collections.abc import Callable
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.activity import Log
from ledger.model.asset import contract_of, erc20, native
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import COIN, came, expected, leg_with, paid, words
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
)

NAME: Final = "polygon_bridge"
RANK: Final = 12

#: LockedERC20(address depositor, address depositReceiver, address rootToken, uint256 amount) and
#: LockedMintableERC20, of predicates; the addresses indexed.
LOCKED: Final = "0x9b217a401a5ddf7c4d474074aff9958a18d48690d77cc2151c4706aa7348b401"
LOCKED_MINTABLE: Final = "0x31472eae9e158460fea5622d1fcb0c5bdc65b6ffb51827f7bc9ef5788410c34c"
#: LockedEther(address depositor, address depositReceiver, uint256 amount); the addresses indexed.
LOCKED_ETHER: Final = "0x3e799b2d61372379e767ef8f04d65089179b7a6f63f9be3065806456c7309f1b"
#: NewDepositBlock(address owner, address token, uint256 amountOrNFTId, uint256 depositBlockId) of
#: the older bridge; the addresses indexed.
DEPOSIT_BLOCK: Final = "0x1dadc8d0683c6f9824e885935c1bec6f76816730dcec148dda8cf25a7b9f797b"
#: ExitedERC20(address exitor, address rootToken, uint256 amount) and ExitedMintableERC20; the
#: addresses indexed. ExitedEther(address exitor, uint256 amount); exitor indexed.
EXITED: Final = "0xbb61bd1b26b3684c7c028ff1a8f6dabcac2fac8ac57b66fa6b1efb6edeab03c4"
EXITED_MINTABLE: Final = "0x42315cb7471194a6f162099cd1052b95b750612a46472e887f7784b95aa2c4c3"
EXITED_ETHER: Final = "0x0fc0eed41f72d3da77d0f53b9594fc7073acd15ee9d7c536819a70a67c57ef3c"
#: Withdraw(uint256 exitId, address user, address token, uint256 amount) of the older bridge; the
#: first three indexed.
EXIT_PAID: Final = "0xfeb2000dca3e617cd6f3a8bbb63014bb54a124aac6ccbf73ee7229b4cd01f120"
#: Withdraw(address token, address from, uint256 amount, uint256 input1, uint256 output1) of the
#: native coin's contract, and Deposit of the same; the addresses indexed.
COIN_BURNT: Final = "0xebff2602b3f468259e1e99f613fed6691f3a6526effe6ef3e768ba7ae7a36c4f"
COIN_CREDITED: Final = "0x4e2ca0515ed1aef1395f66b5303bb5d6f1bf9d61a353fa53f73f8ac9973fa9f6"
#: StateSynced(uint256 id, address contractAddress, bytes data), the first two indexed;
#: StateCommitted(uint256 stateId, bool success), the id indexed.
SYNCED: Final = "0x103fed9db65eac19c4d870f49ab7520fe03b99f1838e5996caf47e9e43308392"
COMMITTED: Final = "0x5a22725590b0a51c923940223f7458512164b1113359a735e86e7f27f44791ee"

_POLYGON: Final = "eip155:137"
#: Who logs that a state sync was committed (maticnetwork/bor, StateReceiverContract).
_STATE_RECEIVER: Final = "0x0000000000000000000000000000000000001001"
#: What has a known name on Polygon: ether (mainnet/v1, child tokens), and on Ethereum the coin, as
#: MATIC and as POL (0xPolygon/pol-token).
_ETHER: Final = "0x7ceb23fd6bc0add59e62ac25578270cff1b9f619"
_MATIC: Final = "0x7d1afa7b718fb893db30a3abc0cfc608aacfebb0"
_POL: Final = "0x455e53cbb86018ac2b8092fdcd39d8444affc3f6"
_COIN_CONTRACT: Final = "0x0000000000000000000000000000000000001010"
#: Who called, and was called, in the transaction that a block's state syncs are put into.
_NOBODY: Final = ZERO_ADDRESS
#: withdraw(uint256) of a child token, which burns and logs nothing else.
_WITHDRAW: Final = "0x2e1a7d4d"
#: The predicates of tokens and ether on Ethereum, which pay out what exits: their first versions
#: logged nothing (hop-protocol/hop, addresses/mainnet.ts, l1PosPredicate).
_PREDICATES: Final = frozenset(
    {"0x40ec5b33f54e0e8a33a975908c5ba1c14e5bbbdf", "0x8484ef722627bf18ca5ae6bcf031c23e6e922b30"}
)

SIGNS: Final = frozenset(
    {
        LOCKED,
        LOCKED_MINTABLE,
        LOCKED_ETHER,
        DEPOSIT_BLOCK,
        EXITED,
        EXITED_MINTABLE,
        EXITED_ETHER,
        EXIT_PAID,
        COIN_BURNT,
        COMMITTED,
        ZERO_ADDRESS,
        *_PREDICATES,
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """What the bridge's contracts log first, then burns and payments that have no log."""
    events: tuple[Event, ...] = ()
    for topic, (topics, size, read) in _READERS.items():
        for log in logs_with(view.activity, topic, topics, size):
            events += read(view.without(events), log)
    for silent in (_synced_in, _burnt, _exited_silently):
        events += silent(view.without(events))
    return Recognised(events) if events else None


# ---- Ethereum ----------------------------------------------------------------------------------


def _locked(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a predicate took; the state sync is logged after it."""
    network = view.activity.network
    is_coin = log.topics[0] == LOCKED_ETHER
    asset = native(network) if is_coin else erc20(network, address_in(log.topics, 3))
    legs = paid(view, asset, number_in(log, 0), log.address)
    after = [one for one in logs_with(view.activity, SYNCED, 3, 0) if one.index > log.index]
    arrives = f"{_ETHER if is_coin else '*'}/{number_in(log, 0)}"
    return _out(view, legs, address_in(log.topics, 2), after[:1], arrives)


def _deposit_block(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the older bridge took; the state sync is logged before. MATIC may have become POL."""
    asset, amount = erc20(view.activity.network, address_in(log.topics, 2)), number_in(log, 0)
    other = leg_with(view, -amount, {log.address})
    legs = paid(view, asset, amount, log.address) or ((other,) if other else ())
    before = [one for one in logs_with(view.activity, SYNCED, 3, 0) if one.index < log.index]
    is_coin = address_in(log.topics, 2) in {_MATIC, _POL}
    arrives = f"{COIN if is_coin else '*'}/{amount}"
    return _out(view, legs, address_in(log.topics, 1), before[-1:], arrives)


def _out(
    view: ActivityView, legs: tuple[Leg, ...], to: str, synced: list[Log], arrives: str
) -> tuple[Event, ...]:
    if not legs:
        return ()
    message = f"polygon:{int(synced[0].topics[1], 16)}" if synced else ""
    note = words(message, f"{_POLYGON}:{to}", expected(_POLYGON, *arrives.split("/")), NAME)
    return (event(view, "bridge_out", legs, NAME, note),)


def _exited(view: ActivityView, log: Log) -> tuple[Event, ...]:
    network = view.activity.network
    is_coin = log.topics[0] == EXITED_ETHER
    asset = native(network) if is_coin else erc20(network, address_in(log.topics, 2))
    return _in(view, came(view, asset, number_in(log, 0)))


def _exit_paid(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """An exit of the older bridge, which pays out of another contract than logs it."""
    if address_in(log.topics, 2) not in view.owned:
        return ()
    asset, amount = erc20(view.activity.network, address_in(log.topics, 3)), number_in(log, 0)
    other = leg_with(view, amount, {leg.counterparty for leg in view.legs})
    return _in(view, came(view, asset, amount) or ((other,) if other else ()))


def _exited_silently(view: ActivityView) -> tuple[Event, ...]:
    if view.activity.network != "eip155:1":
        return ()
    return _in(
        view,
        tuple(leg for leg in view.legs if leg.quantity > 0 and leg.counterparty in _PREDICATES),
    )


# ---- Polygon -----------------------------------------------------------------------------------


def _coin_burnt(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if view.activity.network != _POLYGON or log.address != _COIN_CONTRACT:
        return ()
    legs = paid(view, native(_POLYGON), number_in(log, 0), log.address)
    arrives = expected("eip155:1", f"{_MATIC}|{_POL}", number_in(log, 0))
    note = words(to=f"eip155:1:{address_in(log.topics, 2)}", expects=arrives)
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _burnt(view: ActivityView) -> tuple[Event, ...]:
    """A child token that its holder burnt: nothing came back for it, and nothing else happened."""
    activity = view.activity
    if activity.network != _POLYGON or view.selector != _WITHDRAW or len(view.legs) != 1:
        return ()
    leg, others = view.legs[0], [log for log in activity.logs if log.address != _COIN_CONTRACT]
    is_burnt = leg.quantity < 0 and leg.counterparty == ZERO_ADDRESS
    if not is_burnt or contract_of(leg.asset) != view.called or is_non_fungible(leg.asset):
        return ()
    alone = len(others) <= 1 and all(log.address == view.called for log in others)
    # who burnt it takes it out
    note = words(
        to=f"eip155:1:{leg.wallet.rpartition(':')[2]}",
        expects=expected("eip155:1", "*", -leg.quantity),
    )
    return (event(view, "bridge_out", view.legs, NAME, note),) if alone else ()


def _synced_in(view: ActivityView) -> tuple[Event, ...]:
    """What state syncs minted: all of them are in one transaction, each before its number."""
    activity = view.activity
    committed = [
        log for log in logs_with(activity, COMMITTED, 2, 0) if log.address == _STATE_RECEIVER
    ]
    if activity.network != _POLYGON or activity.caller not in {"", _NOBODY} or not committed:
        return ()
    places = {move.index: move.log_index for move in activity.transfers}
    events: list[Event] = []
    for leg in view.legs:
        if leg.quantity < 0 or leg.counterparty not in {ZERO_ADDRESS, PROTOCOL}:
            continue
        place = places.get(leg.claim[1]) if leg.claim is not None else None
        place = _credit_place(view, leg) if place is None else place
        after = [one for one in committed if place is not None and one.index > place]
        message = f"polygon:{int(after[0].topics[1], 16)}" if after else ""
        note = words(message, by=NAME if message else "")
        events.append(event(view, "bridge_in", (leg,), NAME, note))
    return tuple(events)


def _credit_place(view: ActivityView, leg: Leg) -> int | None:
    """The place of the one log that a credit of coin was read from."""
    found = [
        log.index
        for log in logs_with(view.activity, COIN_CREDITED, 3, 1)
        if log.address == _COIN_CONTRACT
        and number_in(log, 0) == leg.quantity
        and leg.wallet.endswith(address_in(log.topics, 2))
    ]
    return found[0] if len(found) == 1 else None


# ---- both --------------------------------------------------------------------------------------


def _in(view: ActivityView, legs: tuple[Leg, ...]) -> tuple[Event, ...]:
    return (event(view, "bridge_in", legs, NAME),) if legs else ()


#: Topic → topics and words that its log has, and who reads it, in the order of reading.
_READERS: Final[dict[str, tuple[int, int, Callable[[ActivityView, Log], tuple[Event, ...]]]]] = {
    LOCKED: (4, 1, _locked),
    LOCKED_MINTABLE: (4, 1, _locked),
    LOCKED_ETHER: (3, 1, _locked),
    DEPOSIT_BLOCK: (3, 1, _deposit_block),
    EXITED: (3, 1, _exited),
    EXITED_MINTABLE: (3, 1, _exited),
    EXITED_ETHER: (2, 1, _exited),
    EXIT_PAID: (4, 1, _exit_paid),
    COIN_BURNT: (3, 1, _coin_burnt),
}
