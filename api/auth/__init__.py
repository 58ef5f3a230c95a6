"""Who may do what: keys with scopes."""
