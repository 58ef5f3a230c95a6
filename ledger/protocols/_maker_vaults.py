"""What Maker's core did with vaults: an adapter's log in; the vault it was for, and whose, out.

Sources: makerdao/dss, src/vat.sol (`frob`, `slip`) and join.sol; makerdao/dss-cdp-manager,
src/DssCdpManager.sol; dapphub/ds-proxy, proxy.sol, and ds-note.

Anybody can log what an adapter does, and act on a vault of his own in the same transaction. What an
adapter took or gave the core has credited or debited just before, on its word alone (`slip`). Whose
a vault is the core does not say: the manager logs who had it changed, right after, by its number.
"""

from collections.abc import Iterable
from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.protocols._loans import own_hands
from ledger.shapes import ZERO_ADDRESS, ActivityView, address_in, logs_with

#: Calls that are logged: join(address usr, uint256 wad) and exit(address usr, uint256 wad) of an
#: adapter, frob(bytes32 ilk, address urn, address v, address w, int256 dink, int256 dart) and
#: slip(bytes32 ilk, address usr, int256 wad) of the core.
JOIN: Final = "0x3b4da69f" + "0" * 56
EXIT: Final = "0xef693bed" + "0" * 56
FROB: Final = "0x76088703" + "0" * 56
SLIP: Final = "0x7cdd3fde" + "0" * 56
#: execute(address target, bytes data) of a proxy that obeys its owner alone, which logs who called
#: it and all that it was called with; frob(uint256 cdp, int256 dink, int256 dart) of the manager.
EXECUTE: Final = "0x1cff79cd" + "0" * 56
MANAGED: Final = "0x45e6bdcd" + "0" * 56
#: NewCdp(address usr, address own, uint256 cdp) of the manager, all indexed.
NEW_CDP: Final = "0xd6be0bc178658a382ff4f91c8c68b542aa6b71685b8fe427966b87745c3ea7a2"

VAT: Final = "0x35d1b3f3d7966a1dfe207aa4514c12a259a0492b"
DAI_JOIN: Final = "0x9759a6ac90977b93b58547b4a71c78317f391a28"
DAI: Final = "0x6b175474e89094c44da98b954eedeac495271d0f"
MANAGER: Final = "0x5ef30b9986345249bc32d8928b7ee64de9435e39"

#: What the core counts one base unit of collateral as: tokens have 0 to 18 decimals.
_SCALES: Final = frozenset(10**places for places in range(19))

#: How the kinds of vaults of peg stability modules begin: `PSM-` and `LITE-PSM-` in ASCII.
PSM: Final = ("0x50534d2d", "0x4c4954452d50534d2d")


def said(log: Log) -> tuple[str, str, int]:
    """What an adapter did, for whom, and of how many units."""
    return log.topics[0], address_in(log.topics, 1), int(log.topics[2], 16)


def named(change: Log) -> str:
    """A vault by its kind and its address, of the core's log that it changed."""
    return f"{change.topics[1]}.{address_in(change.topics, 2)}"


def changed_for(view: ActivityView, log: Log, *, exact: bool = False) -> Log | None:
    """The core's log of the vault for which an adapter moved units.

    What comes in is put into a vault afterwards, what goes out was taken from one before; other
    vaults of the transaction have others of their own. Collateral changed by just as many units,
    if `exact`; what is drawn or cleared of a debt is counted at its rate, and cannot be compared.
    """
    into, money, wad = log.topics[0] == JOIN, log.address == DAI_JOIN, said(log)[2]
    sign = 1 if into != money else -1
    kind = "" if money else _kind_of(view, log)
    changes = [
        each
        for each in _changes(view)
        if _argument(each, 5 if money else 4) * sign > 0 and (money or each.topics[1] == kind)
    ]
    if not money:
        fits = [each for each in changes if _is_scaled(_argument(each, 4) * sign, wad)]
        changes = fits if fits or exact else changes
    beyond = [each for each in changes if (each.index > log.index) == into]
    nearest = [(abs(each.index - log.index), each.index, each) for each in beyond or changes]
    return min(nearest)[2] if nearest else None


