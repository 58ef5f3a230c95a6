"""Protocols, one file each: a view of an activity in, names for its legs out, no quantity changed.

A protocol has a `NAME`, a `RANK` and `recognise(view)`. Lower ranks are asked first: what wraps a
whole trade (0), what knows one position (10), markets (20), plain conversions (30).
"""
