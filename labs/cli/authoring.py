"""`fdelab scenario lint`, `show` and `schema`."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.output import emit, json_option, note, table, whoever_reads
from labs.cli.reference import show_words
from scenarios.draws import Template
from scenarios.model import FaultUse, Phase
from scenarios.ranges import Draw

if TYPE_CHECKING:
    from labs.library.catalogue import Entry


@click.command("lint")
@click.argument("names", nargs=-1, required=True, metavar="PATH...", shell_complete=completing.engagements)
@json_option
def lint(names: tuple[str, ...], as_json: bool) -> None:
    """Report every problem of scenario files, each at its place. Exits with 2 when there is one."""
    from labs.library.catalogue import locate
    from labs.library.vocabulary import vocabulary
    from scenarios.loader import examine
    from scenarios.problems import render

    found = {file: examine(file, vocabulary(), notes=True, proof=True)[1] for file in map(locate, names)}
    with whoever_reads():
        if as_json:
            emit([{"path": str(file), "problems": [p.to_json() for p in problems]} for file, problems in found.items()])
        else:
            for file, problems in found.items():
                click.echo(render(problems).rstrip() if problems else f"{file}: no problems")
    if any(not problem.note for problems in found.values() for problem in problems):
        raise click.exceptions.Exit(ExitCode.USAGE)


@click.command("show")
@click.argument("name", required=False, metavar="[SCENARIO|NAME]", shell_complete=completing.scenarios_or_words)
@click.option("--words", is_flag=True, help="All words that a scenario may use; with a NAME, all about one.")
@click.option("--yes", is_flag=True, help="Show it although an engagement of yours with it is open.")
@json_option
def show(name: str | None, words: bool, yes: bool, as_json: bool) -> None:
    """One scenario at a glance, or the words that a scenario may use: parts, workloads, faults, measures, tables."""
    if words:
        show_words(name, as_json)
        return
    if name is None:
        raise UsageProblem("which scenario?", "fdelab scenario show SCENARIO, or --words for what one may say")
    from labs.library.catalogue import find

    entry = find(name)
    if not yes:
        _warn(entry)
    if as_json:
        emit(
            entry.scenario.model_dump(mode="json", by_alias=True)
            | {"folder": str(entry.folder), "hash": entry.hash, "code": entry.code, "uses": entry.uses()}
        )
    else:
        _show(entry.scenario)
        click.echo(f"\n{click.style('deployments', bold=True)}  {', '.join(entry.uses())}")
        click.echo(f"\n{entry.verified() or 'not verified'}")


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


def _show(scenario: Template) -> None:
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
    click.echo()
    rows = [(c.id, c.family, f"{c.weight:g}{', gate' * c.gate}", c.expect, c.says) for c in scenario.checks]
    table(rows, ("check", "family", "weight", "expects", "what holds when it passes"))


def _items(scenario: Template, draw: Draw) -> list[str]:
    """What is shuffled, by name where it has one."""
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
    """A fault with its parameters, the share of calls and the time in its phase, where those are less than all."""
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


@click.command("schema")
@click.argument("name", required=False, metavar="[SCENARIO]", shell_complete=completing.engagements)
def schema(name: str | None = None) -> None:
    """The JSON Schema of scenario files, for editors. That of one SCENARIO also suggests the names in it."""
    from dataclasses import replace

    from labs.library.catalogue import locate
    from labs.library.reference import abouts
    from labs.library.vocabulary import vocabulary
    from scenarios.loader import examine
    from scenarios.schema import schema as made

    # The schema helps to write a file: what is wrong with it yet is for lint to say.
    scenario = examine(locate(name))[0] if name is not None else None
    emit(made(replace(vocabulary(), about=abouts()), scenario))


@click.command("schema")
@click.argument("what", type=click.Choice(["report", "scenario", "people"]))
@click.pass_context
def schema_of(context: click.Context, what: str) -> None:
    """The JSON Schema of reports, of scenario files, or of what people know (people.yaml)."""
    from grader.reports.schema import dumps

    if what == "report":
        click.echo(dumps(), nl=False)
    elif what == "people":
        from scenarios.people import schema as of_people

        emit(of_people())
    else:
        context.invoke(schema)
