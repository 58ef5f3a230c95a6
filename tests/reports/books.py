"""A small fund's computed figures, made by hand: what the reports are tested with."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ledger.model.amount import CONTEXT, MONEY_ONE, parse_decimal
from ledger.model.asset import Asset, AssetId, erc20, native
from ledger.model.entry import Account, Entry, Posting
from ledger.model.event import Event, EventFee, Leg, Unexplained
from ledger.model.fund import Fund, Wallet, WalletId
from ledger.model.lot import Disposal
from ledger.model.position import (
    Break,
    Mark,
    NavPoint,
    Position,
    Quote,
    StrategyResult,
)
from ledger.model.problem import Problem
from ledger.model.tax import TaxLine, TaxYear
from reports.model import Coverage, ExportFigures, MonthlyFigures
from risk.model import (
    Allocation,
    Correlation,
    Drawdown,
    KellySize,
    Measure,
    ReturnSeries,
    RiskReport,
)

ETH = native("eip155:1")
USDC = erc20("eip155:1", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48")
WSTETH = erc20("eip155:1", "0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0")
ARB_ETH = native("eip155:42161")
DEBT = erc20("eip155:42161", "0xf611aeb5013fd2c0511c9cd55c7dc5c1140741a6")
MEME = erc20("eip155:8453", "0x00000000000000000000000000000000000000aa")
BTC = AssetId("symbol:BTC")
ASSETS = {
    asset.id: asset
    for asset in (
        Asset(ETH, "ETH", 18, "native"),
        Asset(ARB_ETH, "ETH", 18, "native"),
        Asset(USDC, "USDC", 6),
        Asset(WSTETH, "wstETH", 18),
        Asset(DEBT, "variableDebtWETH", 18, "debt", ARB_ETH),
        Asset(MEME, "\U0001f436INU", 9),
        Asset(BTC, "BTC", 18, "symbol"),
    )
}
DESK = Wallet("eip155:1", "0x" + "a1" * 20, "desk", "cross-dex arbitrage")
ARBITRUM = Wallet("eip155:42161", "0x" + "b2" * 20, "arbitrum desk")
BASE = Wallet("eip155:8453", "0x" + "c3" * 20, "sniper", "new-token sniping")
KRAKEN = Wallet("venue:kraken", "main", "Kraken main")
WALLETS = {wallet.id: wallet for wallet in (DESK, ARBITRUM, BASE, KRAKEN)}
FUND = Fund("Meridian Chain Arbitrage", "USD", "us")
DIGEST = "5f2c8a1e" * 8
END = datetime(2026, 11, 1, tzinfo=UTC)

ORDER = (1, "eip155:1", 20, 3, "eip155:1/tx:0x01")
BOUGHT = datetime(2025, 3, 1, 23, 59, 59, 250_000, tzinfo=UTC)
SOLD = datetime(2025, 6, 30, 12, tzinfo=UTC)


def whole(text: str) -> int:
    """Money of a plain text in 10⁻¹⁸."""
    return int(CONTEXT.scaleb(parse_decimal(text), 18))


def entry(name: str = "eip155:1/tx:0x01#0", note: str = "", order=ORDER) -> Entry:
    """Half an ether sold for 1,500.000001 USDC, with the other sides in trading."""
    own, other = Account("asset", DESK.id, DESK.id), Account("trading", "conversion")
    half, price = 5 * 10**17, 1_500_000_001
    return Entry(
        name,
        "swap",
        SOLD,
        order,
        (
            Posting(own, ETH, -half, "dispose", -whole("1500.000001")),
            Posting(other, ETH, half, "none", whole("1500.000001")),
            Posting(own, USDC, price, "acquire", None),
            Posting(other, USDC, -price, "none", None),
        ),
        strategy="cross-dex arbitrage",
        txid="0x01",
        network="eip155:1",
        note=note,
    )


def event(name: str = "eip155:1/tx:0x01#0", note: str = "", order=ORDER) -> Event:
    """The same sale as an event with its network fee."""
    legs = (Leg(DESK.id, ETH, -5 * 10**17, "0xpool"), Leg(DESK.id, USDC, 1_500_000_001, "0xpool"))
    return Event(
        name,
        "swap",
        SOLD,
        order,
        "eip155:1",
        "0x01",
        ("eip155:1/tx:0x01",),
        legs,
        EventFee(DESK.id, ETH, 21_000 * 10**9),
        note=note,
    )


def disposal(name: str = "d1", cost: int | None = 10**21, order=ORDER) -> Disposal:
    """Half an ether of a lot given up, its cost 1,000."""
    return Disposal(
        name,
        "eip155:1/tx:0x01#0",
        ETH,
        DESK.id,
        5 * 10**17,
        "lot-1" if cost is not None else "",
        BOUGHT if cost is not None else None,
        SOLD,
        order,
        whole("1500.000001"),
        cost,
        "swap",
    )


def quote(asset: AssetId, price: str, source: str = "prices.csv") -> Quote:
    """A price in dollars at the month's end."""
    return Quote(asset, END, parse_decimal(price), "USD", source)


