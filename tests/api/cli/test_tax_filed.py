"""`partita tax file` and what a late trade does to a filed year; plans before a sale."""

import pytest

from tests.api.cli.test_tax import ROWS
from tests.api.conftest import HEADER

LATE = "2024-05-02T10:00:00Z,sell,bank,BTC,0.5,USD,1500,,,,,,late-1,"
NEXT = "2025-02-01T10:00:00Z,sell,bank,BTC,0.5,USD,5000,,,,,,n-1,"


@pytest.fixture
def books(partita):
    done = partita("import", partita.write("rows.csv", HEADER.strip(), *ROWS))
    assert done.code in {0, 3}, done.err
    return partita


@pytest.fixture
def filed(books):
    done = books("tax", "file", "us", "2024", "--by", "Ann", "--json")
    assert done.code == 0, done.err
    return books


def import_rows(partita, name, *rows):
    done = partita("import", partita.write(name, HEADER.strip(), *rows))
    assert done.code in {0, 3}, done.err


def test_a_filed_year_says_so_and_shows_no_difference_while_there_is_none(filed):
    done = filed("tax", "us", "2024", "--json")
    assert done.code == 0, done.err
    assert (done.json["filed"]["by"], done.json["filed"]["year"]) == ("Ann", 2024)
    assert done.json["difference"]["changed"] is False
    assert done.json["totals"]["long"] == "3000"


def test_a_late_trade_leaves_the_filed_figures_and_shows_the_difference(filed):
    import_rows(filed, "late.csv", LATE)
    done = filed("tax", "us", "2024", "--json")
    assert done.code == 3
    assert done.json["totals"]["long"] == "3000", "as filed"
    assert [line["source"] for line in done.json["disposals"]] == [
        done.json["disposals"][0]["source"]
    ]
    assert "filed_year_changed" in {one["code"] for one in done.json["problems"]}
    changed = done.json["difference"]
    assert {one["what"] for one in changed["disposals"]} == {"came", "changed"}
    # half of the old unit went before; half of the sale is of the dear one now
    assert changed["totals"]["long"] == {"filed": "3000", "now": "2500"}
    assert changed["totals"]["short"] == {"filed": "0", "now": "485"}


def test_whatever_comes_late_is_told_and_changes_no_filed_figure(filed):
    """A trade, income, units that leave to nobody known, a wallet: none of it in silence."""
    as_filed = filed("tax", "us", "2024", "--json").json
    late = {
        "trade": LATE,
        "income": "2024-06-05T10:00:00Z,staking,bank,,,ETH,1,,,2600,USD,,late-2,",
        "left to nobody known": "2024-07-05T10:00:00Z,withdrawal,bank,BTC,0.1,,,,,,,,late-3,",
        "another wallet": "2024-08-05T10:00:00Z,sell,other,DOGE,5,USD,9,,,,,,late-4,",
    }
    seen = []
    for number, (what, row) in enumerate(late.items()):
        import_rows(filed, f"late-{number}.csv", row)
        done = filed("tax", "us", "2024", "--json")
        assert done.code == 3 and done.json["difference"]["changed"], what
        assert done.json["difference"] not in seen, f"{what}: told as well"
        assert done.json["disposals"] == as_filed["disposals"], what
        assert done.json["totals"] == as_filed["totals"], what
        assert done.json["status"] == "provisional", what
        seen.append(done.json["difference"])
    problems = {one["code"] for one in seen[-1]["problems"]}
    assert problems == {"unmatched_transfer", "missing_basis"}
    assert "since it was filed: unmatched_transfer" in filed("tax", "us", "2024").err


def test_a_price_or_a_policy_that_changes_is_told_and_changes_no_filed_figure(partita):
    priced = "2024-03-01T10:00:00Z,staking,bank,,,ETH,1,,,,,,i-1,"
    import_rows(partita, "rows.csv", *ROWS, priced)
    head = "time,asset,price,currency,source"
    partita("prices", "import", partita.write("p.csv", head, "2024-03-01,ETH,3000,USD,test"))
    assert partita("tax", "file", "us", "2024", "--by", "Ann").code == 0
    partita("prices", "import", partita.write("q.csv", head, "2024-03-01T09:00:00Z,ETH,3100,USD,b"))
    partita("keep")
    done = partita("tax", "us", "2024", "--json")
    assert done.code == 3, done.json["difference"]
    assert done.json["totals"]["income"] == "5500", "as filed"
    assert done.json["difference"]["totals"]["income"] == {"filed": "5500", "now": "5600"}
    assert partita("fund", "method", "2024", "lifo").code == 0
    done = partita("tax", "us", "2024", "--json")
    assert done.json["totals"]["long"] == "3000", "as filed, first in first out"
    assert done.json["difference"]["totals"]["long"] == {"filed": "3000", "now": "0"}


