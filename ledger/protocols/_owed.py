"""A debt that no token shows and a block go to the node; what is owed there comes."""

import re
from dataclasses import dataclass
from typing import Final

from ledger.model.asset import network_of, parse_asset_id
from ledger.model.evidence import Answer, Question
from ledger.protocols._pooled import answered, view_of, words_of
from ledger.transport import Node

_ADDRESS: Final = re.compile("0x[0-9a-f]{40}", re.ASCII)
_NEGATIVE: Final = 1 << 255


@dataclass(frozen=True, slots=True)
class Debtor:
    """A question of a debt, taken apart; the parts of the asset's `reference` as they stand."""

    node: Node
    question: Question
    network: str
    owner: str
    reference: tuple[str, ...]

    def ask(self, contract: str, selector: str, *words: int) -> list[int] | None:
        """The words that a contract answers at the question's block; None where it refuses.

        Raises SourceUnavailable.
        """
        asked = view_of(self.owner, contract, selector, words, self.question.block)
        (answer,) = self.node.ask_each([asked])
        return words_of(answer)

    def time(self) -> int:
        """When the question's block was made, in seconds. Raises SourceUnavailable."""
        block = self.question.block
        at = "latest" if block is None else hex(block)
        return int(self.node.ask("eth_getBlockByNumber", [at, False])["timestamp"], 16)

    def owes(self, units: int | None) -> Answer:
        """The answer: `quantity` in units of the debt, null where nothing can be said."""
        value = None if units is None else {"quantity": str(units)}
        return answered(self.node, self.question, value)


def debtor(node: Node, question: Question) -> Debtor | None:
    """Who is asked for what; None where the wallet, or what the id begins with, is no address.

    The subject is `wallet id|asset id`, as of a balance.
    """
    wallet, _, named = question.subject.partition("|")
    asset = parse_asset_id(named)
    owner, reference = wallet.rpartition(":")[2], tuple(asset.rpartition(":")[2].split("."))
    if not _ADDRESS.fullmatch(reference[0][:42]) or not _ADDRESS.fullmatch(owner):
        return None
    return Debtor(node, question, network_of(asset), owner, reference)


def owed_by(node: Node, question: Question, *selectors: str) -> Answer:
    """What the contract of a debt says that the wallet owes it at the question's block.

    The contract stands in the asset's id, and a selector asks it for the debt of an address, which
    is the first word that it gives, in units of the asset; the next is for contracts that refuse
    the one before. A debt below zero is credit, and nothing is owed. Null where the contract says
    nothing. Raises SourceUnavailable.
    """
    who = debtor(node, question)
    if who is None or not _ADDRESS.fullmatch(".".join(who.reference)):
        return answered(node, question, None)
    for selector in selectors:
        said = who.ask(who.reference[0], selector, int(who.owner, 16))
        if said is not None:
            return who.owes(0 if said[0] >= _NEGATIVE else said[0])
    return who.owes(None)


def rounded_up(units: int, times: int, over: int) -> int:
    """Units × times ÷ over, the next whole number where it is none."""
    return -(-units * times // over)
