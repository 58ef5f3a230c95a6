"""Opyn: a view in; options written, closed, exercised and expired out.

Source: opynfinance/GammaProtocol, contracts/core/Controller.sol.

Who mints an option gives collateral for it; who holds one burns it for what it pays, if anything.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event, Leg
from ledger.protocols._legs import exact
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    payments,
    word_address,
)

NAME: Final = "opyn"
RANK: Final = 0

#: CollateralAssetDeposited(address asset, address accountOwner, address from, uint256 vaultId,
#: uint256 amount) and CollateralAssetWithdrawed with to; ShortOtokenMinted(address otoken,
#: address accountOwner, address to, uint256 vaultId, uint256 amount) and ShortOtokenBurned with
#: from; the addresses indexed.
COLLATERAL_DEPOSITED: Final = "0xbfab88b861f171b7db714f00e5966131253918d55ddba816c3eb94657d102390"
COLLATERAL_WITHDRAWN: Final = "0xfe86f7694b6c54a528acbe27be61dd4a85e9a89aeef7f650a1b439045ccee5a4"
SHORT_MINTED: Final = "0x4d7f96086c92b2f9a254ad21548b1c1f2d99502c7949508866349b96bb1a8d8a"
SHORT_BURNED: Final = "0xdd96b18f26fd9950581b9fd821fa907fc318845fc4d220b825a7b19bfdd174e8"
#: Redeem(address otoken, address redeemer, address receiver, address collateralAsset,
#: uint256 otokenBurned, uint256 payout), the first three indexed.
REDEEM: Final = "0x18fd144d7dbcbaa6f00fd47a84adc7dc3cc64a326ffa2dc7691a25e3837dba03"
#: VaultSettled(address accountOwner, address oTokenAddress, address to, uint256 payout,
#: uint256 vaultId, uint256 vaultType), the first two and vaultType indexed.
VAULT_SETTLED: Final = "0x522cda7dd0677ee4c9512efd8aa92af93de64b4c2fe2f8bfe7a9234a655a9bf5"

#: topic → sign of the leg as its party sees it
SIDES: Final = {
    COLLATERAL_DEPOSITED: -1,
    COLLATERAL_WITHDRAWN: 1,
    SHORT_MINTED: 1,
    SHORT_BURNED: -1,
}
_WRITTEN: Final = frozenset({COLLATERAL_DEPOSITED, SHORT_MINTED})

#: The pool of margins holds what the controller logs (opynfinance/GammaProtocol, deployment).
CONTROLLER: Final = "0x4ccc2339f87f6c59c6893e1a678c2266ca58dc72"
VOUCHED: Final = frozenset({CONTROLLER})

SIGNS: Final = frozenset({*SIDES, REDEEM, VAULT_SETTLED})


def recognise(view: ActivityView) -> Recognised | None:
    """What one vault was given for what it minted is one event, and what it gave back another."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, REDEEM, 4, 3):
        events += _redeemed(view.without(events), log)
    for log in logs_with(view.activity, VAULT_SETTLED, 4, 3):
        if address_in(log.topics, 1) in view.owned:
            rest = view.without(events)
            came = exact(rest, number_in(log, 1)) if number_in(log, 1) else ()
            events += (event(rest, "option_expiry", came, NAME),) if came else ()
    for kind, wanted in (("option_write", True), ("option_expiry", False)):
        rest = view.without(events)
        legs = [
            leg
            for topic in SIDES
            if (topic in _WRITTEN) == wanted
            for log in logs_with(view.activity, topic, 4, 2)
            for leg in _moved(rest, log)
        ]
        events += (event(rest, kind, dict.fromkeys(legs), NAME),) if legs else ()
    return Recognised(events) if events else None


def _moved(view: ActivityView, log: Log) -> tuple[Leg, ...]:
    """The leg of an owned party of a log, coin in place of its token too."""
    if address_in(log.topics, 3) not in view.owned and address_in(log.topics, 2) not in view.owned:
        return ()
    asset = erc20(view.activity.network, address_in(log.topics, 1))
    return payments(view, {asset: SIDES[log.topics[0]] * number_in(log, 1)})


def _redeemed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """An option burnt by its holder for what it paid; for nothing it has expired."""
    network = view.activity.network
    option = erc20(network, address_in(log.topics, 1))
    burnt = exact(view, -number_in(log, 1), asset=option, other={ZERO_ADDRESS, log.address})
    payout = number_in(log, 2)
    came = exact(view, payout, asset=erc20(network, word_address(log, 0))) if payout else ()
    if not burnt:
        return ()
    return (event(view, "option_exercise" if came else "option_expiry", (*burnt, *came), NAME),)
