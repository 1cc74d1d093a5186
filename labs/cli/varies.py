"""`fdelab scenario varies`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.output import emit, json_option, table, whoever_reads

if TYPE_CHECKING:
    from labs.verify.varies import Varies


@click.command("varies")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--seeds", type=click.IntRange(2, 50), default=5, show_default=True, help="How many seeds to compare.")
@json_option
def varies(scenario: str, seeds: int, as_json: bool) -> None:
    """List what comes out the same for every seed, without bringing a world up.

    Who knows by heart what never varies needs to read nothing: columns, ratios between columns, constants of the site,
    and when phases, faults and drifts begin. Draw it (`lasts: 8s..14s`), or say under `constant` why it stays. Exits
    with 1 when there is something of which nobody said why.
    """
    from labs.actions.varies import compared

    found = compared(scenario, seeds)
    with whoever_reads():
        emit(_data(found)) if as_json else _print(found)
    raise click.exceptions.Exit(ExitCode.NOT_PASSED if found.findings or found.idle else ExitCode.PASSED)


def _data(found: "Varies") -> dict[str, Any]:
    return {
        "seeds": found.seeds,
        "compared": found.compared,
        "same": [asdict(one) for one in found.same],
        "idle": found.idle,
    }


def _print(found: "Varies") -> None:
    findings = found.findings
    if findings:
        table([(one.name, one.says) for one in findings], ("the same for every seed", ""))
        click.echo()
    for name in found.idle:
        click.echo(f"constant: {name!r} covers nothing that is the same: take it out")
    said = len(found.same) - len(findings)
    reasons = f", and {said} more with a reason" if said else ""
    click.echo(f"{len(findings)} of {found.compared} are the same for {len(found.seeds)} seeds{reasons}")
