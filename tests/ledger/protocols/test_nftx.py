"""NFTX: a piece that is put into a vault is not sold."""

import pytest

from ledger.protocols import nftx
from tests.ledger.moves import activity, log, only, said
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Minted(uint256[],uint256[],address)": nftx.MINTED,
        "Redeemed(uint256[],uint256[],address)": nftx.REDEEMED,
        "Redeemed(uint256[],address)": nftx.REDEEMED_V3,
    }.items():
        assert hashes_to(signature, topic)


PUT_IN = log(5, "V", nftx.MINTED, data=[96, 160, "w", 1, 7, 0])


def test_a_piece_goes_in_for_the_vaults_tokens():
    event = only(activity("w > V 1 Cat#7; zero > w 1000 V", logs=[PUT_IN], called="V"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_deposit", "nftx")
    assert [leg[::2] for leg in said(event)] == [(-1, "plain"), (1000, "plain")]


@pytest.mark.parametrize(
    ("topic", "data"),
    [(nftx.REDEEMED, [96, 160, "w", 1, 7, 0]), (nftx.REDEEMED_V3, [64, "w", 1, 7])],
)
def test_a_piece_comes_out_for_them_and_for_a_fee(topic, data):
    text = "w > zero 1000 V; w > V 5 ETH; V > w 2 ETH; V > w 1 Cat#7"
    event = only(activity(text, logs=[log(5, "V", topic, data=data)], called="V"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("vault_withdraw", "nftx")
    assert [leg[::2] for leg in said(event)] == [
        (-1000, "plain"),
        (-5, "fee"),
        (2, "refund"),
        (1, "plain"),
    ]


def test_a_piece_sold_to_somebody_else_is_sold():
    event = only(activity("w > x 1 Cat#7; x > w 10 ETH", logs=[PUT_IN], called="x"), PROTOCOLS)
    assert (event.kind, event.protocol) == ("nft_trade", None)
