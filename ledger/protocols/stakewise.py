"""StakeWise: a view in; stakes with vaults, exits, claims, osETH minted against them out.

Sources: stakewise/v3-core, contracts/interfaces/IVaultEnterExit.sol, IVaultOsToken.sol,
IOsTokenVaultEscrow.sol and IEthGenesisVault.sol; stakewise/contracts, Pool.sol and
StakedEthToken.sol (the version before), addresses of its README.

A vault counts shares. Those of most vaults have no token: a position in shares, that are worth
more coin with time. Shares that leave wait under a ticket, which counts them too. osETH is minted
against a stake and has to be given back for it: a debt, in units of osETH.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import Asset, AssetId, debt, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId, wallet_id
from ledger.protocols._legs import exact
from ledger.protocols._loans import Book
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    Recognised,
    Units,
    address_in,
    event,
    is_non_fungible,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "stakewise"
RANK: Final = 10

#: Deposited(address caller, address receiver, uint256 assets, uint256 shares, address referrer);
#: the first two indexed.
DEPOSITED: Final = "0x861a4138e41fb21c121a7dbb1053df465c837fc77380cc7226189a662281be2c"
#: Migrated(address receiver, uint256 assets, uint256 shares); nothing indexed.
MIGRATED: Final = "0xd083678824038160bef3975359ab29f19c3f0e9bcf9d7ead540a492d4d678b63"
#: ExitQueueEntered(address owner, address receiver, uint256 positionTicket, uint256 shares) and
#: V2ExitQueueEntered, which has uint256 assets after it; Redeemed(address owner, address receiver,
#: uint256 assets, uint256 shares); the addresses indexed.
EXIT: Final = "0x211091c5bf013c1230f996c3bb2bc327e3de429a3d3c356dcea9a0c858bc407f"
EXIT_V2: Final = "0x869f12645d154414259c47bcb998b6b6983fae50e5e0c6053bc87d4330db9f2d"
REDEEMED: Final = "0x5cdf07ad0fc222442720b108e3ed4c4640f0fadc2ab2253e66f259a0fea83480"
#: ExitedAssetsClaimed(address receiver, uint256 prevPositionTicket, uint256 newPositionTicket,
#: uint256 withdrawnAssets); receiver indexed. A new ticket stands as much higher as shares left.
CLAIMED: Final = "0xeb3b05c070c24f667611fdb3ff75fe007d42401c573aed8d8faca95fd00ccb56"
#: OsTokenMinted(address caller, address receiver, uint256 assets, uint256 shares, address referrer)
#: and OsTokenBurned(address caller, uint256 assets, uint256 shares); caller indexed.
MINTED: Final = "0xa16d97739893e1436c9753925fb5cef174c4f368699dc86cc8fdb0e6e60f8e58"
BURNED: Final = "0x3f7354ba02880b4fa37a629985852a38417ff369369ce1e52fa6f8342a9100a7"
#: OsTokenLiquidated(address caller, address user, address receiver, uint256 osTokenShares, uint256
#: shares, uint256 receivedAssets) and OsTokenRedeemed of the same shape; the first two indexed.
LIQUIDATED: Final = "0x61fd285f9e34a3dbfa9846bdcf22a023e37a3c93549902843b30dd74a18c5350"
PAID_BY_OTHERS: Final = "0x57f5eb636bf62215c111b54545422f11dfb0cb115f606be905f0be08e8859dd3"

#: Of the escrow PositionCreated(address vault, uint256 exitPositionTicket, address owner, uint128
#: osTokenShares, uint128 cumulativeFeePerShare), the first two indexed, and ExitedAssetsClaimed(
#: address receiver, address vault, uint256 exitPositionTicket, uint256 osTokenShares, uint256
#: assets), the first three indexed.
ESCROWED: Final = "0xa6b53d36304314124a06ff18501e2b1cb8a7059aa5045c9729228ddaa34aed72"
PAID_FOR: Final = "0xd771679d1dffa1ab8c532072cfddf3582fd9734877673490ce98426f15dfb4ce"
#: Who keeps a ticket with what is owed for it until that is given back (Ethereum).
ESCROW: Final = "0x09e84205df7c68907e619d07afd90143c5763605"

#: The pool of the version before, and the token that it gave for coin (Ethereum).
POOL: Final = "0xc874b064f465bdd6411d45734b56fac750cda29a"
STAKED: Final = "0xfe2e637202056d30016725477c5da089ab0a043a"

SIGNS: Final = frozenset(
    {DEPOSITED, MIGRATED, EXIT, EXIT_V2, REDEEMED, CLAIMED, MINTED, BURNED, POOL}
    | {LIQUIDATED, PAID_BY_OTHERS, ESCROW}
)

#: Shares without a token leave without a movement.
WITHOUT_LEGS: Final = frozenset({EXIT, EXIT_V2, LIQUIDATED, PAID_BY_OTHERS})
#: They are known by their vault: what a stranger says has left was never put in.
VOUCHED: Final = WITHOUT_LEGS

#: Shares of a vault are shown like the coin.
_DECIMALS: Final = 18


def recognise(view: ActivityView) -> Recognised | None:
    """What vaults did for owned addresses, in this order; then coin for the older token."""
    book = _Book(view)
    steps = (
        (DEPOSITED, 3, 3, book.staked),
        (MIGRATED, 1, 3, book.migrated),
        (MINTED, 2, 4, book.minted),
        (BURNED, 2, 2, book.burned),
        (EXIT, 3, 2, book.left),
        (EXIT_V2, 3, 3, book.left),
        (REDEEMED, 3, 2, book.redeemed),
        (CLAIMED, 2, 3, book.claimed),
        (ESCROWED, 3, 3, book.escrowed),
        (PAID_FOR, 4, 2, book.paid_for),
        (LIQUIDATED, 3, 4, book.seized),
        (PAID_BY_OTHERS, 3, 4, book.seized),
    )
    for topic, topics, words, step in steps:
        for log in logs_with(view.activity, topic, topics, words):
            if len(log.topics) == topics:
                book.events += step(log)
    book.events += _pooled(view.without(book.events))
    if not book.events:
        return None
    return Recognised(book.events, (*book.debts.facts.values(), *book.facts.values()))


class _Book:
    """Shares, tickets and debts while one activity is read."""

    def __init__(self, view: ActivityView) -> None:
        self.debts = Book(view, NAME)
        self.events: tuple[Event, ...] = ()
        self.facts: dict[AssetId, Asset] = {}
        self._view = view
        self._network = view.activity.network
        self._units = Units(view)

    def staked(self, log: Log) -> tuple[Event, ...]:
        """Coin, or the vault's token, for shares that have a token or not."""
        owner = self._owner(address_in(log.topics, 2))
        assets, shares = number_in(log, 0), number_in(log, 1)
        paid = exact(self._free, -assets, other={log.address, self._free.called}) or exact(
            self._free, -assets
        )
        if owner is None or not paid or not shares:
            return ()
        return (event(self._view, "stake", (*paid, *self._made(log, owner, shares)), NAME),)

    def migrated(self, log: Log) -> tuple[Event, ...]:
        """Tokens of the version before that became shares."""
        owner, assets = self._owner(word_address(log, 0)), number_in(log, 1)
        gone = tuple(
            leg
            for leg in self._free.legs
            if leg.quantity < 0
            and leg.counterparty == ZERO_ADDRESS
            and not is_non_fungible(leg.asset)
        )
        if owner is None or not gone or -sum(leg.quantity for leg in gone) != assets:
            return ()
        made = self._made(log, owner, number_in(log, 2))
        return (event(self._view, "migrate", (*gone, *made), NAME),)

    def left(self, log: Log) -> tuple[Event, ...]:
        """Shares that wait under a ticket to be paid out."""
        owner = self._owner(address_in(log.topics, 1))
        receiver = self._owner(address_in(log.topics, 2))
        if address_in(log.topics, 2) == ESCROW:
            receiver = owner
        shares = number_in(log, 1)
        if owner is None or receiver is None or not shares:
            return ()
        given = self._given(log, owner, shares)
        ticket = self._ticket(log, number_in(log, 0), given[0].asset if given else None)
        legs = (*given, *self._units.move(receiver, ticket, shares)) if given else ()
        return (event(self._view, "unstake", legs, NAME),) if legs else ()

    def claimed(self, log: Log) -> tuple[Event, ...]:
        """What a ticket brought; a new one holds what is left of it."""
        owner, before, after, assets = (
            self._owner(address_in(log.topics, 1)),
            *(number_in(log, place) for place in range(3)),
        )
        came = exact(self._free, assets, other={log.address}) if assets else ()
        if owner is None or not came:
            return ()
        ticket = self._ticket(log, before)
        held = self._units.of(owner, ticket)
        if not held:
            return (event(self._view, "unstake", came, NAME, "position:unknown"),)
        rest = min(max(held - (after - before), 0), held) if after else 0
        known = self._view.assets.get(ticket)
        legs = (*came, *self._units.move(owner, ticket, -held))
        left = self._ticket(log, after, known.underlying if known and rest else None)
        legs += self._units.move(owner, left, rest)
        return (event(self._view, "unstake", legs, NAME),)

    def escrowed(self, log: Log) -> tuple[Event, ...]:
        """What is owed to a vault is owed for a ticket from now on."""
        owner, vault = self._owner(word_address(log, 0)), address_in(log.topics, 1)
        owed = debt(self._network, NAME, vault)
        held = self.debts.held(owner, owed) if owner is not None else None
        units = min(number_in(log, 1), held or 0)
        if log.address != ESCROW or owner is None or units <= 0:
            return ()
        known = self._view.assets.get(owed)
        of = known.underlying if known is not None else None
        kept = debt(self._network, NAME, f"{vault}.exit.{int(log.topics[2], 16)}")
        legs = self.debts.owe(owner, owed, -units) + self.debts.owe(owner, kept, units, of)
        return (event(self._view, "migrate", legs, NAME),)

    def paid_for(self, log: Log) -> tuple[Event, ...]:
        """A ticket, or as much of it as was given back of what is owed for it."""
        owner, vault = (address_in(log.topics, place) for place in (1, 2))
        wallet, name = self._owner(owner), f"{vault}.exit.{int(log.topics[3], 16)}"
        came = exact(self._free, number_in(log, 1), other={ESCROW})
        gave = exact(self._free, -number_in(log, 0), other={ZERO_ADDRESS, ESCROW})
        if log.address != ESCROW or wallet is None or not came or not gave:
            return ()
        owed, ticket = debt(self._network, NAME, name), position(self._network, NAME, name)
        due, held = self.debts.held(wallet, owed) or 0, self._units.of(wallet, ticket) or 0
        part = held * min(-gave[0].quantity, due) // due if due > 0 else held
        legs = (*gave, *self.debts.owe(wallet, owed, gave[0].quantity, gave[0].asset))
        gone = self._units.move(wallet, ticket, -part)
        note = "" if gone else "position:unknown"
        return (
            event(self._view, "repay", legs, NAME),
            event(self._view, "unstake", (*came, *gone), NAME, note),
        )

    def redeemed(self, log: Log) -> tuple[Event, ...]:
        """Shares for coin at once."""
        owner = self._owner(address_in(log.topics, 1))
        came = exact(self._free, number_in(log, 0), other={log.address})
        if owner is None or not came:
            return ()
        given = self._given(log, owner, number_in(log, 1))
        note = "" if given else "position:unknown"
        return (event(self._view, "unstake", (*came, *given), NAME, note),)

    def minted(self, log: Log) -> tuple[Event, ...]:
        """OsETH that is owed to a vault."""
        owner, shares = self._owner(address_in(log.topics, 1)), number_in(log, 2)
        came = exact(self._free, shares, other={ZERO_ADDRESS}) if shares else ()
        if owner is None or not came:
            return ()
        owed = debt(self._network, NAME, log.address)
        legs = (*came, *self.debts.owe(owner, owed, shares, came[0].asset))
        return (event(self._view, "borrow", legs, NAME),)

    def burned(self, log: Log) -> tuple[Event, ...]:
        """OsETH that was given back."""
        owner, shares = self._owner(address_in(log.topics, 1)), number_in(log, 1)
        paid = exact(self._free, -shares, other={ZERO_ADDRESS}) if shares else ()
        owed = debt(self._network, NAME, log.address)
        if owner is None or not paid or not self.debts.held(owner, owed):
            return ()
        legs = (*paid, *self.debts.owe(owner, owed, -shares, paid[0].asset))
        return (event(self._view, "repay", legs, NAME),)

    def seized(self, log: Log) -> tuple[Event, ...]:
        """Shares that others took for osETH that they gave back in the place of who owes it."""
        owner, owed = self._owner(address_in(log.topics, 2)), debt(self._network, NAME, log.address)
        known = self.debts.held(owner, owed) if owner is not None else None
        if owner is None or not known:
            return ()
        gone = self._given(log, owner, number_in(log, 2))
        cleared = self.debts.owe(owner, owed, -min(number_in(log, 1), known))
        return (event(self._view, "liquidation", (*gone, *cleared), NAME),)

    @property
    def _free(self) -> ActivityView:
        return self._view.without(self.events)

    def _owner(self, address: str) -> WalletId | None:
        owned = address in self._view.owned
        return wallet_id(self._network, address) if owned else None

    def _ticket(self, log: Log, number: int, of: AssetId | None = None) -> AssetId:
        """What waits under a ticket, which follows the shares that it counts."""
        asset = position(self._network, NAME, f"{log.address}.exit.{number}")
        if of is not None:
            self.facts[asset] = Asset(asset, "shares", _DECIMALS, "position", underlying=of)
        return asset

    def _made(self, log: Log, owner: WalletId, shares: int) -> tuple[Leg, ...]:
        """Shares with a token of the vault, or without one."""
        token = exact(self._free, shares, asset=erc20(self._network, log.address))
        if token:
            return token
        kept = self._shares(log)
        self.facts[kept] = Asset(kept, "shares", _DECIMALS, "position")
        return self._units.move(owner, kept, shares)

    def _given(self, log: Log, owner: WalletId, shares: int) -> tuple[Leg, ...]:
        """Shares that the books know, given up; none where they do not know so many."""
        token = exact(self._free, -shares, asset=erc20(self._network, log.address))
        held = self._units.of(owner, self._shares(log)) or 0
        if token or held < shares:
            return token
        return self._units.move(owner, self._shares(log), -shares)

    def _shares(self, log: Log) -> AssetId:
        return position(self._network, NAME, log.address)


def _pooled(view: ActivityView) -> tuple[Event, ...]:
    """Coin for as much of the older token."""
    coin = native(view.activity.network)
    token = erc20(view.activity.network, STAKED)
    for paid in view.legs:
        if paid.asset == coin and paid.quantity < 0 and paid.counterparty == POOL:
            made = exact(view, -paid.quantity, asset=token)
            if made:
                return (event(view, "stake", (paid, *made), NAME),)
    return ()
