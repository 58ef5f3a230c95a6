"""The sample fund: fourteen months of a desk on four test networks and one exchange, as files.

`fund.json` names the fund, its wallets and its strategy rules; `transactions.jsonl.gz` holds nodes'
answers about every transaction, `answers.jsonl.gz` tokens and balances; `kraken-ledgers.csv`,
`kraken-stat-arb-ledgers.csv`, `exchange-transfers.csv` and `manual.csv` are statements,
`prices.csv` daily quotes. Names of coins are those of the real ones; every price and every
transaction is made up. What is in it stands in docs/sample-fund.md; `tests/demo/record.py` makes
the files anew.
"""
