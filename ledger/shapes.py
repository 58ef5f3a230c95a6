"""What classifiers see and give, and recurring shapes: legs and logs in, named events out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ledger.model.activity import ENTRY_POINTS, USER_OPERATION, Activity, Call, Log
from ledger.model.asset import Asset, AssetId, contract_of, native
from ledger.model.event import Event, Leg, LegRole
from ledger.model.filled import filled
from ledger.model.fund import WalletId, wallet_id

ZERO_ADDRESS: Final = "0x" + "0" * 40

#: (wallet, position) → units that it holds; what went away with its title has an empty wallet.
Held = Mapping[tuple[WalletId, AssetId], int]

#: What an account logs when anybody gives it coin: SafeReceived and Received(address,uint256),
#: Received(uint256,address,bytes), Deposit(address,uint256), Deposited(address,uint256,bytes)
#: (safe-global/safe-smart-account, argentlabs/argent-contracts, Gnosis' MultiSigWallet,
#: BitGo/eth-multisig-v4); and the Transfer of one that is a token.
_RECEIPTS: Final = frozenset(
    {
        "0x3d0ce9bfc3ed7d6862dbb28b2dea94561fe714a1b4d019aa8af39730d1ad7c3d",
        "0x88a5966d370b9919b20f3e2c13ff65706f196a4e32cc2c12bf57088f88525874",
        "0x606834f57405380c4fb88d1f4850326ad3885f014bab3b568dfbf7a041eef738",
        "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c",
        "0x6e89d517057028190560dd200cf6bf792842861353d1173761dfa362e1c133f0",
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
    }
)


@filled
@dataclass(frozen=True, slots=True)
class ActivityView:
    """One activity as a classifier sees it.

    `owned` are the addresses owned at that time on its network, `legs` the owned movements that
    nobody has claimed yet, in the order of execution, `assets` what is known of assets so far,
    `held` the units of positions without a token that earlier activities left, `aim` what an owned
    contract called; it called nobody alone where it was asked for several.
    """

    activity: Activity
    owned: frozenset[str]
    legs: tuple[Leg, ...]
    assets: Mapping[AssetId, Asset]
    held: Held = field(default_factory=dict)
    aim: Call | None = None

    @property
    def called(self) -> str:
        """Whom the fund called: the target of the transaction, or of its own contract's call."""
        return self.activity.called if self.aim is None else self.aim.called

    @property
    def selector(self) -> str:
        """The first four bytes of what it was called with."""
        return self.activity.selector if self.aim is None else self.aim.selector

    @property
    def acts(self) -> bool:
        """Whether an owned address did something here: sent, was called, or logged.

        That it logs what it was given is no act: a stranger's coin would make it one.
        """
        activity = self.activity
        if activity.caller in self.owned or activity.called in self.owned:
            return True
        return any(
            (log.address in self.owned and _RECEIPTS.isdisjoint(log.topics[:1]))
            or (
                log.address in ENTRY_POINTS
                and log.topics[:1] == (USER_OPERATION,)
                and address_in(log.topics, 2) in self.owned
            )
            for log in activity.logs
        )

    def without(self, events: Collection[Event]) -> "ActivityView":
        """The same view less the legs that events have claimed."""
        if not events:
            return self
        claimed = {leg.claim for event in events for leg in event.legs}
        claimed.discard(None)
        if not claimed:
            return self
        rest = tuple([leg for leg in self.legs if leg.claim not in claimed])
        return ActivityView(self.activity, self.owned, rest, self.assets, self.held, self.aim)


@filled
@dataclass(frozen=True, slots=True)
class Recognised:
    """Events that claim legs of a view, and facts about assets that the logs gave away."""

    events: tuple[Event, ...]
    assets: tuple[Asset, ...] = ()


# ---- logs ----------------------------------------------------------------------------------------


def logs_with(activity: Activity, topic: str, topics: int, words: int) -> tuple[Log, ...]:
    """Logs of one topic that have at least so many topics and 32-byte words of data.

    Anything shorter was not written by the contract that the topic promises.
    """
    if topic not in activity.spoken:
        return ()
    found = [log for log in activity.logs if (own := log.topics) and own[0] == topic]
    size = 2 + 64 * words
    return tuple([log for log in found if len(log.topics) >= topics and len(log.data) >= size])


def number_in(log: Log, place: int) -> int:
    """The unsigned number in the word of a log's data at a place counted from 0."""
    return int(log.data[2 + 64 * place : 66 + 64 * place], 16)


def word_address(log: Log, place: int) -> str:
    """The address in the word of a log's data at a place counted from 0."""
    return "0x" + log.data[26 + 64 * place : 66 + 64 * place]


def address_in(topics: Sequence[str], place: int) -> str:
    """The address in a topic, or an empty text where there is no such topic."""
    return "0x" + topics[place][-40:] if len(topics) > place else ""


# ---- legs ----------------------------------------------------------------------------------------


