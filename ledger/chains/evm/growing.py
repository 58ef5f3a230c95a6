"""A transaction's evidence enters; balances that grow by themselves, as it shows them, leave.

stETH counts shares: a balance is `getPooledEthByShares(sharesOf(account))`, so it moves whenever
the pool does and no log says so (lidofinance/core, StETH.sol). What `balanceOf` answered of it in
the block before a transfer is what the shares were worth until then: where a wallet's books stand
at another number, the difference grew, and is known at each touch, not at the next reading alone.

A transfer of an amount moves whole shares, up to two base units less: that difference is in the
balance of the next touch.
"""

from typing import Final

from ledger.chains.evm.answers import answers_of
from ledger.chains.evm.frames import address
from ledger.chains.networks import network_named
from ledger.model.activity import Activity
from ledger.model.asset import erc20
from ledger.model.evidence import RawTransaction
from ledger.model.fund import wallet_id
from ledger.model.position import TOUCHED, Observation

#: TransferShares(address from, address to, uint256 sharesValue) of stETH and what is made alike;
#: the addresses indexed.
TRANSFER_SHARES: Final = "0x9d9c909296d9c674451c0c24f02cb64981eb3b727f99865939192f880a755dcb"
_WORD: Final = 66


def grown_before(raw: RawTransaction, activity: Activity) -> tuple[Observation, ...]:
    """The balances before a transaction of tokens by shares that it moved; none where unproven."""
    if TRANSFER_SHARES not in activity.spoken or activity.block < 1:
        return ()
    by_shares = {
        log.address for log in activity.logs if log.topics and log.topics[0] == TRANSFER_SHARES
    }
    network = network_named(raw.network)
    found: list[Observation] = []
    for row in answers_of(raw).get("balances") or ():
        contract, before = address(row["contract"]), str(row["before"])
        if contract not in by_shares or len(before) != _WORD:
            continue
        found.append(
            Observation(
                wallet_id(raw.network, address(row["owner"])),
                erc20(raw.network, network.aliases.get(contract, contract)),
                activity.time,
                int(before, 16),
                activity.block - 1,
                TOUCHED,
                raw.id,
            )
        )
    return tuple(found)
