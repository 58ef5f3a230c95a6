"""Sky: a token that became its successor is no sale; a stake may carry a debt."""

import pytest

from ledger.classify import after
from ledger.model.asset import debt, position
from ledger.protocols import sky
from tests.ledger.moves import (
    NETWORK,
    activity,
    address,
    asset,
    events_of,
    log,
    only,
    said,
    wallets,
)
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

WALLET = next(iter(wallets("w")))
ENGINE = sky.ENGINES[0]
REFERENCE = f"{ENGINE}.0x{3:064x}"
KEPT, OWED = position(NETWORK, "sky", REFERENCE), debt(NETWORK, "sky", REFERENCE)


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "MkrToSky(address,address,uint256,uint256)": sky.MKR_TO_SKY,
        "MkrToSky(address,address,uint256,uint256,uint256)": sky.MKR_TO_SKY_FEE,
        "SkyToMkr(address,address,uint256,uint256)": sky.SKY_TO_MKR,
        "DaiToUsds(address,address,uint256)": sky.DAI_TO_USDS,
        "UsdsToDai(address,address,uint256)": sky.USDS_TO_DAI,
        "Lock(address,uint256,uint256,uint16)": sky.LOCK,
        "Free(address,uint256,address,uint256,uint256)": sky.FREE,
        "FreeNoFee(address,uint256,address,uint256)": sky.FREE_NO_FEE,
        "Draw(address,uint256,address,uint256)": sky.DRAW,
        "Wipe(address,uint256,uint256)": sky.WIPE,
        "GetReward(address,uint256,address,address,uint256)": sky.REWARD,
        "Bark(bytes32,address,uint256,uint256,uint256,address,uint256)": sky.BARK,
    }.items():
        assert hashes_to(signature, topic)


@pytest.mark.parametrize(
    ("topic", "old", "new", "amounts"),
    [
        (sky.MKR_TO_SKY, sky.MKR, sky.SKY, (1, 24)),
        (sky.MKR_TO_SKY_FEE, sky.MKR, sky.SKY, (1, 23, 1)),
        (sky.SKY_TO_MKR, sky.SKY, sky.MKR, (24, 1)),
        (sky.DAI_TO_USDS, sky.DAI, sky.USDS, (7,)),
        (sky.USDS_TO_DAI, sky.USDS, sky.DAI, (7,)),
    ],
)
def test_successors(topic, old, new, amounts):
    gone, came = amounts[0], amounts[1] if len(amounts) > 1 else amounts[0]
    text = f"w > conv {gone} {old}@1; zero > w {came} {new}@2"
    one = activity(text, logs=[log(3, "conv", topic, "w", "w", data=list(amounts))])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("migrate", "sky")
    one = activity(text, logs=[log(3, "conv", topic, "x", "x", data=list(amounts))])
    assert only(one, PROTOCOLS).kind != "migrate"


def told(text, topic, *data):
    one = activity(text, logs=[log(3, ENGINE, topic, "w", 3, data=list(data))])
    event = only(one, PROTOCOLS, held={(WALLET, KEPT): 50, (WALLET, OWED): 100})
    return event.kind, said(event)[1:]


def test_a_stake_with_a_loan():
    sky_token, usds = sky.SKY, sky.USDS
    assert told(f"w > {ENGINE} 50 {sky_token}@1", sky.LOCK, 50, 0) == (
        "lend_deposit",
        [(50, KEPT, "position")],
    )
    assert told(f"{ENGINE} > w 48 {sky_token}@1", sky.FREE, "w", 50, 48) == (
        "lend_withdraw",
        [(-50, KEPT, "position")],
    )
    assert told(f"{ENGINE} > w 50 {sky_token}@1", sky.FREE_NO_FEE, "w", 50) == (
        "lend_withdraw",
        [(-50, KEPT, "position")],
    )
    assert told(f"zero > w 100 {usds}@1", sky.DRAW, "w", 100) == (
        "borrow",
        [(100, OWED, "debt")],
    )
    assert told(f"w > {ENGINE} 103 {usds}@1", sky.WIPE, 103) == (
        "repay",
        [(-103, OWED, "debt"), (3, OWED, "interest")],
    )
    assert asset(usds) != asset(sky_token)


def test_what_a_farm_pays_for_a_stake_is_a_reward():
    def paid(owner):
        logs = [log(3, ENGINE, sky.REWARD, owner, 3, "farm", data=["w", 7])]
        return only(activity(f"farm > w 7 {sky.USDS}@1", logs=logs), PROTOCOLS)

    assert (paid("w").kind, paid("w").protocol) == ("reward", "sky")
    assert paid("x").kind == "receive"


def frob(index, urn="urn"):
    """The core logs its call: kind, vault, whose collateral."""
    return log(index, sky.VAT, sky.FROB, 5, urn, urn, data=[0] * 9)


URN = f"{ENGINE}.{address('urn')}"


def bark(ink=50, due=90, urn="urn", dog=sky.DOG):
    data = [ink, due, due * 10**27, "clip"]
    return activity("", logs=[log(3, dog, sky.BARK, 5, urn, 7, data=data)], caller="x")


def test_a_stake_is_known_by_its_vault_and_a_liquidation_ends_it():
    kept, owed = position(NETWORK, "sky", URN), debt(NETWORK, "sky", URN)
    logs = [frob(2), log(3, ENGINE, sky.LOCK, "w", 3, data=[50, 0])]
    into = only(activity(f"w > {ENGINE} 50 {sky.SKY}@1", logs=logs), PROTOCOLS)
    assert said(into)[1:] == [(50, kept, "position")]
    logs = [frob(2), log(3, ENGINE, sky.DRAW, "w", 3, data=["w", 90])]
    drawn = only(activity(f"zero > w 90 {sky.USDS}@1", logs=logs), PROTOCOLS)
    assert said(drawn)[1:] == [(90, owed, "debt")]
    held = after([into, drawn], {})
    event = only(bark(), PROTOCOLS, held=held)
    assert (event.kind, said(event)) == (
        "liquidation",
        [(-50, kept, "position"), (-90, owed, "debt")],
    )
    assert not any(after([event], held).values())
    for other in (bark(urn="x"), bark(dog="x")):
        assert not events_of(other, PROTOCOLS, held=held)


def test_a_stake_is_freed_to_nothing():
    kept = position(NETWORK, "sky", URN)
    logs = [frob(2), log(3, ENGINE, sky.FREE, "w", 3, data=["w", 50, 48])]
    one = activity(f"{ENGINE} > w 48 {sky.SKY}@1", logs=logs)
    event = only(one, PROTOCOLS, held={(WALLET, kept): 50})
    assert said(event)[1:] == [(-50, kept, "position")]
    assert only(one, PROTOCOLS).note == "position:unknown"
