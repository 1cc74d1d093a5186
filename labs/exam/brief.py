"""The learner's brief: how far it is, what is kept of it, and what is wrong with its form."""

import hashlib
import json
from pathlib import Path

from labs.library.catalogue import Entry
from scenarios import folder as layout
from scenarios import regular
from scenarios.brief import FILE, INCIDENT, read
from simulator.evidence import listing
from simulator.evidence.run import RUN, examiners, save
from simulator.files import write_json


def handed_in(entry: Entry, snapshot: Path) -> bytes | None:
    """Return the brief in a deployment that is to be examined; None where none is asked for, or none is there."""
    file = snapshot / FILE
    return file.read_bytes() if entry.scenario.brief is not None and file.is_file() else None


def about(told: bytes | None) -> int:
    """Which incident a brief says that it is about; the first where it does not say, or cannot be read."""
    brief = read((told or b"").decode("utf-8-sig", errors="replace"))[0]
    return (brief.incident if brief else None) or 1


def keep(told: bytes | None, incident: Path, evidence: Path) -> None:
    """Put a brief, and the incident that it is about, beside the evidence of an exam, which then needs nothing else."""
    if told is None:
        return
    place = examiners(evidence)
    run = json.loads((place / RUN).read_bytes())
    (evidence / FILE).write_bytes(told)
    if incident.is_file():
        packed = regular.read(incident, layout.FILE)
        (place / INCIDENT).write_bytes(packed)
        run["incident"] = hashlib.sha256(packed).hexdigest()
    if run.get("files") is not None:
        there = [file for file in (evidence / FILE, place / INCIDENT) if file.exists()]
        run["files"] |= {str(file.relative_to(evidence)): listing.listed(file) for file in there}
    if place == evidence:
        write_json(place / RUN, run)
    else:
        save(evidence, run)
