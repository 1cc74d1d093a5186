"""`fdelab ask`."""

import sys
from typing import TYPE_CHECKING

import click

from labs.actions.data import of_asked, of_reply
from labs.cli import completing
from labs.cli.output import emit, json_option, note, prose, table
from labs.engagement.engagement import Engagement, required

if TYPE_CHECKING:
    from labs.actions.ask import Asked
    from labs.engagement.asked import Budget
    from labs.engagement.people import Reply


@click.command("ask")
@click.argument("who", required=False, metavar="[PERSON]", shell_complete=completing.people)
@click.argument("question", nargs=-1)
@click.option(
    "--meaning", type=click.IntRange(min=1), metavar="N", help="Which of the things was meant; costs nothing."
)
@click.option("--accept", is_flag=True, help="Agree to what PERSON asked of you.")
@click.option("--refuse", is_flag=True, help="Refuse what PERSON asked of you.")
@json_option
def ask(
    who: str | None, question: tuple[str, ...], meaning: int | None, accept: bool, refuse: bool, as_json: bool
) -> None:
    """Ask a person of the customer, in your own words: fdelab ask dieter "how many sessions may we open?".

    Each question costs minutes of their time. The more pointed it is, the more you learn. Without PERSON: who there
    is, and how much time is left. Without QUESTION: what PERSON said so far.
    """
    from labs.actions.ask import AskRequest
    from labs.actions.ask import ask as put

    engagement = required()
    text = " ".join(question)
    if sum((bool(text), meaning is not None, accept, refuse)) > 1:
        raise click.UsageError("a question, --meaning, --accept and --refuse exclude each other")
    if who is None and (meaning is not None or accept or refuse):
        raise click.UsageError("say whom: fdelab ask PERSON …")
    if who is None or not (question or meaning or accept or refuse):
        _list(engagement, who, as_json)
        return
    said = put(AskRequest(engagement, who, text, meaning, True if accept else False if refuse else None))
    if as_json:
        emit(of_reply(said))
        return
    _say(said)
    if said.choices and sys.stdin.isatty() and sys.stdout.isatty():
        number = click.prompt(
            "Which", type=click.IntRange(0, len(said.choices)), default=0, prompt_suffix=" (0: neither)? "
        )
        if number:
            _say(put(AskRequest(engagement, said.person, meaning=number)))
    elif said.choices:
        note(f"say which: fdelab ask {said.person} --meaning 1 (or 2); it costs nothing")


def _say(said: "Reply") -> None:
    click.echo(f"{click.style(said.name, bold=True)} {click.style(f'({said.role})', dim=True)}")
    click.echo(prose(said.says))
    for choice in said.choices:
        click.echo(prose(f"  {choice.number}  {choice.means}"))
    if said.request is not None:
        click.echo(f"\n{prose(said.request)}")
        note(f"fdelab ask {said.person} --accept, or --refuse")
    note(f"{_minutes(said.minutes)} of their time; {_minutes(said.left)} left")


def _minutes(count: int) -> str:
    return f"{count} minute{'s' * (count != 1)}"


def _list(engagement: Engagement, who: str | None, as_json: bool) -> None:
    from labs.actions.ask import asked

    found = asked(engagement, who)
    if as_json:
        emit(of_asked(found))
    elif not found.people:
        note("this engagement has no people to ask")
    elif who is None:
        rows = [(one.person, one.name, one.role, f"{one.minutes} min", one.cares) for one in found.people]
        table(rows, ("person", "name", "role", "a question", "cares about"))
        _open_requests(found)
        _budget(found.budget)
    else:
        _transcript(found, who)


def _transcript(found: "Asked", who: str) -> None:
    names = {one.person: one.name for one in found.people}
    for one in found.questions:
        click.echo(click.style(f"› {one.question}", dim=True))
        click.echo(f"{click.style(names.get(one.person, one.person), bold=True)}  {prose(one.says)}\n")
    if not found.questions:
        note(f'nothing was asked yet: fdelab ask {who} "what should I know?"')
    _open_requests(found)
    _budget(found.budget)


def _open_requests(found: "Asked") -> None:
    for one in found.people:
        if one.request is not None:
            click.echo(f"\n{click.style(one.name, bold=True)} waits for an answer: {prose(one.request)}")
            note(f"fdelab ask {one.person} --accept, or --refuse")


def _budget(left: "Budget | None") -> None:
    if left is not None and left.again is not None:
        note(f"nobody has time for questions before {left.again.astimezone():%H:%M}")
    elif left is not None:
        note(f"{left.left} of {_minutes(left.minutes)} of their time left")
