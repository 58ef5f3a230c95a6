"""Few numbers enter; entries, months and blocks that the rules draw leave."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from ledger.model.entry import Account, Entry, Posting
from ledger.model.evidence import BlockRef, RawTransaction, canonical_json
from ledger.model.fund import WalletId
from tests.ledger.store.cases import ETH, HARD, USDC, entry

PLACES: Final = tuple(
    Account("asset", f"wallet:{name}", WalletId(name)) for name in ("eip155:1:0xab", "venue:k:m")
)
CONVERSION: Final = Account("trading", "conversion")
GAS: Final = Account("expense", "gas")
#: The months of entries; the last is never closed, so that something can always be booked.
MONTHS: Final = ("2025-01", "2025-02", "2025-03", "2025-04")
OPEN: Final = len(MONTHS) - 1
NETWORK: Final = "eip155:1"
HEIGHTS: Final = 3
_MONTH_SECONDS: Final = 30 * 86_400

AMOUNTS = st.one_of(
    st.sampled_from([*HARD, 2**64 - 1, 2**64]),
    st.integers(1, 256).flatmap(lambda bits: st.integers(1, 2**bits - 1)),
)
NAMES = st.sampled_from([f"tx:{number}#0" for number in range(6)])
FUNDS = st.integers(0, 1)
PLACE = st.integers(0, 1)
MONTH = st.integers(0, OPEN)


def begin_of(month: int) -> datetime:
    """The first instant of a month, or of the one after the last."""
    return datetime(2025, month + 1, 1, tzinfo=UTC)


def month_of(one: Entry) -> int:
    """The month that an entry is dated in."""
    return one.time.month - 1


def booking(name: str, amount: int, place: int, month: int = OPEN) -> Entry:
    """A swap at one of two places, with gas in a third posting where the amount can be split."""
    wallet, gas = PLACES[place], amount // 1000
    postings = [
        Posting(wallet, ETH, -amount, "dispose", -7),
        Posting(CONVERSION, ETH, amount - gas, "none", 7),
        Posting(wallet, USDC, amount, "acquire", None),
        Posting(CONVERSION, USDC, -amount, "none", None),
    ]
    if gas:
        postings.append(Posting(GAS, ETH, gas, "none", 0))
    made = entry(name, after=month * _MONTH_SECONDS + place)
    assert month_of(made) == month
    return replace(made, postings=tuple(postings))


def forged(one: Entry, *quantities: int) -> Entry:
    """An entry that no constructor let through: postings with these quantities of one asset."""
    postings = []
    for quantity in quantities:
        posting = replace(one.postings[0])
        object.__setattr__(posting, "quantity", quantity)
        postings.append(posting)
    wrong = replace(one)
    object.__setattr__(wrong, "postings", tuple(postings))
    return wrong


def block(height: int, letter: str) -> BlockRef:
    """A block of a height; no letter is no block."""
    return BlockRef(NETWORK, height, letter and "0x" + letter * 64)


def mined(txid: str, inside: BlockRef) -> RawTransaction:
    """What a node says of a transaction that stands in a block."""
    receipt = {"blockNumber": hex(inside.number), "blockHash": inside.hash}
    body = {"transaction": {"hash": txid}, "receipt": receipt}
    return RawTransaction(NETWORK, txid, canonical_json(body))


def by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by their ids."""
    return {one.id: one for one in entries}
