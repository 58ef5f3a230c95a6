"""Books and an allocation → the trades that lead there, with gas, band and the effect on tax."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import strategy_holdings
from api.allocating import Known
from api.jobs.tax import Assessment, Question
from api.strategy_holdings import Holding
from ledger.books import Books
from ledger.model.filing import LotPlan
from ledger.tax.history.words import BadSetting
from ledger.tax.trial import Rates, Trade, Trial, what_if
from risk.model import Allocation
from risk.rebalancing import Move, Prices, rebalancing

#: A part of a holding is a whole number of these.
_PARTS: Final = 10**12


@dataclass(frozen=True, slots=True)
class TaxEffect:
    """What the sales behind a trade would realise, in 10⁻¹⁸ of `currency`; None with a reason.

    `tax` is None where no rate was stated. `sold` are the holdings and units that were tried.
    """

    currency: str
    gain: int | None
    tax: int | None
    reason: str = ""
    sold: tuple[tuple[Holding, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rebalance:
    """The list: each move with its effect on tax by `regime`; without moves there is a reason."""

    nav: float
    time: datetime | None
    regime: str
    allocation: Allocation
    moves: tuple[tuple[Move, TaxEffect], ...]
    unpriced: tuple[tuple[str, int], ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Taxed:
    """By what the sales are tried: a regime, plans of lots, rates that were stated."""

    regime: str
    plans: Sequence[LotPlan]
    rates: Rates


def rebalance(
    books: Books,
    known: Known,
    allocation: Allocation,
    prices: Prices,
    taxed: Taxed,
) -> Rebalance:
    """The trades from what strategies hold to an allocation.

    A part of a strategy is sold as the same part of each of its holdings.
    """
    time, nav, unpriced = known.time, known.nav or 0.0, tuple(sorted(known.unpriced.items()))
    reason = ""
    if time is None or nav <= 0:
        reason = "the net asset value is not above zero: there is nothing to divide"
    elif not allocation.weights:
        reason = f"nothing is allocated: {allocation.fallback}"
    if reason or time is None:
        return Rebalance(nav, time, taxed.regime, allocation, (), unpriced, reason)
    held = {name: weight * nav for name, weight in (known.current or {}).items()}
    fees = strategy_holdings.fees(books.entries)
    moves = rebalancing(held, nav, allocation, known.series, fees, prices)
    owned = strategy_holdings.holdings(books, time)
    try:
        assessment = Assessment(books, Question(taxed.regime), taxed.plans)
    except BadSetting as fault:
        effects = [TaxEffect("", None, None, str(fault)) for _ in moves]
    else:
        effects = [_effect(move, held, owned, assessment, taxed.rates, time) for move in moves]
    listed = tuple(zip(moves, effects, strict=True))
    return Rebalance(nav, time, taxed.regime, allocation, listed, unpriced)


def _effect(
    move: Move,
    held: dict[str, float],
    owned: Sequence[Holding],
    assessment: Assessment,
    rates: Rates,
    time: datetime,
) -> TaxEffect:
    code = assessment.journal.base
    if not move.trade or move.amount >= 0:
        return TaxEffect(code, None, None, "nothing is sold")
    own = [one for one in owned if one.strategy == move.strategy]
    if not own:
        return TaxEffect(code, None, None, "the strategy holds no lots: what is sold is not known")
    if any(one.value is None for one in own):
        return TaxEffect(code, None, None, "a holding of the strategy has no price")
    part = round(min(1.0, -move.amount / held[move.strategy]) * _PARTS)
    trials: list[Trial] = []
    sold = []
    for one in own:
        quantity = one.quantity * part // _PARTS
        worth = (one.value or 0) * part // _PARTS
        if quantity <= 0 or worth <= 0:
            continue
        trade = Trade(one.asset, one.wallet, quantity, worth, time)
        method = assessment.settings.method
        trials.append(
            what_if(assessment.journal, assessment.settings, assessment.rules, trade, rates, method)
        )
        sold.append((one, quantity))
    if not trials:
        return TaxEffect(code, None, None, "what is sold is less than one unit")
    if any(line.line.gain is None for trial in trials for line in trial.lines):
        why = "a lot has no known basis, or the sale meets a problem"
        return TaxEffect(trials[0].currency, None, None, why, tuple(sold))
    taxes = [trial.tax for trial in trials]
    due = sum(tax for tax in taxes if tax is not None)
    return TaxEffect(
        trials[0].currency,
        sum(trial.short + trial.long for trial in trials),
        None if None in taxes else due,
        "" if None not in taxes else "no rate was stated for a term",
        tuple(sold),
    )
