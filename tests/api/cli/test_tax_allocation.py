"""`partita tax allocation`: one pool put into wallets, signed once, used by every year after."""

import json
import sqlite3

import pytest

from tests.api.conftest import HEADER
from tests.end_to_end.command import Command

#: Two lots in one pool and two wallets with a unit each; nothing was sold.
ROWS = (
    "2022-01-05T10:00:00Z,contribution,one,,,USD,100000,,,,,,c-1,",
    "2022-01-05T10:00:00Z,contribution,two,,,USD,100000,,,,,,c-2,",
    "2023-01-10T10:00:00Z,buy,one,USD,100,BTC,1,,,,,,b-1,",
    "2023-02-10T10:00:00Z,buy,two,USD,300,BTC,1,,,,,,b-2,",
)
SALE = "2025-06-01T10:00:00Z,sell,one,BTC,1,USD,500,,,,,,s-1,"
EARLIER = "2022-06-10T10:00:00Z,buy,two,USD,50,BTC,1,,,,,,b-0,"
ORDER = ("--method", "hifo", "--wallet", "one", "--wallet", "two")
SHOW = ("tax", "allocation", "show", *ORDER)
#: No day of a return is late by the clock of whoever runs this.
DUE = ("--due", "2200-01-01")


def bring(command, name, *rows):
    done = command("import", command.write(name, HEADER.strip(), *rows))
    assert done.code in {0, 3}, done.err


@pytest.fixture
def pool(tmp_path, monkeypatch, capsys) -> Command:
    """A fund of the United States that kept one pool, before anything was sold."""
    monkeypatch.delenv("PARTITA_DATABASE_URL", raising=False)
    command = Command(tmp_path, monkeypatch, capsys)
    made = command("fund", "create", "main", "--base", "USD", "--regime", "us", "--scope", "fund")
    assert made.code == 0, made.err
    bring(command, "rows.csv", *ROWS)
    return command


def shown(command, *words):
    done = command(*SHOW, *words, "--json")
    assert done.code == 0, done.err
    return done.json


def freeze(command, *words, by="Ann Lee"):
    sha256 = shown(command, *(words if "--approved-by" not in words else ()))["sha256"]
    freezing = ("tax", "allocation", "freeze", *ORDER, *words)
    return command(*freezing, "--sha256", sha256, "--by", by, "--json")


@pytest.fixture
def frozen(pool):
    done = freeze(pool, *DUE)
    assert done.code == 0, done.err
    return pool


def test_what_an_order_comes_to_is_shown_by_wallet_and_nothing_is_kept(pool):
    row = shown(pool)
    assert (row["regime"], row["day"], row["method"]) == ("us", "2025-01-01", "hifo")
    lots = [(lot["wallet"], lot["quantity"], lot["cost"]) for lot in row["lots"]]
    assert sorted(lots) == [(row["wallets"][0], "1", "300"), (row["wallets"][1], "1", "100")]
    assert {lot["acquired"] for lot in row["lots"]} == {
        "2023-01-10T10:00:00Z",
        "2023-02-10T10:00:00Z",
    }
    assert len(row["sha256"]) == 64
    assert pool("tax", "allocation", "frozen", "--json").json == []
    other = pool("tax", "allocation", "show", "--method", "fifo", *ORDER[2:], "--json").json
    assert other["sha256"] != row["sha256"]
    table = pool(*SHOW)
    assert table.code == 0 and row["sha256"] in table.out


def test_a_year_uses_what_was_frozen_without_a_setting_and_says_so(frozen):
    bring(frozen, "sale.csv", SALE)
    done = frozen("tax", "us", "2025", "--json")
    assert done.code == 0, done.err
    assert [line["cost"] for line in done.json["disposals"]] == ["300"], "the dear lot is in `one`"
    [kept] = frozen("tax", "allocation", "frozen", "--json").json
    said = done.json["allocation"]
    assert said == {name: value for name, value in kept.items() if name != "lots"}
    assert (said["by"], said["method"]) == ("Ann Lee", "hifo")
    assert said["sha256"] in done.json["settings"]["allocation"]
    assert "allocation" not in frozen("tax", "us", "2024", "--json").json, (
        "it bears on no year before"
    )
    assert "frozen by Ann Lee" in frozen("tax", "us", "2025").out


