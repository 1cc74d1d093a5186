"""`fdelab exam`, `regrade` and `demo`."""

import contextlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from labs.base.ci import in_ci
from labs.base.errors import ExitCode, Interrupted, LabError, SubmissionInvalid, UsageProblem
from labs.cli import completing
from labs.cli.debrief import point_to_debrief
from labs.cli.display import display
from labs.cli.output import coloured, emit, exam_runtime_option, json_option, note, runtime_option, whoever_reads
from labs.cli.practice import point_to_hints
from labs.cli.reports import chosen, format_option, full_option, show, summarise, unwritten, width, write
from labs.cli.seeds import seed_of, seed_options
from labs.cli.tips import did
from labs.engagement.engagement import MARK, Engagement, current
from labs.exam.submission import NO_LINKS

if TYPE_CHECKING:
    from labs.exam.run import ExamRequest, ExamRun

_FOLDER = click.Path(path_type=Path, file_okay=False)
_ANY = click.Path(path_type=Path)
"""What is no folder is refused as a submission, with what to do instead."""


@click.command("exam")
@click.argument("scenario", required=False, metavar="[ENGAGEMENT]", shell_complete=completing.engagements)
@click.option("--workspace", type=_ANY, metavar="DIRECTORY", help="Examine the deployment in this folder.")
@click.option("--use", metavar="NAME", shell_complete=completing.deployments, help="Examine one that ships with the "
              "engagement: untouched, reference, alternative or shortcut:NAME.")  # fmt: skip
@exam_runtime_option
@click.option("--trust-submission", is_flag=True, help="In CI: run the submission without containers all the same.")
@seed_options
@click.option("--out", type=_FOLDER, help="Folder for the evidence and the reports.")
@click.option(
    "--refused",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for why a submission cannot be taken, as JSON; no other mistake is written there.",
)
@format_option
@full_option
@json_option
def exam(
    scenario: str | None, workspace: Path | None, use: str | None, runtime: str | None, trust_submission: bool,
    out: Path | None, refused: Path | None, formats: str, full: bool, as_json: bool, **seeding: Any,
) -> None:  # fmt: skip
    """Be examined: a fresh world, a hidden seed, one lap, a report.

    Inside an engagement, its workspace is examined. Exits with 0 when passed, 1 when not, 2 when the engagement or
    the submission is invalid, 3 when it could not be judged.
    """
    from labs.cli.progress import keep, point_to_next
    from labs.exam.judging import judge
    from labs.exam.run import alone, run_exam

    names = chosen(formats, as_json)
    # What lies in a submission's folder is a stranger's in CI, and says nothing about its own exam.
    engagement = None if in_ci() else current()
    with _told(refused):
        order = _seeded(_order(engagement, scenario, workspace, use, runtime, out), seeding)
        if order.workspace is not None and in_ci() and not trust_submission:
            order = _of_a_stranger(order, order.workspace)
        own = order.entry.scenario
        with display() as shown, alone(engagement.world() if engagement else None):
            sat = run_exam(order, lambda event: shown.event(own.id, own, event))
    report = judge(sat.evidence, full)
    lost = unwritten(report, names, sat.evidence)
    if order.workspace is not None and not order.secret:
        # A learner's own; what CI or a class's instructor examines is somebody else's.
        own_folder = engagement.folder if engagement and engagement.workspace == order.workspace else None
        keep(lambda store: store.add_attempt(report, sat.evidence, own_folder))
        if engagement is not None and own_folder is not None:
            did(engagement, "exam-taken", *(("exam-passed", "report-read") if report.result == "passed" else ()))
    with whoever_reads():
        show(report, names)
    summarise(report, names)
    if engagement is not None and names[0] == "text":
        point_to_hints(report)
        if report.result == "passed" and order.workspace is not None and not order.secret:
            point_to_debrief(order.entry)
            point_to_next()
    _after(sat, lost, order.out)
    raise click.exceptions.Exit(ExitCode.of(report.result))


def _order(
    engagement: Engagement | None, scenario: str | None, workspace: Path | None, use: str | None, runtime: str | None,
    out: Path | None,
) -> "ExamRequest":  # fmt: skip
    from labs.exam.run import ExamRequest
    from labs.library.catalogue import find

    if workspace is not None and use is not None:
        raise UsageProblem("--workspace and --use exclude each other", "name one deployment")
    if not scenario and in_ci():
        raise UsageProblem(
            "which engagement?", "in CI name it: what lies in the submission's folder must not choose its own exam"
        )
    if not scenario and engagement is None:
        raise UsageProblem(
            "which engagement?", "fdelab exam ENGAGEMENT --workspace DIR, or go to an engagement's folder"
        )
    entry = find(scenario or (engagement.scenario if engagement else ""), lint=True)
    if workspace is None and use is None:
        if engagement is None or engagement.entry().folder != entry.folder:
            raise UsageProblem("which deployment?", "give --workspace DIR or --use reference")
        workspace, runtime = engagement.submission(), runtime or engagement.runtime
    if workspace is not None and (workspace / MARK).is_dir() and not in_ci():
        # The engagement's own folder is what people point at; the deployment is in it.
        workspace = Engagement.load(workspace.resolve()).submission()
    return ExamRequest(entry, use=use, workspace=workspace, runtime=runtime or "auto", out=out)


