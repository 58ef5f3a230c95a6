"""Books → rows of plain texts: what the command line prints and the web API answers."""

from collections.abc import Iterable
from typing import Any, Final

from ledger.model.activity import iso
from ledger.model.amount import MONEY_DECIMALS, plain_text, text_from_units
from ledger.model.asset import AssetId
from ledger.model.entry import Account, Entry
from ledger.model.event import Event, Leg, Unexplained
from ledger.model.fund import Wallet, network_of_wallet
from ledger.model.lot import Disposal, Lot
from ledger.model.position import Break, Mark, NavPoint, StrategyResult
from ledger.model.problem import Problem
from ledger.model.tax import IncomeLine, TaxLine, TaxYear
from ledger.nav.liquidity import PooledResult
from reports.names import Assets, quantity_text, symbol_of

Row = dict[str, Any]
#: An account, an asset, and its balance in base units.
Total = tuple[Account, AssetId, int]


def money_text(units: int | None) -> str | None:
    """Money in whole units, exact; None where it is unknown."""
    return None if units is None else text_from_units(units, MONEY_DECIMALS)


def short_asset(asset: str) -> str:
    """A symbol or code as a file has it, or the whole id."""
    scheme, _, rest = asset.partition(":")
    return rest if scheme in {"symbol", "iso4217"} else asset


def leg_row(leg: Leg, assets: Assets) -> Row:
    """A leg: the wallet's address, the asset, the signed quantity in whole and in base units."""
    return {
        "wallet": leg.wallet.rpartition(":")[2],
        "asset": leg.asset,
        "quantity": quantity_text(leg.asset, leg.quantity, assets),
        "raw": str(leg.quantity),
        "role": leg.role,
        "counterparty": leg.counterparty,
    }


def event_row(event: Event, assets: Assets) -> Row:
    """An event in the shape of the public contract, with the leg's base units beside."""
    fee = event.fee
    return {
        "id": event.id,
        "txid": event.txid,
        "time": iso(event.time),
        "network": event.network,
        "kind": event.kind,
        "protocol": event.protocol,
        "strategy": event.strategy,
        "group": event.group,
        "legs": [leg_row(leg, assets) for leg in event.legs],
        "fee": None
        if fee is None
        else {
            "wallet": fee.wallet.rpartition(":")[2],
            "asset": fee.asset,
            "quantity": quantity_text(fee.asset, -fee.quantity, assets),
            "raw": str(-fee.quantity),
        },
        "note": event.note,
    }


def unexplained_row(item: Unexplained, assets: Assets) -> Row:
    """A movement that stands in Suspense, with the reason."""
    return {"activity": item.activity, "time": iso(item.time), "reason": item.reason} | leg_row(
        item.leg, assets
    )


def problem_row(problem: Problem) -> Row:
    """A problem with its code, source and place."""
    return {
        "code": problem.code,
        "message": problem.message,
        "source": problem.source,
        "file": problem.file,
        "line": problem.line,
    }


