"""The Graph."""

from ledger.classify import after, classify
from ledger.protocols import thegraph as graph
from tests.ledger.moves import activity, asset, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "StakeDelegated(address,address,uint256,uint256)": graph.DELEGATED,
        "StakeDelegatedWithdrawn(address,address,uint256)": graph.WITHDRAWN,
        "TokensDelegated(address,address,address,uint256,uint256)": graph.TOKENS_DELEGATED,
        "DelegatedTokensWithdrawn(address,address,address,uint256)": graph.TOKENS_WITHDRAWN,
        "ETHDeposited(address,uint256)": graph.ETH_DEPOSITED,
    }.items():
        assert hashes_to(signature, topic)


def test_a_delegation_pays_its_tax_and_comes_back_with_what_it_earned():
    delegated = log(5, "staking", graph.DELEGATED, "indexer", "w", data=[995, 900])
    classified, _ = classify(
        activity("w > staking 1000 GRT", logs=[delegated]), wallets(), PROTOCOLS
    )
    (event,) = classified.events
    assert (event.kind, event.protocol) == ("stake", "thegraph")
    assert sorted((quantity, role) for quantity, _, role in said(event)) == [
        (-995, "plain"),
        (-5, "fee"),
        (995, "position"),
    ]
    gone = log(5, "staking", graph.WITHDRAWN, "indexer", "w", data=[1000])
    one = activity("staking > w 1000 GRT", logs=[gone])
    event = only(one, PROTOCOLS, held=after(classified.events, {}))
    assert (event.kind, [role for _, _, role in said(event)]) == (
        "unstake",
        ["plain", "reward", "position"],
    )


def test_delegations_since_2025_name_a_verifier_too():
    delegated = log(5, "s", graph.TOKENS_DELEGATED, "p", "v", "w", data=[1000, 900])
    assert only(activity("w > s 1000 GRT", logs=[delegated]), PROTOCOLS).kind == "stake"
    gone = log(5, "s", graph.TOKENS_WITHDRAWN, "p", "v", "w", data=[1000])
    event = only(activity("s > w 1000 GRT", logs=[gone]), PROTOCOLS)
    assert (event.kind, event.note) == ("unstake", "position:unknown")


def test_a_payment_that_is_more_than_a_tax_larger_is_no_delegation():
    delegated = log(5, "staking", graph.DELEGATED, "indexer", "w", data=[900, 900])
    assert only(activity("w > staking 1000 GRT", logs=[delegated]), PROTOCOLS).kind == "send"


def test_coin_for_a_move_to_the_other_network_is_a_fee():
    paid = log(5, "tool", graph.ETH_DEPOSITED, "lock", data=[7])
    event = only(activity("w > tool 7 ETH", logs=[paid]), PROTOCOLS)
    assert (event.kind, event.protocol) == ("service_fee", "thegraph")
    assert [leg.asset for leg in event.legs] == [asset("ETH")]
