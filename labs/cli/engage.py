"""`fdelab start`, `status`, `redeploy` and `stop`: the life of an engagement."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.display import display
from labs.cli.output import emit, json_option, note, printable, prose, runtime_option, table
from labs.cli.tips import did, tip
from labs.engagement.engagement import Engagement, begin, current, required
from labs.library.catalogue import Entry
from labs.world import endings
from labs.world.client import World
from labs.world.events import messages
from simulator.protocol.control import WorldStatus
from simulator.protocol.events import DeploymentFailed, Event

if TYPE_CHECKING:
    from labs.world.keepers import Keeper


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
    from labs.cli.progress import keep

    entry, place = _which(scenario, folder)
    engagement, new = begin(entry, place, runtime)
    keep(lambda store: store.opened(engagement.folder, engagement.scenario))
    verb = "made" if new else "found"
    note(f"{verb} {click.style(str(engagement.folder), bold=True)}")
    if not files_only:
        _up(engagement)
    if as_json:
        emit(_facts(engagement) | {"new": new})
    elif new:
        _where_to_begin(engagement)


def _which(scenario: str | None, folder: Path | None) -> tuple[Entry, Path]:
    """The scenario that is meant, and the engagement's folder."""
    from labs.library.catalogue import find

    here = current()
    if scenario is None:
        if here is None:
            raise UsageProblem("which engagement?", "fdelab start NAME; `fdelab list` shows them")
        return find(here.scenario, lint=True), here.folder
    entry = find(scenario, lint=True)
    if folder is None and here is not None:
        if here.entry().folder != entry.folder:
            raise UsageProblem(
                f"{here.folder} is an engagement with {here.scenario}", f"go elsewhere, or fdelab start {scenario} DIR"
            )
        return entry, here.folder
    return entry, folder or Path(entry.scenario.id)


def _up(engagement: Engagement) -> None:
    from labs.engagement.practice import LAST_LINES, bring_up

    if engagement.world() is not None:
        note("its world is running already")
        return
    scenario = engagement.entry().scenario
    broken: list[str] = []

    def follow(event: Event) -> None:
        shown.event(scenario.id, scenario, event)
        if isinstance(event, DeploymentFailed):
            broken.extend(event.last_lines[-LAST_LINES:])

    with display() as shown:
        bring_up(engagement, follow)
    for line in broken:
        note(f"| {printable(line)}")
    note("the world is up; repair the workspace, then fdelab redeploy" if broken else
         "the world is running; it goes on until `fdelab stop`")  # fmt: skip


def _where_to_begin(engagement: Engagement) -> None:
    there = [
        (engagement.folder / "briefing.md", "what the customer needs: read it first"),
        (engagement.incident, "evidence of the bad day, to investigate: fdelab logs --incident"),
        (engagement.workspace, "the deployment, yours to repair: a git repository"),
    ]
    table([(path.name + "/" * path.is_dir(), what) for path, what in there if path.exists()])
    note(f"\ncd {shlex.quote(str(engagement.folder))}\n\nand look: fdelab status · fdelab logs -f · fdelab check")


def _facts(engagement: Engagement) -> dict[str, Any]:
    world = engagement.world()
    return {
        "scenario": engagement.scenario,
        "folder": str(engagement.folder),
        "workspace": str(engagement.workspace),
        "session": world.session if world else None,
    }


