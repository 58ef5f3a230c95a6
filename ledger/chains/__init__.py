"""Chains: a node's answers about transactions go in, activities with exact movements come out."""
