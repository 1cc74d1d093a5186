"""Be examined: a fresh world, a hidden seed, one lap, a report."""

import contextlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from labs.actions.events import Judging, Tell, WorldOf, of_world, unheard
from labs.actions.memory import reach, remember
from labs.base.cancel import CancelToken
from labs.base.errors import LabError, SubmissionInvalid, UsageProblem

if TYPE_CHECKING:
    from grader.report import Report
    from labs.engagement.engagement import Engagement
    from labs.exam.run import ExamRequest, ExamRun
    from labs.exam.seeding import Seeding
    from labs.library.catalogue import Entry
    from scenarios.guide import Milestone


@dataclass(frozen=True)
class TakeExamRequest:
    """What is to be examined, and how."""

    engagement: "Engagement | None" = None
    """The one that the learner is in. Its workspace is examined, unless another deployment is named."""
    scenario: str | None = None
    """Name or path; left out: the engagement's."""
    workspace: Path | None = None
    """Folder of a deployment, or of an engagement that holds one."""
    use: str | None = None
    """Name of a deployment that ships with the scenario, instead of `workspace`."""
    runtime: str | None = None
    """Left out: the engagement's, else `auto`."""
    out: Path | None = None
    """New folder for the evidence; left out: below the state folder."""
    seeding: "Seeding | None" = None
    """Where the seed comes from; left out: it is drawn."""
    ci: bool = False
    """Whether submissions are strangers': their folders say nothing about their exam, and a runtime must hold them."""
    trust_submission: bool = False
    """In CI: run the submission where nothing holds it all the same."""
    formats: tuple[str, ...] = ()
    """Of the reports that are written beside the evidence, in addition to JSON."""
    full: bool = False
    """Whether the report is an instructor's, with hidden checks and the seed, and the truth."""


@dataclass(frozen=True)
class ExamTaken:
    """An exam that is over, and judged."""

    report: "Report"
    evidence: Path
    entry: "Entry"
    """The scenario of the exam."""
    remarks: tuple[str, ...] = ()
    """What to know of what was taken from the workspace."""
    counts: bool = False
    """Whether it enters progress: a learner's own, and no instructor's."""
    milestones: "tuple[Milestone, ...]" = ()
    """What was noted for the tips of the engagement."""
    unwritten: LabError | None = field(default=None, compare=False)
    """Why a report could not be written beside the evidence; the verdict stands all the same."""
    unkept: LabError | None = field(default=None, compare=False)
    """Why progress does not know of it, where it does not."""


def take_exam(request: TakeExamRequest, tell: Tell = unheard, cancel: CancelToken | None = None) -> ExamTaken:
    """Hold the exam while the engagement's own world waits, judge it, write the reports, and enter it in progress.

    Raises `UsageProblem` and `SubmissionInvalid` before anything runs, `CouldNotJudge` where there is no evidence, and
    `Interrupted` once `cancel` is gone.
    """
    return _take(request, examined(request), tell, cancel)


@dataclass(frozen=True)
class ExamsTaken:
    """Several exams of one deployment, each with a seed of its own, that are over and judged."""

    report: "Report"
    """Of the worst, with what all came to: it is passed when all are."""
    exams: tuple[ExamTaken, ...]
    folder: Path
    """Holds the evidence of each in a folder by its number, from 1, and the reports on all."""
    unwritten: LabError | None = field(default=None, compare=False)
    """Why a report on all could not be written there; the verdict stands all the same."""


def take_exams(
    request: TakeExamRequest, count: int, tell: Tell = unheard, cancel: CancelToken | None = None
) -> ExamsTaken:
    """Hold so many exams one after another, each as `take_exam` does, and write reports on all. Raises as that."""
    from grader.repeated import worst
    from labs.exam.reports import write

    orders, folder = _orders(request, count)
    taken = tuple(_take(request, order, tell, cancel) for order in orders)
    report = worst([one.report for one in taken])
    unwritten = None
    try:
        write(report, request.formats, folder)
    except LabError as error:
        unwritten = error
    return ExamsTaken(report, taken, folder, unwritten)


def _orders(request: TakeExamRequest, count: int) -> "tuple[list[ExamRequest], Path]":
    """Return the exams to hold, and the folder for all of them, which is new. Raises as `examined`."""
    from labs.exam.run import place

    first, seeds = _examined(request, count)
    folder = place(first)
    return [replace(first, seed=seed, out=folder / str(n)) for n, seed in enumerate(seeds, 1)], folder


def _take(request: TakeExamRequest, order: "ExamRequest", tell: Tell, cancel: CancelToken | None) -> ExamTaken:
    from labs.exam.judging import judge
    from labs.exam.reports import write
    from labs.exam.run import alone, run_exam

    engagement = request.engagement
    tell(WorldOf(order.entry.scenario))
    with alone(engagement.world() if engagement else None):
        held = run_exam(order, of_world(tell), cancel)
    own = engagement is not None and engagement.workspace == order.workspace
    if engagement is not None and own and not order.secret:
        _note_asked(engagement, held.evidence)
    tell(Judging(held.evidence))
    report = judge(held.evidence, request.full)
    unwritten = None
    try:
        write(report, request.formats, held.evidence)
    except LabError as error:
        unwritten = error
    # A learner's own; what CI or a class's instructor examines is somebody else's.
    counts = order.workspace is not None and not order.secret
    taken = ExamTaken(report, held.evidence, order.entry, _remarks(held), counts, unwritten=unwritten)
    return _kept(taken, engagement, order) if counts else taken


