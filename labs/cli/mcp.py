"""`fdelab mcp`: an engagement for a coding agent."""

from importlib.util import find_spec
from pathlib import Path

import click

from labs.base.errors import UsageProblem


@click.command("mcp")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
def mcp(folder: Path | None) -> None:
    """Let a coding agent take the engagement in DIR, or the one here: a server of the Model Context Protocol (stdio).

    Its tools are a learner's commands: status, start, stop, redeploy, check, phase, logs, incident, sql, ask, hint,
    brief and exam. It ends when stdin is closed, or at Ctrl-C; a running world goes on. Exits with 2 where the extra
    `mcp` is not installed.
    """
    if find_spec("mcp") is None:
        raise UsageProblem("fdelab mcp needs the package mcp: pip install 'fdelab[mcp]'")
    from labs.engagement.engagement import required
    from labs.engagement.running import runs_on
    from labs.mcp.server import run

    engagement = required(folder)
    run(engagement.folder)
    if engagement.load(engagement.folder).world() is not None:
        click.echo(runs_on([engagement]), err=True)
