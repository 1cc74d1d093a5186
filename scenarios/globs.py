"""The globs of `editable`: which paths of a workspace a submission may change."""

import re
from collections.abc import Sequence
from functools import cache


@cache
def pattern(glob: str) -> re.Pattern[str]:
    """Return the regular expression of a glob.

    `*` and `?` stay within one name; `**` matches any number of folders, and at the end everything below.
    """
    out = ""
    parts = glob.split("/")
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            out += ".+" if last else "(?:[^/]+/)*"
        else:
            out += _within_name(part)
            out += "" if last else "/"
    return re.compile(out)


def _within_name(part: str) -> str:
    """Return the regular expression of one name.

    Each piece between stars is matched where it first occurs, and for good: backtracking could take for ever.
    """
    first, *rest = ("".join("[^/]" if c == "?" else re.escape(c) for c in piece) for piece in part.split("*"))
    if not rest:
        return first
    *middle, last = rest
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + f"[^/]*{last}"


def matches(path: str, globs: Sequence[str]) -> bool:
    """Whether a relative path with `/` matches one of the globs."""
    return any(pattern(glob).fullmatch(path) for glob in globs)
