"""Books → the list of things to look at: breaks, suspense, unmatched, in flight, missing prices."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from api import figures, views
from ledger.books import Books
from ledger.model.activity import iso
from ledger.nav.valuation import net_asset_value
from reports.names import quantity_text

Row = dict[str, Any]

#: Problems that somebody must look at before the books can be called final.
BLOCKING = frozenset(
    (
        "unmatched_transfer unexplained_transfer balance_break missing_price stale_price"
        " missing_basis negative_balance lying_log incomplete_receipt transaction_not_found"
        " transaction_unreadable bad_row partial_split"
    ).split()
)

#: What stands in this account is quarantined, and asks nothing of anybody.
SPAM = "spam"


def reconciliation(books: Books, time: datetime | None = None) -> Row:
    """What differs or is unexplained, counted, valued at a time and in basis points of NAV."""
    marks = figures.marks(books, time)
    nav = net_asset_value(marks)
    suspense = figures.in_suspense(books, time)
    found = figures.problems(books)
    wrong = figures.balance_breaks(books)
    return {
        "as_of": iso(time or figures.last_moment(books)),
        "nav": views.money_text(nav),
        "breaks": [views.break_row(item, books.assets) for item in wrong],
        "balances_compared": len({(seen.wallet, seen.asset) for seen in books.observations}),
        "suspense": [
            {
                "account": line.account.path,
                "asset": line.asset,
                "quantity": quantity_text(line.asset, line.quantity, books.assets),
                "value": views.money_text(line.value),
            }
            for line in suspense.lines
        ],
        "suspense_value": views.money_text(suspense.value),
        "suspense_unpriced": suspense.unpriced,
        "suspense_bp": suspense.basis_points(nav),
        "in_flight": [views.event_row(event, books.assets) for event in books.in_flight],
        "problems": [views.problem_row(problem) for problem in found],
        "counts": figures.counted(found),
        "to_look_at": bool(wrong)
        or any(line.account.name != SPAM for line in suspense.lines)
        or any(problem.code in BLOCKING for problem in found),
    }


def reconciliation_lines(report: Row) -> Iterator[str]:
    """The same as lines for people, the gravest first."""
    compared = report["balances_compared"]
    yield f"{len(report['breaks'])} breaks in {compared} balances compared"
    for item in report["breaks"]:
        where = f"{item['wallet']} {item['asset']}"
        yield f"  {where}: {item['ledger']} booked, {item['observed']} seen"
    unpriced = report["suspense_unpriced"]
    beside = f" and {unpriced} without a price" if unpriced else ""
    yield f"suspense {report['suspense_value']} ({report['suspense_bp']} bp of NAV){beside}"
    for line in report["suspense"]:
        yield f"  {line['account']} {line['quantity']} {line['asset']}"
    for event in report["in_flight"]:
        yield f"in flight since {event['time']}: {event['txid']} on {event['network']}"
    for code, count in report["counts"].items():
        first = next(item for item in report["problems"] if item["code"] == code)
        yield f"{count} {code}: {first['source']}: {first['message']}"
