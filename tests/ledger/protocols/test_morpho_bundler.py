"""Bundles over Morpho: shares of one vault become shares of another, step by step."""

import pytest

from ledger.model.asset import position
from ledger.protocols import morpho_bundler as bundler
from ledger.protocols._morpho_contracts import BLUE, CONTRACTS
from tests.ledger.moves import NETWORK, activity, address, asset, events_of, log, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

HELD = position(NETWORK, "morpho", f"{address('bundle')}.{address('w')}")
TEXT = """
    w > bundle 4 U@0; w > zero 90 V1@1; V1 > bundle 100 U@2;
    bundle > V2 103 U@4; zero > w 80 V2@5; bundle > w 1 U@8
"""


def test_topics_are_the_hashes_of_their_signatures():
    assert hashes_to("Deposit(address,address,uint256,uint256)", bundler.DEPOSIT)
    assert hashes_to("Withdraw(address,address,address,uint256,uint256)", bundler.WITHDRAW)


def bundle(market=BLUE, owner="w", text=TEXT, network=NETWORK):
    logs = [
        log(3, "V1", bundler.WITHDRAW, "bundle", "bundle", "w", data=[100, 90]),
        log(6, "V2", bundler.DEPOSIT, "bundle", owner, data=[103, 80]),
        log(7, market, BLUE, data=[]),
    ]
    return activity(text, logs=logs, called="bundle", network=network)


def test_a_withdrawal_and_a_deposit_with_the_assets_in_between():
    out, back = events_of(bundle(), PROTOCOLS)
    assert (back.kind, out.kind) == ("vault_deposit", "vault_withdraw") or (
        out.kind,
        back.kind,
    ) == ("vault_deposit", "vault_withdraw")
    told = {one.kind: said(one) for one in (out, back)}
    assert told["vault_withdraw"] == [(-90, asset("V1"), "plain"), (100, HELD, "position")]
    assert told["vault_deposit"] == [
        (-4, asset("U"), "plain"),
        (80, asset("V2"), "plain"),
        (1, asset("U"), "refund"),
        (-100, HELD, "position"),
    ]


@pytest.mark.parametrize("network", sorted(CONTRACTS))
def test_a_bundle_of_each_network_is_told_by_its_markets(network):
    one = bundle(CONTRACTS[network], network=network)
    events = events_of(one, PROTOCOLS, wallets("w", network=network))
    assert {event.kind for event in events} == {"vault_deposit", "vault_withdraw"}


def test_another_owner_or_another_middle_is_no_bundle():
    for one in (bundle(owner="x"), bundle(market="other")):
        found = events_of(one, PROTOCOLS)
        assert all(event.protocol != "morpho" for event in found)
