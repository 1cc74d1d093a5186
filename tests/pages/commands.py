"""All commands, as `--help` has them."""

from collections.abc import Iterator

import click

from labs.cli.app import fdelab
from tests.pages.blocks import table


def walk() -> Iterator[click.Context]:
    """Every command of the tree as a context: the groups before what is in them."""
    return _walk(fdelab, None, "fdelab")


def _walk(command: click.Command, parent: click.Context | None, name: str) -> Iterator[click.Context]:
    # As it is run: click remembers a command's option for help, which is to be the same to whoever comes next.
    context = click.Context(command, parent, info_name=name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _walk(found, context, inner)


def undocumented() -> list[str]:
    """Commands and options that say nothing of themselves."""
    silent = [context.command_path for context in walk() if not context.command.help]
    for context in walk():
        options = [option for option in context.command.params if isinstance(option, click.Option)]
        silent += [f"{context.command_path} {option.opts[0]}" for option in options if not option.help]
    return silent


def commands() -> str:
    """A section a command; a group's own commands follow it."""
    return "\n".join(_section(context) for context in walk())


def _section(context: click.Context) -> str:
    command = context.command
    title = "#" * (2 if context.command_path.count(" ") < 2 else 3)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    about = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    return f"{title} {context.command_path}\n\n{about}\n\n```text\n{usage}\n```\n\n{_options(context)}"


def _options(context: click.Context) -> str:
    records = [param.get_help_record(context) for param in context.command.params]
    return table(("Option", "What it does"), [(f"`{record[0]}`", record[1]) for record in records if record])
