"""Entries come in; open lots and disposals leave, by a cost method and a scope."""
