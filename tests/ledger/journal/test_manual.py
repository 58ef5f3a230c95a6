"""What a maker may propose, the entries it becomes, and the text that takes it back."""

from datetime import UTC, datetime

import pytest

from ledger.journal.manual import check_text, manual_entries, reversal_text
from ledger.journal.text import read_journal
from ledger.model.entry import in_order
from ledger.model.errors import BadInput
from ledger.model.fund import wallet_id
from ledger.model.manual import ManualJournal

BANK, HOT = wallet_id("venue:partita", "bank"), wallet_id("eip155:1", "0x" + "ab" * 20)
WALLETS = {BANK, HOT}
ENTRY = "2026-01-01T00:00:00Z manual opening"
OWN = f"    asset:{BANK} 5 symbol:BTC acquire 0.000000000000000009"
OTHER = "    equity:opening -5 symbol:BTC none -0.000000000000000009"
TEXT = f"partita journal 1\n\n; before the books\n{ENTRY}\n{OWN}\n{OTHER}\n"


def checked(text):
    return check_text(text, WALLETS, "USD")


def text_of(*postings, head=ENTRY):
    return "\n".join(("partita journal 1", "", head, *(f"    {one}" for one in postings), ""))


def test_an_entry_needs_no_order_and_gets_the_id_the_place_and_the_evidence_of_its_journal():
    journal = ManualJournal(TEXT + "\n" + f'{ENTRY} order=[1,"a",2,3,"b"]\n{OWN}\n{OTHER}\n',
                            "opening", "Ann")  # fmt: skip
    assert len(checked(journal.body)) == 2
    first, second = manual_entries([journal])
    micro = 1_767_225_600_000_000
    assert (first.id, second.id) == (f"manual:{journal.id}#0", f"manual:{journal.id}#1")
    assert first.order == (micro, "manual", 0, 0, f"manual:{journal.id}")
    assert second.order == (micro, "manual", 0, 1, f"manual:{journal.id}")
    assert first.time == datetime(2026, 1, 1, tzinfo=UTC)
    assert first.evidence == second.evidence == (journal.id,)
    assert (first.kind, first.network) == ("manual", "manual")


def test_the_words_of_the_maker_stand():
    head = f'{ENTRY} strategy=yield group=g txid=0xfeed network=eip155:1 note="why not"'
    (entry,) = manual_entries([ManualJournal(text_of(OWN, OTHER, head=head), "r", "Ann")])
    said = (entry.strategy, entry.group, entry.txid, entry.network, entry.note)
    assert said == ("yield", "g", "0xfeed", "eip155:1", "why not")


ACCEPTED = {
    "write-off from Suspense": (
        "suspense:unmatched -5 symbol:BTC dispose ?", "expense:lost 5 symbol:BTC none ?"),
    "contribution in the base currency": (
        f"asset:{BANK} 5 iso4217:USD acquire 0.000000000000000005",
        "equity:contribution -5 iso4217:USD none -0.000000000000000005"),
    "move between wallets": (
        f"asset:{BANK} -5 symbol:BTC move ?", f"asset:{HOT} 5 symbol:BTC move ?"),
    "sale": (
        f"asset:{BANK} -5 symbol:BTC dispose -0.000000000000000009",
        "trading:conversion 5 symbol:BTC none 0.000000000000000009",
        f"asset:{BANK} 9 iso4217:USD acquire 0.000000000000000009",
        "trading:conversion -9 iso4217:USD none -0.000000000000000009"),
    "interest on a debt": (
        f"liability:{HOT} 5 eip155:1/debt:aave_v3:0xab none -1",
        "expense:interest -5 eip155:1/debt:aave_v3:0xab none 1"),
    "spam": (
        f"asset:{HOT} 5 symbol:JUNK none ?", "suspense:spam -5 symbol:JUNK none ?"),
    "release of an escrow": (
        "transit:escrow:unnamed -5 symbol:BTC move ?", f"asset:{BANK} 5 symbol:BTC move ?"),
}  # fmt: skip


