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
@click.option("--only", type=click.IntRange(1), multiple=True, metavar="N",
              help="The incident of this number, and no other; left out: all that the scenario names.")  # fmt: skip
@click.option("--kept", is_flag=True, help="Record nothing: what is true of the incident that is there.")
@click.option("--runtime", type=click.Choice(["auto", "docker", "local", "box"]), default="auto", show_default=True,
              help="Where it is played.")  # fmt: skip
@json_option
def incident(scenario: str, only: tuple[int, ...], kept: bool, runtime: str, as_json: bool) -> None:
    """Record the incidents of SCENARIO alone, and print what is true of each: every number and claim of a brief.

    Each is a lap with the deployment of that day, the first with the workspace as it is handed over, the others with
    what `brief: incidents` lays over it, and is written in the place of what was there. Briefs of solutions are about
    the first, and are to be written anew by it.
    """
    from labs.verify.holding import only_one
    from labs.verify.recording import numbers, record
    from labs.verify.truths import truths

    entry = find(scenario, lint=True)
    wanted = only or tuple(numbers(entry))
    if not kept:
        if entry.scenario.deployment.services and not (entry.folder / "workspace").is_dir():
            raise UsageProblem(f"{entry.name} has no workspace", "an incident is a lap of the untouched deployment")
        with only_one(entry), exams(entry) as (told, cancel):
            for path in record(entry, wanted, runtime, lambda number, event: told(f"incident-{number}", event), cancel):
                note(f"wrote {path}")
    found = {number: truths(entry, number) for number in wanted}
    with whoever_reads():
        if as_json:
            emit([{"incident": number} | one.to_json() for number, one in found.items()])
            return
        for number, one in found.items():
            click.echo(f"\nincident {number}" if len(found) > 1 else "")
            _print(one)


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
