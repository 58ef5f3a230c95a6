"""A record is one line of JSON without keys, and nothing in it can forge another line."""

import json
import logging
import logging.config
import sys

import pytest

from api.logging import JsonLines, log_config, redacted
from tests.api.conftest import READ


def line_of(message, *arguments, fault=None, **more):
    info = (type(fault), fault, None) if fault else None
    record = logging.LogRecord("partita.api", logging.INFO, "f.py", 1, message, arguments, info)
    record.__dict__.update(more)
    return JsonLines().format(record)


@pytest.mark.parametrize(
    "text",
    ["ok\n2026-11-22 ERROR admin logged in", "a\r\nSet-Cookie: x=1", "\x1b[2J", "\u2028", "\ud800"],
)
def test_a_hostile_text_is_one_line_and_stays_what_it_was(text):
    line = line_of("%s", text, path=text)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == text
    assert json.loads(line)["path"] == text


def test_keys_and_passwords_are_cut_short():
    line = line_of(f"Authorization: Bearer {READ}", fault=ValueError(f"{READ} at a://u:pw@host/"))
    assert READ not in line
    assert READ[:16] in line
    assert "pw@" not in line
    assert redacted("Bearer eyJhbGciOi.x.y") == "Bearer …"
    assert redacted("the key partita_reads") == "the key partita_reads"


def test_a_request_is_logged_by_path_and_prefix_without_its_query(reader, caplog):
    caplog.set_level(logging.INFO, "partita.api")
    reader.get("/v1/events?limit=1&cursor=secretcursor")
    record = caplog.records[-1]
    assert (record.path, record.status, record.key) == ("/v1/events", 400, READ[:16])
    lines = [JsonLines().format(found) for found in caplog.records if found.name == "partita.api"]
    assert not [line for line in lines if READ in line or "secretcursor" in line]


def test_the_configuration_writes_lines(capsys):
    loggers = [logging.getLogger(name) for name in (None, *log_config("info")["loggers"])]
    before = [(known, known.level, known.handlers[:], known.propagate) for known in loggers]
    try:
        config = log_config("info")
        logging.config.dictConfig(config)
        logging.getLogger("partita.api").info("answered")
        sys.stderr.flush()
        assert json.loads(capsys.readouterr().err)["message"] == "answered"
    finally:
        for known, level, handlers, propagate in before:
            known.setLevel(level)
            known.handlers[:] = handlers
            known.propagate = propagate


def test_counters_name_no_fund_and_no_path(reader, shared):
    reader.get("/v1/events")
    shared.request("INVENTED-" + "x" * 50, "/v1/events")
    text = shared.get("/metrics").text
    assert 'partita_requests_total{method="GET",status="200"}' in text
    assert 'method="other"' in text
    assert "INVENTED" not in text
    assert "main" not in text
    assert "/v1" not in text
