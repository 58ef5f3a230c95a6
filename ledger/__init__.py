"""What happened: evidence enters, books leave.

The rooms, in the order data flows through them:

- `model` the nouns: what an asset, an activity, an entry, a lot is. Standard library only.
- `transport` the one bounded way out to the network.
- `chains` and `venues` evidence in, from nodes and files: one plug-in a network kind or layout.
- `shapes` and `protocols` what a transaction did: one plug-in a protocol.
- `classify` an activity becomes events; each transfer is claimed exactly once.
- `link` events of several activities become one: bridge legs, moves between own wallets.
- `prices` the quotes that events need, and the book that answers them.
- `journal` events become entries that balance.
- `lots` entries become lots and disposals.
- `nav` positions, marks, net asset value and return.
- `strategies` which strategy an entry belongs to.
- `reconcile` the ledger's balances against those observed.
- `tax` disposals and income under a country's rules: one plug-in a regime.
- `books` the one file that knows the order of these steps.
- `close` a period of the books sealed.
- `store` the only room that knows SQL.
"""
