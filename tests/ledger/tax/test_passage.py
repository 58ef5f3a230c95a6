"""Entries in turn: the years asked for are those of the whole history, and nothing else is held."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.entry import in_order
from ledger.prices.book import PriceBook
from ledger.tax.assess import Folded, Journal
from ledger.tax.history.settings import METHODS, settings_of
from ledger.tax.passage import Passage, passes
from tests.ledger.tax.asked import REGIMES
from tests.ledger.tax.kept import on, quote

TEXTS = {
    "buy": "asset:{w} {a} {q} acquire = {v}\nasset:{w} USD -{v} none = -{v}",
    "unknown": "asset:{w} {a} {q} acquire",
    "sell": "asset:{w} {a} -{q} dispose = -{v}\nasset:{w} USD {v} none = {v}",
    "unpriced": "asset:{w} {a} -{q} dispose",
    "swap": "asset:{w} {a} -{q} dispose = -{v}\nasset:{w} CCC 3 acquire = {v}",
    "wrap": "asset:{w} {a} -{q} move = -{v}\nasset:{w} CCC {q} move = {v}",
    "move": "asset:{w} {a} -{q} move\nasset:{x} {a} {q} move",
    "gas": "asset:{w} {a} -{q} dispose = -{v}\nexpense:gas {a} {q} none = {v}",
    "send": "asset:{w} {a} -{q} move = -{v}\nsuspense:unmatched {a} {q} move = {v}",
    "lost": "asset:{w} {a} -{q} dispose = -{v}\nexpense:lost {a} {q} none = {v}",
    "earn": "asset:{w} {a} {q} acquire = {v}\nincome:staking {a} -{q} none = -{v}",
    "borrow": "asset:{w} {a} {q} acquire = {v}\nliability:{w} {a} -{q} none = -{v}",
    "repay": "asset:{w} {a} -{q} dispose = -{v}\nliability:{w} {a} {q} none = {v}",
    "euro": "asset:{w} EUR -{q} dispose = -{v}\nasset:{w} {a} 2 acquire = {v}",
}
KINDS = {"wrap": "wrap", "move": "own_transfer", "repay": "repay", "borrow": "borrow"}
YEARS = (2023, 2024, 2025, 2026)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(TEXTS)),
        st.sampled_from(["AAA", "BBB", "CCC"]),
        st.sampled_from(["v", "w"]),
        st.integers(1, 9),
        st.integers(1, 99),
        st.integers(0, 1000),
    ),
    max_size=30,
)
#: Regime, method and settings, all of which can be assessed in passing.
ASKED = [
    ("us", "fifo", {}),
    ("us", "hifo", {"hifo_key": "unit_cost"}),
    ("us", "lifo", {"basis_scope": "wallet"}),
    ("us", "fifo", {"standing_orders": [{"at": "2024-03-01", "wallet": "v", "method": "lifo"}]}),
    ("us", "fifo", {"method_by_year": {"2024": "hifo", "2025": "lofo"}}),
    ("us", "specific", {}),
    ("generic", "average", {}),
    ("generic", "fifo", {"method_by_wallet": {"v": "average", "w": "lofo"}}),
    ("generic", "fifo", {"missing_basis": "zero", "token_fee": "spread"}),
    ("generic", "hifo", {"rewards": "free_from:2024-06-01"}),
    ("generic", "lofo", {"pools": "disposal", "wraps": "disposal", "move_fee": "basis"}),
    ("de", "fifo", {}),
    ("au", "fifo", {}),
    ("in", "fifo", {}),
    ("ca", "average", {"loss_rule": "none"}),
    ("jp", "average", {}),
]  # fmt: skip


def entries_of(steps):
    ordered = sorted(enumerate(steps), key=lambda one: one[1][-1])
    return in_order(
        on(
            f"{2023 + day // 360}-{1 + day % 360 // 30:02d}-{1 + day % 28:02d}",
            TEXTS[kind].format(a=asset, w=wallet, x="v" if wallet == "w" else "w", q=q, v=value),
            f"e{number:02d}",
            kind=KINDS.get(kind, "swap"),
        )
        for number, (kind, asset, wallet, q, value, day) in ordered
    )


@given(STEPS, st.sampled_from(ASKED))
def test_years_in_passing_are_those_of_the_whole_history(steps, asked):
    regime, method, words = asked
    rules = REGIMES[regime]
    settings = settings_of(method, words, rules)._replace(by_piece=True)
    rates = [quote(f"{year}-01-01", "USD", "0.9", rules.currency or "EUR") for year in YEARS]
    journal = Journal(entries_of(steps), "USD", PriceBook(rates), {})
    whole = Folded(journal, settings, rules)
    passage = Passage(replace(journal, entries=iter(journal.entries)), settings, rules, YEARS)
    for year in YEARS:
        assert passage.year(year, method) == whole.year(year, method)
        alone = Passage(journal, settings, rules, [year])
        assert alone.year(year, method) == whole.year(year, method)


def test_what_looks_ahead_is_left_to_the_whole_history():
    own = {name for name, rules in REGIMES.items() if passes(settings_of(rules.method, {}, rules))}
    assert own == {"us", "de", "au", "in", "generic"}
    generic = REGIMES["generic"]
    for method in sorted(METHODS):
        by_itself = "-" in method or method == "portfolio"
        assert passes(settings_of(method, {}, generic)) is not by_itself
    for words in (
        {"identification": {"s": ["b:0"]}},
        {"loss_rule": "us_wash"},
        {"loss_rule": "ca_superficial"},
        {"mark_to_market": "from:2024"},
        {"section_1256": ["symbol:AAA"]},
        {"old_stock": "before:2021-03-01"},
        {
            "basis_scope": "wallet_from:2025-01-01",
            "allocation": {"method": "fifo", "wallets": ["v"]},
        },
    ):
        assert not passes(settings_of("fifo", words, generic)), words


def test_disposals_of_other_years_are_let_go():
    buys = [on(f"20{n}-01-02", "asset:w AAA 9 acquire = 90", f"b{n}") for n in (22, 23, 24, 25)]
    sales = [on(f"20{n}-05-02", "asset:w AAA -3 dispose = -80", f"s{n}") for n in (22, 23, 24, 25)]
    rules = REGIMES["us"]
    settings = settings_of("fifo", {}, rules)
    journal = Journal(in_order([*buys, *sales]), "USD", PriceBook(()), {})
    passage = Passage(journal, settings, rules, [2024])
    assert [line.source for line in passage.year(2024, "fifo").lines] == ["s24"]
    assert [one.event.row for kept in passage._disposed.values() for one in kept] == ["s24"]
    assert not passage._book.ledger.disposed
    with pytest.raises(AssertionError, match="kept when it is asked for"):
        passage.year(2023, "fifo")
