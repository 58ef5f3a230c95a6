"""Omnibridge: a log of a token that left in; what the other end will say of it out.

Sources: omni/omnibridge (BasicOmnibridge, BridgedTokensRegistry), omni/tokenbridge-contracts
(MessageDelivery, ArbitraryMessage: the header of a message); docs.gnosischain.com, bridges.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.protocols._bridges import Said, expected
from ledger.shapes import ActivityView, logs_with, number_in

#: TokensBridgingInitiated(address token, address sender, uint256 value, bytes32 messageId); all but
#: the value indexed.
SENT: Final = "0x59a9a8027b9c87b961e254899821c9a276b5efc35d1f7409ea4f291470f1629a"
#: UserRequestForAffirmation(bytes32 messageId, bytes encodedData) and UserRequestForSignature, the
#: same, of the bridge of messages; the id indexed.
REQUESTED: Final = "0x482515ce3d9494a37ce83f18b72b363449458435fafdd7a53ddea7460fe01b58"
REQUESTED_BACK: Final = "0x520d2afde79cbd5db58755ac9480f81bc658e5c517fcae7365a3d832590b0183"

_ETHEREUM, _BSC, _GNOSIS = "eip155:1", "eip155:56", "eip155:100"
#: Mediator → the one on the other side, both with their networks.
OTHER_SIDE: Final = {
    (_ETHEREUM, "0x88ad09518695c6c3712ac10a214be5109a655671"): (
        _GNOSIS,
        "0xf6a78083ca3e2a662d6dd1703c939c8ace2e268d",
    ),
    (_GNOSIS, "0xf6a78083ca3e2a662d6dd1703c939c8ace2e268d"): (
        _ETHEREUM,
        "0x88ad09518695c6c3712ac10a214be5109a655671",
    ),
    (_BSC, "0xf0b456250dc9990662a6f25808cc74a6d1131ea9"): (
        _GNOSIS,
        "0x59447362798334d3485c64d1e4870fde2ddc0d75",
    ),
    (_GNOSIS, "0x59447362798334d3485c64d1e4870fde2ddc0d75"): (
        _BSC,
        "0xf0b456250dc9990662a6f25808cc74a6d1131ea9",
    ),
}
#: handleBridgedTokens(address token, address recipient, uint256 value), of a token that has another
#: address there, and handleNativeTokens, the same of a token of the other side.
_HANDLE_BRIDGED: Final = "125e4cfb"
_HANDLE_NATIVE: Final = "272255bb"
#: Bytes of a message before what depends on it: id, sender, executor, gas, the sizes of two chain
#: ids, and the kind; the ids follow, then the call.
_HEADER: Final = 32 + 20 + 20 + 4 + 1 + 1 + 1
#: Letters of a call with three words.
_CALL: Final = 8 + 3 * 64


def said(view: ActivityView, log: Log) -> Said:
    """What the other end of a log will say. A fee may be kept on either side, never added."""
    message, value = f"omnibridge:{log.topics[3]}", number_in(log, 0)
    there, mediator = OTHER_SIDE.get((view.activity.network, log.address), ("", ""))
    if not there:
        return Said(message)
    call = _call(view, log.topics[3])
    known = len(call) >= _CALL and call[:8] in {_HANDLE_BRIDGED, _HANDLE_NATIVE}
    to = f"{there}:0x{call[96:136]}" if known else ""
    token = f"0x{call[32:72]}" if known and call[:8] == _HANDLE_NATIVE else "*"
    return Said(message, to, expected(there, token, f"1-{value}"), mediator)


def _call(view: ActivityView, message: str) -> str:
    """The call that a message carries, in hexadecimal letters; empty where nothing logs it."""
    for topic in (REQUESTED, REQUESTED_BACK):
        for log in logs_with(view.activity, topic, 2, 5):
            if log.topics[1] == message:
                text = log.data[2 + 2 * 64 :]
                sizes = int(text[152:154], 16) + int(text[154:156], 16)
                return text[2 * (_HEADER + sizes) :]
    return ""


def carried(view: ActivityView) -> list[Said]:
    """What the mediators say that a router sent over them here."""
    return [said(view, log) for log in logs_with(view.activity, SENT, 4, 1)]
