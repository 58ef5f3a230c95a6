"""Files of exchanges, wallets and explorers enter; statement lines and activities leave.

A plug-in is one module with NAME, `layout_of`, `lines` and `read` (`_statements.Venue`). Modules
with an underscore serve them: `_tables` takes a file apart, `_figures` holds the text rules for
numbers, times and assets, `_statements` what plug-ins share. `importing` goes from files to
activities.
"""