def test_without_one_the_same_year_has_no_figure(pool):
    bring(pool, "sale.csv", SALE)
    done = pool("tax", "us", "2025", "--json")
    assert done.code == 3
    assert [one["code"] for one in done.json["problems"]] == ["allocation_needed"]


def test_a_sale_is_tried_by_what_was_frozen(frozen):
    asked = ("tax", "what-if", "BTC", "1", "--wallet", "one", "--price", "500", "--json")
    done = frozen(*asked)
    assert done.code == 0, done.err
    by = {row["method"]: row for row in done.json}
    assert [lot["cost"] for lot in by["fifo"]["lots"]] == ["300"]
    assert by["fifo"]["allocation"]["by"] == "Ann Lee"
    assert [lot["cost"] for lot in by["lifo"]["lots"]] == ["300"], "the order serves a question too"


def test_files_say_by_which_allocation_they_were_made(frozen):
    bring(frozen, "sale.csv", SALE)
    done = frozen("tax", "us", "2025", "--out", "out", "--no-pages")
    assert done.code == 0, done.err
    manifest = json.loads((frozen.folder / "out" / "form-8949-2025.manifest.json").read_text())
    [kept] = frozen("tax", "allocation", "frozen", "--json").json
    assert kept["sha256"] in manifest["tax"]["allocation"]


def test_a_late_purchase_of_before_changes_it_and_no_figure_is_made_of_that(frozen):
    bring(frozen, "late.csv", EARLIER, SALE)
    done = frozen("tax", "us", "2025", "--json")
    assert done.code == 3
    assert "allocation_changed" in {one["code"] for one in done.json["problems"]}
    assert done.json["totals"]["long"] == "0"


def test_a_sale_of_before_that_comes_to_light_later_makes_it_late(pool):
    assert freeze(pool).code == 0, "nothing was sold yet"
    bring(pool, "sale.csv", SALE)
    done = pool("tax", "us", "2025", "--json")
    codes = [one["code"] for one in done.json["problems"]]
    assert (done.code, codes) == (3, ["late_identification", "allocation_needed"])


def test_it_is_made_once(frozen):
    again = frozen("tax", "allocation", "freeze", *ORDER, "--sha256", "00", "--by", "Bob")
    assert again.code == 1
    assert "frozen by Ann Lee" in again.err and "once" in again.err
    assert len(frozen("tax", "allocation", "frozen", "--json").json) == 1


def test_what_was_not_looked_at_is_not_signed(pool):
    done = pool("tax", "allocation", "freeze", *ORDER, "--sha256", "0" * 64, "--by", "Ann")
    assert done.code == 1 and "not what is signed" in done.err
    seen = shown(pool)["sha256"]
    bring(pool, "late.csv", EARLIER)
    stale = pool("tax", "allocation", "freeze", *ORDER, "--sha256", seen, "--by", "Ann")
    assert stale.code == 1 and "not what is signed" in stale.err
    assert pool("tax", "allocation", "frozen", "--json").json == []


def test_an_allocation_after_the_first_sale_and_the_return_is_refused(pool):
    bring(pool, "sale.csv", SALE)
    late = freeze(pool, "--due", "2025-01-31")
    assert late.code == 1 and "later than the first sale" in late.err
    assert pool("tax", "allocation", "frozen", "--json").json == []
    done = freeze(pool, *DUE)
    assert done.code == 0, done.err
    assert done.json["due"] == "2200-01-01"
    assert pool("tax", "us", "2025", "--json").code == 0


def test_an_order_that_leaves_a_wallet_out_is_not_frozen(pool):
    words = ("--method", "hifo", "--wallet", "one")
    done = pool("tax", "allocation", "show", *words, "--json")
    assert done.code == 3
    assert [one["code"] for one in done.json["problems"]] == ["allocation_needed"]
    refused = pool("tax", "allocation", "freeze", *words, "--sha256", "00", "--by", "Ann")
    assert refused.code == 3 and "nothing was frozen" in refused.err


