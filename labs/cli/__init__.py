"""The command line: `fdelab`. Data goes to stdout, progress and errors to stderr."""

import os
import signal
import sys
from types import FrameType

import click

from labs.cli.app import fdelab
from labs.errors import ExitCode, LabError


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Nothing that goes wrong ends in a traceback on the terminal."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        code = fdelab.main(argv, prog_name="fdelab", standalone_mode=False, color=_colour())
        sys.stdout.flush()
        return code if isinstance(code, int) else ExitCode.PASSED
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        _say(error.format_message(), f"see `{context.command_path if context else 'fdelab'} --help`")
        return ExitCode.USAGE
    except LabError as error:
        _say(error.what, error.remedy)
        return error.code
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted", None)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader left (`fdelab logs | head`): nothing is wrong, and nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.PASSED
    except Exception as error:  # noqa: BLE001 - a traceback belongs into a file, not on a learner's terminal
        from labs.cli.crash import keep

        _say(f"fdelab failed: {type(error).__name__}: {error}"[:300], f"the details are in {keep(error)}")
        return ExitCode.NOT_JUDGED


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _colour() -> bool | None:
    """False where colour is not wanted; None lets click look whether the output is a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def _say(what: str, remedy: str | None) -> None:
    click.echo(f"{click.style('fdelab:', fg='red', bold=True)} {what}", err=True, color=_colour())
    if remedy:
        click.echo(f"  {click.style('→', fg='cyan')} {remedy}", err=True, color=_colour())
