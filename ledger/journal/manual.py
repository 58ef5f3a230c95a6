"""Manual journals enter, their entries leave; and the text that takes a manual journal back.

The text is that of `ledger/journal/text.py`. What it says of an entry stands, but for what only the
books can give: the id (`manual:<id of the journal>#<n>`), the place (its time, under `manual`) and
the evidence, which is the manual journal itself. A reversal's entries carry `reverses`: `in_order`
then leaves out both sides, so that lots and values are as if neither had been booked.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from ledger.journal.chart import account_at, is_in_chart
from ledger.journal.text import HEADER, print_journal, read_journal
from ledger.model.activity import is_in_the_age_of_chains, microseconds
from ledger.model.asset import AssetId, currency, parse_asset_id
from ledger.model.entry import Entry, Posting
from ledger.model.errors import BadInput
from ledger.model.fund import WalletId
from ledger.model.manual import ManualJournal

#: The kind of every entry of a manual journal, and its network in the order of the books.
MANUAL: Final = "manual"

#: Role → types of accounts on which it does something to lots.
_PLACES: Final = {
    "acquire": frozenset({"asset"}),
    "dispose": frozenset({"asset", "transit", "suspense"}),
    "move": frozenset({"asset", "transit", "suspense"}),
}
#: The other side of units that are in a wallet and in no lot.
_WITHOUT_LOTS: Final = frozenset({"suspense:spam", "trading:titles"})


def manual_entries(journals: Iterable[ManualJournal]) -> tuple[Entry, ...]:
    """The entries of manual journals, those of reversals with what they take back."""
    return tuple(
        _placed(journal, n, entry)
        for journal in journals
        for n, entry in enumerate(read_journal(journal.body, placed=False))
    )


def _placed(journal: ManualJournal, n: int, entry: Entry) -> Entry:
    name = f"{MANUAL}:{journal.id}"
    return replace(
        entry,
        id=f"{name}#{n}",
        order=(microseconds(entry.time), MANUAL, 0, n, name),
        evidence=(journal.id,),
        network=entry.network or MANUAL,
    )


def reversal_text(journal: ManualJournal) -> str:
    """The text of the journal that takes another back: every posting negated, at the same time."""
    return print_journal(
        replace(
            entry,
            id=f"{entry.id}~",
            evidence=(),
            reverses=entry.id,
            postings=tuple(_negated(posting) for posting in entry.postings),
        )
        for entry in manual_entries((journal,))
    )


def _negated(posting: Posting) -> Posting:
    value = None if posting.value is None else -posting.value
    return replace(posting, quantity=-posting.quantity, value=value)


# ---- what a maker may propose


def check_text(text: str, wallets: Collection[WalletId], base_currency: str) -> tuple[Entry, ...]:
    """The entries of a text that may be proposed for a fund with these wallets, as it says them.

    Raises BadInput that names the line: for what no journal's text is, for accounts, assets and
    wallets that the books do not know, and for what lots or values could not follow.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.rstrip("\r").replace("\t", " ").isprintable():
            raise _bad(number, "a control character, or one that nobody sees")
    entries = read_journal(text, placed=False)
    if not entries:
        raise BadInput("there is no entry in it")
    lines = iter(_lines(text))
    base = currency(base_currency)
    for entry in entries:
        _check_entry(next(lines), entry)
        unlotted = any(posting.account.path in _WITHOUT_LOTS for posting in entry.postings)
        owing = {p.asset for p in entry.postings if p.account.type == "liability"}
        for posting in entry.postings:
            number = next(lines)
            _check_account(number, posting, wallets)
            _check_role(number, posting, base, unlotted=unlotted)
            _check_value(number, posting, base, owing)
    return entries


def _lines(text: str) -> list[int]:
    """The numbers of the lines that are entries and postings, in the order of the entries."""
    return [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith(";") and line.rstrip("\r") != HEADER
    ]


def _check_entry(number: int, entry: Entry) -> None:
    if entry.kind != MANUAL:
        raise _bad(number, f"an entry of a manual journal is of the kind {MANUAL}")
    if entry.reverses is not None or entry.evidence:
        raise _bad(number, "reverses and evidence are not the maker's to say")
    if not is_in_the_age_of_chains(entry.time):
        raise _bad(number, "a time before there were chains, or after this century")
    unknown = {posting.asset for posting in entry.postings if posting.value is None}
    sums: Counter[AssetId] = Counter()
    for posting in entry.postings:
        sums[posting.asset] += posting.value or 0
    for asset, total in sums.items():
        if total and asset not in unknown:
            raise _bad(number, f"the values of {asset} do not sum to zero")


def _check_account(number: int, posting: Posting, wallets: Collection[WalletId]) -> None:
    account = posting.account
    if account != account_at(account.path) or not is_in_chart(account):
        raise _bad(number, f"the chart has no account {account.path[:80]!r}")
    if account.wallet is not None and account.wallet not in wallets:
        raise _bad(number, f"the fund has no wallet {account.wallet[:80]!r}")
    try:
        parse_asset_id(posting.asset)
    except BadInput as unknown:
        raise _bad(number, str(unknown)) from unknown


def _check_role(number: int, posting: Posting, base: AssetId, *, unlotted: bool) -> None:
    account, role = posting.account, posting.role
    if role == "none":
        if account.type == "asset" and posting.asset != base and not unlotted:
            raise _bad(number, "units of a wallet are acquired, disposed of or moved")
        return
    if account.type not in _PLACES[role]:
        raise _bad(number, f"{role} does nothing on {account.type}: its role is none")
    if (role, posting.quantity > 0) in {("acquire", False), ("dispose", True)}:
        raise _bad(number, f"a posting to {role} has the other sign")


def _check_value(number: int, posting: Posting, base: AssetId, owing: Collection[AssetId]) -> None:
    if posting.asset in owing:
        # on a debt the sign is the other one, on both of its sides
        return
    if posting.asset == base and posting.value != posting.quantity:
        raise _bad(number, "a posting in the base currency is worth its face")
    if (posting.value or 0) * posting.quantity < 0:
        raise _bad(number, "a value has the sign of its quantity")


def _bad(number: int, reason: str) -> BadInput:
    return BadInput(f"line {number}: {reason}")