def _seeded(order: "ExamRequest", seeding: dict[str, Any]) -> "ExamRequest":
    """With its seed, which in CI and in a class is the instructor's."""
    seed, of_class = seed_of(order.entry.scenario.id, **seeding)
    return replace(order, seed=seed, secret=of_class or in_ci())


def _of_a_stranger(order: "ExamRequest", workspace: Path) -> "ExamRequest":
    """The exam of a submission that may try anything: on a runtime that holds it, and of no folder but the one named.

    Raises `UsageProblem` and `CouldNotJudge` as `machine.for_strangers` does, `SubmissionInvalid` on a folder that a
    link leads to: the repository that was checked out may have put that link there.
    """
    from labs.machine import for_strangers

    named = Path(os.path.abspath(workspace))  # noqa: PTH100 - `Path.absolute` keeps `..`
    if workspace.is_dir() and workspace.resolve() != named:
        raise SubmissionInvalid(f"a symbolic link leads from {workspace} to another folder", NO_LINKS)
    return replace(order, workspace=named, runtime=for_strangers(order.runtime))


@contextlib.contextmanager
def _told(refused: Path | None) -> Iterator[None]:
    """Keep why a submission cannot be taken apart from the mistakes of whoever examines it, which end with 2 too."""
    try:
        yield
    except SubmissionInvalid as error:
        if refused is not None:
            refused.write_text(json.dumps({"refused": error.what, "remedy": error.remedy}) + "\n", "utf-8")
        raise


def _after(sat: "ExamRun", lost: LabError | None, out: Path | None) -> None:
    """Tell what else is to be known. Raises `lost`, what could not be written, where the files were asked for."""
    for remark in sat.collected.remarks if sat.collected else ():
        note(remark)
    note(f"evidence: {sat.evidence}")
    if lost is not None and out is not None:
        raise lost
    if lost is not None:
        note(lost.what)


@click.command("regrade")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@format_option
@full_option
@json_option
def regrade(folder: Path, formats: str, full: bool, as_json: bool) -> None:
    """Judge the evidence of an exam again. Needs no world and no engine; the same evidence gives the same report."""
    from labs.exam.judging import judge

    names = chosen(formats, as_json)
    report = judge(folder, full)
    with whoever_reads():
        show(report, names)
    raise click.exceptions.Exit(ExitCode.of(report.result))


DEMO = "promise-dates"


@click.command("demo")
@runtime_option
@json_option
def demo(runtime: str | None, as_json: bool) -> None:
    """See a broken and a repaired deployment examined side by side, with the same customer, orders and faults."""
    from labs.cli.progress import point_to_next
    from labs.exam.judging import judge
    from labs.exam.run import ExamRequest
    from labs.library.catalogue import find

    entry = find(DEMO, lint=True)
    note(f"{entry.scenario.title}: {entry.scenario.summary or entry.scenario.customer.name}")
    note("The deployment as it was handed over, and the repaired one, meet the same day. About a minute.\n")
    orders = {use: ExamRequest(entry, use, runtime=runtime or "auto", seed=1) for use in ("untouched", "reference")}
    sat = _side_by_side(orders)
    reports = {use: judge(one.evidence) for use, one in sat.items()}
    for use, one in sat.items():
        write(reports[use], ["text"], one.evidence)
    with whoever_reads():
        _compare(reports, as_json)
    for use, one in sat.items():
        note(f"{use}: {one.evidence}")
    note("\nNow it is yours.")
    point_to_next()
    judged = all(report.score is not None for report in reports.values())
    raise click.exceptions.Exit(ExitCode.PASSED if judged else ExitCode.NOT_JUDGED)


def _side_by_side(orders: "dict[str, ExamRequest]") -> "dict[str, ExamRun]":
    from labs.exam.run import run_exam

    cancel = Event()
    with display(many=True) as shown, ThreadPoolExecutor(len(orders)) as pool:

        def one(use: str) -> "ExamRun":
            scenario = orders[use].entry.scenario
            return run_exam(orders[use], lambda event: shown.event(use, scenario, event), cancel)

        futures = {use: pool.submit(one, use) for use in orders}
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        finally:
            if not all(future.done() for future in futures.values()):
                cancel.set()
        failures = [error for future in futures.values() if (error := future.exception())]
        # The other one was only interrupted because of the one that failed.
        for error in sorted(failures, key=lambda error: isinstance(error, Interrupted)):
            raise error
        return {use: future.result() for use, future in futures.items()}


def _compare(reports: "dict[str, Any]", as_json: bool) -> None:
    from grader.reports import compare

    sides = [compare.Side(use, report) for use, report in reports.items()]
    if as_json:
        emit(compare.to_json(sides[0], sides[1]))
    else:
        click.echo(compare.compare(sides[0], sides[1], width(), coloured()), nl=False)