def event(
    view: ActivityView, kind: str, legs: Iterable[Leg], protocol: str | None = None, note: str = ""
) -> Event:
    """An event of the view's activity with these legs in order; its id is given by `classify`."""
    activity = view.activity
    return Event(
        id=activity.id,
        kind=kind,
        time=activity.time,
        order=activity.order,
        network=activity.network,
        txid=activity.txid,
        activities=(activity.id,),
        legs=tuple(sorted(legs, key=place_of)),
        protocol=protocol,
        called=activity.called,
        note=note,
    )


def place_of(leg: Leg) -> int:
    """The place of a leg's transfer in its activity; what has no transfer stands last."""
    return leg.claim[1] if leg.claim is not None else 1 << 62


def net(legs: Iterable[Leg]) -> dict[AssetId, int]:
    """Asset → sum of quantities, in order of first movement, zeros included."""
    sums: dict[AssetId, int] = {}
    for leg in legs:
        asset = leg.asset
        sums[asset] = sums.get(asset, 0) + leg.quantity
    return sums


def is_non_fungible(asset: AssetId) -> bool:
    """Whether the asset is one token of an ERC-721 or ERC-1155 contract."""
    return "/erc721:" in asset or "/erc1155:" in asset


def with_role(leg: Leg, role: LegRole) -> Leg:
    """The leg in another role."""
    if leg.role == role:
        return leg
    return Leg(leg.wallet, leg.asset, leg.quantity, leg.counterparty, leg.claim, role)


def split(leg: Leg, part: int, role: LegRole, rest: LegRole = "plain") -> tuple[Leg, ...]:
    """A leg as two with the same claim: `part` of its signed quantity in `role`, more in `rest`.

    The part may be larger than the leg or of the other sign: the sum is what moved.
    """
    pieces = ((leg.quantity - part, rest), (part, role))
    return tuple(replace(leg, quantity=units, role=role) for units, role in pieces if units)


def parts_of(position: AssetId) -> tuple[AssetId, AssetId, AssetId]:
    """A position, and what was taken out of it and waits there: of its first and second asset."""
    return (position, AssetId(f"{position}.owed0"), AssetId(f"{position}.owed1"))


class Units:
    """What positions hold while one activity is read; `None` is a position that nobody knows."""

    __slots__ = ("_now", "_view")

    def __init__(self, view: ActivityView) -> None:
        self._view = view
        self._now: dict[tuple[WalletId, AssetId], int] = {}

    def of(self, wallet: WalletId, position: AssetId) -> int | None:
        """The units that a wallet holds."""
        known = self._now.get((wallet, position))
        return self._view.held.get((wallet, position)) if known is None else known

    def holder(self, position: AssetId) -> WalletId | None:
        """The owned wallet that holds a position, or held it last; the one with units first."""
        network = self._view.activity.network
        wallets = [wallet_id(network, address) for address in sorted(self._view.owned)]
        known = [(self.of(wallet, position), wallet) for wallet in wallets]
        found = [(not units, wallet) for units, wallet in known if units is not None]
        return min(found)[1] if found else None

    def move(self, wallet: WalletId, position: AssetId, quantity: int) -> tuple[Leg, ...]:
        """The leg of units that a wallet gained or gave, kept in mind."""
        self._now[wallet, position] = (self.of(wallet, position) or 0) + quantity
        return position_leg(wallet, position, quantity)


def position_leg(wallet: WalletId, asset: AssetId, quantity: int) -> tuple[Leg, ...]:
    """The units of a position without a token that a wallet gained or gave; none for zero."""
    return (Leg(wallet, asset, quantity, role="position"),) if quantity else ()


def payments(view: ActivityView, wanted: Mapping[AssetId, int], via: str = "") -> tuple[Leg, ...]:
    """The legs that pay or bring these signed quantities, one for each asset.

    An asset that moved as such is matched by its exact quantity. Where it did not, a contract
    (`via`, else the called one) stands between: the native coin that was handed to it, or came from
    it, and what it gave back. Refunds get their role.
    """
    found: list[Leg] = []
    coin, middle = native(view.activity.network), via or view.called
    for asset, quantity in wanted.items():
        free = [leg for leg in view.legs if all(leg.claim != other.claim for other in found)]
        for paid in dict.fromkeys((asset, coin)):
            exact = [leg for leg in free if leg.asset == paid and leg.quantity == quantity]
            if exact:
                found.append(exact[0])
                break
            handed = [leg for leg in free if leg.asset == paid and leg.counterparty == middle]
            if handed and sum(leg.quantity for leg in handed) == quantity:
                found += [
                    leg if (leg.quantity > 0) == (quantity > 0) else with_role(leg, "refund")
                    for leg in handed
                ]
                break
    return tuple(found)


# ---- shapes --------------------------------------------------------------------------------------


def wraps(view: ActivityView) -> tuple[tuple[Leg, Leg], ...]:
    """Pairs (coin, token): coin went to a contract that gave as many of its tokens, or back."""
    pairs: list[tuple[Leg, Leg]] = []
    taken: set[Leg] = set()
    for coin in view.legs:
        if coin.asset != native(view.activity.network):
            continue
        sources = {ZERO_ADDRESS, coin.counterparty}
        tokens = (
            leg
            for leg in view.legs
            if leg not in taken
            and contract_of(leg.asset) == coin.counterparty
            and leg.wallet == coin.wallet
            and leg.quantity == -coin.quantity
            and leg.counterparty in sources
        )
        token = next(tokens, None)
        if token is not None:
            pairs.append((coin, token))
            taken.add(token)
    return tuple(pairs)


