"""What bridges share: a view and what a log says go in; the legs of either end come out."""

from collections.abc import Container, Sequence
from typing import Final, NamedTuple

from ledger.chains.evm.balances import PROTOCOL
from ledger.chains.evm.codec import keccak
from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, native, position
from ledger.model.event import Event, Leg
from ledger.model.fund import WalletId
from ledger.shapes import (
    ZERO_ADDRESS,
    ActivityView,
    is_non_fungible,
    number_in,
    split,
    with_role,
)

#: What stands for the native coin in most logs, and in what an end expects.
COIN: Final = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
#: Addresses that stand for the native coin in logs; the second is the OP stack's own.
COINS: Final = frozenset(
    {
        ZERO_ADDRESS,
        "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000",
        COIN,
    }
)
#: Protocols that give back what did not arrive, under the number of its message.
RETURNING: Final = frozenset({"across"})


class Said(NamedTuple):
    """What the log of a sending end says of both: the words of its note.

    `message` is the id that both ends name, `to` the recipient, `expects` what shall arrive, and
    `by` who tells of the arrival: a contract of the other network, or one of the bridge's own by
    the bridge's name.
    """

    message: str = ""
    to: str = ""
    expects: str = ""
    by: str = ""


def asset_at(view: ActivityView, address: str) -> AssetId:
    """The asset of an address that a log names: a token, or the native coin."""
    network = view.activity.network
    return native(network) if address in COINS else erc20(network, address)


def words(
    message: str = "", to: str = "", expects: str = "", by: str = "", unwraps: str = ""
) -> str:
    """The note of one end: the id that both name, the recipient, what shall arrive and by whom.

    Coin that arrives for a token says which one it `unwraps`.
    """
    said = (
        ("message", message),
        ("to", to),
        ("expects", expects),
        ("by", by),
        ("unwraps", unwraps),
    )
    return " ".join(f"{name}:{value}" for name, value in said if value)


def expected(network: str, tokens: str, quantity: int | str) -> str:
    """What shall arrive (the form stands in `ledger.link.expected`); empty without a network."""
    if not network:
        return ""
    named = "|".join(COIN if token in COINS else token for token in tokens.split("|"))
    return f"{network}/{named}/{quantity}"


def over_at(network: str, protocol: str, number: str) -> tuple[WalletId, AssetId]:
    """What is kept in mind of a transfer that left a network and arrived, or came back."""
    return WalletId(""), position(network, protocol, f"over.{number}")


def kept_in_mind(one: Event) -> dict[tuple[WalletId, AssetId], int]:
    """What later activities shall know of one end of a bridge, with its units.

    What left and may come back says so (`returns:<units>=<wallet>=<reference>`); what arrived, or
    came back, is over where the bridge itself tells of it: a stranger's word ends nothing. No entry
    has any of it: it is no position of the fund's.
    """
    if one.protocol not in RETURNING:
        return {}
    said = dict(word.partition(":")[::2] for word in one.note.split())
    if one.kind == "bridge_out" and (returns := said.get("returns")):
        units, wallet, kept = returns.split("=", 2)
        return {(WalletId(wallet), AssetId(kept)): int(units)}
    if one.kind != "bridge_in" or not (said.get("by") == one.protocol or "returned" in said):
        return {}
    messages = (said.get("message", ""), *said.get("also", "").split(","))
    ends = (message.partition(":") for message in messages if message)
    return {over_at(f"eip155:{origin}", one.protocol, number): 1 for origin, _, number in ends}


def leg_with(view: ActivityView, quantity: int, parties: Container[str]) -> Leg | None:
    """The leg of a fungible asset, whichever it is, of just this size with one of the parties."""
    for leg in view.legs:
        fits = leg.quantity == quantity and leg.counterparty in parties
        if quantity and fits and not is_non_fungible(leg.asset):
            return leg
    return None


