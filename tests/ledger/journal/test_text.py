"""The journal as text: what is printed is read back to the same values, nothing else is read."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal.rules import entries_for
from ledger.journal.text import HEADER, print_journal, read_journal
from ledger.model.amount import QUANTITY_MAX
from ledger.model.entry import Account, AccountType, Entry, Posting, Role
from ledger.model.errors import BadInput
from tests.ledger.journal.cases import E18, MEME, TIME, WETH, event, leg, quantities, value

words = st.text(max_size=12)
names = st.text(min_size=1, max_size=12).filter(lambda t: not any(map(str.isspace, t)))
accounts = st.builds(
    Account, st.sampled_from(get_args(AccountType)), names, st.none() | st.text(min_size=1)
)
values = st.none() | st.integers(-(10**150), 10**150)
times = st.datetimes(timezones=st.just(UTC))


@st.composite
def entries(draw):
    """Any entry that can be constructed: each posting has its opposite."""
    postings = []
    for _ in range(draw(st.integers(1, 3))):
        quantity, asset = draw(quantities), draw(st.text(min_size=1, max_size=9))
        for sign in (1, -1):
            role = draw(st.sampled_from(get_args(Role)))
            postings.append(Posting(draw(accounts), asset, sign * quantity, role, draw(values)))
    optional = {name: draw(st.none() | words) for name in ("protocol", "strategy", "group")}
    plain = {name: draw(words) for name in ("txid", "network", "called", "note")}
    return Entry(
        id=draw(words),
        kind=draw(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)),
        time=draw(times),
        order=(draw(st.integers()), draw(words), draw(st.integers()), 0, draw(words)),
        postings=tuple(postings),
        evidence=tuple(draw(st.lists(words, max_size=2))),
        reverses=draw(st.none() | words),
        **optional,
        **plain,
    )


@given(st.lists(entries(), max_size=3))
def test_what_is_printed_is_read_back_to_the_same_entries(journal):
    text = print_journal(journal)
    assert read_journal(text) == tuple(journal)
    assert text.isascii()


@given(st.lists(entries(), max_size=2))
def test_what_is_read_prints_to_the_same_text(journal):
    text = print_journal(journal)
    assert print_journal(read_journal(text)) == text


def test_a_journal_reads_like_one():
    entry = entries_for(event("swap", leg(-E18, WETH), leg(5, MEME), note="a note"), value)
    assert entry is not None
    lines = print_journal([entry]).splitlines()
    assert lines[:2] == [HEADER, ""]
    assert lines[2] == (
        "2026-01-31T12:00:00Z swap eip155:1/tx:0x01#0"
        ' order=[1769860800000000,"eip155:1",100,3,"eip155:1/tx:0x01"]'
        ' txid=0x01 network=eip155:1 note="a note"'
    )
    assert lines[4] == f"    trading:conversion 1000000000000000000 {WETH} none 3000"


HEAD = '2026-01-31T12:00:00Z swap x order=[1,"n",2,3,"a"]'
GOOD = "    income:trading 1 symbol:X none 1\n    trading:conversion -1 symbol:X none ?"


def test_remarks_blank_lines_and_line_ends_of_windows_are_passed_over():
    text = f"{HEADER}\r\n\r\n; a remark\r\n{HEAD}\r\n    ; another\r\n{GOOD}\r\n\r\n\r\n"
    (entry,) = read_journal(text)
    assert entry.time == TIME and [posting.value for posting in entry.postings] == [E18, None]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "opens with"),
        ("partita journal 2", 1, "opens with"),
        (f"{HEADER}\n{GOOD}", 2, "without its entry"),
        (f"{HEADER}\n{HEAD}\n{GOOD}\n{HEAD}\n{GOOD}", 5, "blank line"),
        (f"{HEADER}\n{HEAD}", 2, "two postings"),
        (f"{HEADER}\n{HEAD}\n{GOOD.replace('-1', '-2')}", 2, "symbol:X"),
        (f"{HEADER}\n2026-01-31T12:00:00Z swap order=[]\n{GOOD}", 2, "then named fields"),
        (f"{HEADER}\n{HEAD} word\n{GOOD}", 2, "then named fields"),
        (f"{HEADER}\n{HEAD} txid=1 txid=2\n{GOOD}", 2, "twice"),
        (f"{HEADER}\n{HEAD} colour=red\n{GOOD}", 2, "colour"),
        (f"{HEADER}\n{HEAD.replace('swap', 'Swap')}\n{GOOD}", 2, "no kind"),
        (f"{HEADER}\n{HEAD.replace('swap', '[1]')}\n{GOOD}", 2, "no kind"),
        (f"{HEADER}\n{HEAD.replace(' x ', ' [1] ')}\n{GOOD}", 2, "no id"),
        (f"{HEADER}\n{HEAD} txid=[1]\n{GOOD}", 2, "no text"),
        (f"{HEADER}\n{HEAD} evidence=e\n{GOOD}", 2, "no text"),
        (f"{HEADER}\n{HEAD} evidence=[1]\n{GOOD}", 2, "no text"),
        (f"{HEADER}\n{HEAD.replace('2,3', '2,true')}\n{GOOD}", 2, "the order is"),
        (f"{HEADER}\n2026-01-31T12:00:00Z swap x txid=1\n{GOOD}", 2, "the order is"),
        (f"{HEADER}\n{HEAD.replace('31T', '32T')}\n{GOOD}", 2, "no time"),
        (f"{HEADER}\n{HEAD.replace('00Z', '00')}\n{GOOD}", 2, "no time"),
        (f"{HEADER}\n{HEAD.replace('00Z', '00+00:00')}\n{GOOD}", 2, "no time"),
        (f'{HEADER}\n{HEAD} note="open\n{GOOD}', 2, "cannot be read"),
        (f"{HEADER}\n{HEAD} note=\n{GOOD}", 2, "cannot be read"),
        (f"{HEADER}\n{HEAD} evidence={'[' * 100_000}\n{GOOD}", 2, "cannot be read"),
        (f"{HEADER}\n{HEAD} order=[{'9' * 5000}]\n{GOOD}", 2, "cannot be read"),
        (f'{HEADER}\n{HEAD} note="a"b\n{GOOD}', 2, "a space lacks"),
        (f"{HEADER}\n{HEAD}\n    income:trading 1 symbol:X none\n{GOOD}", 3, "five|a posting has"),
        (f"{HEADER}\n{HEAD}\n    income:trading 1 symbol:X none 1 2\n{GOOD}", 3, "a posting has"),
        (f"{HEADER}\n{HEAD}\n    income:trading [1] symbol:X none 1\n{GOOD}", 3, "a posting has"),
        (f"{HEADER}\n{HEAD}\n    profit:trading 1 symbol:X none 1\n{GOOD}", 3, "no account"),
        (f'{HEADER}\n{HEAD}\n    "income:a b" 1 symbol:X none 1\n{GOOD}', 3, "no spaces"),
        (f"{HEADER}\n{HEAD}\n    income:trading 0 symbol:X none 1\n{GOOD}", 3, "no quantity"),
        (f"{HEADER}\n{HEAD}\n    income:trading 1.5 symbol:X none 1\n{GOOD}", 3, "no quantity"),
        (f"{HEADER}\n{HEAD}\n    income:trading ١ symbol:X none 1\n{GOOD}", 3, "no quantity"),
        (
            f"{HEADER}\n{HEAD}\n    income:trading {QUANTITY_MAX + 1} symbol:X none 1\n{GOOD}",
            3,
            "no quantity",
        ),
        (f"{HEADER}\n{HEAD}\n    income:trading 1 symbol:X keep 1\n{GOOD}", 3, "no role"),
        *(
            (f"{HEADER}\n{HEAD}\n    income:trading 1 symbol:X none {bad}\n{GOOD}", 3, "no value")
            for bad in ("1.0", "01", "-0", "1e3", "1.1234567890123456789", "NaN", ".5")
        ),
    ],
)
def test_what_is_no_journal_is_refused_with_its_line_and_reason(text, line, reason):
    with pytest.raises(BadInput, match=rf"^line {line}: .*({reason})"):
        read_journal(text)


def test_an_entry_without_an_order_stands_by_its_time_where_that_is_allowed():
    text = f"{HEADER}\n\n2026-01-31T12:00:00Z swap x\n{GOOD}\n\n{HEAD}\n{GOOD}"
    without, placed = read_journal(text, placed=False)
    assert without.order == (1_769_860_800_000_000, "", 0, 0, "x")
    assert placed.order == (1, "n", 2, 3, "a")
    with pytest.raises(BadInput, match="line 3: the order is"):
        read_journal(text)


def refusal(text):
    """Why a text is not read; `line -` where it is."""
    try:
        read_journal(text)
    except BadInput as refused:
        return str(refused)
    return "line -"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    assert refusal(f"{HEADER}\n{text}").startswith("line ")


@given(entries(), st.data())
def test_a_journal_with_a_part_cut_out_is_read_or_refused(entry, data):
    text = print_journal([entry])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert refusal(text[:start] + text[end:]).startswith("line ")


def test_a_time_is_printed_in_utc():
    entry = entries_for(event("reward", leg(1, WETH), time=datetime(2026, 1, 1, tzinfo=UTC)), value)
    assert entry is not None and "2026-01-01T00:00:00Z" in print_journal([entry])
