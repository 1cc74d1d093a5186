"""The incident: the evidence of one lap with the untouched deployment, packed to travel with the scenario."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from simulator.drawing import INCIDENT_SEED
from simulator.evidence.listing import FOLDER
from simulator.evidence.run import RUN

SEED = INCIDENT_SEED
"""Of the incident's lap; no exam is verified with it."""

EMPTY = {"seed": 0, "session": "", "machine": {}}
"""What of `run.json` says something of the machine that made it, or from which the truth could be made again."""

WITHHELD = frozenset({"corruptions", "drifts"})
"""Tables that are the answer itself: whoever investigates has to find it."""


def pack(evidence: Path, archive: Path, site: Path | None = None) -> None:
    """Write the evidence folder into `archive`, with the files that the customer's parts left.

    `site` is the scenario's folder of that name. The same evidence gives the same bytes.
    """
    from labs.verify.left import left
    from simulator.evidence.run import EvidenceError, Run

    members = {
        str(file.relative_to(evidence)): _data(file)
        for place in (evidence, evidence / FOLDER)
        for file in sorted(place.glob("*.json*"))
        if (file.name == RUN or file.suffix == ".jsonl") and not _withheld(file.name)
    }
    try:
        run = Run.read(evidence)
        files = left(run, run.seed, site)
    except EvidenceError:  # of a format that is not known here any more
        files = {}
    write(archive, {**members, **files})


def write(archive: Path, members: Mapping[str, bytes]) -> None:
    """Write these files, by name, into `archive`: whole or not at all."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as packed:
        for name, data in members.items():
            _add(packed, name, data)
    draft = archive.with_name(f".{archive.name}")
    with draft.open("wb") as out, gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as compressed:
        compressed.write(raw.getvalue())
    draft.replace(archive)


def _withheld(name: str) -> bool:
    return name.partition(".")[0] in WITHHELD


def _data(file: Path) -> bytes:
    if file.name != RUN:
        return file.read_bytes()
    run = json.loads(file.read_bytes())
    files = {
        n: one for n, one in (run.get("files") or {}).items() if n.endswith(".jsonl") and not _withheld(Path(n).name)
    }
    run |= {"files": files} | {name: value for name, value in EMPTY.items() if name in run}
    if "scenario" in run:
        # What a brief is graded by is not for whoever writes it.
        run["scenario"] |= {"brief": None}
    if run.get("calibration"):
        run["calibration"] = {key: value for key, value in run["calibration"].items() if key != "traps"}
    return json.dumps(run, ensure_ascii=False, indent=1).encode()


def _add(packed: tarfile.TarFile, name: str, data: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(data), 0o444
    packed.addfile(about, io.BytesIO(data))
