"""Entries enter in turn; what they came to leaves, asset by asset, for later ones to go on from."""
