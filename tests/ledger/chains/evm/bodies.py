"""Answers of a node about one transaction, made by hand: fields go in, raw evidence comes out."""

from ledger.chains.evm.logs import TRANSFER
from ledger.model.evidence import RawTransaction, canonical_json

TXID = "0x" + "11" * 32
BLOCK = "0x" + "22" * 32
ALICE = "0x" + "a1" * 20
BOB = "0x" + "b0" * 20
POOL = "0x" + "c0" * 20
TOKEN = "0x" + "d0" * 20
PRODUCER = "0x" + "ee" * 20
ZERO = "0x" + "00" * 20
ETHER = 10**18


def word(value):
    return f"{value if isinstance(value, int) else int(value, 16):064x}"


def topic(value):
    return "0x" + word(value)


def log(address, *topics, data="0x", index=0):
    return {"address": address, "topics": list(topics), "data": data, "logIndex": hex(index)}


def frame(sender, recipient, value=0, *calls, kind="CALL", **more):
    return {
        "type": kind,
        "from": sender,
        "to": recipient,
        "value": hex(value),
        "input": "0x",
        "calls": list(calls),
        **more,
    }


def changes(**balances):
    """A state difference of native balances: ALICE=(before, after)."""
    names = {"alice": ALICE, "bob": BOB, "pool": POOL, "producer": PRODUCER}
    pre = {names[who]: {"balance": hex(was)} for who, (was, _) in balances.items()}
    post = {
        names[who]: ({"balance": hex(became)} if became != was else {})
        for who, (was, became) in balances.items()
    }
    return {"pre": pre, "post": post}


def raw(network="eip155:1", transaction=None, receipt=None, block=None, **answers):
    """A transaction of Alice to Bob with 21,000 gas at price 1, and what is given on top of it."""
    body = {
        "transaction": {
            "hash": TXID,
            "blockHash": BLOCK,
            "type": "0x2",
            "from": ALICE,
            "to": BOB,
            "value": "0x0",
            "input": "0x",
            **(transaction or {}),
        },
        "receipt": {
            "transactionHash": TXID,
            "blockHash": BLOCK,
            "blockNumber": "0x10",
            "transactionIndex": "0x2",
            "status": "0x1",
            "gasUsed": "0x5208",
            "effectiveGasPrice": "0x1",
            "logs": [],
            **(receipt or {}),
        },
        "block": {"hash": BLOCK, "timestamp": "0x6592008c", "miner": PRODUCER, **(block or {})},
        "calls": None,
        "state_diff": None,
        **answers,
    }
    return RawTransaction(network, TXID, canonical_json(body))


def transfer_log(token, sender, recipient, quantity, index=0):
    topics = (TRANSFER, topic(sender), topic(recipient))
    return log(token, *topics, data="0x" + word(quantity), index=index)


def wrapping_log(contract, signature, account, quantity, index=0):
    return log(contract, signature, topic(account), data="0x" + word(quantity), index=index)


def balance(before, after, earlier=None):
    """What the token said of Alice's balance; without `earlier` it grew in the block before too."""
    said = {"earlier": before + 1 if earlier is None else earlier, "before": before, "after": after}
    row = {"contract": TOKEN, "owner": ALICE} | {at: topic(units) for at, units in said.items()}
    return {"balances": [row]}
