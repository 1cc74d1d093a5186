"""`fdelab progress`, and what other commands say comes next."""

from typing import TYPE_CHECKING

import click

from labs.actions.progress import attempts, export_progress, next_command
from labs.cli.output import emit, json_option, note, table

if TYPE_CHECKING:
    from labs.progress.store import Attempt


@click.command("progress")
@json_option
def progress(as_json: bool) -> None:
    """Your exams and hints on this machine. Practice does not count, nor does what ships with an engagement."""
    if as_json:
        emit(export_progress())
        return
    if taken := attempts():
        table([_row(one) for one in taken], ("when", "engagement", "result", "score", "money a lap", "evidence"))
    else:
        note("no exam yet: fdelab exam, in the folder of an engagement")
    point_to_next()


def point_to_next() -> None:
    """Say what to take next. It is an extra: where it cannot be said, nothing is missing."""
    if way := next_command():
        note(f"\nnext: {way}")


def _row(one: "Attempt") -> tuple[str, ...]:
    result = {"passed": "passed", "failed": "not passed"}.get(one.result, "not judged")
    money = "–" if one.money is None else f"{one.money:,.0f} {one.currency}"
    return (f"{one.taken_at.astimezone():%Y-%m-%d %H:%M}", one.scenario, result, one.points, money, one.evidence)
