"""Rows read column by column are what each of them is by itself, or are not read so at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.model.errors import BadAmount
from ledger.model.whole import units_from_text
from ledger.tax.history import reading
from ledger.tax.history.reading import read_rows
from ledger.tax.history.rows import RowFault, TaxRow
from ledger.venues._partita import KINDS

OWN = (reading._OfItsOwn, RowFault)
PLAIN = [
    {"id": f"r{number}", "time": f"2024-01-{number + 1:02d}T00:00:00Z", "kind": kind,
     "sent_asset": sent, "sent_quantity": "1.50", "received_asset": got, "received_quantity": "2"}
    for number, (kind, sent, got) in enumerate([("buy", "USD", "X"), ("sell", "X", "USD")] * 3)
]  # fmt: skip

NUMBERS = st.sampled_from(
    ["1", "0", "0.5", "2.50", "12345.678901", "7" * 18, "7" * 19, "0." + "1" * 19, "-1", "", ".5",
     "1.", "1.2.3", "1e3", "1_0", " 1", "1\n", "\n1", "٣", "²", "+1", "x"]
)  # fmt: skip
CELLS = {
    "id": st.sampled_from(["a", "b", "c", "d", "e", "f", ""]),
    "time": st.sampled_from(
        ["2024-01-01", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05.25+00:00", "20240105",
         "2024-01-02T03:04:05+02:00", "1850-01-01", "2300-01-01T00:00:00Z", "today", ""]
    ),
    "kind": st.sampled_from([*KINDS, "dance", ""]),
    "wallet": st.sampled_from(["one", "two", ""]),
    "to_wallet": st.sampled_from(["one", "two", ""]),
    "sent_asset": st.sampled_from(["X", "Y", "USD", ""]),
    "sent_quantity": NUMBERS,
    "received_asset": st.sampled_from(["X", "Y", "USD", ""]),
    "received_quantity": NUMBERS,
    "fee_asset": st.sampled_from(["X", "USD", ""]),
    "fee_quantity": NUMBERS,
    "value": NUMBERS,
    "value_currency": st.sampled_from(["USD", "usd", "EUR", ""]),
    "note": st.sampled_from(["text", ""]) | st.none() | st.integers(),
    "colour": st.just("red"),
}  # fmt: skip
#: What nothing is wrong with.
RIGHT = {
    "time": "2024-01-02T03:04:05Z", "kind": "buy", "wallet": "one", "sent_asset": "USD",
    "sent_quantity": "1.5", "received_asset": "X", "received_quantity": "2", "fee_asset": "USD",
    "fee_quantity": "0.5", "value": "3", "value_currency": "USD", "note": "text",
}  # fmt: skip


@st.composite
def tables(draw):
    """Rows of the same columns, of which most are as they should be."""
    columns = [*list(RIGHT)[:6], *draw(st.lists(st.sampled_from(list(RIGHT)[6:]), unique=True))]
    alike = {name: RIGHT[name] for name in columns}
    for name in draw(st.lists(st.sampled_from(["kind", "to_wallet", *columns]), max_size=2)):
        alike[name] = draw(CELLS[name])
    if draw(st.booleans()):
        alike.pop(draw(st.sampled_from(columns)), None)
    rows = [{"id": f"r{number}", **alike} for number in range(draw(st.integers(1, 4)))]
    name = draw(st.sampled_from(list(CELLS)))
    return [*rows, {"id": "last", **alike, name: draw(CELLS[name])}]


@settings(max_examples=300)
@given(rows=tables(), places=st.sampled_from([18, 19, 36]))
def test_columns_say_what_rows_say(rows, places):
    try:
        found = reading._in_columns(rows, places, "USD")
    except OWN:
        return
    by_row, faults = reading._each(rows, places, "USD")
    assert not faults
    assert sorted(found) == sorted(by_row)


@pytest.mark.parametrize("changes", [{}, {"note": "text"}, {"time": "2024-01-01"}, {"value": "3"}])
def test_rows_of_the_same_columns_are_read_in_columns(changes):
    rows = [row | changes for row in PLAIN]
    assert sorted(reading._in_columns(rows, 18, "USD")) == sorted(reading._each(rows, 18, "USD")[0])


@pytest.mark.parametrize(
    "changes", [{"note": None}, {"wallet": ""}, {"id": "r1"}, {"sent_quantity": "0"}, {"x": "y"}]
)
def test_a_row_of_its_own_is_not_read_in_columns(changes):
    with pytest.raises(OWN):
        reading._in_columns([*PLAIN, PLAIN[0] | {"id": "own"} | changes], 18, "USD")


@pytest.mark.parametrize(
    "changes",
    [
        {"time": "1850-01-01"}, {"time": "2300-01-01"}, {"time": "2024-01-01T00:00+01:00"},
        {"value": "1", "value_currency": "EUR"}, {"value": "-1"}, {"kind": "transfer"},
        {"to_wallet": "two"}, {"kind": "split"}, {"kind": "dance"}, {"sent_quantity": "٣"},
        {"fee_asset": "USD"}, {"fee_quantity": "1"}, {"received_quantity": "1" * 19},
    ],
)  # fmt: skip
def test_what_is_of_its_own_in_all_rows_is_not_read_in_columns(changes):
    with pytest.raises(OWN):
        reading._in_columns([row | changes for row in PLAIN], 18, "USD")


@given(
    text=st.text("01.٣", max_size=4)
    | st.text("0123456789.-+e_ \n٣²", max_size=24)
    | st.builds(
        "{1}{0}{2}".format, st.characters(max_codepoint=127), *[st.sampled_from(["", "1"])] * 2
    )
)
def test_numbers_of_a_column_are_those_of_texts(text):
    try:
        (number,) = reading._numbers([text], 18)
    except reading._OfItsOwn:
        return
    assert number == units_from_text(text, 18) >= 0


@given(text=st.from_regex(r"[0-9]{1,9}(\.[0-9]{1,8})?", fullmatch=True))
def test_plain_numbers_are_read_in_columns(text):
    if text.isascii():
        assert reading._numbers([text, "1"], 18)[0] == units_from_text(text, 18)
    else:
        with pytest.raises(BadAmount):
            units_from_text(text, 18)


def test_all_numbers_have_as_many_decimals_as_the_longest_has():
    longer = PLAIN[0] | {"id": "long", "sent_quantity": "0." + "1" * 20}
    faulty = {"id": "bad", "kind": "dance", "value": "0." + "1" * 30}
    assert read_rows(PLAIN, [], "USD", fees_count=True).places == 18
    assert read_rows([*PLAIN, longer], [], "USD", fees_count=True).places == 20
    assert read_rows([*PLAIN, longer, faulty], [], "USD", fees_count=True).places == 30
    beyond = {"time": "2024-01-01", "asset": "X", "price": "0." + "1" * 40}
    read = read_rows(PLAIN, [beyond], "USD", fees_count=True)
    assert (read.places, [fault.code for fault in read.faults]) == (36, ["bad_row"])
    first = read.rows[0]
    assert isinstance(first, TaxRow) and first.received is not None
    assert first.received.quantity == 2 * 10**36
