"""Call frames and balance differences of a transaction go in, exact native movements come out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

#: Frames that carry their value to another account; a delegate call only repeats its caller's.
_MOVING: Final = frozenset({"CALL", "CREATE", "CREATE2", "SELFDESTRUCT"})
_FRAMES_MAX: Final = 200_000


class NativeMove(NamedTuple):
    """Base units of the native coin that one account gave another; `input` is the call's data."""

    sender: str
    recipient: str
    quantity: int
    input: str = "0x"


#: A movement of the native coin, or the place of the next log of the receipt.
Step = NativeMove | None


def number(text: object) -> int:
    """A quantity of JSON-RPC (`0x…`) as a whole number; raises ValueError for anything else."""
    if not isinstance(text, str) or text[:2] != "0x" or len(text) > 66:
        raise ValueError(f"{str(text)[:40]!r} is no hexadecimal quantity")
    return int(text, 16)


def address(text: object) -> str:
    """An address in lower case; raises ValueError."""
    return address_of(text if isinstance(text, str) else f"{text!r}")


@lru_cache(maxsize=1 << 16)  # a fund meets the same ones again and again
def address_of(text: str) -> str:
    """The same of what is known to be a text."""
    if len(text) != 42 or not text.startswith("0x"):
        raise ValueError(f"{text[:60]!r} is no address")
    int(text, 16)
    return text.lower()


def steps(root: Mapping[str, Any], receipt_logs: int) -> list[Step]:
    """Native movements of a callTracer tree as executed, with a None at the place of each log.

    Frames that failed are left out with everything below them. Where the tree does not tell the
    places of all `receipt_logs` logs, the movements stand alone.
    """
    found: list[Step] = []
    placed = True
    logs = 0
    frames = 0
    pending: list[Iterator[Mapping[str, Any] | None]] = [iter((root,))]
    while pending:
        frame = next(pending[-1], _END)
        if frame is _END:
            pending.pop()
        elif frame is None:
            found.append(None)
            logs += 1
        else:
            frames += 1
            if frames > _FRAMES_MAX:
                raise ValueError(f"more than {_FRAMES_MAX} call frames")
            if frame.get("error") is not None:
                continue
            value = frame.get("value")
            if value is not None and value != "0x0":
                move = _move(frame, value)
                if move is not None:
                    found.append(move)
            inner = frame.get("calls") or ()
            if frame.get("logs"):
                inner, known = _inside(inner, frame["logs"])
                placed = placed and known
            if inner:
                pending.append(iter(inner))
    if placed and logs == receipt_logs:
        return found
    return [step for step in found if step is not None]


_END: Final[Mapping[str, Any]] = {}


def _move(frame: Mapping[str, Any], value: object) -> NativeMove | None:
    if str(frame.get("type")).upper() not in _MOVING:
        return None
    quantity = number(value)
    if not quantity:
        return None
    return NativeMove(
        address(frame["from"]), address(frame["to"]), quantity, str(frame.get("input") or "0x")
    )


def _inside(
    inner: Iterable[Mapping[str, Any]], logs: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[Mapping[str, Any] | None], bool]:
    """The inner calls of a frame with its logs (None each) between, and if it tells places."""
    calls = list(inner)
    if any("position" not in log for log in logs):
        return calls, False
    before: defaultdict[int, int] = defaultdict(int)
    for log in logs:
        before[min(number(log["position"]), len(calls))] += 1
    merged: list[Mapping[str, Any] | None] = []
    for place, call in enumerate(calls):
        merged += [None] * before[place]
        merged.append(call)
    return merged + [None] * before[len(calls)], True


def listed_moves(rows: Sequence[Mapping[str, Any]]) -> list[NativeMove]:
    """Native movements of an explorer's list of internal transactions.

    Rows of delegate, code and static calls repeat a value and rows with `isError` were undone.
    """
    moves = []
    for row in rows:
        kind = str(row.get("callType") or row.get("type") or "call").lower()
        failed = str(row.get("isError") or "0") not in {"0", "False"}
        if kind in {"delegatecall", "callcode", "staticcall"} or failed:
            continue
        value = str(row.get("value") or "0")
        quantity = number(value) if value.startswith("0x") else int(value)
        if quantity > 0:
            recipient = row.get("to") or row.get("contractAddress")
            moves.append(NativeMove(address(row["from"]), address(recipient), quantity))
    return moves


def differences(state: Mapping[str, Any]) -> dict[str, int]:
    """What each account's native balance rose by, from a prestateTracer's answer in diffMode.

    `post` names only what changed; an account of `pre` that `post` leaves out was destroyed.
    """
    pre: Mapping[str, Any] = state["pre"]
    post: Mapping[str, Any] = state["post"]
    found: dict[str, int] = {}
    for name, before in pre.items():
        stated = before.get("balance", "0x0")
        had, after = number(stated), post.get(name)
        has = 0 if after is None else number(after.get("balance", stated))
        found[address(name)] = has - had
    for name, after in post.items():
        if name not in pre:
            found[address(name)] = number(after.get("balance", "0x0"))
    return found
