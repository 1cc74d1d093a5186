"""`fdelab start`, `status`, `redeploy` and `stop`: the life of an engagement."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labs.actions.data import of_engagement, of_redeploy, of_status
from labs.actions.start import StartRequest, WorldState
from labs.actions.start import start as begin
from labs.actions.status import StatusRequest
from labs.actions.status import status as look
from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.output import emit, json_option, note, printable, prose, runtime_option, table, unkept
from labs.cli.tips import tip
from labs.engagement.engagement import Engagement, current, required

if TYPE_CHECKING:
    from labs.world.keepers import Keeper
    from simulator.protocol.control import WorldStatus


@click.command("start")
@click.argument("scenario", required=False, metavar="[ENGAGEMENT]", shell_complete=completing.engagements)
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@runtime_option
@click.option("--files-only", is_flag=True, help="Make the folder, and bring no world up.")
@json_option
def start(scenario: str | None, folder: Path | None, runtime: str | None, files_only: bool, as_json: bool) -> None:
    """Take an engagement: make its folder, ./ENGAGEMENT or DIR, and bring its world up.

    In a folder that already holds this engagement, only what is missing is made, and the world is brought up again.
    Inside it, `fdelab start` alone does that.
    """
    from labs.cli.telling import telling

    request = StartRequest(scenario, folder, runtime, files_only, current())
    with telling() as tell:
        started = begin(request, tell)
    engagement = started.engagement
    unkept(started.unkept)
    for line in started.last_lines:
        note(f"| {printable(line)}")
    if said := _SAID[started.world]:
        note(said)
    if as_json:
        emit(of_engagement(engagement) | {"new": started.new})
    elif started.new:
        _where_to_begin(engagement)


_SAID = {
    WorldState.NONE: "",
    WorldState.RAN: "its world is running already",
    WorldState.UP: "the world is running; it goes on until `fdelab stop`",
    WorldState.BROKEN: "the world is up; repair the workspace, then fdelab redeploy",
}


def _where_to_begin(engagement: Engagement) -> None:
    there = [
        (engagement.folder / "briefing.md", "what the customer needs: read it first"),
        (engagement.incident, "evidence of the bad day, to investigate: fdelab incident · fdelab sql"),
        (engagement.workspace, "the deployment, yours to repair: a git repository"),
    ]
    table([(path.name + "/" * path.is_dir(), what) for path, what in there if path.exists()])
    note(f"\ncd {shlex.quote(str(engagement.folder))}\n\nand look: fdelab status · fdelab logs -f · fdelab check")


@click.command("status")
@click.option("--watch", is_flag=True, help="Again every second, until Ctrl-C.")
@json_option
def status(watch: bool, as_json: bool) -> None:
    """Show what the world of this engagement is doing now."""
    engagement = required()
    if watch:
        from labs.cli import watch as live

        live.status(engagement, as_json)
        return
    now = look(StatusRequest(engagement))
    if as_json:
        emit(of_status(engagement, now))
        return
    rows = [("engagement", engagement.scenario), ("folder", str(engagement.folder))]
    table(rows + (_world_rows(now.world) if now.world else _no_world(now.ended)))
    _name(now.elsewhere, "these run on this machine, of other state folders")
    for one in now.messages:
        click.echo(f"\n{click.style(one.sender, bold=True)}\n{prose(one.text)}")
    tip(engagement)


def _no_world(ended: str | None) -> list[tuple[str, str]]:
    again = "fdelab start brings it up"
    return [("world", f"not running: {ended}"), ("", again)] if ended else [("world", f"not running: {again}")]


def _name(others: "Sequence[Keeper]", title: str) -> None:
    """Say which worlds of other state folders there are, and how to end them."""
    if others:
        note(f"\n{title}:")
    for one in others:
        note(f"  {one.told()}\n    {one.remedy()}")


def _world_rows(state: "WorldStatus") -> list[tuple[str, str]]:
    doing = "up, but the deployment did not start" if state.phase == "broken" else state.phase
    rows = [("world", f"{doing}, lap {state.lap}"), ("runtime", f"{state.runtime}: {state.why}")]
    field = state.field
    if field is not None and field.lap is not None and field.sim is not None:
        rows.append(("phase", f"{field.phase}, {field.sim:%Y-%m-%d %H:%M} at the customer's"))
        counts = f"{field.answered} of {field.intended} answered"
        rows.append(("traffic", f"{counts}, {field.failed} failed"))
    return rows + [(name, url + _ended(state.restarts.get(name, 0))) for name, url in state.services.items()]


def _ended(times: int) -> str:
    if not times:
        return ""
    return f"; ended by itself {'once' if times == 1 else f'{times} times'} in this lap: see fdelab logs"


@click.command("redeploy")
@json_option
def redeploy(as_json: bool) -> None:
    """Put your workspace into the running world. Exits with 1 when it does not take traffic there."""
    from labs.actions.redeploy import RedeployRequest
    from labs.actions.redeploy import redeploy as replace
    from labs.cli.telling import telling

    with telling() as tell:
        done = replace(RedeployRequest(required()), tell)
    for remark in done.collected.remarks:
        note(remark)
    if as_json:
        emit(of_redeploy(done))
    else:
        for line in done.last_lines:
            click.echo(f"| {printable(line)}")
        changed = len(done.collected.changed)
        differs = "as it was handed over" if not changed else f"{changed} file{'s' if changed > 1 else ''} changed"
        note(f"{differs}; it {'takes traffic' if done.ready else 'does not take traffic: its last lines are above'}")
    if not done.ready:
        raise click.exceptions.Exit(ExitCode.NOT_PASSED)


@click.command("stop")
@click.argument("session", required=False, shell_complete=completing.sessions)
@click.option("--all", "everywhere", is_flag=True, help="Every world of yours, not only this engagement's.")
def stop(session: str | None, everywhere: bool) -> None:
    """Take the world down; your workspace stays as it is.

    With SESSION, the world of that name, as `fdelab doctor` lists them: also one that was started under another home.
    """
    from labs.actions.stop import StopRequest
    from labs.actions.stop import stop as end

    here = [] if everywhere or session is not None else [required()]
    done = end(StopRequest(here, session, everywhere))
    for name in done.sessions:
        note("stopped" if here else f"stopped {name}")
    if not done.sessions:
        note("nothing was running")
    _name(done.elsewhere, "these run on, of other state folders")
