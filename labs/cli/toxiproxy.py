"""`fdelab toxiproxy`: the links of a practice world, for Toxiproxy's clients."""

import click

from labs.base.errors import UsageProblem
from labs.cli.output import emit, json_option, note
from labs.engagement.engagement import required


@click.command("toxiproxy")
@click.option("--port", type=click.IntRange(0, 65_535), help="Serve it on this port, until Ctrl-C (Toxiproxy's: 8474).")
@json_option
def serve(port: int | None, as_json: bool) -> None:
    """Where Toxiproxy's API over the links of your world is. Practice only.

    Clients that take a URL can use it as it is. For those that take a host and a port, --port serves it there, to
    programs on this machine, for as long as this command runs. A phase with a toxic in it is not graded.
    """
    url = required().live().status().toxiproxy
    if not url:
        raise UsageProblem("the world is still starting", "try again in a moment")
    if port is None:
        emit({"url": url}) if as_json else click.echo(url)
        return
    from labs.world.toxiproxy import forward

    forward(url, port, lambda here: note(f"Toxiproxy's API is at {here} until Ctrl-C"))
