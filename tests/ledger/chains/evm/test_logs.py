"""Logs of a receipt read together are what each of them is by itself, or they are not read so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chains.evm.logs import read_log, read_plain_logs

TOPIC = "0x" + "a1" * 32
EMITTER = "0x" + "bB" * 20


def row(**fields):
    return {"address": EMITTER, "logIndex": "0x0", "topics": [TOPIC], "data": "0x12", **fields}


def test_usual_logs_are_read_together_as_each_by_itself():
    rows = [row(topics=[TOPIC] * count, logIndex=hex(count)) for count in range(5)]
    rows += [row(data="0x"), row(data="0x" + "f" * 999), row(address=EMITTER.lower())]
    rows += [row(logIndex="0x1_0"), row(topics=[TOPIC] * 4, data="0x1")]
    assert read_plain_logs(rows) == [read_log(each) for each in rows]


@pytest.mark.parametrize(
    "fields",
    [
        {"topics": [f"{TOPIC} {TOPIC}"]},
        {"topics": [TOPIC, ""]},
        {"topics": [TOPIC] * 5},
        {"topics": [TOPIC.upper()]},
        {"topics": [f"{TOPIC}\n"]},
        {"topics": [f"{TOPIC} "]},
        {"topics": [1]},
        {"topics": None},
        {"data": f"0x1\n{EMITTER} 0x0=0x2"},
        {"data": f"0x1 {TOPIC}"},
        {"data": "0X12"},
        {"data": "0x1_2"},
        {"data": None},
        {"data": 12},
        {"logIndex": 0},
        {"logIndex": "0x"},
        {"logIndex": "0x1=0x2", "topics": []},
        {"logIndex": f"0x1 {TOPIC}", "topics": []},
        {"address": f"{EMITTER} 0x1"},
        {"address": EMITTER[:-1]},
        {"address": None},
        {"removed": True},
    ],
)
def test_one_unusual_log_leaves_all_to_be_read_by_themselves(fields):
    assert read_plain_logs([row(), row(**fields)]) is None
    assert read_plain_logs([row(**fields), row(logIndex="0x1")]) is None


PIECES = st.sampled_from(["0x", "0x1", TOPIC, EMITTER, " ", "\n", "=", "", "0X", "_", "é", "\x1c"])
TEXTS = st.lists(PIECES, max_size=4).map("".join) | st.none() | st.integers(0, 1)
ROWS = st.fixed_dictionaries(
    {
        "address": st.just(EMITTER) | TEXTS,
        "logIndex": st.just("0x0") | TEXTS,
        "topics": st.lists(st.just(TOPIC) | TEXTS, max_size=5) | TEXTS,
        "data": st.just("0x12") | TEXTS,
    },
    optional={"removed": st.booleans()},
)


@given(st.lists(ROWS, min_size=1, max_size=3))
def test_whatever_is_read_together_is_what_each_is(rows):
    together = read_plain_logs(rows)
    assert together is None or together == [read_log(each) for each in rows]
