"""Token movements of a transaction: logs of its receipt go in, exact movements come out."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from ledger.chains.evm.frames import NativeMove, address, address_of, number
from ledger.chains.networks import Network
from ledger.model.activity import Log
from ledger.model.asset import AssetId, erc20, non_fungible

#: `Transfer(address,address,uint256)` of ERC-20 (3 topics) and ERC-721 (4 topics).
TRANSFER: Final = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#: ERC-1155 `TransferSingle` and `TransferBatch`: operator, from, to are indexed.
TRANSFER_SINGLE: Final = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
TRANSFER_BATCH: Final = "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb"
#: WETH9 `Deposit(address,uint256)` and `Withdrawal(address,uint256)`.
DEPOSIT: Final = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"
WITHDRAWAL: Final = "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65"
#: EventLog1(address msgSender, string eventName, string eventNameHash, bytes32 topic1,
#: EventLogData eventData) and EventLog2 with a bytes32 topic2, of GMX's EventEmitter; all but
#: msgSender, eventName and eventData indexed, of the name its hash. The last topic is the account:
#: what keepers do for it moves nothing of its own (gmx-io/gmx-synthetics, EventEmitter.sol).
EVENT_LOG_1: Final = "0x137a44067c8961cd7e1d876f4754a5a3a75989b4552f1843fc69c3b372def160"
EVENT_LOG_2: Final = "0x468a25a7ba624ceea6e540ad6f49171b52495b648417ae91bca21676d8a24dc5"

ZERO_ADDRESS: Final = "0x" + "0" * 40
_WORD: Final = 64
_BATCH_MAX: Final = 4096
_DATA_MAX: Final = 2_000_000
_TOPICS: Final = re.compile(r"(?:0x[0-9a-f]{64}(?: (?=0)|$)){0,4}").fullmatch
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]*").fullmatch
_DIGITS: Final = b"0123456789abcdef"
_TOPIC: Final = 66
_TOPICS_MAX: Final = 4
_head: Final = itemgetter(slice(2))
#: First topics of logs that can move a token.
TELLING: Final = frozenset({TRANSFER, TRANSFER_SINGLE, TRANSFER_BATCH, DEPOSIT, WITHDRAWAL})
#: Input of a call that wraps: `deposit()`, or nothing at all.
_WRAPPING_INPUTS: Final = frozenset({"0xd0e30db0", "0x", ""})


class TokenMove(NamedTuple):
    """Base units of a token that a log says moved."""

    asset: AssetId
    sender: str
    recipient: str
    quantity: int


def read_log(row: Mapping[str, Any]) -> Log:
    """A log of a receipt, checked and in lower case; raises ValueError, KeyError, TypeError."""
    if row.get("removed"):
        raise ValueError("a log was taken back by a reorganisation")
    topics, data = " ".join(row["topics"]).lower(), row.get("data") or "0x"
    if not _TOPICS(topics):
        raise ValueError("a log has four topics at most, of 32 bytes each")
    if not isinstance(data, str) or len(data) > _DATA_MAX or not _HEXADECIMAL(data):
        raise ValueError("a log has its data as hexadecimal text")
    own = tuple(topics.split(" ")) if topics else ()
    if len(own) != len(row["topics"]):
        raise ValueError("a topic is 32 bytes")
    return Log(number(row["logIndex"]), address(row["address"]), own, data.lower())


def read_plain_logs(rows: Sequence[Mapping[str, Any]]) -> list[Log] | None:
    """All logs of a receipt by one look at their texts; None where any is not just as usual.

    Then each has to be read by itself. What is read here is what `read_log` would give.
    """
    logs: list[Log] = []
    words: list[str] = []
    datas: list[str] = []
    try:
        for row in rows:
            topics, data = tuple(row["topics"]), row["data"]
            if row.get("removed") or len(topics) > _TOPICS_MAX:
                return None
            words += topics
            datas.append(data)
            logs.append(Log(_index(row["logIndex"]), address_of(row["address"]), topics, data))
        sizes = {*map(len, words)}
        if not sizes <= {_TOPIC} or max(map(len, datas), default=0) > _DATA_MAX:
            return None
        return logs if _are_plain(words + datas) else None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return None


#: A number of JSON-RPC that comes again and again, as the places of logs do.
_index: Final = lru_cache(maxsize=1 << 12)(number)


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether each text is `0x` and digits in lower case: without the digits one `x` each is left.

    One pass over all of them takes a tenth of the time of as many expressions.
    """
    rest = "".join(texts).encode().translate(None, _DIGITS)
    return {*map(_head, texts)} <= {"0x"} and rest == b"x" * len(texts)


