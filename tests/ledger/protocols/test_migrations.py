"""Replaced tokens: carried over, taken back where that is possible, and paid out."""

import pytest

from ledger.model.asset import contract_of, native
from ledger.protocols import migrations
from tests.ledger.moves import activity, events_of, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS

BY_PROJECT = {what.project: (place, what) for place, what in migrations.EXCHANGES.items()}


def read(text, called="z", caller="w"):
    return only(activity(text, called=called, caller=caller), PROTOCOLS)


def test_the_new_token_is_the_old_one_carried():
    place, what = BY_PROJECT["polygon"]
    event = read(f"w > {place} 7 {what.old}; {place} > w 7 {what.new}", called=place)
    assert (event.kind, event.protocol) == ("migrate", "polygon")
    assert sorted(units for units, _, _ in said(event)) == [-7, 7]


def test_only_some_take_the_new_token_back():
    for project, kind in (("polygon", "migrate"), ("aragon", "swap")):
        place, what = BY_PROJECT[project]
        event = read(f"{place} > w 7 {what.old}; w > {place} 7 {what.new}", called=place)
        assert event.kind == kind
        assert (event.protocol == project) == (kind == "migrate")


def test_the_old_token_may_be_burnt_and_the_new_one_minted():
    place, what = BY_PROJECT["kyber"]
    event = read(f"w > zero 7 {what.old}; zero > w 7 {what.new}", called=place)
    assert (event.kind, event.protocol) == ("migrate", "kyber")
    place, what = BY_PROJECT["aragon"]
    dead = "0x000000000000000000000000000000000000dead"
    event = read(f"w > {dead} 7 {what.old}; {place} > w 7 {what.new}", called="token")
    assert (event.kind, event.protocol) == ("migrate", "aragon")


def test_units_that_a_token_takes_without_a_transfer_are_carried_as_well():
    place, what = BY_PROJECT["golem"]
    event = read(f"w > protocol 7 {what.old}; zero > w 7 {what.new}", called=place)
    assert (event.kind, event.protocol) == ("migrate", "golem")


def test_a_wrapper_takes_the_old_token_for_the_new_one_and_back():
    place, what = BY_PROJECT["morpho"]
    for old, new in ((what.old, what.new), (what.new, what.old)):
        event = read(f"w > {place} 7 {old}; {place} > w 7 {new}", called=place)
        assert (event.kind, event.protocol) == ("migrate", "morpho")


def test_burnt_and_minted_elsewhere_is_no_migration():
    _, what = BY_PROJECT["kyber"]
    event = read(f"w > zero 7 {what.old}; zero > w 7 {what.new}", called="x")
    assert event.protocol is None


def test_a_dissolved_project_paid_coin():
    place, what = BY_PROJECT["digixdao"]
    assert what.new == native("eip155:1")
    event = read(f"w > {place} 7 {what.old}; {place} > w 2 ETH", called=place)
    assert (event.kind, event.protocol) == ("swap", "digixdao")


def test_other_movements_beside_it_are_not_claimed():
    place, what = BY_PROJECT["polygon"]
    text = f"w > {place} 7 {what.old}; {place} > w 7 {what.new}; w > x 1 {what.old}; zero > w 2 A"
    found = events_of(activity(text, called="router"), PROTOCOLS)
    assert [len(one.legs) for one in found if one.kind == "migrate"] == [2]


def test_one_side_alone_is_not_claimed():
    place, what = BY_PROJECT["polygon"]
    assert read(f"w > {place} 7 {what.old}", called=place).protocol is None


def test_other_networks_have_none():
    place, what = BY_PROJECT["polygon"]
    old, new = contract_of(what.old), contract_of(what.new)
    text = f"w > {place} 7 {old}; {place} > w 7 {new}"
    other = activity(text, called=place, network="eip155:10")
    assert only(other, PROTOCOLS, wallets("w", network="eip155:10")).protocol is None


@pytest.mark.parametrize("place", sorted(migrations.EXCHANGES))
def test_every_exchange_carries_at_its_own_rate(place):
    what = migrations.EXCHANGES[place]
    event = read(f"w > {place} 700 {what.old}; {place} > w 3 {shown(what.new)}", called=place)
    assert (event.kind, event.protocol) == (what.kind, what.project)
    assert sorted(units for units, _, _ in said(event)) == [-700, 3]


def shown(asset):
    return "ETH" if contract_of(asset) is None else asset
