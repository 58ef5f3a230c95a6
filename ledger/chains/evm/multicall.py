"""Questions to a node enter; those of one block go to Multicall3 together, the answers leave.

Source: mds1/multicall, Multicall3.sol; where it stands is said by `ledger/chains/networks.py`.

A contract that refuses leaves the others alone, and what was refused is asked again by itself: it
may have been left too little gas by the one before. So each answer is the one that the node gives
to the question alone, and a node that runs no such call costs one question more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ledger.chains.evm.codec import decoded_results, encoded_calls
from ledger.chains.networks import Network
from ledger.transport import Asked, Node

#: getEthBalance(address) of Multicall3: as `eth_getBalance`
COIN_OF: Final = "0x4d2301cc"
_CALLS_AT_ONCE: Final = 64

#: Places of questions that are asked together, each with the target and data of its call.
_Calls = list[tuple[int, str, str]]


def ask_together(node: Node, network: Network, asked: Sequence[Asked]) -> list[Any]:
    """As `node.ask_each`, with views and coin of one block in one call where that is possible."""
    answers = asked_together(node, network, asked)
    ask_alone(node, asked, answers, range(len(asked)))
    return answers


def asked_together(node: Node, network: Network, asked: Sequence[Asked]) -> list[Any]:
    """The same, but None in the place of each that must be asked for by itself."""
    groups = list(_groups(network, asked))
    inside = {place for _, calls in groups for place, _, _ in calls}
    apart = [place for place in range(len(asked)) if place not in inside]
    answers: list[Any] = [None] * len(asked)
    questions: list[Asked] = [asked[place] for place in apart]
    for block, calls in groups:
        data = encoded_calls([(target, call) for _, target, call in calls])
        questions.append(("eth_call", [{"to": network.multicall, "data": data}, block]))
    said = node.ask_each(questions)
    for place, answer in zip(apart, said, strict=False):
        answers[place] = answer
    for (_, calls), answer in zip(groups, said[len(apart) :], strict=True):
        results = decoded_results(answer, len(calls)) if isinstance(answer, str) else None
        for (place, _, call), result in zip(calls, results or (), strict=False):
            is_coin = result is not None and call.startswith(COIN_OF)
            answers[place] = hex(int(result or "", 16)) if is_coin else result
    return answers


def ask_alone(
    node: Node, asked: Sequence[Asked], answers: list[Any], places: Iterable[int]
) -> None:
    """Fill in, of these places, those that nothing was answered to yet."""
    left = [place for place in places if answers[place] is None]
    if left:
        for place, answer in zip(left, node.ask_each([asked[p] for p in left]), strict=True):
            answers[place] = answer


def _groups(network: Network, asked: Sequence[Asked]) -> Iterable[tuple[str, _Calls]]:
    """The calls that can go together, block by block; one alone has nobody to go with."""
    by_block: defaultdict[str, _Calls] = defaultdict(list)
    for place, (method, parameters) in enumerate(asked):
        call = _call(network, method, parameters)
        if call is not None:
            by_block[str(parameters[-1])].append((place, *call))
    for block, calls in by_block.items():
        for start in range(0, len(calls), _CALLS_AT_ONCE):
            some = calls[start : start + _CALLS_AT_ONCE]
            if len(some) > 1:
                yield block, some


def _call(network: Network, method: str, parameters: Sequence[object]) -> tuple[str, str] | None:
    """Target and data of what Multicall3 can ask at that block; None where it cannot."""
    since = network.multicall_since
    if since is None or len(parameters) != 2:
        return None
    what, block = parameters
    if not isinstance(block, str) or block[:2] != "0x" or int(block, 16) < since:
        return None
    if method == "eth_getBalance":
        return network.multicall, COIN_OF + str(what)[2:].rjust(64, "0")
    if method == "eth_call" and isinstance(what, Mapping) and what.keys() == {"to", "data"}:
        return what["to"], what["data"]
    return None
