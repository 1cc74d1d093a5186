"""Laps of correct deployments that were kept to be played again without a world."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from grader.grade import grade
from grader.verdict import Result
from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge
from labs.exam.run import ExamRequest, run_exam
from labs.library.catalogue import REFERENCE, Entry
from labs.verify.offline.base import Kept
from labs.verify.offline.play import play
from labs.verify.offline.stage import Stage
from simulator.field.transcript import FOLDER, SITE
from simulator.protocol.events import Event as WorldEvent


def place(entry: Entry, seed: int, use: str = REFERENCE) -> Path:
    """Return where the lap of a deployment of this very scenario is kept."""
    return paths.state() / "played" / f"{entry.scenario.id}-{entry.hash[:12]}" / f"{use.replace(':', '-')}-{seed}"


def kept(entry: Entry, seeds: Iterable[int]) -> dict[int, Kept]:
    """Return the kept laps of the reference by seed, as far as there are any."""
    found = {seed: place(entry, seed) for seed in seeds}
    return {seed: Kept(folder) for seed, folder in found.items() if (folder / FOLDER / SITE).is_file()}


def record(
    entry: Entry, seed: int, runtime: str, progress: Callable[[WorldEvent], None], cancel: CancelToken | None = None
) -> Kept:
    """Hold an exam of the reference and keep its lap; where it is there already, nothing is held.

    Raises `CouldNotJudge` when the reference does not pass, or its lap played again comes to another report: then it is
    not kept. Raises whatever keeps an exam from being held.
    """
    folder = place(entry, seed)
    if not (folder / FOLDER / SITE).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        order = ExamRequest(entry, REFERENCE, runtime=runtime, seed=seed, out=folder, transcript=True)
        run_exam(order, progress, cancel)
    lap = Kept(folder)
    if trouble := unsound(entry, seed, lap):
        shutil.rmtree(folder, ignore_errors=True)
        raise CouldNotJudge(f"the reference's lap with seed {seed} cannot be used: {trouble}", "try again")
    return lap


def keep(entry: Entry, seed: int, evidence: Path) -> None:
    """Keep the lap of the reference that is in a folder, in the place of one that is kept; it is gone from there."""
    folder = place(entry, seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(evidence, folder)


def unsound(entry: Entry, seed: int, lap: Kept) -> str | None:
    """Return why a kept lap says nothing; None when it passed, and played again it comes to the same report."""
    held = grade(lap.folder)
    if held.result is not Result.PASSED:
        return held.reason
    again = play(Stage(entry, seed), lap).report
    known = {check.id: (check.verdict, check.credit, check.value) for check in held.checks}
    off = [check.id for check in again.checks if known.get(check.id) != (check.verdict, check.credit, check.value)]
    return f"played again, it differs in {', '.join(off)}" if off else None