def test_the_years_after_say_that_a_year_before_them_was_filed_otherwise(filed):
    import_rows(filed, "late.csv", LATE)
    done = filed("tax", "us", "2025", "--json")
    assert done.code == 3
    [problem] = [one for one in done.json["problems"] if one["code"] == "filed_year_changed"]
    assert problem["source"] == "us 2024"
    assert filed("tax", "us", "2023", "--json").code == 0, "and the years before it do not"
    assert filed("tax", "generic", "2025", "--json").code == 0, "nor does another regime"


def test_the_same_is_filed_once_and_other_figures_only_for_a_reason(filed):
    assert filed("tax", "file", "us", "2024", "--by", "Ann").code == 0
    assert len(filed("tax", "filed", "--json").json) == 1
    import_rows(filed, "late.csv", LATE)
    refused = filed("tax", "file", "us", "2024", "--by", "Ann")
    assert refused.code == 1 and "an amendment has a reason" in refused.err
    words = ("--by", "Bob", "--reason", "a file came late")
    assert filed("tax", "file", "us", "2024", *words).code == 0
    first, second = filed("tax", "filed", "--json").json
    assert (first["by"], second["by"], second["reason"]) == ("Ann", "Bob", "a file came late")
    done = filed("tax", "us", "2024", "--json")
    assert done.code == 0 and done.json["totals"]["long"] == "2500"
    then = filed("tax", "us", "2024", "--json", "--known-at", second["filed_at"])
    assert then.json["filed"]["digest"] == second["digest"]


def test_another_method_is_a_question_and_changes_nothing_of_what_was_filed(filed):
    done = filed("tax", "us", "2024", "--method", "lifo", "--json")
    assert done.code == 0
    assert done.json["totals"]["long"] == "0"
    assert done.json["filed"]["by"] == "Ann" and "difference" not in done.json
    assert filed("tax", "us", "2024", "--json").json["totals"]["long"] == "3000"


def test_a_year_with_problems_is_filed_only_where_that_is_said(books):
    import_rows(books, "odd.csv", "2024-07-01T10:00:00Z,sell,bank,DOGE,1,USD,5,,,,,,d-1,")
    refused = books("tax", "file", "us", "2024", "--by", "Ann")
    assert refused.code == 3 and "missing_basis" in refused.err
    assert books("tax", "filed", "--json").json == []
    done = books("tax", "file", "us", "2024", "--by", "Ann", "--with-open-problems")
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    "words", [("us", "2199"), ("atlantis", "2024"), ("us", "2024", "--method", "astrology")]
)
def test_what_is_not_over_or_means_nothing_is_not_filed(books, words):
    assert books("tax", "file", *words, "--by", "Ann").code == 6
    assert books("tax", "filed", "--json").json == []


def test_the_export_of_a_filed_year_has_the_filed_figures(filed):
    import_rows(filed, "late.csv", LATE)
    filed("export", "form_8949", "--year", "2024", "--out", "form.csv")
    rows = (filed.folder / "form.csv").read_text().splitlines()
    assert len(rows) == 2


# ---- before a trade


def test_what_if_shows_every_method_with_tax_at_the_stated_rates_alone(books):
    words = ("what-if", "BTC", "0.5", "--wallet", "bank", "--price", "2000")
    done = books("tax", *words, "--rate", "short=0.37", "--rate", "long=0.2", "--json")
    assert done.code == 0, done.err
    by = {row["method"]: row for row in done.json}
    assert by["fifo"]["holds"] and not by["hifo"]["holds"]
    assert set(by) == {"fifo", "lifo", "hifo", "lofo", "average"}
    assert by["fifo"]["lots"][0]["gain"] == "-515"
    assert by["fifo"]["warning"]["rule"] == "wash_sale"
    assert by["fifo"]["totals"]["tax"] == "-103"
    silent = books("tax", *words, "--json").json
    assert {row["totals"]["tax"] for row in silent} == {None}
    assert books("tax", *words).code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("NOPE", "1", "--wallet", "bank", "--price", "1"),
        ("BTC", "1", "--wallet", "nowhere", "--price", "1"),
        ("BTC", "-1", "--wallet", "bank", "--price", "1"),
        ("BTC", "1", "--wallet", "bank", "--price", "0"),
        ("BTC", "1", "--wallet", "bank", "--price", "1", "--rate", "short=2"),
        ("BTC", "1", "--wallet", "bank", "--price", "1", "--method", "astrology"),
    ],
)
def test_a_trade_that_cannot_be_is_refused(books, words):
    done = books("tax", "what-if", *words)
    assert done.code in {1, 2, 6} and done.out == "", done.err


