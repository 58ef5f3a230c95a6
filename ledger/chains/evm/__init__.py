"""EVM networks: hashes and addresses go to the node, activities with exact movements come out."""

from ledger.chains.evm.addresses import parse_address
from ledger.chains.evm.ahead import with_ahead
from ledger.chains.evm.blocks import fetch_blocks, fetch_head
from ledger.chains.evm.fetch import fetch_transaction, fetch_transactions
from ledger.chains.evm.growing import grown_before
from ledger.chains.evm.history import fetch_given, fetch_history
from ledger.chains.evm.questions import (
    assets_from_answers,
    fetch_balance,
    fetch_balances,
    fetch_token,
    token_questions,
)
from ledger.chains.evm.read import read

__all__ = (
    "assets_from_answers",
    "fetch_balance",
    "fetch_balances",
    "fetch_blocks",
    "fetch_given",
    "fetch_head",
    "fetch_history",
    "fetch_token",
    "fetch_transaction",
    "fetch_transactions",
    "grown_before",
    "parse_address",
    "read",
    "token_questions",
    "with_ahead",
)
