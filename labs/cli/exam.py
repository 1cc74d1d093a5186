"""`fdelab exam`, `regrade` and `demo`."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from labs.actions.memory import reach
from labs.base.ci import in_ci
from labs.base.errors import ExitCode, SubmissionInvalid
from labs.cli import completing
from labs.cli.debrief import point_to_debrief
from labs.cli.display import display
from labs.cli.output import (
    coloured,
    emit,
    exam_runtime_option,
    json_option,
    note,
    runtime_option,
    unkept,
    whoever_reads,
)
from labs.cli.practice import point_to_hints
from labs.cli.progress import point_to_next
from labs.cli.reports import chosen, format_option, full_option, show, summarise, truth_option, width
from labs.cli.seeds import seed_options
from labs.cli.telling import telling
from labs.engagement.engagement import current

if TYPE_CHECKING:
    from labs.actions.demo import DemoSide
    from labs.actions.exam import ExamsTaken, ExamTaken
    from labs.base.errors import LabError

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
@click.option(
    "--seeds",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="K",
    help="Hold K exams, each with a seed of its own; passed when all are.",
)
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
    seeds: int, out: Path | None, refused: Path | None, formats: str, full: bool, as_json: bool, **seeding: Any,
) -> None:  # fmt: skip
    """Be examined: a fresh world, a hidden seed, one lap, a report.

    Inside an engagement, its workspace is examined. Exits with 0 when passed, 1 when not, 2 when the engagement or
    the submission is invalid, 3 when it could not be judged.
    """
    from labs.actions.exam import TakeExamRequest, take_exam, take_exams
    from labs.exam.seeding import Seeding

    names, ci = chosen(formats, as_json), in_ci()
    # What lies in a submission's folder is a stranger's in CI, and says nothing about its own exam.
    engagement = None if ci else current()
    request = TakeExamRequest(
        engagement, scenario, workspace, use, runtime, out, Seeding(**seeding),
        ci=ci, trust_submission=trust_submission, formats=tuple(names), full=full,
    )  # fmt: skip
    if seeds > 1:
        with _told(refused), telling() as tell:
            several = take_exams(request, seeds, tell)
        _all_of(several, names, out)
    with _told(refused), telling() as tell:
        done = take_exam(request, tell)
    unkept(done.unkept)
    with whoever_reads():
        show(done.report, names)
    if engagement is not None and "exam-passed" in done.milestones:
        reach(engagement.folder, "report-read")
    summarise(done.report, names)
    if engagement is not None and names[0] == "text":
        point_to_hints(done.report)
        if done.report.result == "passed" and done.counts:
            point_to_debrief(done.entry)
            point_to_next()
    _after(done, out)
    raise click.exceptions.Exit(ExitCode.of(done.report.result))


def _all_of(done: "ExamsTaken", names: list[str], out: Path | None) -> NoReturn:
    """Tell what several exams came to, and end as the worst of them."""
    for one in done.exams:
        unkept(one.unkept)
    with whoever_reads():
        show(done.report, names)
    summarise(done.report, names)
    for remark in done.exams[0].remarks:
        note(remark)
    note(f"evidence: {done.folder}")
    _tell_unwritten(done.unwritten, out)
    raise click.exceptions.Exit(ExitCode.of(done.report.result))


@contextlib.contextmanager
def _told(refused: Path | None) -> Iterator[None]:
    """Keep why a submission cannot be taken apart from the mistakes of whoever examines it, which end with 2 too."""
    try:
        yield
    except SubmissionInvalid as error:
        if refused is not None:
            refused.write_text(json.dumps({"refused": error.what, "remedy": error.remedy}) + "\n", "utf-8")
        raise


def _after(done: "ExamTaken", out: Path | None) -> None:
    """Tell what else is to be known. Raises what could not be written, where the files were asked for."""
    for remark in done.remarks:
        note(remark)
    note(f"evidence: {done.evidence}")
    _tell_unwritten(done.unwritten, out)


def _tell_unwritten(error: "LabError | None", out: Path | None) -> None:
    if error is not None and out is not None:
        raise error
    if error is not None:
        note(error.what)


@click.command("regrade")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@format_option
@full_option
@truth_option
@json_option
def regrade(folder: Path, formats: str, full: bool, truth: bool, as_json: bool) -> None:
    """Judge the evidence of an exam again. Needs no world and no engine; the same evidence gives the same report.

    Exits with 0 when passed, 1 when not, 3 when it cannot be judged.
    """
    from labs.actions.regrade import RegradeRequest
    from labs.actions.regrade import regrade as again

    names = chosen(formats, as_json)
    report = again(RegradeRequest(folder, full, truth))
    with whoever_reads():
        show(report, names)
    raise click.exceptions.Exit(ExitCode.of(report.result))


@click.command("demo")
@runtime_option
@json_option
def demo(runtime: str | None, as_json: bool) -> None:
    """See a broken and a repaired deployment examined side by side, with the same customer, orders and faults.

    Exits with 3 when one could not be judged.
    """
    from labs.actions.demo import DemoRequest, demo_entry
    from labs.actions.demo import demo as hold

    entry = demo_entry()
    scenario = entry.scenario
    note(f"{scenario.title}: {scenario.summary or scenario.customer.name}")
    note("The deployment as it was handed over, and the repaired one, meet the same day. About a minute.\n")
    with display(many=True) as shown:
        sides = hold(DemoRequest(entry, runtime), lambda use, event: shown.event(use, scenario, event))
    with whoever_reads():
        _compare(sides, as_json)
    for side in sides:
        note(f"{side.use}: {side.evidence}")
    note("\nNow it is yours.")
    point_to_next()
    judged = all(side.report.score is not None for side in sides)
    raise click.exceptions.Exit(ExitCode.PASSED if judged else ExitCode.NOT_JUDGED)


def _compare(sides: "Sequence[DemoSide]", as_json: bool) -> None:
    from grader.reports import compare

    one, other = (compare.Side(side.use, side.report) for side in sides)
    if as_json:
        emit(compare.to_json(one, other))
    else:
        click.echo(compare.compare(one, other, width(), coloured()), nl=False)