def mark(wallet: Wallet, asset: AssetId, quantity: int, price: str | None, **more) -> Mark:
    """A position valued at a price, or without one."""
    liability = more.get("liability", False)
    position = Position(wallet.id, asset, quantity, liability)
    if price is None:
        return Mark(position, None, None)
    value = quantity * whole(price) // 10 ** ASSETS[asset].decimals
    source = more.get("source", "prices.csv")
    return Mark(position, quote(asset, price, source), -value if liability else value)


def marks(nav_value: int | None = None) -> tuple[Mark, ...]:
    """Holdings on three networks and an exchange, a debt, a spam-like token without a price.

    With `nav_value` the dollars held make up the rest of it.
    """
    others = _marks_but_dollars()
    dollars = 3_412_889_120_000
    if nav_value is not None:
        dollars = (nav_value - sum(each.value or 0 for each in others)) // 10**12
    return (mark(DESK, USDC, dollars, "1"), *others)


def _marks_but_dollars() -> tuple[Mark, ...]:
    return (
        mark(DESK, ETH, 412_300_000_000_000_000_000, "3841.27", source="implied:eip155:1/tx:0x9#0"),
        mark(DESK, WSTETH, 210_000_000_000_000_000_000, "4602.113"),
        mark(ARBITRUM, ARB_ETH, 118_204_000_000_000_000_000, "3841.27"),
        mark(ARBITRUM, DEBT, 95_000_000_000_000_000_000, "3841.27", liability=True),
        mark(KRAKEN, BTC, 7_250_000_000_000_000_000, "104250.5", source="kraken"),
        mark(BASE, MEME, 41_230_000_000_000_000_000_000, None),
    )


def line(**changes) -> TaxLine:
    """Half an ether: proceeds 1,500.005, cost 1,000.015, fees 2, held for four months."""
    fields: dict[str, Any] = {
        "asset": ETH,
        "quantity": 5 * 10**17,
        "acquired": BOUGHT,
        "disposed": SOLD,
        "proceeds": whole("1500.005"),
        "cost": whole("1000.015"),
        "fees": whole("2"),
        "gain": whole("497.99"),
        "term": "short",
        "rule": "fifo",
        "wallet": DESK.id,
        "lot": "lot-1",
        "source": "eip155:1/tx:0x01#0",
    }
    return TaxLine(**(fields | changes))


def tax_year(*lines: TaxLine, year: int = 2025, currency: str = "USD") -> TaxYear:
    """A year of these lines."""
    return TaxYear("us", year, "fifo", currency, lines, (), 0, 0, 0)


def export_figures(**changes) -> ExportFigures:
    """One sale, one disposal, the month's marks and a tax year of one line."""
    fields: dict[str, Any] = {
        "fund": FUND,
        "entries": (entry(),),
        "events": (event(),),
        "marks": marks(),
        "disposals": (disposal(),),
        "tax": tax_year(line()),
        "assets": ASSETS,
        "wallets": WALLETS,
    }
    return ExportFigures(**(fields | changes))


