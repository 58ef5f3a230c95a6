"""What is hashed is behind its length: no two lists of parts give the same bytes (P4)."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.model.encoded import COUNTS, encoded, encoded_again
from ledger.model.evidence import content_id, length_prefixed

LONG = st.integers(100, 300).map("a".__mul__)
texts = st.lists(st.text() | LONG, max_size=8)


@given(texts)
def test_texts_have_the_bytes_of_their_encoded_parts(parts):
    whole = length_prefixed(*(part.encode() for part in parts))
    assert "".join(map(encoded, parts)).encode("latin-1") == whole
    assert "".join(encoded_again(part) for part in parts).encode("latin-1") == whole


@given(st.lists(st.binary(max_size=400), max_size=8))
def test_each_part_stands_behind_its_length_in_eight_bytes(parts):
    assert length_prefixed(*parts) == b"".join(
        len(part).to_bytes(8, "big") + part for part in parts
    )


@given(texts, texts)
def test_other_texts_have_other_bytes(first, second):
    assert ("".join(map(encoded, first)) == "".join(map(encoded, second))) == (first == second)


def test_the_usual_counts_are_encoded_as_any_text():
    assert [encoded(str(count)) for count in range(256)] == list(COUNTS)


def test_the_lengths_on_both_sides_of_one_byte_are_told_apart():
    for size in (127, 128, 255, 256):
        for text, length in (("a" * size, size), ("é" * size, 2 * size)):
            assert encoded(text).encode("latin-1")[:8] == length.to_bytes(8, "big")


def test_a_content_id_has_a_frozen_value():
    assert content_id(b"a", b"", "é".encode() * 200) == (
        "1888f52533bbfe6e5891c1e4e8969ee10790cae782d6ca6343575f7a228ada16"
    )
