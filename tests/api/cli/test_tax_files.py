"""On the command line: the files of a tax year, what brokers and partners add, what is refused."""

import csv
import hashlib
import json
from decimal import Decimal

import pytest

US_2026 = {
    "form-8949-2026.csv", "form-8949-2026.figures.json", "form-8949-2026.manifest.json",
    "form-8949-2026.pdf", "form-8949-2026.pdf.manifest.json", "tax-us-2026.manifest.json",
    "schedule-d-2026.csv", "schedule-d-2026.manifest.json",
    "tax-income-2026.csv", "tax-income-2026.manifest.json", "tax-lines-2026.csv",
    "tax-lines-2026.manifest.json", "tax-us-2026.json",
    "taxact-2026.csv", "taxact-2026.manifest.json", "taxact-2026.trace.json",
    "turbotax-2026.csv", "turbotax-2026.manifest.json",
    "turbotax-2026.trace.json", "txf-2026.manifest.json", "txf-2026.trace.json", "txf-2026.txf",
}  # fmt: skip


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(kept, *words):
    done = kept("tax", "us", "2026", "--out", "out", *words)
    assert done.code in {0, 3}, done.err
    return {path.name: path for path in (kept.folder / "out").iterdir()}


def test_a_year_has_a_file_for_every_receiver_of_its_country(kept):
    assert files(kept).keys() == US_2026


def test_every_manifest_proves_its_file_and_its_trace(kept):
    made = files(kept)
    digests = set()
    for name in made:
        if name.endswith(".manifest.json"):
            manifest = json.loads(made[name].read_bytes())
            content = made[manifest["file"]].read_bytes()
            assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
            assert (manifest["tax"]["regime"], manifest["tax"]["year"]) == ("us", 2026)
            digests.add(manifest["books"])
            if manifest["trace_sha256"]:
                trace = made[name.replace("manifest", "trace")].read_bytes()
                assert manifest["trace_sha256"] == hashlib.sha256(trace).hexdigest()
                assert len(json.loads(trace)["rows"]) == manifest["rows"]
    assert len(digests) == 1
    assert all(digests)


def test_pages_have_a_manifest_with_the_rows_and_sums_of_the_same_form_as_csv(kept):
    made = files(kept)
    pages, cells = (
        json.loads(made[f"form-8949-2026.{name}"].read_bytes())
        for name in ("pdf.manifest.json", "manifest.json")
    )
    assert pages["file"] == "form-8949-2026.pdf"
    assert pages["rows"] == cells["rows"] > 0
    assert list(pages["sums"].values()) == list(cells["sums"].values())
    figures = made["form-8949-2026.figures.json"].read_bytes()
    assert pages["figures_sha256"] == hashlib.sha256(figures).hexdigest()


def test_the_year_as_json_has_a_manifest_with_its_rows_and_sums(kept):
    made = files(kept)
    year = json.loads(made["tax-us-2026.json"].read_bytes())
    told = json.loads(made["tax-us-2026.manifest.json"].read_bytes())
    assert (told["file"], told["layout"]) == ("tax-us-2026.json", "tax_year")
    assert told["bytes"] == made["tax-us-2026.json"].stat().st_size
    assert told["rows"] == len(year["disposals"]) > 0
    for name, total in told["sums"].items():
        known = [one[name] for one in year["disposals"] if one[name] is not None]
        assert Decimal(total) == sum(map(Decimal, known)), name
    assert told["income"]["rows"] == len(year["income"])
    assert told["totals"] == year["totals"]
    assert [one["name"] for one in told["columns"]] == list(year["disposals"][0])


def test_the_sources_of_every_row_are_entries_of_the_journal(kept):
    entries = {row["id"] for row in kept("journal", "--json").json}
    made = files(kept)
    named = {row["source"] for row in rows(made["form-8949-2026.csv"])}
    for name in ("turbotax", "taxact", "txf"):
        trace = json.loads(made[f"{name}-2026.trace.json"].read_bytes())
        assert {sources[0] for sources in trace["rows"].values()} == named
    assert named and named <= entries


def test_the_same_books_give_the_same_files(kept):
    first = {name: path.read_bytes() for name, path in files(kept).items()}
    assert {name: path.read_bytes() for name, path in files(kept).items()} == first


