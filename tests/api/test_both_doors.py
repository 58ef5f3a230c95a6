"""Every command under `risk`, `size` and `allocate` has its route, with the same words."""

import pytest
from typer.main import get_group

from api.cli.commands import app
from api.cli.measure import risk_app
from api.cli.size import size_app
from tests.api.routes import shapes

#: command → the routes that answer the same: of the books, and of returns in a body.
DOORS = {
    "risk": ["GET /v1/risk"],
    "risk returns": ["GET /v1/risk/returns"],
    "risk limits": ["GET /v1/limits", "GET /v1/limits/breaches"],
    "risk stats": ["POST /v1/risk/stats"],
    "risk parts": ["POST /v1/risk/parts"],
    "risk exposure": ["GET /v1/risk/exposure"],
    "risk liquidity": ["GET /v1/risk/liquidity"],
    "risk leaving": ["GET /v1/risk/leaving"],
    "risk lending": ["GET /v1/risk/lending"],
    "risk scenarios": ["GET /v1/risk/scenarios"],
    "risk scorecard": ["GET /v1/risk/scorecard"],
    "risk target": ["POST /v1/risk/scorecard/targets"],
    "size kelly": ["GET /v1/sizes", "POST /v1/sizes"],
    "size together": ["GET /v1/sizes/together", "POST /v1/sizes/together"],
    "size drawdown": ["GET /v1/sizes/drawdown"],
    "size volatility": ["GET /v1/sizes/volatility", "POST /v1/sizes/volatility"],
    "size ruin": ["GET /v1/sizes/ruin"],
    "size capacity": ["GET /v1/sizes/capacity"],
    "size fixed-fraction": ["GET /v1/sizes/fixed-fraction"],
    "allocate": [
        "GET /v1/allocations",
        "GET /v1/allocations/walk-forward",
        "GET /v1/allocations/rebalance",
        "POST /v1/allocations",
        "POST /v1/allocations/walk-forward",
    ],
}

#: Words of a command that a route says in another way, or has no use for.
SAID = {
    "db": "the service has one database",
    "fund": "the fund is that of the key",
    "json": "it answers nothing else",
    "help": "see /v1/docs",
    "returns": "days and series of the body",
    "walk-forward": "an address of its own",
    "rebalance": "an address of its own",
}
#: Words that are called otherwise: one stands for several in a body.
CALLED = {
    "cap": "caps",
    "floor": "floors",
    "capacity": "capacities",
    "views": "view",
    "model": "models",
}


def commands():
    """Name → command, of every command that does something."""
    tree = get_group(app).commands
    found = {"allocate": tree["allocate"], "risk": tree["risk"]}
    for name, room in (("risk", risk_app), ("size", size_app)):
        for each, command in get_group(room).commands.items():
            found[f"{name} {each}"] = command
    return found


def words_of(command):
    """The names of a command's options and arguments, as a person types them."""
    return {
        next((o[2:] for o in one.opts if o.startswith("--")), one.name).replace("_", "-")
        for one in command.params
    }


@pytest.fixture(scope="session")
def document(shared):
    return shared.get("/v1/openapi.json").json()


def taken(document, route):
    """Names of what a route takes: parameters of the address, fields of the body."""
    method, path = route.split()
    operation = document["paths"][path][method.lower()]
    found = {one["name"] for one in operation.get("parameters", ())}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return found | set(body.get("schema", {}).get("properties", {}))


def test_every_command_has_its_routes_and_every_route_is_there():
    assert set(DOORS) == set(commands())
    there = {f"{method} {path}" for method, path in shapes()}
    for routes in DOORS.values():
        assert set(routes) <= there


def test_every_word_of_a_command_is_one_of_its_routes(document):
    for name, command in commands().items():
        routes = set().union(*(taken(document, route) for route in DOORS[name]))
        for word in words_of(command) - SAID.keys():
            plain = word.replace("-", "_")
            assert {plain, CALLED.get(plain, plain)} & routes, f"{name} --{word}"


