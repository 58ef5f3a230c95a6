"""Each read answers what the books say, in its shape, page by page, as of a time."""

import csv
import io
import json
from typing import Any

import pytest

from tests.api.routes import address, shapes

LISTS = (
    "events journal balances trial-balance positions lots disposals nav performance wallets imports"
    " manual-journals"
).split()
#: What has to be told of what; `test_tax_filed.py` and `test_allocations.py` try it.
ASKED = {"/v1/tax/allocation", "/v1/tax/what-if", "/v1/sizes/fixed-fraction"}
READS = sorted(path for method, path in shapes() if method == "GET" and path not in ASKED)


def items(client: Any, resource: str, **asked: str) -> list[dict[str, Any]]:
    found = client.get(f"/v1/{resource}", params={"limit": "500", **asked})
    assert found.status_code == 200, found.text
    rows: list[dict[str, Any]] = found.json()["items"]
    return rows


@pytest.mark.parametrize("path", READS)
def test_each_read_answers_in_the_shape_that_it_states(reader, path):
    answer = reader.get(address(path))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    shapes()["GET", path].model_validate_json(answer.content, strict=True)


@pytest.mark.parametrize("path", [path for path in READS if path.startswith("/v1/")])
def test_each_read_answers_before_the_first_entry_too(reader, path):
    answer = reader.get(address(path), params={"as_of": "2000-01-01"})
    one = "trace" in path or "{journal}" in path
    assert answer.status_code == (404 if one else 200), answer.text
    if answer.status_code == 200:
        shapes()["GET", path].model_validate_json(answer.content, strict=True)


@pytest.mark.parametrize("resource", LISTS)
def test_pages_of_one_item_make_the_whole_list(reader, resource):
    whole = items(reader, resource)
    assert whole
    found, cursor = [], None
    for _ in whole:
        asked = {"limit": "1"} | ({} if cursor is None else {"cursor": cursor})
        page = reader.get(f"/v1/{resource}", params=asked).json()
        found += page["items"]
        cursor = page["next_cursor"]
        assert page["has_more"] == (cursor is not None)
    assert found == whole
    assert cursor is None


def test_balances_are_what_was_imported(reader):
    held = {
        row["symbol"]: (row["quantity"], row["raw"])
        for row in items(reader, "balances")
        if row["wallet"]
    }
    assert held["BTC"] == ("0.2", "200000000000000000")
    assert held["ETH"] == ("2.26", "2260000000000000000")
    assert held["USD"][0] == "77982.5"


def test_the_trial_balance_is_zero(reader):
    rows = items(reader, "trial-balance")
    assert {row["difference"] for row in rows} == {"0"}
    assert {row["symbol"] for row in rows} >= {"USD", "BTC", "ETH", "SPAMMY"}


def test_a_position_without_a_quote_has_no_value(reader):
    by_symbol = {row["symbol"]: row for row in items(reader, "positions")}
    assert by_symbol["SPAMMY"]["value"] is None
    assert by_symbol["BTC"]["value"] == "16600.6"


def test_disposals_carry_the_gain_of_the_lot(reader):
    sold = next(row for row in items(reader, "disposals") if row["quantity"] == "0.2")
    assert (sold["cost"], sold["strategy"]) == ("16000", "directional")
    assert sold["disposed"] == "2026-01-20T10:00:00Z"


def test_books_as_of_a_time_leave_later_entries_out(reader):
    events = items(reader, "events", as_of="2026-01-06T10:00:00Z")
    assert [event["txid"] for event in events] == ["c-1", "t-1"]
    assert items(reader, "events", as_of="2026-01-06T12:00:00+02:00") == events
    (lot,) = [row for row in items(reader, "lots", as_of="2026-01-10") if row["symbol"] == "BTC"]
    assert lot["quantity"] == "0.5"


def test_a_position_as_of_a_time_is_valued_at_that_time(reader):
    held = {row["symbol"]: row for row in items(reader, "positions", as_of="2026-01-10T00:00Z")}
    assert held["BTC"]["price_time"] == "2026-01-10T00:00:00Z"
    assert held["BTC"]["price"] == "81010"


@pytest.mark.parametrize("path", [path for path in READS if path.startswith("/v1/")])
def test_each_read_answers_for_a_time_before_anything_was_known(reader, path):
    answer = reader.get(address(path), params={"known_at": "2000-01-01"})
    early = {"trace", "{journal}"}
    expected = 404 if any(word in path for word in early) else 200
    assert answer.status_code == expected, answer.text
    if answer.status_code == 200:
        shapes()["GET", path].model_validate_json(answer.content, strict=True)


