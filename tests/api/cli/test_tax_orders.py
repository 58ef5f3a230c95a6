"""Standing orders for lots: those that were given before a sale count, whatever is asked later."""

import json

import pytest

from tests.api.ordering import AUGUST, BOUGHT, FEBRUARY, bring, costs, order

YEAR = ("tax", "us", "2025", "--json")
HIFO = (*YEAR, "--method", "hifo")
#: Far enough that an order of any day on which this runs is before it.
LATE_SALE = "2090-02-01T10:00:00Z,sell,bank,BTC,0.5,USD,2000,,,,,,s-9,"


@pytest.fixture
def url(partita):
    return f"sqlite:///{partita.folder / 'partita.db'}"


def late(done):
    return [one for one in done.json["problems"] if one["code"] == "late_identification"]


def test_a_method_that_nobody_ordered_is_shown_is_not_final_and_is_not_filed(partita):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    own = partita(*YEAR)
    assert own.code == 0 and own.json["status"] == "final"
    assert costs(own.json) == ["500", "500"]
    done = partita(*HIFO)
    assert done.code == 3 and done.json["status"] == "provisional"
    assert costs(done.json) == ["1500", "1500"], "what it would be"
    [problem] = late(done)
    sold = sorted({line["source"] for line in done.json["disposals"]})
    assert problem["message"].startswith("2 disposals (")
    assert all(source in problem["message"] for source in sold)
    assert "short 500, long 500; by what was recorded" in problem["message"]
    assert "first in first out: short 0, long 3000" in problem["message"]
    filing = ("tax", "file", "us", "2025", "--by", "Ann", "--method", "hifo")
    refused = partita(*filing)
    assert refused.code == 3 and "late_identification: 2 disposals" in refused.err
    assert "nothing was filed" in refused.err
    assert partita("tax", "filed", "--json").json == []
    # who has an order elsewhere answers for it by name, and the filing says that nobody knew it
    assert partita(*filing, "--with-open-problems").code == 0
    [filed] = partita("tax", "filed", "--json").json
    assert (filed["year"], filed["by"]) == (2025, "Ann")