def trade(view: ActivityView, legs: Sequence[Leg], protocol: str | None = None) -> Event | None:
    """A swap of these legs, with all of them gross, or None when they are none.

    One or more assets out, one or more in; or a round trip, in which every asset comes back and one
    of them more or less than it left. What comes back of a larger payment is a refund.
    """
    sums = net(legs)
    out = [asset for asset, total in sums.items() if total < 0]
    came = [asset for asset, total in sums.items() if total > 0]
    profit = bool(came) and not out and any(leg.quantity < 0 for leg in legs)
    loss = bool(out) and not came and any(_passed_through(leg, legs) for leg in legs)
    if not (out and came) and not profit and not loss:
        return None
    one_for_one = len(out) == 1 and len(came) == 1
    if not one_for_one and not view.acts:
        return None
    repaid = set(out) if came else set()
    named = [
        with_role(leg, "refund")
        if leg.asset in repaid and leg.quantity > 0 and not _came_first(leg, legs)
        else leg
        for leg in legs
    ]
    return event(view, "swap", named, protocol)


def _came_first(leg: Leg, legs: Sequence[Leg]) -> bool:
    """Whether units came in before any of their asset had left: no refund of anything."""
    return not any(
        other.asset == leg.asset and other.quantity < 0 and place_of(other) < place_of(leg)
        for other in legs
    )


def _passed_through(leg: Leg, legs: Sequence[Leg]) -> bool:
    """Whether units came in and as many of their asset left again: a station of a round trip."""
    return leg.quantity > 0 and _came_first(leg, legs) and net(legs)[leg.asset] <= 0


def shares(view: ActivityView) -> tuple[Event, ...]:
    """Assets left for contracts that gave their own token for them, or the way back.

    Sound without knowing the protocol: the token's contract took the assets itself, as vaults,
    lending markets, pools that are their own share token and gauges do. Cost and date are carried.
    """
    events: tuple[Event, ...] = ()
    others = {leg.counterparty for leg in view.legs}
    for asset in net(view.legs):
        contract = contract_of(asset)
        if contract is None or contract not in others or is_non_fungible(asset):
            continue
        legs = view.without(events).legs
        made = [leg for leg in legs if leg.asset == asset]
        moved = [
            leg
            for leg in legs
            if leg.counterparty == contract
            and leg.asset != asset
            and not is_non_fungible(leg.asset)
        ]
        signs = {leg.quantity > 0 for leg in made}
        from_contract = all(leg.counterparty in {ZERO_ADDRESS, contract} for leg in made)
        if len(signs) != 1 or not from_contract:
            continue
        put_in = signs.pop()
        opposite = [leg for leg in moved if (leg.quantity > 0) != put_in]
        if opposite:
            place = "vault" if len(net(opposite)) == 1 else "pool"
            kind = f"{place}_{'deposit' if put_in else 'withdraw'}"
            events += (event(view, kind, (*made, *opposite)),)
    return events


@dataclass(frozen=True, slots=True)
class Loan:
    """Units that a log says were lent within the transaction, and what was paid for them.

    `lender` is empty where the contract that logs is another than the one that holds them.
    """

    asset: AssetId
    amount: int
    premium: int = 0
    lender: str = ""


def flash_loan(view: ActivityView, loans: Iterable[Loan], protocol: str) -> Event | None:
    """The whole of what is left of a transaction that ran on borrowed units, with gross legs.

    A loan is one where a lender gave as much and got it back with the premium, which is split off
    the leg that paid both; None where there is none: anybody can log one.
    """
    found = [loan for loan in loans if _was_lent(view, loan)]
    if not found:
        return None
    legs = list(view.legs)
    for loan in found:
        owed = (loan.asset, -(loan.amount + loan.premium), "plain")
        repaid = [at for at, leg in enumerate(legs) if (leg.asset, leg.quantity, leg.role) == owed]
        if repaid and loan.premium:
            place = repaid[-1]
            legs[place : place + 1] = split(legs[place], -loan.premium, "premium")
    return event(view, "flash_loan", legs, protocol)


def _was_lent(view: ActivityView, loan: Loan) -> bool:
    """Whether one party gave the units and got them back; a lender may make and burn them."""
    came, went = Counter[str](), Counter[str]()
    for leg in view.legs:
        if leg.asset == loan.asset:
            party = loan.lender if leg.counterparty == ZERO_ADDRESS else leg.counterparty
            (came if leg.quantity > 0 else went)[party] += abs(leg.quantity)
    parties = {loan.lender} if loan.lender else {*came} - {""}
    owed = loan.amount + loan.premium
    return loan.amount > 0 and any(
        came[party] >= loan.amount and went[party] >= owed for party in parties
    )
