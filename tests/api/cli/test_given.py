"""Names and times that commands take: one rule with the web API, and a refusal that says why."""

import pytest

from api.given import NAME_MAX

TRICKS = ["", " ", "a/b", "..", "a\\b", "a\x07b", "a\u202eb", "x" * (NAME_MAX + 1)]


@pytest.mark.parametrize("name", TRICKS)
def test_a_fund_has_a_plain_name(partita, name):
    done = partita("fund", "create", name)
    assert done.code == 6
    assert "\x07" not in done.err and "\u202e" not in done.err


@pytest.mark.parametrize("label", TRICKS[2:])
def test_a_wallet_has_a_plain_label(partita, label):
    assert partita("wallet", "add", "venue:kraken", "main", "--label", label).code == 6
    assert partita("wallet", "list", "--json").json == []


def test_letters_of_any_language_make_a_name(partita):
    assert partita("wallet", "add", "venue:kraken", "main", "--label", "Größe 研究").code == 0
    assert partita("wallet", "list", "--json").json[0]["label"] == "Größe 研究"


@pytest.mark.parametrize("time", ["2999-01-01", "tomorrow", "9999-12-31T23:59:59-14:00"])
def test_books_stand_at_a_time_of_the_past(partita, time):
    assert partita("nav", "--as-of", time).code == 6


def test_a_file_of_no_venue_is_said_to_be_of_none(partita):
    done = partita("import", partita.write("a.csv", "red,green", "1,2"))
    assert done.code == 6
    assert "no venue was recognised" in done.out
    assert "None" not in done.out
