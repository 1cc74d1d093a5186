"""The command tree. Commands are imported when they run, so that `fdelab --help` stays instant."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from labs.base.errors import UsageProblem


class Unread(Exception):
    """Who read the output has left. No `OSError`, which click would end with a code of its own."""


class Lazy(NamedTuple):
    """A command that is not imported yet."""

    module: str
    name: str
    help: str


@contextmanager
def _unread() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise Unread from error


@click.pass_context
def _help(ctx: click.Context) -> None:
    """Print the help of a group that was called alone."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


class LazyGroup(click.Group):
    """A group that knows its commands by name and help, and imports one when it is run."""

    def __init__(self, name: str, about: str, lazy: dict[str, Lazy], **settings: Any) -> None:
        super().__init__(
            name=name,
            help=about,
            callback=_help,
            invoke_without_command=True,
            context_settings=dict(_SETTINGS),
            **settings,
        )
        self.lazy = lazy

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """As click does it; help may be printed here already. Raises `Unread`."""
        with _unread():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was asked for. Raises `Unread`."""
        with _unread():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the table, which is the order of a learner's day."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command itself."""
        lazy = self.lazy.get(cmd_name)
        if lazy is None:
            return None
        command: click.Command = getattr(import_module(lazy.module), lazy.name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Do as click does, with a suggestion for a mistyped name. Raises `click.UsageError`."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.lazy, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Its commands, without importing one, and its options."""
        names = [CompletionItem(name, help=one.help) for name, one in self.lazy.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list in `--help`, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in self.lazy.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How one has the shell complete names, below the commands of `fdelab` itself."""
        if ctx.parent is None:
            with formatter.section("Names at Tab, in a line of the shell's start file"):
                formatter.write_dl(list(COMPLETION.items()))


COMPLETION = {
    "~/.bashrc": 'eval "$(_FDELAB_COMPLETE=bash_source fdelab)"',
    "~/.zshrc": 'eval "$(_FDELAB_COMPLETE=zsh_source fdelab)"',
    "~/.config/fish/config.fish": "_FDELAB_COMPLETE=fish_source fdelab | source",
}
"""What makes a shell complete commands and names, by its start file. The variable and its values are click's."""

COMPLETES = "_FDELAB_COMPLETE"
"""Set by shells that ask what Tab may offer, and by those who ask for what makes them do so."""

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

COMMANDS = {
    "play": Lazy("labs.cli.play", "play", "Open the app; `fdelab` alone does so too."),
    "web": Lazy("labs.cli.web", "web", "The app in a browser on this machine, for a classroom screen."),
    "list": Lazy("labs.cli.listing", "list_", "The engagements that there are."),
    "start": Lazy("labs.cli.engage", "start", "Take an engagement, and bring its world up."),
    "status": Lazy("labs.cli.engage", "status", "What the world is doing now."),
    "logs": Lazy("labs.cli.logs", "logs", "What the deployment prints."),
    "incident": Lazy("labs.cli.incident", "incident", "What is left of the bad day: files, mail, logs, tables."),
    "sql": Lazy("labs.cli.sql", "sql", "Ask the tables of the incident or of a lap in SQL."),
    "connect": Lazy("labs.cli.connect", "connect", "Reach a part of the running world: psql, sftp, requests."),
    "redeploy": Lazy("labs.cli.engage", "redeploy", "Put your workspace into the running world."),
    "check": Lazy("labs.cli.practice", "check", "How the deployment does in practice laps."),
    "phase": Lazy("labs.cli.practice", "phase", "Jump to a phase of the lap."),
    "toxiproxy": Lazy("labs.cli.toxiproxy", "serve", "The links of the world, for Toxiproxy's clients."),
    "hint": Lazy("labs.cli.practice", "hint", "A nudge for one check."),
    "ask": Lazy("labs.cli.ask", "ask", "Ask a person of the customer."),
    "brief": Lazy("labs.cli.brief", "brief", "What you tell the customer about the incident."),
    "contract": Lazy("labs.cli.contract", "contract", "What a service must answer, in words or as OpenAPI."),
    "exam": Lazy("labs.cli.exam", "exam", "Be examined: a fresh world, a hidden seed, one lap, a report."),
    "debrief": Lazy("labs.cli.debrief", "debrief", "What had happened, once you have passed."),
    "regrade": Lazy("labs.cli.exam", "regrade", "Judge the evidence of an exam again."),
    "schema": Lazy(
        "labs.cli.authoring", "schema_of", "The JSON Schema of reports, or of the files that authors write."
    ),
    "progress": Lazy("labs.cli.progress", "progress", "Your exams and hints on this machine."),
    "curriculum": Lazy("labs.cli.curriculum", "curriculum", "What to learn, in which order, with which engagements."),
    "mcp": Lazy("labs.cli.mcp", "mcp", "Let a coding agent take the engagement, over MCP."),
    "stop": Lazy("labs.cli.engage", "stop", "Take the world down; your workspace stays."),
    "demo": Lazy("labs.cli.exam", "demo", "See a broken and a repaired deployment examined side by side."),
    "doctor": Lazy("labs.cli.machine", "doctor", "What works on this machine, and what to do about the rest."),
    "gc": Lazy("labs.cli.machine", "gc", "Remove what dead worlds left on this machine."),
    "plugin": Lazy("labs.cli.plugin", "plugin", "For authors: packages that add faults, measures or parts."),
    "images": Lazy("labs.cli.images", "images", "The container images of worlds: build, save, load, push, pull."),
    "export": Lazy("labs.cli.export", "export", "An engagement for other tools: Docker Compose, Harbor."),
    "scenario": Lazy("labs.cli.scenario", "scenario", "For authors: write a scenario, and prove it."),
}


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"fdelab {version('fdelab')}")
        ctx.exit()


fdelab = LazyGroup(
    "fdelab",
    "A lab where forward deployed engineers practise: take an engagement with a simulated customer, repair the "
    "deployment, and be examined.\n\nNew here? Try `fdelab demo`, then `fdelab start first-day`.",
    COMMANDS,
    params=[
        click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_version,
                     help="Show the version and exit."),
    ],
)  # fmt: skip


def run(argv: list[str], color: bool | None) -> object:
    """Run one command and return what it returns.

    Raises `UsageProblem` where the command line itself is wrong, and as the command does; `KeyboardInterrupt` and
    `BrokenPipeError` come through as such, though click would end the process.
    """
    if COMPLETES in os.environ:
        import_module("labs.cli.completing")
    try:
        return fdelab.main(argv, prog_name="fdelab", standalone_mode=False, color=color)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except Unread as left:
        raise BrokenPipeError from left
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "fdelab"
        raise UsageProblem(error.format_message(), f"see `{where} --help`") from None
