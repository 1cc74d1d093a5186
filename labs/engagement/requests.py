"""Requests to an HTTP part, with the login that its customer gives an engineer."""

import http.client
import json
import shlex
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from labs.base.errors import LabError, UsageProblem
from labs.base.loopback import OPENER
from labs.engagement.parts import ReachablePart

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
PATIENCE = 30.0
"""Seconds that an answer may take."""
_READS = """python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'"""


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 in it is replaced."""
        return self.body.decode("utf-8", "replace")


def parse(words: tuple[str, ...], headers: tuple[str, ...] = (), body: str | None = None) -> Asked:
    """Return the request that `GET /path` or `/path` means. Raises `UsageProblem` where it is none."""
    method, path = words if len(words) == 2 else ("POST" if body is not None else "GET", *words[:1])
    if method.upper() not in METHODS or not path.startswith("/") or len(words) > 2:
        raise UsageProblem(f"{' '.join(words)!r} is no request", f"as GET /path; methods: {', '.join(METHODS)}")
    given = {}
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            raise UsageProblem(f"{header!r} is no header", "as 'Name: value'")
        given[name.strip()] = value.strip()
    return Asked(method.upper(), path, given, body)


def send(part: ReachablePart, asked: Asked) -> Answered:
    """Log in where that is needed, send it, and return what comes back, refusals too.

    Raises `LabError` where nothing whole comes back: the customer's network and systems do fail.
    """
    headers = {"Content-Type": "application/json"} if asked.body is not None and part.kind != "soap-erp" else {}
    if "authorization" not in {name.lower() for name in asked.headers}:
        headers |= _login(part)
    return _send(part, Asked(asked.method, asked.path, {**headers, **asked.headers}, asked.body))


def _login(part: ReachablePart) -> dict[str, str]:
    token = part.access.bearer
    if part.access.token is not None:
        form = urllib.parse.urlencode(part.access.token.form)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = _send(part, Asked("POST", part.access.token.path, kind, form))
        try:
            token = str(json.loads(answer.body)["access_token"])
        except (ValueError, KeyError, TypeError):
            raise LabError(f"{part.name} gave no token: {answer.status} {answer.text[:200]}", "try again") from None
    return {"Authorization": f"Bearer {token}"} if token is not None else {}


def _send(part: ReachablePart, asked: Asked) -> Answered:
    request = urllib.request.Request(
        f"http://{part.host}:{part.port}{urllib.parse.quote(asked.path, safe='/?&=%+,:;@!$()*~#[]')}",
        method=asked.method,
        data=asked.body.encode() if asked.body is not None else None,
        headers={"User-Agent": "fdelab", **asked.headers},
    )
    try:
        try:
            answer = OPENER.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return Answered(answer.status, answer.reason, tuple(answer.headers.items()), answer.read())
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "reason", None) or error
        said = str(why) or type(why).__name__
        raise LabError(
            f"{part.name} gave no whole answer: {said}", "that may be what happens there: try again"
        ) from None


def curl(part: ReachablePart, asked: Asked | None = None) -> str:
    """Return a command for a shell that does it by hand."""
    asked = asked or parse(tuple(part.example.split(" ", 1)))
    base = f"http://{part.host}:{part.port}"
    words = ["curl", *(["-X", asked.method] if asked.method != "GET" else [])]
    for name, value in asked.headers.items():
        words += ["-H", f"{name}: {value}"]
    if asked.body is not None:
        words += ["-d", asked.body]
    line = shlex.join([*words, base + asked.path])
    access = part.access
    if access.token is not None:
        form = shlex.join(word for pair in access.token.form.items() for word in ("-d", "=".join(pair)))
        return f'TOKEN=$(curl -s {form} {base}{access.token.path} | {_READS})\n{line} -H "Authorization: Bearer $TOKEN"'
    return line + (f" -H {shlex.quote(f'Authorization: Bearer {access.bearer}')}" if access.bearer else "")