@pytest.mark.parametrize("postings", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_the_books_can_follow_is_accepted(postings):
    assert len(checked(text_of(*postings))) == 1


#: (posting in line 4, posting in line 5, the line at fault, what is said)
REFUSED = {
    "expense that no chart has": (
        f"asset:{BANK} -5 symbol:BTC dispose ?", "expense:yacht 5 symbol:BTC none ?", 5, "chart"),
    "income that no chart has": (
        f"asset:{BANK} 5 symbol:BTC acquire ?", "income:luck -5 symbol:BTC none ?", 5, "chart"),
    "transit of nothing known": (
        f"asset:{BANK} -5 symbol:BTC move ?", "transit:mattress 5 symbol:BTC move ?", 5, "chart"),
    "wallet that is not the fund's": (
        "asset:venue:partita:vault 5 symbol:BTC acquire ?", "equity:opening -5 symbol:BTC none ?",
        4, "no wallet"),
    "debt of a wallet that is not the fund's": (
        "expense:interest -5 symbol:BTC none ?", "liability:venue:x:y 5 symbol:BTC none ?",
        5, "no wallet"),
    "wallet beside its account": (
        f"asset:{BANK} 5 symbol:BTC acquire ? wallet={HOT}", "equity:opening -5 symbol:BTC none ?",
        4, "chart"),
    "asset that does not parse": (
        f"asset:{BANK} 5 BTC acquire ?", "equity:opening -5 BTC none ?", 4, "no asset id"),
    "acquired with the sign of a disposal": (
        f"asset:{BANK} -5 symbol:BTC acquire ?", "equity:opening 5 symbol:BTC none ?", 4, "sign"),
    "disposed of with the sign of an acquisition": (
        f"asset:{BANK} 5 symbol:BTC dispose ?", "equity:opening -5 symbol:BTC none ?", 4, "sign"),
    "role where there are no lots": (
        f"asset:{BANK} -5 symbol:BTC dispose ?", "expense:lost 5 symbol:BTC acquire ?", 5, "none"),
    "units of a wallet without a lot": (
        f"asset:{BANK} 5 symbol:BTC none ?", "equity:opening -5 symbol:BTC none ?", 4, "acquired"),
    "value of the other sign": (
        f"asset:{BANK} 5 symbol:BTC acquire -1", "equity:opening -5 symbol:BTC none 1", 4, "sign"),
    "base currency at another value than its face": (
        f"asset:{BANK} 5 iso4217:USD acquire 5", "equity:opening -5 iso4217:USD none -5",
        4, "face"),
    "base currency without a value": (
        f"asset:{BANK} 5 iso4217:USD acquire ?", "equity:opening -5 iso4217:USD none ?", 4, "face"),
    "values that do not sum to zero": (
        f"asset:{BANK} 5 symbol:BTC acquire 2", "equity:opening -5 symbol:BTC none -1", 3, "zero"),
    "unbalanced": (
        f"asset:{BANK} 5 symbol:BTC acquire ?", "equity:opening -4 symbol:BTC none ?", 3, "BTC"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_books_cannot_follow_is_refused_with_its_line(case):
    first, second, line, said = case
    with pytest.raises(BadInput, match=rf"line {line}: .*{said}"):
        checked(text_of(first, second))


@pytest.mark.parametrize(
    "head",
    [
        ENTRY.replace("manual", "swap"),
        f"{ENTRY} reverses=other",
        f'{ENTRY} evidence=["{"a" * 64}"]',
        ENTRY.replace("2026", "1926"),
        ENTRY.replace("2026", "2126"),
        f"{ENTRY} note=\x1b[2J",
        f"{ENTRY} note=a\u202eb",
    ],
)
def test_an_entry_that_is_not_a_makers_to_state_is_refused_with_its_line(head):
    with pytest.raises(BadInput, match="line 3: "):
        checked(text_of(OWN.strip(), OTHER.strip(), head=head))


def test_remarks_blank_lines_and_line_ends_do_not_shift_the_line_that_is_named():
    good = f"{ENTRY}\n; a remark\n{OWN}\n{OTHER}\n\n\n; another\n"
    bad = f"{ENTRY}\n{OWN}\n ; within\n    equity:nobody -5 symbol:BTC none -0.000000000000000009\n"
    text = f"partita journal 1\n\n{good}{bad}"
    for form in (text, text.replace("\n", "\r\n")):
        number = next(n for n, line in enumerate(form.split("\n"), 1) if "nobody" in line)
        with pytest.raises(BadInput, match=f"line {number}: "):
            checked(form)


@pytest.mark.parametrize("text", ["", "partita journal 1\n", "partita journal 2\n", "{}"])
def test_a_text_without_entries_is_refused(text):
    with pytest.raises(BadInput):
        checked(text)


def test_a_reversal_says_what_it_takes_back_posting_by_posting():
    journal = ManualJournal(TEXT, "opening", "Ann")
    (entry,) = manual_entries([journal])
    (back,) = read_journal(reversal_text(journal))
    assert back.reverses == entry.id
    assert back.time == entry.time
    assert [p.quantity for p in back.postings] == [-p.quantity for p in entry.postings]
    assert [p.value for p in back.postings] == [-9, 9]
    assert [p.value for p in entry.postings] == [9, -9]
    assert [p.account for p in back.postings] == [p.account for p in entry.postings]


def test_a_journal_and_its_reversal_leave_nothing_in_force_and_the_reversal_alone_neither():
    journal = ManualJournal(TEXT, "opening", "Ann")
    back = ManualJournal(reversal_text(journal), "wrong", "Bob", journal.id)
    assert len(in_order(manual_entries([journal]))) == 1
    assert in_order(manual_entries([journal, back])) == ()
    assert in_order(manual_entries([back])) == ()
