"""`fdelab check`, `phase`, `hint` and `ask`: what helps while practising."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.output import emit, json_option, note, prose, table, whoever_reads
from labs.cli.reports import show
from labs.cli.tips import did, tip
from labs.engagement.engagement import Engagement, required
from scenarios.model import Check, Scenario
from scenarios.problems import did_you_mean

if TYPE_CHECKING:
    from grader.report import Report


@click.command("check")
@click.option("--watch", is_flag=True, help="One line a check, again whenever something changed, until Ctrl-C.")
@json_option
def check(watch: bool, as_json: bool) -> None:
    """How the deployment does in practice laps: the latest run of each phase since your last redeploy."""
    engagement = required()
    if watch:
        from labs.cli import watch as live

        live.checks(engagement, as_json)
        return
    from labs.engagement.check import check_practice

    report = check_practice(engagement)
    with whoever_reads():
        show(report, ["json" if as_json else "text"])
    if any(one.verdict == "fail" for one in report.checks):
        did(engagement, "checks-seen")
    elif report.result == "passed":
        did(engagement, "checks-passed")
    if not as_json:
        point_to_hints(report)
        tip(engagement)
    raise click.exceptions.Exit(ExitCode.of(report.result))


@click.command("phase")
@click.argument("name", required=False, metavar="[PHASE]", shell_complete=completing.phases)
def phase(name: str | None) -> None:
    """Jump to a phase: this lap ends, and the next begins there. Without PHASE: which there are. Practice only.

    The ungraded phases right before it come too, as they lead to it.
    """
    from labs.engagement.practice import jump

    engagement = required()
    there = engagement.entry().scenario.phases
    if name is None:
        rows = [(one.name, "" if one.graded else "not graded", "the requirement changes" * one.shift) for one in there]
        table(rows, ("phase", "", ""))
        return
    jump(engagement, name)
    note(f"the next lap begins with {name}, in a moment")


@click.command("hint")
@click.argument("name", required=False, metavar="[CHECK]", shell_complete=completing.checks)
@json_option
def hint(name: str | None, as_json: bool) -> None:
    """A nudge for one check. Without CHECK: which checks have one, and those that you took."""
    engagement = required()
    checks = _checks(engagement.entry().scenario)
    if name is None:
        _hints(engagement, checks, as_json)
        return
    found = next((one for one in checks if one.id == name), None)
    if found is None:
        ids = [one.id for one in checks]
        raise UsageProblem(f"there is no check {name!r}", did_you_mean(name, ids))
    if found.hint is None:
        raise UsageProblem(f"{name} has no hint", None if found.hidden else f"what must hold: {found.says}")
    if engagement.take_hint(name):
        from labs.cli.progress import keep

        keep(lambda store: store.hint(engagement.entry().scenario.id, name, engagement.folder))
    emit({"check": name, "hint": found.hint}) if as_json else click.echo(prose(found.hint))


def point_to_hints(report: "Report") -> None:
    """Say how to get a nudge, where a check failed that has one."""
    name = next((check.id for check in report.checks if check.hint), None)
    if name:
        note(f"\na nudge for a check: fdelab hint {name}")


def _checks(scenario: Scenario) -> list[Check]:
    """All that reports show: the scenario's own checks, after the one that every scenario has."""
    from grader.checks import SERVES

    return [SERVES, *scenario.checks]


def _hints(engagement: Engagement, checks: list[Check], as_json: bool) -> None:
    there = [one for one in checks if one.hint is not None]
    if as_json:
        emit([_hinted(one, engagement) for one in there])
    elif there:
        rows = [(one.id, "taken" if one.id in engagement.hints else "", one.says) for one in there]
        table(rows, ("check", "hint", "what holds when it passes"))
        for one in there:
            if one.id in engagement.hints:
                click.echo(f"\n{prose(f'{one.id}: {one.hint}')}")
    else:
        note("this engagement has no hints")


def _hinted(check: Check, engagement: Engagement) -> dict[str, object]:
    """A check that has a hint; the hint itself only where it was taken."""
    taken = check.id in engagement.hints
    return {"check": check.id, "says": check.says, "taken": taken, **({"hint": check.hint} if taken else {})}


@click.command("ask")
@click.argument("who", required=False, metavar="[PERSON]", shell_complete=completing.people)
@click.argument("question", nargs=-1)
@json_option
def ask(who: str | None, question: tuple[str, ...], as_json: bool) -> None:
    """Ask a person of the customer, in your own words: fdelab ask dieter "how many sessions may we open?".

    Without PERSON: who there is.
    """
    from labs.engagement.people import ask as put
    from labs.engagement.people import person

    engagement = required()
    if who is None:
        _people(engagement.entry().scenario, as_json)
        return
    if not question:
        key, one = person(engagement.entry().scenario, who)
        raise UsageProblem(f"what do you want to ask {one.name}?", f'fdelab ask {key} "how …?"')
    said = put(engagement, who, " ".join(question))
    if as_json:
        emit(asdict(said))
    else:
        click.echo(f"{click.style(said.name, bold=True)} {click.style(f'({said.role})', dim=True)}")
        click.echo(prose(said.says))


def _people(scenario: Scenario, as_json: bool) -> None:
    if as_json:
        emit([{"person": key, "name": one.name, "role": one.role} for key, one in scenario.people.items()])
    elif scenario.people:
        rows = [(key, one.name, one.role, one.cares or "") for key, one in scenario.people.items()]
        table(rows, ("person", "name", "role", "cares about"))
    else:
        note("this engagement has no people to ask")
