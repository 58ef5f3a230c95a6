"""A debt that no token shows and a block go to the node; what is owed there comes."""

import re
from typing import Final

from ledger.model.asset import parse_asset_id
from ledger.model.evidence import Answer, Question
from ledger.protocols._pooled import answered, view_of, words_of
from ledger.transport import Node

_ADDRESS: Final = re.compile("0x[0-9a-f]{40}", re.ASCII)
_NEGATIVE: Final = 1 << 255


def owed_by(node: Node, question: Question, selector: str) -> Answer:
    """What the contract of a debt says that the wallet owes it at the question's block.

    The subject is `wallet id|asset id`, as of a balance; the contract stands in the asset's id, and
    `selector` asks it for the debt of an address, which is the first word that it gives, in units
    of the asset. The answer has `quantity`; a debt below zero is credit, and nothing is owed. Null
    where the contract says nothing. Raises SourceUnavailable.
    """
    wallet, _, asset = question.subject.partition("|")
    owner, contract = wallet.rpartition(":")[2], parse_asset_id(asset).rpartition(":")[2]
    if not _ADDRESS.fullmatch(contract) or not _ADDRESS.fullmatch(owner):
        return answered(node, question, None)
    asked = view_of(owner, contract, selector, (int(owner, 16),), question.block)
    (answer,) = node.ask_each([asked])
    said = words_of(answer)
    if said is None:
        return answered(node, question, None)
    units = 0 if said[0] >= _NEGATIVE else said[0]
    return answered(node, question, {"quantity": str(units)})
