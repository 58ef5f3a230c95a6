"""What is kept part by part, gone on with after a late trade, is what the whole history gives."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.entry import in_order
from ledger.prices.book import PriceBook
from ledger.store.journal import reversal_of
from ledger.tax.assess import Folded, Journal
from ledger.tax.checkpoints import families, fold, index
from ledger.tax.checkpoints.families import families_of
from ledger.tax.checkpoints.index import (
    Change,
    Read,
    can_be_kept,
    can_wait,
    index_of,
    question,
    until_year,
    work_of,
)
from ledger.tax.checkpoints.keep import empty_index, gone_on, kept_anew
from ledger.tax.checkpoints.stretch import Ground
from ledger.tax.checkpoints.year import year_kept
from ledger.tax.history.settings import settings_of
from tests.ledger.tax.asked import REGIMES
from tests.ledger.tax.kept import on, quote
from tests.ledger.tax.test_passage import ASKED, STEPS, YEARS, entries_of

#: Beside what is assessed in passing: basis by wallet from a day on, nobody having said how.
KEPT = [
    *ASKED,
    ("us", "fifo", {"basis_scope": "wallet_from:2025-01-01"}),
    ("generic", "lofo", {"basis_scope": "wallet_from:2024-06-01"}),
    # what looks ahead, family by family
    ("uk", "share-matching", {}),
    ("uk_company", "company-matching", {}),
    ("ie", "four-week-matching", {}),
    ("jp", "year-average", {}),
    ("ca", "average", {}),
    ("us", "hifo", {"loss_rule": "us_wash", "basis_scope": "wallet"}),
    ("us", "fifo", {"loss_rule": "us_wash", "basis_scope": "universal"}),
]


class Kept:
    """A journal in memory, and what is kept of a question about it."""

    def __init__(self, entries, asked, rates):
        regime, method, words = asked
        self.rules, self.method, self.rates = REGIMES[regime], method, rates
        self.settings = settings_of(method, words, self.rules)._replace(by_piece=True)
        self.ground = Ground(self._journal(()), self.settings, self.rules)
        self.numbered = dict(enumerate(entries, 1))
        self.live = dict(self.numbered)
        self.bodies = {}
        counts = Counter(posting.asset for entry in entries for posting in entry.postings)
        sets = families_of(counts, entries, self.ground.money, self.settings)
        numbers = {entry.id: number for number, entry in self.numbered.items()}
        ordered = [(numbers[entry.id], entry) for entry in in_order(entries)]
        made = empty_index("test")
        for ended in kept_anew(self.ground, sets, ordered, Read(len(entries), 1, "a"), made):
            self._put(ended)
        self.index = put_down(made)
        self.read = 0

    def _journal(self, entries):
        return Journal(in_order(entries), "USD", PriceBook(self.rates), {})

    def _put(self, ended):
        words = {part: json.loads(body) for part, body in ended.bodies.items()}
        self.bodies[ended.kept.id] = words

    def change(self, appended=(), gone=()):
        """Append entries and take others back, by their numbers; gives the families done again."""
        number, changes = max(self.numbered, default=0), []
        for old in gone:
            number += 1
            changes.append(Change(number, reversal_of(self.live.pop(old), 1), old))
        for entry in appended:
            number += 1
            self.numbered[number] = self.live[number] = entry
            changes.append(Change(number, entry, None))
        self.changes = changes
        works = work_of(self.index, changes, self.ground.money, self.settings)
        self._work(self.index, works)
        self.index = put_down(self.index)
        return works

    def _work(self, index, works):
        for work in works:
            state = None if work.since is None else self.bodies[work.since.id]["state"]
            numbers = {n for one in work.dropped for n in self.bodies[one.id]["numbers"]}
            numbers = (numbers | set(work.new)) - work.dead
            self.read += len(numbers)
            entries = [(n, self.numbered[n]) for n in numbers]
            for ended in gone_on(self.ground, index, work, state, entries):
                self._put(ended)

    def partly(self, before, year):
        """A year, where the last changes were followed no further than to its end."""
        works = work_of(before, self.changes, self.ground.money, self.settings)
        put_down_before = dict(self.bodies)  # its stretches have the ids of others
        self._work(before, [until_year(work, self.ground.calendar, year) for work in works])
        found = self.year(year, before)
        self.bodies = put_down_before
        return found

    def year(self, year, index=None):
        said = {id_: body["said"] for id_, body in self.bodies.items()}
        return year_kept(index or self.index, self.ground, said, year, self.method)

    def whole(self, year):
        journal = self._journal(tuple(self.live.values()))
        return Folded(journal, self.settings, self.rules).year(year, self.method)


def put_down(index):
    """The index, written and read back."""
    read = index_of(index.words())
    assert read is not None
    return read


def rates_of(regime):
    code = REGIMES[regime].currency or "EUR"
    return [quote(f"{year}-01-01", "USD", "0.9", code) for year in YEARS]


def of_any_length(test):
    """The test by stretches of one entry, of some, and as they are."""

    def tried(steps, asked, rated, order, late, length, small):
        with pytest.MonkeyPatch.context() as patch:
            for module in (fold, index):
                patch.setattr(module, "LENGTH", length)
            patch.setattr(families, "SMALL", small)
            test(steps, asked, rated, order, late)

    return given(
        STEPS, st.sampled_from(KEPT), st.booleans(), st.randoms(use_true_random=False),
        st.integers(0, 4), st.sampled_from([1, 2, 5, 2_000]), st.sampled_from([1, 20, 1_000]),
    )(tried)  # fmt: skip


@of_any_length
def test_after_late_trades_every_year_is_that_of_the_whole_history(
    steps, asked, rated, order, late
):
    entries = list(entries_of(steps))
    order.shuffle(entries)  # the order of arrival is none of the books
    cut = max(0, len(entries) - late)
    kept = Kept(entries[:cut], asked, rates_of(asked[0]) if rated else [])
    for year in YEARS:
        assert kept.year(year) == kept.whole(year)
    gone = order.sample(sorted(kept.live), min(late // 3, cut))
    kept.change(entries[cut:], gone)
    for year in YEARS:
        assert kept.year(year) == kept.whole(year)
    again = [kept.live[number] for number in gone if number in kept.live]
    before = [put_down(kept.index) for _ in YEARS]
    kept.change(again)
    for year, index_before in zip(YEARS, before, strict=True):
        assert kept.year(year) == kept.whole(year)
        if can_wait(kept.ground):
            assert kept.partly(index_before, year) == kept.whole(year)


BUY = "asset:w {a} 5 acquire = {v}\nasset:w USD -{v} none = -{v}"
SELL = "asset:w {a} -2 dispose = -{v}\nasset:w USD {v} none = {v}"


def years_of_two():
    """Two assets bought each January and sold each May of four years."""
    return [
        on(
            f"{year}-{month:02d}-02",
            text.format(a=asset, v=year % 100 + month),
            f"{asset}{year}{month}",
        )
        for year in YEARS
        for asset in ("AAA", "BBB")
        for month, text in ((1, BUY), (5, SELL))
    ]


def test_a_late_trade_is_read_with_what_follows_it_of_its_own_asset_alone(monkeypatch):
    monkeypatch.setattr(families, "SMALL", 1)
    for module in (fold, index):
        monkeypatch.setattr(module, "LENGTH", 2)
    kept = Kept(years_of_two(), ("us", "fifo", {}), [])
    before = {one.id for each in kept.index.stretches for one in each}
    (work,) = kept.change([on("2025-03-01", SELL.format(a="AAA", v=77), "late")])
    # of sixteen: January and May of 2025 and of 2026, and the late one
    assert kept.read == 5
    assert [one.year for one in work.dropped] == [2025, 2026]
    after = {one.id for each in kept.index.stretches for one in each}
    assert len(before & after) == 6
    assert kept.year(2025) == kept.whole(2025) != kept.year(2024)
    assert "late" in {line.source for line in kept.year(2025).lines}


def test_what_looks_ahead_is_read_again_with_all_of_its_own_asset_alone(monkeypatch):
    monkeypatch.setattr(families, "SMALL", 1)
    kept = Kept(years_of_two(), ("generic", "share-matching", {}), [])
    before = {one.id for each in kept.index.stretches for one in each}
    # it is served by what is bought in May
    kept.change([on("2025-04-20", SELL.format(a="AAA", v=77), "late")])
    assert kept.read == 9, "eight of one asset, and the late one"
    after = {one.id for each in kept.index.stretches for one in each}
    assert len(before & after) == 4, "four years of the other asset"
    kept.change([on("2025-05-10", BUY.format(a="AAA", v=50), "after")])
    (line,) = [line for line in kept.year(2025).lines if line.source == "late"]
    assert (line.rule, line.cost) == ("thirty_day", 20)
    for year in YEARS:
        assert kept.year(year) == kept.whole(year)


def test_assets_that_become_one_family_are_read_again_from_their_beginning():
    kept = Kept(years_of_two(), ("us", "fifo", {}), [])
    wrap = "asset:w AAA -1 move = -9\nasset:w BBB 1 move = 9"
    kept.change([on("2024-03-01", wrap, "wrap", kind="wrap")])
    assert any({"symbol:AAA", "symbol:BBB"} <= set(each) for each in kept.index.families.assets)
    for year in YEARS:
        assert kept.year(year) == kept.whole(year)


def test_problems_of_one_entry_that_say_the_same_of_other_units_stand_in_one_order():
    fee = "asset:w AAA -1 dispose = -2\nexpense:gas AAA 1 none = 2"
    text = "asset:w AAA -3 move\nasset:v AAA 3 move\n" + fee
    moved = on("2024-03-01", text, "moved", kind="own_transfer")
    words = {"loss_rule": "us_wash", "basis_scope": "wallet", "move_fee": "basis"}
    kept = Kept([moved], ("us", "fifo", words), [])
    assert len(kept.whole(2024).problems) == 2
    assert kept.year(2024) == kept.whole(2024)


def test_no_new_stretch_is_made_of_each_day_that_comes():
    kept = Kept(years_of_two(), ("us", "fifo", {}), [])
    for day in range(1, 20):
        kept.change([on(f"2026-06-{day:02d}", BUY.format(a="AAA", v=day), f"day{day}")])
    assert max(len([one for one in each if one.year == 2026]) for each in kept.index.stretches) == 1
    assert kept.year(2026) == kept.whole(2026)


def test_a_question_has_the_name_of_all_that_it_is_answered_by():
    us, de = REGIMES["us"], REGIMES["de"]
    fifo, hifo = settings_of("fifo", {}, us), settings_of("hifo", {}, us)
    wallet = settings_of("fifo", {"basis_scope": "wallet"}, us)
    rates = PriceBook(rates_of("de"))
    names = [
        question(fifo, "us", "USD", "USD", PriceBook(()), "a"),
        question(fifo, "us", "USD", "USD", PriceBook(()), "b"),
        question(hifo, "us", "USD", "USD", PriceBook(()), "a"),
        question(wallet, "us", "USD", "USD", PriceBook(()), "a"),
        question(fifo, "generic", "USD", "USD", PriceBook(()), "a"),
        question(settings_of("fifo", {}, de), "de", "USD", "EUR", PriceBook(()), "a"),
        question(settings_of("fifo", {}, de), "de", "USD", "EUR", rates, "a"),
    ]
    assert len(set(names)) == len(names)
    # no rate is asked for where the books are in the currency of the regime
    assert names[0] == question(fifo, "us", "USD", "USD", rates, "a")


def test_what_looks_from_one_family_into_another_is_not_kept():
    for regime, method, words in (
        ("fr", "portfolio", {}),
        ("at", "average", {}),
        ("us", "fifo", {"mark_to_market": "from:2024"}),
        ("us", "fifo", {"loss_rule": "us_wash", "basis_scope": "wallet_from:2025-01-01"}),
        ("us", "specific", {"identification": {"s": ["b:0"]}}),
    ):
        assert not can_be_kept(settings_of(method, words, REGIMES[regime]))
