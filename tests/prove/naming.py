"""How well a trap is named: each recorded exam by the patterns that the exams of all other seeds have left."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from grader import trap
from grader.report import CheckReport
from grader.verdict import Verdict
from simulator.evidence.run import Seen, Trap

Row = Mapping[str, Any]


def counted(exams: Iterable[Row]) -> Counter[str]:
    """Count the exams of one scenario: of `shortcuts` those named `right`, `wrong` or left `silent`; else those named.

    The latter are counted under `untouched` and `correct`.
    """
    judged = [exam for exam in exams if exam["result"] != "error"]
    taught = {seed: learnt(judged, seed) for seed in {exam["seed"] for exam in judged}}
    found: Counter[str] = Counter()
    for exam in judged:
        name, use = named(exam, taught[exam["seed"]]), exam["use"]
        if use.startswith("shortcut:"):
            found["shortcuts"] += 1
            found["silent" if name is None else "right" if name == use else "wrong"] += 1
        elif name is not None:
            found["untouched" if use == "untouched" else "correct"] += 1
    return found


def named(exam: Row, traps: list[Trap]) -> str | None:
    """Return the trap that an exam is called by; None when it is called by none."""
    checks = [
        CheckReport(name, "data", "", seen["gate"], 1, Verdict(seen["verdict"]), 0, 0, 0, "", "", seen["value"])
        for name, seen in exam["checks"].items()
    ]
    found = trap.named(checks, traps)
    return found.name if found else None


def learnt(exams: Iterable[Row], but: int) -> list[Trap]:
    """Return the patterns of every deployment in the exams of all seeds but one."""
    by_use: dict[str, list[Mapping[str, Row]]] = defaultdict(list)
    for exam in exams:
        if exam["seed"] != but:
            by_use[exam["use"]].append(exam["checks"])
    return [
        Trap(name=use, fails_because="it does" if use.startswith("shortcut:") else "",
             checks={name: _seen(name, rows) for name in rows[0]})
        for use, rows in by_use.items()
    ]  # fmt: skip


def _seen(name: str, rows: list[Mapping[str, Row]]) -> Seen:
    values = [row[name]["value"] for row in rows if name in row and row[name]["value"] is not None]
    verdicts = Counter(row[name]["verdict"] for row in rows if name in row)
    return Seen(verdicts=verdicts, min=min(values, default=None), max=max(values, default=None))
