"""`fdelab scenario show`: one scenario at a glance."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from labs.base.errors import UsageProblem
from labs.cli import completing
from labs.cli.output import columns, emit, json_option, note, table
from labs.cli.picture import LEGEND, picture
from labs.library.glance import Glance, Looks, glance, unwatched
from scenarios.draws import Template
from scenarios.model import FaultUse, Phase
from scenarios.ranges import Draw

if TYPE_CHECKING:
    from labs.library.catalogue import Entry

RUNTIMES = ("docker", "local")
WIDE = 100
"""Columns of the picture where no terminal says how many there are."""


@click.command("show")
@click.argument("name", metavar="SCENARIO", shell_complete=completing.engagements)
@click.option("--yes", is_flag=True, help="Show it although an engagement of yours with it is open.")
@click.option("--seed", type=click.IntRange(0), help="As this seed draws it; left out: the middle of what is drawn.")
@click.option(
    "--plan", "runtime", type=click.Choice(RUNTIMES), help="The processes that this runtime would be handed, instead."
)
@json_option
def show(name: str, yes: bool, seed: int | None, runtime: str | None, as_json: bool) -> None:
    """Show one scenario at a glance.

    That is who is in it and what, a lap against wall and simulated time, what each check takes the measure of, and
    which skills and gaps it is about.
    """
    from labs.library.catalogue import find

    entry = find(name)
    if not yes:
        _warn(entry)
    if runtime is not None:
        _planned(entry, runtime, 1 if seed is None else seed, as_json)
        return
    lap = glance(entry.scenario, seed)
    if as_json:
        emit(
            entry.scenario.model_dump(mode="json", by_alias=True)
            | {"folder": str(entry.folder), "hash": entry.hash, "code": entry.code, "uses": entry.uses()}
            | {"lap": lap.to_json(), "coverage": _coverage(entry.scenario)}
        )
    else:
        _show(entry.scenario, lap)
        click.echo(f"\n{click.style('deployments', bold=True)}  {', '.join(entry.uses())}")
        click.echo(f"\n{entry.verified() or 'not verified'}")


def _planned(entry: "Entry", runtime: str, seed: int, as_json: bool) -> None:
    from labs.library.planned import planned

    found = planned(entry, runtime, seed)
    if as_json:
        emit(found)
        return
    for number, process in enumerate(found):
        click.echo("\n" * bool(number) + f"{click.style(process['name'], bold=True)} ({process['role']})")
        table([row for row in _process(process) if row[1]])


def _process(process: Mapping[str, Any]) -> list[tuple[str, str]]:
    """One process in lines; those that say nothing of it are empty."""
    listens = [
        f"{one['name']} at {one['port']}{' in ' + one['net'] if 'net' in one else ''}" for one in process["listens"]
    ]
    mounts = [
        f"{one['source']} at {one['target']}{', writable' * one['writable']}" for one in process.get("mounts", ())
    ]
    limits = process.get("limits")
    return [
        ("image", process.get("image", "")),
        ("command", " ".join(process["command"])),
        ("environment", ", ".join(f"{key}={value}" for key, value in process["environment"].items())),
        ("listens", ", ".join(listens)),
        ("nets", ", ".join(process.get("nets", ()))),
        ("mounts", ", ".join(mounts)),
        ("reads", ", ".join(f"{name}: {path}" for name, path in process.get("reads", {}).items())),
        ("limits", f"{limits['cpus']:g} cpus, {limits['memory'] >> 20} MiB, {limits['pids']} pids" if limits else ""),
    ]


def _warn(entry: "Entry") -> None:
    """Ask whoever has an open engagement with it, or refuse where nobody can be asked. Raises `UsageProblem`."""
    from labs.overview.spoilers import still_open

    folder = still_open(entry)
    if folder is None:
        return
    what = f"this shows the faults, the checks and the wrong fixes of your engagement in {folder}, which is not passed"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(what, f"to see them all the same: fdelab scenario show {entry.name} --yes")
    note(f"{what}.")
    if not click.confirm("Show it all the same?", default=False, err=True):
        raise UsageProblem("not shown", "fdelab ask and fdelab hint help without giving it away")


def _show(scenario: Template, lap: Glance) -> None:
    customer = scenario.customer
    click.echo(f"{click.style(scenario.title, bold=True)}  level {scenario.level}, {scenario.minutes} min, "
               f"passes from {scenario.pass_:g} of 100")  # fmt: skip
    click.echo(f"{customer.name}, {customer.trade} ({customer.currency})\n{scenario.summary}".rstrip() + "\n")
    table([(key, one.name, one.role) for key, one in scenario.people.items()], ("person", "name", "role"))
    click.echo()
    parts = [
        (key, f"{part.part} {_inline(part.with_, scenario, ('site', key, 'with'))}")
        for key, part in scenario.site.items()
    ]
    services = [(key, f"uses {', '.join(one.uses) or 'nothing'}") for key, one in scenario.deployment.services.items()]
    streams = [
        (key, f"{flow.workload} → {flow.to}, {scenario.said('traffic', key, 'rate') or f'{flow.rate:g}/s'}")
        for key, flow in scenario.traffic.items()
    ]
    table(parts + services + streams, ("site · deployment · traffic", ""))
    click.echo()
    table(
        [
            (p.name, scenario.said("phases", n, "lasts") or f"{p.lasts:g} s", _happens(p, scenario, n))
            for n, p in enumerate(scenario.phases)
        ],
        ("phase", "lasts", "what happens"),
    )
    for draw in scenario.draws:
        if draw.shuffles:
            click.echo(f"{', '.join(_items(scenario, draw))}: in an order that is drawn")
    _judged(scenario, lap)


def _judged(scenario: Template, lap: Glance) -> None:
    """Print a lap as a picture, what looks at it, and which skills and gaps that is about."""
    click.echo(f"\n{click.style('a lap', bold=True)}  {_lap(scenario, lap)}")
    for line in picture(lap, columns() or WIDE):
        click.echo(line)
    click.echo(click.style(LEGEND, dim=True))
    click.echo()
    rows = [(c.id, c.family, f"{c.weight:g}{', gate' * c.gate}", c.expect, c.says) for c in scenario.checks]
    table(rows, ("check", "family", "weight", "expects", "what holds when it passes"))
    click.echo()
    table([(one.check, one.measures, _given(one), _during(one, lap)) for one in lap.looks],
          ("check", "takes the measure of", "with", "in"))  # fmt: skip
    for phase in unwatched(lap):
        click.echo(f"no check looks at phase {phase}")
    click.echo()
    covered = _coverage(scenario)
    goals = [(kind, one["title"], one["level"], one["means"]) for kind in ("skills", "gaps") for one in covered[kind]]
    if goals:
        table(goals, ("covers", "", "level", ""))


def _lap(scenario: Template, lap: Glance) -> str:
    """How long it is, and what decides what is drawn."""
    if not scenario.draws:
        return f"{lap.ends:g} s"
    return f"{lap.ends:g} s, {f'drawn by seed {lap.seed}' if lap.seed is not None else 'its draws in the middle'}"


def _given(one: Looks) -> str:
    return ", ".join(f"{key}: {value}" for key, value in one.given.items())


def _during(one: Looks, lap: Glance) -> str:
    spans = lap.timeline.spans[:-1]
    for said, phases in (("all phases", spans), ("all graded phases", [span for span in spans if span.graded])):
        if one.phases == tuple(span.name for span in phases):
            return said
    return ", ".join(one.phases)


def _coverage(scenario: Template) -> dict[str, list[dict[str, str]]]:
    """Return the skills and gaps that it names, in the curriculum's words."""
    from labs.library.curriculum.load import curriculum

    goals = curriculum().goals
    skills = [(name, goals.skills.get(name), str(level)) for name, level in scenario.skills.items()]
    gaps = [(name, goals.gaps.get(name), "") for name in scenario.gaps]
    return {
        kind: [
            {"name": name, "title": goal.title if goal else name, "level": level, "means": goal.means if goal else ""}
            for name, goal, level in found
        ]
        for kind, found in (("skills", skills), ("gaps", gaps))
    }


