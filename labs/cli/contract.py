"""`fdelab contract`."""

import click

from labs.cli import completing
from labs.cli.output import emit, json_option, prose
from labs.cli.words import show_route, titled


@click.command("contract")
@click.argument("scenario", metavar="ENGAGEMENT", shell_complete=completing.engagements)
@click.option("--service", metavar="NAME", shell_complete=completing.services, help="One service alone.")
@click.option("--openapi", is_flag=True, help="As an OpenAPI document; of several services, by name.")
@json_option
def contract(scenario: str, service: str | None, openapi: bool, as_json: bool) -> None:
    """Show what the traffic asks of a service, what must be answered and left behind, and what errors cost."""
    from labs.actions.contract import ContractRequest
    from labs.actions.contract import contract as read

    found = read(ContractRequest(scenario, service))
    if openapi:
        documents = found.openapi
        emit(next(iter(documents.values())) if len(documents) == 1 else documents)
        return
    if as_json:
        emit(found.flows)
        return
    for number, flow in enumerate(found.flows):
        click.echo("\n" * bool(number), nl=False)
        click.echo(f"{click.style(flow['service'], bold=True)} answers {flow['stream']} within {flow['timeout']:g} s")
        click.echo(prose(flow["about"]))
        for route in flow["routes"]:
            show_route(route)
        titled(list(flow["leaves"].items()), ("read in the end", ""))
        titled(list(flow["accounts"].items()), ("account", "what is booked"))