def test_every_route_of_measuring_belongs_to_a_command():
    rooms = ("/v1/risk", "/v1/sizes", "/v1/allocations")
    known = {route for routes in DOORS.values() for route in routes}
    for method, path in shapes():
        if path.startswith(rooms):
            assert f"{method} {path}" in known


def test_a_command_without_a_route_and_a_word_without_a_name_would_be_found(document):
    assert "risk stats" in commands()
    assert "threshold" in words_of(commands()["risk lending"])
    assert "threshold" in taken(document, "GET /v1/risk/lending")
    assert "threshold" not in taken(document, "GET /v1/risk/exposure")
    assert "confidence" in taken(document, "POST /v1/risk/parts")


def test_a_target_that_is_set_stands_in_the_scorecard(writer):
    same = {"Idempotency-Key": "target"}
    asked = {"name": "monthly_return", "value": "0.1"}
    done = writer.post("/v1/risk/scorecard/targets", json=asked, headers=same)
    assert (done.status_code, done.json()) == (200, asked)
    shapes()["POST", "/v1/risk/scorecard/targets"].model_validate_json(done.content, strict=True)
    scores = writer.get("/v1/risk/scorecard").json()["scores"]
    assert next(one["target"] for one in scores if one["name"] == "monthly_return") == "0.1"


@pytest.mark.parametrize(
    "asked", [{"name": "luck", "value": "1"}, {"name": "win_rate", "value": "nan"}, {"value": "1"}]
)
def test_a_target_that_is_none_is_a_problem(writer, asked):
    headers = {"Idempotency-Key": "wrong"}
    answer = writer.post("/v1/risk/scorecard/targets", json=asked, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_one_dimension_of_the_exposure_is_the_whole_with_that_one_alone(reader):
    whole = reader.get("/v1/risk/exposure").json()
    alone = reader.get("/v1/risk/exposure?by=family").json()
    assert len(whole["dimensions"]) > 1
    [family] = alone["dimensions"]
    assert family in whole["dimensions"]
    assert alone["positions"] == whole["positions"]
    assert reader.get("/v1/risk/exposure?by=mood").status_code == 422


def test_reads_of_risk_say_the_same_by_command_and_by_web(
    shared_url, reader, tmp_path, monkeypatch, capsys
):
    from tests.end_to_end.command import Command

    monkeypatch.setenv("PARTITA_DATABASE_URL", shared_url)
    partita = Command(tmp_path, monkeypatch, capsys)
    for words, path in (
        ((), ""),
        (("--horizon", "2", "--rolling", "20"), "?horizon=2&rolling=20"),
        (("--from", "2026-01-10", "--benchmark", "ETH"), "?from=2026-01-10&benchmark=ETH"),
        (("returns", "--by", "wallet", "--series"), "/returns?by=wallet&series=true"),
        (("exposure", "--by", "chain"), "/exposure?by=chain"),
        (("leaving", "--depth", "BTC=30,0.003"), "/leaving?depth=BTC%3D30,0.003"),
        (("scenarios", "--loss", "0.3"), "/scenarios?loss=0.3"),
        # of a moment: the uptime of now is another one a second later
        (("scorecard", "--as-of", "2026-02-28"), "/scorecard?as_of=2026-02-28"),
        (("exposure", "--as-of", "2026-02-01"), "/exposure?as_of=2026-02-01"),
    ):
        done = partita("risk", *words, "--json")
        assert (done.code, done.json) == (0, reader.get(f"/v1/risk{path}").json()), words
    for name in ("liquidity", "lending"):
        assert (
            partita("risk", name, "--json").json == reader.get(f"/v1/risk/{name}").json()["items"]
        )
    assert partita("size", "kelly", "--json").json == reader.get("/v1/sizes").json()["items"]
