"""Rules of evidence: rows of files, and transactions of blocks that go and come back."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from ledger.model.errors import SourceUnavailable
from ledger.store import Store
from tests.ledger.store.cases import line
from tests.ledger.store.machine.base import TwoStores
from tests.ledger.store.machine.sides import Side
from tests.ledger.store.machine.values import FUNDS, HEIGHTS, block, mined

HEIGHT = st.integers(1, HEIGHTS)
#: of which block of a height; none where the chain is shorter
LETTERS = st.sampled_from(["a", "b", "c", ""])
TXIDS = st.sampled_from(["0x01", "0x02"])
DAY = 86_400 * 10**6


class BlockRules(TwoStores):
    """What is told of the world."""

    @rule(fund=FUNDS, rows=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2)), max_size=5))
    def import_rows(self, fund: int, rows: list[tuple[int, int]]) -> None:
        """Rows of files, some of them twice; one database is given them in the other order."""
        (name_, oracle), lines = self.told(fund), [line(number, times) for number, times in rows]
        new = {one.id for one in lines} - oracle.chain.lines.keys()
        for side, turned in zip(self.sides, (lines, lines[::-1]), strict=False):
            assert set(side.store.evidence.add(name_, turned, {"file": "7"})) == new
        oracle.chain.lines |= dict.fromkeys(new, self.recorded(oracle))

    @rule(fund=FUNDS, height=HEIGHT, letter=LETTERS, compared=st.booleans())
    def see(self, fund: int, height: int, letter: str, *, compared: bool) -> None:
        """A block takes another's place, or comes back; not one that was not compared."""
        (name_, oracle), sight = self.told(fund), block(height, letter)
        gone = oracle.chain.newest() if compared else ()
        other = oracle.chain.in_the_way(sight)
        if other is not None and not compared:
            self.both_refuse(lambda side: side.store.blocks.see(name_, [sight]), SourceUnavailable)
            return
        found = self.both(lambda store: store.blocks.see(name_, [sight], gone))
        assert found == (() if other is None else (other,))
        oracle.chain.see(sight, self.recorded(oracle))

    @rule(
        fund=FUNDS,
        txid=TXIDS,
        height=HEIGHT,
        letter=st.sampled_from(["a", "b"]),
        compared=st.booleans(),
    )
    def mine(self, fund: int, txid: str, height: int, letter: str, *, compared: bool) -> None:
        """A transaction comes with its block, both or neither."""
        (name_, oracle), home = self.told(fund), block(height, letter)
        raw = mined(txid, home)
        gone = oracle.chain.newest() if compared else ()

        def keep(store: Store) -> tuple[str, ...]:
            with store.transaction(name_) as inside:
                new = inside.evidence.add(name_, [raw], {"c": txid}, {raw.id: height * DAY})
                inside.blocks.see(name_, [home], gone)
            return new

        def keep_beside(side: Side) -> None:
            keep(side.store)

        if oracle.chain.in_the_way(home) is not None and not compared:
            self.both_refuse(keep_beside, SourceUnavailable)
            return
        new = self.both(keep)
        assert new == (() if raw.id in oracle.chain.raws else (raw.id,))
        oracle.chain.see(home, self.recorded(oracle))
        oracle.chain.raws.setdefault(raw.id, (self.recorded(oracle), raw))

    @rule(fund=FUNDS, first=HEIGHT, last=HEIGHT)
    def read_between(self, fund: int, first: int, last: int) -> None:
        """The evidence of a span of time is what counts, as far as it is of that time."""
        name_, oracle = self.told(fund)
        expected = tuple(
            raw
            for raw in oracle.chain.transactions()
            if raw.block is not None and first <= raw.block.number <= last
        )
        start, until = first * DAY, (last + 1) * DAY
        found, _ = self.both(lambda store: store.evidence.between(name_, start, until))
        assert found == expected
