"""The input of a transaction and its call frames in; the calls that contracts made, out.

The input says what a Safe, a module of one, a smart account or the entry point of ERC-4337 was
asked to call. A trace knows the calls of any other contract.

Sources: safe-global/safe-smart-account (Safe.sol, ModuleManager.sol, MultiSend.sol) and
safe-modules (Safe4337Module.sol), gnosisguild/zodiac (Modifier.sol), zodiac-modifier-roles
(Roles.sol) and zodiac-modifier-delay (Delay.sol), eth-infinitism/account-abstraction
(IEntryPoint.sol, BaseAccount.sol), EIP-7579 with EIP-7821, zerodevapp/kernel and
bcnmy/scw-contracts (SmartAccount.sol).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from sys import intern
from typing import Any, Final

from ledger.model.activity import ENTRY_POINTS, Call

#: Frames that call somebody else; in a delegate call a contract runs another's code as its own.
_CALLING: Final = frozenset({"CALL", "CALLCODE"})
#: So deep in calls an account's own are looked for: below who sent the transaction and a module, or
#: the entry point; and in so many frames.
_DEEP: Final = 3
_FRAMES_MAX: Final = 256
_CALLS_MAX: Final = 64
#: More calls than these are no errand: a contract that deals by itself has no one that is meant.
_ERRANDS_MAX: Final = 24

#: (target, its input) of calls.
_Targets = Iterator[tuple[str, bytes]]

#: multiSend(bytes), which a Safe runs as its own code: packed operation, target, value, length and
#: data of each call.
_MULTI_SEND: Final = bytes.fromhex("8d80ff0a")
_WORD: Final = 32
_CALL: Final = 0
_DELEGATE: Final = 1


def calls_of(
    transaction: Mapping[str, Any], root: Mapping[str, Any] | None, contract: str
) -> tuple[Call, ...]:
    """The calls of a transaction to a contract: by its input, and by its trace where it has one.

    An account that says itself what it shall call is not asked further: it calls guards, validators
    and hooks on the way.
    """
    sender = str(transaction["from"]).lower()
    stated = asked(sender, contract, str(transaction.get("input") or "0x"))
    if root is None or (stated and any(call.caller != sender for call in stated)):
        return stated
    return (*stated, *traced(root))


def traced(root: Mapping[str, Any]) -> tuple[Call, ...]:
    """The calls of the frames of a callTracer tree that are near its root and did not fail.

    Of many, those of the contract at the root alone; none where these are many too.
    """
    found: dict[Call, None] = {}
    pending: list[tuple[Iterator[Mapping[str, Any]], int]] = [(iter((root,)), 0)]
    left = _FRAMES_MAX
    while pending and left:
        frames, depth = pending[-1]
        for frame in frames:
            left -= 1
            if frame.get("error") is None:
                called = frame.get("type") in _CALLING
                if depth and called:
                    head = str(frame.get("input") or "")[:10]
                    found[_call(str(frame.get("from")), str(frame.get("to")), head)] = None
                if depth < _DEEP and (inner := frame.get("calls")):
                    pending.append((iter(inner), depth + called))
                    break
            if not left:
                break
        else:
            pending.pop()
    calls = list(found)
    if len(calls) > _ERRANDS_MAX:
        first = str(root.get("to")).lower()
        calls = [call for call in calls if call.caller == first]
    return tuple(calls) if len(calls) <= _ERRANDS_MAX else ()


@lru_cache(maxsize=1 << 14)  # routers call the same pools again and again
def _call(caller: str, called: str, head: str) -> Call:
    selector = intern(head.lower()) if len(head) == 10 else ""
    return Call(intern(caller.lower()), intern(called.lower()), selector)


def asked(sender: str, called: str, data: str) -> tuple[Call, ...]:
    """The calls that the input of a transaction asks of a contract; total, by its first bytes.

    What a module of a Safe is asked to call counts as a call of who sent the transaction: it does
    not name the Safe.
    """
    known = _ASKED.get(data[2:10].lower())
    if known is None:
        return ()
    by_sender, targets = known
    try:
        content = bytes.fromhex(data[10:])
        if targets is None:
            # anybody can be sent operations that accounts never signed
            entered = _operations(content) if called in ENTRY_POINTS else ()
            calls = [Call(*each, stated=True) for each in entered]
        else:
            caller = sender if by_sender else called
            calls = [
                Call(caller, target, _selector(inner), stated=True)
                for target, inner in targets(content)
            ]
    except (ValueError, IndexError, OverflowError):
        return ()
    return tuple(islice(dict.fromkeys(calls), _CALLS_MAX))


def _selector(data: bytes) -> str:
    return "0x" + data[:4].hex() if len(data) >= 4 else ""


# ---- words of the contract ABI -----------------------------------------------------------------


def _number(data: bytes, place: int) -> int:
    """The word at a place counted in bytes; raises ValueError where there is none."""
    word = data[place : place + _WORD]
    if len(word) != _WORD:
        raise ValueError("the input ends within a word")
    return int.from_bytes(word, "big")


def _address(data: bytes, place: int) -> str:
    if _number(data, place) >> 160:
        raise ValueError("a word is no address")
    return "0x" + data[place + 12 : place + _WORD].hex()


def _bytes(data: bytes, head: int, base: int = 0) -> bytes:
    """The bytes whose offset from `base` stands at a place."""
    start = base + _number(data, head)
    size = _number(data, start)
    found = data[start + _WORD : start + _WORD + size]
    if len(found) != size:
        raise ValueError("the input ends within a text")
    return found


def _items(data: bytes, head: int, base: int = 0) -> tuple[int, range]:
    """Where an array's items start, and the places of the words of each; offset at a place."""
    start = base + _number(data, head)
    count = min(_number(data, start), _CALLS_MAX)
    first = start + _WORD
    return first, range(first, first + count * _WORD, _WORD)


