"""`fdelab mcp`: an engagement for a coding agent."""

from pathlib import Path

import click

from labs.base.errors import UsageProblem

_EXTRA = (
    "fdelab mcp needs the package mcp; install the project with its extra: pip install 'fdelab[mcp]', or make setup"
)


@click.command("mcp")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
def mcp(folder: Path | None) -> None:
    """Let a coding agent take the engagement in DIR, or the one here: a server of the Model Context Protocol (stdio).

    Its tools are a learner's commands: status, start, stop, redeploy, check, phase, logs, incident, sql, ask, hint,
    brief and exam. It ends when stdin is closed, or at Ctrl-C; a running world goes on. Exits with 2 where the extra
    `mcp` is not installed.
    """
    from labs.engagement.engagement import required
    from labs.engagement.running import runs_on

    try:
        from labs.mcp.server import run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        raise UsageProblem(_EXTRA) from None
    engagement = required(folder)
    run(engagement.folder)
    if engagement.load(engagement.folder).world() is not None:
        click.echo(runs_on([engagement]), err=True)
