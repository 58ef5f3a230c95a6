"""`partita tax --batch`: one answer a line, in order, whatever the other lines are."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from api.cli.batch import file_of
from ledger.tax.regimes.generic import RULES
from ledger.tax.rules import Versions
from tests.answered import answers_to
from tests.ledger.tax.asked import REGIMES

VERSION = Versions(RULES).on(date(2024, 2, 1))


def question(name="q", **changes):
    rows = [
        {"id": "b", "time": "2024-01-01", "kind": "buy", "wallet": "w", "received_asset": "X",
         "received_quantity": "3", "sent_asset": "USD", "sent_quantity": "1"},
        {"id": "s", "time": "2024-02-01", "kind": "sell", "wallet": "w", "sent_asset": "X",
         "sent_quantity": "1", "received_asset": "USD", "received_quantity": "2"},
    ]  # fmt: skip
    asked = {
        "id": name,
        "regime": "generic",
        "method": "fifo",
        "settings": {},
        "currency": "USD",
        "years": None,
        "rows": rows,
    }
    return asked | changes


def codes(*questions):
    answers = answers_to(*questions)
    return [[problem["code"] for problem in answer["problems"]] for answer in answers]


def test_an_answer_is_the_documented_line(partita):
    name = partita.write("q.jsonl", json.dumps(question()))
    done = partita("tax", "--batch", name, "--json")
    assert done.code == 0
    (line,) = done.out.splitlines()
    third = "0." + "3" * 18
    assert json.loads(line) == {
        "id": "q",
        "disposals": [
            {
                "source": "s",
                "asset": "X",
                "quantity": "1",
                "disposed": "2024-02-01T00:00:00Z",
                "matches": [
                    {
                        "lot": "b",
                        "rule": "lot",
                        "version": VERSION,
                        "quantity": "1",
                        "proceeds": "2",
                        "fees": "0",
                        "cost": third,
                        "gain": "1." + "6" * 17 + "7",
                        "denied": "0",
                        "term": "short",
                    }
                ],
            }
        ],
        "income": [],
        "totals": [
            {
                "year": 2024,
                "short": "1." + "6" * 17 + "7",
                "long": "0",
                "income": "0",
                "taxable": "1." + "6" * 17 + "7",
                "versions": [{"version": VERSION, "gain": "1." + "6" * 17 + "7"}],
            }
        ],
        "holdings": [
            {"asset": "X", "wallet": None, "quantity": "2", "cost": "0." + "6" * 17 + "7"}
        ],
        "lots": [
            {
                "lot": "b",
                "asset": "X",
                "wallet": None,
                "acquired": "2024-01-01T00:00:00Z",
                "quantity": "2",
                "cost": "0." + "6" * 17 + "7",
            }
        ],
        "problems": [],
    }


def test_a_malformed_line_names_its_number_and_loses_nothing_of_the_others(partita):
    lines = (json.dumps(question("first")), "{broken", "[1]", json.dumps(question("last")))
    done = partita("tax", "--batch", partita.write("q.jsonl", *lines), "--json")
    assert done.code == 3
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["first", None, None, "last"]
    assert [len(answer["disposals"]) for answer in answers] == [1, 0, 0, 1]
    assert "line 2" in answers[1]["problems"][0]["message"]
    assert answers[2]["problems"][0]["code"] == "bad_row"


def test_half_a_character_and_deep_nesting_end_no_batch(partita):
    lines = (
        json.dumps(question("\ud800")),
        '{"id": ' + "[" * 900 + "]" * 900 + "}",
        "[" * 100_000,
        json.dumps(question(rows=[{"id": "\udfff", "time": "\ud800", "kind": "buy"}])),
        json.dumps(question("last")),
    )
    done = partita("tax", "--batch", partita.write("q.jsonl", *lines), "--json")
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 3
    assert [len(answer["disposals"]) for answer in answers] == [1, 0, 0, 0, 1]


def test_a_file_that_is_not_there_is_bad_input(partita):
    assert partita("tax", "--batch", "nowhere.jsonl", "--json").code == 6


def test_words_are_needed_without_a_batch(partita):
    assert partita("tax").code == 2
    assert partita("tax", "us").code == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"regime": "atlantis"},
        {"regime": None},
        {"method": "random"},
        {"method": ["fifo"]},
        {"settings": {"colour": "red"}},
        {"settings": []},
        {"settings": {"basis_scope": "wallet_from:2025-13-01"}},
        {"settings": {"long_term": "days:-1"}},
        {"settings": {"day_zone": "Mars/Base"}},
        {"settings": {"day_zone": "../../etc/passwd"}},
        {"settings": {"hifo_key": 7}},
        {"settings": {"method_by_year": {"next": "fifo"}}},
        {"settings": {"method_by_year": {"2021": "portfolio"}}},
        {"settings": {"method_by_wallet": {"w": "cheapest"}}},
        {"settings": {"allocation": {"method": "fifo", "wallets": ["a"]}}},
        {"settings": {"identification": {"s": "b"}}},
        {"settings": {"identification": {"s": ["nobody"]}}},
        {"method": "share-matching", "settings": {"basis_scope": "wallet"}},
        {"method": "year-average", "settings": {"loss_rule": "ca_superficial"}},
    ],
)
def test_a_setting_outside_the_closed_set_is_said(changes):
    first, second = codes(question(**changes), question())
    assert "bad_setting" in first
    assert not second


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": None},
        {"rows": [7]},
        {"rows": [{"id": "x"}]},
        {"currency": None},
        {"years": 2024},
        {"prices": 3},
        {"prices": [{"time": "2024-01-01"}]},
        {"colour": "red"},
    ],
)
def test_a_question_of_another_shape_is_a_bad_row(changes):
    assert "bad_row" in codes(question(**changes))[0]


def test_only_the_years_asked_for_are_reported():
    (answer,) = answers_to(question(years=[2023]))
    assert not answer["disposals"] and not answer["totals"]
    assert answer["holdings"][0]["quantity"] == "2"


def of_regime(regime, year, money, currency=None, **changes):
    """One unit bought for 100 and sold for so much more in a year."""
    currency = currency or REGIMES[regime].currency
    rows = [
        {"id": "b", "time": f"{year}-01-01", "kind": "buy", "received_asset": "X",
         "received_quantity": "1", "sent_asset": currency, "sent_quantity": "100"},
        {"id": "s", "time": f"{year}-02-01", "kind": "sell", "sent_asset": "X",
         "sent_quantity": "1", "received_asset": currency, "received_quantity": str(100 + money)},
    ]  # fmt: skip
    method = REGIMES[regime].method
    return question(regime=regime, method=method, currency=currency, rows=rows, **changes)


@pytest.mark.parametrize(
    ("regime", "number", "known"),
    [("au", 2027, True), ("au", 2028, False), ("fr", 2018, False), ("fr", 2019, True),
     ("in", 2022, False), ("in", 2023, True), ("uk", 2011, False), ("us", 2010, True)],
)  # fmt: skip
def test_a_year_of_which_no_rule_is_known_says_so_as_books_do(regime, number, known):
    (answer,) = answers_to(of_regime(regime, number, 2000))
    said = [(one["code"], one["source"]) for one in answer["problems"]]
    assert said == ([] if known else [("rules_unknown", None)])
    (total,) = answer["totals"]
    assert (total["year"], total["short"], total["long"]) == (number, "2000", "0")
    if not known:
        assert total["taxable"] == "2000"
        assert f"{regime} {number}: no rule is known" in answer["problems"][0]["message"]
    assert codes(of_regime(regime, number, 2000, years=[number + 1])) == [[]]


@pytest.mark.parametrize("regime", sorted(name for name in REGIMES if REGIMES[name].currency))
def test_rows_in_another_currency_than_the_regimes_are_a_problem_and_have_no_free_amount(regime):
    own = REGIMES[regime].currency
    other = "USD" if own != "USD" else "EUR"
    (told, foreign) = answers_to(*(of_regime(regime, 2024, 100, code) for code in (own, other)))
    assert not told["problems"]
    assert [one["code"] for one in foreign["problems"]] == ["missing_price"]
    message = foreign["problems"][0]["message"]
    assert f"{regime} reckons in {own}, the question is in {other}" in message
    share = "50" if regime == "ca" else "100"
    assert foreign["totals"][0]["taxable"] == share, "an amount of euros frees no dollars"
    free = regime in {"de", "fr", "ie", "uk"}
    assert told["totals"][0]["taxable"] == ("0" if free else share)


def test_a_currency_is_the_regimes_however_it_is_written():
    asked = of_regime("de", 2024, 999)
    assert codes(asked | {"currency": "eur"}) == [[]]


def test_a_problem_of_an_answer_says_how_much_it_is_about():
    rows = question()["rows"]
    (answer,) = answers_to(question(rows=rows[1:]))
    (problem,) = answer["problems"]
    assert (problem["code"], problem["source"]) == ("missing_basis", "s")
    assert "(1 X, proceeds 2.00 USD, gain 2.00 USD had they cost nothing)" in problem["message"]


def test_a_question_beyond_what_can_be_written_is_refused_alone():
    splits = [
        {"id": f"x{day}", "time": f"2024-03-{day:02d}", "kind": "split", "wallet": "w",
         "sent_asset": "X", "sent_quantity": "0." + "0" * 35 + "1",
         "received_asset": "X", "received_quantity": "1" + "0" * 38}
        for day in range(1, 31)
    ]  # fmt: skip
    twice = [split | {"id": split["id"] + "b", "time": f"2024-04-{day:02d}"}
             for day, split in enumerate(splits, 1)]  # fmt: skip
    endless = question("endless", rows=[question()["rows"][0], *splits, *twice])
    first, second = answers_to(endless, question("after"))
    assert [problem["code"] for problem in first["problems"]][-1:] == ["bad_row"]
    assert (second["id"], len(second["disposals"])) == ("after", 1)


def test_what_is_treated_apart_stands_in_its_match_and_year():
    prices = [{"time": "2024-12-31", "asset": "X", "price": "7"}]
    asked = question(regime="us", settings={"section_1256": ["X"]}, prices=prices)
    (answer,) = answers_to(asked)
    sold, marked = (found["matches"][0] for found in answer["disposals"])
    assert sold["character"] == marked["character"] == "section_1256"
    assert marked["rule"] == "mark"
    assert answer["disposals"][1]["source"] == "mark 2024"
    (total,) = answer["totals"]
    assert total["section_1256"] == "15"
    assert "ordinary" not in total


def test_rates_are_fractions_and_indexation_stands_where_there_is_any():
    rows = [
        {"id": "b", "time": "2015-01-01", "kind": "buy", "received_asset": "X",
         "received_quantity": "1", "sent_asset": "GBP", "sent_quantity": "2554"},
        {"id": "s", "time": "2018-01-01", "kind": "sell", "sent_asset": "X",
         "sent_quantity": "1", "received_asset": "GBP", "received_quantity": "3000"},
    ]  # fmt: skip
    asked = question(regime="uk_company", method="company-matching", rows=rows, currency="GBP")
    (answer,) = answers_to(asked)
    (match,) = answer["disposals"][0]["matches"]
    assert (match["indexation"], match["gain"]) == ("227", "219")
    (version,) = answer["totals"][0]["versions"]
    assert version["rate_main"] == "0.1900"


def test_an_allocation_is_answered_with_its_digest():
    asked = question(regime="us", settings={"allocation": {"method": "fifo", "wallets": ["w"]}})
    asked["rows"].append(asked["rows"][1] | {"id": "t", "time": "2025-02-01"})
    (answer,) = answers_to(asked)
    assert answer["allocation"]["day"] == "2025-01-01"
    assert len(answer["allocation"]["sha256"]) == 64
    assert "allocation" not in answers_to(question())[0]


def test_a_batch_loads_neither_the_books_nor_the_library_of_commands(tmp_path: Path):
    asked = tmp_path / "q.jsonl"
    asked.write_text(json.dumps(question()))
    script = (
        "import sys; from api.cli import main\n"
        "try:\n main()\n"
        "except SystemExit as done:\n assert not done.code\n"
        "loaded = {'dataclasses', 'decimal', 'fractions', 'pathlib', 'zoneinfo',\n"
        " 'typer', 'rich', 'sqlalchemy', 'pydantic', 'ledger.books', 'ledger.chains'}\n"
        "assert not loaded & sys.modules.keys()"
    )
    words = ["tax", "--batch", str(asked), "--json"]
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["id"] == "q"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["tax", "--batch", "q", "--json"], "q"),
        (["tax", "--batch", "q"], "q"),
        (["tax", "--batch"], None),
        (["tax", "--batch", "--help"], None),
        (["tax", "--batch", "q", "--help"], None),
        (["tax", "--batch", "q", "us", "2024"], None),
    ],
)
def test_a_batch_is_read_from_its_own_words_alone(words, found):
    assert file_of(words) == found


def test_words_in_another_order_give_the_same_answer(partita):
    name = partita.write("q.jsonl", json.dumps(question()) + "\nnothing\n")
    plain = partita("tax", "--batch", name, "--json")
    other = partita("tax", "--json", "--batch", name)
    assert (plain.code, plain.out) == (other.code, other.out)
    assert plain.code == 3


def test_lines_end_as_any_file_has_it_and_blank_ones_ask_nothing(tmp_path, partita):
    asked = json.dumps(question("a")).encode()
    path = tmp_path / "ends.jsonl"
    path.write_bytes(
        asked + b"\r" + asked + b"\r\n \t\v\f\n\n" + asked + b"\n\xc2\xa0\n\xe4\xbd\n" + asked
    )
    done = partita("tax", "--batch", str(path), "--json")
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 3
    assert [answer["id"] for answer in answers] == ["a", "a", "a", None, None, "a"]
    assert [answer["problems"][0]["message"] for answer in answers if answer["problems"]] == [
        "line 6 is no JSON object", "line 7 is no JSON object"
    ]  # fmt: skip


def test_a_long_answer_is_one_line_of_json(partita):
    rows = question()["rows"]
    trades = [row | {"id": f"{row['id']}{number}"} for number in range(150) for row in rows]
    name = partita.write("long.jsonl", json.dumps(question(rows=trades)))
    (line,) = partita("tax", "--batch", name, "--json").out.splitlines()
    answer = json.loads(line)
    assert [one["source"] for one in answer["disposals"]] == sorted(
        f"s{number}" for number in range(150)
    )
    assert len({one["lot"] for one in answer["lots"]}) == len(answer["lots"]) == 100


def test_who_reads_no_further_ends_it_without_a_word(tmp_path):
    (tmp_path / "q.jsonl").write_text("\n".join([json.dumps(question())] * 2_000))
    words = ["tax", "--batch", str(tmp_path / "q.jsonl"), "--json"]
    command = [sys.executable, "-c", "from api.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout, "it is read"
        assert running.stderr, "as this is"
        running.stdout.readline()
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 1)