def test_harvest_lists_what_is_below_market(books):
    prices = (
        "time,asset,price,currency,source",
        "2024-07-01,BTC,2000,USD,t",
        "2024-07-01,ETH,9000,USD,t",
    )
    books("prices", "import", books.write("p.csv", *prices))
    done = books("tax", "harvest", "--as-of", "2024-07-02", "--rate", "short=0.37", "--json")
    assert done.code == 0, done.err
    [lot] = done.json["lots"]
    assert (lot["asset"], lot["gain"], lot["term"], lot["tax"]) == (
        "BTC",
        "-1030",
        "short",
        "-381.1",
    )
    assert done.json["loss"] == "-1030"
    old = books("tax", "harvest", "--as-of", "2024-08-02", "--json")
    assert old.code == 3 and set(old.json["unpriced"]) == {"BTC", "ETH"}


def test_methods_of_a_year_are_compared_and_what_holds_is_marked(books):
    done = books(
        "tax", "compare", "us", "2024", "--rate", "short=0.37", "--rate", "long=0.2", "--json"
    )
    by = {row["method"]: row for row in done.json}
    assert [name for name, row in by.items() if row["holds"]] == ["fifo"]
    assert (by["fifo"]["long"], by["fifo"]["tax"]) == ("3000", "600")
    assert (by["hifo"]["short"], by["hifo"]["tax"]) == ("970", "358.9")


def test_what_is_tried_listed_and_compared_is_so_by_the_settings_that_are_asked_for(books):
    """A part of a lot that was bought within thirty days: the wash sale denies its loss."""
    washed = ("--set", "loss_rule=us_wash")
    bought = "2024-07-01T10:00:00Z,buy,bank,USD,500,BTC,0.5,,,,,,b-3,"
    sold = "2024-07-10T10:00:00Z,sell,bank,BTC,0.5,USD,100,,,,,,s-3,"
    import_rows(books, "bought.csv", bought)
    sale = ("BTC", "0.5", "--wallet", "bank", "--price", "200", "--at", "2024-07-10")
    tried = ("tax", "what-if", *sale, "--method", "fifo", "--json")
    for words, short in (((), "-1415"), (washed, "0")):
        [row] = books(*tried, *words).json
        assert row["totals"]["short"] == short
    import_rows(books, "sold.csv", sold)
    compared = ("tax", "compare", "us", "2024", "--json")
    plain, denied = (
        {row["method"]: row for row in books(*compared, *words).json} for words in ((), washed)
    )
    assert plain.keys() - denied.keys() == {"average"}  # a pool has no lots to wash
    assert (plain["fifo"]["short"], denied["fifo"]["short"]) == ("-1415", "0")
    # what holds for the fund is asked without settings
    assert plain["fifo"]["holds"]
    assert not any(row["holds"] for row in denied.values())
    for command in (tried, compared, ("tax", "harvest", "--json")):
        done = books(*command, "--set", "loss_rule=astrology")
        assert (done.code, done.out) == (6, ""), command


def lot_of(partita, *words):
    """The lot that a sale would take first."""
    asked = ("BTC", "1", "--wallet", "bank", "--price", "1", "--method", "fifo", "--json", *words)
    return partita("tax", "what-if", *asked).json[0]["lots"][0]["lot"]


def test_a_plan_is_of_lots_that_are_there_with_units_enough(books):
    used = lot_of(books, "--at", "2024-03-01")
    plan = ("tax", "plan", "BTC")
    where = ("--wallet", "bank", "--by", "Ann")
    assert books(*plan, "1", "nothing:0", *where).code == 1
    assert books(*plan, "1", used, *where).code == 1, "the sale of June used it up"
    lot = lot_of(books)
    assert lot != used
    assert books(*plan, "2", lot, *where).code == 6
    assert books(*plan, "1", lot, lot, *where).code == 6
    assert books("tax", "plans", "--json").json == []
    done = books(*plan, "1", lot, *where)
    assert done.code == 0, done.err
    [kept] = books("tax", "plans", "--json").json
    assert (kept["lots"], kept["entry"], kept["by"]) == ([lot], None, "Ann")


def test_a_plan_made_today_identifies_no_sale_of_before(books):
    import_rows(books, "more.csv", "2024-03-01T10:00:00Z,buy,bank,USD,9000,BTC,1,,,,,,b-3,")
    words = ("--wallet", "bank", "--price", "1", "--method", "lifo", "--json")
    [row] = books("tax", "what-if", "BTC", "1", *words).json
    lot = row["lots"][0]["lot"]
    assert books("tax", "plan", "BTC", "1", lot, "--wallet", "bank", "--by", "Ann").code == 0
    before = books("tax", "us", "2024", "--json").json["disposals"]
    assert [line["cost"] for line in before] == ["1000"]
