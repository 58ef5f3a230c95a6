"""`partita tax REGIME YEAR`: the kept books under any regime, by any method and setting."""

import json

import pytest

from tests.api.conftest import HEADER

ROWS = (
    "2023-05-01T10:00:00Z,buy,bank,USD,1000,BTC,1,,,,,,b-1,",
    "2024-02-01T10:00:00Z,buy,bank,USD,3000,BTC,1,USD,30,,,,b-2,",
    "2024-06-01T10:00:00Z,sell,bank,BTC,1,USD,4000,,,,,,s-1,",
    "2024-06-02T10:00:00Z,staking,bank,,,ETH,1,,,2500,USD,,i-1,",
)
#: What the one bitcoin sold in June 2024 cost.
COSTS = {
    ("us", None): "1000",
    ("us", "lifo"): "3030",
    ("generic", "average"): "2015",
    ("generic", "share-matching"): "2015",
    ("generic", "company-matching"): "2015",
    ("generic", "year-average"): "2015",
    ("generic", "lofo"): "1000",
}


@pytest.fixture
def books(partita):
    done = partita("import", partita.write("rows.csv", HEADER.strip(), *ROWS))
    assert done.code in {0, 3}, done.err
    return partita


@pytest.mark.parametrize(("regime", "method"), COSTS)
def test_books_answer_by_every_kind_of_method(books, regime, method):
    words = ("--method", method) if method else ()
    done = books("tax", regime, "2024", "--json", *words)
    assert done.code == 0, done.err
    [line] = done.json["disposals"]
    assert line["cost"] == COSTS[regime, method]
    assert done.json["totals"]["income"] == "2500"
    assert [(one["kind"], one["value"]) for one in done.json["income"]] == [("staking", "2500")]
    assert done.json["method"] == (method or "fifo")


def test_the_answer_has_the_shape_of_the_contract(books):
    said = books("tax", "us", "2024", "--json").json
    names = "regime year method currency disposals income totals settings problems"
    assert list(said) == [*names.split(), "settled_after", "status"]
    assert (said["settled_after"], said["status"]) == ("2024-12-31", "final")
    [line] = said["disposals"]
    assert (line["asset"], line["quantity"], line["proceeds"], line["gain"]) == (
        "BTC",
        "1",
        "4000",
        "3000",
    )
    assert (line["term"], line["rule"], line["denied"], line["fees"]) == ("long", "lot", "0", "0")
    assert line["acquired"] == "2023-05-01T10:00:00Z"
    assert said["totals"] == {"short": "0", "long": "3000", "income": "2500", "taxable": "3000"}
    assert said["settings"]["basis_scope"] == "wallet", "as the fund keeps its lots"


@pytest.mark.parametrize("regime", ["us", "uk", "ca", "de", "au", "jp", "fr", "in", "generic"])
def test_all_regimes_answer_for_books(partita, regime):
    money = {"uk": "GBP", "ca": "CAD", "de": "EUR", "au": "AUD", "jp": "JPY", "fr": "EUR"}
    code = money.get(regime, "INR" if regime == "in" else "USD")
    made = partita("fund", "create", "there", "--base", code, "--regime", regime)
    assert made.code == 0, made.err
    rows = [row.replace("USD", code) for row in ROWS[:3]]
    partita("import", partita.write("rows.csv", HEADER.strip(), *rows), "--fund", "there")
    year = "2025" if regime in {"uk", "in"} else "2024"
    done = partita("tax", regime, year, "--json", "--fund", "there")
    assert done.code == 0, done.err
    assert done.json["currency"] == code
    assert [line["quantity"] for line in done.json["disposals"]] == ["1"]


def test_settings_overrule_those_of_the_regime_and_of_the_fund(books):
    costs = {
        word: books("tax", "us", "2024", "--json", "--set", word).json["disposals"][0]["cost"]
        for word in ("basis_scope=universal", 'method_by_year={"2024": "lifo"}')
    }
    assert costs == {
        "basis_scope=universal": "1000",
        'method_by_year={"2024": "lifo"}': "3030",
    }
    short = books("tax", "us", "2024", "--json", "--set", "long_term=never").json
    assert short["totals"]["short"] == "3000"


@pytest.mark.parametrize(
    "words",
    [
        ("atlantis", "2024"),
        ("us", "2024", "--method", "astrology"),
        ("us", "2024", "--set", "moon=full"),
        ("us", "2024", "--set", "gifts_sent=maybe"),
        ("us", "2024", "--set", "gifts_sent"),
        ("us", "2024", "--set", "hifo_key=price", "--set", "hifo_key=price"),
        ("us", "2024", "--set", "allocation=[1"),
        ("uk", "2024", "--set", "basis_scope=wallet"),
        ("us", "99999"),
    ],
)
def test_words_that_mean_nothing_are_bad_settings_and_nothing_is_answered(books, words):
    done = books("tax", *words, "--json")
    assert (done.code, done.out) == (6, ""), done.err


