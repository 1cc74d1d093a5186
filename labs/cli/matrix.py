"""`fdelab scenario matrix`."""

from collections.abc import Sequence
from pathlib import Path

import click

from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.output import emit, json_option, table, whoever_reads
from labs.library.catalogue import find
from labs.verify import kept
from labs.verify.findings import Finding
from labs.verify.matrix import Matrix


@click.command("matrix")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--results", type=click.Path(path_type=Path, dir_okay=False),
              help="File of results of `scenario verify`, where it was given one.")  # fmt: skip
@json_option
def matrix(scenario: str, results: Path | None, as_json: bool) -> None:
    """Show each check beside each deployment that was examined, and what that finds wrong with the scenario.

    It is what `scenario verify`, `extremes` and `mutate` have kept of this very scenario. Exits with 1 when there is
    something to repair.
    """
    entry = find(scenario, lint=True)
    known = kept.known(entry, results)
    if not known.rows:
        hint = f"run `fdelab scenario verify {scenario}`, or `fdelab scenario extremes {scenario}`"
        raise UsageProblem("nothing was examined of this scenario as it is", hint)
    found = kept.findings(entry, known)
    with whoever_reads():
        if as_json:
            emit(known.to_json() | {"findings": [one.to_json() for one in found]})
        else:
            print_matrix(known)
            print_findings(found)
    raise click.exceptions.Exit(ExitCode.NOT_PASSED if found else ExitCode.PASSED)


def print_matrix(known: Matrix) -> None:
    """Print one line a deployment, with one letter a check; those played without a world are summed up by kind."""
    checks = known.checks
    for number, name in enumerate(checks, start=1):
        click.echo(f"{number:>3}  {name}")
    click.echo("")
    rows = [
        (use, row.kind, str(row.exams), "".join(row.checks[c].mark() if c in row.checks else " " for c in checks))
        for use, row in known.of("untouched", "solution", "shortcut").items()
    ]
    for kind in ("extreme", "altered", "mutant"):
        some = known.of(kind)
        failed = [str(sum(c in row.checks and row.checks[c].fails for row in some.values())) for c in checks]
        if some:
            rows.append((f"{len(some)} deployments", kind, str(sum(r.exams for r in some.values())), " ".join(failed)))
    table(
        rows, ("deployment", "kind", "exams", "checks: F failed, s skipped, E error, . passed; or how many failed it")
    )


def print_findings(found: Sequence[Finding]) -> None:
    """Print what is to be repaired, a line each."""
    for one in found:
        click.echo(f"{click.style(one.rule, fg='red')}: {one}")
