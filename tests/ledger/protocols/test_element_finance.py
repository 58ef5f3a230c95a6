"""Element's council: claims that are locked at once, deposits, withdrawals, votes passed on."""

from ledger.classify import after, classify
from ledger.protocols import element_finance as element
from tests.ledger.moves import activity, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

VAULT, ELFI = element.VAULT, element.ELFI


def change(amount, account="w", emitter=VAULT, index=4):
    return log(index, emitter, element.VOTE_CHANGE, account, "voter", data=[amount % 2**256])


def test_a_claim_that_is_locked_is_income_in_units_of_the_vault():
    assert hashes_to("VoteChange(address,address,int256)", element.VOTE_CHANGE)
    one = activity(f"drop > {VAULT} 9 {ELFI}", logs=[change(9)], called="drop")
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("airdrop", "element_finance")
    assert [(units, role) for units, _, role in said(event)] == [(9, "position")]
    _, known = classify(one, wallets(), PROTOCOLS)
    assert [(fact.symbol, fact.underlying) for fact in known] == [("ELFI", ELFI)]


def test_what_was_claimed_or_put_in_is_withdrawn():
    claimed = only(activity("", logs=[change(9)], called="drop"), PROTOCOLS)
    put = only(activity(f"w > {VAULT} 5 {ELFI}", logs=[change(5)]), PROTOCOLS)
    assert (put.kind, put.protocol) == ("stake", "element_finance")
    held = after([claimed, put], {})
    one = activity(f"{VAULT} > w 14 {ELFI}", logs=[change(-14)])
    out = only(one, PROTOCOLS, held=held)
    assert (out.kind, out.note) == ("unstake", "")
    assert sorted(units for units, _, _ in said(out)) == [-14, 14]


def test_votes_passed_on_move_nothing():
    logs = [change(-9), change(9, index=5)]
    assert only(activity("", logs=logs), PROTOCOLS).protocol is None


def test_others_vaults_and_networks_claim_nothing():
    assert only(activity("", logs=[change(9, "x")]), PROTOCOLS).protocol is None
    assert only(activity("", logs=[change(9, emitter="other")]), PROTOCOLS).protocol is None
    assert only(activity("", logs=[change(-9)]), PROTOCOLS).protocol is None
    elsewhere = activity("", logs=[change(9)], network="eip155:10")
    assert only(elsewhere, PROTOCOLS, wallets("w", network="eip155:10")).protocol is None