def call_hash(selector: str, words_: Sequence[str], tail: str) -> str:
    """The hash of a call with these words whose last argument are bytes: the tail of a log.

    An empty text where the log ends before its bytes do.
    """
    size = int(tail[:64], 16)
    body = tail[: 64 + 64 * -(-size // 32)]
    if len(body) != 64 + 64 * -(-size // 32):
        return ""
    return "0x" + keccak(bytes.fromhex(selector + "".join(words_) + body)).hex()


def bytes_at(log: Log, place: int) -> bytes:
    """The bytes to which a word of a log's data points; none where they go beyond its end."""
    data = bytes.fromhex(log.data[2 : 2 + len(log.data[2:]) // 2 * 2])
    start = number_in(log, place)
    if start + 32 > len(data):
        return b""
    size = int.from_bytes(data[start : start + 32])
    return data[start + 32 : start + 32 + size] if start + 32 + size <= len(data) else b""


# ---- what left ---------------------------------------------------------------------------------


def paid(view: ActivityView, asset: AssetId, amount: int, *stations: str) -> tuple[Leg, ...]:
    """The legs that put `amount` of an asset on a bridge, and the fees that were paid with it.

    `stations` are contracts that took it beside the called one. What did not move as such went as
    native coin that a router wrapped. More of it than goes over the bridge is a fee, less what came
    back; so is coin for the message.
    """
    coin = native(view.activity.network)
    middle = frozenset({view.called, *stations})
    for held in dict.fromkeys((asset, coin)):
        legs = _handed(view, held, amount, middle)
        through = {leg.counterparty for leg in legs} - {*stations}
        paid_more = sum(leg.quantity for leg in legs) != -amount
        certain = not paid_more or (held == asset and not through)
        if legs and (certain or _passed_on(view, held, amount, stations)):
            return legs if held == coin else (*legs, *_message_fee(view, coin, middle))
    return ()


def _handed(
    view: ActivityView, asset: AssetId, amount: int, middle: frozenset[str]
) -> tuple[Leg, ...]:
    """Legs of one asset that paid an amount: one of just that size, or all that was handed over."""
    coin = native(view.activity.network)
    own = [leg for leg in view.legs if leg.asset == asset]
    exact = [leg for leg in own if leg.quantity == -amount]
    out = [leg for leg in own if leg.quantity < 0 and leg.counterparty in middle]
    back = _refunds(view, asset, middle)
    rest = -sum(leg.quantity for leg in (*out, *back)) - amount
    if exact and (rest or exact[0] not in out):
        return (exact[0],)
    if not amount or not out or rest < 0 or (asset != coin and rest >= amount):
        return ()
    first = split(out[0], -rest, "fee") if rest else (out[0],)
    return (*first, *out[1:], *back)


def handed(view: ActivityView, sender: str = "") -> tuple[Leg, ...]:
    """All that went to a router which swapped it before it sent it on: one asset, and coin.

    Nothing may have come back but some of the same; `sender` is whom the bridge saw.
    """
    middle = {view.called, sender} - {""}
    legs = [leg for leg in view.legs if leg.counterparty in middle]
    given = {leg.asset for leg in legs if leg.quantity < 0}
    back = {leg.asset for leg in view.legs if leg.quantity > 0}
    plain = given - {native(view.activity.network)}
    whole = len(plain) < 2 and back <= given
    if not whole or any(is_non_fungible(leg.asset) for leg in view.legs):
        return ()
    return tuple([leg if leg.quantity < 0 else with_role(leg, "refund") for leg in legs])


def _passed_on(view: ActivityView, asset: AssetId, amount: int, stations: tuple[str, ...]) -> bool:
    """Whether a router sent on just what the bridge says, or all to it, and gave nothing else back.

    What it kept is then its fee; else it did something else with it, as a swap.
    """
    called = view.called
    sent_on = any(
        move.asset == asset
        and move.sender in {called, *stations}
        and (move.quantity == amount or (move.recipient in stations and move.quantity > amount))
        for move in view.activity.transfers
    )
    plain = {asset, native(view.activity.network)}
    return sent_on and all(leg.quantity < 0 or leg.asset in plain for leg in view.legs)


def _message_fee(view: ActivityView, coin: AssetId, middle: frozenset[str]) -> tuple[Leg, ...]:
    """Coin that was paid beside a token for carrying the message, less what came back."""
    out = [leg for leg in view.legs if leg.asset == coin and leg.counterparty in middle]
    out = [leg for leg in out if leg.quantity < 0]
    back = _refunds(view, coin, middle)
    fee = -sum(leg.quantity for leg in (*out, *back))
    return (*split(out[0], -fee, "fee"), *out[1:], *back) if out and fee > 0 else ()


def _refunds(view: ActivityView, asset: AssetId, middle: frozenset[str]) -> list[Leg]:
    """What came back of a payment, from a contract that had to do with it."""
    loggers = {log.address for log in view.activity.logs} | middle
    return [
        with_role(leg, "refund")
        for leg in view.legs
        if leg.asset == asset and leg.quantity > 0 and leg.counterparty in loggers
    ]


# ---- what arrived ------------------------------------------------------------------------------


def came(view: ActivityView, asset: AssetId, amount: int) -> tuple[Leg, ...]:
    """The leg that brought just this much of an asset, or as much coin, unwrapped on the way."""
    for held in dict.fromkeys((asset, native(view.activity.network))):
        for leg in view.legs:
            if leg.asset == held and amount and leg.quantity == amount:
                return (leg,)
    return ()


def unwrapped(view: ActivityView, legs: Sequence[Leg], token: str) -> str:
    """The token, where coin came for it that its contract gave for as many units here.

    Only the contract of a wrapped coin can do so: of any other token as many units are no coin.
    """
    coin = native(view.activity.network)
    amounts = {leg.quantity for leg in legs if leg.asset == coin}
    gave = any(
        move.asset == coin and move.sender == token and move.quantity in amounts
        for move in view.activity.transfers
    )
    return token if gave else ""


def credited(view: ActivityView) -> tuple[Leg, ...]:
    """Coin that a deposit brought without a log: nobody pays for such a transaction.

    The network credits it to the wallet, or to the sender, who passes it on at once.
    """
    activity = view.activity
    coin = native(activity.network)
    passed_on = any(
        move.sender == PROTOCOL and move.recipient == activity.caller and move.asset == coin
        for move in activity.transfers
    )
    senders = {PROTOCOL, activity.caller} if passed_on else {PROTOCOL}
    return tuple(
        leg
        for leg in view.legs
        if activity.fee is None
        and leg.asset == coin
        and leg.quantity > 0
        and leg.counterparty in senders
    )


def coin_from(view: ActivityView, sender: str) -> tuple[Leg, ...]:
    """Native coin that a contract sent."""
    coin = native(view.activity.network)
    return tuple(
        leg
        for leg in view.legs
        if leg.asset == coin and leg.quantity > 0 and leg.counterparty == sender
    )
