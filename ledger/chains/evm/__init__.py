"""EVM networks: hashes and addresses go to the node, activities with exact movements come out."""

from ledger.chains.evm.fetch import fetch_transaction, fetch_transactions
from ledger.chains.evm.read import read

__all__ = ["fetch_transaction", "fetch_transactions", "read"]
