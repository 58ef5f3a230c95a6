"""An order of lots and wallets → what it comes to on the day from which basis is by wallet.

And, signed by a person, kept for ever: the allocation that every later assessment is made by. What
is signed is the digest that was looked at; the time is that of the store, now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from api import given
from api.jobs.tax import Assessment, Question, rules_of
from api.jobs.tax_record import Record, record_of
from api.jobs.tax_trial import wallet_of
from api.tax_books import TaxBooks
from ledger.model.activity import iso
from ledger.model.entry import in_order
from ledger.model.errors import BadInput, Conflict
from ledger.model.filing import FiledYear
from ledger.model.manual import person_key
from ledger.model.problem import Problem
from ledger.tax.choices import late_allocation
from ledger.tax.frozen import FrozenAllocation, allocation_of, body_of, regime_of
from ledger.tax.history.events import Acquire, Left
from ledger.tax.history.settings import Allocation
from ledger.tax.history.words import BadSetting

if TYPE_CHECKING:
    from api.desk import Desk


@dataclass(frozen=True, slots=True)
class Order:
    """The method by which open lots are taken, and the wallets that they fill one after the other.

    `due` is the last day of the return, YYYY-MM-DD; None for that of the regime.
    """

    method: str
    wallets: Sequence[str]
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs an allocation, by the digest that was looked at, and perhaps who approves of it."""

    sha256: str
    by: str
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an order comes to; quantities in base units, costs in 10⁻¹⁸ of the currency.

    `sha256` is None where no lot was in one pool on the day. `unknown` are the lots, by what they
    were acquired with, whose basis nobody knows. `problems` are those that leave the split open: a
    wallet with units that the order does not name, one that gave more than it had, such a lot.
    """

    regime: str
    day: date
    said: Allocation
    currency: str
    sha256: str | None
    lots: tuple[Left, ...]
    unknown: frozenset[str]
    problems: tuple[Problem, ...]


def proposed(books: TaxBooks, record: Record, asked: Question, order: Order) -> Proposed:
    """What an order of lots and wallets comes to. Raises BadSetting, BadInput, NotFound."""
    return _split(books, record, asked, order)[1]


def freeze(
    desk: "Desk", asked: Question, order: Order, signed: Signature, at: datetime
) -> tuple[FrozenAllocation | None, Proposed]:
    """Keep an allocation for ever; None where problems leave the split open.

    `at` is the time of day. Raises Conflict where one is frozen, where the order comes to another
    digest than was signed, and where it is too late; BadSetting, BadInput, NotFound.
    """
    person, approver = _persons(signed)
    record = record_of(desk)
    known = record.allocation(asked.regime)
    if known is not None:
        raise Conflict(
            f"the allocation of {asked.regime} was frozen by {known.by} at {iso(known.made_at)},"
            " and it is made once"
        )
    books = desk.books()
    assessment, found = _split(books, record, asked, order)
    if found.problems:
        return None, found
    if found.day > assessment.calendar.day(at):
        raise BadInput(f"the pool is split on {found.day}, and lots may come until then")
    if found.sha256 is None:
        raise BadInput(f"no lot was in one pool on {found.day}: nothing is to be allocated")
    if found.sha256 != signed.sha256.strip().lower():
        raise Conflict(f"the order comes to {found.sha256} now, which is not what is signed")
    from ledger.store import books_digest

    digest = books_digest(in_order(books.entries))
    body = body_of(found.day, found.said, found.sha256, found.lots, approver)

    def make(made_at: datetime, previous: str) -> FiledYear:
        _refuse_late(assessment, made_at)
        return FiledYear(
            regime_of(asked.regime), found.day.year, person, "", asked.text, body, digest,
            version("partita"), made_at, previous,
        )  # fmt: skip

    return allocation_of(desk.store.filings.freeze(desk.fund.name, make)), found


def _persons(signed: Signature) -> tuple[str, str]:
    """Who signs and who approves, empty where nobody does. Raises BadInput."""
    person = given.name("the name of who signs", signed.by)
    if signed.approved_by is None:
        return person, ""
    approver = given.name("the name of who approves", signed.approved_by)
    if person_key(approver) == person_key(person):
        raise BadInput("who approves of an allocation is another person than who signs it")
    return person, approver


def _split(
    books: TaxBooks, record: Record, asked: Question, order: Order
) -> tuple[Assessment, Proposed]:
    if "allocation" in asked.given:
        raise BadSetting("the allocation is what is asked for: it is no setting here")
    if (
        rules_of(asked.regime).own_choices
        and books.policy.scope == "wallet"
        and "basis_scope" not in asked.given
    ):
        raise BadInput("the fund keeps its lots by wallet: it has no pool to be allocated")
    wallets = [str(wallet_of(books.wallets, name)) for name in order.wallets]
    if len(set(wallets)) != len(wallets):
        raise BadInput("a wallet is named twice")
    words: dict[str, object] = {"method": order.method, "wallets": wallets}
    if order.due is not None:
        words["due"] = order.due
    question = replace(asked, given={**asked.given, "allocation": words})
    assessment = Assessment(books, question, record)
    # who allocates before anything happened on the day or after it splits what is held now
    assessment.settings = assessment.settings._replace(splits_at_end=True)
    answer = assessment.folded.answer
    said, day = assessment.settings.allocation, assessment.settings.wallets_from
    assert said is not None, "the question has an allocation"
    assert day is not None, "and a day that it is made on"
    unknown = _unknown(assessment, answer.placed)
    problems = [Problem(one.code, one.message, "") for one in answer.faults if one.row is None]
    problems += [
        Problem("missing_basis", f"{row} is in the pool, and its basis is not known", row)
        for row in sorted(unknown)
    ]
    sha256 = None if answer.allocated is None else answer.allocated.sha256
    code = assessment.folded.code
    return assessment, Proposed(
        asked.regime, day, said, code, sha256, answer.placed, unknown, tuple(problems)
    )


def _unknown(assessment: Assessment, placed: Iterable[Left]) -> frozenset[str]:
    """What lots that were placed were acquired with, where it came without a basis."""
    acquired = (one for one in assessment.folded.events if isinstance(one, Acquire))
    without = {one.row for one in acquired if not one.known}
    return frozenset(one.row for one in placed if one.row in without)


def _refuse_late(assessment: Assessment, made_at: datetime) -> None:
    """Raises Conflict where an allocation that is made at a time would not count."""
    settings = assessment.settings
    assert settings.allocation is not None, "the question has an allocation"
    timed = settings._replace(allocation=settings.allocation._replace(at=made_at))
    late = late_allocation(timed, assessment.folded.events, assessment.calendar, assessment.rules)
    if late is not None:
        raise Conflict(f"{late.message}: it would not count, and nothing is frozen")
