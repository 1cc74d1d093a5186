"""Writes evidence and verdicts of its own wherever they might be: over the real ones, beside them, through links."""

import json
import os
from contextlib import suppress

from app import toy

PLACES = (
    "/evidence", "/evidence/1", "/world", "/world/laps/1", "/run/fdelab", ".", "..", "../..", "../../laps/1", "/app",
    "/proc/1/cwd", "/proc/1/root/world/laps/1", "/proc/1/root/evidence/1", "/tmp/laps/1", os.environ["HOME"],
)  # fmt: skip
GOOD = {"result": "passed", "score": 100, "finished": True, "outcome": "ok", "id": "HW-000001"}


def write() -> None:
    found = {}
    for place in PLACES:
        for name in ("requests.field.jsonl", "requests.forged.jsonl", "ledger.forged.jsonl", "run.json", "report.json"):
            try:
                with open(f"{place}/{name}", "a") as file:
                    file.write(json.dumps(GOOD) + "\n")
                found[f"{place}/{name}"] = "written"
            except OSError as error:
                found.setdefault(place, error.strerror)
        with suppress(OSError):
            os.symlink("/evidence/1/run.json", f"{place}/link")
    toy.tell("wrote", found)


def poke() -> None:
    """Into files that others have open."""
    open_ones = [f"/proc/{pid}/fd/{fd}" for pid in filter(str.isdigit, os.listdir("/proc")) if pid != str(os.getpid())
                 for fd in range(3, 20)]  # fmt: skip
    found = []
    for path in open_ones:
        with suppress(OSError), open(path, "a") as file:
            file.write(json.dumps(GOOD) + "\n")
            found.append(path)
    toy.tell("poked", found)


toy.in_the_lap(lambda: (write(), poke()))
toy.serve(toy.sorry)