# ---- what is asked -----------------------------------------------------------------------------


def _one(data: bytes) -> _Targets:
    """(address target, uint256 value, bytes data, …)."""
    yield _address(data, 0), _bytes(data, 2 * _WORD)


def _operation(data: bytes) -> _Targets:
    """(address target, uint256 value, bytes data, uint8 operation, …)."""
    inner, operation = _bytes(data, 2 * _WORD), _number(data, 3 * _WORD)
    if operation == _CALL:
        yield _address(data, 0), inner
    elif operation == _DELEGATE and inner[:4] == _MULTI_SEND:
        yield from _packed(_bytes(inner[4:], 0))


def _packed(data: bytes) -> _Targets:
    """Calls of MultiSend, one after the other."""
    place = 0
    while place + 85 <= len(data):
        size = _number(data, place + 53)
        target = "0x" + data[place + 1 : place + 21].hex()
        if data[place] == _CALL:
            yield target, data[place + 85 : place + 85 + size]
        place += 85 + size


def _lists(data: bytes) -> _Targets:
    """(address[] targets, …, bytes[] data), with or without values between them."""
    _, targets = _items(data, 0)
    last = _WORD if _number(data, 0) == 2 * _WORD else 2 * _WORD
    base, inner = _items(data, last)
    for target, head in zip(targets, inner, strict=False):
        yield _address(data, target), _bytes(data, head, base)


def _structs(data: bytes) -> _Targets:
    """((address target, uint256 value, bytes data)[])."""
    base, heads = _items(data, 0)
    for head in heads:
        start = base + _number(data, head)
        yield _address(data, start), _bytes(data, start + 2 * _WORD, start)


def _moded(data: bytes) -> _Targets:
    """(bytes32 mode, bytes calls): one packed call, or a list of them."""
    calls = _bytes(data, _WORD)
    if data[0] == 0 and len(calls) >= 52:
        yield "0x" + calls[:20].hex(), calls[52:]
    elif data[0] == 1:
        yield from _structs(calls)


def _operations(data: bytes) -> Iterator[tuple[str, str, str]]:
    """(account, target, selector) of each call of the operations given to an entry point.

    An operation begins with its account, a number, code that makes the account, and what it is
    called with; that is so in every version.
    """
    base, heads = _items(data, 0)
    for head in heads:
        start = base + _number(data, head)
        inner = _bytes(data, start + 3 * _WORD, start)
        known = _ASKED.get(inner[:4].hex())
        if known is not None and known[1] is not None:
            account = _address(data, start)
            for target, further in known[1](inner[4:]):
                yield account, target, _selector(further)


#: First bytes of an input → whether who sent it is who asks, and how the calls are read; none where
#: operations of accounts stand in it.
_ASKED: Final[Mapping[str, tuple[bool, Callable[[bytes], _Targets] | None]]] = {
    selector: (by_sender, read)
    for by_sender, read, selectors in (
        # execTransaction; executeUserOp and executeUserOpWithErrorString of Safe's own module;
        # execute with an operation
        (False, _operation, "6a761202 7bb37428 541d63c8 51945447"),
        # execTransactionFromModule and …ReturnData; execTransactionWithRole by name and by number,
        # …ReturnData; executeNextTx
        (True, _operation, "468721a7 5229073f c6fe8747 6928e74b 2b99e506 ee072baf"),
        # execute and execute_ncC of target, value and data
        (False, _one, "b61d27f6 0000189a"),
        # executeBatch of lists, with and without values; executeBatch_y6U; of structs; by a mode
        (False, _lists, "18dfb3c7 47e1da2a 00004680"),
        (False, _structs, "34fcd5be"),
        (False, _moded, "e9ae5c53"),
        # handleOps of version 0.6, and of those after it
        (False, None, "1fad948c 765e827f"),
    )
    for selector in selectors.split()
}
