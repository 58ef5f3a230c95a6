"""What is hashed is behind its length: no two lists of parts give the same bytes (P4)."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.model.evidence import content_id, length_prefixed, length_prefixed_texts

LONG = st.integers(100, 300).map("a".__mul__)
texts = st.lists(st.text() | LONG, max_size=8)


@given(texts)
def test_texts_have_the_bytes_of_their_encoded_parts(parts):
    assert length_prefixed_texts(parts) == length_prefixed(*(part.encode() for part in parts))


@given(st.lists(st.binary(max_size=400), max_size=8))
def test_each_part_stands_behind_its_length_in_eight_bytes(parts):
    assert length_prefixed(*parts) == b"".join(
        len(part).to_bytes(8, "big") + part for part in parts
    )


@given(texts, texts)
def test_other_texts_have_other_bytes(first, second):
    assert (length_prefixed_texts(first) == length_prefixed_texts(second)) == (first == second)


def test_the_lengths_on_both_sides_of_one_byte_are_told_apart():
    for size in (127, 128, 255, 256):
        parts = ["a" * size, "b"]
        assert length_prefixed_texts(parts)[:8] == size.to_bytes(8, "big")
        assert length_prefixed_texts(["é" * size])[:8] == (2 * size).to_bytes(8, "big")


def test_a_content_id_has_a_frozen_value():
    assert content_id(b"a", b"", "é".encode() * 200) == (
        "1888f52533bbfe6e5891c1e4e8969ee10790cae782d6ca6343575f7a228ada16"
    )
