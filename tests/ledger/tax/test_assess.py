"""A tax year: one line a matched lot, income, totals of what is known."""

from datetime import UTC, datetime

import pytest

from ledger.lots.booking import book
from ledger.model.fund import Policy
from ledger.tax.assess import assess
from ledger.tax.regimes import generic, us
from tests.ledger.notation import entry

POLICY = Policy()


def on(day, text, name, **more):
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return entry(0, text, time=moment, name=name, **more)


OLD = on("2023-01-01", "asset:w ETH 10 acquire = 100", "old")
NEW = on("2024-06-01", "asset:w ETH 10 acquire = 200", "new")
SALE = on("2024-07-01", "asset:w ETH -15 dispose = -600\nasset:w USD 600 acquire = 600", "sale")


def year(*entries, regime=us, number=2024):
    return assess(book(entries, POLICY), entries, regime, POLICY, number)


def test_each_matched_lot_is_a_line_with_its_own_term():
    found = year(OLD, NEW, SALE)
    assert [(line.lot, line.term, line.gain, line.rule) for line in found.lines] == [
        ("old:0", "long", 300, "lot"),
        ("new:0", "short", 100, "lot"),
    ]
    assert (found.short, found.long, found.income_total) == (100, 300, 0)
    assert {line.source for line in found.lines} == {"sale"}
    assert (found.regime, found.year, found.method, found.currency) == ("us", 2024, "fifo", "USD")


def test_a_regime_without_terms_puts_everything_into_short():
    found = year(OLD, NEW, SALE, regime=generic)
    assert (found.short, found.long) == (400, 0)


def test_other_years_use_up_lots_and_are_not_reported():
    earlier = on("2023-05-01", "asset:w ETH -10 dispose = -110", "earlier")
    found = year(OLD, earlier, NEW, on("2024-07-01", "asset:w ETH -5 dispose = -500", "sale"))
    assert [line.lot for line in found.lines] == ["new:0"]
    assert not year(OLD, NEW, SALE, number=2023).lines


def test_a_missing_basis_is_a_problem_and_in_no_total():
    found = year(on("2024-07-01", "asset:w ETH -15 dispose = -600", "sale"))
    (line,) = found.lines
    assert (line.gain, line.cost, line.acquired, line.rule, line.lot) == (
        None,
        None,
        None,
        "missing",
        "",
    )
    assert (found.short, found.long) == (0, 0)
    assert [(p.code, p.source) for p in found.problems] == [("missing_basis", "sale")]


def test_a_missing_price_is_a_problem_and_in_no_total():
    found = year(OLD, on("2024-07-01", "asset:w ETH -1 dispose", "sale"))
    assert found.lines[0].gain is None
    assert [p.code for p in found.problems] == ["missing_price"]


PAID = """
    asset:w ETH -1 dispose = -40
    expense:gas ETH 1 none = 40"""


def test_costs_of_a_disposal_reduce_what_was_realised():
    sale = on("2024-07-01", "asset:w ETH -9 dispose = -360" + PAID, "sale")
    found = year(OLD, sale)
    assert [(line.proceeds, line.fees, line.cost, line.gain) for line in found.lines] == [
        (360, 40, 90, 230),
        (40, 0, 10, 30),
    ]
    assert [line.fees for line in year(OLD, sale, regime=generic).lines] == [0, 0]


def test_costs_are_split_by_proceeds_to_the_unit():
    sale = on("2024-07-01", "asset:w ETH -15 dispose = -601" + PAID, "sale")
    found = year(OLD, NEW, sale)
    assert sum(line.fees for line in found.lines) == 40
    assert [line.fees for line in found.lines] == [26, 14, 0]


def test_a_fee_of_its_own_reduces_no_proceeds():
    found = year(OLD, on("2024-07-01", PAID, "gas"))
    assert [(line.fees, line.gain) for line in found.lines] == [(0, 30)]


