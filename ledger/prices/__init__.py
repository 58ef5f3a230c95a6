"""Events and quotes come in; the quotes still needed and the price of an asset at a time leave."""
