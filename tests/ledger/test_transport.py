"""The way out is bounded: where it may lead, how long and how large an answer may be."""

import gzip
import json
import time
import traceback

import pytest

from ledger.model.errors import SourceRefused, SourceUnavailable
from ledger.transport import NodeError, SourceBusy, Transport, host_of, json_rpc, permitted
from ledger.transport.breaker import FAILURES, REST, REST_MAX, Breaker
from tests.ledger.web_server import KEY, answer, result, rpc, served


@pytest.fixture
def transport(monkeypatch):
    monkeypatch.setattr("ledger.transport._WAITS", (0, 0, 0))
    opened = Transport(allow_private=True, timeout_seconds=2, bytes_max=100_000)
    yield opened
    opened.close()


# ---- where


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_only_public_addresses_are_permitted(address):
    assert not permitted(address, allow_private=False)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_permitted(address):
    assert permitted(address, allow_private=False)


def test_the_setting_permits_private_addresses_but_no_metadata_or_multicast():
    for address in ("127.0.0.1", "10.0.0.1", "::1", "fc00::1"):
        assert permitted(address, allow_private=True)
    for address in ("169.254.169.254", "224.0.0.1", "64:ff9b::7f00:1", "0.0.0.0", "fe80::1"):
        assert not permitted(address, allow_private=True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]"]
)
def test_every_spelling_of_a_loopback_address_is_refused(host):
    with served(lambda _: [answer(b"1")]) as server:
        port = server.socket.getsockname()[1]
        strict = Transport(allow_private=False, timeout_seconds=2)
        with pytest.raises(SourceUnavailable):
            strict.post_json(f"http://{host}:{port}/", {})
        strict.close()
        assert server.requests == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x", "example.org", "", "http://"]
)
def test_other_schemes_are_refused(transport, url):
    with pytest.raises(SourceRefused):
        transport.post_json(url, {})


def test_a_redirect_is_not_followed(transport):
    with served(lambda _: [answer(b"7")]) as inner:
        moved = answer(b"", f"Location: {inner.url}", status="307 Temporary Redirect")
        with (
            served(lambda _: [moved]) as server,
            pytest.raises(SourceRefused, match="redirect"),
        ):
            transport.post_json(server.url, {})
        assert inner.requests == []


def test_the_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with served(lambda _: [answer(b"[1]")]) as server:
        plain = Transport(allow_private=True, timeout_seconds=2)
        assert plain.post_json(server.url, {}) == [1]
        plain.close()


# ---- how long, how large


def drip(first):
    def respond(_):
        yield first
        for _ in range(100):
            time.sleep(0.2)
            yield b" "

    return respond


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"]
)
def test_a_slow_drip_ends_at_the_deadline(first):
    quick = Transport(allow_private=True, timeout_seconds=1)
    with served(drip(first)) as server:
        start = time.monotonic()
        with pytest.raises(SourceUnavailable, match="within 1 s"):
            quick.post_json(server.url, {})
        assert time.monotonic() - start < 30  # the drip itself would take hours
    quick.close()


def test_an_answer_that_is_too_large_is_refused(transport):
    with (
        served(lambda _: [answer(b"1" * 200_000)]) as server,
        pytest.raises(SourceUnavailable, match="more than 100000 bytes"),
    ):
        transport.post_json(server.url, {})


def test_a_compressed_answer_is_read_and_a_bomb_is_not(transport):
    honest = answer(gzip.compress(b'{"a":1}'), "Content-Encoding: gzip")
    with served(lambda _: [honest]) as server:
        assert transport.post_json(server.url, {}) == {"a": 1}
    bomb = answer(gzip.compress(b"1" * 50_000_000), "Content-Encoding: gzip")
    with (
        served(lambda _: [bomb]) as server,
        pytest.raises(SourceUnavailable, match="more than"),
    ):
        transport.post_json(server.url, {})
    nested = answer(gzip.compress(gzip.compress(b"1")), "Content-Encoding: gzip, gzip")
    with (
        served(lambda _: [nested]) as server,
        pytest.raises(SourceUnavailable, match="encoding"),
    ):
        transport.post_json(server.url, {})


# ---- what


@pytest.mark.parametrize(
    "respond",
    [
        lambda _: [],
        lambda _: [answer(b"not json")],
        lambda _: [answer(b"[" * 90_000)],
        lambda _: [answer(b"1")[:-1]],
        lambda _: [answer(b"x", "Content-Encoding: gzip")],
        lambda _: [answer(b"{}", status="429 Too Many Requests")],
        lambda _: [answer(b"{}", status="503 Service Unavailable")],
        lambda _: [answer(b"{}", status="404 Not Found")],
        lambda _: [b"SSH-2.0-OpenSSH\r\n\r\n"],
    ],
)
def test_whatever_is_no_answer_is_unavailable_and_no_message_holds_the_key(respond):
    quick = Transport(allow_private=True, timeout_seconds=1)
    with served(respond) as server:
        with pytest.raises(SourceUnavailable) as caught:
            quick.post_json(server.url, {})
        assert "127.0.0.1" in str(caught.value)
        assert KEY not in "".join(traceback.format_exception(caught.value))
    quick.close()


def test_a_dead_node_is_named_by_its_host_alone(transport):
    with served(lambda _: []) as server:
        url = server.url
    with pytest.raises(SourceUnavailable, match=r"^127\.0\.0\.1 cannot be reached$"):
        transport.post_json(url, {})


