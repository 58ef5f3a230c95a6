"""Over HTTP: `known_at` gives what the same read answered at that moment, whatever came since."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from api import desk, given, naming, views
from api.desk import now
from ledger.model.fund import StrategyRule, Wallet
from ledger.store import open_store
from tests.api.conftest import HEADER, OTHER, bearer
from tests.api.routes import address, shapes

READS = sorted(
    address(path) for method, path in shapes() if method == "GET" and path.startswith("/v1/")
)
OF_ONE = "/v1/manual-journals/"
FILES = ["/v1/reports/monthly/2026-01", "/v1/exports/positions", "/v1/exports/journal"]
PRICES = (
    "time,asset,price,currency,source\n"
    "2026-03-03,BTC,11111,USD,test\n2026-03-03,ETH,222,USD,test\n2026-01-31,BTC,333,USD,test\n"
)
LATE = "2026-01-25T10:00:00Z,sell,bank,BTC,0.05,USD,4500,USD,5,,,late,t-9,\n"


def with_times(path: str, asked: dict[str, str]) -> str:
    """The address with more parameters: given apart they would take the place of its own."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(asked)}" if asked else path


def answers(client, **asked: str) -> dict[str, bytes]:
    found = {path: client.get(with_times(path, asked)) for path in (*READS, *FILES)}
    wrong = {path: answer.text for path, answer in found.items() if answer.status_code != 200}
    # the manual journal of the fund was proposed long after what its rows speak of
    assert not [path for path in wrong if not (asked.get("as_of") and OF_ONE in path)], wrong
    return {path: answer.content for path, answer in found.items() if path not in wrong}


def change(client) -> None:
    """A corrected price, a row that comes late, and a wallet that gives its rows a strategy."""
    key = {"Idempotency-Key": "a"}
    price = {"file": ("prices.csv", PRICES.encode())}
    assert client.post("/v1/prices/imports", files=price, headers=key).status_code == 200
    late = [("files", ("late.csv", (HEADER + LATE).encode()))]
    key = {"Idempotency-Key": "b"}
    assert client.post("/v1/imports", files=late, headers=key).status_code == 200
    wallet = {"network": "ethereum", "address": "0x" + "ab" * 20, "label": "hot"}
    key = {"Idempotency-Key": "c"}
    assert client.post("/v1/wallets", json=wallet, headers=key).status_code == 200


def test_every_read_answers_what_it_answered_then_to_the_byte(writer):
    then, moment = answers(writer), now().isoformat()
    early = answers(writer, as_of="2026-02-05")
    change(writer)
    later = answers(writer)
    same = {"/v1/reports", "/v1/trace/t-1", "/v1/periods", "/v1/manual-journals"}
    # there are no pools and no loans, and no limit was declared
    same |= {"/v1/liquidity", "/v1/risk/liquidity", "/v1/risk/lending"}
    same |= {"/v1/limits", "/v1/limits/breaches", "/v1/limits/events"}
    # nothing is filed, frozen, ordered or planned, no lot is at a loss, a trade takes the same lot
    same |= {f"/v1/tax/{name}" for name in ("filed", "plans", "harvest", "what-if")}
    same |= {"/v1/tax/allocations", "/v1/tax/orders"}
    # no strategy closed a trade on thirty days, and a stake is of what is asked
    same |= {f"/v1/allocations{name}" for name in ("", "/walk-forward")}
    same |= {f"/v1/sizes/{name}" for name in ("together", "volatility", "fixed-fraction")}
    stays = {
        path.partition("?")[0] for path in later if later[path] == then[path] and OF_ONE not in path
    }
    assert stays <= same
    assert answers(writer, known_at=moment) == then
    assert answers(writer, known_at=moment, as_of="2026-02-05") == early
    assert answers(writer, known_at="now") == later
    assert answers(writer, known_at=now().isoformat()) == later


def test_every_read_names_the_time_by_which_it_can_be_read_again(writer):
    found = {path: writer.get(path) for path in (*READS, *FILES)}
    change(writer)
    for path, answer in found.items():
        named = answer.headers["known-at"]
        asked = with_times(path, {"known_at": named})
        again = writer.get(asked)
        assert (again.content, again.headers["known-at"]) == (answer.content, named), path
        same = writer.get(asked, headers={"If-None-Match": again.headers["etag"]})
        assert (same.status_code, same.headers["known-at"]) == (304, named)
        assert writer.get("/v1/balances").headers["known-at"] > named


