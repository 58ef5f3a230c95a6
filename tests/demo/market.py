"""A seed goes in; daily prices of the coins come out, mean-reverting around a monthly course."""

import math
from datetime import UTC, datetime
from random import Random

from tests.demo.schedule import DAY, instant

SEED = 20250901
START = instant("2025-09-01")
END = instant("2026-11-01")
#: First price, noise a day, and the return of each of the 14 months in hundredths.
COURSES = {
    "ETH": (4400.0, 0.017, (4, 5, -11, 6, 5, 4, 7, -9, 6, 3, 5, 4, 6, 3)),
    "BTC": (108_300.0, 0.013, (3, 4, -8, 5, 3, 3, 6, -7, 4, 2, 4, 2, 5, 2)),
    "POL": (0.272, 0.026, (2, -4, -12, 9, 4, -3, 8, -10, 7, 2, 4, -2, 5, 1)),
    "BNB": (861.0, 0.016, (5, 6, -9, 4, 3, 5, 4, -8, 5, 1, 4, 3, 4, 2)),
}
#: The days on which the stablecoin DUSD lost its peg.
DEPEG = {"2026-03-12": 0.9048, "2026-03-13": 0.8871, "2026-03-14": 0.9764, "2026-03-15": 0.9957}


class Market:
    """Daily prices at 00:00Z of every coin from START to END; between them the course is smooth."""

    def __init__(self) -> None:
        self.daily: dict[str, list[float]] = {}
        common = _noise(Random(f"{SEED}/common"))
        for symbol, (first, noise, months) in COURSES.items():
            own = _noise(Random(f"{SEED}/{symbol}"))
            mixed = [0.8 * a + 0.6 * b for a, b in zip(common, own, strict=True)]
            self.daily[symbol] = _course(first, noise, months, mixed, places=2 if first > 1 else 5)
        for symbol, spread in (("USDC", 0.0002), ("USDT", 0.0004), ("DUSD", 0.0008)):
            rng = Random(f"{SEED}/{symbol}")
            self.daily[symbol] = [round(1 + rng.uniform(-spread, spread), 5) for _ in common]
        for day, price in DEPEG.items():
            self.daily["DUSD"][(instant(day) - START) // DAY] = price
        rng = Random(f"{SEED}/stETH")
        self.daily["stETH"] = [
            round(price * (1 - rng.uniform(0, 0.0012)), 2) for price in self.daily["ETH"]
        ]

    def price(self, symbol: str, time: int) -> float:
        """The price in US dollars at a moment, between the quotes of its day and the next."""
        day, rest = divmod(time - START, DAY)
        known = self.daily[symbol]
        if day < 0 or day + 1 >= len(known):
            return known[max(0, min(day, len(known) - 1))]
        share = rest / DAY
        return math.exp((1 - share) * math.log(known[day]) + share * math.log(known[day + 1]))

    def quoted(self, symbol: str, time: int) -> float:
        """The newest daily quote at or before a moment."""
        return self.daily[symbol][max(0, (time - START) // DAY)]


def _noise(rng: Random) -> list[float]:
    return [rng.gauss(0, 1) for _ in range((END - START) // DAY + 1)]


def _course(
    first: float, noise: float, months: tuple[int, ...], steps: list[float], places: int
) -> list[float]:
    """Prices that end each month at its return, by a bridge of noise within the month."""
    lengths = _month_lengths()
    prices, level, day = [first], math.log(first), 0
    for length, percent in zip(lengths, months, strict=True):
        drift = math.log(1 + percent / 100)
        walk = [0.0]
        for _ in range(length):
            day += 1
            walk.append(0.9 * walk[-1] + noise * steps[day])
        for n in range(1, length + 1):
            bridged = walk[n] - walk[-1] * n / length
            prices.append(math.exp(level + drift * n / length + bridged))
        level += drift
    return [round(price, places) for price in prices]


def _month_lengths() -> list[int]:
    """The days of each month from START to END."""
    lengths: list[int] = []
    month = 0
    for time in range(START, END, DAY):
        now = datetime.fromtimestamp(time, UTC).month
        if now != month:
            lengths.append(0)
            month = now
        lengths[-1] += 1
    return lengths
