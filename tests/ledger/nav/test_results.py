"""Profit and loss by strategy: every row means what it says, and the rows explain the whole NAV."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.lots.booking import book
from ledger.model.amount import value_of
from ledger.model.asset import Asset, AssetId
from ledger.model.fund import Policy
from ledger.model.position import Quote
from ledger.nav.positions import positions
from ledger.nav.results import UNEXPLAINED, strategy_results
from ledger.nav.series import flow
from ledger.nav.valuation import mark, net_asset_value
from ledger.prices.book import PriceBook
from tests.ledger.notation import START, asset_named, entry

DEBT = Asset(AssetId("symbol:DEBT"), "DEBT", 18, "debt", underlying=asset_named("ETH"))
MINUTE = timedelta(minutes=1)
ODD = {"ETH": 1234567890123456789, "BTC": 987654321987654321, "WETH": 1234567890123456789}


def price(asset, number):
    """An awkward price that changes every minute."""
    step = {"ETH": 3, "WETH": 3, "BTC": 5}[asset]
    return Decimal(ODD[asset]).scaleb(-16) + Decimal(number * step % 17)


BOOK = PriceBook(
    (
        Quote(asset_named(asset), START + number * MINUTE, price(asset, number), "USD", "file")
        for asset in ODD
        for number in range(100)
    ),
    {DEBT.id: DEBT},
)


def worth(asset, quantity, number):
    return value_of(quantity, 18, price(asset, number))


def results(entries, begin, end, policy=None):
    policy = policy or Policy()
    interval = (START + begin * MINUTE, START + end * MINUTE)
    booking = book(entries, policy, times=interval)
    rows = strategy_results(entries, booking.disposals, booking.snapshots, BOOK, policy, interval)
    return {row.strategy: row for row in rows}


def change_of_value(entries, begin, end):
    """NAV(end) − NAV(begin) − flows, from positions alone."""
    start, stop = START + begin * MINUTE, START + end * MINUTE
    first, last = (
        net_asset_value(mark(positions(entries, time), BOOK, time, Policy()))
        for time in (start, stop)
    )
    return last - first - sum(flow(one) for one in entries if start < one.time <= stop)


def funded(number, asset, quantity, wallet="w"):
    value = quantity if asset == "USD" else worth(asset, quantity, number)
    return entry(
        number,
        f"""asset:{wallet} {asset} {quantity} acquire = {value}
        equity:contribution {asset} -{quantity} none = -{value}""",
        kind="contribution",
    )


def swapped(number, gave, got, quantity, strategy, gas=0):
    value = worth(gave, quantity, number)
    text = f"""asset:w {gave} -{quantity} dispose = -{value}
        asset:w {got} {quantity // 2} acquire = {value}"""
    return entry(number, text + paid(number, gas), strategy=strategy)


def paid(number, gas, name="gas"):
    value = worth("ETH", gas, number)
    return (
        f"""
        asset:w ETH -{gas} dispose = -{value}
        expense:{name} ETH {gas} none = {value}"""
        if gas
        else ""
    )


def test_a_swap_realises_for_the_lot_and_rises_for_the_buyer():
    fund = funded(1, "ETH", 10**19)
    buy = swapped(2, "ETH", "BTC", 10**18, "snipe")
    rows = results([fund, buy], 1, 5)
    gain = worth("ETH", 10**18, 2) - worth("ETH", 10**18, 1)
    assert rows["unassigned"].realised == gain
    assert rows["snipe"].realised == 0
    assert rows["snipe"].unrealised == worth("BTC", 5 * 10**17, 5) - worth("ETH", 10**18, 2)
    assert rows["unassigned"].unrealised == worth("ETH", 9 * 10**18, 5) - worth(
        "ETH", 9 * 10**18, 1
    )
    assert UNEXPLAINED not in rows


def test_a_sale_by_another_strategy_moves_no_result():
    bought = worth("ETH", 10**18, 1)
    sold = worth("ETH", 10**18, 5)
    buy = entry(
        1,
        f"""asset:y ETH {10**18} acquire = {bought}
        asset:y USD -{bought} dispose = -{bought}""",
        strategy="alpha",
    )
    sale = entry(
        5,
        f"""asset:y ETH -{10**18} dispose = -{sold}
        asset:y USD {sold} acquire = {sold}""",
        strategy="yield",
    )
    before, after = results([buy], 0, 5), results([buy, sale], 0, 5)
    assert before["alpha"].unrealised == after["alpha"].realised == sold - bought
    assert before["alpha"].net == after["alpha"].net
    assert after["alpha"].unrealised == 0
    assert (after["yield"].net, after["yield"].trades) == (0, 1), "the trade is the seller's"


def test_gas_is_a_cost_of_the_entry_and_its_units_a_disposal_of_their_lot():
    fund = funded(1, "ETH", 10**19)
    failed = entry(3, paid(3, 10**16, "failed"), kind="failed", strategy="arbitrage")
    rows = results([fund, failed], 1, 3)
    row = rows["arbitrage"]
    assert row.failed == -row.net == worth("ETH", 10**16, 3)
    assert rows["unassigned"].realised == worth("ETH", 10**16, 3) - worth("ETH", 10**16, 1)
    assert (row.trades, row.wins, row.gas) == (1, 0, 0)


def test_income_and_each_cost_has_its_place():
    fund = funded(1, "ETH", 10**19)
    value = worth("ETH", 10**17, 2)
    gain = entry(
        2,
        f"""asset:w ETH {10**17} acquire = {value}
        income:trading ETH -{10**17} none = -{value}"""
        + paid(2, 10**15)
        + paid(2, 10**14, "tip")
        + paid(2, 10**13, "flash_loan"),
        strategy="arbitrage",
    )
    row = results([fund, gain], 1, 2)["arbitrage"]
    assert row.income == value
    assert (row.gas, row.tips, row.fees) == tuple(
        worth("ETH", units, 2) for units in (10**15, 10**14, 10**13)
    )
    assert (row.trades, row.wins) == (1, 1)


def test_a_debt_that_rises_is_a_loss_of_the_strategy_that_borrowed():
    value = worth("ETH", 10**18, 2)
    borrowed = entry(
        2,
        f"""liability:w DEBT {10**18} none = -{value}
        asset:w USD {value} acquire = {value}""",
        strategy="hedge",
    )
    rows = results([borrowed], 1, 5)
    assert rows["hedge"].net == value - worth("ETH", 10**18, 5)
    assert list(rows) == ["hedge"]


def owed(number, units, strategy="hedge", account="asset:w ETH"):
    """DEBT taken up (positive) or repaid, at its value, for units of ETH."""
    value = worth("ETH", units, number)
    role = "acquire" if units > 0 else "dispose"
    text = f"""liability:w DEBT {units} none = {-value}
        {account} {units} {role} = {value}"""
    return entry(number, text, kind="borrow" if units > 0 else "repay", strategy=strategy)


def test_a_short_that_is_closed_has_realised_what_the_debt_lost():
    taken, given = worth("ETH", 10**18, 5), worth("ETH", 10**18, 6)
    sale = entry(
        5,
        f"""asset:w ETH -{10**18} dispose = -{taken}
        asset:w USD {taken} acquire = {taken}""",
        strategy="hedge",
        name="e5#1",
    )
    buy = entry(
        6,
        f"""asset:w ETH {10**18} acquire = {given}
        asset:w USD -{given} dispose = -{given}""",
        strategy="hedge",
    )
    back = owed(6, -(10**18))
    rows = results([owed(5, 10**18), sale, buy, replace(back, id="e6#1")], 1, 9)
    row = rows["hedge"]
    assert given < taken, "the price fell"
    assert (row.realised, row.unrealised, row.income) == (taken - given, 0, 0)
    assert row.wins == 1
    assert list(rows) == ["hedge"]


def test_a_debt_repaid_by_another_strategy_is_the_result_of_the_one_that_took_it_up():
    fund = funded(1, "ETH", 10**19)
    rows = results([fund, owed(2, 10**18, "hedge"), owed(4, -(10**18), "yield")], 1, 5)
    assert rows["hedge"].realised == worth("ETH", 10**18, 2) - worth("ETH", 10**18, 4)
    assert "yield" not in rows or rows["yield"].net == 0


def test_units_repaid_beyond_the_debt_are_interest():
    fund, more = funded(1, "ETH", 10**19), 10**15
    back = replace(owed(2, -(10**18) - more), id="e2#1")
    rows = results([fund, owed(2, 10**18), back], 1, 2)
    assert rows["hedge"].fees == worth("ETH", more, 2)
    assert rows["hedge"].realised == rows["hedge"].income == 0


def test_a_contribution_is_nobodys_result():
    assert not results([funded(2, "USD", 10**20)], 1, 5)


def test_what_came_unexplained_is_no_strategys_result():
    came = entry(
        2,
        f"""asset:w ETH {10**18} acquire
        suspense:unmatched ETH -{10**18}""",
        strategy="snipe",
    )
    sold = swapped(3, "ETH", "BTC", 10**18, "snipe")
    rows = results([came, sold], 1, 3)
    assert rows[UNEXPLAINED].net == worth("ETH", 10**18, 3)
    assert rows["snipe"].realised == 0
    assert rows["snipe"].unknown == 2


def test_what_left_unexplained_is_no_strategys_loss():
    fund = funded(1, "ETH", 10**18)
    left = entry(
        2,
        f"""asset:w ETH -{10**18} move
        suspense:unmatched ETH {10**18} move""",
    )
    rows = results([fund, left], 1, 2)
    assert rows[UNEXPLAINED].net == -worth("ETH", 10**18, 1)


def test_an_unpriced_lot_is_counted_as_unknown():
    fund = funded(1, "USD", 10**20)
    token = entry(2, "asset:w TOKEN 5 acquire = 7\nasset:w USD -7 dispose = -7", strategy="snipe")
    row = results([fund, token], 1, 5)["snipe"]
    assert (row.unknown, row.unrealised) == (1, 0)


# ---- the identity, on random histories

units = st.integers(1, 3 * 10**18)
assets = st.sampled_from(["ETH", "BTC"])
owners = st.sampled_from(["snipe", "hedge", None])
steps = st.tuples(
    st.sampled_from(
        "fund swap gas wrap transfer borrow repay reward redeem send receive cash failed".split()
    ),
    assets,
    units,
    owners,
)


def journal(history):
    """Entries of steps that the balances allow."""
    balances: Counter[str] = Counter()
    entries = []
    for number, (what, asset, quantity, strategy) in enumerate(history, start=1):
        other = "BTC" if asset == "ETH" else "ETH"
        value = worth(asset, quantity, number)
        if what in {"fund", "cash"}:
            entries.append(funded(number, asset if what == "fund" else "USD", quantity))
            balances[asset] += quantity if what == "fund" else 0
            continue
        text = {
            "swap": f"asset:w {other} {quantity // 2 + 1} acquire = {value}",
            "wrap": f"asset:w WETH {quantity} move = {value}",
            "transfer": f"asset:v {asset} {quantity} move",
            "redeem": f"equity:redemption {asset} {quantity} none = {value}",
            "send": f"suspense:unmatched {asset} {quantity} move",
            "repay": f"liability:w DEBT -{quantity} none = {value}",
            "gas": f"expense:gas {asset} {quantity} none = {value}",
            "failed": f"expense:failed {asset} {quantity} none = {value}",
            "reward": f"income:reward {asset} -{quantity} none = -{value}",
            "receive": f"suspense:unmatched {asset} -{quantity}",
            "borrow": f"liability:w DEBT {quantity} none = -{value}",
        }[what]
        gains = what in {"reward", "receive", "borrow"}
        if gains:
            basis = "" if what == "receive" else f"= {value}"
            text += f"\nasset:w {asset} {quantity} acquire {basis}"
            balances[asset] += quantity
        elif balances[asset] < quantity:
            continue
        else:
            role = "move" if what in {"wrap", "transfer", "send"} else "dispose"
            text += f"\nasset:w {asset} -{quantity} {role} = -{value}"
            balances[asset] -= quantity
            balances[other] += quantity // 2 + 1 if what == "swap" else 0
        kind = what if what == "failed" else "swap"
        entries.append(entry(number, text, strategy=strategy, kind=kind))
    return entries


@settings(max_examples=300, deadline=None)
@given(
    history=st.lists(steps, max_size=30),
    begin=st.integers(0, 20),
    length=st.integers(0, 40),
    method=st.sampled_from(["fifo", "lifo", "hifo", "lofo", "average"]),
    scope=st.sampled_from(["wallet", "fund"]),
)
def test_the_rows_explain_the_whole_change_of_value(history, begin, length, method, scope):
    entries = journal(history)
    end = begin + length
    rows = results(entries, begin, end, Policy(method=method, scope=scope))
    assert sum(row.net for row in rows.values()) == change_of_value(entries, begin, end)
    if not {"send", "receive"} & {what for what, *_ in history}:
        assert UNEXPLAINED not in rows, "nothing is put where nobody is asked about it"
    for row in rows.values():
        assert min(row.gas, row.tips, row.failed, row.fees) >= 0
