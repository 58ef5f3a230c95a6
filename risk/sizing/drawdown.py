"""How far wealth may ever fall → the fraction of full Kelly that keeps to it.

Under continuous Kelly with a fraction c of f*, wealth ever falls to the share x of what it was with
probability x^(2/c − 1) (Thorp 2006): returns that are normal and independent, a ratio that is
known and stays, a stake that follows wealth at every moment. Trades with gaps fall further.
"""

from math import isinf, log
from typing import Final

from risk.model import KellySize, Measure, Sizing

METHOD: Final = "drawdown"
_FORMULA: Final = "c = 2/(1 + ln p/ln x): P(wealth ever falls to x) = x^(2/c − 1), continuous Kelly"


def chance_of_falling(part: float, level: float) -> float:
    """x^(2/c − 1): how likely wealth ever falls to the share `level` at `part` of full Kelly.

    From twice full Kelly on wealth is lost for certain.
    """
    assert part > 0 and 0 < level < 1, "a part above zero, a level between 0 and 1"
    return float(min(1.0, level ** (2 / part - 1)))


def part_for(level: float, chance: float) -> float:
    """The largest part of full Kelly at which that is no likelier than `chance`, at most one."""
    assert 0 < level < 1 and 0 < chance < 1, "a level and a chance lie between 0 and 1"
    return min(1.0, 2 / (1 + log(chance) / log(level)))


def _if_full(fraction: float, full: float, level: float) -> float:
    """The chance where the full fraction is another one: certain where it is not above zero."""
    if isinf(full):
        return 0.0 if full > 0 else 1.0
    return chance_of_falling(fraction / full, level) if full > 0 else 1.0


def capped(size: KellySize, level: float, chance: float) -> Sizing:
    """A Kelly size that a drawdown caps: the least of what is suggested and c × full."""
    part = part_for(level, chance)
    told = (("level", f"{level:g}"), ("chance", f"{chance:g}"))
    known = size.suggested is not None and size.full is not None
    fraction = None
    if size.suggested is not None and size.full is not None:
        fraction = max(0.0, min(size.suggested, part * size.full))
    band: tuple[tuple[str, str], ...] = told
    if size.low is not None and size.high is not None and size.full is not None:
        ends = [max(0.0, min(end, part * size.full)) for end in (size.low, size.high)]
        band = (*told, ("5th percentile", f"{ends[0]:.6g}"), ("95th percentile", f"{ends[1]:.6g}"))
    used, likely = None, band[:2]
    if fraction and size.full:
        used = chance_of_falling(fraction / size.full, level)
        if size.full_low is not None and size.full_high is not None:
            least, most = (
                _if_full(fraction, end, level) for end in (size.full_high, size.full_low)
            )
            ends_of = (("5th percentile", f"{least:.6g}"), ("95th percentile", f"{most:.6g}"))
            likely = (*told, *ends_of)
    return Sizing(
        size.strategy,
        METHOD,
        (
            Measure("kelly_part", part, "fraction", _FORMULA, size.trades, told),
            Measure(
                "fraction",
                fraction,
                "fraction",
                "the least of the suggested Kelly fraction and c times the full one, of NAV",
                size.trades,
                band,
                reason="" if known else size.reason,
            ),
            Measure(
                "chance_of_falling",
                used,
                "fraction",
                "x^(2/c − 1) at that fraction over the full one; the band: over those of resamples",
                size.trades,
                likely,
                reason="" if used is not None else size.reason or "nothing is staked",
            ),
        ),
        size.entries,
    )
