"""An interactive SQL shell: history, completion of tables and columns, and answers that fit or are paged.

The terminal is prompt_toolkit's. Who asks by a pipe gets every statement answered in turn, and no prompt.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from labs.base.errors import LabError
from labs.cli.answers import show
from labs.cli.output import note

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.key_binding import KeyBindings

    from labs.engagement.tables import Answer

MOST = 10_000
"""Rows of one answer that are fetched."""
_WORDS = (
    "select from where group by order limit having distinct as and or not in is null like between case when then else "
    "end join left using on with union all except count sum avg min max round coalesce over partition desc asc filter"
)
_TYPED = re.compile(r"[\w.]*$")
_NAMED = re.compile(r"\b(from|join|describe|\.d|\.describe|\.schema)\s+$", re.IGNORECASE)
HELP = """\
A query ends with ; and may have several lines. Tab completes, the arrow up recalls, ctrl-c drops what you typed.

  .tables          the tables, with what a row of each is
  .describe TABLE  its columns (.d for short)
  .help            this
  .quit            leave; so does ctrl-d"""


class Engine(Protocol):
    """What is asked."""

    prompt: str
    """What is before the cursor."""

    def names(self) -> Mapping[str, Sequence[str]]:
        """Return the columns of each table."""

    def ask(self, sql: str, most: int) -> "Answer":
        """Return the first rows of an answer. Raises `LabError`."""

    def describe(self, table: str | None) -> "Answer":
        """Return the tables, or one's columns, with what they mean. Raises `LabError`."""


class Shell:
    """One sitting."""

    def __init__(self, engine: Engine, history: Path, form: str = "table") -> None:
        self._engine = engine
        self._history = history
        self._form = form

    def run(self) -> bool:
        """Answer until whoever asks leaves; says whether all that came by a pipe could be answered."""
        if not sys.stdin.isatty():
            return self.script(sys.stdin.read())
        session = self._session()
        note(click.style("; ends a query · .help · ctrl-d leaves", dim=True))
        while True:
            try:
                text = session.prompt(self._engine.prompt)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return True
            if text.strip() in (".quit", ".exit", ".q"):
                return True
            self.answer(text, page=True)

    def script(self, text: str) -> bool:
        """Answer statements one after the other; says whether all could be."""
        # What is left of the list is not asked once one fails, as with any script.
        return all(self.answer(statement) for statement in statements(text))

    def answer(self, text: str, *, page: bool = False) -> bool:
        """Print the answer to one input, or what is wrong with it, and says which."""
        text = text.strip()
        if not text:
            return True
        try:
            if text.startswith("."):
                self._command(*text.rstrip(";").split()[:2])
            else:
                show(self._engine.ask(text, MOST), self._form, page=page)
        except LabError as error:
            note(f"{click.style('✖', fg='red')} {error.what}")
            if error.remedy:
                note(f"  {click.style('→', fg='cyan')} {error.remedy}")
            return False
        except KeyboardInterrupt:
            note("stopped")
            return False
        return True

    def _command(self, name: str, table: str | None = None) -> None:
        if name in (".tables", ".describe", ".d", ".schema"):
            show(self._engine.describe(None if name == ".tables" else table), page=True)
        elif name in (".help", ".h"):
            click.echo(HELP)
        else:
            raise LabError(f"there is no command {name}", ".help says which there are")

    def _session(self) -> "PromptSession[str]":
        from prompt_toolkit import PromptSession
        from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
        from prompt_toolkit.history import FileHistory
        from prompt_toolkit.lexers import PygmentsLexer
        from pygments.lexers.sql import SqlLexer

        self._history.parent.mkdir(parents=True, exist_ok=True)
        return PromptSession(
            history=FileHistory(str(self._history)),
            completer=_completer(self._engine.names),
            auto_suggest=AutoSuggestFromHistory(),
            lexer=PygmentsLexer(SqlLexer),
            key_bindings=_keys(),
            multiline=True,
            reserve_space_for_menu=5,
            prompt_continuation=lambda width, _line, _soft: "…".rjust(width - 1) + " ",
        )


def statements(text: str) -> Iterable[str]:
    """Yield the statements of a script, and its commands, which are lines that begin with a dot."""
    held: list[str] = []
    for line in text.split("\n"):
        if line.startswith("."):
            yield from _parted("\n".join(held))
            yield line
            held = []
        else:
            held.append(line)
    yield from _parted("\n".join(held))


def _parted(sql: str) -> Iterable[str]:
    import duckdb

    try:
        return [one.query for one in duckdb.extract_statements(sql)]
    except duckdb.Error:
        return [sql]  # who answers says what is wrong with it


def complete(text: str) -> bool:
    """Whether what was typed is to be answered: it ends with a semicolon, or is a command, or nothing."""
    text = text.strip()
    return not text or text.startswith(".") or text.endswith(";")


def candidates(before: str, after: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what may be typed between `before` and `after`: columns behind `table.`, tables behind `from`, `join`.

    Elsewhere the columns of the tables that the query names, then everything.
    """
    found = _TYPED.search(before)
    typed = found.group() if found else ""
    lead, (table, dot, begun) = before.removesuffix(typed), typed.rpartition(".")
    offered: Iterable[str]
    if not lead.strip() and typed.startswith("."):
        offered, begun = (".tables", ".describe", ".help", ".quit"), typed
    elif dot:
        offered = names.get(table) or names.get(_aliases(before + after, names).get(table, ""), ())
    elif _NAMED.search(lead):
        offered = names
    else:
        used = [name for name in names if re.search(rf"\b{name}\b", lead + after)]
        offered = [*(column for name in used or names for column in names[name]), *names, *_WORDS.split()]
    return [name for name in dict.fromkeys(offered) if name.lower().startswith(begun.lower()) and name != begun]


def _aliases(text: str, names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found = re.findall(r"\b(\w+)\s+(?:as\s+)?(\w+)", text, re.IGNORECASE)
    return {alias: name for name, alias in found if name in names}


def _completer(names: Callable[[], Mapping[str, Sequence[str]]]) -> "Completer":
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class Names(Completer):
        """Offers what `candidates` finds."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
            before = document.text_before_cursor
            found = _TYPED.search(before)
            typed = found.group() if found else ""
            for name in candidates(before, document.text_after_cursor, names()):
                begun = typed if name.startswith(".") else typed.rpartition(".")[2]
                yield Completion(name, start_position=-len(begun))

    return Names()


def _keys() -> "KeyBindings":
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys = KeyBindings()

    @keys.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys
