"""What protocols say of debts without a token, when a node is asked."""

import pytest

from ledger.model.errors import SourceUnavailable
from ledger.protocols import alchemix, compound_v3
from tests.ledger.chains.evm.bodies import ALICE, word
from tests.ledger.protocols.debtors import NOTHING, REFUSED, asked, selector_of, words

MARKET = "0x" + "5c" * 20


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("accounts(address)", alchemix.ACCOUNTS),
        ("borrowBalanceOf(address)", compound_v3.BORROW_BALANCE_OF),
    ],
)
def test_selectors_are_those_of_their_signatures(signature, selector):
    assert selector_of(signature) == selector


def test_a_market_says_what_the_wallet_owes_it_at_the_block():
    value, calls = asked(compound_v3, words(108), MARKET)
    assert value == {"quantity": "108"}
    ((call, block),) = calls
    assert (call["to"], block) == (MARKET, "0x9")
    assert call["data"] == compound_v3.BORROW_BALANCE_OF + word(ALICE)


def test_a_loan_that_repaid_itself_is_what_is_left_of_it_and_credit_is_no_debt():
    assert asked(alchemix, words(70, 64, 0), MARKET)[0] == {"quantity": "70"}
    assert asked(alchemix, words(2**256 - 5, 64, 0), MARKET)[0] == {"quantity": "0"}


def test_what_refuses_or_is_no_contract_says_nothing():
    assert asked(compound_v3, REFUSED, MARKET)[0] is None
    assert asked(compound_v3, NOTHING, MARKET)[0] is None
    assert asked(compound_v3, words(1), "elsewhere") == (None, [])


def test_trouble_of_the_node_is_no_answer_of_the_contract():
    with pytest.raises(SourceUnavailable, match="missing trie node"):
        asked(alchemix, {"error": {"code": -32000, "message": "missing trie node"}}, MARKET)