def test_a_statement_of_a_broker_puts_its_sales_into_other_boxes(kept):
    alone = rows(files(kept)["form-8949-2026.csv"])
    sold = alone[0]
    quantity, _, symbol = sold["(a) description"].partition(" ")
    header = "Asset,Quantity,Date acquired,Date sold,Gross proceeds,Cost basis,Box"
    dates = sold["(b) date acquired"], sold["(c) date sold"]
    row = ",".join((symbol, quantity, *dates, sold["(d) proceeds"], "1", "G"))
    kept.write("da.csv", header, row)
    made = files(kept, "--broker", "bank=da.csv")
    assert made.keys() == US_2026 | {"form-1099da-2026.csv", "form-1099da-2026.manifest.json"}
    filed = rows(made["form-8949-2026.csv"])
    [reported] = [each for each in filed if each["box"] == "G"]
    assert (reported["(e) cost or other basis"], reported["(f) code"]) == ("1.00", "B")
    assert sum_of(filed) == sum_of(alone)
    outcomes = [each["outcome"] for each in rows(made["form-1099da-2026.csv"])]
    assert sorted(set(outcomes)) == ["basis_differs", "missing_with_them"]
    done = kept("tax", "us", "2026", "--out", "out", "--no-pages", "--broker", "bank=da.csv")
    assert "Form 1099-DA beside the books: 1 basis_differs, " in done.err


def sum_of(filed):
    """Gains of a form in cents."""
    return sum(int(row["(h) gain or loss"].replace(".", "")) for row in filed)


def test_partners_have_the_gains_of_the_year_between_them(kept):
    kept.write("p.csv", "from,partner,share", "2025-12-01,ada,1", "2025-12-01,bo,3")
    made = files(kept, "--partners", "p.csv")
    parts = rows(made["partner-allocation-2026.csv"])
    lines = rows(made["tax-lines-2026.csv"])
    assert units(parts, "tax") == units(lines, "gain") != 0
    totals = rows(made["partner-totals-2026.csv"])
    assert {row["partner"] for row in totals if row["amount"]} == {"ada", "bo"}


def test_what_is_no_partner_s_is_said_and_to_be_looked_at(kept):
    clean = kept("tax", "us", "2026", "--out", "alone", "--no-pages")
    kept.write("late.csv", "from,partner,share", "2026-12-31,ada,1")
    done = kept("tax", "us", "2026", "--out", "shared", "--no-pages", "--partners", "late.csv")
    assert done.code == 3
    told = [line for line in done.err.splitlines() if "no shares are known at" in line]
    assert told and told[0].startswith("missing_shares: ")
    assert "no shares" not in clean.err
    last = rows(kept.folder / "shared" / "partner-totals-2026.csv")[-1]
    assert (last["partner"], last["item"]) == ("", "not allocated, in no amount above")
    assert last["lines"] == str(len(told))
    assert last["amount"] == ""


