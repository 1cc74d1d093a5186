"""`fdelab web`: the app in a browser."""

import click

PORT = 8765


@click.command("web")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
def web(port: int) -> None:
    """Serve the app to browsers of this machine, for a classroom screen, until Ctrl-C.

    Whoever has the address that is printed can use the app, so it is for your eyes; it changes with every start. Shell
    and editor are off there. From another machine, go through ssh: ssh -L PORT:127.0.0.1:PORT HOST.
    """
    from labs.tui.web.server import Guarded, listen

    server = Guarded(listen(port))
    click.echo(server.url)
    click.echo("Ctrl-C ends it; running worlds go on.", err=True)
    server.run()
