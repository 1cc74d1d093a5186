"""`fdelab scenario extremes`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from labs.base.cancel import CancelToken
from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.display import display
from labs.cli.output import emit, json_option, note, table, whoever_reads
from labs.library.catalogue import Entry, find

if TYPE_CHECKING:
    from labs.verify.offline.base import Kept
    from labs.verify.offline.extremes import Found, Progress

SHOWN = 12
"""Deployments of each kind that are shown, those with the most points first."""


@click.command("extremes")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--seeds", type=click.IntRange(1), default=2, show_default=True, help="How many seeds each.")
@click.option("--first", type=click.IntRange(1), default=1, show_default=True, help="The first of the seeds.")
@click.option("--record", is_flag=True, help="Hold an exam of the reference first, with each seed that has none kept.")
@click.option(
    "--runtime",
    type=click.Choice(["auto", "docker", "local", "box"]),
    default="auto",
    show_default=True,
    help="Runtime of the exams that --record holds.",
)
@json_option
def extremes(scenario: str, seeds: int, first: int, record: bool, runtime: str, as_json: bool) -> None:
    """Play degenerate deployments of a scenario without a world; each has to fail. Exits with 1 when one does not.

    Those that look at nothing need no more than the scenario. Where a lap of the reference is kept (--record, and
    `scenario verify`), it is played again with one decision made degenerate, each field of its answers and each column
    that it writes lost, and answers spoilt as often as a check endures.
    """
    from labs.verify import kept
    from labs.verify.matrix import Matrix
    from labs.verify.offline import shelf
    from labs.verify.offline.extremes import examine

    entry = find(scenario, lint=True)
    chosen = range(first, first + seeds)
    laps = _recorded(entry, chosen, runtime) if record else shelf.kept(entry, chosen)
    if not laps:
        note("no lap of the reference is kept: only what looks at nothing is played; see --record")
    with _progress() as progress:
        found = examine(entry, chosen, laps, progress)
    place = kept.file(entry)
    matrix = kept.with_extremes(entry, Matrix.read(place, entry.hash), found)
    matrix.save(place)
    findings = found.findings(entry)
    with whoever_reads():
        if as_json:
            emit(to_json(found) | {"findings": [one.to_json() for one in findings], "written": [str(place)]})
        else:
            _print(found)
            for one in findings:
                click.echo(f"{click.style(one.rule, fg='red')}: {one}")
            note(f"wrote {place}")
    raise click.exceptions.Exit(ExitCode.NOT_PASSED if findings else ExitCode.PASSED)


def to_json(found: "Found") -> dict[str, Any]:
    """Return what was played as plain data."""
    return {
        "seeds": found.seeds, "kept": found.kept, "extremes": [one.to_json() for one in found.extremes.values()],
        "lost": found.lost,
    }  # fmt: skip


def _recorded(entry: Entry, seeds: range, runtime: str) -> "dict[int, Kept]":
    from labs.verify.offline import shelf

    cancel, laps = CancelToken(), {}
    with display(many=True) as shown:
        for seed in seeds:
            tell = partial(shown.event, f"reference-{seed}", entry.scenario)
            try:
                laps[seed] = shelf.record(entry, seed, runtime, tell, cancel)
            except KeyboardInterrupt:
                cancel.cancel()
                raise
    return laps


@contextmanager
def _progress() -> "Iterator[Progress]":
    """Show on a terminal which deployment is played; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _name, _number, _of: None
        return

    def tell(name: str, number: int, of: int) -> None:
        click.echo(f"\r\x1b[K{number} of {of}: {name[:60]}", nl=False, err=True)

    try:
        yield tell
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)


def _print(found: "Found") -> None:
    rows = []
    for kind in ("nothing", "around", "sabotage"):
        mine = sorted((e for e in found.extremes.values() if e.kind == kind), key=lambda e: (not e.passes, -e.score))
        for one in mine[:SHOWN]:
            mark = click.style("passes", fg="red") if one.passes else "fails"
            rows.append((kind, one.name, f"{one.score:.1f}", mark, ", ".join(one.failed()[:3]) or "–"))
        if len(mine) > SHOWN:
            rows.append((kind, f"and {len(mine) - SHOWN} more, which score less", "", "", ""))
    table(rows, ("kind", "deployment", "best score", "", "fails in"))
    if found.lost:
        click.echo("")
        table([(name, ", ".join(moves) or click.style("nothing", fg="red")) for name, moves in found.lost.items()],
              ("lost", "moves"))  # fmt: skip
