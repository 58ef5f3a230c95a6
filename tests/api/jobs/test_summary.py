"""The summary and the report say the same of the same books, and what they leave out."""

from dataclasses import replace

import pytest

from api.desk import Desk, now
from api.jobs.report import monthly_figures, monthly_statement
from api.jobs.summary import summary_lines
from ledger.store import open_store
from reports.names import VALUE_AT_RISK
from reports.statement import Figure, Note, Tiles
from reports.statements.monthly import statement
from risk.model import Allocation, KellySize

NOTHING_LEFT_OUT = "without a price not counted"


@pytest.fixture(scope="module")
def desk(shared_url):
    with open_store(shared_url, clock=now) as store:
        yield Desk(store, store.funds.get("main"))


@pytest.fixture(scope="module")
def books(desk):
    return desk.books()


@pytest.fixture(scope="module")
def drawn(desk, books):
    return monthly_figures(books, desk.fund, "2026-02")


def said(books, drawn) -> str:
    return "\n".join(summary_lines(books, drawn))


def line(text: str, label: str) -> list[str]:
    [found] = [each for each in text.splitlines() if each.startswith(label)]
    return found.removeprefix(label).split()


def cover(drawn):
    return statement(drawn).pages[0].blocks


def tile(drawn, label):
    tiles = [each for block in cover(drawn) if isinstance(block, Tiles) for each in block.tiles]
    return next(each for each in tiles if each.label.startswith(label))


def shown(drawn, label):
    return tile(drawn, label).figure.text.replace("−", "-")


@pytest.mark.parametrize(
    ("of_summary", "of_report"),
    [
        ("month ", "Month"),
        ("year to date", "Year to date"),
        ("since inception", "Since inception"),
    ],
)
def test_returns_are_those_of_the_report(books, drawn, of_summary, of_report):
    found = line(said(books, drawn), f"{of_summary}")[0]
    assert f"{found}%" == shown(drawn, of_report)


def test_value_at_risk_has_one_label_and_one_value(books, drawn):
    name, label = VALUE_AT_RISK
    assert line(said(books, drawn), label) == [shown(drawn, label)]
    measure = drawn.risk.measure(name)
    assert tile(drawn, label).figure.source.references == (measure.name,)


def test_what_has_no_price_is_said_beside_the_net_asset_value(books, drawn):
    last = replace(drawn.nav[-1], unpriced=2)
    dark = replace(drawn, nav=(*drawn.nav[:-1], last))
    assert "USD, 2 assets without a price not counted" in said(books, dark)
    assert tile(dark, "Net asset value").label == "Net asset value, USD, incomplete"
    assert tile(dark, "Net asset value").note == "2 unpriced assets not counted"
    assert "incomplete: 2 assets without a price not counted" in meaning(dark)


def test_a_whole_net_asset_value_says_nothing_of_prices(books, drawn):
    whole = replace(drawn, nav=tuple(replace(point, unpriced=0) for point in drawn.nav))
    assert NOTHING_LEFT_OUT not in said(books, whole) + meaning(whole)
    assert tile(whole, "Net asset value").label == "Net asset value, USD"


def meaning(drawn) -> str:
    [note] = [block.text for block in cover(drawn) if isinstance(block, Note)]
    return note


def test_days_whose_price_is_missing_are_counted(books, drawn):
    unknown = [replace(point, growth=None, invested=10**18) for point in drawn.nav[-3:-1]]
    dark = replace(drawn, nav=(*drawn.nav[:-3], *unknown, drawn.nav[-1]))
    assert dark.days_without_return == drawn.days_without_return + 2
    wanted = f"{dark.days_without_return} days without a return: a price was missing"
    assert wanted in said(books, dark)
    assert wanted in meaning(dark)


def test_days_before_the_first_investment_are_not_days_without_a_price(drawn):
    idle = [replace(point, growth=None, invested=0, value=0) for point in drawn.nav]
    assert replace(drawn, nav=tuple(idle)).days_without_return == 0


@pytest.mark.parametrize(("full", "shows"), [(10.0, "10.000"), (10.01, "n/m"), (-10.01, "n/m")])
def test_a_fraction_beyond_ten_is_not_meaningful(books, drawn, full, shows):
    size = KellySize("tiny", 30, 20, full, 0.5, 0.4, 0.5)
    sized = replace(drawn, risk=replace(drawn.risk, kelly=(size,)))
    assert line(said(books, sized), "tiny ")[:2] == [shows, "0.500"]
    noted = "n/m: not meaningful, the stakes are tiny" in said(books, sized)
    assert noted == (shows == "n/m")
    cells = {f.id: f.text for f in figures(sized)}
    assert (cells["2026-02/strategies/size/tiny/full"] == "n/m") == (shows == "n/m")


def figures(drawn) -> list[Figure]:
    from reports.statement import figures_of

    return [figure for page in statement(drawn).pages for figure in figures_of(page)]


def test_a_statement_is_made_of_the_same_figures(desk, books, drawn):
    assert monthly_statement(books, desk.fund, "2026-02") == statement(drawn)


def test_a_strategy_that_closed_no_trade_has_its_weight_and_no_stake(books, drawn):
    only_held = Allocation("hrp", (("only held", 0.4), ("directional", 0.6)), 60)
    weighed = replace(drawn, risk=replace(drawn.risk, allocations=(only_held,)))
    text = said(books, weighed)
    assert line(text, "only held ") == ["n/a", "n/a", "40.0%"]
    assert any(one.startswith("directional ") and "60.0%" in one for one in text.splitlines())
