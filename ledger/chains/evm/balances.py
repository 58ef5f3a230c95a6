"""Balances of tokens around a transaction go in; what they moved beyond the logs comes out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ledger.chains.evm.frames import address
from ledger.chains.evm.logs import TokenMove
from ledger.chains.networks import Network
from ledger.model.activity import Log
from ledger.model.asset import erc20

#: The other side of a movement that no account made: a mint, a credit or a burn by the rules alone.
PROTOCOL: Final = "protocol"
#: Aave v3 `Mint` and `Burn`: their Transfer carries interest that the balance had before.
_ACCRUING: Final = frozenset(
    {
        "0x458f5fa412d0f69b08dd84872b0215675cc67bc1d5b6fd93300a1c3878b86196",
        "0x4cf25bc1d991c17529c25213d3cc0cda295eeaad5f13f361969b12ea48015f90",
    }
)
#: A stated quantity must be larger than a flag, an index or the dust of a share's rounding.
_QUANTITY_MIN: Final = 256


def token_residuals(
    network: Network,
    moves: Iterable[TokenMove],
    logs: Sequence[Log],
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[TokenMove], tuple[str, ...]]:
    """Movements that balances show and logs do not, and the contracts whose logs they contradict.

    A row holds `contract`, `owner`, and `earlier`, `before` and `after` as `balanceOf` answered two
    blocks before, one before and at the block. A difference counts when the contract states that
    quantity in another log (a mint or burn without Transfer), when the balance did not move at all
    (a Transfer that never happened) or moved the other way, and when the balance stood still in the
    block before. Any other difference is growth with time.
    """
    if not rows:
        return [], ()
    moved: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in moves:
        moved[move.asset, move.recipient] += move.quantity
        moved[move.asset, move.sender] -= move.quantity
    found: list[TokenMove] = []
    lying: list[str] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        contract, owner = address(row["contract"]), address(row["owner"])
        asset = erc20(network.id, network.aliases.get(contract, contract))
        own = [log for log in logs if log.address == contract]
        if (asset, owner) in seen or any(log.topics and _not_simple(log) for log in own):
            continue
        seen.add((asset, owner))
        logged = moved[asset, owner]
        difference = _word(row["after"]) - _word(row["before"])
        residual = difference - logged
        contradicted = logged != 0 and difference in {0, -logged}
        grew = "earlier" not in row or _word(row["earlier"]) != _word(row["before"])
        still = not grew and abs(residual) >= _QUANTITY_MIN
        if not residual or not (contradicted or still or abs(residual) in _stated(own)):
            continue
        if contradicted:
            lying.append(contract)
        pair = (PROTOCOL, owner) if residual > 0 else (owner, PROTOCOL)
        found.append(TokenMove(asset, *pair, abs(residual)))
    return found, tuple(dict.fromkeys(lying))


def _not_simple(log: Log) -> bool:
    """Logs of non-fungible tokens, whose `balanceOf` counts pieces, and of balances that accrue."""
    four_topic_transfer = len(log.topics) == 4 and log.data == "0x"
    return four_topic_transfer or log.topics[0] in _ACCRUING


def _stated(logs: Iterable[Log]) -> set[int]:
    """The quantities that logs mention, in topics or data."""
    words: set[int] = set()
    for log in logs:
        words.update(int(topic, 16) for topic in log.topics[1:])
        words.update(int(log.data[at : at + 64], 16) for at in range(2, len(log.data) - 63, 64))
    return {word for word in words if word >= _QUANTITY_MIN}


def _word(text: object) -> int:
    """The units of an answer; a contract that did not stand yet answers `0x`."""
    if text == "0x":
        return 0
    if not isinstance(text, str) or len(text) != 66 or text[:2] != "0x":
        raise ValueError("a balance is one word of 32 bytes")
    return int(text, 16)
