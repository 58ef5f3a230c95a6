"""How it is shown: computed figures enter, statements, PDF and CSV leave; nothing is computed here."""