@pytest.mark.parametrize("resource", LISTS)
def test_nothing_is_listed_of_a_time_before_anything_was_known(reader, resource):
    assert items(reader, resource, known_at="2000-01-01") == []
    assert items(reader, resource, known_at="now") == items(reader, resource)


def test_the_same_question_has_the_same_tag_and_is_not_answered_twice(reader):
    first = reader.get("/v1/positions")
    again = reader.get("/v1/positions", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = reader.get("/v1/positions?limit=1", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_the_monthly_report_is_a_pdf_and_the_same_books_give_the_same_bytes(reader):
    first = reader.get("/v1/reports/monthly/2026-01")
    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.headers["content-disposition"] == 'attachment; filename="2026-01.pdf"'
    assert reader.get("/v1/reports/monthly/2026-01").content == first.content


def test_a_month_that_the_books_do_not_reach_has_no_report(reader):
    assert reader.get("/v1/reports/monthly/2019-01").status_code == 404
    assert reader.get("/v1/reports/monthly/2026-13").status_code == 400


def test_every_layout_that_is_listed_is_exported_with_its_manifest(reader):
    layouts = reader.get("/v1/reports").json()["exports"]
    assert "journal" in layouts
    for layout in layouts:
        file = reader.get(f"/v1/exports/{layout}")
        assert file.headers["content-type"].startswith(
            "text/plain" if layout == "txf" else "text/csv"
        )
        assert len(list(csv.reader(io.StringIO(file.text)))) >= 1
        assert json.loads(reader.get(f"/v1/exports/{layout}/manifest").content)
    assert reader.get("/v1/exports/nothing").status_code == 404


def test_an_entry_is_traced_to_the_row_of_the_file(reader):
    (entry,) = reader.get("/v1/trace/t-1").json()["entries"]
    (source,) = entry["sources"]
    assert (source["file"], source["line"], source["cells"]["txid"]) == ("main.csv", 3, "t-1")
    by_id = reader.get(f"/v1/trace/{entry['id'].replace('#', '%23')}").json()
    assert by_id["entries"] == [entry]


def test_the_tax_year_of_an_unknown_regime_is_refused(reader):
    assert reader.get("/v1/tax/us/2026").json()["year"] == 2026
    assert reader.get("/v1/tax/atlantis/2026").status_code == 422
    assert reader.get("/v1/tax/us/2026", params={"method": "astrology"}).status_code == 422


def test_risk_is_told_by_what_is_held_and_further_where_it_is_asked_for(reader):
    whole = reader.get("/v1/risk").json()
    assert {found["method"] for found in whole["holdings"]} == {
        *("historical", "gaussian", "modified"),
    }
    for found in whole["holdings"]:
        total = sum(float(part["component_es"]) for part in found["parts"])
        assert found["reason"] or total == pytest.approx(float(found["es"]), rel=1e-9)
    assert whole["rolling"] == []
    more = reader.get("/v1/risk", params={"horizon": 2, "rolling": 10, "simulate": True}).json()
    names = {one["name"] for one in more["measures"]} - {one["name"] for one in whole["measures"]}
    assert {"var_paths_95_2d", "es_garch_99", "var_copula_95"} <= names
    assert len(more["rolling"]) > 20
    for params in ({"horizon": 11}, {"horizon": 0}, {"rolling": -1}, {"simulate": "often"}):
        assert reader.get("/v1/risk", params=params).status_code == 400


def test_risk_may_be_measured_over_a_part(reader):
    part = reader.get("/v1/risk", params={"from": "2026-02-01", "to": "2026-02-10"}).json()
    assert (part["from"], part["to"]) == ("2026-02-01", "2026-02-10")


def test_text_of_a_file_stays_text(reader):
    answer = reader.get("/v1/trace/t-3")
    (source,) = answer.json()["entries"][0]["sources"]
    assert source["cells"]["note"] == "=1+1 <script>"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_answer_has_an_id_and_forbids_caching_and_sniffing(reader):
    for path in ("/v1/events", "/v1/nothing", "/health/live", "/v1/events?limit=0"):
        headers = reader.get(path).headers
        assert len(headers["x-request-id"]) == 16
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "access-control-allow-origin" not in headers
