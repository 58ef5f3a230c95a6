"""Across: a view in; what left over the bridge and what arrived out, with the deposit's number.

Source: across-protocol/contracts, V3SpokePoolInterface.sol, in both forms: addresses, and since
2025 words of 32 bytes, which other networks than EVM need.

What the fund pays out as a relayer is owed to it: a position in units of the token. It is paid back
in sums of many fills, on a network of its choice, less a fee that only the sum tells. So what comes
back is first of all what was paid out; what is beyond all of that is earned.

The same sums give back to the depositor what nobody filled by its deadline, all of it, where it was
deposited (UMIP-179, Relayer Refund Root). A sum of just that much, soon after, ends the bridge
transfer, or several where it is that of one set of them alone; one that may have it beside fills is
not told apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from ledger.model.activity import Log, microseconds
from ledger.model.asset import AssetId, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._across_pools import POOLS
from ledger.protocols._bridges import (
    expected,
    handed,
    kept_in_mind,
    over_at,
    unwrapped,
    words,
)
from ledger.protocols._loans import Book
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    split,
    word_address,
)

NAME: Final = "across"
RANK: Final = 10

#: V3FundsDeposited(address inputToken, address outputToken, uint256 inputAmount,
#: uint256 outputAmount, uint256 destinationChainId, uint32 depositId, uint32 quoteTimestamp,
#: uint32 fillDeadline, uint32 exclusivityDeadline, address depositor, address recipient,
#: address exclusiveRelayer, bytes message); destinationChainId, depositId and depositor indexed.
V3_FUNDS_DEPOSITED: Final = "0xa123dc29aebf7d0c3322c8eeb5b999e859f39937950ed31056532713d0de396f"
#: FundsDeposited: the same with bytes32 for addresses and uint256 for depositId.
FUNDS_DEPOSITED: Final = "0x32ed1a409ef04c7b0227189c3a103dc5ac10e775a15b785dcc510201f7c25ad3"
#: FilledV3Relay(address inputToken, address outputToken, uint256 inputAmount, uint256 outputAmount,
#: uint256 repaymentChainId, uint256 originChainId, uint32 depositId, uint32 fillDeadline,
#: uint32 exclusivityDeadline, address exclusiveRelayer, address relayer, address depositor,
#: address recipient, bytes message, (address updatedRecipient, bytes updatedMessage,
#: uint256 updatedOutputAmount, uint8 fillType)); originChainId, depositId and relayer indexed.
FILLED_V3_RELAY: Final = "0x571749edf1d5c9599318cdbc4e28a6475d65e87fd3b2ddbe1e9a8d5e7a0f0ff7"
#: FilledRelay: the same with bytes32 for addresses, uint256 for depositId and hashes for messages.
FILLED_RELAY: Final = "0x44b559f101f8fbcc8a0ea43fa91a05a729a5ea6e14a7c75aa750374690137208"

#: Of the second version FundsDeposited(uint256 amount, uint256 originChainId,
#: uint256 destinationChainId, int64 relayerFeePct, uint32 depositId, uint32 quoteTimestamp,
#: address originToken, address recipient, address depositor, bytes message); destinationChainId,
#: depositId and depositor indexed; and FilledRelay(uint256 amount, uint256 totalFilledAmount,
#: uint256 fillAmount, uint256 repaymentChainId, uint256 originChainId, uint256 destinationChainId,
#: int64 relayerFeePct, int64 realizedLpFeePct, uint32 depositId, address destinationToken,
#: address relayer, address depositor, address recipient, bytes message, (address recipient,
#: bytes message, int64 relayerFeePct, bool isSlowRelay, int256 payoutAdjustmentPct)); the origin,
#: depositId and depositor indexed.
V2_FUNDS_DEPOSITED: Final = "0xafc4df6845a4ab948b492800d3d8a25d538a102a2bc07cd01f1cfa097fddcff6"
FILLED_V2_RELAY: Final = "0x8ab9dc6c19fe88e69bc70221b339c84332752fdd49591b7c51e66bae3947b73c"
#: LiquidityAdded(address l1Token, uint256 amount, uint256 lpTokensMinted,
#: address liquidityProvider), LiquidityRemoved of the same shape, of the pool that pays relayers
#: back (HubPool.sol); the addresses indexed.
LIQUIDITY_ADDED: Final = "0x3c69701a61c79a92ef9692903aaa0068bce8771361ecb09547391e4fb4df8537"
LIQUIDITY_REMOVED: Final = "0xcda1185f28599e6bd14ab8a68b3c30a11e1dce4256b5e67e94dd3fd846a6c589"
#: ExecutedRelayerRefundRoot(uint256 amountToReturn, uint256 chainId, uint256[] refundAmounts,
#: uint32 rootBundleId, uint32 leafId, address l2TokenAddress, address[] refundAddresses,
#: address caller), later with bool deferredRefunds before the caller; the numbers of chain, bundle
#: and leaf indexed.
PAID_BACK: Final = (
    "0xf8bd640004bcec1b89657020f561d0b070cbdf662d0b158db9dccb0a8301bfab",
    "0xf4ad92585b1bc117fbdd644990adf0827bc4c95baeae8a23322af807b6d0020e",
)
#: How positions of what the fund paid out as a relayer begin.
_RELAY: Final = "relay"
#: How what is kept in mind of a deposit begins, that comes back if nobody fills it.
_SENT: Final = "sent"
#: Seconds after its deadline within which a deposit is looked for in what comes back: much more
#: than the hour and a half between bundles and the two of challenge (docs.across.to, Refunds).
_RETURNED_WITHIN: Final = 14 * 24 * 3600
#: No more than this part of what a relayer is paid back is his fee.
_EARNED_PARTS: Final = 10
#: So many open deposits are tried for which of them came back in one sum.
_TRIED: Final = 12

SIGNS: Final = frozenset(
    {
        *PAID_BACK,
        *(V3_FUNDS_DEPOSITED, FUNDS_DEPOSITED, FILLED_V3_RELAY, FILLED_RELAY),
        *(V2_FUNDS_DEPOSITED, FILLED_V2_RELAY, LIQUIDITY_ADDED, LIQUIDITY_REMOVED),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits that an owned wallet paid, fills that one got or paid; liquidity for relayers."""
    book, events = Book(view, NAME), tuple[Event, ...]()
    for log in logs_with(view.activity, V2_FUNDS_DEPOSITED, 4, 6):
        events += _sent_at_a_rate(view.without(events), log)
    for log in logs_with(view.activity, FILLED_V2_RELAY, 4, 10):
        events += _arrived_at_a_rate(view.without(events), log)
    for topic, sign in ((LIQUIDITY_ADDED, 1), (LIQUIDITY_REMOVED, -1)):
        for log in logs_with(view.activity, topic, 3, 2):
            events += _provided(view.without(events), log, sign)
    for topic in (V3_FUNDS_DEPOSITED, FUNDS_DEPOSITED):
        for log in logs_with(view.activity, topic, 4, 9):
            events += _sent(view.without(events), log)
    for topic in (FILLED_V3_RELAY, FILLED_RELAY):
        for log in logs_with(view.activity, topic, 4, 11):
            events += _arrived(view.without(events), log)
            events += _relayed(book, view.without(events), log)
    for topic in PAID_BACK:
        for log in logs_with(view.activity, topic, 4, 5):
            events += _paid_back(book, _ended(view.without(events), events), log)
    return book.recognised(events)


