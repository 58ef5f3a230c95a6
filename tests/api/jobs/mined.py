"""Blocks enter; what a node answers of transactions in them leaves, put into a desk's store."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.desk import BALANCE, Desk, balance_answer
from ledger.chains import evm
from ledger.model.activity import iso
from ledger.model.asset import AssetId, erc20
from ledger.model.evidence import Answer, BlockRef, Question, RawTransaction, canonical_json
from ledger.model.fund import Wallet
from ledger.protocols.lido import SUBMITTED, TRANSFER_SHARES
from tests.api.jobs.kept import BEGIN
from tests.ledger.chains.evm import bodies

NETWORK = "eip155:1"
HOT = Wallet(NETWORK, bodies.ALICE, "hot")


@dataclass(frozen=True)
class Block:
    """A block so many days after the begin; two of one number are of different letters."""

    number: int
    day: float
    letter: str = "a"

    @property
    def time(self) -> datetime:
        """When it was mined."""
        return BEGIN + timedelta(days=self.day)

    @property
    def ref(self) -> BlockRef:
        """Its place and hash."""
        return BlockRef(NETWORK, self.number, f"0x{self.letter}{self.number:063x}")


def paid(number: int, block: Block, units: int = 5) -> RawTransaction:
    """Transaction `number`: the hot wallet pays so much ether to a stranger."""
    sent = {"from": bodies.ALICE, "to": bodies.BOB, "value": hex(units * bodies.ETHER)}
    calls = bodies.frame(bodies.ALICE, bodies.BOB, units * bodies.ETHER)
    return mined(number, block, sent, [], calls=calls)


def arrived(number: int, block: Block, units: int = 1) -> RawTransaction:
    """Transaction `number`: a stranger, or a venue, pays the hot wallet so much ether."""
    sent = {"from": bodies.BOB, "to": bodies.ALICE, "value": hex(units * bodies.ETHER)}
    calls = bodies.frame(bodies.BOB, bodies.ALICE, units * bodies.ETHER)
    return mined(number, block, sent, [], calls=calls)


def staked(number: int, block: Block, units: int = 3) -> RawTransaction:
    """Transaction `number`: the hot wallet stakes so much ether, and gets a token that grows."""
    amount, pool = units * bodies.ETHER, bodies.TOKEN
    sent = {"from": bodies.ALICE, "to": pool, "value": hex(amount)}
    submitted = "0x" + bodies.word(amount) + bodies.word(0)
    minted = (bodies.topic(bodies.ZERO), bodies.topic(bodies.ALICE))
    logs = [
        bodies.log(pool, SUBMITTED, bodies.topic(bodies.ALICE), data=submitted, index=0),
        bodies.transfer_log(pool, bodies.ZERO, bodies.ALICE, amount, 1),
        bodies.log(pool, TRANSFER_SHARES, *minted, data="0x" + bodies.word(amount), index=2),
    ]
    return mined(number, block, sent, logs, calls=bodies.frame(bodies.ALICE, pool, amount))


def thrown(number: int, block: Block, units: int = 500) -> RawTransaction:
    """Transaction `number`: a stranger sends the hot wallet a token that nobody asked for."""
    sent = {"from": bodies.BOB, "to": bodies.TOKEN, "value": "0x0"}
    logs = [bodies.transfer_log(bodies.TOKEN, bodies.BOB, bodies.ALICE, units, 0)]
    return mined(number, block, sent, logs, calls=bodies.frame(bodies.BOB, bodies.TOKEN, 0))


def dealt(number: int, block: Block, units: int = 100) -> RawTransaction:
    """Transaction `number`: the hot wallet sends of that token: it is none to be thrown away."""
    sent = {"from": bodies.ALICE, "to": bodies.TOKEN, "value": "0x0"}
    logs = [bodies.transfer_log(bodies.TOKEN, bodies.ALICE, bodies.BOB, units, 0)]
    return mined(number, block, sent, logs, calls=bodies.frame(bodies.ALICE, bodies.TOKEN, 0))


def seen(
    desk: Desk, block: Block, units: int, what: AssetId | None = None, wallet: Wallet = HOT
) -> None:
    """A node states the balance of the token that grows, or of another asset and wallet."""
    token = erc20(NETWORK, bodies.TOKEN) if what is None else what
    question = Question(BALANCE, f"{wallet.id}|{token}", block.number)
    stated: dict[str, str | int] = {
        "quantity": units,
        "time": iso(block.time),
        "block_hash": block.ref.hash,
    }
    desk.store.answers.add(
        desk.fund.name, [Answer(question, balance_answer(stated, "node"), "node")]
    )


def mine(desk: Desk, *raws: RawTransaction, gone: tuple[Block, ...] = ()) -> None:
    """Keep transactions as a sync does, and that the blocks `gone` are not of the chain now."""
    name = desk.fund.name
    instead = [BlockRef(NETWORK, block.number, f"0xf{block.number:063x}") for block in gone]
    with desk.store.transaction(name) as inside:
        stand = [block for raw in raws if (block := raw.block) is not None]
        numbers = {block.number for block in stand}
        stand += [block for block in instead if block.number not in numbers]
        orphaned = inside.blocks.see(name, stand, [block.ref for block in gone])
        inside.evidence.concern(name, frozenset(orphaned))
        inside.answers.concern(name, frozenset(orphaned))
        times = {raw.id: evm.read(raw)[0].order[0] for raw in raws}
        inside.evidence.add(name, raws, times=times)


def txid_of(number: int) -> str:
    """The hash of transaction `number`."""
    return f"0x{number:064x}"


def mined(
    number: int, block: Block, sent: dict[str, str], logs: list[dict[str, Any]], **said: object
) -> RawTransaction:
    """Transaction `number`, with what was sent and what was logged."""
    txid = txid_of(number)
    found = bodies.raw(
        transaction={"hash": txid, "blockHash": block.ref.hash, **sent},
        receipt={
            "transactionHash": txid,
            "blockHash": block.ref.hash,
            "blockNumber": hex(block.number),
            "transactionIndex": "0x0",
            "logs": logs,
        },
        block={"hash": block.ref.hash, "timestamp": hex(int(block.time.timestamp()))},
        **said,
    )
    return RawTransaction(NETWORK, txid, canonical_json(found.answers()))
