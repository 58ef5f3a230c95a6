"""The beacon chain: a view in; deposits of validators and what requests to them cost out.

Sources: ethereum/consensus-specs, deposit-contract, deposit_contract.sol; EIP-7002 and EIP-7251 for
requests to leave and to merge; gnosischain/deposit-contract, SBCDepositContract.sol. What
validators pay back comes without a transaction.
"""

from collections.abc import Iterable
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, erc20, known_without_asking, native, position
from ledger.model.event import Event, Leg
from ledger.shapes import (
    ActivityView,
    Recognised,
    Units,
    event,
    logs_with,
    number_in,
    split,
)

NAME: Final = "eth2"
RANK: Final = 20

#: DepositEvent(bytes pubkey, bytes withdrawal_credentials, bytes amount, bytes signature, bytes
#: index), nothing indexed; the amount is a little-endian number of gwei.
DEPOSIT: Final = "0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5"
#: Words of the log in which the key (48 bytes) and the amount (8 bytes) stand, and all of them.
_KEY, _AMOUNT, _WORDS = 6, 11, 18
_GWEI: Final = 10**9

#: Network → the deposit contract, what it takes (empty: coin), and how many gwei of a validator one
#: gwei of that is.
CONTRACTS: Final = {
    "eip155:1": ("0x00000000219ab540356cbb839cbe05303d7705fa", "", 1),
    "eip155:100": (
        "0x0b98057ea310f4d31f2a452b414647007d1645d9",
        "0x9c58bacc331c9aa871afd802db6379a98e80cedb",
        32,
    ),
}
#: Contracts that take requests to leave (EIP-7002) and to merge (EIP-7251), on every network.
REQUESTS: Final = frozenset(
    {
        "0x00000961ef480eb55e80d19ad83579a64c007002",
        "0x0000bbddc7ce488642fb579f8b00f3a590007251",
    }
)

VOUCHED: Final = frozenset(contract for contract, _, _ in CONTRACTS.values())

SIGNS: Final = frozenset({DEPOSIT, *REQUESTS})


def recognise(view: ActivityView) -> Recognised | None:
    """A deposit for one or more validators, each a position; and the fee of requests."""
    events, facts = _deposited(view)
    fees = [leg for leg in view.legs if leg.counterparty in REQUESTS and leg.quantity < 0]
    if fees:
        events += (event(view, "service_fee", fees, NAME),)
    return Recognised(events, facts) if events else None


def _deposited(view: ActivityView) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """The payment for all validators of the transaction; what it pays beyond them is a fee.

    Where something came for it, the coin went into a pool that deposited on its own account.
    """
    network = view.activity.network
    contract, token, rate = CONTRACTS.get(network, ("", "", 1))
    logs = [log for log in logs_with(view.activity, DEPOSIT, 1, _WORDS) if log.address == contract]
    asset = erc20(network, token) if token else native(network)
    amounts = [(_key(log), _amount(log) * _GWEI // rate) for log in logs]
    total = sum(amount for _, amount in amounts)
    others = (leg for leg in view.legs if leg.asset != asset)
    if not total or any(leg.quantity > 0 for leg in others):
        return (), ()
    paid = _payment(view, asset, total, contract)
    if paid is None:
        return (), ()
    units = Units(view)
    made: tuple[Leg, ...] = ()
    for key, amount in amounts:
        made += units.move(paid.wallet, position(network, NAME, key), amount)
    legs = (*split(paid, -total, "plain", "fee"), *made)
    return (event(view, "stake", legs, NAME),), _facts(view, made, asset)


def _payment(view: ActivityView, asset: AssetId, total: int, contract: str) -> Leg | None:
    """The leg that paid just the total, or more of it to the contract that was called."""
    legs = [leg for leg in view.legs if leg.asset == asset and -leg.quantity >= total]
    exact = [leg for leg in legs if -leg.quantity == total]
    over = [leg for leg in legs if leg.counterparty == view.activity.called != contract]
    return next(iter((*exact, *over)), None) if view.acts else None


def _key(log: Log) -> str:
    return "0x" + log.data[2 + 64 * _KEY :][:96]


def _amount(log: Log) -> int:
    written = number_in(log, _AMOUNT).to_bytes(32, "big")[:8]
    return int.from_bytes(written, "little")


def _facts(view: ActivityView, made: Iterable[Leg], asset: AssetId) -> tuple[Asset, ...]:
    """Validators follow what was deposited."""
    known = view.assets.get(asset) or known_without_asking(asset)
    if known is None:
        return ()
    return tuple(
        Asset(leg.asset, known.symbol, known.decimals, "position", underlying=asset) for leg in made
    )
