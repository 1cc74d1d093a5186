"""Explain what is wrong with a text that is not YAML, at the mistake and not where the parser gives up."""

import re
from typing import Any, NamedTuple

import yaml

_COLON = re.compile(r":(?:\s|$)")
_SPACES = "indent with spaces, not tabs"
_QUOTED = "a ' within '…' is written '' and a \" within \"…\" is written \\\""


class Fault(NamedTuple):
    """A mistake and its place, counted from 1."""

    line: int
    column: int
    message: str
    suggestion: str | None = None


def explain(error: yaml.MarkedYAMLError, text: str, loader: Any) -> Fault:
    """Return the mistake that made `loader` reject `text`; a rare one in the parser's own words."""
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    if mark is None:
        return Fault(1, 1, f"is not YAML: {said}")
    source = text.split("\n")
    for look in (_tab, _quote, _bracket, _colon, _first_character):
        found = look(error, mark, source, text, loader)
        if found is not None:
            return found
    return Fault(mark.line + 1, mark.column + 1, f"is not YAML: {said}")


def _line(source: list[str], number: int) -> str:
    return source[number].rstrip("\r") if 0 <= number < len(source) else ""


def _tab(_error: Any, mark: Any, source: list[str], _text: str, _loader: Any) -> Fault | None:
    line = _line(source, mark.line)
    indent = line[: len(line) - len(line.lstrip())]
    column = indent.find("\t")
    if column < 0 and line[mark.column : mark.column + 1] == "\t":
        column = mark.column
    message = "is not YAML: a tab, where YAML takes spaces"
    return None if column < 0 else Fault(mark.line + 1, column + 1, message, _SPACES)


def _quote(error: Any, mark: Any, source: list[str], text: str, loader: Any) -> Fault | None:
    if error.context == "while scanning a quoted scalar" and error.context_mark is not None:
        begins = error.context_mark
        sign = _line(source, begins.line)[begins.column : begins.column + 1]
        return Fault(begins.line + 1, begins.column + 1, f"is not YAML: this {sign} is never closed", _QUOTED)
    last = _last_quoted(text, mark, loader)
    if last is None or text[last.end_mark.index : mark.index].strip(" "):
        return None
    if last.end_mark.line > last.start_mark.line:
        message = f"is not YAML: this {last.style} is closed in line {last.end_mark.line + 1}, where text goes on"
        return Fault(last.start_mark.line + 1, last.start_mark.column + 1, message, "close it where the text ends")
    message = f"is not YAML: text goes on behind the closing {last.style}"
    return Fault(mark.line + 1, mark.column + 1, message, _QUOTED)


def _last_quoted(text: str, mark: Any, loader: Any) -> Any:
    """Return the token of the last quoted text that ends before the mark; None when there is none."""
    last = None
    try:
        for token in yaml.scan(text, Loader=loader):
            if token.start_mark.index >= mark.index:
                break
            last = token if isinstance(token, yaml.ScalarToken) else last
    except yaml.YAMLError:
        pass
    return last if last is not None and last.style in ("'", '"') else None


def _bracket(error: Any, mark: Any, source: list[str], _text: str, _loader: Any) -> Fault | None:
    begins = error.context_mark
    if error.context not in ("while parsing a flow mapping", "while parsing a flow sequence") or begins is None:
        return None
    if begins.line == mark.line:
        return None
    sign = _line(source, begins.line)[begins.column : begins.column + 1]
    hint = f"close it with {'}' if sign == '{' else ']'}"
    return Fault(begins.line + 1, begins.column + 1, f"is not YAML: this {sign} is never closed", hint)


def _colon(error: Any, mark: Any, source: list[str], _text: str, _loader: Any) -> Fault | None:
    if error.context == "while scanning a simple key" and error.context_mark is not None:
        return _no_colon(source, error.context_mark.line)
    if error.problem != "mapping values are not allowed in this context":
        return None
    line = _line(source, mark.line)
    if _COLON.search(line[: mark.column]):
        return Fault(
            mark.line + 1, mark.column + 1, "is not YAML: a second `: ` in one value", "put the value in quotes"
        )
    above = next((n for n in range(mark.line - 1, -1, -1) if _line(source, n).split("#")[0].strip()), None)
    if above is not None and not _COLON.search(_line(source, above)):
        return _no_colon(source, above)
    column = len(line) - len(line.lstrip()) + 1
    message = "is not YAML: this line is indented deeper than the one above, which has its value already"
    return Fault(mark.line + 1, column, message, "indent it like its neighbours")


def _no_colon(source: list[str], number: int) -> Fault:
    line = _line(source, number)
    column = len(line) - len(line.lstrip(" -")) + 1
    hint = "a blank belongs behind the colon" if ":" in line else "a key is written `key: value`"
    return Fault(number + 1, column, "is not YAML: a key without its colon", hint)


def _first_character(error: Any, mark: Any, source: list[str], _text: str, _loader: Any) -> Fault | None:
    if "cannot start any token" not in (error.problem or ""):
        return None
    sign = _line(source, mark.line)[mark.column : mark.column + 1]
    return Fault(mark.line + 1, mark.column + 1, f"is not YAML: nothing can begin with {sign}", "put it in quotes")