STRATEGIES = (
    "flash-loan arbitrage",
    "cross-dex arbitrage",
    "sandwich and back-run",
    "liquidation",
    "just-in-time liquidity",
    "statistical arbitrage",
    "bridge arbitrage",
    "new-token sniping",
    "staking and lending yield",
    "delta-neutral hedge",
)


def result(strategy: str, scale: int, seed: int) -> StrategyResult:
    """A strategy's result with every part, in proportion to `scale`."""
    unit = scale * MONEY_ONE // 7
    trades = 40 + seed * 13
    return StrategyResult(
        strategy,
        unit * (-2 if strategy == "new-token sniping" else seed + 2),
        unit if seed > 7 else unit // 40,
        (3 - seed % 5) * unit // 3,
        unit // 6,
        unit // 9 if seed < 3 else 0,
        unit // 21,
        unit // 31 if seed == 0 else unit // 400,
        trades,
        trades * (5 + seed % 4) // 10,
        2 if seed == 7 else 0,
    )


def results(scale: int) -> tuple[StrategyResult, ...]:
    """A result a strategy; the sniper loses."""
    return tuple(result(name, scale, seed) for seed, name in enumerate(STRATEGIES))


def nav(net: int = 0) -> tuple[NavPoint, ...]:
    """Daily points from 2025-09-01 to the end of October 2026, with a contribution in April."""
    start, value, state, points = datetime(2025, 9, 2, tzinfo=UTC), 4_000_000 * MONEY_ONE, 7, []
    points.append(NavPoint(start, "USD", value, value))
    day = start + timedelta(days=1)
    while day <= END:
        state = state * 1_103_515_245 + 12_345 & 0x7FFFFFFF
        step = (state >> 8) % 1_900 - 860
        if day.month == 1:
            step -= 350
        growth = CONTEXT.divide(
            CONTEXT.create_decimal(100_000 + step), CONTEXT.create_decimal(10**5)
        )
        flows = 750_000 * MONEY_ONE if (day.year, day.month, day.day) == (2026, 4, 10) else 0
        value = value * (100_000 + step) // 100_000 // 10**12 * 10**12 + flows
        points.append(NavPoint(day, "USD", value, flows, growth))
        day += timedelta(days=1)
    return tuple(points)


def risk(points: tuple[NavPoint, ...]) -> RiskReport:
    """A risk report with measures, one of them unknown, and everything else that there can be."""
    days = tuple((point.time - timedelta(days=1)).date() for point in points[1:])
    returns = ReturnSeries("fund", days, tuple(float(p.growth or 1) - 1 for p in points[1:]))
    count, annual = len(days), (("periods per year", "365"), ("risk-free rate", "0"))
    tail = (("confidence", "0.95"), ("horizon", "1 day"))
    measures = (
        Measure("volatility", 0.1043, "fraction", "standard deviation × √365", count, annual),
        Measure("sharpe", 2.4137, "ratio", "mean over deviation × √365", count, annual, 0.91),
        Measure("sortino", 4.021, "ratio", "mean over downside deviation × √365", count, annual),
        Measure("var_historical_95", 0.00792, "fraction", "type-7 quantile", count, tail),
        Measure("var_filtered_95", 0.00841, "fraction", "filtered by volatility", count, tail),
        Measure("es_historical_95", 0.00855, "fraction", "mean loss beyond it", count, tail),
        Measure("var_gaussian_95", 0.00811, "fraction", "normal distribution", count, tail),
        Measure("es_gaussian_95", 0.01, "fraction", "mean loss beyond it; normal", count, tail),
        Measure("var_filtered_99", None, "fraction", "EWMA λ = 0.94", 60, tail,
                reason="60 of at least 100 days"),
        Measure("max_drawdown", 0.0721, "fraction", "deepest fall from a peak", count),
        Measure("win_rate", 0.6321, "fraction", "trades won over all", 1204),
        Measure("profit_factor", None, "ratio", "wins over losses", 1204, reason="no losing trade"),
    )  # fmt: skip
    falls = (
        Drawdown(0.0721, date(2025, 12, 30), date(2026, 1, 29), date(2026, 4, 2), 93),
        Drawdown(0.0214, date(2026, 6, 2), date(2026, 6, 19), date(2026, 7, 8), 36),
        Drawdown(0.0113, date(2026, 10, 20), date(2026, 10, 28), None, 11),
    )
    names = STRATEGIES[:6]
    rows = tuple(
        tuple(
            1.0 if i == j else None if 5 in (i, j) else (-1) ** (i + j) * 0.9 / (1 + abs(i - j))
            for j in range(6)
        )
        for i in range(6)
    )
    kelly = tuple(
        KellySize(name, 40 + 13 * i, 25 + 6 * i, 0.31 - i * 0.02, 0.14 - i * 0.01, 0.05, 0.22)
        if i < 8
        else KellySize(name, 3, 3, None, None, reason="no losing trade")
        for i, name in enumerate(STRATEGIES)
    )
    weights = tuple((name, 0.19 - 0.02 * i) for i, name in enumerate(STRATEGIES))
    allocations = (
        Allocation("HRP", weights, count),
        Allocation("risk parity", tuple(reversed(weights)), count, "equal weights"),
    )
    correlation = Correlation(names, rows, count)
    return RiskReport(days[0], days[-1], returns, measures, falls, correlation, kelly, allocations)