def _by_pool(view: ActivityView, log: Log) -> bool:
    """Whether the network's pool logged it, as far as that is known."""
    return POOLS.get(view.activity.network) == log.address


def _cuts_a_trade(view: ActivityView, log: Log, out: tuple[Leg, ...]) -> bool:
    """Whether a stranger says that what was given for something else went over the bridge."""
    given = {leg.asset for leg in out} | {native(view.activity.network)}
    came = any(leg.quantity > 0 and leg.asset not in given for leg in view.legs)
    return came and not _by_pool(view, log)


def _relayed(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the fund paid out to others as a relayer; it is paid back on a network of its choice."""
    relayer, recipient = address_in(log.topics, 3), word_address(log, 9)
    if relayer not in view.owned or recipient in view.owned:
        return ()
    token = erc20(view.activity.network, word_address(log, 1))
    for amount in dict.fromkeys((number_in(log, 3), _updated(log))):
        gave = payments(view, {token: -amount}, via=log.address) if amount else ()
        if _cuts_a_trade(view, log, gave):
            return ()
        if gave and _by_pool(view, log) and view.assets.get(token) is not None:
            owed = position(view.activity.network, NAME, f"{_RELAY}.{token.rpartition(':')[2]}")
            legs = (*gave, *book.put(gave[0].wallet, owed, amount, token))
            return (event(view, "order_fill", legs, NAME, "relay:out"),)
        if gave:
            return (event(view, "order_fill", gave, NAME),)
    return ()


def _paid_back(book: Book, view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What a pool gave a relayer of the fund's for what he had paid out, with his fee."""
    token = erc20(view.activity.network, word_address(log, 2))
    words_ = {log.data[place : place + 64] for place in range(2, len(log.data) - 63, 64)}
    came = tuple(
        leg
        for leg in view.legs
        if leg.asset == token
        and leg.counterparty == log.address
        and {f"{leg.quantity:064x}", leg.wallet.rpartition(":0x")[2].rjust(64, "0")} <= words_
    )
    if not _by_pool(view, log):
        return ()
    events, legs, note = tuple[Event, ...](), tuple[Leg, ...](), ""
    for leg in came:
        expired = _expired(view, leg)
        if back := _come_back(view, leg, expired):
            events, view = (*events, back), _ended(view, (back,))
            continue
        mixed = any(units < leg.quantity for _, units in expired)
        more = _settled(book, view, leg, mixed=mixed)
        if len(more) > 1:
            legs, note = (*legs, *more), "relay:back"
        else:
            events += (event(view, "order_fill", more, NAME, "position:unknown"),)
    return (*events, event(view, "order_fill", legs, NAME, note)) if legs else events


def _ended(view: ActivityView, events: Sequence[Event]) -> ActivityView:
    """The view, knowing which transfers some events of it have ended."""
    over: dict[tuple[WalletId, AssetId], int] = {}
    for one in events:
        if one.kind == "bridge_in":
            over |= kept_in_mind(one)
    return replace(view, held={**view.held, **over}) if over else view


def _come_back(view: ActivityView, came: Leg, expired: Sequence[tuple[int, int]]) -> Event | None:
    """The deposit that comes back with just this sum; or the only ones that do so together.

    Of a relayer whose fills are open nothing tells several from what he is paid back for those.
    """
    chain = view.activity.network.rpartition(":")[2]
    one = next((each for each in expired if each[1] == came.quantity), None)
    found = [] if one is None else [one]
    if one is None and not any(
        units > 0 and f"/position:{NAME}:{_RELAY}." in asset
        for (_, asset), units in view.held.items()
    ):
        found = _only_sum(expired, came.quantity)
    if not found:
        return None
    messages = [f"{chain}:{number}" for number, _ in found]
    also = f" also:{','.join(messages[1:])}" if messages[1:] else ""
    legs = tuple(replace(came, quantity=units) for _, units in found)
    note = f"{words(messages[0])}{also} returned:expired"
    return event(view, "bridge_in", legs, NAME, note)


def _only_sum(expired: Sequence[tuple[int, int]], total: int) -> list[tuple[int, int]]:
    """The deposits that make up a sum, where no others do; few enough to try all of them."""
    if len(expired) > _TRIED:
        return []
    sets = (
        list(each)
        for size in range(2, len(expired) + 1)
        for each in combinations(expired, size)
        if sum(units for _, units in each) == total
    )
    first, second = next(sets, []), next(sets, [])
    return [] if second else first


def _expired(view: ActivityView, came: Leg) -> list[tuple[int, int]]:
    """Number and units of deposits of a wallet here in an asset that nobody filled in time.

    Those that arrived at a wallet of the fund, and those whose time is long past, are none.
    """
    network, now = view.activity.network, microseconds(view.activity.time) // 1_000_000
    begin = position(network, NAME, f"{_SENT}.{came.asset.rpartition(':')[2]}.")
    found: list[tuple[int, int]] = []
    for (wallet, kept), units in view.held.items():
        if wallet != came.wallet or units <= 0 or not kept.startswith(begin):
            continue
        deadline, number = map(int, kept.removeprefix(begin).split("."))
        over = over_at(network, NAME, str(number))
        if deadline < now <= deadline + _RETURNED_WITHIN and over not in view.held:
            found.append((number, units))
    return sorted(found)


def _settled(book: Book, view: ActivityView, came: Leg, *, mixed: bool) -> tuple[Leg, ...]:
    """What came back for fills that the books know, and what was earned beyond all of them.

    The leg alone where they know none, or where what is beyond them may be a deposit (`mixed`), or
    is too much for a fee: it is for fills that the books do not know.
    Tokens of one symbol and as many decimals are the same on whatever network: the fund paid the
    one out itself, and the pool of the network gave the other for it.
    """
    relayer, here = came.wallet.rpartition(":")[2], view.activity.network
    owed = sorted(
        (not asset.startswith(f"{here}/"), wallet, asset)
        for wallet, asset in view.held
        if f"/position:{NAME}:{_RELAY}." in asset and wallet.rpartition(":")[2] == relayer
    )
    back: tuple[Leg, ...] = ()
    left = came.quantity
    owed = [each for each in owed if _same(view, each[2], came.asset)]
    beyond = left - sum(max(book.held(*each[1:]) or 0, 0) for each in owed)
    if beyond > 0 and (mixed or beyond * _EARNED_PARTS > left):
        return (came,)
    for _, wallet, kept in owed:
        units = min(left, book.held(wallet, kept) or 0)
        if units > 0:
            back += book.take(wallet, kept, units, ())[0]
            left -= units
    return (*split(came, left, "reward"), *back) if back and left else (came, *back)


def _same(view: ActivityView, kept: AssetId, token: AssetId) -> bool:
    one, other = view.assets.get(kept), view.assets.get(token)
    if one is None or other is None:
        return False
    return (one.symbol, one.decimals) == (other.symbol, other.decimals)


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The input of a deposit; `to` names the wallet that shall receive what `expects` says."""
    network = view.activity.network
    given = erc20(network, word_address(log, 0))
    paid = payments(view, {given: -number_in(log, 2)}, via=log.address)
    if not paid and view.acts and {address_in(log.topics, 3), word_address(log, 7)} & view.owned:
        paid = handed(view)
    if not paid or _cuts_a_trade(view, log, paid):
        return ()
    origin = network.rpartition(":")[2]
    destination = int(log.topics[1], 16)
    # no token is whichever stands for the one that was given, and any relayer names it
    token = "*" if word_address(log, 1) == ZERO_ADDRESS else word_address(log, 1)
    note = words(
        f"{origin}:{int(log.topics[2], 16)}",
        f"eip155:{destination}:{word_address(log, 7)}",
        expected(f"eip155:{destination}", token, number_in(log, 3)),
        NAME if _by_pool(view, log) and f"eip155:{destination}" in POOLS else "",
    )
    return (event(view, "bridge_out", paid, NAME, f"{note}{_may_return(view, log)}"),)


def _may_return(view: ActivityView, log: Log) -> str:
    """The word of a deposit that comes back to an owned wallet if nobody fills it in time.

    Only what the contract took that pays back can come back from it.
    """
    network, depositor = view.activity.network, address_in(log.topics, 3)
    if depositor not in view.owned or not _by_pool(view, log):
        return ""
    token, deadline, number = word_address(log, 0), number_in(log, 5), int(log.topics[2], 16)
    kept = position(network, NAME, f"{_SENT}.{token}.{deadline}.{number}")
    return f" returns:{number_in(log, 2)}={wallet_id(network, depositor)}={kept}"


def _arrived(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The output of a deposit that a relayer paid out to an owned wallet."""
    if address_in(log.topics, 3) in view.owned:
        return ()
    token = word_address(log, 1)
    wanted = erc20(view.activity.network, token)
    for amount in dict.fromkeys((number_in(log, 3), _updated(log))):
        came = payments(view, {wanted: amount}, via=log.address) if amount else ()
        if came:
            message = f"{int(log.topics[1], 16)}:{int(log.topics[2], 16)}"
            by = NAME if _by_pool(view, log) else ""
            note = words(message, by=by, unwraps=unwrapped(view, came, token))
            return (event(view, "bridge_in", came, NAME, note),)
    return ()


def _updated(log: Log) -> int:
    """The amount that the depositor agreed to in the end; 0 where the log does not say."""
    words = (len(log.data) - 2) // 64
    if log.topics[0] == FILLED_RELAY:
        return number_in(log, 13) if words > 13 else 0
    place, beyond = divmod(number_in(log, 11) if words > 11 else 0, 32)
    return number_in(log, place + 2) if not beyond and 0 < place < words - 2 else 0


def _sent_at_a_rate(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A deposit of the second version: what it pays there depends on a rate of that time."""
    network, amount = view.activity.network, number_in(log, 0)
    paid = payments(view, {erc20(network, word_address(log, 4)): -amount}, via=log.address)
    if not paid:
        return ()
    origin, there = network.rpartition(":")[2], f"eip155:{int(log.topics[1], 16)}"
    note = words(
        f"{origin}:{int(log.topics[2], 16)}",
        f"{there}:{word_address(log, 5)}",
        expected(there, "*", "*"),
    )
    return (event(view, "bridge_out", paid, NAME, note),)


def _arrived_at_a_rate(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """A fill of the second version: its amount less fees, from who relays it or from the pool."""
    if word_address(log, 8) in view.owned:
        return ()
    token = word_address(log, 7)
    wanted = {erc20(view.activity.network, token), native(view.activity.network)}
    came = [
        leg
        for leg in view.legs
        if 0 < leg.quantity <= number_in(log, 2)
        and leg.asset in wanted
        and leg.counterparty in {log.address, word_address(log, 8), token}
        and leg.wallet.endswith(word_address(log, 9))
    ][:1]
    message = f"{int(log.topics[1], 16)}:{int(log.topics[2], 16)}"
    note = words(message, unwraps=unwrapped(view, came, token))
    return (event(view, "bridge_in", came, NAME, note),) if came else ()


def _provided(view: ActivityView, log: Log, sign: int) -> tuple[Event, ...]:
    """A token put in for as many shares as the log says, or taken out for them."""
    token = erc20(view.activity.network, address_in(log.topics, 1))
    shares = [
        leg
        for leg in view.legs
        if leg.quantity == sign * number_in(log, 1) and leg.counterparty == ZERO_ADDRESS
    ][:1]
    moved = payments(view, {token: -sign * number_in(log, 0)}, via=log.address) if shares else ()
    kind = "pool_deposit" if sign > 0 else "pool_withdraw"
    return (event(view, kind, (*shares, *moved), NAME),) if moved else ()
