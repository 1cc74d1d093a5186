"""The learner's brief: how far it is, what is kept of it, and what is wrong with its form."""

import hashlib
import json
from pathlib import Path

from labs.library.catalogue import Entry
from scenarios import folder as layout
from scenarios import regular
from scenarios.brief import FILE, INCIDENT
from simulator.evidence import listing
from simulator.files import write_json


def handed_in(entry: Entry, snapshot: Path) -> bytes | None:
    """The brief in a deployment that is to be examined; None where none is asked for, or none is there."""
    file = snapshot / FILE
    return file.read_bytes() if entry.scenario.brief is not None and file.is_file() else None


def keep(told: bytes | None, incident: Path, evidence: Path) -> None:
    """Put a brief, and the incident that it is about, beside the evidence of an exam, which then needs nothing else."""
    if told is None:
        return
    file = evidence / "run.json"
    run = json.loads(file.read_bytes())
    (evidence / FILE).write_bytes(told)
    if incident.is_file():
        packed = regular.read(incident, layout.FILE)
        (evidence / INCIDENT).write_bytes(packed)
        run["incident"] = hashlib.sha256(packed).hexdigest()
    if run.get("files") is not None:
        there = [name for name in listing.HANDED_IN if (evidence / name).exists()]
        run["files"] |= {name: listing.listed(evidence / name) for name in there}
    write_json(file, run)
