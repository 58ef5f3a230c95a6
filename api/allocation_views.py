"""Weights, walks forward and lists of trades of a fund → rows of plain texts."""

from api.allocating import Known
from api.jobs.rebalance import Rebalance, TaxEffect
from api.risk_views import Row, allocation_row, figure_text, measure_row
from api.views import money_text, short_asset
from ledger.model.activity import iso
from reports.names import Assets, quantity_text
from risk.model import Allocation
from risk.own_capital import OwnCapital
from risk.rebalancing import Move
from risk.walk_forward import Outcome, Rebalanced, WalkForward


def weights_row(found: Allocation, known: Known) -> Row:
    """Weights, and of a fund's strategies the capital that they are shares of."""
    return allocation_row(found) | _of_capital(known)


def walked_row(found: WalkForward, known: Known) -> Row:
    """A walk, and of a fund's strategies the capital that its weights are shares of."""
    return walk_row(found) | _of_capital(known)


def _of_capital(known: Known) -> Row:
    row = capital_row(known)
    return {} if row is None else {"capital": row}


def capital_row(known: Known) -> Row | None:
    """What each strategy has of its own, what is divided, what stands in none; None for a file."""
    capital = known.capital
    if capital is None:
        return None
    current, rest = known.current or {}, capital.rest
    days = known.series[0].days if known.series else ()
    return {
        "nav": figure_text(capital.nav),
        "divided": figure_text(known.nav),
        "held": figure_text(sum(current.values())),
        "time": None if capital.time is None else iso(capital.time),
        "least": figure_text(capital.least),
        "days": len(days),
        "from": days[0].isoformat() if days else None,
        "to": days[-1].isoformat() if days else None,
        "strategies": [
            _own_row(one, capital.nav, current.get(one.name)) for one in capital.strategies
        ],
        "rest": [{"name": name, "value": figure_text(value)} for name, value in rest.items()],
        "reason": known.reason,
    }


def _own_row(one: OwnCapital, nav: float, current: float | None) -> Row:
    days = one.returns.days
    known = one.value is not None and nav > 0
    return {
        "name": one.name,
        "value": figure_text(one.value),
        "share": figure_text((one.value or 0.0) / nav) if known else None,
        "current": figure_text(current),
        "weighed": not one.reason,
        "days": len(days),
        "from": days[0].isoformat() if days else None,
        "to": days[-1].isoformat() if days else None,
        "days_short": one.short,
        "days_unpriced": one.dark,
        "days_without": one.bare,
        "unpriced": one.unpriced,
        "reason": one.reason,
    }


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
        "time": None if found.known.time is None else iso(found.known.time),
        "regime": found.regime,
        "reason": found.reason,
        "allocation": allocation_row(found.allocation),
        "capital": capital_row(found.known),
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
