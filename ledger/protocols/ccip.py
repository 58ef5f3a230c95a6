"""Chainlink's CCIP: a view in; tokens that left for another network or came from one, out.

Sources: smartcontractkit/ccip and chainlink-ccip, EVM2EVMOnRamp.sol and EVM2EVMOffRamp.sol (1.2 to
1.5), OnRamp.sol and OffRamp.sol (1.6), Internal.sol; chain-selectors, selectors.yml. Both ends log
the id of the message. The first form does not say which network it is for, so that nothing proves
what arrives of it.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20
from ledger.model.event import Event, Leg
from ledger.protocols._bridges import expected, paid, words
from ledger.protocols._legs import exact
from ledger.shapes import (
    ActivityView,
    Recognised,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    with_role,
    word_address,
)

NAME: Final = "ccip"
RANK: Final = 12

#: CCIPSendRequested((uint64 sourceChainSelector, address sender, address receiver,
#: uint64 sequenceNumber, uint256 gasLimit, bool strict, uint64 nonce, address feeToken,
#: uint256 feeTokenAmount, bytes data, (address token, uint256 amount)[] tokenAmounts,
#: bytes[] sourceTokenData, bytes32 messageId) message).
REQUESTED: Final = "0xd0c3c799bf9e2639de44391e7f524d229b2b55f5b1ea94b2bf7da42f7243dddd"
#: CCIPMessageSent(uint64 destChainSelector, uint64 sequenceNumber, ((bytes32 messageId,
#: uint64 sourceChainSelector, uint64 destChainSelector, uint64 sequenceNumber, uint64 nonce)
#: header, address sender, bytes data, bytes receiver, bytes extraArgs, address feeToken,
#: uint256 feeTokenAmount, uint256 feeValueJuels, (address sourcePoolAddress,
#: bytes destTokenAddress, bytes extraData, uint256 amount, bytes destExecData)[] tokenAmounts)
#: message); the first two indexed.
SENT: Final = "0x192442a2b2adb6a7948f097023cb6b57d29d3a7a5dd33e6666d33c39cc456f32"
#: ExecutionStateChanged(uint64 sequenceNumber, bytes32 messageId, uint8 state, bytes returnData),
#: the first two indexed; and since 1.6 ExecutionStateChanged(uint64 sourceChainSelector,
#: uint64 sequenceNumber, bytes32 messageId, bytes32 messageHash, uint8 state, bytes returnData,
#: uint256 gasUsed), the first three indexed.
EXECUTED: Final = "0xd4f851956a5d67c3997d1c9205045fef79bae2947fdee7e9e2641abc7391ef65"
EXECUTED_1_6: Final = "0x05665fe9ad095383d018353f4cbcba77e84db27dd215081bbf7cdf9ae6fbe48b"
#: The state of a message that was executed.
_SUCCESS: Final = 2

#: Selector → network.
NETWORKS: Final = {
    5009297550715157269: "eip155:1",
    3734403246176062136: "eip155:10",
    11344663589394136015: "eip155:56",
    465200170687744372: "eip155:100",
    4051577828743386545: "eip155:137",
    15971525489660198786: "eip155:8453",
    4949039107694359620: "eip155:42161",
    6433500567565415381: "eip155:43114",
    4627098889531055414: "eip155:59144",
    13204309965629103672: "eip155:534352",
}

SIGNS: Final = frozenset({REQUESTED, SENT, EXECUTED, EXECUTED_1_6})


def recognise(view: ActivityView) -> Recognised | None:
    """Each token of a message that an owned wallet paid, and what executed messages brought."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, REQUESTED, 1, 14):
        events += _requested(view.without(events), log)
    for log in logs_with(view.activity, SENT, 3, 14):
        events += _sent(view.without(events), log)
    events += _executed(view.without(events))
    return Recognised(events) if events else None


def _word(log: Log, place: int) -> int:
    """A word; 0 beyond the end."""
    return number_in(log, place) if 0 <= place < (len(log.data) - 2) // 64 else 0


