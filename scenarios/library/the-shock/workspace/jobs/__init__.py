"""Monitor and batch trainer."""
