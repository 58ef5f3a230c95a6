"""Tokens replaced by their projects: a view in; the old one carried into the new one, out.

Sources: 0xPolygon/pol-token, PolygonMigration.sol; KyberNetwork, KyberNetworkTokenV2.sol
(`mintWithOldKnc`); golemfactory/gnt2 (`migrate` of GNT); morpho-org/morpho-token, Wrapper.sol;
aragon/aragon-network-token, ANTv2Migrator.sol; AugurProject/augur, ReputationToken.sol
(`migrateFromLegacyReputationToken`); Redeemer of MKR's old token (DappHub); DigixDAO's Acid, which
dissolved it; threshold-network/solidity-contracts, VendingMachine.sol (NU and KEEP);
mantlenetworkio/mantle-token-contracts, L1MantleTokenMigrator (BIT).
"""

from dataclasses import dataclass
from itertools import chain
from typing import Final

from ledger.chains.evm.balances import PROTOCOL
from ledger.model.asset import AssetId, erc20, native
from ledger.model.event import Event
from ledger.shapes import ZERO_ADDRESS, ActivityView, Recognised, event

NAME: Final = "migrations"
RANK: Final = 0

_NETWORK: Final = "eip155:1"
#: Where some send what they burn.
_DEAD: Final = "0x000000000000000000000000000000000000dead"


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What a contract takes and gives; `back` where it also takes what it gives."""

    project: str
    old: AssetId
    new: AssetId
    back: bool = False
    kind: str = "migrate"


def _token(contract: str) -> AssetId:
    return erc20(_NETWORK, contract)


#: contract of Ethereum → what it exchanges at a fixed rate, for as much as anybody brings
EXCHANGES: Final = {
    "0x29e7df7b6a1b2b07b731457f499e1696c60e2c4e": _Exchange(
        "polygon",
        _token("0x7d1afa7b718fb893db30a3abc0cfc608aacfebb0"),
        _token("0x455e53cbb86018ac2b8092fdcd39d8444affc3f6"),
        back=True,
    ),
    "0xdefa4e8a7bcba345f687a2f1456f5edd9ce97202": _Exchange(
        "kyber",
        _token("0xdd974d5c2e2928dea5f71b9825b8b646686bd200"),
        _token("0xdefa4e8a7bcba345f687a2f1456f5edd9ce97202"),
    ),
    "0xa74476443119a942de498590fe1f2454d7d4ac0d": _Exchange(
        "golem",
        _token("0xa74476443119a942de498590fe1f2454d7d4ac0d"),
        _token("0x7dd9c5cba05e151c895fde1cf355c9a1d5da6429"),
    ),
    "0x9d03bb2092270648d7480049d0e58d2fcf0e5123": _Exchange(
        "morpho",
        _token("0x9994e35db50125e0df82e4c2dde62496ce330999"),
        _token("0x58d97b57bb95320f9a05dc918aef65434969c2b2"),
        back=True,
    ),
    "0x078bebc744b819657e1927bf41ab8c74cbbf912d": _Exchange(
        "aragon",
        _token("0x960b236a07cf122663c4303350609a66a7b288c0"),
        _token("0xa117000000f279d81a1d3cc75430faa017fa5a2e"),
    ),
    "0x221657776846890989a759ba2973e427dff5c9bb": _Exchange(
        "augur",
        _token("0x1985365e9f78359a9b6ad760e32412f4a445e862"),
        _token("0x221657776846890989a759ba2973e427dff5c9bb"),
    ),
    "0x642ae78fafbb8032da552d619ad43f1d81e4dd7c": _Exchange(
        "makerdao",
        _token("0xc66ea802717bfb9833400264dd12c2bceaa34a6d"),
        _token("0x9f8f72aa9304c8b593d555f12ef6589cc3a579a2"),
    ),
    "0x1cca7e410ee41739792ea0a24e00349dd247680e": _Exchange(
        "threshold",
        _token("0x4fe83213d56308330ec302a8bd641f1d0113a4cc"),
        _token("0xcdf7028ceab81fa0c6971208e83fa7872994bee5"),
        back=True,
    ),
    "0xe47c80e8c23f6b4a1ae41c34837a0599d5d16bb0": _Exchange(
        "threshold",
        _token("0x85eee30c52b0b379b046fb0f85f4f3dc3009afec"),
        _token("0xcdf7028ceab81fa0c6971208e83fa7872994bee5"),
        back=True,
    ),
    "0xffb94c81d9a283ab4373ab4ba3534dc4fb8d1295": _Exchange(
        "mantle",
        _token("0x1a4b46696b2bb4794eb3d4c26f1c55f9170fa4c5"),
        _token("0x3c3a81e81dc49a522a592e7622a7e711c06bf354"),
    ),
    "0x23ea10cc1e6ebdb499d24e45369a35f43627062f": _Exchange(
        "digixdao",
        _token("0xe0b7927c4af23765cb51314a0e0521a9645f0e2a"),
        native(_NETWORK),
        kind="swap",
    ),
}

SIGNS: Final = frozenset(EXCHANGES)


def recognise(view: ActivityView) -> Recognised | None:
    """The old token to the contract or burnt, the new one from it or minted, of one wallet."""
    if view.activity.network != _NETWORK:
        return None
    events = tuple(
        chain.from_iterable(
            _exchanged(view, contract, what) for contract, what in EXCHANGES.items()
        )
    )
    return Recognised(events) if events else None


def _exchanged(view: ActivityView, contract: str, what: _Exchange) -> tuple[Event, ...]:
    """Events of one contract; none where one side is missing or both go the wrong way."""
    # units that a token takes without a Transfer are gone by its rules alone
    places = {contract, ZERO_ADDRESS, _DEAD, PROTOCOL}
    legs = [
        leg for leg in view.legs if leg.counterparty in places and leg.asset in (what.old, what.new)
    ]
    if all(leg.counterparty != contract for leg in legs) and view.called != contract:
        return ()
    signs = {(leg.asset == what.old, leg.quantity > 0) for leg in legs}
    ways = [{(True, False), (False, True)}]
    if what.back:
        ways.append({(True, True), (False, False)})
    return (event(view, what.kind, legs, what.project),) if signs in ways else ()
