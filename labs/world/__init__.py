"""The client of a running world: starting it, its events, and its live state."""
