"""One chain transaction or statement row, read: what moved, exactly, and what else was seen."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from ledger.model.amount import Money
from ledger.model.asset import AssetId
from ledger.model.evidence import EvidenceId
from ledger.model.filled import filled

#: Where a transfer was seen: a call frame, a log, a statement's row, or a difference of balances.
TransferOrigin = Literal["call", "log", "statement", "residual"]
Status = Literal["succeeded", "failed"]

#: Calls contracts for the network itself (EIP-4788) and can send nothing: who a block's own credits
#: are from.
SYSTEM_ADDRESS: Final = "0xfffffffffffffffffffffffffffffffffffffffe"

#: The entry points of ERC-4337, versions 0.6 to 0.9, on all networks (eth-infinitism, releases):
#: anybody else may log the same.
ENTRY_POINTS: Final = frozenset(
    {
        "0x5ff137d4b0fdcd49dca30c7cf57e578a026d2789",
        "0x0000000071727de22e5e9d8baf0edac6f37da032",
        "0x4337084d9e255ff0702461cf8895ce9e3b5ff108",
        "0x433709009b8330fda32311df1c2afa402ed8d009",
    }
)
#: UserOperationEvent(bytes32,address,address,uint256,bool,uint256,uint256): ERC-4337, the account
#: that acted is the second topic (EIP-4337, IEntryPoint).
USER_OPERATION: Final = "0x49628fd1471006c1482da88028e9ce4dbb080b815c9b0344d39e5a8e6ec1419f"

#: The total order of the books: (microseconds UTC, network, block, index in the block, id). Rows of
#: statements stand together, after the chains: `statement` in place of the network, no block, and
#: `place_of_row` as index.
Order = tuple[int, str, int, int, str]

#: Kinds of rows by their place among rows of one time. A file of dates tells no more, so what comes
#: in stands before what goes out, and nothing is spent before it is there. Moves are in the middle:
#: what was bought can be moved, what was moved can be sold.
_PLACES: Final = (
    "contribution deposit income interest staking mining airdrop fork gift_received borrow",
    "buy",
    "swap split",
    "transfer",
    "sell liquidation",
    "withdrawal redemption gift_sent donation lost stolen spend fee repay",
)
_PLACE_OF_KIND: Final = {
    kind: 2 * place for place, kinds in enumerate(_PLACES) for kind in kinds.split()
}
_ROWS: Final = "statement"


def place_of_row(kind: str, *, arriving: bool = False) -> int:
    """The place of a statement's row among those of its time, by its kind.

    `arriving` is the second half of a move in two rows: after the rows that sent.
    """
    return _PLACE_OF_KIND.get(kind, 2 * len(_PLACES)) + arriving


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(time: datetime) -> int:
    """Whole microseconds since 1970 of a time with a zone."""
    delta = time - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def time_at(moment: int) -> datetime:
    """The time in UTC of whole microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=moment)


def is_in_the_age_of_chains(time: datetime) -> bool:
    """Whether the books can hold a time with a zone: from Bitcoin's first block to the end of 2100.

    What a file dates otherwise is a slip.
    """
    return datetime(2009, 1, 3, tzinfo=UTC) <= time < datetime(2101, 1, 1, tzinfo=UTC)


def iso(time: datetime) -> str:
    """ISO 8601 with `Z`; microseconds only where there are any."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


@filled
@dataclass(frozen=True, slots=True)
class Transfer:
    """Units of one asset that moved from `sender` to `recipient`, in base units, never zero.

    `index` is its place in the activity, in the order of execution as far as it is known.
    Parties are addresses on the activity's network; in a statement the wallet's address, and
    `market` or `external` for the other side. `proven` says that balances or traces confirm it.
    """

    index: int
    asset: AssetId
    quantity: int
    sender: str
    recipient: str
    origin: TransferOrigin
    log_index: int | None = None
    proven: bool = True

    def __post_init__(self) -> None:
        assert type(self.quantity) is int and self.quantity > 0, "a transfer moves whole units"


@filled
@dataclass(frozen=True, slots=True)
class Log:
    """A log of a receipt, undecoded: hexadecimal texts in lower case with `0x`."""

    index: int
    address: str
    topics: tuple[str, ...]
    data: str


class Call(NamedTuple):
    """One account called another: the first four bytes of the input (`0x…`), if it had any.

    `stated` says that the input of the transaction asked the caller for it: an account whose owner
    means each of its calls, and no contract that deals by itself.
    """

    caller: str
    called: str
    selector: str = ""
    stated: bool = False


@filled
@dataclass(frozen=True, slots=True)
class Fee:
    """The network fee: not a transfer, for gas counted as a transfer hides the swap.

    `parts` name what it is made of (execution, l1, blob, operator) in base units; they sum to
    `quantity`.
    """

    payer: str
    asset: AssetId
    quantity: int
    parts: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        assert self.quantity >= 0
        assert not self.parts or sum([part for _, part in self.parts]) == self.quantity


@dataclass(frozen=True, slots=True)
class Statement:
    """What a row of a file says beyond its movements: the kind is one of Partita CSV's kinds."""

    kind: str
    value: Money | None = None
    strategy: str | None = None
    note: str = ""
    reference: str = ""


@filled
@dataclass(frozen=True, slots=True)
class Activity:
    """A transaction or statement row: its transfers touch any party, not the fund's wallets alone.

    `id` is `<network>/tx:<hash>`, `<network>/block:<hash>` for what a block gives beside its
    transactions, or `<venue network>/row:<evidence id>`; `caller` and `called` are the
    sender and the target of a transaction, `selector` the first four bytes of its input (`0x…`),
    `producer` the block's fee recipient. `calls` are those that accounts of contracts made, as far
    as a trace or the input says. `spoken` are the first topics of its logs. `ahead` is what the
    transaction right before it in the block made the same contracts log, where that is known.
    """

    id: str
    network: str
    txid: str
    time: datetime
    evidence: tuple[EvidenceId, ...]
    transfers: tuple[Transfer, ...] = ()
    logs: tuple[Log, ...] = ()
    fee: Fee | None = None
    status: Status = "succeeded"
    block: int = 0
    index: int = 0
    caller: str = ""
    called: str = ""
    selector: str = ""
    producer: str = ""
    statement: Statement | None = None
    calls: tuple[Call, ...] = ()
    ahead: tuple[Log, ...] = ()
    spoken: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = frozenset([log.topics[0] for log in self.logs if log.topics])
        object.__setattr__(self, "spoken", first)

    @property
    def order(self) -> Order:
        """The place in the total order of the books."""
        network = self.network if self.statement is None else _ROWS
        return (microseconds(self.time), network, self.block, self.index, self.id)