def _kept(taken: ExamTaken, engagement: "Engagement | None", order: "ExamRequest") -> ExamTaken:
    """Enter it in progress, and in the engagement whose workspace it was about."""
    own = engagement.folder if engagement and engagement.workspace == order.workspace else None
    unkept = remember(lambda store: store.add_attempt(taken.report, taken.evidence, own))
    if own is None:
        return replace(taken, unkept=unkept)
    passed: tuple[Milestone, ...] = ("exam-passed",) if taken.report.result == "passed" else ()
    return replace(taken, unkept=unkept, milestones=reach(own, "exam-taken", *passed))


def _note_asked(engagement: "Engagement", evidence: Path) -> None:
    """Write what was asked before this exam beside its evidence; the exam stands whatever becomes of it."""
    from grader.asked import FILE
    from labs.engagement.people import looked_back
    from simulator.files import write_json

    with contextlib.suppress(LabError, OSError):
        found = looked_back(engagement)
        if found is not None:
            write_json(evidence / FILE, found.to_json())


def _remarks(held: "ExamRun") -> tuple[str, ...]:
    return tuple(held.collected.remarks) if held.collected else ()


def examined(request: TakeExamRequest) -> "ExamRequest":
    """Return what the exam is to be about, with its runtime and seed. Raises `UsageProblem`, `SubmissionInvalid`.

    In CI a seed stays hidden, and a stranger's submission runs on nothing that does not hold it: there it raises
    `CouldNotJudge` too, as `labs.machine.for_strangers` does.
    """
    return _examined(request, 1)[0]


def _examined(request: TakeExamRequest, count: int) -> "tuple[ExamRequest, list[int | None]]":
    """Return the first of so many exams, and the seeds of all. Raises as `examined`."""
    from labs.exam.run import ExamRequest
    from labs.exam.seeding import Seeding

    _refuse(request)
    entry, workspace, runtime, incident = _deployment(request)
    seeds, of_class = (request.seeding or Seeding()).seeds_of(entry.scenario.id, count)
    order = ExamRequest(
        entry, use=request.use, workspace=workspace, incident=incident, runtime=runtime or "auto", out=request.out,
        seed=seeds[0], secret=of_class or request.ci,
    )  # fmt: skip
    if workspace is not None and request.ci and not request.trust_submission:
        order = _of_a_stranger(order, workspace)
    return order, seeds


def _refuse(request: TakeExamRequest) -> None:
    """Check that the request says what it means. Raises `UsageProblem` where it does not."""
    if request.workspace is not None and request.use is not None:
        raise UsageProblem("--workspace and --use exclude each other", "name one deployment")
    if not request.scenario and request.ci:
        raise UsageProblem(
            "which engagement?", "in CI name it: what lies in the submission's folder must not choose its own exam"
        )
    if not request.scenario and request.engagement is None:
        raise UsageProblem(
            "which engagement?", "fdelab exam ENGAGEMENT --workspace DIR, or go to an engagement's folder"
        )


def _deployment(request: TakeExamRequest) -> "tuple[Entry, Path | None, str | None, int | None]":
    """Return the scenario, the learner's folder where it is one, the runtime asked for, and the incident dealt."""
    from labs.engagement.engagement import MARK, Engagement
    from labs.library.catalogue import find

    engagement, workspace = request.engagement, request.workspace
    entry = find(request.scenario or (engagement.scenario if engagement else ""), lint=True)
    if workspace is None and request.use is None:
        if engagement is None or engagement.entry().folder != entry.folder:
            raise UsageProblem("which deployment?", "give --workspace DIR or --use reference")
        return entry, engagement.submission(), request.runtime or engagement.runtime, engagement.dealt
    dealt = None
    if workspace is not None and (workspace / MARK).is_dir() and not request.ci:
        # The engagement's own folder is what people point at; the deployment is in it.
        there = Engagement.load(workspace.resolve())
        workspace, dealt = there.submission(), there.dealt
    return entry, workspace, request.runtime, dealt


def _of_a_stranger(order: "ExamRequest", workspace: Path) -> "ExamRequest":
    """Return the exam of a submission that may try anything: on a runtime that holds it, of the folder named alone.

    Raises `SubmissionInvalid` on a folder that a link leads to: the repository that was checked out may have put that
    link there.
    """
    from labs.exam.submission import NO_LINKS
    from labs.machine import for_strangers

    named = Path(os.path.abspath(workspace))  # noqa: PTH100 - `Path.absolute` keeps `..`
    if workspace.is_dir() and workspace.resolve() != named:
        raise SubmissionInvalid(f"a symbolic link leads from {workspace} to another folder", NO_LINKS)
    return replace(order, workspace=named, runtime=for_strangers(order.runtime))