def entry_row(entry: Entry, assets: Assets) -> Row:
    """An entry with its postings and its evidence."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "time": iso(entry.time),
        "network": entry.network,
        "txid": entry.txid,
        "protocol": entry.protocol,
        "strategy": entry.strategy,
        "group": entry.group,
        "note": entry.note,
        "hash": entry.hash,
        "evidence": list(entry.evidence),
        "postings": [
            {
                "account": posting.account.path,
                "wallet": posting.account.wallet,
                "asset": posting.asset,
                "quantity": quantity_text(posting.asset, posting.quantity, assets),
                "raw": str(posting.quantity),
                "role": posting.role,
                "value": money_text(posting.value),
            }
            for posting in entry.postings
        ],
    }


def balance_rows(totals: Iterable[Total], assets: Assets) -> list[Row]:
    """The balance of each account and asset, by path and asset."""
    return [
        {
            "account": account.path,
            "wallet": account.wallet,
            "network": network_of_wallet(account.wallet) if account.wallet else None,
            "asset": asset,
            "symbol": symbol_of(asset, assets),
            "quantity": quantity_text(asset, quantity, assets),
            "raw": str(quantity),
        }
        for account, asset, quantity in totals
    ]


def mark_row(mark: Mark, assets: Assets) -> Row:
    """A position with the quote that valued it; value None says that there was no quote."""
    position, quote = mark.position, mark.quote
    gain = None if mark.value is None or position.cost is None else mark.value - position.cost
    return {
        "wallet": position.wallet,
        "asset": position.asset,
        "symbol": symbol_of(position.asset, assets),
        "quantity": quantity_text(position.asset, position.quantity, assets),
        "raw": str(position.quantity),
        "liability": position.liability,
        "price": None if quote is None else plain_text(quote.price),
        "price_source": None if quote is None else quote.source,
        "price_time": None if quote is None else iso(quote.time),
        "value": money_text(mark.value),
        "cost": money_text(position.cost),
        "unrealised": money_text(gain),
    }


def pooled_row(one: PooledResult, assets: Assets) -> Row:
    """A position of liquidity against holding; what was not read since it moved is null."""

    def amounts(known: Iterable[tuple[AssetId, int]]) -> list[Row]:
        return [
            {
                "asset": asset,
                "symbol": symbol_of(asset, assets),
                "quantity": quantity_text(asset, units, assets),
                "raw": str(units),
            }
            for asset, units in known
        ]

    seen = one.seen
    return {
        "asset": one.asset,
        "wallet": one.wallet,
        "liquidity": str(one.liquidity),
        "deposited": None if one.deposited is None else amounts(one.deposited),
        "amounts": None if seen is None else amounts(one.amounts),
        "accrued": None if seen is None else amounts(one.fees),
        "held_value": money_text(one.held_value),
        "value": money_text(one.value),
        "fees_value": money_text(one.fees_value),
        "impermanent_loss": money_text(one.impermanent_loss),
        "against_holding": money_text(one.against_holding),
        "time": None if seen is None else iso(seen.time),
        "block": None if seen is None else seen.block,
        "source": None if seen is None else seen.source,
        "evidence": None if seen is None else seen.evidence,
    }


def lot_row(lot: Lot, assets: Assets) -> Row:
    """An open lot."""
    return {
        "id": lot.id,
        "asset": lot.asset,
        "symbol": symbol_of(lot.asset, assets),
        "wallet": lot.wallet,
        "acquired": iso(lot.acquired),
        "quantity": quantity_text(lot.asset, lot.quantity, assets),
        "raw": str(lot.quantity),
        "cost": money_text(lot.cost),
        "strategy": lot.strategy,
        "entry": lot.entry,
    }


def disposal_row(disposal: Disposal, assets: Assets) -> Row:
    """Units of one lot given up."""
    return {
        "id": disposal.id,
        "entry": disposal.entry,
        "kind": disposal.kind,
        "asset": disposal.asset,
        "symbol": symbol_of(disposal.asset, assets),
        "wallet": disposal.wallet,
        "quantity": quantity_text(disposal.asset, disposal.quantity, assets),
        "raw": str(disposal.quantity),
        "lot": disposal.lot or None,
        "acquired": None if disposal.acquired is None else iso(disposal.acquired),
        "disposed": iso(disposal.disposed),
        "proceeds": money_text(disposal.proceeds),
        "cost": money_text(disposal.cost),
        "gain": money_text(disposal.gain),
        "strategy": disposal.strategy,
    }


def nav_row(point: NavPoint) -> Row:
    """Net asset value at a valuation time."""
    return {
        "time": iso(point.time),
        "currency": point.currency,
        "nav": money_text(point.value),
        "flows": money_text(point.flows),
        "growth": None if point.growth is None else plain_text(point.growth),
        "unpriced": point.unpriced,
    }


def result_row(result: StrategyResult) -> Row:
    """Profit and loss of a strategy, each cost on its own."""
    money = ("realised", "income", "unrealised", "gas", "tips", "failed", "fees", "net")
    counted = {"trades": result.trades, "wins": result.wins, "unknown": result.unknown}
    amounts = {name: money_text(getattr(result, name)) for name in money}
    return {"strategy": result.strategy} | amounts | counted


def break_row(item: Break, assets: Assets) -> Row:
    """A balance on which the ledger and the outside disagree."""
    return {
        "wallet": item.wallet,
        "asset": item.asset,
        "ledger": quantity_text(item.asset, item.ledger, assets),
        "observed": quantity_text(item.asset, item.observed, assets),
        "difference": quantity_text(item.asset, item.difference, assets),
        "block": item.block,
        "source": item.source,
    }


def wallet_row(wallet: Wallet) -> Row:
    """A wallet of the fund."""
    return {
        "id": wallet.id,
        "network": wallet.network,
        "address": wallet.address,
        "label": wallet.label,
        "strategy": wallet.strategy,
    }


def trial_balance_rows(totals: Iterable[Total], assets: Assets) -> list[Row]:
    """For each asset the debit and the credit balances of all accounts; they must be the same."""
    debits: dict[AssetId, int] = {}
    credits_: dict[AssetId, int] = {}
    for _, asset, quantity in totals:
        side = debits if quantity > 0 else credits_
        side[asset] = side.get(asset, 0) + quantity
    return [
        {
            "asset": asset,
            "symbol": symbol_of(asset, assets),
            "debit": quantity_text(asset, debits.get(asset, 0), assets),
            "credit": quantity_text(asset, -credits_.get(asset, 0), assets),
            "difference": str(debits.get(asset, 0) + credits_.get(asset, 0)),
        }
        for asset in sorted(debits.keys() | credits_.keys())
    ]


#: Gains that the United States treat apart, as a year has them.
_APART: Final = ("ordinary", "section_481", "section_1256")


def tax_line_row(line: TaxLine, assets: Assets) -> Row:
    """A matched lot, pool or rule."""
    return {
        "asset": short_asset(line.asset),
        "quantity": quantity_text(line.asset, line.quantity, assets),
        "acquired": None if line.acquired is None else iso(line.acquired),
        "disposed": iso(line.disposed),
        "proceeds": money_text(line.proceeds),
        "cost": money_text(line.cost),
        "fees": money_text(line.fees),
        "gain": money_text(line.gain),
        "denied": money_text(line.denied),
        "term": line.term,
        "rule": line.rule,
        "kind": line.kind,
        "wallet": line.wallet,
        "lot": line.lot or None,
        "source": line.source,
        "version": line.version,
        **({} if line.character == "capital" else {"character": line.character}),
        **({"indexation": money_text(line.indexation)} if line.indexation else {}),
    }


def tax_income_row(line: IncomeLine, assets: Assets) -> Row:
    """Income with its value when it came."""
    return {
        "asset": short_asset(line.asset),
        "quantity": quantity_text(line.asset, line.quantity, assets),
        "time": iso(line.time),
        "value": money_text(line.value),
        "kind": line.kind,
        "source": line.source,
    }


def tax_row(found: TaxYear, assets: Assets) -> Row:
    """An assessment in the shape of the public contract."""
    return {
        "regime": found.regime,
        "year": found.year,
        "method": found.method,
        "currency": found.currency,
        "disposals": [tax_line_row(line, assets) for line in found.lines],
        "income": [tax_income_row(line, assets) for line in found.income],
        "totals": {
            "short": money_text(found.short),
            "long": money_text(found.long),
            "income": money_text(found.income_total),
            "taxable": money_text(found.taxable),
            **{name: money_text(apart) for name in _APART if (apart := getattr(found, name))},
        },
        "settings": dict(found.settings),
        "problems": [problem_row(problem) for problem in found.problems],
    }
