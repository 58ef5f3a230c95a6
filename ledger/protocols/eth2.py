"""The beacon chain: a view in; deposits of validators, what they pay back, requests' costs out.

Sources: ethereum/consensus-specs, deposit-contract, deposit_contract.sol; capella and electra,
beacon-chain.md (`get_expected_withdrawals`: a validator that may not compound pays out what it has
over 32, at its exit all; one that may pays out over 2,048, or what it is asked for); EIP-7002 and
EIP-7251 for requests to leave and to merge, and what these log; gnosischain/deposit-contract,
SBCDepositContract.sol.

A withdrawal names a validator by a number that no log says, and the address that its deposit named:
so the validators that pay to one address are one position, those that compound another. Those that
named none at first (BLS credentials) are one position of who paid. Where a sum may be stake as well
as earnings, nothing is guessed: it is booked as of an unknown position.
"""

from collections.abc import Iterable
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.activity import SYSTEM_ADDRESS, Log
from ledger.model.asset import Asset, AssetId, erc20, known_without_asking, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
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
#: Words of the log in which the credentials (32 bytes) and the amount (8 bytes) stand, and all.
_CREDENTIALS, _AMOUNT, _WORDS = 9, 11, 18
_GWEI: Final = 10**9
#: First byte of credentials → what is before the address in the position's reference.
_PAYS_TO: Final = {1: "", 2: "compounding."}
#: The stake of a validator that does not compound, of coin.
STAKE: Final = 32 * 10**18

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
#: Contracts that take requests to leave (EIP-7002) and to merge (EIP-7251), on every network. They
#: log without a topic: who asked (20 bytes), then keys and amounts.
LEAVE: Final = "0x00000961ef480eb55e80d19ad83579a64c007002"
MERGE: Final = "0x0000bbddc7ce488642fb579f8b00f3a590007251"
REQUESTS: Final = frozenset({LEAVE, MERGE})
#: Hexadecimal digits of a request to merge: who asked and two keys.
_MERGE_DIGITS: Final = 2 + 2 * (20 + 48 + 48)

VOUCHED: Final = frozenset(contract for contract, _, _ in CONTRACTS.values())

SIGNS: Final = frozenset(
    {
        DEPOSIT,
        PROTOCOL,
        *REQUESTS,
        SYSTEM_ADDRESS,
        *(contract for contract, _, _ in CONTRACTS.values()),
    }
)


def recognise(view: ActivityView) -> Recognised | None:
    """Deposits, withdrawals, what a block paid its producer, and the fee of requests."""
    events, facts = _deposited(view)
    events += _merged(view)
    events += _paid_back(view.without(events))
    fees = [leg for leg in view.legs if leg.counterparty in REQUESTS and leg.quantity < 0]
    if fees:
        events += (event(view, "service_fee", fees, NAME),)
    facts += tuple(
        fact for one in events if one.kind == "migrate" for fact in _facts(view, one.legs)
    )
    return Recognised(events, facts) if events else None


# ---- deposits ------------------------------------------------------------------------------------