@click.command("status")
@click.option("--watch", is_flag=True, help="Again every second, until Ctrl-C.")
@json_option
def status(watch: bool, as_json: bool) -> None:
    """What the world of this engagement is doing now."""
    from labs.engagement.practice import elsewhere

    engagement = required()
    if watch:
        from labs.cli import watch as live

        live.status(engagement, as_json)
        return
    world = engagement.world()
    if world is None:
        engagement.out_of_reach()
    ended = endings.why(World.find(engagement.session)) if world is None and engagement.session else None
    state = world.status() if world else None
    scenario = engagement.entry().scenario
    said = messages(world.events_from(0)[0], scenario) if world else []
    others = elsewhere() if world is None else []
    if as_json:
        facts = {
            "world": state and state.model_dump(mode="json"),
            "ended": ended,
            "messages": [asdict(one) for one in said],
        }
        emit(_facts(engagement) | facts | {"elsewhere": [one.facts() for one in others]})
        return
    rows = [("engagement", engagement.scenario), ("folder", str(engagement.folder))]
    table(rows + (_world_rows(state) if state else _no_world(ended)))
    _name(others, "these run on this machine, of other state folders")
    for one in said:
        click.echo(f"\n{click.style(one.sender, bold=True)}\n{prose(one.text)}")
    tip(engagement)


def _no_world(ended: str | None) -> list[tuple[str, str]]:
    again = "fdelab start brings it up"
    return [("world", f"not running: {ended}"), ("", again)] if ended else [("world", f"not running: {again}")]


def _name(others: "list[Keeper]", title: str) -> None:
    """Say which worlds of other state folders there are, and how to end them."""
    if others:
        note(f"\n{title}:")
    for one in others:
        note(f"  {one.told()}\n    {one.remedy()}")


def _world_rows(state: WorldStatus) -> list[tuple[str, str]]:
    doing = "up, but the deployment did not start" if state.phase == "broken" else state.phase
    rows = [("world", f"{doing}, lap {state.lap}"), ("runtime", f"{state.runtime}: {state.why}")]
    field = state.field
    if field is not None and field.lap is not None and field.sim is not None:
        rows.append(("phase", f"{field.phase}, {field.sim:%Y-%m-%d %H:%M} at the customer's"))
        counts = f"{field.answered} of {field.intended} answered"
        rows.append(("traffic", f"{counts}: {field.ok} right, {field.wrong} wrong; {field.failed} failed"))
    return rows + [(name, url + _ended(state.restarts.get(name, 0))) for name, url in state.services.items()]


def _ended(times: int) -> str:
    if not times:
        return ""
    return f"; ended by itself {'once' if times == 1 else f'{times} times'} in this lap: see fdelab logs"


@click.command("redeploy")
@json_option
def redeploy(as_json: bool) -> None:
    """Put your workspace into the running world."""
    from labs.engagement.practice import redeploy as replace

    engagement = required()
    scenario = engagement.entry().scenario
    with display() as shown:
        done = replace(engagement, lambda event: shown.event(scenario.id, scenario, event))
    if done.collected.changed:
        did(engagement, "file-saved")
    for remark in done.collected.remarks:
        note(remark)
    if as_json:
        emit({"ready": done.ready, "changed": done.collected.changed, "ignored": done.collected.ignored,
              "left_out": done.collected.left_out, "last_lines": done.last_lines})  # fmt: skip
    else:
        for line in done.last_lines:
            click.echo(f"| {printable(line)}")
        changed = len(done.collected.changed)
        differs = "as it was handed over" if not changed else f"{changed} file{'s' if changed > 1 else ''} changed"
        note(f"{differs}; it {'takes traffic' if done.ready else 'does not take traffic: its last lines are above'}")
    if not done.ready:
        raise click.exceptions.Exit(ExitCode.NOT_PASSED)


@click.command("stop")
@click.argument("session", required=False)
@click.option("--all", "everywhere", is_flag=True, help="Every world of yours, not only this engagement's.")
def stop(session: str | None, everywhere: bool) -> None:
    """Take the world down; your workspace stays as it is.

    With SESSION, the world of that name, as `fdelab doctor` lists them: also one that was started under another home.
    """
    from labs.engagement.practice import elsewhere, stop_session, take_down, take_down_all

    if session is not None:
        stop_session(session)
        note(f"stopped {session}")
        return
    if not everywhere:
        note("stopped" if take_down(required()) else "nothing was running")
        return
    ended = take_down_all()
    for session in ended:
        note(f"stopped {session}")
    if not ended:
        note("nothing was running")
    _name(elsewhere(), "these run on, of other state folders")
