"""`fdelab brief`: what the learner tells the customer."""

from typing import TYPE_CHECKING, Any

import click

from labs.actions.data import of_brief
from labs.base.errors import ExitCode
from labs.cli.output import emit, json_option, note, table
from labs.engagement.engagement import required

if TYPE_CHECKING:
    from labs.actions.brief import BriefLooked


@click.command("brief")
@click.option("--check", is_flag=True, help="What is wrong with its form, each at its place.")
@json_option
def brief(check: bool, as_json: bool) -> None:
    """Show what you tell the customer about the incident, in workspace/brief.yaml: how far it is, or how to begin.

    Shows the causes that can be claimed, what your evidence selects of the loss, and the note as its reader gets it.
    None of it says whether that is true: the exam does. With --check it exits with 2 when its form is not sound.
    """
    from labs.actions.brief import BriefRequest, look_at_brief
    from scenarios.problems import render

    found = look_at_brief(BriefRequest(required()))
    if as_json:
        emit(of_brief(found))
    elif found.blank:
        note(f"nothing is in {found.file} yet; begin with this:\n")
        click.echo(found.template, nl=False)
    elif found.problems and (check or found.left_out is None):
        click.echo(render(found.problems).rstrip())
    else:
        _print(found)
    if check and (found.problems or found.blank):
        raise click.exceptions.Exit(ExitCode.USAGE)


def _print(found: "BriefLooked") -> None:
    from scenarios.brief import MEANS, WORDS

    table([(key, "–" if key in (found.left_out or ()) else "written", what) for key, what in MEANS.items()])
    click.echo(f"\nCauses, with the share that you claim of {found.of}:")
    table([(name, _share(one.share), _selected(one.selected, found.currency), one.says)
           for one in found.claims for name in [one.name]])  # fmt: skip
    click.echo("\nDecisions:")
    table([("x" if name in found.chosen else "–", name, says) for name, says in found.decisions.items()])
    if found.note is not None:
        click.echo(f"\nThe note as it reads, {found.note.words} of at most {WORDS} words:\n")
        click.echo(found.note.text.rstrip() + "\n")
    count = len(found.problems)
    wrong = f"{count} problem{'s' * (count > 1)} of form: fdelab brief --check"
    note(f"{found.file}: {wrong if count else 'its form is sound'}")


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.3g} %"


def _selected(one: Any, currency: str) -> str:
    if one is None:
        return "no evidence"
    return (
        f"{one.rows:,} rows · {one.keys:,} of the loss · {one.amount:,.0f} {currency} · {100 * one.share:.3g} % of it"
    )