def test_a_lot_of_unknown_basis_has_no_cost_and_is_not_frozen(pool):
    bring(pool, "gift.csv", "2023-05-05T10:00:00Z,deposit,two,,,BTC,1,,,,,,g-1,")
    done = pool(*SHOW, "--json")
    assert done.code == 3
    assert [one["code"] for one in done.json["problems"]] == ["missing_basis"]
    assert sorted(str(lot["cost"]) for lot in done.json["lots"]) == ["100", "300", "None"]
    sha256 = done.json["sha256"]
    refused = pool("tax", "allocation", "freeze", *ORDER, "--sha256", sha256, "--by", "Ann")
    assert refused.code == 3 and "missing_basis" in refused.err
    assert pool("tax", "allocation", "frozen", "--json").json == []


def test_who_approves_is_another_person_and_is_kept(pool):
    refused = freeze(pool, "--approved-by", "ANN  LEE")
    assert refused.code == 6 and "another person" in refused.err
    done = freeze(pool, "--approved-by", "Bob")
    assert done.code == 0, done.err
    [kept] = pool("tax", "allocation", "frozen", "--json").json
    assert (kept["by"], kept["approved_by"]) == ("Ann Lee", "Bob")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--method", "hifo", "--wallet", "nowhere"), 1),
        (("--method", "astrology", "--wallet", "one"), 6),
        (("--method", "specific", "--wallet", "one"), 6),
        (("--method", "hifo", "--wallet", "one", "--wallet", "one"), 6),
        (("--method", "hifo", "--wallet", "one", "--due", "soon"), 6),
        (("--method", "hifo", "--wallet", "one", "--regime", "uk"), 6),
        (("--method", "hifo", "--wallet", "one", "--set", "allocation={}"), 6),
        (("--method", "hifo", "--wallet", "one", "--set", "basis_scope=wallet"), 6),
        (("--wallet", "one"), 2),
        (("--method", "hifo"), 2),
    ],
)
def test_an_order_that_cannot_be_is_refused(pool, words, code):
    done = pool("tax", "allocation", "show", *words)
    assert (done.code, done.out) == (code, ""), done.err


def test_a_day_that_is_to_come_is_not_frozen(pool):
    words = ("--set", "basis_scope=wallet_from:2199-01-01")
    done = freeze(pool, *words)
    assert done.code == 6 and "2199-01-01" in done.err


def test_a_fund_that_keeps_its_lots_by_wallet_has_nothing_to_allocate(partita):
    bring(partita, "rows.csv", *ROWS)
    done = partita(*SHOW)
    assert done.code == 6 and "by wallet" in done.err


def test_a_year_is_filed_by_what_was_frozen_and_by_nothing_else(frozen):
    bring(frozen, "sale.csv", SALE)
    stated = 'allocation={"method": "fifo", "wallets": ["one", "two"]}'
    filing = ("tax", "file", "us", "2025", "--by", "Ann")
    refused = frozen(*filing, "--set", stated)
    assert refused.code == 1 and "frozen" in refused.err
    assert frozen(*filing).code == 0
    filed = frozen("tax", "us", "2025", "--json").json
    assert filed["difference"]["changed"] is False
    assert filed["allocation"]["by"] == "Ann Lee"
    [row] = frozen("tax", "filed", "--json").json
    assert row["regime"] == "us", "the allocation is no year"


def test_a_year_that_was_filed_before_is_not_by_what_was_frozen_later(pool):
    filing = ("tax", "file", "us", "2025", "--by", "Ann")
    assert pool(*filing).code == 0
    assert freeze(pool).code == 0
    done = pool("tax", "us", "2025", "--json").json
    assert "allocation" not in done and done["difference"]["changed"] is False


def test_another_setting_asks_by_the_order_and_is_held_to_no_digest(frozen):
    bring(frozen, "late.csv", EARLIER, SALE)
    done = frozen("tax", "us", "2025", "--set", "gifts_sent=disposal", "--json")
    assert "allocation_changed" not in {one["code"] for one in done.json["problems"]}
    assert "sha256" not in done.json["settings"]["allocation"]


def test_one_that_was_changed_beside_the_program_is_found(frozen):
    connection = sqlite3.connect(frozen.folder / "partita.db")
    connection.execute("DROP TRIGGER filed_year_is_not_changed")
    connection.execute("UPDATE filed_year SET recorded_at = recorded_at - 86400000000")
    connection.commit()
    connection.close()
    assert frozen("tax", "us", "2025").code == 5
