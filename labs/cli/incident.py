"""`fdelab incident`."""

import os
import sys

import click

from labs.actions.data import of_artefacts
from labs.cli import completing
from labs.cli.output import emit, json_option, note, printable, table
from labs.engagement.engagement import required


@click.command("incident")
@click.argument("name", required=False, shell_complete=completing.artefacts)
@click.option("--path", "as_path", is_flag=True, help="Say where it is, and no more.")
@json_option
def incident(name: str | None, as_path: bool, as_json: bool) -> None:
    """Show what is left of the bad day: files as they were delivered, mail, logs, tables.

    NAME shows one of them, in a pager on a terminal; without it, they are listed. All are plain files below
    `incident/`, to be opened with whatever you like; `fdelab sql` asks the tables.
    """
    from labs.actions.incident import IncidentRequest, artefact, artefacts, path_of
    from labs.actions.incident import incident as folder_of

    request = IncidentRequest(required())
    folder = folder_of(request)
    if name is None:
        if as_path:
            click.echo(folder)
            return
        found = artefacts(request)
        if as_json:
            emit(of_artefacts(found))
            return
        table([(a.path, f"{a.size:,}", printable(a.about)) for a in found], ("file", "bytes", "what it is"))
        note(click.style(f"\nin {folder} · fdelab incident FILE shows one · fdelab sql asks the tables", dim=True))
        return
    data = artefact(request, name)
    path = path_of(request, name)
    if as_path:
        click.echo(folder / path)
    elif as_json:
        emit({"path": path, "text": data.decode("utf-8", "replace")})
    else:
        _show(data)


def _show(data: bytes) -> None:
    """On a terminal what can be shown there; else the bytes as they are."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    os.environ.setdefault("LESS", "-SRFX")
    text = data.decode("utf-8", "replace")
    click.echo_via_pager("\n".join(map(printable, text.split("\n"))))
