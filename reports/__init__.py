"""How it is shown: computed figures enter, statements, PDF and CSV leave. It computes no figure."""