def test_an_unknown_host_is_unavailable(transport):
    with pytest.raises(SourceUnavailable, match=r"nowhere\.invalid"):
        transport.post_json(f"https://nowhere.invalid/{KEY}", {})
    assert host_of(f"https://user:{KEY}@nowhere.invalid/{KEY}") == "nowhere.invalid"


# ---- JSON-RPC


def test_batches_are_answered_in_order_whatever_the_order_of_the_answer(transport):
    def handle(requests):
        rows = [json.loads(result(each["method"], each["id"])) for each in requests]
        return rows[::-1]

    with served(rpc(handle)) as server:
        node = json_rpc(transport, server.url)
        assert node.ask_many([("a", []), ("b", []), ("c", [])]) == ["a", "b", "c"]
        assert len(server.requests) == 1


def test_a_node_without_batches_is_asked_one_by_one(transport):
    def handle(request):
        if isinstance(request, list):
            error = {"code": -32600, "message": "no batches"}
            return {"jsonrpc": "2.0", "id": None, "error": error}
        return json.loads(result(request["method"], request["id"]))

    with served(rpc(handle)) as server:
        node = json_rpc(transport, server.url)
        assert node.ask_many([("a", []), ("b", [])]) == ["a", "b"]
        assert node.ask_many([("c", []), ("d", [])]) == ["c", "d"]
        assert len(server.requests) == 5


@pytest.mark.parametrize(
    "given",
    [
        {"jsonrpc": "2.0", "id": 99, "result": 1},
        {"jsonrpc": "2.0", "id": 0},
        {"id": 0, "result": 1},
        {"jsonrpc": "1.0", "id": 0, "result": 1},
        [1],
        7,
        None,
    ],
)
def test_an_answer_of_another_id_or_form_is_refused(transport, monkeypatch, given):
    monkeypatch.setattr("ledger.transport._WAITS", ())
    with served(rpc(lambda _: given)) as server, pytest.raises(SourceBusy):
        json_rpc(transport, server.url).ask("eth_chainId")


def test_an_error_of_the_node_is_told_without_the_address(transport):
    url = ""

    def handle(request):
        error = {"code": -32000, "message": f"no \x1b[31m{url} here"}
        return {"jsonrpc": "2.0", "id": request["id"], "error": error}

    with served(rpc(handle)) as server:
        url = server.url
        with pytest.raises(NodeError) as caught:
            json_rpc(transport, server.url).ask("eth_chainId")
        assert caught.value.rpc_code == -32000 and not caught.value.reverted
        assert KEY not in str(caught.value) and "\x1b" not in str(caught.value)


def test_each_request_of_a_batch_may_fail_alone(transport):
    def handle(requests):
        refusal = {"code": -32601, "message": "no such method"}
        return [
            json.loads(result(1, 0)),
            {"jsonrpc": "2.0", "id": requests[1]["id"], "error": refusal},
        ]

    with served(rpc(handle)) as server:
        node = json_rpc(transport, server.url)
        good, bad = node.ask_each([("a", []), ("b", [])])
        assert good == 1 and isinstance(bad, NodeError)
        with pytest.raises(NodeError):
            node.ask_many([("a", []), ("b", [])])


def test_a_busy_node_is_asked_again_and_not_for_ever(transport):
    replies = iter(
        [
            answer(b"{}", status="503 Service Unavailable"),
            answer(b'{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"limit"}}'),
            answer(result("0x1")),
        ]
    )
    with served(lambda _: [next(replies)]) as server:
        assert json_rpc(transport, server.url).ask("eth_chainId") == "0x1"
        assert len(server.requests) == 3
    with served(lambda _: [answer(b"{}", status="503 Service Unavailable")]) as server:
        with pytest.raises(SourceBusy, match="503"):
            json_rpc(transport, server.url).ask("eth_chainId")
        assert len(server.requests) == 4


def test_a_method_that_stays_refused_is_not_waited_for_again(transport):
    error = {"code": -32603, "message": "no traces here"}

    def handle(request):
        return {"jsonrpc": "2.0", "id": request["id"], "error": error}

    with served(rpc(handle)) as server:
        node = json_rpc(transport, server.url)
        for expected in (4, 5, 6):
            assert isinstance(node.ask_each([("debug_trace", [])])[0], NodeError)
            assert len(server.requests) == expected


def test_connections_are_kept(transport):
    with served(rpc(lambda request: json.loads(result(1, request["id"])))) as server:
        node = json_rpc(transport, server.url)
        for _ in range(100):
            node.ask("eth_chainId")
        assert server.connections == 1


# ---- a source that fails again and again


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_source_that_fails_again_and_again_is_left_alone_each_time_for_longer():
    clock = Clock()
    breaker = Breaker("node", clock)
    for _ in range(FAILURES - 1):
        breaker.failed()
        breaker.check()
    for rest in (REST, 2 * REST, 4 * REST):
        breaker.failed()
        with pytest.raises(SourceUnavailable, match=f"left alone for {rest} s"):
            breaker.check()
        clock.now += rest
        breaker.check()
    for _ in range(50):
        breaker.failed()
    clock.now += REST_MAX
    breaker.check()
    breaker.answered()
    breaker.failed()
    breaker.check()


def test_a_dead_node_is_not_asked_for_ever(transport):
    asked = []

    def dead(body):
        asked.append(body)
        return [answer(b"", status="503 Service Unavailable")]

    with served(dead) as server:
        node = json_rpc(transport, server.url)
        for _ in range(2 * FAILURES):
            with pytest.raises(SourceUnavailable):
                node.ask("eth_chainId")
    assert len(asked) == 4 * FAILURES
