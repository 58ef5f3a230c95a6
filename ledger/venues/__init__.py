"""Files of exchanges, wallets and explorers enter; statement lines and activities leave.

A plug-in is one module with NAME, `layout_of`, `lines` and `read` (`statements.Venue`); the others
serve them: `tables` takes a file apart, `figures` holds the text rules for numbers, times and
assets, `statements` what plug-ins share, `importing` goes from files to activities.
"""
