"""What all commands share in printing."""

import contextlib
import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Container, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

import click

from labs.cli import stand_in
from scenarios import plain

if TYPE_CHECKING:
    from labs.base.errors import LabError

json_option = click.option("--json", "as_json", is_flag=True, help="Print data for programs.")


def emit(data: Any) -> None:
    """Print data as JSON."""
    for_programs(f"{json.dumps(data, indent=2, ensure_ascii=False, default=str)}\n")


def for_programs(text: str) -> None:
    """Print what a program reads: in UTF-8, as JSON and our XML are, whatever the terminal is set to."""
    click.echo(text.encode("utf-8", stand_in.NAME), nl=False)


def unkept(error: "LabError | None") -> None:
    """Say why something is not remembered, where it is not; what was done stands all the same."""
    if error is not None:
        note(f"{error.what}; {error.remedy}" if error.remedy else error.what)


def note(text: str) -> None:
    """Say something about what is going on, apart from the data. Where nobody reads that any more, work goes on."""
    try:
        click.echo(plain.inert(text), err=True)
    except BrokenPipeError:
        deafen(sys.stderr)


@contextlib.contextmanager
def whoever_reads() -> Iterator[None]:
    """Print in this what comes with a verdict: a reader that leaves (`| head`) misses the rest, and no code is lost."""
    try:
        yield
    except BrokenPipeError:
        deafen(sys.stdout)


def deafen(stream: IO[str]) -> None:
    """Let what is printed from now on go nowhere: who read it has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def renew() -> None:
    """Clear the terminal for what is shown in the place of what was; elsewhere one comes after the other."""
    if sys.stdout.isatty():
        click.clear()


def printable(line: str) -> str:
    """Return a line that a deployment printed, without colour, and without anything that could steer the terminal."""
    return plain.printable(plain.unstyled(line), keep="\t")


def columns() -> int | None:
    """Columns that a line of stdout has; None where nobody reads it on a terminal."""
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return shutil.get_terminal_size((88, 24)).columns if known else None


def prose(text: str) -> str:
    """Text in lines that break between words, where a terminal would break within one."""
    room = columns()
    return "\n".join(_wrapped(text, min(room, 100))) if room else text


def _wrapped(text: str, room: int) -> list[str]:
    """Lines; what has no space, such as a path, stays whole so that it can be copied."""
    return textwrap.wrap(text, max(room, 20), break_on_hyphens=False, break_long_words=False)


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = (), whole: Container[int] = ()) -> None:
    """Print rows in columns as wide as they need; where the terminal ends, long cells are wrapped between words.

    Cells may be styled by click; columns that `whole` numbers are to be copied, and never wrapped. Where no terminal
    reads it, lines are as long as they are.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[Text.from_ansi(cell) for cell in row] for row in rows]
    names = [Text(name, style="dim") for name in head or [""] * len(cells[0])]
    widest = [max(cell.cell_len for cell in column) for column in zip(names, *cells, strict=True)]
    least = [
        width if number in whole else max((len(word) for cell in column for word in cell.plain.split()), default=0)
        for number, (width, column) in enumerate(zip(widest, zip(*cells, strict=True), strict=True))
    ]
    drawn = Table(box=None, show_header=bool(head), pad_edge=False, padding=(0, 2, 0, 0))
    widths = _widths(widest, least, columns())
    for name, width in zip(names, widths, strict=True):
        drawn.add_column(name, width=width, overflow="fold")
    for row in cells:
        drawn.add_row(*row)
    room = sum(widths) + 2 * len(widths)
    console = Console(width=room, color_system="standard", force_terminal=True, highlight=False)
    with console.capture() as shown:
        console.print(drawn)
    click.echo("\n".join(_PADDING.sub(r"\1", line) for line in shown.get().splitlines()))


def _widths(widest: Sequence[int], words: Sequence[int], room: int | None) -> list[int]:
    """Return how wide each column is: the first one and short ones as they need, and the others share what is left."""
    least = [
        width if not number or width <= _SHORT else max(_SHORT // 2, min(width, word))
        for number, (width, word) in enumerate(zip(widest, words, strict=True))
    ]
    wanted = sum(widest) - sum(least)
    left = wanted if room is None else max(0, room - sum(least) - 2 * (len(widest) - 1))
    share = min(1.0, left / wanted) if wanted else 1.0
    return [few + int((width - few) * share) for few, width in zip(least, widest, strict=True)]


_PADDING = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$")
_SHORT = 24
"""Columns of a cell that is never wrapped; a longer one has at least half of them."""

runtime_option = click.option(
    "--runtime",
    type=click.Choice(["auto", "docker", "local"]),
    help="Where services run: containers, or processes of yours. Left out: as the engagement was started, else auto, "
    "which takes containers where there is an engine.",
)

exam_runtime_option = click.option(
    "--runtime",
    type=click.Choice(["auto", "docker", "local", "box"]),
    help="Where services run: containers, processes of yours, or all of the exam in one container without a network. "
    "Left out: as the engagement was started, else auto, which takes containers where there is an engine.",
)


def coloured() -> bool:
    """Whether stdout is a terminal, and colour is wanted there."""
    return click.get_current_context().color is not False and sys.stdout.isatty()
