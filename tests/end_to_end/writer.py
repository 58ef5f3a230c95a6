"""An address of a database, one of a node and a seed enter; evidence goes in, as others write too.

Every writer brings all of it, several times, in an order of its own and in overlapping parts.
"""

import random
import sys
import time
from pathlib import Path

from api.desk import Desk, now
from api.jobs.bring import import_bytes, import_price_bytes
from api.jobs.sync import Asking, sync_chains
from ledger.store import open_store

HEADER = (
    "time,kind,wallet,sent_asset,sent_quantity,received_asset,received_quantity,fee_asset,"
    "fee_quantity,value,value_currency,to_wallet,strategy,txid,note"
)
#: Rows by day; two fills of one second are the same row twice.
ROWS = (
    "2025-01-01T00:00:00Z,contribution,bank,,,USD,10000,,,,,,,,",
    *("2025-01-02T00:00:00Z,buy,bank,USD,300,ETH,0.1,,,,,,,,",) * 3,
    "2025-01-03T00:00:00Z,transfer,bank,ETH,0.05,ETH,0.049,,,,,vault,,,",
    "2025-01-04T00:00:00Z,staking,vault,,,ETH,0.001,,,,,,,,",
    *("2025-01-05T00:00:00Z,sell,bank,ETH,0.02,USD,70,USD,1,,,,,,",) * 2,
    "2025-01-06T00:00:00Z,airdrop,bank,,,NEWCOIN,5,,,,,,,,",
    "2025-01-07T00:00:00Z,withdrawal,vault,ETH,0.01,,,,,,,,,,",
)
PRICES = tuple(f"2025-01-0{day}T00:00:00Z,symbol:ETH,{3000 + day},USD" for day in range(1, 9))


def parts(blocks):
    """The evidence in parts that overlap: files, price lists, ranges of blocks, all of it."""
    files = [ROWS, ROWS[:6], ROWS[4:], ROWS[1:3], ROWS[1:4], ROWS[::-1]]
    prices = [PRICES, PRICES[:5], PRICES[3:]]
    ranges = [(None, None), (0, blocks // 2), (blocks // 3, None), (0, None)]
    return [
        *(("file", "\n".join((HEADER, *rows, "")).encode()) for rows in files),
        *(("prices", "\n".join(("time,asset,price,currency", *p, "")).encode()) for p in prices),
        *(("blocks", span) for span in ranges),
    ]


def bring(desk, node, part):
    """Bring one part in, as the commands do."""
    kind, content = part
    if kind == "file":
        import_bytes(desk, [("rows.csv", content)])
    elif kind == "prices":
        import_price_bytes(desk, "prices.csv", content)
    else:
        sync_chains(desk, Asking(rpcs=(node, None), blocks=content), lambda _: None)


def write(url, node, blocks, seed, rounds=1):
    """Bring every part in, `rounds` times, shuffled by the seed, through a store of its own."""
    drawn = random.Random(seed)
    with open_store(url, clock=now) as store:
        desk = Desk(store, store.funds.get("main"))
        for _ in range(rounds):
            order = parts(blocks)
            drawn.shuffle(order)
            for part in order:
                bring(desk, node, part)


def main(url, start, node, *numbers):
    """Wait for the start file, then write: numbers are blocks, seed and rounds."""
    while not Path(start).exists():
        time.sleep(0.001)
    write(url, node, *map(int, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