def _deposited(view: ActivityView) -> tuple[tuple[Event, ...], tuple[Asset, ...]]:
    """The payment for all validators of the transaction; what it pays beyond them is a fee.

    Where something came for it, the coin went into a pool that deposited on its own account.
    """
    network = view.activity.network
    contract, _, rate = CONTRACTS.get(network, ("", "", 1))
    logs = [log for log in logs_with(view.activity, DEPOSIT, 1, _WORDS) if log.address == contract]
    asset = _stakes(network)
    amounts = [(log, _amount(log) * _GWEI // rate) for log in logs]
    total = sum(amount for _, amount in amounts)
    others = (leg for leg in view.legs if leg.asset != asset)
    if not total or any(leg.quantity > 0 for leg in others):
        return (), ()
    paid = _payment(view, asset, total, contract)
    if paid is None:
        return (), ()
    units = Units(view)
    made: tuple[Leg, ...] = ()
    for log, amount in amounts:
        reference, address = _credentials(log)
        ours = wallet_id(network, address) if address in view.owned else paid.wallet
        made += units.move(ours, position(network, NAME, reference), amount)
    legs = (*split(paid, -total, "plain", "fee"), *made)
    return (event(view, "stake", legs, NAME),), _facts(view, made)


def _payment(view: ActivityView, asset: AssetId, total: int, contract: str) -> Leg | None:
    """The leg that paid just the total, or more of it to the contract that was called."""
    legs = [leg for leg in view.legs if leg.asset == asset and -leg.quantity >= total]
    exact = [leg for leg in legs if -leg.quantity == total]
    over = [leg for leg in legs if leg.counterparty == view.called != contract]
    return next(iter((*exact, *over)), None) if view.acts else None


def _credentials(log: Log) -> tuple[str, str]:
    """The reference of a position by where its validators pay to, and that address or nothing."""
    whole = log.data[2 + 64 * _CREDENTIALS :][:64]
    kind = _PAYS_TO.get(int(whole[:2], 16))
    if kind is None:
        return "bls", ""
    return f"{kind}0x{whole[-40:]}", "0x" + whole[-40:]


def _amount(log: Log) -> int:
    written = number_in(log, _AMOUNT).to_bytes(32, "big")[:8]
    return int.from_bytes(written, "little")


def _stakes(network: str) -> AssetId:
    """What validators of a network stake."""
    _, token, _ = CONTRACTS.get(network, ("", "", 1))
    return erc20(network, token) if token else native(network)


def _facts(view: ActivityView, made: Iterable[Leg]) -> tuple[Asset, ...]:
    """Validators follow what was deposited."""
    asset = _stakes(view.activity.network)
    known = view.assets.get(asset) or known_without_asking(asset)
    if known is None:
        return ()
    return tuple(
        Asset(leg.asset, known.symbol, known.decimals, "position", underlying=asset)
        for leg in made
        if leg.role == "position"
    )


# ---- requests ------------------------------------------------------------------------------------


def _merged(view: ActivityView) -> tuple[Event, ...]:
    """Validators that were asked to compound: their stake is with those that do from then on."""
    network, units = view.activity.network, Units(view)
    legs: tuple[Leg, ...] = ()
    for log in view.activity.logs:
        asked = "0x" + log.data[2:42]
        if log.address != MERGE or len(log.data) < _MERGE_DIGITS or asked not in view.owned:
            continue
        plain, compounding = (
            position(network, NAME, f"{kind}{asked}") for kind in _PAYS_TO.values()
        )
        holder = units.holder(plain)
        held = 0 if holder is None else min(units.of(holder, plain) or 0, _unit(network))
        if holder is not None and held:
            legs += units.move(holder, plain, -held) + units.move(holder, compounding, held)
    return (event(view, "migrate", legs, NAME),) if legs else ()


def _unit(network: str) -> int:
    """The stake of one validator that does not compound."""
    return STAKE // CONTRACTS.get(network, ("", "", 1))[2]


# ---- withdrawals ---------------------------------------------------------------------------------


def _paid_back(view: ActivityView) -> tuple[Event, ...]:
    """Withdrawals and fees of a block; or what the contract that keeps a token's paid out."""
    contract, token, _ = CONTRACTS.get(view.activity.network, ("", "", 1))
    units = Units(view)
    if token:
        asset = _stakes(view.activity.network)
        return tuple(
            _withdrawn(view, leg, units, claimed=True)
            for leg in view.legs
            if leg.asset == asset and leg.counterparty == contract and leg.quantity > 0
        )
    if view.activity.caller != SYSTEM_ADDRESS:  # nobody can send from there
        return ()
    fees = [leg for leg in view.legs if leg.counterparty == PROTOCOL]
    events = (event(view, "reward", fees, NAME),) if fees else ()
    return events + tuple(
        _withdrawn(view, leg, units, claimed=False)
        for leg in view.legs
        if leg.counterparty == SYSTEM_ADDRESS
    )


def _withdrawn(view: ActivityView, leg: Leg, units: Units, *, claimed: bool) -> Event:
    """Earnings, or the stake of a validator that left; what may be either is left unknown.

    Less than half a stake is earnings of those that do not compound: none is let down so far, but
    one that was slashed for more than that. A validator that left with less than its stake lost the
    rest. What comes beyond all that is known to be staked was earned.
    """
    unit, size = _unit(view.activity.network), leg.quantity
    plain, compounding = _sources(view, leg, units)
    known = sum(held for _, _, held in (*plain, *compounding))
    if not known:
        return event(view, "unstake", (leg,), NAME, "position:unknown")
    if not compounding and 2 * size < unit:
        return event(view, "reward", (leg,), NAME)
    if not plain or size >= known:
        return _left(view, leg, units, (plain + compounding, min(size, known), 0))
    if not compounding and 2 * size <= 3 * unit and not (claimed and size != unit):
        stake = min(unit, known)
        return _left(view, leg, units, (plain, stake, max(0, stake - size)))
    return event(view, "unstake", (leg,), NAME, "position:unknown what of it is stake")


#: A wallet, its position and the units in it.
_Source = tuple[WalletId, AssetId, int]


def _sources(
    view: ActivityView, leg: Leg, units: Units
) -> tuple[tuple[_Source, ...], tuple[_Source, ...]]:
    """What is staked for an address without compounding, and with it.

    Credentials without an address were changed before anything was paid: where one wallet alone has
    such validators, they are meant after those of the address.
    """
    network, address = view.activity.network, leg.wallet.rpartition(":")[2]
    found: list[tuple[_Source, ...]] = []
    for kind in _PAYS_TO.values():
        asset = position(network, NAME, f"{kind}{address}")
        holder = units.holder(asset)
        held = 0 if holder is None else units.of(holder, asset) or 0
        found.append(((holder, asset, held),) if holder is not None and held > 0 else ())
    bls = position(network, NAME, "bls")
    wallets = [wallet_id(network, each) for each in sorted(view.owned)]
    holders = [(wallet, bls, units.of(wallet, bls) or 0) for wallet in wallets]
    holders = [each for each in holders if each[2] > 0]
    own = [each for each in holders if each[0] == leg.wallet] or holders
    plain = found[0] + (tuple(own) if len(own) == 1 else ())
    return plain, found[1]


def _left(
    view: ActivityView, leg: Leg, units: Units, what: tuple[tuple[_Source, ...], int, int]
) -> Event:
    """Stake that came back, less what was lost of it; what came beyond it was earned."""
    sources, stake, lost = what
    legs = split(leg, leg.quantity - (stake - lost), "reward")
    for wallet, asset, held in sources:
        part = min(held, stake)
        penalty = min(lost, part)
        stake, lost = stake - part, lost - penalty
        units.move(wallet, asset, -part)
        if part > penalty:
            legs += (Leg(wallet, asset, penalty - part, role="position"),)
        if penalty:
            legs += (Leg(wallet, asset, -penalty, role="penalty"),)
    return event(view, "unstake", legs, NAME)
