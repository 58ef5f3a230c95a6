"""Books and an allocation → the trades that lead there, with gas, band and the effect on tax."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import strategy_holdings
from api.allocating import Known
from api.jobs.tax import Assessment, Question
from api.jobs.tax_record import Record
from api.strategy_holdings import Holding
from ledger.books import Books
from ledger.tax.history.words import BadSetting
from ledger.tax.trial import Rates, Realised, Trade, realised, tax_of
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
    """The list: each move with its effect on tax by `regime`.

    `reason` says why there is no move, or what the moves that are traded leave open.

    `divided` is what the weights are of, in whole units: the net asset value less what strategies
    hold that are left alone, of which `known.capital` says why.
    """

    known: Known
    divided: float
    regime: str
    allocation: Allocation
    moves: tuple[tuple[Move, TaxEffect], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Taxed:
    """By what the sales are tried: a regime, what the fund said of lots, rates that were stated."""

    regime: str
    record: Record
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
    time, nav = known.time, known.nav or 0.0
    reason = ""
    if time is None or nav <= 0:
        reason = "the value that could be divided is not above zero"
    elif not allocation.weights:
        reason = f"nothing is allocated: {allocation.fallback}"
    if reason or time is None:
        return Rebalance(known, nav, taxed.regime, allocation, reason=reason)
    held = {name: weight * nav for name, weight in (known.current or {}).items()}
    fees = strategy_holdings.fees(books.entries)
    moves = rebalancing(held, nav, allocation, known.series, fees, prices)
    effects = _effects(books, moves, held, taxed, time)
    listed = tuple(zip(moves, effects, strict=True))
    said = "; ".join(one for one in (_unfunded(moves), _remainder(known, nav)) if one)
    return Rebalance(known, nav, taxed.regime, allocation, listed, said)


def _unfunded(moves: Sequence[Move]) -> str:
    """How far the trades to be made are from levelling out: a band or idle money leaves a rest."""
    open_sum = sum(move.amount for move in moves if move.trade)
    if not any(move.trade for move in moves) or abs(open_sum) < 1:
        return ""
    way = (
        "put in {} more than they take out" if open_sum > 0 else "take out {} more than they put in"
    )
    return "the trades to be made " + way.format(f"{abs(open_sum):.2f}")


def _remainder(known: Known, nav: float) -> str:
    """What of the money that is divided stands in no strategy: the weights of now sum to less."""
    rest = {} if known.capital is None else known.capital.rest
    if not rest:
        return ""
    named = ", ".join(f"{name} {value:.2f}" for name, value in rest.items())
    total = sum(rest.values())
    return f"{total:.2f} ({total / nav:.2%}) of what is divided stands in no strategy: {named}"


def _effects(
    books: Books, moves: Sequence[Move], held: Mapping[str, float], taxed: Taxed, time: datetime
) -> list[TaxEffect]:
    """What the sales behind the moves would realise, tried together in the order of the moves."""
    owned = strategy_holdings.holdings(books, time)
    sales = [_sales(move, held, owned) for move in moves]
    trades = [
        Trade(one.asset, one.wallet, quantity, worth, time)
        for sold, _ in sales
        for one, quantity, worth in sold
    ]
    try:
        assessment = Assessment(books, Question(taxed.regime), taxed.record)
    except BadSetting as fault:
        return [TaxEffect("", None, None, str(fault)) for _ in moves]
    # what is sold takes the lots that were named in time, whatever method the fund is of
    settings = (assessment.recorded_at(time) or assessment).settings
    found = iter(realised(assessment.journal, settings, assessment.rules, trades, settings.method))
    code = assessment.journal.base
    return [
        _effect([(one, quantity, next(found)) for one, quantity, _ in sold], taxed.rates)
        if sold
        else TaxEffect(code, None, None, reason)
        for sold, reason in sales
    ]


Sale = tuple[Holding, int, int]


def _sales(
    move: Move, held: Mapping[str, float], owned: Sequence[Holding]
) -> tuple[list[Sale], str]:
    """The units and worth of each holding that a move sells; without any there is a reason."""
    if not move.trade or move.amount >= 0:
        return [], "nothing is sold"
    own = [one for one in owned if one.strategy == move.strategy]
    if not own:
        return [], "its wallets hold nothing but money of the base currency: nothing is sold"
    if any(one.value is None for one in own):
        return [], "a holding of the strategy has no price"
    part = round(min(1.0, -move.amount / held[move.strategy]) * _PARTS)
    sold = [(one, one.quantity * part // _PARTS, (one.value or 0) * part // _PARTS) for one in own]
    kept = [sale for sale in sold if sale[1] > 0 and sale[2] > 0]
    return kept, "" if kept else "what is sold is less than one unit"


def _effect(sold: Sequence[tuple[Holding, int, Realised]], rates: Rates) -> TaxEffect:
    units = tuple((holding, quantity) for holding, quantity, _ in sold)
    currency = sold[0][2].currency
    lines = [line for _, _, sale in sold for line in sale.lines]
    if any(sale.problems for _, _, sale in sold) or any(line.gain is None for line in lines):
        why = "a lot has no known basis, or the sale meets a problem"
        return TaxEffect(currency, None, None, why, units)
    gains = [(line.term, line.gain) for line in lines if line.gain is not None]
    tax = tax_of(gains, rates)
    reason = "" if tax is not None else "no rate was stated for a term"
    return TaxEffect(currency, sum(gain for _, gain in gains), tax, reason, units)
