"""A node of a chain whose blocks give coin beside their transactions: blocks in, answers out.

Its fields are those of the JSON-RPC specification (ethereum/execution-apis, schemas/block.yaml,
withdrawal.yaml and receipt.yaml).
"""

from tests.ledger.chains.evm.bodies import ALICE, BOB, PRODUCER

GWEI = 10**9
START = 0x6400_0000


def block_hash(number, branch="b"):
    return f"0x{branch}{number:063x}"


def withdrawal(number, validator, to, gwei):
    return {
        "index": hex(number),
        "validatorIndex": hex(validator),
        "address": to,
        "amount": hex(gwei),
    }


def block(number, *withdrawals, miner=PRODUCER, transactions=(), branch="b", **more):
    """A block since Shanghai; `transactions` are (gas used, price of gas) of a stranger's."""
    found = block_hash(number, branch)
    rows = [
        {
            "hash": f"0x{number:032x}{index:032x}",
            "blockHash": found,
            "blockNumber": hex(number),
            "transactionIndex": hex(index),
            "from": BOB,
            "to": PRODUCER,
            "paid": paid,
        }
        for index, paid in enumerate(transactions)
    ]
    header = {
        "number": hex(number),
        "hash": found,
        "parentHash": block_hash(number - 1, branch),
        "timestamp": hex(START + 12 * number),
        "miner": miner,
        "difficulty": "0x0",
        "baseFeePerGas": hex(10 * GWEI),
        "logsBloom": "0x" + "00" * 256,
        "withdrawals": list(withdrawals),
        "withdrawalsRoot": "0x" + "77" * 32,
        "transactions": rows,
    }
    return header | more


class Beacon:
    """The methods of a node over such blocks, without logs and traces."""

    def __init__(self, *blocks, head=20, network=1):
        self.blocks = {int(one["number"], 16): one for one in blocks}
        self.head, self.network, self.asked = head, network, []

    def __call__(self, request):
        if isinstance(request, list):
            return [self(each) for each in request]
        self.asked.append(request["method"])
        answer = self.answer(request["method"], *request["params"])
        told = {"result": answer} if answer is not None else {"error": {"code": -32601}}
        return {"jsonrpc": "2.0", "id": request["id"]} | told

    def answer(self, method, *params):
        """What the node answers; None where it has no such method."""
        match method:
            case "eth_chainId":
                return hex(self.network)
            case "eth_blockNumber":
                return hex(self.head)
            case "eth_getLogs":
                return []
            case "eth_getBlockByNumber":
                number = int(params[0], 16)
                return self.blocks.get(number) or block(number)
            case "eth_getTransactionReceipt":
                return self.receipt(params[0])
        return None

    def receipt(self, txid):
        rows = [row for one in self.blocks.values() for row in one["transactions"]]
        gas, price = next(row["paid"] for row in rows if row["hash"] == txid)
        return {"transactionHash": txid, "gasUsed": hex(gas), "effectiveGasPrice": hex(price)}


#: Two validators pay Alice, and one of somebody else's pays Bob.
PAYING = block(
    7,
    withdrawal(900, 41, ALICE, 17_000_000),
    withdrawal(901, 42, BOB, 18_000_000),
    withdrawal(902, 43, ALICE, 32_001_000_000),
)