def test_income_stands_at_its_value_when_it_came():
    reward = on(
        "2024-03-01",
        "asset:w ETH 2 acquire = 80\nincome:staking ETH -2 none = -80",
        "reward",
    )
    found = year(reward)
    (line,) = found.income
    assert (line.quantity, line.value, line.kind, line.source) == (2, 80, "staking", "reward")
    assert found.income_total == 80
    assert not found.lines


def test_unpriced_income_is_a_problem_and_in_no_total():
    reward = on("2024-03-01", "asset:w ETH 2 acquire\nincome:reward ETH -2", "reward")
    found = year(reward)
    assert found.income[0].value is None
    assert found.income_total == 0
    assert [p.code for p in found.problems] == ["missing_price"]


def test_a_transfer_is_no_line_and_its_fee_is_one():
    moved = on("2024-07-01", "asset:w ETH -5 move\nasset:v ETH 5 move" + PAID, "moved")
    found = year(OLD, moved)
    assert [(line.quantity, line.gain, line.fees) for line in found.lines] == [(1, 30, 0)]


def test_what_a_purchase_cost_is_in_its_basis_and_what_a_sale_cost_is_not():
    buy = on(
        "2024-01-01",
        """asset:w BTC 10 acquire = 10_000
        asset:w USD -10_000 dispose = -10_000
        asset:w USD -100 dispose = -100
        expense:service_fee USD 100 none = 100""",
        "buy",
    )
    sale = on(
        "2024-03-01",
        """asset:w BTC -5 dispose = -6000
        asset:w USD 6000 acquire = 6000
        asset:w USD -50 dispose = -50
        expense:service_fee USD 50 none = 50""",
        "sale",
    )
    (line,) = year(buy, sale).lines
    assert (line.proceeds, line.fees, line.cost, line.gain) == (6000, 50, 5050, 900)
    (plain,) = year(buy, sale, regime=generic).lines
    assert (plain.fees, plain.cost, plain.gain) == (0, 5000, 1000)


def test_the_costs_of_a_purchase_survive_parts_moves_and_forms_to_the_unit():
    buy = on(
        "2024-01-01",
        """asset:w ETH 7 acquire = 700
        asset:w BTC 3 acquire = 300
        asset:w USD -1000 dispose = -1000
        asset:w USD -101 dispose = -101
        expense:service_fee USD 101 none = 101""",
        "buy",
    )
    moved = on("2024-01-02", "asset:w ETH -4 move\nasset:v ETH 4 move", "moved")
    wrapped = on("2024-01-03", "asset:v ETH -4 move = -400\nasset:v WETH 4 move = 400", "wrapped")
    sales = [
        on(f"2024-02-0{day}", f"asset:{place} {asset} -{units} dispose = -999", f"sale{day}")
        for day, (place, asset, units) in enumerate(
            [("v", "WETH", 1), ("w", "ETH", 3), ("v", "WETH", 3), ("w", "BTC", 3)], start=1
        )
    ]
    lines = year(buy, moved, wrapped, *sales).lines
    assert sum(line.cost for line in lines) == 1101
    assert [line.cost for line in lines] == [110, 300 + 30, 300 + 30, 300 + 31]


def test_costs_of_an_exchange_of_two_digital_assets_are_all_the_disposals():
    swap = on(
        "2024-07-01",
        "asset:w ETH -9 dispose = -360\nasset:w BTC 2 acquire = 360" + PAID,
        "swap",
    )
    sale = on("2024-08-01", "asset:w BTC -2 dispose = -500", "sale")
    lines = {line.asset: line for line in year(OLD, swap, sale).lines if line.proceeds != 40}
    assert lines["symbol:ETH"].fees == 40
    assert lines["symbol:BTC"].cost == 360


def test_a_cost_of_a_purchase_without_a_price_is_a_problem():
    buy = on(
        "2024-01-01",
        """asset:w BTC 10 acquire = 10_000
        asset:w USD -10_000 dispose = -10_000
        asset:w COIN -1 dispose
        expense:service_fee COIN 1""",
        "buy",
    )
    coin = on("2023-01-01", "asset:w COIN 5 acquire = 5", "coin")
    found = year(coin, buy).problems
    assert {(one.code, one.source) for one in found} == {("missing_price", "buy")}
    assert "in no basis" in found[0].message


