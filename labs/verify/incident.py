"""The incident: the evidence of one lap with the untouched deployment, packed to travel with the scenario."""

import gzip
import io
import json
import tarfile
from pathlib import Path

from simulator.evidence.listing import FOLDER
from simulator.evidence.run import RUN

SEED = 2_026
"""Of the incident's lap, on every machine; no exam is verified with it."""

EMPTY = {"seed": 0, "session": "", "machine": {}}
"""What of `run.json` says something of the machine that made it, or from which the truth could be made again."""

WITHHELD = frozenset({"corruptions", "drifts"})
"""Tables that are the answer itself: whoever investigates has to find it."""


def pack(evidence: Path, archive: Path) -> None:
    """Write the evidence folder into `archive`; the same evidence gives the same bytes."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as packed:
        for place in (evidence, evidence / FOLDER):
            for file in sorted(place.glob("*.json*")):
                if (file.name == RUN or file.suffix == ".jsonl") and not _withheld(file.name):
                    _add(packed, str(file.relative_to(evidence)), _data(file))
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
    return json.dumps(run, ensure_ascii=False, indent=1).encode()


def _add(packed: tarfile.TarFile, name: str, data: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(data), 0o444
    packed.addfile(about, io.BytesIO(data))
