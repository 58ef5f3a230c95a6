"""The nouns of the ledger: frozen values, standard library only; every other room imports these and
they import none.
"""
