"""A terminal that cannot show every character, such as one of eight bits: what it has not is printed as a stand-in.

What an exam came to must never be lost over how it is drawn. The name of the handler is for `errors` of a text stream,
and of `str.encode`.
"""

import codecs
import sys
from io import TextIOWrapper
from unicodedata import normalize

NAME = "fdelab-stand-in"
LOOKS = {
    "…": "...", "–": "-", "—": "-", "−": "-", "‑": "-", "·": "-", "•": "*", "→": ">", "←": "<", "›": ">", "↑": "^",
    "↓": "v", "✔": "+", "✖": "x", "◆": "*", "●": "*", "○": "o", "◐": "o", "◑": "o", "■": "#", "▶": ">", "▸": ">",
    "◂": "<", "▲": "^", "▼": "v", "▾": "v", "━": "=", "─": "-", "┄": "-", "│": "|", "├": "|", "└": "`", "█": "#",
    "░": ".", "≥": ">=", "≤": "<=", "×": "x", "÷": "/", "∞": "inf", "µ": "u", "€": "EUR", "£": "GBP", "¥": "JPY",
    "ß": "ss", "Ø": "O", "ø": "o", "Æ": "AE", "æ": "ae", "§": "S.", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'",
    "«": '"', "»": '"',
}  # fmt: skip
"""Of signs and letters that have no ASCII beneath them."""


def stand_in(error: UnicodeError) -> tuple[str, int]:
    """Return what to print instead, and where to go on: ASCII, `?` for what nothing looks like.

    Raises the error itself where it is not one of writing.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_ascii, error.object[error.start : error.end])), error.end


def _ascii(character: str) -> str:
    looks = LOOKS.get(character) or "".join(c for c in normalize("NFKD", character) if c.isascii())
    return looks or "?"


codecs.register_error(NAME, stand_in)


def install() -> None:
    """Let nothing that is printed from now on fail because of a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=NAME)


def shows_all() -> bool:
    """Whether what the app draws can be drawn: it writes to stderr, as Textual does."""
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    return codecs.lookup(encoding).name == "utf-8"
