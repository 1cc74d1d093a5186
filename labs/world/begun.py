"""Which phases a learner has met in a world. How those are called that are to come may tell what will happen."""

import json
from pathlib import Path


def begun(events: Path) -> frozenset[str]:
    """Return the names of the phases that have begun in a world, by its `events.jsonl`; none where there is no file."""
    try:
        lines = events.read_bytes().splitlines()
    except OSError:
        return frozenset()
    return frozenset(name for line in lines if b'"phase"' in line and (name := _begun(line)) is not None)


def _begun(line: bytes) -> str | None:
    try:
        event = json.loads(line)
    except ValueError:  # the last line of a writer that died
        return None
    return str(event["phase"]) if event.get("kind") == "phase" else None
