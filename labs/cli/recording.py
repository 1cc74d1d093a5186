"""`fdelab scenario incident`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from labs.base.errors import UsageProblem
from labs.cli import completing
from labs.cli.holding import exams
from labs.cli.output import emit, json_option, note, table, whoever_reads
from labs.library.catalogue import find

if TYPE_CHECKING:
    from labs.verify.truths import Truths


@click.command("incident")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--kept", is_flag=True, help="Record nothing: what is true of the incident that is there.")
@click.option("--runtime", type=click.Choice(["auto", "docker", "local", "box"]), default="auto", show_default=True,
              help="Where it is played.")  # fmt: skip
@json_option
def incident(scenario: str, kept: bool, runtime: str, as_json: bool) -> None:
    """Record the incident of SCENARIO alone, and print what is true of it: each number and each claim of a brief.

    It is written to incident.tar.gz, in the place of what was there: briefs of solutions are about one incident, and
    are to be written anew by this.
    """
    from labs.verify.prove import record
    from labs.verify.truths import truths

    entry = find(scenario, lint=True)
    if not kept:
        if entry.scenario.deployment.services and not (entry.folder / "workspace").is_dir():
            raise UsageProblem(f"{entry.name} has no workspace", "an incident is a lap of the untouched deployment")
        with exams(entry) as (told, cancel):
            note(f"wrote {record(entry, runtime, lambda trial, event: told(trial.slug, event), cancel)}")
    found = truths(entry)
    with whoever_reads():
        if as_json:
            emit(found.to_json())
            return
        _print(found)


def _print(found: "Truths") -> None:
    table([(name, f"{amount:,.2f}") for name, amount in found.accounts.items()], ("account", "booked"))
    facts = [(one["fact"], _number(one), one["unit"], one["asks"], one["window"]) for one in found.facts]
    causes = [
        (one["cause"], _share(one), str(one["keys"]) if one["true"] else "–", one["says"]) for one in found.causes
    ]
    decisions = [
        (one["decision"], ", ".join(one["mends"]) or "nothing", _share(one), one["says"]) for one in found.decisions
    ]
    _titled(facts, ("number", "is", "unit", "asks", "in"))
    _titled(causes, ("cause", "share", "keys", "says"))
    _titled(decisions, ("decision", "mends", "share", "says"))
    if found.wrong is not None:
        click.echo(f"\nnothing can be said of the causes: {found.wrong}")


def _titled(rows: Sequence[tuple[str, ...]], head: tuple[str, ...]) -> None:
    if rows:
        click.echo()
        table(rows, head)


def _number(one: Mapping[str, Any]) -> str:
    return str(one["wrong"]) if one["value"] is None else f"{one['value']:,.6g}"


def _share(one: Mapping[str, Any]) -> str:
    return f"{one['share']:.1%}"
