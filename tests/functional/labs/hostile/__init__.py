"""Scenario folders that a stranger made to read our files, to hang, to crash or to fill us."""
