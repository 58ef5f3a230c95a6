"""What goes wrong is said with its code, file and row; nothing good is lost, nothing is doubled."""

from tests.end_to_end.command import Command

HEADER = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,fee_asset,"
    "fee_quantity,value,value_currency,to_wallet,strategy,txid,note"
)
CONTRIBUTION = "2025-01-01T00:00:00Z,contribution,bank,,,USD,1000,,,,,,,,"
PURCHASE = "2025-01-02T00:00:00Z,buy,bank,USD,300,ETH,0.1,,,,,,,,"
WRONG = "2025-01-03T00:00:00Z,buy,bank,USD,three hundred,ETH,0.1,,,,,,,,"


def balances(partita: Command) -> dict[str, str]:
    rows = partita("balances", "--json").json
    return {row["asset"]: row["quantity"] for row in rows if row["wallet"]}


def codes(answer) -> list[tuple[str, int | None]]:
    return [(problem["code"], problem["line"]) for problem in answer["problems"]]


def test_a_wrong_row_is_named_and_the_others_are_booked(partita):
    done = partita(
        "import", partita.write("a.csv", HEADER, CONTRIBUTION, WRONG, PURCHASE), "--json"
    )
    assert done.code == 6
    assert codes(done.json) == [("bad_amount", 3)]
    assert "three hundred" in done.json["problems"][0]["message"]
    assert balances(partita) == {"iso4217:USD": "700", "symbol:ETH": "0.1"}


def test_an_unknown_column_refuses_the_file_by_the_name_of_the_column(partita):
    name = partita.write("a.csv", f"{HEADER},colour", f"{PURCHASE},blue")
    done = partita("import", name, "--venue", "partita", "--json")
    assert done.code == 6
    assert any("colour" in problem["message"] for problem in done.json["problems"])
    assert balances(partita) == {}


def test_a_file_of_no_known_layout_books_nothing(partita):
    done = partita("import", partita.write("a.csv", "red,green", "1,2"), "--json")
    assert (done.code, done.json["venue"]) == (6, None)
    assert codes(done.json)[0][0] == "unknown_layout"


def test_a_truncated_file_loses_only_its_last_row(partita):
    (partita.folder / "a.csv").write_text(f"{HEADER}\n{CONTRIBUTION}\n{PURCHASE[:40]}")
    done = partita("import", "a.csv", "--json")
    assert done.code == 6
    assert codes(done.json) == [("truncated_file", 3)]
    assert balances(partita) == {"iso4217:USD": "1000"}


def test_a_duplicate_import_doubles_nothing(partita):
    name = partita.write("a.csv", HEADER, CONTRIBUTION, PURCHASE)
    assert partita("import", name, "--json").json["new"] == 2
    again = partita("import", name, "--json")
    assert (again.code, again.json["new"]) == (0, 0)
    assert codes(again.json) == [("duplicate_import", None)]
    assert balances(partita) == {"iso4217:USD": "700", "symbol:ETH": "0.1"}


def test_identical_rows_of_one_file_are_both_booked(partita):
    partita("import", partita.write("a.csv", HEADER, CONTRIBUTION, PURCHASE, PURCHASE), "--json")
    assert balances(partita) == {"iso4217:USD": "400", "symbol:ETH": "0.2"}


def test_a_dry_run_writes_nothing(partita):
    name = partita.write("a.csv", HEADER, CONTRIBUTION)
    assert partita("import", name, "--dry-run", "--json").json["new"] == 1
    assert balances(partita) == {}


def test_a_dead_node_is_an_error_that_changes_nothing(partita):
    partita("wallet", "add", "ethereum", "0x" + "1" * 40, "--label", "hot")
    done = partita("sync", "--rpc", "http://127.0.0.1:1/secret-key")
    assert done.code == 1
    assert "source_unavailable" in done.err
    assert "secret-key" not in done.err
    assert balances(partita) == {}


def test_an_address_that_is_no_node_is_refused(partita):
    partita("wallet", "add", "ethereum", "0x" + "1" * 40, "--label", "hot")
    done = partita("sync", "--rpc", "file:///etc/passwd")
    assert (done.code, "source_refused" in done.err) == (1, True)


def test_an_unpriced_asset_has_no_value_and_is_a_problem(partita):
    swap = "2025-01-03T00:00:00Z,airdrop,bank,,,NEWCOIN,5,,,,,,,,"
    partita("import", partita.write("a.csv", HEADER, CONTRIBUTION, swap), "--json")
    rows = {row["asset"]: row["value"] for row in partita("positions", "--json").json}
    assert rows == {"iso4217:USD": "1000", "symbol:NEWCOIN": None}
    checked = partita("reconcile", "--json")
    assert checked.code == 3
    assert checked.json["counts"]["missing_price"] >= 1


def test_an_unmatched_transfer_stands_in_suspense_with_exit_code_3(partita):
    out = "2025-01-03T00:00:00Z,withdrawal,bank,USD,100,,,,,,,,,,"
    partita("import", partita.write("a.csv", HEADER, CONTRIBUTION, out), "--json")
    checked = partita("reconcile", "--json")
    assert checked.code == 3
    assert checked.json["suspense_value"] == "100"


def test_an_unknown_fund_is_said_by_name(partita):
    done = partita("balances", "--fund", "other")
    assert (done.code, "not_found" in done.err, "other" in done.err) == (1, True, True)


def test_every_figure_leads_back_to_the_row_of_its_file(partita):
    partita("import", partita.write("a.csv", HEADER, CONTRIBUTION, PURCHASE), "--json")
    lot = partita("lots", "--json").json[0]
    traced = partita("trace", lot["id"], "--json").json
    (source,) = traced["entries"][0]["sources"]
    assert (source["file"], source["line"]) == ("a.csv", 3)
    assert source["cells"]["received_quantity"] == "0.1"


def test_who_names_no_fund_means_the_only_one(partita):
    partita("fund", "create", "Second Fund", "--db", "sqlite:///other.db")
    done = partita("nav", "--db", "sqlite:///other.db", "--json")
    assert (done.code, done.json) == (0, [])
    asked = partita("nav", "--db", "sqlite:///other.db", "--fund", "Third Fund")
    assert (asked.code, "Third Fund" in asked.err) == (1, True)
