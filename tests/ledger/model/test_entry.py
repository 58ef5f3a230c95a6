"""An entry that does not balance cannot be constructed (P1); its hash covers every field (P4)."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.amount import QUANTITY_MAX
from ledger.model.asset import AssetId
from ledger.model.content import content_hash, encoded_place, encoded_postings, optional_text
from ledger.model.encoded import encoded_again
from ledger.model.entry import Account, Entry, Posting, UnbalancedEntry, in_order
from ledger.model.evidence import EvidenceId, content_id
from ledger.model.fund import WalletId

TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
ETH = AssetId("eip155:1/slip44:60")
USD = AssetId("iso4217:USD")
WALLET = Account("asset", "eip155:1:0xaa", WalletId("eip155:1:0xaa"))
TRADING = Account("trading", "conversion")
EDGES = (1, 10**18 - 1, 10**18, 10**18 + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**128, QUANTITY_MAX)
quantities = st.builds(
    lambda size, sign: size * sign,
    st.sampled_from(EDGES) | st.integers(1, QUANTITY_MAX),
    st.sampled_from([1, -1]),
)


def made(*postings, **other):
    order = (1, "eip155:1", 2, 3, "a")
    return Entry(
        **{"id": "e", "kind": "swap", "time": TIME, "order": order, **other}, postings=postings
    )


def pair(quantity, asset=ETH):
    return Posting(WALLET, asset, quantity), Posting(TRADING, asset, -quantity)


@given(st.lists(quantities, min_size=1, max_size=5))
def test_postings_that_sum_to_zero_make_an_entry(amounts):
    postings = [posting for amount in amounts for posting in pair(amount)]
    assert made(*postings).postings == tuple(postings)


@given(quantity=quantities, off=st.sampled_from([1, -1]))
def test_one_base_unit_too_much_makes_no_entry(quantity, off):
    wrong = -quantity + off
    if wrong and abs(wrong) <= QUANTITY_MAX:
        with pytest.raises(UnbalancedEntry):
            made(Posting(WALLET, ETH, quantity), Posting(TRADING, ETH, wrong))


def test_each_asset_balances_by_itself():
    with pytest.raises(UnbalancedEntry, match="iso4217:USD"):
        made(Posting(WALLET, ETH, 1), Posting(TRADING, USD, -1))


@pytest.mark.parametrize("postings", [(), (Posting(WALLET, ETH, 1),)])
def test_an_entry_has_two_sides(postings):
    with pytest.raises(UnbalancedEntry):
        made(*postings)


@pytest.mark.parametrize("quantity", [0, QUANTITY_MAX + 1, -QUANTITY_MAX - 1, 1.0, True, "1"])
def test_a_posting_moves_whole_units_that_a_chain_can_hold(quantity):
    with pytest.raises((AssertionError, TypeError)):
        Posting(WALLET, ETH, quantity)


@pytest.mark.parametrize("value", [1.0, True, "1"])
def test_a_value_is_whole_units_or_unknown(value):
    with pytest.raises(AssertionError):
        Posting(WALLET, ETH, 1, "none", value)


@pytest.mark.parametrize("name", ["", "a b", "a\u2028b"])
def test_the_path_of_an_account_has_a_name_without_spaces(name):
    with pytest.raises(AssertionError):
        Account("income", name)


# ---- the hash

FULL = made(
    Posting(WALLET, ETH, -(10**18), "dispose", -3000 * 10**18),
    Posting(TRADING, ETH, 10**18, "none", None),
    evidence=(EvidenceId("e1"), EvidenceId("e2")),
    protocol="uniswap_v3",
    strategy="arbitrage",
    group="g",
    txid="0x01",
    network="eip155:1",
    called="0xca",
    note="n",
    reverses="r",
)


def test_the_hash_of_an_entry_never_changes():
    assert FULL.hash == "a82c117d0bd4296b5d5c1618e5e722d9420732c9b1518ae39dd7fbcbd881407c"
    assert made(*pair(1)).hash == "b15bc638423f59c45e56111138ef918deb0a0c55405c0068b94e9e89c5089f45"


CHANGES = {
    "id": "f",
    "kind": "swop",
    "time": TIME.replace(microsecond=1),
    "order": (1, "eip155:1", 2, 4, "a"),
    "postings": pair(1),
    "evidence": (EvidenceId("e1e2"),),
    "protocol": None,
    "strategy": "arbitragf",
    "group": "h",
    "txid": "0x02",
    "network": "eip155:10",
    "called": "",
    "note": "m",
    "reverses": None,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Entry)])
def test_the_hash_covers_every_field(name):
    assert replace(FULL, **{name: CHANGES[name]}).hash != FULL.hash


@pytest.mark.parametrize(
    "change",
    [
        {"account": Account("expense", "conversion")},
        {"account": Account("trading", "conversion", WalletId("eip155:1:0xaa"))},
        {"role": "move"},
        {"value": 0},
    ],
)
def test_the_hash_covers_every_field_of_a_posting(change):
    first, last = FULL.postings
    assert replace(FULL, postings=(first, replace(last, **change))).hash != FULL.hash


def test_nothing_and_the_empty_text_have_different_hashes():
    for name in ("protocol", "strategy", "group", "reverses"):
        without = replace(FULL, **{name: None})
        assert replace(FULL, **{name: ""}).hash != without.hash, name


def test_type_and_name_of_an_account_are_hashed_apart():
    places = (("asset", "a:b", ""), ("asset:a", "b", ""))
    assert len({encoded_place(place) for place in places}) == 2


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text("a", min_size=120, max_size=300)
OPTIONAL = st.none() | TEXTS


@given(
    st.integers(),
    st.none() | st.integers(-(10**300), 10**300),
    st.tuples(*[TEXTS] * 8),
    st.tuples(*[OPTIONAL] * 4),
    st.tuples(*[st.integers()] * 4),
    st.lists(TEXTS, max_size=3) | st.lists(st.just("e"), min_size=255, max_size=257),
    st.sampled_from([0, 1, 255, 256, 300]),
)
def test_an_entry_is_hashed_part_by_part_however_long_its_parts(
    quantity, value, texts, optional, numbers, evidence, postings
):
    id_, kind, network, order_id, txid, chain, called, note = texts
    protocol, strategy, group, reverses = optional
    time, order_time, block, index = numbers
    worth = None if value is None else str(value)
    order = (order_time, network, block, index, order_id)
    names = (protocol, strategy, group, txid, chain, called, note, reverses)
    front = encoded_place(("asset", "a", "")) + encoded_again("x")
    role = encoded_again("none")
    said = encoded_postings(
        [front] * postings, [str(quantity)] * postings, [role] * postings, [worth] * postings
    )
    parts = ["entry-2", id_, kind, str(time), str(order_time), network, str(block), str(index)]
    parts += [order_id, *map(optional_text, (protocol, strategy, group)), txid, chain, called, note]
    parts += [optional_text(reverses), str(len(evidence)), *evidence, str(postings)]
    parts += ["asset", "a", "", "x", str(quantity), "none", optional_text(worth)] * postings
    found = content_hash((id_, kind, time, order, *names), evidence, said)
    assert found == content_id(*(part.encode() for part in parts))


def test_a_text_that_moves_from_one_field_to_the_next_changes_the_hash():
    assert made(*pair(1), txid="ab").hash != made(*pair(1), txid="a", network="b").hash


# ---- the order of the books


def test_entries_have_one_order_and_numbered_ids_count():
    second, tenth = made(*pair(1), id="a#2"), made(*pair(1), id="a#10")
    earlier = made(*pair(1), id="z", order=(0, "eip155:1", 9, 9, "z"))
    for known in ([tenth, second, earlier], [earlier, second, tenth]):
        assert [entry.id for entry in in_order(known)] == ["z", "a#2", "a#10"]


def test_a_reversed_entry_and_its_reversal_are_no_part_of_the_books():
    first = made(*pair(1), id="a")
    undone = made(*pair(-1), id="b", reverses="a")
    other = made(*pair(1), id="c")
    assert in_order([undone, first, other]) == (other,)
