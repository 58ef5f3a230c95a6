"""Morpho's optimizers: positions and debts by pool, in units of the asset."""

import pytest

from ledger.model.asset import debt, position
from ledger.protocols import morpho_optimizers as optimizer
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

OPT = "0x777777c9898d384f785ee44acfe945efdff5f3e0"
POOL = f"{OPT}.{address('P')}"
LENT = position(NETWORK, "morpho_optimizers", POOL)
COLLATERAL = position(NETWORK, "morpho_optimizers", f"{POOL}.collateral")
OWED = debt(NETWORK, "morpho_optimizers", POOL)
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
        "Liquidated(address,address,address,uint256,address,uint256)": optimizer.LIQUIDATED,
        "Supplied(address,address,address,uint256,uint256,uint256)": optimizer.SUPPLIED,
        "Repaid(address,address,address,uint256,uint256,uint256)": optimizer.REPAID,
        "Withdrawn(address,address,address,uint256,uint256,uint256)": optimizer.WITHDRAWN,
        "Borrowed(address,address,uint256,uint256,uint256)": optimizer.BORROWED,
        "Withdrawn(address,address,address,address,uint256,uint256,uint256)": (
            optimizer.WITHDRAWN_V3
        ),
        "Borrowed(address,address,address,address,uint256,uint256,uint256)": (
            optimizer.BORROWED_V3
        ),
        "CollateralSupplied(address,address,address,uint256,uint256)": (
            optimizer.COLLATERAL_SUPPLIED
        ),
        "CollateralWithdrawn(address,address,address,address,uint256,uint256)": (
            optimizer.COLLATERAL_WITHDRAWN
        ),
    }.items():
        assert hashes_to(signature, topic)


IN, OUT = f"w > {OPT} 100 U@1", f"{OPT} > w 100 U@1"


@pytest.mark.parametrize(
    ("text", "topic", "indexed", "data", "kind", "leg"),
    [
        (IN, optimizer.SUPPLIED, "wwP", [100, 1, 1], "lend_deposit", (100, LENT, "position")),
        (OUT, optimizer.WITHDRAWN, "wwP", [100, 1, 1], "lend_withdraw", (-100, LENT, "position")),
        (
            *(OUT, optimizer.WITHDRAWN_V3, "wwP"),
            *(["w", 100, 1, 1], "lend_withdraw", (-100, LENT, "position")),
        ),
        (OUT, optimizer.BORROWED, "wP", [100, 1, 1], "borrow", (100, OWED, "debt")),
        (OUT, optimizer.BORROWED_V3, "wwP", ["w", 100, 1, 1], "borrow", (100, OWED, "debt")),
        (IN, optimizer.REPAID, "wwP", [100, 1, 1], "repay", (-100, OWED, "debt")),
        (
            *(IN, optimizer.COLLATERAL_SUPPLIED, "wwP"),
            *([100, 1], "lend_deposit", (100, COLLATERAL, "position")),
        ),
        (
            *(OUT, optimizer.COLLATERAL_WITHDRAWN, "wwP"),
            *(["w", 100, 1], "lend_withdraw", (-100, COLLATERAL, "position")),
        ),
    ],
)
def test_each_action_moves_a_position_or_a_debt(text, topic, indexed, data, kind, leg):
    one = activity(text, logs=[log(2, OPT, topic, *indexed, data=data)])
    held = {(WALLET, LENT): 100, (WALLET, COLLATERAL): 100, (WALLET, OWED): 100}
    event = only(one, PROTOCOLS, held=held)
    assert (event.kind, event.protocol) == (kind, "morpho_optimizers")
    assert said(event) == [(leg[0] and (-100 if text == IN else 100), asset("U"), "plain"), leg]


def test_logs_of_others_are_not_ours():
    one = activity(OUT, logs=[log(2, OPT, optimizer.BORROWED, "x", "P", data=[100, 1, 1])])
    assert only(one, PROTOCOLS).kind == "receive"
    one = activity(
        "else > w 100 U@1", logs=[log(2, "else", optimizer.BORROWED, "w", "P", data=[100, 1, 1])]
    )
    assert only(one, PROTOCOLS).kind == "receive"
    one = activity(
        OUT, logs=[log(2, OPT, optimizer.BORROWED, "w", "P", data=[100, 1, 1])], caller="x"
    )
    assert only(one, PROTOCOLS).kind == "receive"


V3 = optimizer.OVER_AAVE_V3


def bitten(contract, borrower="w", liquidator="x", seized=40, repaid=30):
    """Both versions log the same; only which arguments are indexed tells them apart."""
    if contract == V3:
        return log(
            *(3, contract, optimizer.LIQUIDATED, liquidator, borrower, "D"),
            data=[repaid, "C", seized],
        )
    return log(
        *(3, contract, optimizer.LIQUIDATED, borrower, "D", "C"),
        data=[liquidator, repaid, seized],
    )


@pytest.mark.parametrize("contract", [OPT, V3])
def test_who_is_liquidated_loses_collateral_and_debt_down_to_nothing(contract):
    end = ".collateral" if contract == V3 else ""
    kept = position(NETWORK, "morpho_optimizers", f"{contract}.{address('C')}{end}")
    owed = debt(NETWORK, "morpho_optimizers", f"{contract}.{address('D')}")
    held = {(WALLET, kept): 40, (WALLET, owed): 28}
    one = activity("", logs=[bitten(contract)], caller="x")
    event = only(one, PROTOCOLS, held=held)
    assert (event.kind, said(event)) == (
        "liquidation",
        [(-40, kept, "position"), (-30, owed, "debt"), (2, owed, "interest")],
    )


def test_no_more_is_lost_than_is_known():
    kept = position(NETWORK, "morpho_optimizers", f"{OPT}.{address('C')}")
    owed = debt(NETWORK, "morpho_optimizers", f"{OPT}.{address('D')}")
    held = {(WALLET, kept): 4, (WALLET, owed): 50}
    event = only(activity("", logs=[bitten(OPT)], caller="x"), PROTOCOLS, held=held)
    assert said(event) == [(-4, kept, "position"), (-30, owed, "debt")]


@pytest.mark.parametrize("contract", [OPT, V3])
def test_the_liquidator_pays_debt_for_collateral(contract):
    text = f"w > {contract} 30 D@1; {contract} > w 40 C@2"
    one = activity(text, logs=[bitten(contract, borrower="x", liquidator="w")])
    event = only(one, PROTOCOLS)
    assert (event.kind, event.protocol) == ("liquidation", "morpho_optimizers")
    assert said(event) == [(-30, asset("D"), "plain"), (40, asset("C"), "plain")]


def test_a_liquidation_of_others_or_by_a_contract_of_others_is_none_of_ours():
    held = {(WALLET, position(NETWORK, "morpho_optimizers", f"{OPT}.{address('C')}")): 40}
    for found in (bitten(OPT, borrower="x"), bitten("other")):
        assert not events_of(activity("", logs=[found], caller="x"), PROTOCOLS, held=held)
