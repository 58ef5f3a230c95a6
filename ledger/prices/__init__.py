"""Events and quotes come in; implied quotes and the price of an asset at a time leave."""
