"""Events booked by the journal's own rules: lots tie to balances, results explain the NAV."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.journal.rules import entries_for
from ledger.lots.booking import book
from ledger.model.activity import microseconds
from ledger.model.asset import Asset, AssetId, currency_of
from ledger.model.event import Event, EventFee, Leg
from ledger.model.fund import Policy, WalletId
from ledger.model.position import Quote
from ledger.nav.positions import positions
from ledger.nav.results import UNEXPLAINED, strategy_results, trades
from ledger.nav.series import flow
from ledger.nav.valuation import mark, net_asset_value
from ledger.prices.book import PriceBook
from tests.ledger.notation import START, asset_named

ETH, WETH, USDC, USD = (asset_named(name) for name in ("ETH", "WETH", "USDC", "USD"))
LENT = Asset(AssetId("symbol:LENT"), "LENT", 18, underlying=USDC)
DEBT = Asset(AssetId("symbol:DEBT"), "DEBT", 18, "debt", underlying=ETH)
HOT, COLD = WalletId("eip155:1:0x1"), WalletId("eip155:1:0x2")
MINUTE = timedelta(minutes=1)
POLICY = Policy()
BOOK = PriceBook(
    [
        Quote(asset, START + number * MINUTE, Decimal(f"{base}.{number * 37 % 89:02}7"), "USD", "f")
        for number in range(80)
        for asset, base in ((ETH, 2000), (WETH, 2000), (USDC, 1))
    ],
    {LENT.id: LENT, DEBT.id: DEBT},
)
FEE = 10**15 + 7
#: More than all lots of a history can lose by rounding, in 10⁻¹⁸ dollars.
ROUNDING = 100


def legs_of(what, units):
    """The legs of a step, by kind of event; what it needs stands as negative quantities."""
    bought, spent = units // 2000 + 1, units
    return {
        "contribution": [(HOT, ETH, units), (HOT, USDC, units)],
        "redemption": [(HOT, ETH, -units)],
        "swap": [(HOT, USDC, -spent), (HOT, ETH, bought)],
        "sell": [(HOT, ETH, -bought), (HOT, USDC, spent)],
        "arbitrage": [(HOT, USDC, -spent), (HOT, USDC, spent + bought)],
        "wrap": [(HOT, ETH, -units), (HOT, WETH, units)],
        "unwrap": [(HOT, WETH, -units), (HOT, ETH, units)],
        "lend_deposit": [(HOT, USDC, -units), (HOT, LENT.id, units)],
        "lend_withdraw": [(HOT, LENT.id, -units), (HOT, USDC, units)],
        "borrow": [(HOT, ETH, bought), (HOT, DEBT.id, bought)],
        "repay": [(HOT, ETH, -bought), (HOT, DEBT.id, -bought)],
        "own_transfer": [(HOT, ETH, -units), (COLD, ETH, units)],
        "bridge_out": [(HOT, USDC, -units)],
        "reward": [(HOT, ETH, units)],
        "failed": [],
        "gas_only": [],
        "send": [(HOT, ETH, -units)],
        "receive": [(HOT, ETH, units)],
        "spam": [(HOT, asset_named("SCAM"), units)],
    }[what]


KINDS = tuple(
    "contribution redemption swap sell arbitrage wrap unwrap lend_deposit lend_withdraw borrow"
    " repay own_transfer bridge_out reward failed gas_only send receive spam".split()
)
steps = st.tuples(
    st.sampled_from((*KINDS, "contribution", "contribution")),
    st.integers(10**6, 5 * 10**18),
    st.sampled_from(["snipe", "hedge", None]),
    st.booleans(),
)


def worth(asset, quantity, time):
    return BOOK.value(asset, quantity, time, "USD")


def journal(history):
    """Entries of the steps that balances allow; ETH is kept back for fees."""
    balances: Counter[tuple[WalletId, AssetId]] = Counter()
    entries = []
    for number, (what, units, strategy, own_transaction) in enumerate(history, start=1):
        moved = legs_of(what, units)
        wanted = Counter({(owner, asset): -q for owner, asset, q in moved if q < 0})
        free = what in {"contribution", "redemption", "spam", "receive"}
        pays = what in {"failed", "gas_only"} or (own_transaction and not free)
        wanted[HOT, ETH] += FEE if pays else 0
        owed = {asset for _, asset, _ in moved if asset == DEBT.id}
        if any(balances[key] < need for key, need in wanted.items()):
            continue
        for owner, asset, quantity in moved:
            balances[owner, asset] += quantity
        balances[HOT, ETH] -= FEE if pays else 0
        time = START + number * MINUTE
        event = Event(
            id=f"e{number}",
            kind={"sell": "swap", "arbitrage": "swap"}.get(what, what),
            time=time,
            order=(microseconds(time), "eip155:1", number, 0, f"e{number}"),
            network="eip155:1",
            txid="",
            activities=(),
            legs=tuple(
                Leg(owner, asset, quantity, role="debt" if asset in owed else "plain")
                for owner, asset, quantity in moved
            ),
            fee=EventFee(HOT, ETH, FEE) if pays else None,
            strategy=strategy,
        )
        entry = entries_for(event, worth)
        if entry is not None:
            entries.append(entry)
    return entries


def net_value(entries, time):
    return net_asset_value(mark(positions(entries, time), BOOK, time, POLICY))


@settings(max_examples=250, deadline=None)
@given(history=st.lists(steps, max_size=40), begin=st.integers(0, 20), length=st.integers(0, 50))
def test_what_the_rules_book_is_explained_to_the_last_unit(history, begin, length):
    entries = journal(history)
    start, end = START + begin * MINUTE, START + (begin + length) * MINUTE
    booking = book(entries, POLICY, times=(start, end))
    rows = strategy_results(
        entries, booking.disposals, booking.snapshots, BOOK, POLICY, (start, end)
    )
    flows = sum(flow(entry) for entry in entries if start < entry.time <= end)
    assert sum(row.net for row in rows) == net_value(entries, end) - net_value(entries, start) - (
        flows
    )
    unexplained = {"send", "receive"} & {what for what, *_ in history}
    assert unexplained or UNEXPLAINED not in {row.strategy for row in rows}


def explained(entries, start, end, policy=POLICY):
    """The rows of an interval, which must explain its whole change of value."""
    booking = book(entries, policy, times=(start, end))
    rows = strategy_results(
        entries, booking.disposals, booking.snapshots, BOOK, policy, (start, end)
    )
    flows = sum(flow(entry) for entry in entries if start < entry.time <= end)
    assert sum(row.net for row in rows) == net_value(entries, end) - net_value(entries, start) - (
        flows
    )
    return {row.strategy: row for row in rows}


def test_a_short_has_realised_all_of_its_gain_when_its_debt_is_gone():
    """2 ETH borrowed at 4,000 and sold, bought back for 3,000 and repaid: 1,000, and no debt."""
    dollars, two = 10**18, 2 * 10**18
    quotes = [
        Quote(ETH, START + number * MINUTE, Decimal(price), "USD", "f")
        for number, price in ((1, 2000), (3, 1500))
    ]
    prices = PriceBook(quotes, {DEBT.id: DEBT})
    steps = [
        ("borrow", [(ETH, two), (DEBT.id, two)]),
        ("swap", [(ETH, -two), (USD, 4000 * dollars)]),
        ("swap", [(USD, -3000 * dollars), (ETH, two)]),
        ("repay", [(ETH, -two), (DEBT.id, -two)]),
    ]
    entries = []
    for number, (kind, legs) in enumerate(steps, start=1):
        time = START + number * MINUTE
        event = Event(
            id=f"e{number}",
            kind=kind,
            time=time,
            order=(microseconds(time), "eip155:1", number, 0, f"e{number}"),
            network="eip155:1",
            txid="",
            activities=(),
            legs=tuple(
                Leg(HOT, asset, quantity, role="debt" if asset == DEBT.id else "plain")
                for asset, quantity in legs
            ),
            strategy="hedge",
        )
        entry = entries_for(event, lambda asset, q, at: prices.value(asset, q, at, "USD"))
        assert entry is not None
        entries.append(entry)
    interval = (START, START + 4 * MINUTE)
    booking = book(entries, POLICY, times=interval)
    (row,) = strategy_results(
        entries, booking.disposals, booking.snapshots, prices, POLICY, interval
    )
    assert (row.strategy, row.realised, row.net) == ("hedge", 1000 * dollars, 1000 * dollars)
    assert (row.unrealised, row.income, row.fees) == (0, 0, 0)
    trade = trades(entries, booking.disposals)[-1]
    assert (trade.entries, trade.result, trade.stake) == (("e4",), 1000 * dollars, 4000 * dollars)


debts = st.tuples(
    st.sampled_from(["borrow", "repay", "sell", "swap", "borrow", "repay"]),
    st.integers(10**6, 3 * 10**18),
    st.sampled_from(["snipe", "hedge", None]),
    st.booleans(),
)
FUNDED = [("contribution", 10**19, None, False)]


@settings(max_examples=250, deadline=None)
@given(
    history=st.lists(debts, max_size=40),
    begin=st.integers(0, 20),
    length=st.integers(0, 50),
    scope=st.sampled_from(["wallet", "fund"]),
)
def test_borrowing_and_repaying_is_explained_to_the_last_unit(history, begin, length, scope):
    entries = journal(FUNDED + history)
    start, end = START + begin * MINUTE, START + (begin + length) * MINUTE
    rows = explained(entries, start, end, Policy(scope=scope))
    assert UNEXPLAINED not in rows
    assert not any(row.income or row.unknown for row in rows.values())


@settings(max_examples=150, deadline=None)
@given(
    history=st.lists(debts, max_size=30),
    seller=st.sampled_from(["snipe", "carry"]),
)
def test_an_exchange_moves_no_result_of_the_past_to_another_strategy(history, seller):
    """What was a strategy's up to a moment stays its own whoever sells its lots in that moment."""
    before = journal([*FUNDED, *history])
    time = START + (len(history) + 2) * MINUTE
    sale = journal([*FUNDED, *history, ("sell", 10**18, seller, False)])
    old, new = explained(before, START, time), explained(sale, START, time)
    for name in (old.keys() | new.keys()) - {seller}:
        was, now = (rows[name].net if name in rows else 0 for rows in (old, new))
        assert abs(was - now) <= ROUNDING, "each lot's mark is rounded by itself"


@settings(max_examples=150, deadline=None)
@given(history=st.lists(steps, max_size=40))
def test_open_lots_tie_to_the_balance_of_every_place(history):
    entries = journal(history)
    booking = book(entries, POLICY)
    lots: Counter[tuple[str, AssetId]] = Counter()
    for lot in booking.open:
        if not lot.wallet.startswith("suspense:"):
            lots[lot.wallet, lot.asset] += lot.quantity
    held = {
        (one.wallet, one.asset): one.quantity
        for one in positions(entries)
        if not one.liability and currency_of(one.asset) is None
    }
    assert lots == held
    if "receive" not in {what for what, *_ in history}:
        assert not booking.problems