def coverage() -> tuple[Coverage, ...]:
    """Three chains, proven to the last activity, and an exchange's file that nothing proves."""
    start, end = datetime(2025, 9, 1, 8, tzinfo=UTC), END - timedelta(hours=3)
    chains = (("ethereum", 1_804), ("arbitrum", 902), ("base", 377))
    file = Coverage("kraken.csv", start + timedelta(2), end - timedelta(2), 311, 0)
    return (*(Coverage(name, start, end, count, count) for name, count in chains), file)


def fitted(given: tuple[StrategyResult, ...], net: int) -> tuple[StrategyResult, ...]:
    """Results whose sum is `net`: what is missing is unrealised in the statistical strategy."""
    missing = net - sum(each.net for each in given)
    return tuple(
        replace(each, unrealised=each.unrealised + missing)
        if each.strategy == "statistical arbitrage"
        else each
        for each in given
    )


def gained(points: tuple[NavPoint, ...], since: datetime) -> int:
    """What the fund earned since a point, without what investors moved."""
    later = [point for point in points if point.time > since]
    opening = next(point for point in points if point.time == since)
    return later[-1].value - opening.value - sum(point.flows for point in later)


def monthly_figures(**changes) -> MonthlyFigures:
    """October 2026 of a desk with ten strategies."""
    points = nav()
    start = datetime(2026, 10, 1, tzinfo=UTC)
    unexplained = Unexplained(
        "eip155:8453/tx:0x77", start, ORDER, Leg(BASE.id, MEME, 10**12), "no rule explains it"
    )
    problems = (
        Problem("missing_price", "no quote for the token at the month's end", MEME),
        Problem("unmatched_transfer", "250 USDC left and no other side was found", "row 14",
                "kraken.csv", 14),
        Problem("in_flight", "12 ETH left ethereum and have not arrived on base", "bridge-9"),
        Problem("missing_price", "no quote for the token on 2026-10-14", MEME),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "fund": FUND,
        "month": "2026-10",
        "nav": points,
        "month_results": fitted(results(9_000), gained(points, start) - whole("41.27")),
        "year_results": fitted(results(61_000), gained(points, datetime(2026, 1, 1, tzinfo=UTC))),
        "marks": marks(points[-1].value),
        "risk": risk(points),
        "coverage": coverage(),
        "breaks": (Break(WalletId(DESK.id), USDC, 3_412_889_120_000, 3_412_639_120_000, 21_700_001,
                         "balanceOf"),),
        "problems": problems,
        "unexplained": (unexplained,),
        "suspense": whole("12804.55"),
        "assets": ASSETS,
        "wallets": WALLETS,
        "digest": DIGEST,
        "version": "0.1.0",
        "network_names": {
            "eip155:1": "Ethereum",
            "eip155:42161": "Arbitrum One",
            "eip155:8453": "Base",
        },
        "month_entries": {STRATEGIES[0]: ("eip155:1/tx:0x01#0",)},
    }  # fmt: skip
    return MonthlyFigures(**(fields | changes))
