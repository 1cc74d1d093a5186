"""`fdelab logs`."""

import json
from typing import TYPE_CHECKING

import click

from labs.cli import completing
from labs.cli.output import for_programs, json_option, printable
from labs.engagement.engagement import required

if TYPE_CHECKING:
    from labs.actions.logs import LogLine


@click.command("logs")
@click.argument("service", required=False, shell_complete=completing.services)
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come, across laps.")
@click.option("--lap", type=click.IntRange(1), metavar="N", help="Of an earlier lap; the last three are kept.")
@click.option("--incident", is_flag=True, help="Of the incident; no world needs to run.")
@click.option("--grep", metavar="REGEX", help="Only lines in which this is found.")
@json_option
def logs(
    service: str | None, follow: bool, lap: int | None, incident: bool, grep: str | None, as_json: bool
) -> None:  # fmt: skip
    """Show what the deployment prints in the current lap, each line with the second of the lap that it came in.

    With --json a line each, as the evidence has them.
    """
    from labs.actions.logs import LogsRequest
    from labs.actions.logs import logs as lines

    engagement = required()
    many = len(engagement.entry().scenario.deployment.services) > 1
    for line in lines(LogsRequest(engagement, service, follow, lap, incident, grep or "")):
        if as_json:
            for_programs(f"{json.dumps(line.row, ensure_ascii=False)}\n")
        else:
            click.echo(_line(line, many))


def _line(line: "LogLine", many: bool) -> str:
    text = printable(line.text)
    name = click.style(f"{line.service}  ", fg="cyan") if many else ""
    at = click.style(f"{line.at:7.2f}", dim=True)
    return f"{at}  {name}{text}"
