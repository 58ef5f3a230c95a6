"""Entries, lots and quotes come in; positions, marks, net asset values and results leave."""
