"""`fdelab progress`, and how the other commands keep what enters it."""

import contextlib
from collections.abc import Callable

import click

from labs.base.errors import LabError
from labs.cli.output import emit, json_option, note, table
from labs.progress.store import Attempt, Store


def keep(enter: Callable[[Store], None]) -> None:
    """Let something enter progress. Where that fails, what was done stands all the same, and the reason is said."""
    try:
        enter(Store())
    except LabError as error:
        note(f"{error.what}; {error.remedy}" if error.remedy else error.what)


@click.command("progress")
@json_option
def progress(as_json: bool) -> None:
    """Your exams and hints on this machine. Practice does not count, nor does what ships with an engagement."""
    store = Store()
    if as_json:
        emit(store.export())
        return
    attempts = store.attempts()
    if attempts:
        table([_row(one) for one in attempts], ("when", "engagement", "result", "score", "money a lap", "evidence"))
    else:
        note("no exam yet: fdelab exam, in the folder of an engagement")
    point_to_next()


def point_to_next() -> None:
    """Say what to take next. It is an extra: where it cannot be said, nothing is missing."""
    from labs.overview.upnext import said

    with contextlib.suppress(LabError):
        if way := said():
            note(f"\nnext: {way}")


def _row(one: Attempt) -> tuple[str, ...]:
    result = {"passed": "passed", "failed": "not passed"}.get(one.result, "not judged")
    money = "–" if one.money is None else f"{one.money:,.0f} {one.currency}"
    return (f"{one.taken_at.astimezone():%Y-%m-%d %H:%M}", one.scenario, result, one.points, money, one.evidence)
