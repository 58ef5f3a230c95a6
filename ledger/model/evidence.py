"""What the world said, kept verbatim and addressed by its hash: transactions, statement rows,
answers.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final, NewType

EvidenceId = NewType("EvidenceId", str)

#: The usual lengths in 8 bytes.
_LENGTHS: Final = tuple(length.to_bytes(8, "big") for length in range(256))


def length_prefixed(*parts: bytes) -> bytes:
    """Each part behind its length in 8 bytes: joining with a separator would be ambiguous."""
    return b"".join(
        [
            (_LENGTHS[size] if (size := len(part)) < len(_LENGTHS) else size.to_bytes(8, "big"))
            + part
            for part in parts
        ]
    )


def content_id(*parts: bytes) -> EvidenceId:
    """SHA-256 over length-prefixed parts, in hex."""
    return EvidenceId(hashlib.sha256(length_prefixed(*parts)).hexdigest())


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys and no spaces: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True, order=True)
class BlockRef:
    """A block by its place and hash; an empty hash says that the network has no such block."""

    network: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class RawTransaction:
    """A node's answers about one transaction, verbatim, as canonical JSON.

    Keys of the body: `transaction`, `receipt`, `block` (header without transactions), `calls`
    (callTracer) or null, `state_diff` (prestateTracer in diffMode) or null. All but the first three
    are null where the node has no traces. Absent unless asked for: `balances` and
    `native_balances` (rows of an owner's balance before and at the block), `unproven` (owners whose
    coin, and `tokens` where their balances, the node could not be asked for), `not_tokens`
    (contracts that only log like a wrapped coin), `ahead` (what the transaction right before it in
    the block made the same contracts log), `internal` (an explorer's list of internal
    transactions).

    What a block gives beside its transactions stands under the block's hash as `txid`: `block` is
    its header with `withdrawals`, and `credits` in place of a receipt says `blockHash`,
    `blockNumber` and, where an owned address produced it, `paid`: the gas used and its price of
    each transaction of the block.
    """

    network: str
    txid: str
    body: bytes

    @property
    def id(self) -> EvidenceId:
        """The address of this evidence."""
        return content_id(b"transaction", self.network.encode(), self.txid.encode(), self.body)

    def answers(self) -> dict[str, Any]:
        """The answers by name."""
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def block(self) -> BlockRef | None:
        """The block that the receipt or the credits name; None while the transaction is in none."""
        said = self.answers()
        receipt = said.get("receipt") or said.get("credits")
        place = receipt.get("blockNumber") if isinstance(receipt, dict) else None
        found = receipt.get("blockHash") if isinstance(receipt, dict) else None
        if not isinstance(place, str) or not isinstance(found, str):
            return None
        try:
            return BlockRef(self.network, int(place, 16), found.lower())
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One row of a file, verbatim: `cells` are (column, text) in the order of the file.

    Identity is venue, owner, cells and occurrence: importing a file twice gives the same id, and a
    legitimate identical row (the second partial fill of a second) has the next occurrence number.
    `file` and `line` say where it was read and are no part of the identity; `address` is the id
    where it was computed before.
    """

    venue: str
    layout: str
    cells: tuple[tuple[str, str], ...]
    occurrence: int = 1
    owner: str = ""
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
    address: EvidenceId = field(default=EvidenceId(""), compare=False, repr=False)

    @property
    def id(self) -> EvidenceId:
        """The address of this evidence; computed unless `address` says it."""
        return self.address or self.content

    @property
    def content(self) -> EvidenceId:
        """The hash of what is said."""
        cells = [part.encode() for cell in self.cells for part in cell]
        head = (self.venue, self.layout, self.owner, str(self.occurrence))
        return content_id(b"statement", *(part.encode() for part in head), *cells)


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """What a pure step needs of the world: `kind` names the answerer, `subject` what it is about.

    kind `token`: subject an asset id, answer `{"symbol", "decimals"}` · kind `balance`: subject
    `wallet id|asset id`, at `block`, answer a whole number as text.
    """

    kind: str
    subject: str
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The world's answer to a question, as canonical JSON; `null` says that it has none."""

    question: Question
    body: bytes
    source: str = ""

    @property
    def id(self) -> EvidenceId:
        """The address of this evidence."""
        question = self.question
        head = (question.kind, question.subject, str(question.block))
        return content_id(b"answer", *(part.encode() for part in head), self.body)

    def value(self) -> Any:  # noqa: ANN401 -- an answer is any JSON value
        """The answer as a JSON value."""
        return json.loads(self.body)
