"""Connext, and Everclear after it: a view in; what left for another network and what arrived, out.

Sources: connext/monorepo, BridgeFacet.sol and CreditsManager (logs), docs.connext.network,
deployments (contracts, domains); everclearorg/monorepo, ISpokeStorage.sol (intents).
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.event import Event
from ledger.protocols._bridges import asset_at, came, expected, paid, unwrapped, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "connext"
RANK: Final = 12

#: XCalled(bytes32 transferId, uint256 nonce, bytes32 messageHash, (uint32 originDomain,
#: uint32 destinationDomain, uint32 canonicalDomain, address to, address delegate,
#: bool receiveLocal, bytes callData, uint256 slippage, address originSender, uint256 bridgedAmt,
#: uint256 normalizedIn, uint256 nonce, bytes32 canonicalId) params, address asset, uint256 amount,
#: address local, bytes messageBody); the first three indexed.
CALLED: Final = "0xed8e6ba697dd65259e5ce532ac08ff06d1a3607bcec58f8f0937fe36a5666c54"
#: Executed(bytes32 transferId, address to, address asset, (params, address[] routers,
#: bytes[] routerSignatures, address sequencer, bytes sequencerSignature) args, address local,
#: uint256 amount, address caller); the first three indexed.
EXECUTED: Final = "0x0b07a8b0b083f8976b3c832b720632f49cb8ba1e7a99e1b145f51a47d3391cb7"
#: IntentAdded(bytes32 intentId, bytes32 queueId, (bytes32 initiator, bytes32 receiver,
#: bytes32 inputAsset, bytes32 outputAsset, uint24 maxFee, uint32 origin, uint64 nonce,
#: uint48 timestamp, uint48 ttl, uint256 amount, uint32[] destinations, bytes data) intent); the
#: first two indexed. Settled(bytes32 intentId, address account, address asset, uint256 amount);
#: intentId indexed.
INTENT: Final = "0xfad4d36e82ad674eaa441b4dbbc2da27d3b5b8ed3e3d9ceae8e84053d14a33e0"
SETTLED: Final = "0x4190759d37d5cfe7a1a70e06ec7508a05d12fd9cb76f353da1c9e028e5a48dcf"

EVERCLEAR: Final = "everclear"

#: Connext's domain → the network, and its contract there.
DOMAINS: Final = {
    6648936: ("eip155:1", "0x8898b472c54c31894e3b9bb83cea802a5d0e63c6"),
    1869640809: ("eip155:10", "0x8f7492de823025b4cfaab1d34c58963f2af5deda"),
    6450786: ("eip155:56", "0xcd401c10afa37d641d2f594852da94c700e4f2ce"),
    6778479: ("eip155:100", "0x5bb83e95f63217cda6ae3d181ba580ef377d2109"),
    1886350457: ("eip155:137", "0x11984dc4465481512eb5b777e44061c158cf2259"),
    1650553709: ("eip155:8453", "0xb8448c6f7f7887d36dca487370778e419e9ebe3f"),
    1634886255: ("eip155:42161", "0xee9dec2712cce65174b561151701bf54b99c24c8"),
    1818848877: ("eip155:59144", "0xa05ef29e9ac8c75c530c2795fa6a800e188de0a9"),
}
_CONTRACTS: Final = frozenset(DOMAINS.values())
#: Everclear's contract on most networks, and on Polygon.
SPOKES: Final = frozenset(
    {
        "0xa05a3380889115bf313f1db9d5f335157be4d816",
        "0x7189c59e245135696bfd2906b56607755f84f3fd",
    }
)

SIGNS: Final = frozenset({CALLED, EXECUTED, INTENT, SETTLED})


def recognise(view: ActivityView) -> Recognised | None:
    """What an owned wallet gave, and what came to one."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, CALLED, 4, 18):
        events += _called(view.without(events), log)
    for log in logs_with(view.activity, EXECUTED, 4, 4):
        events += _executed(view.without(events), log)
    for log in logs_with(view.activity, INTENT, 3, 13):
        events += _intended(view.without(events), log)
    for log in logs_with(view.activity, SETTLED, 2, 3):
        events += _settled(view.without(events), log)
    return Recognised(events) if events else None


def _called(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What was given; routers keep a fee of it there, and it may be swapped on both sides."""
    legs = paid(view, asset_at(view, word_address(log, 1)), number_in(log, 2), log.address)
    if not legs:
        return ()
    start = number_in(log, 0) // 32
    inside = start + 3 < (len(log.data) - 2) // 64
    there, _ = DOMAINS.get(number_in(log, start + 1) if inside else 0, ("", ""))
    to = f"{there}:{word_address(log, start + 3)}" if there else ""
    arrives = expected(there, "*", f"~1-{number_in(log, 2)}")
    note = words(f"connext:{log.topics[1]}", to, arrives, NAME)
    return (event(view, "bridge_out", legs, NAME, note),)


def _executed(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if address_in(log.topics, 2) not in view.owned:
        return ()
    token = address_in(log.topics, 3)
    legs = came(view, asset_at(view, token), number_in(log, 2))
    by = NAME if (view.activity.network, log.address) in _CONTRACTS else ""
    note = words(f"connext:{log.topics[1]}", by=by, unwraps=unwrapped(view, legs, token))
    return (event(view, "bridge_in", legs, NAME, note),) if legs else ()


def _intended(view: ActivityView, log: Log) -> tuple[Event, ...]:
    """What an intent took; which of several networks settles it is decided later."""
    token, amount = asset_at(view, word_address(log, 3)), number_in(log, 10)
    legs = paid(view, token, amount, log.address)
    arrives = expected("*", "*", f"~1-{amount}")
    note = words(f"everclear:{log.topics[1]}", word_address(log, 2), arrives, EVERCLEAR)
    return (event(view, "bridge_out", legs, EVERCLEAR, note),) if legs else ()


def _settled(view: ActivityView, log: Log) -> tuple[Event, ...]:
    if word_address(log, 0) not in view.owned:
        return ()
    legs = came(view, asset_at(view, word_address(log, 1)), number_in(log, 2))
    by = EVERCLEAR if log.address in SPOKES else ""
    note = words(f"everclear:{log.topics[1]}", by=by)
    return (event(view, "bridge_in", legs, EVERCLEAR, note),) if legs else ()
