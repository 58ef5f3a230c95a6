"""Statements, one plug-in each: computed figures enter, pages of blocks leave."""
