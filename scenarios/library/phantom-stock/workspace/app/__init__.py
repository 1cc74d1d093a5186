"""Slotter: scans into the WMS, and what a picker should do next."""
