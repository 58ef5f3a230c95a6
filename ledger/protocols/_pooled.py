"""A position of liquidity and a block go to the node; what it holds there, and may collect, comes.

Source: v3-periphery, INonfungiblePositionManager.sol (`positions`, `decreaseLiquidity`, `collect`);
Algebra's manager has the same but for the fee of a pool among the words of `positions`.

The manager itself says what taking all liquidity out would give, and what collecting would pay: it
is called as the owner would call it, and nothing happens. So no formula of ours stands between.
"""

from collections.abc import Sequence
from typing import Final

from ledger.model.asset import erc20, network_of, parse_asset_id
from ledger.model.evidence import Answer, Question, canonical_json
from ledger.transport import Asked, Node, NodeError

#: positions(uint256)
POSITIONS: Final = "0x99fbab88"
#: decreaseLiquidity((uint256,uint128,uint256,uint256,uint256)): number, liquidity, the least that
#: shall come of each asset, deadline
DECREASE_LIQUIDITY: Final = "0x0c49ccbe"
#: collect((uint256,address,uint128,uint128)): number, recipient, the most of each asset
COLLECT_ALL: Final = "0xfc6f7865"

_EVER: Final = 2**256 - 1
_ALL: Final = 2**128 - 1
#: words of `positions` → the place of liquidity; the assets stand at 2 and 3 in both
_LIQUIDITY: Final = {12: 7, 11: 6}


def managed_position(node: Node, question: Question) -> Answer:
    """What a position whose token a manager keeps holds at the question's block.

    The subject is `wallet id|asset id`, as of a balance. The answer has `quantity`, its liquidity,
    and of the pool's two `assets` the `amounts` that its liquidity would give back and what is
    `due` to be collected. Null where the position is held without a token, ended, or is not the
    wallet's to collect from at that block. Raises SourceUnavailable.
    """
    found = place_of(question)
    if found is None:
        return answered(node, question, None)
    owner, manager, number = found

    def call(selector: str, *words: int) -> list[int] | None:
        (answer,) = node.ask_each([view_of(owner, manager, selector, words, question.block)])
        return words_of(answer)

    stands = call(POSITIONS, number)
    if stands is None or len(stands) not in _LIQUIDITY:
        return answered(node, question, None)
    liquidity = stands[_LIQUIDITY[len(stands)]]
    due = call(COLLECT_ALL, number, int(owner, 16), _ALL, _ALL)
    nothing = due is None and not any(stands[-2:]) and not liquidity
    due = [0, 0] if nothing else due
    given = call(DECREASE_LIQUIDITY, number, liquidity, 0, 0, _EVER) if liquidity else [0, 0]
    if due is None or given is None or len(due) != 2 or len(given) != 2:
        return answered(node, question, None)
    network = network_of(parse_asset_id(question.subject.partition("|")[2]))
    said = {
        "quantity": str(liquidity),
        "assets": [erc20(network, f"0x{word:040x}") for word in stands[2:4]],
        "amounts": [str(amount) for amount in given],
        "due": [str(amount) for amount in due],
    }
    return answered(node, question, said)


def place_of(question: Question) -> tuple[str, str, int] | None:
    """Owner, manager and number of a position with a token; None of any other asset."""
    wallet, _, asset = question.subject.partition("|")
    reference = parse_asset_id(asset).rpartition(":")[2].split(".")
    if len(reference) != 2 or not reference[1].isdigit():
        return None
    return wallet.rpartition(":")[2].lower(), reference[0], int(reference[1])


def answered(node: Node, question: Question, value: object) -> Answer:
    """An answer of a node as evidence."""
    return Answer(question, canonical_json(value), node.host)


def view_of(
    owner: str, contract: str, selector: str, words: Sequence[int], block: int | None
) -> Asked:
    """A call of a contract in the owner's name at a block."""
    data = selector + "".join(f"{word:064x}" for word in words)
    at = "latest" if block is None else hex(block)
    return "eth_call", [{"from": owner, "to": contract, "data": data}, at]


def words_of(answer: object) -> list[int] | None:
    """The words of an answer; None where the contract refuses or says nothing that has words."""
    if isinstance(answer, NodeError):
        if answer.reverted:
            return None
        raise answer
    if not isinstance(answer, str) or answer[:2] != "0x" or len(answer) > 2 + 12 * 64:
        return None
    whole, rest = divmod(len(answer) - 2, 64)
    try:
        found = [int(answer[2 + 64 * n : 66 + 64 * n], 16) for n in range(whole)]
    except ValueError:
        return None
    return found if found and not rest else None
