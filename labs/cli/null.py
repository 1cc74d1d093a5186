"""`fdelab scenario null`."""

import tempfile
from functools import partial
from pathlib import Path

import click

from labs.base.cancel import CancelToken
from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.display import display
from labs.cli.matrix import print_findings
from labs.cli.output import emit, json_option, note, whoever_reads
from labs.library.catalogue import REFERENCE, find


@click.command("null")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--use", default=REFERENCE, show_default=True, metavar="USE", shell_complete=completing.every_deployment,
              help="The deployment that is played.")  # fmt: skip
@click.option("--seed", type=click.IntRange(1), default=1, show_default=True, help="The lap's seed.")
@click.option("--runtime", type=click.Choice(["auto", "docker", "local", "box"]), default="auto", show_default=True,
              help="Where it is played.")  # fmt: skip
@json_option
def null(scenario: str, use: str, seed: int, runtime: str, as_json: bool) -> None:
    """Play a lap on which nothing happens: no fault, drift, change or shift. Exits with 1 on an alarm or a flag.

    Alarms are rows that the workload declares as such, and flags are fields that say something is out of the ordinary.
    """
    from labs.verify.null import hold

    entry, cancel = find(scenario, lint=True), CancelToken()
    with tempfile.TemporaryDirectory(prefix="fdelab-null-") as folder, display() as shown:
        tell = partial(shown.event, f"{use}-{seed}", entry.scenario)
        try:
            found = hold(entry, seed, runtime, Path(folder) / "lap", tell, cancel, use)
        except KeyboardInterrupt:
            cancel.cancel()
            raise
    with whoever_reads():
        if as_json:
            emit({"use": use, "seed": seed, "findings": [one.to_json() for one in found]})
        elif found:
            print_findings(found)
        else:
            note("no alarm and no flag")
    raise click.exceptions.Exit(ExitCode.NOT_PASSED if found else ExitCode.PASSED)
