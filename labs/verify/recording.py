"""Recording the incidents of a scenario: a lap of each bad day, with the deployment of that day, packed for them."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge, UsageProblem
from labs.base.files import remove_tree
from labs.exam.run import ExamRequest, run_exam
from labs.library.catalogue import UNTOUCHED, Entry
from labs.verify import incident
from scenarios.incidents import deploy
from simulator.evidence.run import EvidenceError, Run
from simulator.protocol.events import Event as WorldEvent

Progress = Callable[[int, WorldEvent], None]
"""Takes the number of an incident, and each event of its world."""


def numbers(entry: Entry) -> range:
    """Return the incidents that a scenario names, counted from 1."""
    return range(1, 1 + (entry.scenario.brief.days if entry.scenario.brief else 1))


def missing(entry: Entry) -> list[int]:
    """Those that were not recorded yet."""
    return [number for number in numbers(entry) if not entry.incident_of(number).is_file()]


def record(
    entry: Entry, wanted: Iterable[int], runtime: str, progress: Progress, cancel: CancelToken | None = None
) -> list[Path]:
    """Record these incidents anew, and return their archives; each is there as a whole, or as it was before.

    Raises `UsageProblem` for one that the scenario does not name, `CouldNotJudge` where a lap leaves no evidence, and
    `Interrupted` once `cancel` is gone.
    """
    known = numbers(entry)
    wanted = [*wanted]
    if unknown := [number for number in wanted if number not in known]:
        hint = "name what lay over the workspace that day, under `brief: incidents`"
        raise UsageProblem(f"{entry.scenario.id} has no incident {unknown[0]}", hint)
    return [_record(entry, number, runtime, progress, cancel) for number in wanted]


def _record(entry: Entry, number: int, runtime: str, progress: Progress, cancel: CancelToken | None) -> Path:
    place = paths.state() / "proofs" / f"{entry.scenario.id}-incident-{number}"
    remove_tree(place)
    try:
        with tempfile.TemporaryDirectory(prefix="fdelab-incident-") as folder:
            # The workspace is examined as what ships; what lies over it, as a learner's would be.
            ran = (
                None if number == 1 else deploy(entry.folder, entry.scenario.brief, number, Path(folder) / "workspace")
            )
            order = ExamRequest(entry, UNTOUCHED if ran is None else None, ran, runtime=runtime, seed=incident.SEED,
                                out=place)  # fmt: skip
            lap = run_exam(order, lambda event: progress(number, event), cancel).evidence
        _whole(lap, number)
        archive = entry.incident_of(number)
        incident.pack(lap, archive, entry.site_files)
    finally:
        remove_tree(place)
    return archive


def _whole(lap: Path, number: int) -> None:
    """Check that anybody could investigate the lap. Raises `CouldNotJudge` where nobody could."""
    again = "record it again, on a machine that has time for it"
    try:
        run = Run.read(lap)
    except EvidenceError as error:
        raise CouldNotJudge(f"incident {number} left no evidence: {error}", again) from None
    if run.failed is not None or not run.finished:
        raise CouldNotJudge(f"the lap of incident {number} did not finish: {run.failed or 'it was ended'}", again)
    if run.deployment is not None and not run.deployment.started:
        raise CouldNotJudge(f"the deployment of incident {number} did not start", "try it: fdelab exam DIR --workspace")
