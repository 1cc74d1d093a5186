"""`fdelab connect`."""

import contextlib
import json
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labs.base import paths
from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.output import coloured, emit, for_programs, json_option, note, printable, table
from labs.engagement.engagement import required

if TYPE_CHECKING:
    from labs.engagement.parts import ReachablePart
    from labs.engagement.requests import Answered

_MOST = 1000
"""Rows of one answer of a database."""


@click.command("connect", context_settings={"ignore_unknown_options": True})
@click.argument("part", required=False, shell_complete=completing.parts)
@click.argument("what", nargs=-1, type=click.UNPROCESSED)
@click.option("-H", "headers", multiple=True, metavar="NAME:VALUE", help="A header of the request.")
@click.option("-d", "body", metavar="BODY", help="Body of the request; @FILE reads it from a file.")
@json_option
def connect(
    part: str | None, what: tuple[str, ...], headers: tuple[str, ...], body: str | None, as_json: bool
) -> None:  # fmt: skip
    """Reach PART of the running practice world, with the login that the customer gives an engineer.

    Alone, it lists the parts. A database opens psql where that is installed, else a shell of fdelab's; a drop opens
    sftp; of what speaks HTTP it says how to ask. With WHAT, one thing is done: a query, `ls /outbox`, `GET /path`.

    What you do passes the link of your deployment: it is counted as the deployment's own, and meets its faults.
    """
    from labs.engagement.parts import part_called, reachable

    engagement = required()
    if part is None:
        _list([_facts(one) for one in reachable(engagement)], as_json)
        return
    found = part_called(engagement, part)
    if found.scheme == "postgresql":
        _database(found, " ".join(what), as_json)
    elif found.scheme == "sftp":
        _drop(found, what, as_json)
    elif what:
        _request(found, what, headers, body, as_json)
    else:
        _tell(found, as_json)


def _facts(part: "ReachablePart") -> dict[str, object]:
    return {
        "part": part.name,
        "kind": part.kind,
        "url": part.url,
        "example": f"fdelab connect {part.name} {_quoted(part)}",
        "env": dict(part.env),
    }


def _quoted(part: "ReachablePart") -> str:
    return shlex.quote(part.example) if part.scheme == "postgresql" else part.example


def _list(facts: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        emit(facts)
        return
    rows = [(click.style(str(f["part"]), bold=True), str(f["kind"]), str(f["url"]), str(f["example"])) for f in facts]
    table(rows, ("part", "is", "where", "for example"), whole=(2, 3))
    note(click.style("\nwhat you do there passes your deployment's link: counted, and with its faults", dim=True))


def _database(part: "ReachablePart", query: str, as_json: bool) -> None:
    from labs.cli.answers import show
    from labs.engagement.clients import client, psql
    from labs.engagement.database import Database

    program = client(part)
    if query or program is None or not sys.stdin.isatty():
        with Database(part) as database:
            if query:
                show(database.ask(query, _MOST), "json" if as_json else "table")
                return
            from labs.cli.shell import Shell

            if not Shell(database, paths.state() / "history" / "postgres", "json" if as_json else "table").run():
                raise click.exceptions.Exit(ExitCode.USAGE)
    else:
        _run(*psql(part, program))


def _drop(part: "ReachablePart", words: tuple[str, ...], as_json: bool) -> None:
    from labs.cli.answers import show
    from labs.engagement.clients import client, sftp
    from labs.engagement.drop import USES, command, write_out

    if words:
        done = command(part, words)
        if done.listing is not None:
            show(done.listing, "json" if as_json else "table")
        if done.data is not None:
            write_out(done.data)
        if done.said:
            note(done.said)
        return
    program = client(part)
    if program is None:
        raise UsageProblem("no sftp is installed here", f"fdelab connect {part.name} {' · '.join(USES.values())}")
    with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
        _run(*sftp(part, program, Path(scratch)))


def _run(argv: list[str], env: dict[str, str]) -> None:
    """Give the terminal to a program; ctrl-c is the program's meanwhile."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = subprocess.run(argv, env=env, check=False, preexec_fn=_interruptible).returncode
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise click.exceptions.Exit(code)


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _tell(part: "ReachablePart", as_json: bool) -> None:
    from labs.engagement.requests import curl

    if as_json:
        emit({**_facts(part), "curl": curl(part)})
        return
    click.echo(curl(part))
    note(click.style(f"\nor, with the login: fdelab connect {part.name} {part.example}", dim=True))


def _request(
    part: "ReachablePart", words: tuple[str, ...], headers: tuple[str, ...], body: str | None, as_json: bool
) -> None:  # fmt: skip
    from labs.engagement.requests import parse, send

    answered = send(part, parse(words, headers, _body(body)))
    if as_json:
        emit({"status": answered.status, "headers": dict(answered.headers), "body": answered.text})
        return
    colour = "green" if answered.status < 400 else "red"
    note(click.style(f"{answered.status} {answered.reason}", fg=colour))
    for name, value in answered.headers:
        note(click.style(printable(f"{name}: {value}"), dim=True))
    _print(answered)


def _body(given: str | None) -> str | None:
    if given is None or not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{given[1:]} cannot be read: {error}", "-d takes a body, or @FILE") from None


def _print(answered: "Answered") -> None:
    text = answered.text
    if "json" in dict(answered.headers).get("Content-Type", "") and sys.stdout.isatty():
        with contextlib.suppress(ValueError):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    if coloured():
        click.echo("\n".join(map(printable, text.split("\n"))))
    else:
        for_programs(text if text.endswith("\n") else f"{text}\n")
