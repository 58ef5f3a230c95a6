"""Filed years, differences, orders, plans and trials of tax → rows of plain texts."""

from datetime import date
from typing import Any, Final

from api.jobs.tax_allocation import Proposed
from api.jobs.tax_checkpoints import Changed
from api.jobs.tax_filed import Answered
from api.jobs.tax_trial import Compared, Tried
from api.views import (
    Row,
    money_text,
    problem_row,
    short_asset,
    tax_income_row,
    tax_line_row,
    tax_row,
)
from ledger.model.activity import iso
from ledger.model.asset import AssetId
from ledger.model.filing import FiledYear, LotPlan
from ledger.model.tax import TaxLine
from ledger.tax.filed import Change, Difference
from ledger.tax.frozen import FrozenAllocation
from ledger.tax.history.events import Left
from ledger.tax.history.parts import plain_asset
from ledger.tax.orders import RecordedOrder
from ledger.tax.trial import Harvest, OpenLot, TriedLine, Warned
from reports.names import Assets, quantity_text

#: Totals as the public contract calls them.
_TOTALS: Final = {"income_total": "income"}


def answer_row(answer: Answered, assets: Assets) -> Row:
    """A tax year, with its filing and the difference where it has them."""
    row = tax_row(answer.found, assets)
    row["settled_after"] = answer.settled_after.isoformat()
    if answer.filed is not None:
        row["filed"] = filed_row(answer.filed)
    if answer.difference is not None:
        row["difference"] = difference_row(answer.difference, assets)
    if answer.allocation is not None:
        row["allocation"] = allocation_row(answer.allocation)
    return row


def with_status(row: Row, today: date) -> Row:
    """The row of a tax year, with whether it is final on a day.

    It is not while a figure is unknown or in doubt, and not before the day after which nothing that
    is traded bears on it.
    """
    settled = today > date.fromisoformat(row["settled_after"])
    return {**row, "status": "final" if settled and not row["problems"] else "provisional"}


def changed_row(changed: Changed, assets: Assets) -> Row:
    """The totals of a year, and its lines of the assets that something happened in since."""
    total = changed.total
    totals = {"short": total.short, "long": total.long, "income": total.income}
    return {
        "year": changed.year,
        "disposals": [tax_line_row(line, assets) for line in changed.lines],
        "totals": {
            name: money_text(amount)
            for name, amount in {**totals, "taxable": total.taxable}.items()
        },
    }


def filed_row(filed: FiledYear) -> Row:
    """Who filed a year, when, and by what it can be proven."""
    return {
        "regime": filed.regime,
        "year": filed.year,
        "filed_at": iso(filed.filed_at),
        "by": filed.by,
        "reason": filed.reason,
        "digest": filed.digest,
        "books": filed.books,
        "program": filed.program,
    }


def difference_row(found: Difference, assets: Assets) -> Row:
    """What came, went and changed since a year was filed, and every total before and after."""
    return {
        "changed": found.any,
        "disposals": [_change_row(one, assets) for one in found.lines],
        "income": [_change_row(one, assets) for one in found.income],
        "totals": {
            _TOTALS.get(name, name): {"filed": money_text(before), "now": money_text(after)}
            for name, before, after in found.totals
        },
        "settings": {
            name: {"filed": before, "now": after} for name, before, after in found.settings
        },
        "problems": [problem_row(one) for one in found.problems],
    }


def _change_row(change: Change, assets: Assets) -> Row:
    return {
        "what": change.what,
        "filed": _line_row(change.before, assets),
        "now": _line_row(change.after, assets),
    }


def _line_row(line: Any, assets: Assets) -> Row | None:  # noqa: ANN401 -- either kind of line
    if line is None:
        return None
    row = tax_line_row if isinstance(line, TaxLine) else tax_income_row
    return row(line, assets)


def plan_row(plan: LotPlan, entry: str | None, assets: Assets) -> Row:
    """A plan of lots, and the entry that it served."""
    return {
        "digest": plan.digest,
        "said_at": iso(plan.said_at),
        "by": plan.by,
        "asset": short_asset(plan.asset),
        "wallet": plan.wallet,
        "quantity": quantity_text(plan.asset, plan.quantity, assets),
        "lots": list(plan.lots),
        "entry": entry,
    }


def order_row(order: RecordedOrder) -> Row:
    """A standing order for lots: by which method, out of which wallet, who gave it and when."""
    return {
        "digest": order.digest,
        "said_at": iso(order.said_at),
        "by": order.by,
        "method": order.method,
        "wallet": order.wallet,
    }


