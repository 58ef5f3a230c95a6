"""Claims from contracts that keep a stake: what is part of the stake is no income."""

from ledger.classify import after, classify
from ledger.model.asset import Asset
from ledger.protocols import staking_rewards as pool
from tests.ledger.moves import activity, asset, log, only, wallets
from tests.ledger.protocols.registry import PROTOCOLS

STAKED = log(5, "farm", pool.STAKED, "w", data=[100])
KNOWN = {asset("T"): Asset(asset("T"), "T", 18), asset("R"): Asset(asset("R"), "R", 18)}


def claimed_after_a_stake(units, token="T", *beside):
    """The kind and note of a claim of so much from a contract that keeps 100 T of the fund's."""
    into, facts = classify(
        activity("w > farm 100 T", logs=[STAKED]), wallets(), PROTOCOLS, assets=KNOWN
    )
    known = KNOWN | {fact.id: fact for fact in facts}
    claim = log(9, "farm", pool.CLAIMED, "w", data=[units])
    told = activity(f"farm > w {units} {token}", logs=[*beside, claim], called="farm")
    held = after(into.events, {})
    one = only(told, PROTOCOLS, held=held, assets=known)
    return one.kind, one.note, [*{**held, **after([one], held)}.values()]


def test_part_of_what_is_staked_is_no_income_because_it_is_called_a_claim():
    assert claimed_after_a_stake(40) == ("receive", "position:unknown", [100])
    assert claimed_after_a_stake(140) == ("receive", "position:unknown", [100])


def test_all_of_a_stake_is_its_end_and_another_token_is_not_of_it():
    assert claimed_after_a_stake(100) == ("unstake", "", [0])
    assert claimed_after_a_stake(40, "R") == ("airdrop", "", [100])


def test_a_contract_with_a_word_for_stakes_calls_only_earnings_a_claim():
    harvested = log(8, "farm", pool.WITHDRAWN, "w", data=[0])
    assert claimed_after_a_stake(40, "T", harvested) == ("airdrop", "", [100])
