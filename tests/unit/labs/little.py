"""A scenario that is over in seconds: the library's own, with one phase and two checks, and one shortcut."""

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from labs.base import paths
from labs.library import catalogue
from scenarios import variants

SLUG = "promise-dates"
PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {"name": "morning", "lasts": "5s", "simulates": "38m"},
]
CHECKS: list[dict[str, Any]] = [
    {"id": "dates-hold", "family": "data", "gate": True, "weight": 3, "measure": "ratio", "expect": ">= 95 %",
     "with": {"table": "facts_promises", "of": "verdict = 'exact'", "among": "verdict <> 'missing'"},
     "says": "The dates that we promise are true", "hint": "Look at large stocks."},
    {"id": "loss-avoided", "family": "business", "weight": 1, "measure": "recovered", "expect": ">= 60 %",
     "says": "It costs us less"},
]  # fmt: skip
SHORTCUT = {
    "over": "untouched",
    "says": "Nothing got better.",
    "fails": ["dates-hold"],
}


def scenario() -> dict[str, Any]:
    """What the scenario's file says."""
    given: dict[str, Any] = yaml.safe_load((paths.library() / SLUG / "scenario.yaml").read_text("utf-8"))
    return given | {"id": "little", "title": "Little", "phases": PHASES, "checks": CHECKS, "brief": None}


def endure(folder: Path) -> Path:
    """Have its exams judged on however busy a machine, as one whose correct deployments pass on any: `folder`."""
    file = folder / catalogue.CALIBRATION
    ends = {"untouched": {"ledger": {}}, "reference": {"ledger": {"all": 1.0}}}
    known = json.loads(file.read_bytes()) if file.exists() else ends
    more = {"scenario_hash": variants.content_hash(folder), "bears": 1e6}
    file.write_text(json.dumps(known | more), "utf-8")
    return folder


def tempt(folder: Path) -> Path:
    """Give the scenario in a folder a shortcut, as lint wants one."""
    main = folder / "workspace" / "app" / "main.py"
    first = main.read_text("utf-8").splitlines()[0]
    edits = [{"file": "app/main.py", "find": first, "replace": f"{first}  # better"}]
    (folder / "shortcuts" / "nothing").mkdir(parents=True)
    (folder / "shortcuts" / "nothing" / "shortcut.yaml").write_text(json.dumps(SHORTCUT | {"edits": edits}), "utf-8")
    return folder


def make(folder: Path, **changes: Any) -> Path:
    """Write the scenario into a new folder, with other top-level keys where `changes` has some."""
    shutil.copytree(paths.library() / SLUG, folder, ignore=shutil.ignore_patterns("shortcuts", "*.json", "*.gz"))
    said = scenario() | changes
    (folder / "scenario.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    known = yaml.safe_load((folder / "people.yaml").read_text("utf-8"))
    untold = [one | {"checks": [said["checks"][0]["id"]]} for one in known["untold"]]
    (folder / "people.yaml").write_text(
        yaml.safe_dump(known | {"untold": untold}, allow_unicode=True, sort_keys=False), "utf-8"
    )
    return folder