def test_an_order_before_the_sale_is_used_without_a_setting_and_is_final(partita, url):
    given = order(url, "hifo", "2025-01-15T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    for asked in (YEAR, HIFO):
        done = partita(*asked)
        assert (done.code, done.json["status"], costs(done.json)) == (0, "final", ["1500"] * 2)
    said = partita(*YEAR).json["settings"]["standing_orders"]
    assert said == "hifo from 2025-01-15T00:00:00Z for all wallets"
    [listed] = partita("fund", "orders", "--json").json
    assert (listed["by"], listed["method"], listed["wallet"]) == ("Ann", "hifo", None)
    assert listed["digest"] == given.digest and listed["said_at"] == "2025-01-15T00:00:00Z"
    assert partita("tax", "file", "us", "2025", "--by", "Ann").code == 0
    other = partita(*YEAR, "--method", "fifo")
    assert other.code == 3 and late(other), "what was ordered was sold, and not the oldest"


def test_an_order_is_for_sales_after_it_alone(partita, url):
    order(url, "hifo", "2025-05-01T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    own = partita(*YEAR)
    assert (own.code, own.json["status"], costs(own.json)) == (0, "final", ["500", "1500"])
    done = partita(*HIFO)
    assert costs(done.json) == ["1500", "1500"]
    [problem] = late(done)
    first, second = sorted(own.json["disposals"], key=lambda one: one["disposed"])
    assert problem["message"].startswith(f"1 disposal ({first['source']})")
    assert problem["source"] == first["source"] != second["source"]


def test_an_order_of_the_moment_of_the_sale_counts_and_one_behind_it_does_not(partita, url):
    order(url, "hifo", "2025-02-01T10:00:00+00:00")
    order(url, "fifo", "2025-08-01T10:00:00.000001+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    assert costs(partita(*YEAR).json) == ["1500", "1500"]


def test_an_order_after_the_year_changes_nothing_of_it(partita):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita("fund", "order", "--method", "hifo", "--by", "Ann Lee")
    assert done.code == 0 and done.out.startswith("hifo out of every wallet, ordered at 20")
    assert costs(partita(*YEAR).json) == ["500", "500"]
    assert late(partita(*HIFO))
    assert partita("tax", "file", "us", "2025", "--by", "Ann").code == 0


def test_a_later_order_replaces_one_of_before_also_back_to_the_oldest(partita, url):
    order(url, "hifo", "2025-01-15T00:00:00+00:00")
    order(url, "fifo", "2025-05-01T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita(*YEAR)
    assert (done.code, costs(done.json)) == (0, ["1500", "500"])


def test_an_order_for_a_wallet_leaves_the_others_and_one_for_all_replaces_it(partita, url):
    there = [row.replace(",bank,", ",cold,").replace("b-", "c-") for row in BOUGHT]
    sold = [row.replace(",bank,", ",cold,").replace("s-", "t-") for row in (FEBRUARY, AUGUST)]
    order(url, "hifo", "2025-01-15T00:00:00+00:00", "cold")
    order(url, "lifo", "2025-05-01T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST, *there, *sold)
    done = partita(*YEAR)
    assert (done.code, done.json["status"]) == (0, "final")
    found: dict[str, list[str]] = {}
    for line in sorted(done.json["disposals"], key=lambda one: one["disposed"]):
        found.setdefault(line["wallet"], []).append(line["cost"])
    own = ["500", "1000"], ["1500", "1000"]
    assert (found["venue:partita:bank"], found["venue:partita:cold"]) == own


@pytest.mark.parametrize(
    "setting",
    [
        ("standing_orders", [{"at": "2025-01-01T00:00:00Z", "method": "hifo"}]),
        ("method_by_year", {"2025": "hifo"}),
        ("method_by_wallet", {"bank": "hifo"}),
    ],
)
def test_what_is_typed_afterwards_is_no_order(partita, setting):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    name, value = setting
    words = ("--set", f"{name}={json.dumps(value)}")
    done = partita(*YEAR, *words)
    assert costs(done.json) == ["1500", "1500"]
    assert done.code == 3 and len(late(done)) == 1
    refused = partita("tax", "file", "us", "2025", "--by", "Ann", *words)
    assert refused.code == 3 and "nothing was filed" in refused.err


def test_lots_that_are_typed_with_a_time_of_before_are_not_named_in_time(partita):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    lots = {one["cost"]: one["lot"] for one in partita(*HIFO).json["disposals"]}
    sold = partita(*YEAR).json["disposals"][0]["source"]
    named = {sold: {"lots": [lots["1500"]], "at": "2025-01-01T00:00:00Z"}}
    done = partita(*YEAR, "--set", f"identification={json.dumps(named)}")
    assert "1500" in costs(done.json)
    assert done.code == 3 and len(late(done)) == 1


def test_the_method_of_the_fund_is_no_order_and_an_order_makes_it_one(partita, url):
    assert partita("fund", "method", "2024", "hifo").code == 0
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita(*YEAR)
    assert done.code == 3 and costs(done.json) == ["1500", "1500"] and late(done)
    by_day = partita(*YEAR, "--method", "fifo")
    assert (by_day.code, by_day.json["status"]) == (0, "final")
    assert partita("tax", "us", "2024", "--json").code == 0, "nothing is asked of years before"


def test_the_method_of_years_before_stays_that_of_the_fund(partita):
    """A fund that went by the dearest until 2025 and by the oldest since has nothing to order."""
    sold = "2024-09-01T10:00:00Z,sell,bank,BTC,0.5,USD,2000,,,,,,s-0,"
    assert partita("fund", "method", "2024", "hifo").code == 0
    assert partita("fund", "method", "2025", "fifo").code == 0
    bring(partita, *BOUGHT, sold, FEBRUARY, AUGUST)
    done = partita(*YEAR)
    assert (done.code, done.json["status"], costs(done.json)) == (0, "final", ["500", "500"])
    assert costs(partita("tax", "us", "2024", "--json").json) == ["1500"]
    assert late(partita(*HIFO))


def test_a_year_is_not_final_whose_lots_a_year_before_it_took_without_an_order(partita, url):
    """The sale of 2026 was ordered; which lots were left for it was not."""
    order(url, "hifo", "2026-01-01T00:00:00+00:00")
    sold = "2026-02-01T10:00:00Z,sell,bank,BTC,1,USD,4000,,,,,,s-3,"
    bring(partita, *BOUGHT, FEBRUARY, AUGUST, sold)
    own = partita("tax", "us", "2026", "--json")
    assert (own.code, costs(own.json)) == (0, ["3000"])
    done = partita("tax", "us", "2026", "--method", "hifo", "--json")
    assert costs(done.json) == ["2000"], "the dearest went before"
    assert done.code == 3 and len(late(done)) == 1


def test_a_method_of_years_before_is_stated_beside_the_orders(partita, url):
    order(url, "hifo", "2025-05-01T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    since = partita(*YEAR, "--set", 'method_by_year={"2024": "lifo"}')
    # it holds on until the order, and from 2025 on that was for nobody to state
    assert costs(since.json) == ["1000", "1500"] and len(late(since)) == 1
    until = partita(*YEAR, "--set", 'method_by_year={"2024": "lifo", "2025": "fifo"}')
    assert (until.code, costs(until.json)) == (0, ["500", "1500"])


@pytest.mark.parametrize("method", ["average", "lofo", "specific"])
def test_every_method_is_held_against_the_oldest(partita, method):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita(*YEAR, "--method", method)
    # the lowest cost is the oldest here, and what is not named is the oldest by itself
    assert bool(late(done)) is (method == "average")
    assert bool(done.code) is (method != "lofo")


def test_a_sale_whose_lots_are_the_same_by_any_method_is_final(partita):
    bring(partita, BOUGHT[0], FEBRUARY, AUGUST)
    done = partita(*HIFO)
    assert (done.code, done.json["status"]) == (0, "final")


def test_what_was_known_before_an_order_knows_nothing_of_it(partita):
    bring(partita, *BOUGHT, LATE_SALE)
    asked = ("tax", "us", "2090", "--json")
    before = partita(*asked)
    known = before.err.split()[-1]
    assert costs(before.json) == ["500"]
    assert partita("fund", "order", "--method", "hifo", "--by", "Ann").code == 0
    assert costs(partita(*asked).json) == ["1500"]
    then = partita(*asked, "--known-at", known)
    assert then.out == before.out, "to the byte"
    assert partita("fund", "orders", "--known-at", known, "--json").json == []
    assert len(partita("fund", "orders", "--json").json) == 1


def test_a_sale_that_is_tried_says_what_is_not_ordered_yet(partita):
    bring(partita, *BOUGHT, FEBRUARY)
    words = ("tax", "what-if", "BTC", "0.5", "--wallet", "bank", "--price", "4000")
    done = partita(*words, "--at", "2090-01-01T00:00:00Z", "--json")
    assert done.code == 0, "another method is a question"
    by = {one["method"]: one for one in done.json}
    assert [one["code"] for one in by["hifo"]["problems"]] == ["late_identification"]
    assert not by["fifo"]["problems"] and by["fifo"]["holds"]
    assert partita("fund", "order", "--method", "hifo", "--by", "Ann").code == 0
    done = partita(*words, "--at", "2090-01-01T00:00:00Z", "--json")
    own = done.json[0]
    assert own["holds"] and not own["problems"] and own["lots"][0]["cost"] == "1500"
    assert late_codes(partita(*words, "--at", "2024-12-01T00:00:00Z", "--json")) == set()


def late_codes(done):
    return {one["code"] for row in done.json for one in row["problems"]}


def test_a_fund_of_another_method_is_told_that_its_trial_is_not_ordered(partita):
    assert partita("fund", "method", "2024", "hifo").code == 0
    bring(partita, *BOUGHT, FEBRUARY)
    words = ("what-if", "BTC", "0.5", "--wallet", "bank", "--price", "4000", "--json")
    done = partita("tax", *words)
    assert done.code == 3 and done.json[0]["holds"] and done.json[0]["problems"]


def test_methods_of_a_year_are_compared_and_those_not_ordered_have_a_problem(partita):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita("tax", "compare", "us", "2025", "--json")
    assert done.code == 0
    counts = {one["method"]: one["problems"] for one in done.json}
    assert counts == {"fifo": 0, "lifo": 1, "hifo": 1, "lofo": 0, "average": 1}


def test_open_lots_that_no_order_left_are_told_with_a_problem(partita):
    bring(partita, *BOUGHT, FEBRUARY)
    head = "time,asset,price,currency,source"
    partita("prices", "import", partita.write("p.csv", head, "2025-03-01,BTC,900,USD,test"))
    words = ("tax", "harvest", "--regime", "us", "--as-of", "2025-03-01T12:00:00Z", "--json")
    own, other = partita(*words), partita(*words, "--method", "hifo")
    assert own.code == 0 and own.json["problems"] == []
    assert other.code == 3
    assert [one["code"] for one in other.json["problems"]] == ["late_identification"]


def test_a_year_from_checkpoints_is_held_against_the_record_too(partita, url):
    order(url, "hifo", "2025-05-01T00:00:00+00:00")
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    for words in ((), ("--method", "hifo")):
        before = partita(*YEAR, *words)
        done = partita("tax", "checkpoint", "us", *words)
        assert done.code == 0 and "stretches are kept" in done.out, done.err
        assert partita(*YEAR, *words).out == before.out
    assert late(partita(*HIFO))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--method", "specific", "--by", "Ann"), 6),
        (("--method", "average", "--by", "Ann"), 6),
        (("--method", "hifo", "--by", "Ann", "--wallet", "nowhere"), 1),
        (("--method", "hifo", "--by", " "), 6),
        (("--method", "hifo"), 2),
        (("--by", "Ann"), 2),
    ],
)
def test_what_is_no_order_is_refused(partita, words, code):
    done = partita("fund", "order", *words)
    assert done.code == code, done.err
    assert partita("fund", "orders", "--json").json == []


def test_another_regime_asks_for_no_order(partita):
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita("tax", "generic", "2025", "--method", "hifo", "--json")
    assert (done.code, costs(done.json)) == (0, ["1500", "1500"])


def test_a_fund_that_averages_goes_by_its_orders_from_their_time_on(partita, url):
    order(url, "hifo", "2025-05-01T00:00:00+00:00")
    assert partita("fund", "method", "2024", "average").code == 0
    bring(partita, *BOUGHT, FEBRUARY, AUGUST)
    done = partita(*YEAR)
    assert [line["rule"] for line in done.json["disposals"]] == ["average", "lot"]
    [problem] = late(done)
    assert problem["message"].startswith("1 disposal ("), "no law averages, and an order may"


def test_a_name_that_two_wallets_have_orders_nothing_of_one_of_them(partita):
    """Nobody gives it again for the time that has passed."""
    bring(partita, *BOUGHT, FEBRUARY)
    assert partita("wallet", "add", "venue:aaa", "bank", "--label", "bank").code == 0
    words = ("fund", "order", "--method", "hifo", "--by", "Ann", "--wallet")
    refused = partita(*words, "bank")
    assert refused.code == 6 and "venue:aaa:bank, venue:partita:bank: give the id" in refused.err
    assert partita("fund", "orders", "--json").json == []
    done = partita(*words, "venue:partita:bank", "--json")
    assert (done.code, done.json["wallet"]) == (0, "venue:partita:bank")
    for value in (
        'method_by_wallet={"bank": "hifo"}',
        'standing_orders=[{"at": "2025-01-01", "method": "hifo", "wallet": "bank"}]',
    ):
        refused = partita(*YEAR, "--set", value)
        assert refused.code == 6 and "bad_setting" in refused.err and "give the id" in refused.err
    lot = partita(*YEAR).json["disposals"][0]["lot"]
    planned = partita("tax", "plan", "BTC", "0.1", lot, "--wallet", "bank", "--by", "Ann")
    assert planned.code == 6 and "give the id" in planned.err


def test_a_sale_of_every_lot_is_final_in_whatever_order_they_go(partita):
    """The last lot takes the remainder of 10,000 by three, whichever is the last."""
    bring(partita, *BOUGHT, "2025-08-01T10:00:00Z,sell,bank,BTC,3,USD,10000,,,,,,s-2,")
    done = partita(*HIFO)
    assert costs(done.json) != costs(partita(*YEAR).json), "the order is another one"
    assert (done.code, done.json["status"]) == (0, "final")
    words = ("what-if", "BTC", "3", "--wallet", "bank", "--price", "4000", "--json")
    tried = partita("tax", *words, "--at", "2025-07-01", "--method", "hifo")
    assert tried.code == 0 and tried.json[0]["problems"] == []


def test_a_method_of_a_tax_year_is_held_against_the_record_from_its_first_day_on(partita, url):
    """The year 2026 begins in October; what was ordered in December is for no sale of October."""
    order(url, "hifo", "2025-12-01T00:00:00+00:00")
    assert partita("fund", "method", "2026", "hifo").code == 0
    sold = [f"2025-{day}T10:00:00Z,sell,bank,BTC,0.5,USD,2000,,,,,,s-{day}," for day in
            ("10-15", "12-15")]  # fmt: skip
    bring(partita, *BOUGHT, *sold)
    done = partita("tax", "us", "2026", "--set", "year_starts=10-01", "--json")
    assert costs(done.json) == ["1500", "1500"]
    [problem] = late(done)
    assert problem["message"].startswith("1 disposal ("), "the first of both"
    assert done.code == 3 and done.json["status"] == "provisional"


@pytest.mark.parametrize(
    ("sold", "zone", "year", "in_time"),
    [
        ("2025-01-01T01:00:00Z", "UTC", "2025", False),
        ("2025-01-01T01:00:00Z", "America/New_York", "2024", True),
        ("2024-12-31T20:00:00Z", "UTC", "2024", True),
        ("2024-12-31T20:00:00Z", "Asia/Tokyo", "2025", False),
    ],
)
def test_the_first_day_on_which_lots_are_named_in_time_is_one_of_the_taxpayer(
    partita, sold, zone, year, in_time
):
    bring(partita, *BOUGHT, f"{sold},sell,bank,BTC,0.5,USD,2000,,,,,,s-1,")
    asked = ("tax", "us", year, "--json", "--set", f"day_zone={zone}")
    [line] = partita(*asked, "--method", "hifo").json["disposals"]
    assert partita("fund", "identify", line["source"], line["lot"]).code == 0
    done = partita(*asked, "--method", "specific")
    assert costs(done.json) == ["1500" if in_time else None]
    assert bool(late(done)) is not in_time
