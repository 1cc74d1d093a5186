"""The keeper: one detached process a world, the only one that holds the runtime.

It starts, supervises and ends the world's processes, drives the field through laps, and writes what only the host
can see: logs, resources, `run.json`. Clients come and go; they read `events.jsonl` and call the keeper's API.
"""
