"""What an entry says enters as texts and numbers; the hash of its content leaves (P4).

Every field is behind its length, numbers are decimal ASCII; a value and the rows of a database are
hashed by the same words.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from ledger.model.activity import Order
from ledger.model.encoded import COUNTS, LENGTHS, encoded, encoded_again, hash_of
from ledger.model.evidence import EvidenceId

#: An account as its row says it: type, name, and wallet or nothing. Quicker to look up than the
#: value, which is compared field by field.
Place = tuple[str, str, str]


#: Id, kind, time in microseconds, order, protocol, strategy, group, txid, network, called, note and
#: what is reversed.
Head = tuple[
    str, str, int, Order, str | None, str | None, str | None, str, str, str, str, str | None
]

#: What the encoding of a content begins with: another one has another name.
_FORMAT: Final = "entry-2"
_BEGIN: Final = encoded(_FORMAT)
_NOTHING: Final = encoded("")


def optional_text(text: str | None) -> str:
    """A text that may be absent, so that none and the empty one hash to different things."""
    return "" if text is None else f"={text}"


@lru_cache(maxsize=1 << 12)
def _optional_again(text: str | None) -> str:
    return encoded(optional_text(text))


def encoded_place(place: Place) -> str:
    """An account, the beginning of what `encoded_postings` takes of a posting."""
    kind, name, wallet = place
    return f"{encoded_again(kind)}{encoded_again(name)}{encoded_again(wallet)}"


def encoded_postings(
    fronts: Sequence[str],
    quantities: Sequence[str],
    roles: Sequence[str],
    values: Sequence[str | None],
) -> list[str]:
    """Postings, encoded each: account and asset encoded, quantity, role encoded, and value.

    Numbers are decimal ASCII. All of an entry, or of a batch, in one pass: by the million a call a
    posting is what takes the time.
    """
    try:
        return [
            f"{front}{LENGTHS[len(quantity)]}{quantity}{role}{_NOTHING}"
            if value is None
            else f"{front}{LENGTHS[len(quantity)]}{quantity}{role}{LENGTHS[len(value) + 1]}={value}"
            for front, quantity, role, value in zip(fronts, quantities, roles, values, strict=True)
        ]
    except IndexError:  # a number of more than two hundred digits
        return [
            f"{front}{encoded(quantity)}{role}{encoded(optional_text(value))}"
            for front, quantity, role, value in zip(fronts, quantities, roles, values, strict=True)
        ]


def content_hash(head: Head, evidence: Sequence[str], postings: Sequence[str]) -> EvidenceId:
    """The hash of an entry, whether it is a value or the rows of a database.

    Its postings as `encoded_postings` has them.
    """
    try:
        letters = _short(head, evidence, len(postings))
    except IndexError:
        letters = _any_length(head, evidence, len(postings))
    if not letters.isascii():
        letters = _any_length(head, evidence, len(postings))
    return EvidenceId(hash_of(letters + "".join(postings)))


def _any_length(head: Head, evidence: Sequence[str], postings: int) -> str:
    """What stands before the postings in the encoding of an entry: each text behind its length."""
    id_, kind, time, order, protocol, strategy, group, txid, network, called, note, reverses = head
    order_time, order_network, block, index, order_id = order
    texts = (
        *(_FORMAT, id_, kind, str(time)),
        *(str(order_time), order_network, str(block), str(index), order_id),
        *(optional_text(protocol), optional_text(strategy), optional_text(group)),
        *(txid, network, called, note, optional_text(reverses)),
        *(str(len(evidence)), *evidence, str(postings)),
    )
    return "".join(map(encoded, texts))


def _short(head: Head, evidence: Sequence[str], postings: int) -> str:
    """The same at once: by the million a call a text is what takes the time.

    Raises IndexError where a text is longer than most; wrong, and not ASCII, where one is not.
    """
    id_, kind, time, order, protocol, strategy, group, txid, network, called, note, reverses = head
    order_time, order_network, block, index, order_id = order
    moment, at, place = str(time), str(block), str(index)
    then = moment if order_time == time else str(order_time)
    said = "".join([f"{LENGTHS[len(id_)]}{id_}" for id_ in evidence])
    return (
        f"{_BEGIN}{LENGTHS[len(id_)]}{id_}{encoded_again(kind)}"
        f"{LENGTHS[len(moment)]}{moment}{LENGTHS[len(then)]}{then}{encoded_again(order_network)}"
        f"{LENGTHS[len(at)]}{at}{LENGTHS[len(place)]}{place}{LENGTHS[len(order_id)]}{order_id}"
        f"{_optional_again(protocol)}{_optional_again(strategy)}"
        f"{_NOTHING if group is None else f'{LENGTHS[len(group) + 1]}={group}'}"
        f"{LENGTHS[len(txid)]}{txid}{encoded_again(network)}{encoded_again(called)}"
        f"{LENGTHS[len(note)]}{note}"
        f"{_NOTHING if reverses is None else f'{LENGTHS[len(reverses) + 1]}={reverses}'}"
        f"{COUNTS[len(evidence)]}{said}{COUNTS[postings]}"
    )
