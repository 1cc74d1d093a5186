"""`fdelab doctor` and `gc`."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from labs.base.errors import ExitCode
from labs.cli.output import emit, json_option, note, table, whoever_reads

if TYPE_CHECKING:
    from labs.machine import Finding


@click.command("doctor")
@json_option
def doctor(as_json: bool) -> None:
    """Show what works on this machine, and what to do about the rest. Exits with 0 when worlds can run here."""
    from labs.machine import examine, usable

    findings = examine()
    works = usable(findings)
    with whoever_reads():
        if as_json:
            emit({"usable": works, "findings": [asdict(finding) for finding in findings]})
        else:
            table(_rows(findings))
            note("\nworlds can run here" if works else "\nworlds cannot run here: see the problems above")
    raise click.exceptions.Exit(ExitCode.PASSED if works else ExitCode.NOT_JUDGED)


def _rows(findings: "list[Finding]") -> list[tuple[str, str, str]]:
    rows = []
    for finding in findings:
        mark = click.style("ok", fg="green") if finding.ok else click.style("problem", fg="red")
        rows.append((finding.name, mark, finding.found))
        if not finding.ok and finding.remedy:
            rows.append(("", "", f"→ {finding.remedy}"))
    return rows


@click.command("gc")
@click.option("--images", is_flag=True, help="Also container images of earlier fdelabs that nothing uses.")
@json_option
def gc(images: bool, as_json: bool) -> None:
    """Remove what dead worlds left on this machine. Never your workspace, never the evidence of exams."""
    from labs.machine import clean
    from labs.world.keepers import elsewhere

    removed = clean(note if as_json else click.echo, images)
    if as_json:
        emit(asdict(removed))
    elif not removed:
        click.echo("nothing to remove")
    for one in elsewhere():
        note(f"left alone: {one.told()}, which lives")