def allocation_row(frozen: FrozenAllocation) -> Row:
    """Who froze an allocation of lots to wallets, when, by what, and what proves it."""
    return {
        "regime": frozen.regime,
        "day": frozen.day.isoformat(),
        "method": frozen.method,
        "wallets": list(frozen.wallets),
        "due": None if frozen.due is None else frozen.due.isoformat(),
        "sha256": frozen.sha256,
        "by": frozen.by,
        "approved_by": frozen.approved_by or None,
        "made_at": iso(frozen.made_at),
        "digest": frozen.digest,
    }


def frozen_row(frozen: FrozenAllocation, assets: Assets) -> Row:
    """The same with every lot as it was placed."""
    return {**allocation_row(frozen), "lots": [_placed_row(one, assets) for one in frozen.lots]}


def proposed_row(found: Proposed, assets: Assets) -> Row:
    """What an allocation would come to."""
    said = found.said
    return {
        "regime": found.regime,
        "day": found.day.isoformat(),
        "method": said.method,
        "wallets": list(said.wallets),
        "due": None if said.due is None else said.due.isoformat(),
        "sha256": found.sha256,
        "currency": found.currency,
        "lots": [_placed_row(one, assets, found.unknown) for one in found.lots],
        "problems": [problem_row(one) for one in found.problems],
    }


def _placed_row(one: Left, assets: Assets, unknown: frozenset[str] = frozenset()) -> Row:
    asset = plain_asset(one.asset)
    return {
        "asset": short_asset(asset),
        "wallet": one.wallet,
        "lot": one.row,
        "acquired": None if one.acquired is None else iso(one.acquired),
        "quantity": quantity_text(asset, one.quantity, assets),
        "cost": None if one.row in unknown else money_text(one.cost),
    }


def tried_row(tried: Tried, assets: Assets) -> Row:
    """What a trade would realise under one regime by one method."""
    trial = tried.trial
    return {
        "regime": tried.regime,
        "method": trial.method,
        "holds": tried.holds,
        "currency": trial.currency,
        "lots": [_tried_line(one, assets) for one in trial.lines],
        "totals": {
            "short": money_text(trial.short),
            "long": money_text(trial.long),
            "taxable": money_text(trial.taxable),
            "tax": money_text(trial.tax),
        },
        "warning": None if trial.warning is None else _warning(trial.warning, tried.asset, assets),
        "allocation": None if tried.allocation is None else allocation_row(tried.allocation),
        "problems": [problem_row(one) for one in trial.problems],
    }


def _tried_line(one: TriedLine, assets: Assets) -> Row:
    row = tax_line_row(one.line, assets)
    names = "quantity acquired proceeds cost fees gain denied term rule lot".split()
    return {name: row[name] for name in names} | {"days_to_long": one.days_to_long}


def _warning(warning: Warned, asset: AssetId, assets: Assets) -> Row:
    return {
        "rule": warning.rule,
        "binding": warning.binding,
        "first": warning.first.isoformat(),
        "last": warning.last.isoformat(),
        "bought": quantity_text(asset, warning.bought, assets),
    }


def harvest_row(found: Harvest, assets: Assets) -> Row:
    """The open lots below market."""
    return {
        "currency": found.currency,
        "lots": [_open_row(one, assets) for one in found.lots],
        "loss": money_text(sum(one.gain for one in found.lots)),
        "unpriced": [short_asset(asset) for asset in found.unpriced],
        "unbased": [short_asset(asset) for asset in found.unbased],
        "problems": [problem_row(one) for one in found.problems],
    }


def _open_row(one: OpenLot, assets: Assets) -> Row:
    return {
        "asset": short_asset(one.asset),
        "wallet": one.wallet or None,
        "lot": one.lot or None,
        "acquired": None if one.acquired is None else iso(one.acquired),
        "quantity": quantity_text(one.asset, one.quantity, assets),
        "cost": money_text(one.cost),
        "value": money_text(one.value),
        "gain": money_text(one.gain),
        "term": one.term,
        "days_to_long": one.days_to_long,
        "tax": money_text(one.tax),
        "warning": _warning(one.warning, one.asset, assets),
    }


def compared_row(found: Compared) -> Row:
    """A year by one method."""
    year = found.year
    return {
        "method": found.method,
        "holds": found.holds,
        "currency": year.currency,
        "short": money_text(year.short),
        "long": money_text(year.long),
        "income": money_text(year.income_total),
        "taxable": money_text(year.taxable),
        "tax": money_text(found.tax),
        "problems": len(year.problems),
    }
