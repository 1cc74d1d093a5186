"""The null lap: the same customer on a day on which nothing happens, and so no alarm is right."""

from dataclasses import replace
from pathlib import Path

from labs.base.cancel import CancelToken
from labs.exam.run import ExamRequest, Progress, run_exam
from labs.library.catalogue import REFERENCE, Entry
from labs.verify.findings import Finding
from labs.verify.offline.base import Kept
from labs.verify.offline.rows import rows
from labs.verify.offline.stage import Stage
from scenarios.draws import Template

MOST_FLAGGED = 0.01
"""Share of the answers that may be flagged on such a day: the first ones, before anything is known."""


def quiet(scenario: Template) -> Template:
    """Return the scenario without faults, changed settings, messages, shifts and drifts, and what is drawn of them."""
    calm = {"faults": [], "set": {}, "shift": False, "message": None}
    phases = [phase.model_copy(update=calm) for phase in scenario.phases]
    datasets = {name: data.model_copy(update={"drift": []}) for name, data in scenario.datasets.items()}
    draws = tuple(draw for draw in scenario.draws if not {"faults", "set", "drift"} & {str(key) for key in draw.at})
    return scenario.model_copy(update={"phases": phases, "datasets": datasets, "draws": draws})


def of_null(entry: Entry) -> Entry:
    """Return the entry of the same scenario on a quiet day."""
    return replace(entry, scenario=quiet(entry.scenario))


def hold(
    entry: Entry, seed: int, runtime: str, out: Path, progress: Progress, cancel: CancelToken, use: str = REFERENCE
) -> list[Finding]:
    """Play a deployment on a quiet day into the new folder `out`; return the alarms and flags that it raised.

    Raises whatever keeps an exam from being held.
    """
    calm = of_null(entry)
    run_exam(ExamRequest(calm, use, runtime=runtime, seed=seed, out=out, transcript=True), progress, cancel)
    return raised(Stage(calm, seed), Kept(out, use))


def raised(stage: Stage, lap: Kept) -> list[Finding]:
    """Return a finding for each kind of alarm, and each flag, that a lap on a quiet day has."""
    found, site = [], lap.site(stage) or {}
    for stream in stage.scenario.traffic:
        decisions = stage.decisions(stream)
        for left in decisions.left:
            part = stage.part(stream, left.part)
            if left.alarm and part is not None and (count := len(rows(site[part], left))):
                found.append(Finding("null-lap", left.name, f"{count} on a day on which nothing happened"))
        said = [told.answer for told in lap.answers.get(stream, {}).values() if told.answer is not None]
        for flag in (one for line in decisions.answers.values() for one in line if one.flag):
            flagged = sum(answer.get(flag.field) is True for answer in said)
            if flagged > MOST_FLAGGED * len(said):
                share = f"true in {flagged} of {len(said)} answers on a day on which nothing happened"
                found.append(Finding("null-lap", flag.field, share))
    return found
