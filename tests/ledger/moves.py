"""Activities in a few words for tests: `bot > pool 100 USDC; pool > bot 1 WETH` is two transfers.

Names stand for addresses: `w` followed by anything, `bot` and `safe` are the fund's. `protocol` is
the other side of what the network credits by its rules, `ETH` the native coin, `Cat#7` a
non-fungible token, anything else a token whose contract has that name.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from ledger.chains.evm.balances import PROTOCOL
from ledger.classify import classify
from ledger.model.activity import Activity, Call, Fee, Log, Statement, Transfer
from ledger.model.asset import AssetId, by_symbol, erc20, native, non_fungible
from ledger.model.fund import Wallet
from ledger.shapes import ZERO_ADDRESS

NETWORK = "eip155:1"
START = datetime(2024, 3, 1, 12, tzinfo=UTC)
OWNED = ("w", "w1", "w2", "bot", "safe")


def address(name):
    """The address of a name; `zero` and full addresses are themselves."""
    if name == "zero":
        return ZERO_ADDRESS
    if name.startswith("0x") or ":" in name or name == PROTOCOL:
        return name
    return "0x" + hashlib.sha256(name.encode()).hexdigest()[:40]


def asset(name, network=NETWORK):
    if ":" in name:
        return AssetId(name)
    if name == "ETH":
        return native(network)
    contract, piece, number = name.partition("#")
    if piece:
        return non_fungible(network, "erc721", address(contract), int(number))
    return erc20(network, address(name))


def wallets(*names, network=NETWORK):
    made = [Wallet(network, address(name), name) for name in names or OWNED]
    return {wallet.id: wallet for wallet in made}


def word(value):
    """32 bytes in hexadecimal of a number or of an address by name."""
    return f"{value if isinstance(value, int) else int(address(value), 16):064x}"


def log(index, emitter, topic, *indexed, data=()):
    """A log: `indexed` and `data` are numbers or names of addresses."""
    topics = (topic, *("0x" + word(value) for value in indexed))
    return Log(index, address(emitter), topics, "0x" + "".join(word(value) for value in data))


def transfers(text, network=NETWORK):
    """Transfers of `sender > recipient quantity asset[@log index]`, one a line or semicolon."""
    made: list[Transfer] = []
    for line in filter(None, (part.strip() for part in text.replace("\n", ";").split(";"))):
        sender, _, recipient, quantity, what = line.split()
        name, _, log_index = what.partition("@")
        made.append(
            Transfer(
                len(made),
                asset(name, network),
                int(quantity.replace("_", "")),
                address(sender),
                address(recipient),
                "call" if name == "ETH" else "log",
                int(log_index) if log_index else None,
            )
        )
    return tuple(made)


def activity(
    text="",
    *,
    logs=(),
    caller="w",
    called="router",
    fee=21_000,
    status="succeeded",
    producer="producer",
    block=100,
    index=0,
    network=NETWORK,
    name="aa",
    minutes=0,
    calls=(),
):
    """A transaction; the caller pays the fee. `calls` are as Call has them, by name."""
    payer = address(caller)
    return Activity(
        id=f"{network}/tx:0x{name}",
        network=network,
        txid=f"0x{name}",
        time=START + timedelta(minutes=minutes),
        evidence=(),
        transfers=transfers(text, network),
        logs=tuple(logs),
        fee=Fee(payer, native(network), fee) if fee else None,
        status=status,
        block=block,
        index=index,
        caller=payer,
        called=address(called),
        producer=address(producer),
        calls=tuple(Call(address(who), address(whom), *more) for who, whom, *more in calls),
    )


def row(kind, text, *, network="venue:kraken", txid="", minutes=0, name="r1", **said):
    """A statement's row: `main > external 5 BTC`, with names as they stand and coins by symbol."""
    moved = []
    for place, line in enumerate(filter(None, (part.strip() for part in text.split(";")))):
        sender, _, recipient, quantity, symbol = line.split()
        what = by_symbol(symbol)
        moved.append(Transfer(place, what, int(quantity), sender, recipient, "statement"))
    return Activity(
        id=f"{network}/row:{name}",
        network=network,
        txid=txid,
        time=START + timedelta(minutes=minutes),
        evidence=(),
        transfers=tuple(moved),
        statement=Statement(kind, **said),
    )


def events_of(one, protocols=(), owned=None, **known):
    """The events of an activity whose every movement must be explained."""
    classified, _ = classify(one, owned or wallets(), protocols, **known)
    assert not classified.unexplained
    return classified.events


def only(one, protocols=(), owned=None, **known):
    (event,) = events_of(one, protocols, owned, **known)
    return event


def said(event):
    """Legs of an event as (signed quantity, asset, role)."""
    return [(leg.quantity, leg.asset, leg.role) for leg in event.legs]
