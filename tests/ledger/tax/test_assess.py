"""A tax year of books: one line a matched lot, income, totals of what is known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.entry import in_order
from tests.ledger.tax.kept import codes, lines, on, quote, year

OLD = on("2023-01-01", "asset:w ETH 10 acquire = 100", "old")
NEW = on("2024-06-01", "asset:w ETH 10 acquire = 200", "new")
SALE = on("2024-07-01", "asset:w ETH -15 dispose = -600\nasset:w USD 600 acquire = 600", "sale")
PAID = """
    asset:w ETH -1 dispose = -40
    expense:gas ETH 1 none = 40"""


def test_each_matched_lot_is_a_line_with_its_own_term():
    found = year(OLD, NEW, SALE)
    assert [(line.lot, line.term, line.gain, line.rule) for line in found.lines] == [
        ("old:0", "long", 300, "lot"),
        ("new:0", "short", 100, "lot"),
    ]
    assert (found.short, found.long, found.income_total, found.taxable) == (100, 300, 0, 400)
    assert {line.source for line in found.lines} == {"sale"}
    assert (found.regime, found.year, found.method, found.currency) == ("us", 2024, "fifo", "USD")


def test_a_regime_without_terms_puts_everything_into_short():
    found = year(OLD, NEW, SALE, regime="generic")
    assert (found.short, found.long) == (400, 0)


def test_other_years_use_up_lots_and_are_not_reported():
    earlier = on("2023-05-01", "asset:w ETH -10 dispose = -110", "earlier")
    found = year(OLD, earlier, NEW, on("2024-07-01", "asset:w ETH -5 dispose = -500", "sale"))
    assert [line.lot for line in found.lines] == ["new:0"]
    assert not year(OLD, NEW, SALE, number=2023).lines


def test_a_missing_basis_is_a_problem_with_its_effect_and_in_no_total():
    found = year(NEW, on("2024-07-01", "asset:w ETH -15 dispose = -600", "sale"))
    known, line = found.lines
    assert (known.gain, known.rule) == (200, "lot"), "units with a basis have their figure"
    assert (line.gain, line.cost, line.acquired, line.rule, line.lot) == (
        None,
        None,
        None,
        "missing",
        "",
    )
    assert (found.short, found.long) == (200, 0)
    assert codes(found) == [("missing_basis", "sale")]
    (problem,) = found.problems
    size = f"(0.{'0' * 17}5 ETH, proceeds 0.00 USD, gain 0.00 USD had they cost nothing)"
    assert problem.message.endswith(size)


def test_under_a_basis_of_zero_the_missing_units_have_a_gain_and_stay_a_problem():
    sale = on("2024-07-01", "asset:w ETH -15 dispose = -600", "sale")
    found = year(sale, missing_basis="zero")
    assert [(line.cost, line.gain) for line in found.lines] == [(0, 600)]
    assert (found.short, codes(found)) == (600, [("missing_basis", "sale")])


def test_a_missing_price_is_a_problem_and_in_no_total():
    found = year(OLD, on("2024-07-01", "asset:w ETH -1 dispose", "sale"))
    (line,) = found.lines
    assert (line.gain, line.proceeds, line.cost) == (None, None, 10)
    assert codes(found) == [("missing_price", "sale")]
    assert (found.short, found.long) == (0, 0)


def test_units_that_came_from_nobody_known_go_in_their_order_and_have_no_gain():
    stray = on("2022-01-01", "asset:w ETH 5 acquire\nsuspense:unmatched ETH -5", "stray")
    sale = on("2024-07-01", "asset:w ETH -7 dispose = -700", "sale")
    found = year(stray, OLD, sale)
    assert lines(found) == [("stray:0", 5, None, None), ("old:0", 2, 20, 180)]
    assert codes(found) == [("missing_basis", "sale")]
    assert ("missing_basis", "stray") in codes(year(stray, number=2022))
    # an average knows no order: what has a basis goes first, and no basis of zero joins it
    pooled = year(stray, OLD, sale, method="average")
    assert [(line.quantity, line.cost) for line in pooled.lines] == [(7, 70)]


def test_costs_of_a_disposal_reduce_what_was_realised():
    sale = on("2024-07-01", "asset:w ETH -9 dispose = -360" + PAID, "sale")
    found = year(OLD, sale)
    assert [(line.proceeds, line.fees, line.cost, line.gain) for line in found.lines] == [
        (360, 40, 90, 230),
        (40, 0, 10, 30),
    ]


def test_units_that_pay_a_fee_may_share_the_proceeds_instead():
    sale = on("2024-07-01", "asset:w ETH -8 dispose = -360" + PAID, "sale")
    found = year(OLD, sale, token_fee="spread")
    assert [(line.proceeds, line.fees) for line in found.lines] == [(324, 0), (36, 0)]
    assert sum(line.proceeds for line in found.lines) == 360


def test_costs_are_split_by_proceeds_to_the_unit():
    sale = on("2024-07-01", "asset:w ETH -15 dispose = -601" + PAID, "sale")
    found = year(OLD, NEW, sale)
    assert sum(line.fees for line in found.lines) == 40
    assert [line.fees for line in found.lines] == [26, 14, 0]


def test_units_that_pay_a_fee_are_worth_what_the_same_asset_is_in_the_entry():
    text = (
        "asset:w ETH -8 dispose = -320\nasset:w COIN 1 acquire = 320\n"
        "asset:w ETH -2 dispose\nexpense:gas ETH 2 none"
    )
    found = year(OLD, on("2024-07-01", text, "swap"))
    sold, fee = found.lines
    assert (sold.proceeds, sold.fees, fee.proceeds) == (320, 80, 80), "40 each, as 8 for 320 are"
    assert not found.problems


def test_a_fee_of_its_own_reduces_no_proceeds():
    found = year(OLD, on("2024-07-01", PAID, "gas"))
    assert [(line.fees, line.gain, line.kind) for line in found.lines] == [(0, 30, "gas")]


def test_a_cost_without_a_price_leaves_its_sale_without_a_figure():
    sale = on(
        "2024-07-01",
        "asset:w ETH -9 dispose = -360\nasset:w COIN -1 dispose\nexpense:gas COIN 1",
        "sale",
    )
    coin = on("2023-01-01", "asset:w COIN 5 acquire = 5", "coin")
    found = year(OLD, coin, sale)
    assert [line.gain for line in found.lines] == [None, None]
    assert {code for code, _ in codes(found)} == {"missing_price"}


def test_income_stands_at_its_value_when_it_came():
    reward = on(
        "2024-03-01", "asset:w ETH 2 acquire = 80\nincome:staking ETH -2 none = -80", "reward"
    )
    found = year(reward, on("2024-04-01", "asset:w ETH -2 dispose = -90", "sale"))
    (line,) = found.income
    assert (line.quantity, line.value, line.kind, line.source) == (2, 80, "staking", "reward")
    assert (found.income_total, found.short) == (80, 10)


def test_unpriced_income_is_a_problem_and_in_no_total():
    found = year(on("2024-03-01", "asset:w ETH 2 acquire\nincome:reward ETH -2", "reward"))
    assert found.income[0].value is None
    assert found.income_total == 0
    assert codes(found) == [("missing_price", "reward")]


def test_what_a_purchase_cost_is_in_its_basis_and_what_a_sale_cost_is_not():
    bought = on(
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
    (line,) = year(bought, sale).lines
    assert (line.proceeds, line.fees, line.cost, line.gain) == (6000, 50, 5050, 900)
    (plain,) = year(bought, sale, fiat_fee="expense").lines
    assert (plain.fees, plain.cost, plain.gain) == (0, 5000, 1000)


def test_costs_of_an_exchange_of_two_assets_are_all_the_disposals():
    swap = on(
        "2024-07-01",
        "asset:w ETH -9 dispose = -360\nasset:w BTC 2 acquire = 360" + PAID,
        "swap",
    )
    sale = on("2024-08-01", "asset:w BTC -2 dispose = -500", "sale")
    found = {line.asset: line for line in year(OLD, swap, sale).lines if line.proceeds != 40}
    assert found["symbol:ETH"].fees == 40
    assert found["symbol:BTC"].cost == 360


@pytest.mark.parametrize(
    ("other", "kind"),
    [("expense:lost", "send"), ("equity:redemption", "redemption"), ("equity:opening", "manual")],
)
@pytest.mark.parametrize(
    ("regime", "base", "number"),
    [
        ("us", "USD", 2024), ("uk", "GBP", 2025), ("generic", "USD", 2024), ("ca", "CAD", 2024),
        ("au", "AUD", 2025),
    ],
)  # fmt: skip
def test_what_was_lost_or_taken_in_kind_is_not_assessed(other, kind, regime, base, number):
    gone = on(
        "2024-07-01",
        f"asset:w ETH -5 dispose = -150_000\n{other} ETH 5 none = 150_000{PAID}",
        "gone",
        kind=kind,
    )
    found = year(OLD, gone, regime=regime, base=base, number=number)
    lost, gas = found.lines
    assert (lost.rule, lost.gain, lost.quantity, lost.cost) == ("not_assessed", None, 5, 50)
    assert (lost.assessed, lost.proceeds) == (False, None)
    assert (gas.gain, gas.fees) == (30, 0), "what paid the gas was spent"
    assert found.short + found.long == 30
    assert codes(found) == [("not_assessed", "gone")]
    assert "5 ETH" in found.problems[0].message or "0.000" in found.problems[0].message


def test_a_gift_leaves_at_its_cost_or_at_its_value_and_is_no_sale():
    gone = on("2024-07-01", "asset:w ETH -5 dispose = -90\nexpense:donation ETH 5 none = 90", "g")
    (line,) = year(OLD, gone).lines
    assert (line.proceeds, line.cost, line.gain, line.assessed) == (50, 50, 0, False)
    (line,) = year(OLD, gone, gifts_sent="disposal").lines
    assert (line.proceeds, line.gain, line.assessed) == (90, 40, True)


def test_units_that_were_spent_are_sold():
    spent = on("2024-07-01", "asset:w ETH -5 dispose = -90\nexpense:spend ETH 5 none = 90", "shop")
    assert [(one.rule, one.gain, one.kind) for one in year(OLD, spent).lines] == [
        ("lot", 40, "spend")
    ]


def test_foreign_currency_is_in_no_total_of_capital_gains_in_the_united_states():
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
    assert codes(found) == [("not_assessed", "iso4217:EUR")]
    assert year(came, *spent, regime="generic").short == 2


def test_spam_is_never_income_and_never_held():
    spam = on("2024-02-01", "asset:w JUNK 5 none\nsuspense:spam JUNK -5 none", "spam", kind="spam")
    found = year(spam)
    assert not found.income and not found.lines and not found.problems


def test_what_left_to_nobody_known_is_a_problem_and_no_figure():
    sent = on("2024-02-01", "asset:w ETH -4 move\nsuspense:unmatched ETH 4 move", "sent")
    sale = on("2024-07-01", "asset:w ETH -10 dispose = -600", "sale")
    for scope in ("wallet", "universal"):
        found = year(OLD, sent, NEW, sale, basis_scope=scope)
        assert lines(found) == [("old:0", 6, 60, 300), ("new:0", 4, 80, 160)], scope
        assert codes(found) == [("unmatched_transfer", "sent")]
    back = on("2024-03-01", "suspense:unmatched ETH -4 move\nasset:w ETH 4 move", "back")
    assert lines(year(OLD, sent, back, sale)) == [("old:0", 6, 60, 300), ("old:0", 4, 40, 200)]


def test_books_in_another_currency_are_converted_at_the_rate_of_each_day():
    rates = [quote("2023-01-01", "USD", "0.5", "GBP"), quote("2024-07-01", "USD", "0.75", "GBP")]
    sale = on("2024-07-01", "asset:w ETH -10 dispose = -400\nasset:w USD 400 acquire = 400", "sale")
    found = year(OLD, sale, regime="uk", number=2025, quotes=rates)
    ether = [line for line in found.lines if line.asset == "symbol:ETH"]
    assert [(line.proceeds, line.cost, line.gain) for line in ether] == [(300, 50, 250)]
    assert found.currency == "GBP" and not found.problems


def test_without_a_rate_there_is_one_clear_problem_and_no_number():
    sale = on("2024-07-01", "asset:w ETH -10 dispose = -400", "sale")
    found = year(OLD, sale, regime="uk", number=2025)
    assert [line.gain for line in found.lines] == [None]
    assert "import prices of USD in GBP" in found.problems[0].message
    assert found.problems[0].code == "missing_price"
    assert (found.short, found.taxable) == (0, 0)


def test_lots_that_nobody_named_have_no_figure():
    found = year(
        OLD, NEW, on("2024-07-01", "asset:w ETH -5 dispose = -500", "s"), method="specific"
    )
    assert [(line.cost, line.gain) for line in found.lines] == [(None, None)]
    assert {code for code, _ in codes(found)} == {"ambiguous_lot", "missing_basis"}
    named = year(
        OLD,
        NEW,
        on("2024-07-01", "asset:w ETH -5 dispose = -500", "s"),
        method="specific",
        identification={"s": ["new:0"]},
    )
    assert lines(named) == [("new:0", 5, 100, 400)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell", "swap", "wrap", "pool", "leave", "move", "gas", "send"]),
        st.integers(1, 9),
        st.integers(1, 99),
    ),
    max_size=25,
)
TEXTS = {
    "buy": "asset:w ETH {q} acquire = {v}\nasset:w USD -{v} dispose = -{v}",
    "sell": "asset:w ETH -{q} dispose = -{v}\nasset:w USD {v} acquire = {v}",
    "swap": "asset:w ETH -{q} dispose = -{v}\nasset:w BTC 3 acquire = {v}",
    "wrap": "asset:w ETH -{q} move = -{v}\nasset:w WETH {q} move = {v}",
    "pool": "asset:w ETH -{q} move = -{v}\nasset:w BTC -2 move = -7\nasset:w LP 5 move = {v}",
    "leave": "asset:w LP -2 move = -{v}\nasset:w ETH 3 move = {v}\nasset:w BTC 1 move = 2",
    "move": "asset:w ETH -{q} move\nasset:x ETH {q} move",
    "gas": "asset:w ETH -{q} dispose = -{v}\nexpense:gas ETH {q} none = {v}",
    "send": "asset:w WETH -{q} move = -{v}\nsuspense:unmatched WETH {q} move = {v}",
}
KINDS = {"wrap": "wrap", "pool": "pool_deposit", "leave": "pool_withdraw", "move": "own_transfer"}


def _entries(steps):
    return [
        on(
            f"2024-{1 + number // 25:02d}-{1 + number % 25:02d}",
            TEXTS[kind].format(q=quantity, v=value),
            f"e{number:02d}",
            kind=KINDS.get(kind, "swap"),
        )
        for number, (kind, quantity, value) in enumerate(steps)
    ]


@given(STEPS, st.randoms())
def test_no_cost_is_gained_or_lost_by_any_method_and_order_decides_nothing(steps, chance):
    entries = _entries(steps)
    mixed = list(entries)
    chance.shuffle(mixed)
    for regime, method, words in (
        ("us", "fifo", {}),
        ("us", "hifo", {"basis_scope": "universal"}),
        ("us", "lofo", {}),
        ("generic", "average", {"wraps": "disposal"}),
        ("generic", "year-average", {}),
        ("generic", "share-matching", {"move_fee": "basis"}),
        ("generic", "portfolio", {}),
        ("us", "fifo", {"loss_rule": "us_wash"}),
        ("ie", "four-week-matching", {"base": "EUR"}),
        ("at", "fifo", {"base": "EUR"}),
        ("uk_company", "company-matching", {"base": "GBP", "pools": "carry"}),
    ):
        # the engine asserts that cost out and cost left are cost in
        found = year(*entries, regime=regime, method=method, **words)
        assert found == year(*mixed, regime=regime, method=method, **words)
        known = [line.gain for line in found.lines if line.gain is not None and line.assessed]
        assert sum(known) == found.short + found.long


def test_a_reversed_entry_is_in_no_year():
    back = replace(SALE, id="back", reverses="sale")
    assert not year(*in_order([OLD, NEW, SALE, back])).lines