def _requested(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What the token list says, less the fee where a token pays it."""
    start = number_in(log, 0) // 32
    place = start + _word(log, start + 10) // 32
    count, size = _word(log, place), (len(log.data) - 2) // 64
    if start + 13 > size or not 0 < count <= size:
        return ()
    network = view.activity.network
    given = {
        erc20(network, word_address(log, at)): _word(log, at + 1)
        for at in range(place + 1, min(place + 1 + 2 * count, size - 1), 2)
    }
    legs = _paid(view, log, given, start + 7)
    # a contract that is called there passes it on to whom it likes
    plain = not _word(log, start + _word(log, start + 9) // 32)
    to = word_address(log, start + 2) if plain else ""
    (amount,) = given.values() if len(given) == 1 else ("*",)
    note = words(
        f"ccip:0x{_word(log, start + 12):064x}",
        to,
        expected("*", "*", f"~{amount}" if amount != "*" else "*"),
    )
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _sent(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """The same of 1.6, which names the pool of a token but not the token: by its amount alone."""
    start = number_in(log, 0) // 32
    place = start + _word(log, start + 12) // 32
    size = (len(log.data) - 2) // 64
    if _word(log, place) != 1 or place + 2 >= size:
        return ()
    token = place + 1 + _word(log, place + 1) // 32
    amount = _word(log, token + 3)
    taken = exact(view, -amount) if amount else ()
    legs = _paid(view, log, {taken[0].asset: amount}, start + 9) if taken else ()
    there = NETWORKS.get(int(log.topics[1], 16), "")
    receiver = _address(log, start + _word(log, start + 7) // 32)
    plain = not _word(log, start + _word(log, start + 6) // 32)
    contract = _address(log, token + _word(log, token + 1) // 32)
    note = words(
        f"ccip:0x{_word(log, start):064x}",
        f"{there}:{receiver}" if there and receiver and plain else "",
        expected(there, contract or "*", amount if contract else f"~{amount}"),
    )
    return (event(view, "bridge_out", legs, NAME, note),) if legs else ()


def _address(log: Log, place: int) -> str:
    """The address in bytes that are one word; empty where they are something else."""
    inside = place + 1 < (len(log.data) - 2) // 64
    if not inside or _word(log, place) != 32 or _word(log, place + 1) >> 160:
        return ""
    return word_address(log, place + 1)


def _paid(view: ActivityView, log: Log, given: dict[AssetId, int], fee: int) -> tuple[Leg, ...]:
    """Each token in its size, and the fee, in coin or in the token that the word says."""
    legs: tuple[Leg, ...] = ()
    for asset, amount in given.items():
        own = paid(view, asset, amount, log.address) if amount else ()
        legs += tuple(leg for leg in own if all(leg.claim != one.claim for one in legs))
    fee_token = erc20(view.activity.network, word_address(log, fee))
    rest = [leg for leg in view.legs if all(leg.claim != one.claim for one in legs)]
    paid_fee = [
        leg for leg in rest if (leg.asset, leg.quantity) == (fee_token, -_word(log, fee + 1))
    ]
    return legs + tuple(with_role(leg, "fee") for leg in paid_fee[:1]) if legs else ()


def _executed(view: ActivityView) -> tuple[Event, ...]:
    """What came before a message was said to be executed, and after the one before it."""
    done = [
        (log, place)
        for topic, topics, place in ((EXECUTED, 3, 2), (EXECUTED_1_6, 4, 3))
        for log in logs_with(view.activity, topic, topics, 2)
        if number_in(log, place - 2) == _SUCCESS
    ]
    done.sort(key=lambda each: each[0].index)
    at = {move.index: move.log_index for move in view.activity.transfers}
    brought: dict[int, list[Leg]] = {}
    for leg in view.legs:
        if leg.quantity < 0 or is_non_fungible(leg.asset) or leg.claim is None or view.acts:
            continue
        moved = at.get(leg.claim[1])
        behind = [number for number, (log, _) in enumerate(done) if (moved or 0) < log.index]
        if behind and (moved is not None or len(done) == 1):
            brought.setdefault(behind[0], []).append(leg)
    return tuple(
        event(view, "bridge_in", legs, NAME, words(f"ccip:{done[at_][0].topics[done[at_][1]]}"))
        for at_, legs in brought.items()
    )
