"""Walks forward and lists of trades → rows of plain texts."""

from api.jobs.rebalance import Rebalance, TaxEffect
from api.risk_views import Row, allocation_row, figure_text, measure_row
from api.views import money_text, short_asset
from ledger.model.activity import iso
from reports.names import Assets, quantity_text
from risk.rebalancing import Move
from risk.walk_forward import Outcome, Rebalanced, WalkForward


def walk_row(found: WalkForward) -> Row:
    """Each model out of sample beside equal weight, which is the first."""
    return {
        "definition": found.definition,
        "parameters": dict(found.parameters),
        "tried": found.tried,
        "reason": found.reason,
        "outcomes": [_outcome(one) for one in found.outcomes],
    }


def _outcome(outcome: Outcome) -> Row:
    days = outcome.returns.days
    return {
        "model": outcome.model,
        "from": days[0].isoformat(),
        "to": days[-1].isoformat(),
        "fallbacks": outcome.fallbacks,
        "measures": [measure_row(measure) for measure in outcome.measures],
        "rebalanced": [_rebalanced(one) for one in outcome.rebalanced],
    }


def _rebalanced(one: Rebalanced) -> Row:
    return {
        "day": one.day.isoformat(),
        "learned_until": one.learned_until.isoformat(),
        "weights": [
            {"name": name, "weight": figure_text(weight), "error": None}
            for name, weight in one.weights
        ],
        "cash": figure_text(one.cash),
        "turnover": figure_text(one.turnover),
        "note": one.note,
    }


def rebalance_row(found: Rebalance, assets: Assets) -> Row:
    """The trades that lead from what is held to an allocation."""
    return {
        "divided": figure_text(found.divided),
        "time": None if found.time is None else iso(found.time),
        "regime": found.regime,
        "reason": found.reason,
        "allocation": allocation_row(found.allocation),
        "apart": [{"name": name, "value": figure_text(value)} for name, value in found.apart],
        "unpriced": [{"name": name, "holdings": count} for name, count in found.unpriced],
        "moves": [_move(move, effect, assets) for move, effect in found.moves],
    }


def _move(move: Move, effect: TaxEffect, assets: Assets) -> Row:
    measures = {measure.name: measure_row(measure) for measure in move.measures}
    return {
        "strategy": move.strategy,
        "current": figure_text(move.current),
        "target": figure_text(move.target),
        "amount": figure_text(move.amount),
        "trade": move.trade,
        "reason": move.reason,
        **measures,
        "tax": {
            "currency": effect.currency,
            "gain": money_text(effect.gain),
            "tax": money_text(effect.tax),
            "reason": effect.reason,
            "sold": [
                {
                    "asset": short_asset(holding.asset),
                    "wallet": holding.wallet,
                    "quantity": quantity_text(holding.asset, quantity, assets),
                }
                for holding, quantity in effect.sold
            ],
        },
    }
