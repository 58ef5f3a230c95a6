"""Morpho's optimizers: positions and debts by pool, in units of the asset."""

import pytest

from ledger.model.asset import debt, position
from ledger.protocols import morpho_optimizers as optimizer
from tests.ledger.moves import NETWORK, activity, address, asset, log, only, said, wallets
from tests.ledger.protocols.registry import PROTOCOLS, hashes_to

OPT = "0x777777c9898d384f785ee44acfe945efdff5f3e0"
POOL = f"{OPT}.{address('P')}"
LENT = position(NETWORK, "morpho_optimizers", POOL)
COLLATERAL = position(NETWORK, "morpho_optimizers", f"{POOL}.collateral")
OWED = debt(NETWORK, "morpho_optimizers", POOL)
WALLET = next(iter(wallets("w")))


def test_topics_are_the_hashes_of_their_signatures():
    for signature, topic in {
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
