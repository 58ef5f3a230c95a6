"""Versions of the store's tables, each from the one before; run by `ledger.store.schema`."""
