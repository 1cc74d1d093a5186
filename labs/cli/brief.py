"""`fdelab brief`: what the learner tells the customer."""

import click

from labs.base.errors import ExitCode
from labs.cli.output import emit, json_option, note, table
from labs.engagement.engagement import required


@click.command("brief")
@click.option(
    "--check", is_flag=True, help="What is wrong with its form, each at its place. Exits with 2 when something is."
)
@json_option
def brief(check: bool, as_json: bool) -> None:
    """What you tell the customer about the incident, in workspace/brief.yaml: how far it is, or how to begin.

    Neither says whether it is true: the exam does.
    """
    from labs.actions.brief import BriefRequest, look_at_brief
    from scenarios.brief import MEANS
    from scenarios.problems import render

    found = look_at_brief(BriefRequest(required()))
    left = found.left_out
    if as_json:
        emit({"file": str(found.file), "blank": found.blank, "left_out": left, "asked": found.asked,
              "problems": [problem.to_json() for problem in found.problems]})  # fmt: skip
    elif found.blank:
        note(f"nothing is in {found.file} yet; begin with this:\n")
        click.echo(found.template, nl=False)
    elif found.problems and (check or left is None):
        click.echo(render(found.problems).rstrip())
    else:
        table([(key, "–" if key in (left or ()) else "written", what) for key, what in MEANS.items()])
        count = len(found.problems)
        wrong = f"{count} problem{'s' * (count > 1)} of form: fdelab brief --check"
        note(f"{found.file}: {wrong if count else 'its form is sound'}")
    if check and (found.problems or found.blank):
        raise click.exceptions.Exit(ExitCode.USAGE)
