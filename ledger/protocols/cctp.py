"""Circle's CCTP, both versions: a view in; coins burnt here and minted there out.

Sources: circlefin/evm-cctp-contracts (TokenMessenger, TokenMinter and MessageTransmitter, and their
second version), developers.circle.com, domains. The number of a message of the second version is
made when it is attested, so that only its arrival logs one.
"""

from typing import Final

from ledger.model.activity import Log
from ledger.model.asset import erc20
from ledger.model.event import Event
from ledger.protocols._bridges import came, expected, paid, words
from ledger.shapes import (
    ActivityView,
    Recognised,
    address_in,
    event,
    logs_with,
    number_in,
    word_address,
)

NAME: Final = "cctp"
RANK: Final = 12

#: DepositForBurn(uint64 nonce, address burnToken, uint256 amount, address depositor,
#: bytes32 mintRecipient, uint32 destinationDomain, bytes32 destinationTokenMessenger,
#: bytes32 destinationCaller); nonce, burnToken and depositor indexed.
BURNT: Final = "0x2fa9ca894982930190727e75500a97d8dc500233a5065e0f3126c48fbe0343c0"
#: DepositForBurn(address burnToken, uint256 amount, address depositor, bytes32 mintRecipient,
#: uint32 destinationDomain, bytes32 destinationTokenMessenger, bytes32 destinationCaller,
#: uint256 maxFee, uint32 minFinalityThreshold, bytes hookData): the second version; burnToken,
#: depositor and minFinalityThreshold indexed.
BURNT_2: Final = "0x0c8c1cbdc5190613ebd485511d4e2812cfa45eecb79d845893331fedad5130a5"
#: MintAndWithdraw(address mintRecipient, uint256 amount, address mintToken[, uint256 fee]);
#: the addresses indexed, the fee of the second version.
MINTED: Final = "0x1b2a7ff080b8cb6ff436ce0372e399692bbfb6d4ae5766fd8d58a7b8cc6142e6"
MINTED_2: Final = "0x50c55e915134d457debfa58eb6f4342956f8b0616d51a89a3659360178e1ab63"
#: MessageReceived(address caller, uint32 sourceDomain, uint64 nonce, bytes32 sender,
#: bytes messageBody); caller and nonce indexed.
RECEIVED: Final = "0x58200b4c34ae05ee816d710053fff3fb75af4395915d3d2a771b24aa10e3cc5d"
#: MessageReceived(address caller, uint32 sourceDomain, bytes32 nonce, bytes32 sender,
#: uint32 finalityThresholdExecuted, bytes messageBody): the second version; caller, nonce and
#: threshold indexed.
RECEIVED_2: Final = "0xff48c13eda96b1cceacc6b9edeedc9e9db9d6226afbc30146b720c19d3addb1c"

#: TokenMessenger of the first version on Ethereum, Avalanche, Optimism, Arbitrum, Base, Polygon and
#: Unichain, and of the second on all networks (developers.circle.com, contract addresses). It holds
#: nothing: a minter burns for it.
MESSENGERS: Final = frozenset(
    {
        "0xbd3fa81b58ba92a82136038b25adec7066af3155",
        "0x6b25532e1060ce10cc3b0a99e5683b91bfde6982",
        "0x2b4069517957735be00cee0fadae88a26365528f",
        "0x19330d10d9cc8751218eaf51e8885d058642e08a",
        "0x1682ae6375c4e4a97e4b583bc394c861a46d8962",
        "0x9daf8c91aefae50b9c0e69629d3f6ca40ca3b3fe",
        "0x4e744b28e787c3ad0e810ed65a24461d4ac5a762",
        "0x28b5a0e9c621a5badaa536219b3a228c8168cf5d",
    }
)
VOUCHED: Final = MESSENGERS

SIGNS: Final = frozenset({BURNT, BURNT_2, MINTED, MINTED_2})

#: Domain → network, of those that are EVM (developers.circle.com, supported domains).
_NETWORKS: Final = {
    0: "eip155:1",
    1: "eip155:43114",
    2: "eip155:10",
    3: "eip155:42161",
    6: "eip155:8453",
    7: "eip155:137",
    10: "eip155:130",
    11: "eip155:59144",
    13: "eip155:146",
    14: "eip155:480",
    15: "eip155:143",
    16: "eip155:1329",
    19: "eip155:999",
    21: "eip155:57073",
}
#: USDC by domain, of the networks that have the first version (developers.circle.com, USDC contract
#: addresses). Whatever else is burnt has another name there that no log says.
_USDC: Final = {
    0: "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
    1: "0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e",
    2: "0x0b2c639c533813f4aa9d7837caf62653d097ff85",
    3: "0xaf88d065e77c8cc2239327c5edb3a432268e5831",
    6: "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913",
    7: "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359",
    10: "0x078d782b760474a361dda0af3839290b0ef57ad6",
}
_DOMAINS: Final = {network: domain for domain, network in _NETWORKS.items()}


def recognise(view: ActivityView) -> Recognised | None:
    """Burns that an owned wallet paid and mints that one received."""
    events: tuple[Event, ...] = ()
    for log in logs_with(view.activity, BURNT, 4, 3):
        events += _burnt(view.without(events), log, address_in(log.topics, 2))
    for log in logs_with(view.activity, BURNT_2, 4, 3):
        events += _burnt(view.without(events), log, address_in(log.topics, 1))
    for minted, received, topics in ((MINTED, RECEIVED, 3), (MINTED_2, RECEIVED_2, 4)):
        arrived = logs_with(view.activity, received, topics, 2)
        for log in logs_with(view.activity, minted, 3, 1):
            events += _minted(view.without(events), log, arrived)
    return Recognised(events) if events else None


def _burnt(view: ActivityView, log: Log, token: str) -> tuple[Event, ...]:
    """What was burnt; the words after the amount are recipient and domain in both versions."""
    network = view.activity.network
    amount, domain = number_in(log, 0), number_in(log, 2)
    legs = paid(view, erc20(network, token), amount, log.address)
    if not legs:
        return ()
    message = to = expects = ""
    there = _NETWORKS.get(domain)
    if there is not None:
        to = f"{there}:{word_address(log, 1)}"
    if log.topics[0] == BURNT and network in _DOMAINS:
        origin = _DOMAINS[network]
        message = f"cctp:{origin}:{int(log.topics[1], 16)}"
        arrives = _USDC.get(domain, "*") if token == _USDC.get(origin) else "*"
        expects = expected(there or "", arrives, amount)
    return (event(view, "bridge_out", legs, NAME, words(message, to, expects)),)


def _minted(view: ActivityView, log: Log, arrived: tuple[Log, ...]) -> tuple[Event, ...]:
    """What was minted, with the message that is logged right after."""
    token = erc20(view.activity.network, address_in(log.topics, 2))
    legs = came(view, token, number_in(log, 0))
    if not legs:
        return ()
    after = [one for one in arrived if one.index > log.index]
    message = ""
    if after:
        number = after[0].topics[2]
        name = "cctp" if after[0].topics[0] == RECEIVED else "cctp2"
        number = str(int(number, 16)) if name == "cctp" else number
        message = f"{name}:{number_in(after[0], 0)}:{number}"
    return (event(view, "bridge_in", legs, NAME, words(message)),)
