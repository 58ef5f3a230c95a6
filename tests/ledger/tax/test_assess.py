"""A tax year: one line a matched lot, income, totals of what is known."""

from datetime import UTC, datetime

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