def genuine(view: ActivityView) -> frozenset[str]:
    """The contracts that logged what the core had of an adapter right before."""
    logs = [log for signature in (JOIN, EXIT) for log in _adapted(view, signature)]
    return frozenset(log.address for log in logs if _kind_of(view, log))


def payer(view: ActivityView, log: Log) -> str:
    """Who gave an adapter what it took, or nothing; DAI is burnt."""
    of, wad = erc20(view.activity.network, DAI), said(log)[2]
    into = {log.address} if log.address != DAI_JOIN else {ZERO_ADDRESS, DAI_JOIN}
    return next(
        (
            one.sender
            for one in view.activity.transfers
            if one.quantity == wad
            and one.recipient in into
            and (log.address != DAI_JOIN or one.asset == of)
        ),
        "",
    )


def asker(view: ActivityView) -> str:
    """Which owned address told a proxy of its own to act on vaults, or nothing."""
    proxies = own_hands(view)
    for log in view.activity.logs:
        who = address_in(log.topics, 1) if len(log.topics) > 1 else ""
        if log.topics[:1] == (EXECUTE,) and log.address in proxies and who in view.owned:
            return who
        if log.topics[:1] == (MANAGED,) and log.address == MANAGER and who in proxies:
            found = who if who in view.owned else view.activity.caller
            return found if found in view.owned else ""
    return ""


def is_asked_for(view: ActivityView, change: Log) -> bool:
    """Whether the fund, or a proxy that it told to, had a vault changed; helpers do it for them.

    It is the address's own; or the manager had it changed by its number, for one of them, which was
    opened for one of them here or stands in what the proxy was told.
    """
    proxies = own_hands(view)
    if address_in(change.topics, 2) in proxies:
        return True
    manager = [log for log in view.activity.logs if log.address == MANAGER]
    told = [
        log.data
        for log in view.activity.logs
        if log.topics[:1] == (EXECUTE,) and log.address in proxies and _by_owner(view, log)
    ]
    for log in manager:
        if log.index != change.index + 1 or log.topics[:1] != (MANAGED,) or len(log.topics) < 3:
            continue
        number = log.topics[2]
        opened = any(
            each.topics[:1] == (NEW_CDP,)
            and each.topics[3:4] == (number,)
            and address_in(each.topics, 2) in proxies
            for each in manager
        )
        if address_in(log.topics, 1) in proxies or opened:
            return True
        return any(number[2:] in data for data in told)
    return False


def _by_owner(view: ActivityView, log: Log) -> bool:
    return address_in(log.topics, 1) in view.owned


def _changes(view: ActivityView) -> list[Log]:
    """What the core did with vaults, less those of modules that swap: each swap shows in them."""
    return [
        log
        for log in logs_with(view.activity, FROB, 4, 0)
        if log.address == VAT and not log.topics[1].startswith(PSM)
    ]


def _argument(log: Log, place: int) -> int:
    """A signed argument of a logged call: two words and the function's four bytes come first."""
    start = 2 + 128 + 8 + 64 * place
    text = log.data[start : start + 64]
    return _signed(int(text, 16)) if len(text) == 64 else 0


def _signed(number: int) -> int:
    return number - 2**256 if number >> 255 else number


def _is_scaled(units: int, wad: int) -> bool:
    """Whether the core counts base units of collateral as so many: it has 18 decimals there."""
    scale = units // wad if wad and units > 0 else 0
    return scale * wad == units and scale in _SCALES


def _kind_of(view: ActivityView, log: Log) -> str:
    """The kind of collateral that the core had of an adapter right before; nothing of a stranger.

    Where another contract logs the same, one of the two is none.
    """
    signature, _, wad = said(log)
    alike = (each for each in _adapted(view, signature) if said(each)[2] == wad)
    if {each.address for each in alike} != {log.address}:
        return ""
    sign = 1 if signature == JOIN else -1
    credited = [
        each
        for each in logs_with(view.activity, SLIP, 4, 0)
        if each.address == VAT
        and each.index < log.index
        and _is_scaled(_signed(int(each.topics[3], 16)) * sign, wad)
    ]
    return credited[-1].topics[1] if credited else ""


def _adapted(view: ActivityView, signature: str) -> Iterable[Log]:
    return (log for log in logs_with(view.activity, signature, 3, 0) if log.address != DAI_JOIN)