def units(found, column):
    """The exact sum of a column in 10⁻¹⁸."""
    total = 0
    for text in (row[column] for row in found if row[column]):
        whole, _, fraction = text.partition(".")
        total += int(whole + fraction.ljust(18, "0"))
    return total


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--broker", "da.csv"], "WALLET=FILE"),
        (["--broker", "nowhere=da.csv"], "no wallet is called"),
        (["--broker", "bank=missing.csv"], "missing.csv"),
        (["--broker", "bank=bad.csv"], "bad.csv:2"),
        (["--broker", "bank=old.csv"], "old.csv:2: sold in 2025"),
        (["--partners", "bad.csv"], "from,partner,share"),
        (["--ceiling", "sky"], "no ceiling"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(kept, words, said):
    kept.write("bad.csv", "Asset,Date sold,Proceeds", "BTC,soon,1")
    kept.write("old.csv", "Asset,Date sold,Proceeds", "BTC,2025-12-31,1")
    done = kept("tax", "us", "2026", "--out", "out", *words)
    assert done.code == 6
    assert said in done.err
    assert not (kept.folder / "out").exists()


def test_a_statement_that_is_given_twice_is_refused(kept):
    kept.write("da.csv", "Asset,Date sold,Proceeds", "BTC,2026-02-01,1")
    kept.write("again.csv", "Asset,Date sold,Proceeds", "BTC,2026-02-01,1")
    words = ("--broker", "bank=da.csv", "--broker", "bank=again.csv")
    done = kept("tax", "us", "2026", "--out", "out", *words)
    assert done.code == 6
    assert "'bank=again.csv' is a statement that was given before" in done.err
    assert not (kept.folder / "out").exists()


@pytest.mark.parametrize("out", ["taken", "taken/below"])
def test_a_place_that_cannot_be_written_is_named(kept, out):
    kept.write("taken", "a file")
    done = kept("tax", "us", "2026", "--out", out)
    assert done.code == 6
    assert done.err.splitlines()[-1].startswith(f"partita: bad_input: {out}: ")
    assert "Traceback" not in done.err


def test_other_countries_know_no_statements_and_no_partners(kept):
    kept.write("p.csv", "from,partner,share", "2025-12-01,ada,1")
    done = kept("tax", "generic", "2026", "--out", "out", "--partners", "p.csv")
    assert done.code == 6
    assert "United States" in done.err
    alone = kept("tax", "generic", "2026", "--out", "out")
    assert alone.code in {0, 3}
    assert {path.name for path in (kept.folder / "out").glob("*.csv")} == {
        "tax-lines-2026.csv", "tax-income-2026.csv",
    }  # fmt: skip


def test_an_export_that_needs_a_statement_says_so_and_one_of_a_wallet_is_of_it_alone(kept):
    whole = kept("export", "koinly", "--out", "whole.csv")
    part = kept("export", "koinly", "--out", "part.csv", "--wallet", "bank")
    assert whole.code == part.code == 0
    assert 0 < len(rows(kept.folder / "part.csv")) <= len(rows(kept.folder / "whole.csv"))
    assert (kept.folder / "part.trace.json").exists()
    assert kept("export", "journal", "--wallet", "bank").code == 6
    assert kept("export", "koinly", "--wallet", "nowhere").code == 6
    assert kept("export", "partner_totals", "--year", "2026").code == 6


def test_an_export_of_another_format_has_its_own_suffix(kept):
    done = kept("export", "txf", "--year", "2026")
    assert done.out.strip().endswith("txf.txf")
    assert (kept.folder / "txf.txf").read_bytes().startswith(b"V042\r\n")


def test_a_layout_is_made_by_its_own_regime_in_its_own_currency(kept):
    done = kept("export", "sa108", "--year", "2026")
    assert done.code == 3
    assert "no rate" in done.err
    manifest = json.loads((kept.folder / "sa108.manifest.json").read_bytes())
    assert (manifest["tax"]["regime"], manifest["tax"]["currency"]) == ("uk", "GBP")


def test_an_export_of_a_year_with_problems_is_written_names_them_and_ends_with_3(kept):
    assert kept("export", "form_8949", "--year", "2024").code == 0
    header = "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity"
    sold = "2026-02-03,sell,bank,DOGE,5,USD,10"
    assert kept("import", kept.write("sold.csv", header, sold)).code in {0, 3}
    done = kept("export", "form_8949", "--year", "2026")
    assert done.code == 3
    assert done.out.strip().endswith("form_8949.csv")
    assert "missing_basis" in done.err
    assert rows(kept.folder / "form_8949.csv")
    assert kept("export", "journal").code == 0


def test_a_row_of_sums_names_a_file_beside_it_whose_rows_name_entries(kept):
    made = files(kept)
    forms = rows(made["form-8949-2026.csv"])
    for row in rows(made["schedule-d-2026.csv"]):
        if not row["boxes"]:
            continue
        assert row["source"].startswith("form_8949 box ")
        own = [form for form in forms if form["box"] in row["source"].split()[2::2]]
        assert len(own) == int(row["forms_8949_lines"])
        assert all(form["source"] for form in own)


def test_a_statement_is_of_one_wallet_and_not_of_the_first_of_a_name(kept):
    assert kept("wallet", "add", "venue:aaa", "bank", "--label", "bank").code == 0
    kept.write("da.csv", "asset,date sold,proceeds", "BTC,2026-01-20,17995")
    done = kept("tax", "us", "2026", "--broker", "bank=da.csv", "--out", "x")
    assert done.code == 6 and "venue:aaa:bank, venue:partita:bank: give the id" in done.err
    made = kept("tax", "us", "2026", "--broker", "venue:partita:bank=da.csv", "--out", "x")
    assert made.code in {0, 3}, made.err
