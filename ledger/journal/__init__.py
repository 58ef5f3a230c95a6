"""Events enter, balanced entries leave: accounts, one rule an event kind, the journal as text."""
