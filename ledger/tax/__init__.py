"""A booking and its entries come in; what a tax regime says of a year leaves."""