def test_a_year_without_prices_has_problems_and_no_figures(books):
    file = books.write(
        "more.csv",
        HEADER.strip(),
        "2025-01-05T10:00:00Z,airdrop,bank,,,NEW,5,,,,,,a-1,",
        "2025-01-06T10:00:00Z,swap,bank,NEW,5,OTHER,1,,,,,,a-2,",
    )
    assert books("import", file).code in {0, 3}
    done = books("tax", "us", "2025", "--json")
    assert done.code == 3
    assert {problem["code"] for problem in done.json["problems"]} == {
        "missing_price",
        "missing_basis",
    }
    assert set(done.json["totals"].values()) == {"0"}
    assert [line["gain"] for line in done.json["disposals"]] == [None]


def test_books_of_another_currency_need_rates(books):
    done = books("tax", "uk", "2025", "--json")
    assert done.code == 3
    assert "import prices of USD in GBP" in done.json["problems"][0]["message"]
    rates = books.write(
        "rates.csv",
        "time,asset,price,currency,source",
        *(f"{day},USD,0.8,GBP,test" for day in ("2023-05-01", "2024-02-01", "2024-06-01")),
        "2024-06-02,USD,0.8,GBP,test",
    )
    assert books("prices", "import", rates).code in {0, 3}
    done = books("tax", "uk", "2025", "--json")
    bitcoin = [line for line in done.json["disposals"] if line["asset"] == "BTC"]
    assert [(line["proceeds"], line["cost"]) for line in bitcoin] == [("3200", "1612")]


def test_out_writes_the_year_and_the_form_where_there_is_one(books):
    assert books("tax", "us", "2024", "--out", "filed").code == 0
    names = {path.name for path in (books.folder / "filed").iterdir()}
    assert names >= {
        "tax-us-2024.json",
        "form-8949-2024.csv",
        "form-8949-2024.manifest.json",
    }
    text = (books.folder / "filed" / "tax-us-2024.json").read_text("utf-8")
    assert json.loads(text)["totals"]["long"] == "3000"


def test_a_fund_may_be_made_with_a_method_that_is_a_procedure_of_its_regime(partita):
    made = partita("fund", "create", "kept", "--regime", "uk", "--method", "share-matching",
                   "--base", "GBP")  # fmt: skip
    assert made.code == 0 and "average" in made.out, "its lots are a pool"
    assert partita("tax", "uk", "2025", "--json", "--fund", "kept").json["method"] == (
        "share-matching"
    )


def test_contracts_are_named_by_symbol_and_a_name_that_means_nothing_is_refused(books):
    for name in ("BTC", "btc", "symbol:BTC"):
        done = books("tax", "us", "2024", "--set", f'section_1256=["{name}"]', "--json")
        assert [line["character"] for line in done.json["disposals"]] == ["section_1256"], name
        assert done.json["settings"]["section_1256"] == "symbol:BTC"
    refused = books("tax", "us", "2024", "--set", 'section_1256=["MBT"]', "--json")
    assert refused.code == 6 and "bad_setting" in refused.err
    assert "section_1256" not in books("tax", "us", "2024", "--json").json["settings"]


def test_contracts_and_marks_have_their_forms_from_the_command_to_schedule_d(books):
    ends = ("2023-12-31T23:00:00Z,BTC,2000,USD,test", "2024-12-31T23:00:00Z,BTC,5000,USD,test")
    books("prices", "import", books.write("p.csv", "time,asset,price,currency,source", *ends))
    done = books("tax", "us", "2024", "--set", 'section_1256=["BTC"]', "--out", "a", "--json")
    # of 2024: 4,000 less 2,000 marked in 2023 for the one sold, 5,000 less 3,030 for the other
    assert done.json["totals"]["section_1256"] == str(2000 + 1970)
    form = (books.folder / "a" / "form-6781-2024.csv").read_text()
    assert '"8","short-term, 40 percent",,,1588.00' in form
    schedule = (books.folder / "a" / "schedule-d-2024.csv").read_text()
    assert '"11","",,,,,2382.00' in schedule
    assert not (books.folder / "a" / "form-4797-2024.csv").exists()
    done = books("tax", "us", "2024", "--set", "mark_to_market=from:2024", "--out", "b", "--json")
    # held at 2,000 when the election began: 1,000 of before is an adjustment of section 481(a)
    totals = done.json["totals"]
    assert (totals["section_481"], totals["ordinary"]) == ("1000", str(2000 + 1970))
    form = (books.folder / "b" / "form-4797-2024.csv").read_text()
    assert form.count('"481(a)"') == 2 and "Trader - see attached" in form
    assert len((books.folder / "b" / "form-8949-2024.csv").read_text().splitlines()) == 1


def test_orders_for_a_wallet_name_it_by_label_and_one_that_is_not_there_is_refused(books):
    """A name that means nothing would let the oldest lots go in silence."""
    order = {"at": "2024-01-01T00:00:00Z", "method": "lifo"}

    def asked(name, value):
        return books("tax", "us", "2024", "--set", f"{name}={json.dumps(value)}", "--json")

    for name, value in (
        ("standing_orders", [order]),
        ("standing_orders", [{**order, "wallet": "bank"}]),
        ("method_by_wallet", {"bank": "lifo"}),
    ):
        assert asked(name, value).json["disposals"][0]["cost"] == "3030", value
    for name, value in (
        ("standing_orders", [{**order, "wallet": "nowhere"}]),
        ("method_by_wallet", {"nowhere": "lifo"}),
    ):
        refused = asked(name, value)
        assert refused.code == 6 and "no wallet 'nowhere'" in refused.err
