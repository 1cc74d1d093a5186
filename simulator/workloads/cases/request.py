"""What is sent: texts and JSON in which names in braces are filled in, with all the names that they read."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import orjson

from scenarios.exchange import Request
from simulator.workloads.cases.expression import HOLE, Expr, Scope

Values = Mapping[str, Any]
Fill = Callable[[Values], Any]

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_UNSAFE = re.compile(r"[^\x20-\x7e]")


class Sends:
    """One request of a business, compiled: method, and path, headers and body of a case."""

    def __init__(self, request: Request, names: Scope) -> None:
        self.method, _, path = request.line.partition(" ")
        self.path = template(path, names, lambda value: quote(text(value), safe=""))
        self.accepts = frozenset(request.accepts)
        self._headers = [(name, template(value, names, _printable)) for name, value in request.headers.items()]
        self._media, self._body = _body(request, names)

    def headers(self, values: Values) -> dict[str, str]:
        """Return the headers of a case's request."""
        media = {"Content-Type": self._media} if self._media else {}
        return media | {name: fill(values) for name, fill in self._headers}

    def body(self, values: Values) -> bytes:
        """Return its body; empty when there is none."""
        return self._body(values)


def _body(request: Request, names: Scope) -> tuple[str | None, Callable[[Values], bytes]]:
    if request.json_ is not None:
        made = filled(request.json_, names)
        return request.media or _JSON, lambda values: orjson.dumps(made(values))
    if request.form is not None:
        parts = [(name, template(value, names)) for name, value in request.form.items()]
        return request.media or _FORM, lambda values: urlencode([(name, fill(values)) for name, fill in parts]).encode()
    if request.body is not None:
        is_xml = request.body.lstrip().startswith("<")
        fill = template(request.body, names, (lambda value: escape(text(value))) if is_xml else text)
        return request.media or ("application/xml" if is_xml else "text/plain"), lambda values: fill(values).encode()
    return None, lambda _values: b""


def text(value: Any) -> str:
    """Return a value as texts hold it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(plain(value))


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def _printable(value: Any) -> str:
    """Return what a header can carry: another character than printable ASCII is a space."""
    return _UNSAFE.sub(" ", text(value))


def template(written: str, names: Scope, write: Callable[[Any], str] = text) -> Callable[[Values], str]:
    """Return what fills the names in braces in a text. Raises `Wrong`."""
    if not HOLE.search(written):
        return lambda _values: written
    texts, holes, end = [], [], 0
    for hole in HOLE.finditer(written):
        texts.append(written[end : hole.start()])
        holes.append(Expr(hole[1], names))
        end = hole.end()
    last = written[end:]

    def fill(values: Values) -> str:
        return "".join(f"{before}{write(hole(values))}" for before, hole in zip(texts, holes, strict=True)) + last

    return fill


def filled(spec: Any, names: Scope) -> Fill:
    """Return what makes a JSON value of a case. Raises `Wrong`."""
    if isinstance(spec, dict) and set(spec) == {"each", "json"}:
        item, rows = filled(spec["json"], {**names, **names[spec["each"]].items}), spec["each"]
        return lambda values: [item({**values, **row}) for row in values[rows]]
    if isinstance(spec, dict):
        made = [(key, filled(value, names)) for key, value in spec.items()]
        return lambda values: {key: one(values) for key, one in made}
    if isinstance(spec, list):
        parts = [filled(value, names) for value in spec]
        return lambda values: [one(values) for one in parts]
    if isinstance(spec, str):
        alone = HOLE.fullmatch(spec)
        if alone is None:
            return template(spec, names)
        value = Expr(alone[1], names)
        return lambda values: plain(value(values))
    return lambda _values: spec


def holes(spec: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str, int]]:
    """Yield place, name and position of every name in braces below a value."""
    if isinstance(spec, dict):
        for key, child in spec.items():
            yield from holes(child, (*loc, key))
    elif isinstance(spec, list):
        for index, child in enumerate(spec):
            yield from holes(child, (*loc, index))
    elif isinstance(spec, str):
        for hole in HOLE.finditer(spec):
            yield loc, hole[1], hole.start() + 1