def _items(scenario: Template, draw: Draw) -> list[str]:
    """Return what is shuffled, by name where it has one."""
    items = scenario.phases if draw.at == ("phases",) else ()
    names = [one.name for one in items[draw.first : draw.first + draw.count]]
    return names or [f"{draw.count} items of {'.'.join(map(str, draw.at))}"]


def _happens(phase: Phase, scenario: Template, number: int) -> str:
    at = ("phases", number)
    faults = [_fault(use, scenario, (*at, "faults", place)) for place, use in enumerate(phase.faults)]
    changes = [f"{part} {_inline(params, scenario, (*at, 'set', part))}" for part, params in phase.set.items()]
    changes += [f"{flow} {rate:g}/s" for flow, rate in phase.traffic.items()]
    marks = [*(["the requirement changes"] if phase.shift else []), *([] if phase.graded else ["not graded"])]
    return "; ".join([*marks, *faults, *changes])


def _fault(use: FaultUse, scenario: Template, at: tuple[str | int, ...]) -> str:
    """Return a fault with its parameters; the share of calls and the time in its phase, where less than all."""
    share = scenario.said(*at, "share") or ("" if use.share == 1 else f"{use.share:.3g}")
    begins, ends = scenario.said(*at, "from"), scenario.said(*at, "until")
    return (
        f"{use.target} {_inline(use.kinds, scenario, at)}"
        + (f" for {share} of calls" if share else "")
        + (f" from {begins}" if begins else "")
        + (f" until {ends}" if ends else "")
    )


def _inline(values: Mapping[str, Any], scenario: Template, at: tuple[str | int, ...]) -> str:
    """Parameters at that place of the scenario, as YAML's flow style has them."""
    return ", ".join(f"{key}: {_value(value, scenario, (*at, key))}" for key, value in values.items())


def _value(value: Any, scenario: Template, at: tuple[str | int, ...]) -> str:
    if (drawn := scenario.said(*at)) is not None:
        return drawn
    if isinstance(value, Mapping):
        return f"{{{_inline(value, scenario, at)}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)
