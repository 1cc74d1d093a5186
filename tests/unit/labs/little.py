"""A scenario that is over in seconds: the library's own, with one phase and two checks, and one shortcut."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from labs import paths

SLUG = "promise-dates"
PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {"name": "morning", "lasts": "5s", "simulates": "38m"},
]
CHECKS = [
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
    "edits": [{"file": "README.md", "find": "# ", "replace": "# "}],
}


def scenario() -> dict[str, Any]:
    """What the scenario's file says."""
    given: dict[str, Any] = yaml.safe_load((paths.library() / SLUG / "scenario.yaml").read_text("utf-8"))
    return given | {"id": "little", "title": "Little", "phases": PHASES, "checks": CHECKS, "brief": None}


def make(folder: Path, **changes: Any) -> Path:
    """Write the scenario into a new folder, with other top-level keys where `changes` has some."""
    shutil.copytree(paths.library() / SLUG, folder, ignore=shutil.ignore_patterns("shortcuts", "*.json", "*.gz"))
    (folder / "scenario.yaml").write_text(yaml.safe_dump(scenario() | changes, allow_unicode=True), "utf-8")
    return folder
