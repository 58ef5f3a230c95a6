"""Books under every regime: what a country says of an entry that others treat alike."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.ledger.tax.asked import REGIMES
from tests.ledger.tax.kept import codes, lines, on, quote, year

BTC_FOR_ETH = "asset:w ETH -4 dispose = -80\nasset:w BTC 1 acquire = 80"


def bought(day, quantity, cost, name, asset="ETH", currency="EUR"):
    text = f"asset:w {asset} {quantity} acquire = {cost}\nasset:w {currency} -{cost} dispose"
    return on(day, f"{text} = -{cost}", name)


def sold(day, quantity, value, name="sale", asset="ETH", currency="EUR"):
    text = f"asset:w {asset} -{quantity} dispose = -{value}\nasset:w {currency} {value} acquire"
    return on(day, f"{text} = {value}", name)


def wrapped(day, quantity, value):
    text = f"asset:w ETH -{quantity} move = -{value}\nasset:w WETH {quantity} move = {value}"
    return on(day, text, "wrap", kind="wrap")


@pytest.mark.parametrize("regime", sorted(REGIMES))
def test_every_regime_answers_for_books_with_the_version_of_its_rules(regime):
    base = REGIMES[regime].currency or "USD"
    entries = (
        bought("2023-01-01", 10, 100, "a", currency=base),
        sold("2024-02-01", 4, 100, currency=base),
    )
    (line,) = year(
        *entries, regime=regime, base=base, quotes=[quote("2024-02-01", "ETH", 25, base)]
    ).lines
    assert (line.gain, line.cost, line.denied) == (60, 40, 0)
    assert line.version.startswith(f"{regime}/")


def nameless(day, quantity, name):
    """Units that came without a basis."""
    return on(day, f"asset:w ETH {quantity} acquire", name)


@pytest.mark.parametrize("came", ["2020-01-01", "2023-01-01"], ids=["old", "new"])
def test_austria_takes_no_basis_for_zero(came):
    lots_of_all_years = {"method": "fifo", "method_by_year": {}}
    found = year(
        nameless(came, 5, "b"),
        sold("2024-06-01", 2, 90),
        regime="at",
        base="EUR",
        **lots_of_all_years,
    )
    (line,) = found.lines
    assert (line.rule, line.cost, line.gain, line.lot) == ("missing", None, None, "b:0")
    assert found.short == found.long == found.taxable == 0
    (problem,) = [one for one in found.problems if one.source == "sale"]
    assert problem.code == "missing_basis"
    # how much it is about
    assert "proceeds 0.00 EUR" in problem.message and "ETH" in problem.message


def test_what_is_swapped_without_a_basis_gives_none_in_austria():
    found = year(
        nameless("2023-01-01", 4, "b"),
        on("2024-02-01", BTC_FOR_ETH, "swap"),
        sold("2024-06-01", 1, 90, asset="BTC"),
        regime="at",
        base="EUR",
        method="fifo",
        method_by_year={},
    )
    (line,) = found.lines
    assert (line.asset, line.rule, line.cost, line.gain) == ("symbol:BTC", "missing", None, None)
    assert [code for code, source in codes(found) if source == "swap"] == ["missing_basis"]


@pytest.mark.parametrize(("regime", "method"), [("generic", "average"), ("at", "fifo")])
def test_a_debt_that_was_paid_at_no_known_price_has_no_gain_under_an_average(regime, method):
    borrow = on("2024-01-01", "liability:w DEBT 2 none = -40\nasset:w BTC 1 acquire = 40", "borrow")
    seized = on(
        "2024-02-01",
        "liability:w DEBT -2 none\nasset:w ETH -5 dispose",
        "seized",
        kind="liquidation",
    )
    eth = bought("2023-01-01", 5, 50, "eth")
    found = year(eth, borrow, seized, regime=regime, method=method, base="EUR")
    (closed,) = [line for line in found.lines if line.asset == "symbol:DEBT"]
    assert (closed.rule, closed.cost, closed.gain) == ("missing", None, None)
    assert ("missing_basis", "seized") in codes(found)
    assert found.short == 0


def test_austria_carries_the_cost_of_new_stock_through_a_swap():
    swap = on("2024-02-01", BTC_FOR_ETH, "swap")
    found = year(bought("2023-01-01", 10, 100, "a"), swap, regime="at", base="EUR")
    assert (found.lines, codes(found)) == ((), [])
    after = year(
        bought("2023-01-01", 10, 100, "a"),
        swap,
        sold("2024-06-01", 1, 90, asset="BTC"),
        regime="at",
        base="EUR",
    )
    assert [(line.cost, line.gain) for line in after.lines] == [(40, 50)]


@pytest.mark.parametrize(("units", "gas", "sale"), [(1000, None, 50), (1, 10, 40)])
def test_gas_of_a_swap_in_austria_realises_nothing_and_gives_its_cost(units, gas, sale):
    swap = f"asset:w ETH -4 dispose = -80\nasset:w BTC {units} acquire = 80"
    paid = "asset:w ETH -1 dispose = -20\nexpense:gas ETH 1 = 20"
    found = year(
        bought("2023-01-01", 10, 100, "a"),
        on("2024-02-01", f"{swap}\n{paid}", "swap"),
        sold("2024-06-01", units, 90, asset="BTC"),
        regime="at",
        base="EUR",
    )
    # a fee that is worth less than the smallest unit of what came is given up at its value
    costs: Counter[str] = Counter()
    for line in found.lines:
        costs[line.source] += line.cost
    assert costs == ({"sale": sale} if gas is None else {"swap": gas, "sale": sale})


def test_austria_takes_a_swap_of_old_stock_and_one_into_currency_for_sales():
    old = bought("2020-01-01", 10, 100, "old")
    found = year(old, on("2024-02-01", BTC_FOR_ETH, "swap"), regime="at", base="EUR")
    assert [(line.lot, line.gain, line.term) for line in found.lines] == [("old:0", 40, "long")]
    assert found.taxable == 0
    new = bought("2023-01-01", 10, 100, "new")
    dollars = on("2024-02-01", "asset:w ETH -4 dispose = -80\nasset:w USD 90 acquire = 80", "swap")
    found = year(new, dollars, regime="at", base="EUR")
    assert [(line.cost, line.gain) for line in found.lines] == [(40, 40)]


def test_austria_takes_a_staking_reward_for_no_income_and_interest_for_one():
    reward, interest = (
        on("2024-02-01", f"asset:w ETH 1 acquire = 30\nincome:{kind} ETH -1 none = -30", kind)
        for kind in ("staking", "interest")
    )
    found = year(reward, sold("2024-06-01", 1, 90), regime="at", base="EUR")
    assert (found.income, found.income_total) == ((), 0)
    assert [(line.cost, line.gain) for line in found.lines] == [(0, 90)]
    other = year(interest, sold("2024-06-01", 1, 90), regime="at", base="EUR")
    assert other.income_total == 30
    assert [(line.cost, line.gain) for line in other.lines] == [(30, 60)]
    early = on("2022-02-28", "asset:w ETH 1 acquire = 30\nincome:staking ETH -1 none = -30", "r")
    assert year(early, regime="at", base="EUR", number=2022).income_total == 30


def test_austria_keeps_old_stock_old_through_a_wrap():
    found = year(
        bought("2020-01-01", 2, 20, "old"),
        bought("2023-01-01", 2, 200, "new"),
        wrapped("2024-02-01", 3, 300),
        sold("2024-06-01", 3, 600, asset="WETH"),
        regime="at",
        base="EUR",
    )
    assert [(line.lot, line.quantity, line.cost, line.term) for line in found.lines] == [
        ("old:0", 2, 20, "long"),
        ("", 1, 100, "short"),
    ]


def test_ireland_carries_a_loss_that_waits_through_a_wrap():
    found = year(
        bought("2023-01-01", 10, 1000, "a"),
        sold("2024-03-01", 10, 400, "s"),
        bought("2024-03-20", 10, 500, "b"),
        wrapped("2024-03-25", 4, 200),
        sold("2024-08-01", 4, 700, "t", asset="WETH"),
        regime="ie",
        base="EUR",
    )
    assert [(line.lot, line.cost, line.denied, line.gain) for line in found.lines] == [
        ("a:0", 1000, 600, 0),
        ("b:0", 440, 0, 260),
    ]


def test_ireland_takes_what_changed_its_form_by_its_own_dates():
    found = year(
        bought("2023-01-01", 1, 10, "x"),
        bought("2023-02-01", 1, 20, "y", asset="WETH"),
        wrapped("2024-02-01", 1, 30),
        sold("2024-08-01", 1, 50, asset="WETH"),
        regime="ie",
        base="EUR",
    )
    assert [(line.lot, line.cost) for line in found.lines] == [("x:0", 10)]


def test_a_company_of_the_united_kingdom_keeps_the_indexed_pool_through_a_wrap():
    buy = bought("2015-01-15", 10, 10**9, "b", currency="GBP")
    plain = year(buy, sold("2016-02-15", 10, 3 * 10**9, currency="GBP"),
                 regime="uk_company", base="GBP", number=2016)  # fmt: skip
    other = year(
        buy,
        wrapped("2016-01-20", 10, 2 * 10**9),
        sold("2016-02-15", 10, 3 * 10**9, asset="WETH", currency="GBP"),
        regime="uk_company",
        base="GBP",
        number=2016,
    )
    assert [line.rule for line in other.lines] == ["s104"]
    assert abs(other.lines[0].gain - plain.lines[0].gain) <= 1
    assert other.lines[0].gain < 1_990_000_000, "prices rose"


def test_what_a_company_bought_within_ten_days_is_there_for_a_wrap():
    found = year(
        bought("2024-06-01", 10, 100, "b", currency="GBP"),
        wrapped("2024-06-03", 10, 100),
        sold("2024-06-04", 10, 150, asset="WETH", currency="GBP"),
        regime="uk_company",
        base="GBP",
        number=2025,
    )
    assert (codes(found), [line.cost for line in found.lines]) == ([], [100])


def test_a_wrap_of_what_was_bought_that_day_takes_its_cost_along_in_day_matching():
    found = year(
        bought("2024-06-01T09:00", 10, 100, "b", currency="GBP"),
        wrapped("2024-06-01T10:00", 10, 100),
        sold("2024-06-01T11:00", 4, 60, asset="WETH", currency="GBP"),
        regime="uk",
        base="GBP",
        number=2025,
    )
    assert (codes(found), [(line.cost, line.gain) for line in found.lines]) == ([], [(40, 20)])


def test_a_wash_sale_is_a_denied_loss_of_its_line_where_it_is_asked():
    entries = (
        bought("2024-01-01", 10, 1000, "a", currency="USD"),
        sold("2024-06-01", 10, 400, currency="USD"),
        bought("2024-06-10", 10, 500, "b", currency="USD"),
    )
    assert [line.denied for line in year(*entries).lines] == [0]
    (line,) = year(*entries, loss_rule="us_wash").lines
    assert (line.denied, line.gain) == (600, 0)


def test_an_election_marks_positions_of_books_and_no_currency():
    found = year(
        bought("2024-01-01", 10, 1000, "a", currency="USD"),
        on("2024-01-02", "asset:w EUR 10 acquire = 11\nasset:w USD -11 dispose = -11", "eur"),
        mark_to_market="from:2024",
        quotes=[quote("2024-12-31", "ETH", 150), quote("2024-12-31", "EUR", 2)],
    )
    assert [(line.asset, line.rule, line.gain) for line in found.lines] == [
        ("symbol:ETH", "mark", 500)
    ]


def test_france_takes_currency_for_a_sale_and_keeps_it_out_of_the_portfolio():
    found = year(
        bought("2023-01-01", 10, 100, "a"),
        on("2024-02-01", "asset:w ETH -5 dispose = -80\nasset:w USD 90 acquire = 80", "out"),
        on("2024-03-01", "asset:w USD -90 dispose = -85\nasset:w EUR 85 acquire = 85", "euro"),
        regime="fr",
        base="EUR",
        quotes=[quote("2024-02-01", "ETH", 16, "EUR")],
    )
    assert [(line.asset, line.gain, line.rule) for line in found.lines] == [
        ("symbol:ETH", 30, "portfolio"),
        ("iso4217:USD", None, "not_assessed"),
    ]
    assert found.short + found.long == 30
    assert codes(found) == [("not_assessed", "iso4217:USD")]


def test_india_deducts_no_fee_in_units():
    text = "asset:w ETH -4 dispose = -80\nasset:w INR 80 acquire = 80\n"
    fee = "asset:w ETH -1 dispose = -20\nexpense:gas ETH 1 none = 20"
    entries = bought("2023-06-01", 10, 100, "a", currency="INR"), on("2024-02-01", text + fee, "s")
    found = year(*entries, regime="in", base="INR")
    assert [gain for _, _, _, gain in lines(found)] == [40, 10]


def traded(*, marked=False, contracts=()):
    """Bought at 100, half of it sold at 80 for 50 cost, and worth 90 at the end of the year."""
    words = {"mark_to_market": "from:2024"} if marked else {}
    return year(
        bought("2024-01-02", 10, 100, "a", currency="USD"),
        sold("2024-06-02", 5, 80, currency="USD"),
        quotes=[quote("2024-12-31", "ETH", 18)],
        **words,
        **({"section_1256": contracts} if contracts else {}),
    )


def test_a_trader_who_elected_has_ordinary_gains_and_the_year_says_how_much():
    found = traded(marked=True)
    assert [(line.gain, line.rule, line.character) for line in found.lines] == [
        (30, "lot", "ordinary"),
        (40, "mark", "ordinary"),
    ]
    assert (found.short, found.long, found.ordinary, found.section_1256) == (70, 0, 70, 0)
    (capital,) = traded().lines
    assert (capital.character, traded().ordinary) == ("capital", 0)


def test_a_mark_without_a_price_is_a_problem_of_its_year_and_later_ones():
    entries = (
        bought("2024-02-01", 5, 50, "a", currency="USD"),
        bought("2026-02-01", 1, 5, "b", currency="USD"),
    )
    marks = [
        [source for _, source in codes(year(*entries, number=number, mark_to_market="from:2025"))]
        for number in (2024, 2025, 2026)
    ]
    until = ["mark 2024", "mark 2025", "mark 2026"]
    assert marks == [until[:1], until[:2], until]


def test_contracts_of_section_1256_are_sixty_percent_long_in_books_too():
    found = traded(contracts=["symbol:ETH"])
    assert {line.character for line in found.lines} == {"section_1256"}
    assert (found.short, found.long, found.section_1256, found.ordinary) == (28, 42, 70, 0)


FORKED = replace(
    on("2024-01-01", "asset:w BCH 10 acquire = 50\nincome:airdrop BCH -10 = -50", "f"),
    kind="airdrop",
    note="stated:fork",
)


@pytest.mark.parametrize(
    ("regime", "base", "income", "gain"),
    [("us", "USD", 50, 150), ("jp", "JPY", 0, 200), ("au", "AUD", 0, 200), ("at", "EUR", 0, 200),
     ("de", "EUR", 0, None), ("uk", "GBP", 0, None), ("ca", "CAD", 50, 150)],
)  # fmt: skip
def test_a_fork_is_what_each_country_says_of_it(regime, base, income, gain):
    sale = sold("2024-02-01", 10, 200, asset="BCH", currency=base)
    found = year(FORKED, sale, regime=regime, base=base, number=2024)
    assert sum(line.value for line in found.income) == income
    assert [line.gain for line in found.lines] == [gain]
    shared = [("missing_basis", "f"), ("missing_basis", "sale")] if gain is None else []
    assert codes(found) == shared


def test_a_wrap_is_an_exchange_in_australia():
    (line,) = year(
        bought("2023-08-01", 4, 40, "a", currency="AUD"),
        wrapped("2024-02-01", 4, 100),
        regime="au",
        base="AUD",
    ).lines
    assert (line.asset, line.proceeds, line.gain) == ("symbol:ETH", 100, 60)


@pytest.mark.parametrize(("regime", "base"), [("uk", "GBP"), ("ie", "EUR")])
def test_what_a_charity_is_given_has_no_gain_and_a_gift_has(regime, base):
    given = "asset:w ETH -2 dispose = -90\nexpense:donation ETH 2 = 90"
    found = year(
        bought("2023-05-01", 4, 40, "a", currency=base),
        on("2024-02-01", given, "charity", kind="donation"),
        on("2024-03-01", given, "friend", kind="send"),
        regime=regime,
        base=base,
    )
    assert {line.source: line.gain for line in found.lines} == {"charity": 0, "friend": 70}


def test_a_line_of_a_company_says_its_indexation():
    one = 10**18
    (line,) = year(
        bought("2014-01-28", 20, 10_000 * one, "a", currency="GBP"),
        sold("2024-07-01", 5, 250_000 * one, currency="GBP"),
        regime="uk_company",
        base="GBP",
        number=2025,
    ).lines
    # the index stood at 252.6 in January 2014 and at 278.1 in December 2017
    assert line.indexation == 2_500 * one * 2781 // 2526 - 2_500 * one
    assert line.gain == line.proceeds - line.cost - line.fees - line.indexation
