"""The monthly report: figures tie to each other, lead to their source, and hide nothing."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from ledger.model.amount import CONTEXT, parse_decimal
from ledger.model.asset import AssetId
from ledger.model.fund import WalletId
from ledger.model.position import NavPoint
from reports.display import money
from reports.pdf import render
from reports.statement import Figure, Heat, LineChart, Note, Statement, Table, Tiles, figures_of
from reports.statements.monthly import statement
from reports.statements.monthly.history import bridge, by_month, compounded, underwater
from risk.model import RiskReport
from tests.reports.books import STRATEGIES, monthly_figures, whole

MADE = statement(monthly_figures())


def texts(made: Statement) -> dict[str, str]:
    return {figure.id: figure.text for page in made.pages for figure in figures_of(page)}


def table(made: Statement, title: str) -> Table:
    blocks = [block for page in made.pages for block in page.blocks]
    return next(each for each in blocks if isinstance(each, Table) and each.title == title)


def point(day: str, value: str, growth: str | None = None, flows: str = "0") -> NavPoint:
    time = datetime.fromisoformat(day).replace(tzinfo=UTC)
    factor = None if growth is None else parse_decimal(growth)
    return NavPoint(time, "USD", whole(value), whole(flows), factor)


def test_there_are_six_pages():
    titles = ["", "Performance", "Strategies", "Positions", "Risk", "Integrity"]
    assert [page.title for page in MADE.pages] == titles


def test_every_printed_number_is_a_figure_with_a_source():
    for figure in (figure for page in MADE.pages for figure in figures_of(page)):
        assert MADE.figures[figure.id].references, figure.id


def test_no_amount_is_printed_as_a_bare_text():
    amount = re.compile(r"^−?[\d,]+\.\d+%?$")
    for page in MADE.pages:
        for block in page.blocks:
            rows = block.rows if isinstance(block, Table) else ()
            bare = [cell for row in rows for cell in row if isinstance(cell, str)]
            assert not [cell for cell in bare if amount.match(cell)]


def test_months_compound_growth_exactly():
    points = [
        point("2026-01-31", "100"),
        point("2026-02-01", "110", "1.1"),
        point("2026-02-15", "121", "1.1"),
        point("2026-03-01", "108.9", "0.9"),
    ]
    months = by_month(points)
    assert months[(2026, 1)].parts == whole("0.1")
    assert months[(2026, 2)].parts == whole("-0.01")
    assert compounded(points).parts == whole("0.089")


def test_a_point_at_midnight_closes_the_day_before():
    assert list(by_month([point("2026-02-01", "1", "1.5")])) == [(2026, 1)]


def test_a_month_without_growth_has_no_return():
    assert compounded([point("2026-01-02", "5")]).parts is None


def test_drawdown_is_measured_from_the_highest_value_reached():
    points = [point("2026-01-02", "1"), point("2026-01-03", "1", "1.25"),
              point("2026-01-04", "1", "0.8"), point("2026-01-05", "1", "1.25")]  # fmt: skip
    assert [fall for _, fall in underwater(points)] == [0, 0, whole("-0.2"), 0]


def test_the_bridge_states_what_nothing_explains():
    points = [point("2026-01-01", "100"), point("2026-01-20", "160", "1.1", "50")]
    found = bridge(points, date(2026, 1, 1), whole("9.99"))
    assert (found.opening, found.flows, found.closing) == (whole("100"), whole("50"), whole("160"))
    assert found.unattributed == whole("0.01")


def test_the_printed_bridge_adds_up():
    found = texts(MADE)
    parts = {
        part: int(found[f"2026-10/strategies/bridge/month/{part}"].translate(CENTS))
        for part in ("opening", "flows", "net", "unattributed", "closing")
    }
    assert parts.pop("closing") == sum(parts.values())
    assert parts["unattributed"] == 4127


CENTS = str.maketrans({",": "", ".": "", "−": "-"})


def test_totals_are_the_exact_sum_of_strategies():
    net = sum(result.net for result in monthly_figures().month_results)
    assert texts(MADE)["2026-10/strategies/month-total/net"] == money(net, 0)


def test_a_result_leads_to_its_entries():
    found = MADE.figures[f"2026-10/strategies/month/{STRATEGIES[0]}/net"]
    assert found.kind == "result"
    assert found.references[1:] == ("eip155:1/tx:0x01#0",)


def test_the_order_of_what_comes_in_decides_nothing():
    figures = monthly_figures()
    turned = replace(
        figures,
        nav=figures.nav[::-1],
        month_results=figures.month_results[::-1],
        year_results=figures.year_results[::-1],
        marks=figures.marks[::-1],
        coverage=figures.coverage[::-1],
        problems=figures.problems[::-1],
    )
    assert statement(turned) == MADE


def test_an_unpriced_position_is_listed_and_has_no_value():
    [row] = table(MADE, "Unpriced positions").rows
    assert row[-1] == "unpriced"
    assert "Unpriced" in table(MADE, "Unpriced positions").title


def test_what_is_owed_is_negative():
    rows = table(MADE, "Positions by value").rows
    [owed] = [row for row in rows if isinstance(row[0], str) and row[0].endswith("owed")]
    assert isinstance(owed[6], Figure) and owed[6].text == "−364,920.65"


def test_positions_that_do_not_make_the_nav_say_so():
    assert table(MADE, "Positions by value").totals == 1
    figures = monthly_figures()
    short = statement(replace(figures, marks=figures.marks[1:]))
    assert table(short, "Positions by value").totals == 2
    assert texts(short)["2026-10/positions-difference/value"] != "0.00"


def test_a_measure_that_cannot_be_stated_says_why():
    rows = {row[0]: row for row in table(MADE, "Measures").rows}
    value = rows["Profit factor"][1]
    assert isinstance(value, Figure) and value.text == "n/a"
    assert "no losing trade" in str(rows["Profit factor"][4])


def test_problems_are_counted_by_code_with_an_example():
    rows = table(MADE, "Problems").rows
    assert [(row[0], row[1].text) for row in rows if isinstance(row[1], Figure)] == [
        ("missing_price", "2"), ("in_flight", "1"), ("unmatched_transfer", "1")]  # fmt: skip
    assert "kraken.csv:14" in str(rows[2][3])


def test_suspense_is_in_basis_points_and_unknown_is_not_zero():
    assert texts(MADE)["2026-10/integrity/suspense"].endswith(" bp")
    unknown = statement(monthly_figures(suspense=None))
    assert texts(unknown)["2026-10/integrity/suspense"] == "n/a"


def test_the_last_page_names_the_books_and_the_code():
    notes = [block.text for block in MADE.pages[-1].blocks if isinstance(block, Note)]
    assert monthly_figures().digest in notes[-1]
    assert "0.1.0" in notes[-1]


def test_the_grid_has_a_cell_a_month_and_the_compounded_year():
    [grid] = [block for block in MADE.pages[0].blocks if isinstance(block, Heat)]
    assert [year for year, _ in grid.rows] == ["2026", "2025"]
    assert [cell is None for cell in grid.rows[1][1]] == [True] * 8 + [False] * 5
    factor = CONTEXT.create_decimal(1)
    for each in monthly_figures().nav:
        if each.growth is not None and each.time > datetime(2026, 1, 1, tzinfo=UTC):
            factor = CONTEXT.multiply(factor, each.growth)
    shown = grid.rows[0][1][12]
    assert shown is not None and shown.figure.text == f"{(factor - 1) * 100:.2f}"


def test_a_fund_without_anything_still_has_its_report():
    figures = monthly_figures()
    none = RiskReport(figures.risk.start, figures.risk.end, figures.risk.returns, ())
    made = statement(
        replace(figures, nav=(), month_results=(), year_results=(), marks=(), coverage=(),
                breaks=(), problems=(), unexplained=(), suspense=0, risk=none)
    )  # fmt: skip
    found = texts(made)
    assert found["2026-10/cover/nav"] == found["2026-10/cover/return_month"] == "n/a"
    charts = [each for each in made.charts().values() if isinstance(each, LineChart)]
    assert all(not chart.points for chart in charts)


def test_an_asset_in_two_wallets_of_one_network_is_one_row_with_both_sources():
    figures = monthly_figures()
    ether = figures.marks[1]
    place = replace(ether.position, wallet=WalletId("eip155:1:0xother"))
    twice = statement(replace(figures, marks=(*figures.marks, replace(ether, position=place))))
    [row] = [r for r in table(twice, "Positions by value").rows if r[:2] == ("ETH", "Ethereum")]
    assert row[2] == "2 wallets"
    assert isinstance(row[3], Figure) and row[3].text == "824.6000"
    held = [each for each in row[3].source.references if each.startswith("eip155:1:0x")]
    assert len(held) == 2


def test_what_is_in_flight_is_a_row_of_its_own():
    figures = monthly_figures()
    ether = figures.marks[1]
    place = replace(ether.position, wallet=WalletId("transit:bridge:9"))
    flying = statement(replace(figures, marks=(*figures.marks, replace(ether, position=place))))
    held = [row[2] for row in table(flying, "Positions by value").rows if row[0] == "ETH"]
    assert sorted(map(str, held)) == ["arbitrum desk", "desk", "in flight"]


def test_many_positions_end_in_one_row_that_sums_the_rest():
    figures = monthly_figures()
    dollars = figures.marks[0]
    many = tuple(
        replace(dollars, position=replace(dollars.position, asset=AssetId(f"symbol:USD{n}")))
        for n in range(70)
    )
    rows = table(statement(replace(figures, marks=many)), "Positions by value").rows
    assert rows[26][0] == "44 smaller"
    total = rows[27][6]
    assert isinstance(total, Figure) and total.text == money((dollars.value or 0) * 70)


def test_headline_figures_are_tiles_on_the_first_page():
    [first, *_] = [block for block in MADE.pages[0].blocks if isinstance(block, Tiles)]
    labels = ["Net asset value, USD", "Month", "Year to date", "Since inception"]
    assert [tile.label for tile in first.tiles] == labels


def old_fund() -> Statement:
    """The report of a fund whose books reach back to 1970, a point a month."""
    figures = monthly_figures()
    times = [
        datetime(year, month, 2, tzinfo=UTC) for year in range(1970, 2025) for month in range(1, 13)
    ]
    points = tuple(
        NavPoint(time, "USD", whole("5"), growth=parse_decimal("1.01")) for time in times
    )
    return statement(replace(figures, nav=(*points, *figures.nav)))


def test_the_grid_of_an_old_fund_shows_its_last_years_and_says_so():
    [grid] = [block for block in old_fund().pages[0].blocks if isinstance(block, Heat)]
    assert [year for year, _ in grid.rows] == [str(year) for year in range(2026, 2019, -1)]
    assert grid.note == "The last 7 of 57 years."


def test_the_report_of_an_old_fund_fits_its_pages():
    assert render(old_fund()).count(b"/Type /Page\n") == render(MADE).count(b"/Type /Page\n") > 0


def test_the_grid_of_a_young_fund_leaves_nothing_out():
    [grid] = [block for block in MADE.pages[0].blocks if isinstance(block, Heat)]
    assert grid.note == ""


def test_weights_say_of_what_capital_they_are_shares():
    title, drawn = "Kelly fraction and weights by strategy", monthly_figures()
    assert "Weights are shares of capital" in table(MADE, title).note
    # without any there is nothing to say of them
    without = replace(drawn, risk=replace(drawn.risk, allocations=()))
    assert "Weights" not in table(statement(without), title).note
