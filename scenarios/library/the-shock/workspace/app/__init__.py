"""The scoring API."""