def test_an_answer_of_the_present_has_a_tag_of_what_it_says(writer, url):
    paths = [
        "/v1/tax/generic/2027",
        "/v1/tax/what-if?asset=BTC&quantity=0.1&wallet=bank&price=1000",
    ]
    for path in paths:
        first = writer.get(path)
        held = {"If-None-Match": first.headers["etag"]}
        same = writer.get(path, headers=held)
        assert same.status_code == 304
        assert same.headers["known-at"] > first.headers["known-at"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(naming, "now", lambda: datetime(2030, 1, 1, tzinfo=UTC))
            with open_store(url) as store, store.transaction("main"):
                later = writer.get(path, headers=held)  # nobody can name it, and it is another one
        assert (later.status_code, later.content != first.content) == (200, True), path
        again = writer.get(with_times(path, {"known_at": first.headers["known-at"]}))
        assert again.content == first.content


def test_what_is_still_written_is_not_known_at_the_time_that_a_reader_is_told(writer, url):
    """A transaction has its time from its first row on; who reads before its end names one before.

    Also who asks for the time on the wall, of which it is told otherwise later.
    """
    hot = Wallet("eip155:1", "0x" + "ab" * 20, "hot")
    with open_store(url, clock=now) as store:
        with store.transaction("main") as inside:
            inside.wallets.add("main", [hot])
            read, on_the_clock = writer.get("/v1/wallets"), now().isoformat()
            named = read.headers["known-at"]
            asked = writer.get("/v1/wallets", params={"known_at": on_the_clock})
            assert (asked.content, asked.headers["known-at"]) == (read.content, named)
            assert "known-at" not in writer.get("/v1/risk/scorecard").headers
        written = store.funds.last_recorded("main").isoformat()
    assert named < written < on_the_clock
    assert writer.get("/v1/wallets", params={"known_at": named}).content == read.content
    for time in (written, on_the_clock):
        again = writer.get("/v1/wallets", params={"known_at": time})
        assert len(again.json()["items"]) == len(read.json()["items"]) + 1


def test_an_answer_in_whose_making_more_became_known_is_named_by_no_time(writer, url, monkeypatch):
    with open_store(url, clock=now) as store:
        balance_rows = views.balance_rows

        def while_it_is_read(*asked):
            store.funds.add_rules("main", [StrategyRule(f"rule at {now()}")])
            return balance_rows(*asked)

        monkeypatch.setattr(views, "balance_rows", while_it_is_read)
        assert "known-at" not in writer.get("/v1/balances").headers
        monkeypatch.undo()
        named = writer.get("/v1/balances").headers["known-at"]
        assert datetime.fromisoformat(named) == store.funds.last_recorded("main")


def test_a_time_before_that_of_the_last_recording_is_no_future_where_the_clock_was_set_back(
    writer, url
):
    ahead = now() + timedelta(hours=5)
    with open_store(url, clock=lambda: ahead) as store:
        store.settings.set("main", "target.win_rate", "0.5")
    read = writer.get("/v1/balances")
    assert datetime.fromisoformat(read.headers["known-at"]) == ahead
    again = writer.get("/v1/balances", params={"known_at": read.headers["known-at"]})
    assert (again.status_code, again.content) == (200, read.content)
    later = (ahead + timedelta(microseconds=1)).isoformat()
    assert writer.get("/v1/balances", params={"known_at": later}).status_code == 400


def test_a_name_is_no_future_for_a_clock_that_has_not_come_to_it(writer, url, monkeypatch):
    """As that of another machine, or one that was set back; it names the same ever after."""
    read, clock = writer.get("/v1/risk/scorecard"), now
    named = {"known_at": read.headers["known-at"]}
    behind = datetime.fromisoformat(named["known_at"]) - timedelta(hours=5)
    for module in (desk, given, naming):
        monkeypatch.setattr(module, "now", lambda: behind)
    with open_store(url, clock=lambda: behind) as store:
        for path in ("/v1/risk/scorecard", "/v1/balances"):
            assert writer.get(path, params=named).status_code == 200
        store.runs.beat("main", None, 0)
        store.settings.set("main", "target.win_rate", "0.7")
    again = writer.get("/v1/risk/scorecard", params=named)
    assert (again.content, again.headers["known-at"]) == (read.content, named["known_at"])
    later = {"known_at": (clock() + timedelta(hours=1)).isoformat()}
    assert writer.get("/v1/risk/scorecard", params=later).status_code == 400


def test_a_time_that_is_not_yet_is_refused(reader):
    for asked in ("2999-01-01", "tomorrow"):
        refused = reader.get("/v1/events", params={"known_at": asked})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")


def test_the_tag_of_now_is_not_that_of_another_moment(reader):
    tag = reader.get("/v1/events").headers["etag"]
    asked = {"known_at": now().isoformat()}
    assert reader.get("/v1/events", params=asked).headers["etag"] != tag
    held = reader.get("/v1/events", params=asked).headers["etag"]
    again = reader.get("/v1/events", params=asked, headers={"If-None-Match": held})
    assert again.status_code == 304


def test_a_cursor_of_what_is_known_now_is_refused_for_what_was_known_then(reader):
    asked = {"known_at": now().isoformat(), "limit": "1"}
    cursor = reader.get("/v1/events?limit=1").json()["next_cursor"]
    assert reader.get("/v1/events", params=asked | {"cursor": cursor}).status_code == 400
    own = reader.get("/v1/events", params=asked).json()["next_cursor"]
    assert reader.get("/v1/events", params=asked | {"cursor": own}).status_code == 200
    assert reader.get("/v1/events", params={"limit": "1", "cursor": own}).status_code == 400


@pytest.mark.parametrize("path", READS)
def test_no_read_tells_a_fund_what_another_knows(shared, path):
    asked = {"known_at": now().isoformat()}
    answer = shared.get(with_times(path, asked), headers=bearer(OTHER))
    of_one = any(
        each in path for each in ("trace", "manual-journals/", "what-if", "tax/allocation?")
    )
    assert answer.status_code == (404 if of_one else 200)
    # the asker's own word is no news, nor what everybody knows of days of the past
    news = answer.text.replace("no asset 'BTC'", "")
    assert "BTC" not in news.replace('"dimension":"family","name":"BTC"', "")
