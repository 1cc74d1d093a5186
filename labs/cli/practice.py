"""`fdelab check`, `phase` and `hint`: what helps while practising."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from labs.actions.check import seen
from labs.actions.data import of_hint, of_hints
from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.output import emit, json_option, note, prose, table, unkept, whoever_reads
from labs.cli.reports import show
from labs.cli.tips import tip
from labs.engagement.engagement import required

if TYPE_CHECKING:
    from grader.report import Report
    from labs.actions.hint import Hint


@click.command("check")
@click.option("--watch", is_flag=True, help="One line a check, again whenever something changed, until Ctrl-C.")
@json_option
def check(watch: bool, as_json: bool) -> None:
    """Check the deployment in practice laps: the latest run of each phase since your last redeploy.

    Exits with 0 when it passes, 1 when it does not, 3 when that cannot be said yet.
    """
    engagement = required()
    if watch:
        from labs.cli import watch as live

        live.checks(engagement, as_json)
        return
    from labs.actions.check import CheckRequest
    from labs.actions.check import check as look

    report = look(CheckRequest(engagement)).report
    with whoever_reads():
        show(report, ["json" if as_json else "text"])
    seen(engagement, report)
    if not as_json:
        point_to_hints(report)
        tip(engagement)
    raise click.exceptions.Exit(ExitCode.of(report.result))


@click.command("phase")
@click.argument("name", required=False, metavar="[PHASE]", shell_complete=completing.phases)
def phase(name: str | None) -> None:
    """Jump to a phase: this lap ends, and the next begins there. Without PHASE: which have begun. Practice only.

    The ungraded phases right before it come too, as they lead to it.
    """
    from labs.actions.jump import JumpRequest, jump, phases

    engagement = required()
    if name is None:
        known = phases(engagement)
        rows = [(one.name, "" if one.graded else "not graded", "the requirement changes" * one.shift) for one in known]
        table(rows, ("phase", "", "")) if rows else note("no phase has begun yet in a world of this engagement")
        return
    jump(JumpRequest(engagement, name))
    note(f"the next lap begins with {name}, in a moment")


@click.command("hint")
@click.argument("name", required=False, metavar="[CHECK]", shell_complete=completing.checks)
@json_option
def hint(name: str | None, as_json: bool) -> None:
    """Take a nudge for one check. Without CHECK: which checks have one, and those that you took."""
    from labs.actions.hint import HintRequest, hints, take_hint

    engagement = required()
    if name is None:
        _hints(hints(engagement), as_json)
        return
    given = take_hint(HintRequest(engagement, name))
    unkept(given.unkept)
    emit(of_hint(given)) if as_json else click.echo(prose(given.text))


def point_to_hints(report: "Report") -> None:
    """Say how to get a nudge, where a check failed that has one."""
    name = next((check.id for check in report.checks if check.hint), None)
    if name:
        note(f"\na nudge for a check: fdelab hint {name}")


def _hints(there: "Sequence[Hint]", as_json: bool) -> None:
    if as_json:
        emit(of_hints(there))
    elif there:
        rows = [(one.check, "taken" if one.taken else "", one.says) for one in there]
        table(rows, ("check", "hint", "what holds when it passes"))
        for one in there:
            if one.taken:
                click.echo(f"\n{prose(f'{one.check}: {one.text}')}")
    else:
        note("this engagement has no hints")