def borrowed(day, units, value, name, asset="DEBT"):
    role = "acquire" if units > 0 else "dispose"
    text = f"liability:w {asset} {units} none = {-value}\nasset:w ETH {units} {role} = {value}"
    return on(day, text, name, kind="borrow" if units > 0 else "repay")


def test_a_repaid_debt_is_a_closed_short():
    borrow = borrowed("2023-02-01", 2, 4000, "borrow")
    sale = on("2023-02-01", "asset:w ETH -2 dispose = -4000\nasset:w USD 4000 acquire = 4000", "s")
    buy = on("2024-06-01", "asset:w ETH 2 acquire = 3000\nasset:w USD -3000 dispose = -3000", "z")
    back = borrowed("2024-06-02", -2, -3000, "back")
    found = year(borrow, sale, buy, back)
    short = [line for line in found.lines if line.rule == "short_closed"]
    assert [(line.proceeds, line.cost, line.gain, line.term) for line in short] == [
        (4000, 3000, 1000, "short")
    ]
    assert (short[0].source, short[0].acquired, short[0].disposed) == (
        "back",
        borrow.time,
        back.time,
    )
    assert (found.short, found.long, found.income_total) == (1000, 0, 0)
    assert not found.income
    assert not [one for one in year(borrow, sale, number=2023).lines if one.rule != "lot"]


def test_units_repaid_beyond_the_debt_are_no_line():
    borrow, back = borrowed("2024-02-01", 2, 40, "b"), borrowed("2024-02-02", -3, -60, "back")
    found = year(OLD, borrow, back)
    assert [line.quantity for line in found.lines if line.rule == "short_closed"] == [2]
    assert not found.income


def test_a_debt_in_the_base_currency_is_no_line():
    loan = on("2024-02-01", "liability:w USD 50 none = -50\nasset:w USD 50 acquire = 50", "loan")
    back = on("2024-03-01", "liability:w USD -50 none = 50\nasset:w USD -50 dispose = -50", "back")
    assert not year(loan, back).lines


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ("expense:donation", "donation"),
        ("expense:lost", "send"),
        ("equity:redemption", "redemption"),
    ],
)
@pytest.mark.parametrize("regime", [us, generic])
def test_what_was_given_away_or_lost_is_not_assessed(other, kind, regime):
    gone = on(
        "2024-07-01",
        f"asset:w ETH -5 dispose = -150_000\n{other} ETH 5 none = 150_000{PAID}",
        "gone",
        kind=kind,
    )
    found = year(OLD, gone, regime=regime)
    lost, gas = found.lines
    assert (lost.rule, lost.gain, lost.quantity, lost.cost) == ("not_assessed", None, 5, 50)
    assert (gas.rule, gas.gain, gas.fees) == ("lot", 30, 0), "what paid the gas was spent"
    assert found.short + found.long == 30
    (problem,) = found.problems
    assert (problem.code, problem.source) == ("not_assessed", "gone")
    assert "5 base units of symbol:ETH" in problem.message


def test_units_that_were_spent_are_sold():
    spent = on("2024-07-01", "asset:w ETH -5 dispose = -90\nexpense:spend ETH 5 none = 90", "shop")
    assert [(line.rule, line.gain) for line in year(OLD, spent).lines] == [("lot", 40)]


def test_foreign_currency_is_in_no_total_of_capital_gains():
    came = on("2024-01-01", "asset:w EUR 100 acquire = 110", "came")
    spent = [
        on(
            f"2024-02-0{day}",
            "asset:w EUR -10 dispose = -12\nasset:w ETH 1 acquire = 12",
            f"b{day}",
        )
        for day in (1, 2)
    ]
    found = year(came, *spent)
    assert {line.rule for line in found.lines} == {"not_assessed"}
    assert (found.short, found.long) == (0, 0)
    assert [(one.code, one.source) for one in found.problems] == [("not_assessed", "iso4217:EUR")]
    assert year(came, *spent, regime=generic).short == 2
