"""The command line: `fdelab`. Data goes to stdout, progress and errors to stderr."""

import os
import signal
import sys
from types import FrameType

from labs.base.errors import ExitCode, LabError, disk_full
from labs.cli import stand_in
from labs.cli.opening import WAYS, open_app, possible


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Nothing that goes wrong ends in a traceback on the terminal."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    stand_in.install()
    code: object = None
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except LabError as error:
        _say(error.what, error.remedy)
        return error.code
    except KeyboardInterrupt:
        _say("interrupted", None)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader left (`fdelab logs | head`): nothing is wrong, and nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - a traceback belongs into a file, not on a learner's terminal
        if full := disk_full(error):
            _say(full.what, full.remedy)
            return full.code
        from labs.base.crash import keep

        _say(f"fdelab failed: {type(error).__name__}: {error}"[:300], f"the details are in {keep(error)}")
        return ExitCode.NOT_JUDGED
    return code if isinstance(code, int) else ExitCode.PASSED


def _run(argv: list[str]) -> object:
    if argv in WAYS and possible() and not os.environ.get("_FDELAB_COMPLETE"):
        open_app()
        return None
    from labs.cli.app import run

    return run(argv, color=_colour())


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _colour() -> bool | None:
    """Return False where colour is not wanted; None lets click look whether the output is a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def _say(what: str, remedy: str | None) -> None:
    """Tell what is wrong. What is quoted may be a submission's, so that it steers neither a terminal nor a CI's log."""
    import click

    from scenarios.plain import inert, printable

    lines = [f"{click.style('fdelab:', fg='red', bold=True)} {inert(printable(what, keep=_KEPT))}"]
    if remedy:
        lines.append(f"  {click.style('→', fg='cyan')} {inert(printable(remedy, keep=_KEPT))}")
    try:
        click.echo("\n".join(lines), err=True, color=_colour())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


_KEPT = "\n\t"