def token_moves(network: Network, log: Log) -> tuple[TokenMove, ...]:
    """What a Transfer log of ERC-20, ERC-721 or ERC-1155 says; nothing for any other log.

    The second contract of one balance logs under the name of the first. Logs that mirror the native
    coin, and the unindexed transfers of contracts older than ERC-721, are none.
    """
    emitter, topics, data = log.address, log.topics, log.data
    if not topics or emitter in network.mirrors:
        return ()
    contract = network.aliases.get(emitter, emitter)
    if topics[0] == TRANSFER:
        if len(topics) == 3 and len(data) == 2 + _WORD:
            asset, quantity = erc20(network.id, contract), int(data, 16)
        elif len(topics) == 4:
            asset, quantity = non_fungible(network.id, "erc721", contract, int(topics[3], 16)), 1
        else:
            return ()
        if not quantity:
            return ()
        return (TokenMove(asset, _party(topics[1]), _party(topics[2]), quantity),)
    if topics[0] in {TRANSFER_SINGLE, TRANSFER_BATCH} and len(topics) == 4:
        sender, recipient = _party(topics[2]), _party(topics[3])
        read = _single if topics[0] == TRANSFER_SINGLE else _batch
        return tuple(
            TokenMove(
                non_fungible(network.id, "erc1155", contract, token), sender, recipient, units
            )
            for token, units in read(data)
            if units
        )
    return ()


def _party(topic: str) -> str:
    return "0x" + topic[26:]


def _words(data: str) -> list[int]:
    return [int(data[at : at + _WORD], 16) for at in range(2, len(data) - _WORD + 1, _WORD)]


def _single(data: str) -> tuple[tuple[int, int], ...]:
    return ((int(data[2:66], 16), int(data[66:], 16)),) if len(data) == 2 + 2 * _WORD else ()


def _batch(data: str) -> tuple[tuple[int, int], ...]:
    """Pairs of (token, units) of the two arrays that ABI puts behind two offsets."""
    words = _words(data)
    if len(words) < 4 or words[0] % 32 or words[1] % 32:
        return ()
    tokens, units = _array(words, words[0] // 32), _array(words, words[1] // 32)
    return tuple(zip(tokens, units, strict=True))


def _array(words: Sequence[int], at: int) -> Sequence[int]:
    if at >= len(words) or words[at] > _BATCH_MAX or at + 1 + words[at] > len(words):
        raise ValueError("an array reaches beyond the data of its log")
    return words[at + 1 : at + 1 + words[at]]


class Wrapping:
    """Wrapping and unwrapping of the native coin, told from logs that only look alike.

    The two logs are generic. They count for the network's wrapped coin, and for a contract to or
    from which the call frames carried just that quantity for just that account, as WETH9 does it.
    They do not count beside a zero-address Transfer of the same contract, account and quantity.
    """

    def __init__(
        self,
        network: Network,
        moves: Sequence[NativeMove],
        logs: Sequence[Log],
        not_tokens: frozenset[str],
    ) -> None:
        """`not_tokens` are contracts known to keep no balances of a token."""
        self._network, self._moves, self._logs = network, moves, logs
        self._not_tokens = not_tokens

    @cached_property
    def _wrapped(self) -> Counter[tuple[str, str, int]]:
        """Movements that may wrap: (contract, account, quantity)."""
        return Counter(
            (move.recipient, move.sender, move.quantity)
            for move in self._moves
            if move.input in _WRAPPING_INPUTS
        )

    @cached_property
    def _unwrapped(self) -> Counter[tuple[str, str, int]]:
        """Movements that may unwrap: (contract, account, quantity)."""
        return Counter(
            (move.sender, move.recipient, move.quantity)
            for move in self._moves
            if move.input in _WRAPPING_INPUTS
        )

    @cached_property
    def _twins(self) -> Counter[tuple[str, str, str, int]]:
        """Transfers as logged: (contract, sender, recipient, quantity)."""
        return Counter(
            (log.address, _party(log.topics[1]), _party(log.topics[2]), int(log.data, 16))
            for log in self._logs
            if len(log.topics) == 3 and log.topics[0] == TRANSFER and len(log.data) == 2 + _WORD
        )

    def move(self, log: Log) -> TokenMove | None:
        """The wrapped coin that a Deposit or Withdrawal log makes or takes; asked once per log."""
        topics = log.topics
        if len(topics) != 2 or topics[0] not in {DEPOSIT, WITHDRAWAL} or len(log.data) != 2 + _WORD:
            return None
        account, quantity = _party(topics[1]), int(log.data, 16)
        deposit = topics[0] == DEPOSIT
        sender, recipient = (ZERO_ADDRESS, account) if deposit else (account, ZERO_ADDRESS)
        twin = (log.address, sender, recipient, quantity)
        if not quantity or self._taken(self._twins, twin):
            return None
        if log.address != self._network.wrapped:
            seen = self._wrapped if deposit else self._unwrapped
            carried = self._taken(seen, (log.address, account, quantity))
            if log.address in self._not_tokens or not carried:
                return None
        return TokenMove(erc20(self._network.id, log.address), sender, recipient, quantity)

    @staticmethod
    def _taken(counted: Counter[Any], key: object) -> bool:
        if counted[key] <= 0:
            return False
        counted[key] -= 1
        return True
