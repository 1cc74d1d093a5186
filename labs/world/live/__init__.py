"""A running world as somebody watches it: `feed` gives what it is now, again and again; `judge` what that is worth.

Knows nothing of terminals: the app's console and the commands that `--watch` both read it.
"""
