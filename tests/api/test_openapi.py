"""The description of the API is OpenAPI 3.1, complete, and knows no number for money."""

import re
from pathlib import Path

import pytest

from api.auth.bearer import COMPUTED
from api.auth.keys import SCOPES
from api.problems import KINDS
from ledger.model.problem import PROBLEM_CODES
from tests.api.routes import shapes

AMOUNTS = (
    "quantity raw price value cost unrealised realised income gas tips failed fees net nav flows"
    " growth debit credit difference proceeds gain short long ledger observed suspense_value"
    " suspense_bp weight full suggested low high win_rate depth error"
).split()


@pytest.fixture(scope="session")
def document(shared):
    return shared.get("/v1/openapi.json").json()


def parts_of(value, path=""):
    """Every (path, object) in the document."""
    if isinstance(value, dict):
        yield path, value
        for name, inner in value.items():
            yield from parts_of(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from parts_of(inner, f"{path}/{number}")


def test_the_document_has_the_form_of_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Partita"
    assert document["info"]["version"]
    names = set()
    for path, operations in document["paths"].items():
        assert path.startswith("/")
        for method, operation in operations.items():
            assert method in {"get", "post"}
            assert operation["description"], path
            names.add(operation["operationId"])
            assert {"200", "default"} <= set(operation["responses"]), path
            asked = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert asked == set(re.findall(r"\{(\w+)\}", path))
            for parameter in operation.get("parameters", ()):
                assert "schema" in parameter
    assert len(names) == sum(len(operations) for operations in document["paths"].values())


def test_every_reference_leads_somewhere(document):
    for _, part in parts_of(document):
        if "$ref" in part:
            found = document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            assert found


def test_no_number_type_stands_anywhere_and_amounts_are_texts(document):
    seen = set()
    for path, part in parts_of(document["components"]["schemas"]):
        assert part.get("type") != "number", path
        for name, schema in part.get("properties", {}).items():
            # a list of the same name holds shapes that are looked at themselves
            if name in AMOUNTS and isinstance(schema, dict) and schema.get("type") != "array":
                kinds = {schema.get("type"), *(s.get("type") for s in schema.get("anyOf", ()))}
                assert kinds - {None} <= {"string", "null"}, f"{path}/{name}"
                seen.add(name)
    assert seen == set(AMOUNTS)


def test_every_json_answer_has_a_shape(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation["responses"]["200"].get("content", {})
            if (method.upper(), path) in shapes():
                assert "$ref" in content["application/json"]["schema"], path


def test_every_operation_says_which_scope_it_needs(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation["security"]:
                assert operation["security"] == [{"key": []}]
                assert operation["x-scope"] in SCOPES
                reads = method == "get" or path in COMPUTED
                assert operation["x-scope"] == ("read" if reads else "write")
            else:
                assert operation["x-scope"] is None, path


def test_every_post_takes_an_idempotency_key(document):
    for path, operations in document["paths"].items():
        if "post" in operations:
            named = {p["name"]: p for p in operations["post"]["parameters"]}
            assert named["Idempotency-Key"]["required"], path


def test_every_read_of_a_fund_takes_as_of_and_known_at(document):
    for path, operations in document["paths"].items():
        if "get" in operations and operations["get"]["security"]:
            named = {p["name"] for p in operations["get"]["parameters"]}
            assert {"as_of", "known_at"} <= named, path


def test_the_page_of_operations_needs_no_script_and_nothing_from_elsewhere(shared, document):
    page = shared.get("/v1/docs")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    for path in document["paths"]:
        assert path in page.text


def test_every_problem_type_has_an_address_that_explains_it(shared):
    for code in (*KINDS, *PROBLEM_CODES, "not_found", "conflict"):
        said = shared.get(f"/problems/{code}").json()
        assert said["code"] == code
        assert said["title"]
    assert shared.get("/problems/nothing").status_code == 404


def test_the_page_of_the_api_names_every_operation_and_every_kind_of_problem(document):
    page = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")
    lines = re.findall(r"^\| `(/[^`]+)`", page, re.MULTILINE)
    unlisted = {"/v1/docs", "/v1/openapi.json"}
    assert set(lines) == set(document["paths"]) - unlisted
    named = {(path, method) for path, ways in document["paths"].items() for method in ways}
    assert len(lines) == len([path for path, _ in named if path not in unlisted])
    kinds = re.findall(r"^\| `([a-z_]+)` \| ([0-9]{3}|as)", page, re.MULTILINE)
    assert {code for code, _ in kinds} == set(KINDS)
    assert not [c for c, status in kinds if status != "as" and int(status) != KINDS[c].status]


def test_every_read_of_a_past_moment_describes_the_name_of_its_own(document):
    for path, ways in document["paths"].items():
        for operation in ways.values():
            takes = "known_at" in {each["name"] for each in operation.get("parameters", ())}
            headers = operation["responses"].get("200", {}).get("headers", {})
            assert ("Known-At" in headers) == takes, path
