"""`fdelab scenario preview`."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator

import click

from grader.reports import phrasing
from grader.reports.ink import RESULTS
from grader.reports.phrasing import sentence
from grader.verdict import Verdict
from labs.base.errors import ExitCode, LabError
from labs.cli import completing
from labs.cli.display import display
from labs.cli.output import emit, json_option, note, printable, prose, renew, table, whoever_reads
from labs.library.catalogue import REFERENCE
from labs.verify.preview import Line, Previewed, PreviewRequest, Saved, Tell, previews
from labs.verify.preview import preview as play

COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.ERROR: "yellow"}


@click.command("preview")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--use", default=REFERENCE, show_default=True, metavar="USE", shell_complete=completing.every_deployment,
              help="The deployment that is played: reference, alternative, untouched, a shortcut, "
                   "or a folder.")  # fmt: skip
@click.option("--phases", default="", metavar="NAME[,NAME]", shell_complete=completing.every_phase,
              help="Play these phases only, as practice laps; left out: a whole lap, as an exam.")  # fmt: skip
@click.option("--seed", type=click.IntRange(1), default=1, show_default=True, help="The lap's seed.")
@click.option("--runtime", type=click.Choice(["auto", "docker", "local"]), default="local", show_default=True,
              help="Where it is played.")  # fmt: skip
@click.option("--once", is_flag=True, help="Play it once, and end.")
@json_option
def preview(scenario: str, use: str, phases: str, seed: int, runtime: str, once: bool, as_json: bool) -> None:
    """Play a lap of a scenario that you write: each check's value beside its threshold, and again at each save.

    Lint comes first. With --once it exits with 0 when passed, 1 when not, 2 when lint finds something, 3 when it cannot
    be judged; of some phases only what can be judged in them counts.
    """
    chosen = tuple(name.strip() for name in phases.split(",") if name.strip())
    request = PreviewRequest(scenario, use, chosen, seed, runtime)
    if not once:
        asyncio.run(_watch(request, as_json))
        return
    with _shown() as tell:
        found = play(request, tell)
    with whoever_reads():
        _print(found, as_json)
    raise click.exceptions.Exit(ExitCode.of(found.result))


@contextlib.contextmanager
def _shown() -> Iterator[Tell]:
    with display() as shown:
        yield lambda scenario, event: shown.event(scenario.id, scenario, event)


async def _watch(request: PreviewRequest, as_json: bool) -> None:
    """Print each preview until Ctrl-C. Raises what keeps the first one from being played."""
    first = True
    async with contextlib.aclosing(previews(request, _shown)) as found:
        async for one in found:
            if isinstance(one, Saved):
                note(f"saved: {', '.join(sorted({file.name for file in one.files}))}")
                continue
            if isinstance(one, LabError):
                if first:
                    raise one
                note(f"{one.what}\n{one.remedy or ''}".rstrip())
            else:
                if not as_json:
                    renew()
                _print(one, as_json)
                sys.stdout.flush()
            first = False
            note("again at the next save; Ctrl-C ends")


def _print(found: Previewed, as_json: bool) -> None:
    if as_json:
        emit(found.to_json())
        return
    report = found.report
    part = f"phases {', '.join(found.phases)}" if found.phases else phrasing.score(report)
    click.echo(f"{click.style(report.title, bold=True)} · {found.use} · seed {found.seed} · {report.runtime}")
    click.echo(f"{RESULTS[found.result]} · {part}\n")
    head: tuple[str, ...] = ("check", "family", "gate", "value", "threshold", "", "points")
    head += ("shortcuts that fail it",) * found.examined
    table([_row(one, found.examined) for one in found.lines], head, whole={0})
    click.echo("")
    for one in found.lines:
        if one.check.reason and one.check.verdict not in (Verdict.PASS, Verdict.WAITING):
            click.echo(prose(f"{one.check.id}: {sentence(one.check.reason)}"))
    for line in report.last_lines:
        click.echo(f"| {printable(line)}")
    if all(one.check.verdict is Verdict.WAITING for one in found.lines):
        note("no check looks at these phases alone: `fdelab scenario show` names those of each")
    for text in (*report.warnings, *found.remarks):
        note(sentence(text))


def _row(one: Line, examined: bool) -> tuple[str, ...]:
    check = one.check
    cells = (
        check.id, check.family, "gate" if check.gate else "", check.observed, check.expected,
        click.style(one.outcome, fg=COLOURS.get(check.verdict)),
        "–" if check.verdict is Verdict.WAITING or not check.weight else f"{check.points:.1f} of {check.worth:.1f}",
    )  # fmt: skip
    return (*cells, ", ".join(one.shortcuts) or "none") if examined else cells
