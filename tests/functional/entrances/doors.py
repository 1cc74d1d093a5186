"""How a deployment gets at each kind of part: everything that may be said there is said, whatever comes of it.

A part on HTTP is driven at every route that it registers, so that a new one is driven by itself; what a body has to
hold before anybody looks further is in `BODIES`. Other kinds have a door of their own in `DOORS`.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import aiohttp
import asyncssh
import psycopg
from psycopg.sql import SQL, Identifier, Literal

from simulator.parts.base import Part, PartKind
from simulator.parts.soap_erp.articles import articles
from simulator.parts.soap_erp.part import _BASIC
from simulator.parts.soap_erp.sessions import PASSWORD, USER
from simulator.parts.web import WebPart
from tests.functional.entrances.hostile import Said

_PATIENCE = 1.0
"""Seconds that an answer is waited for: parts have latencies of their own, and may hang on purpose."""
_AT_ONCE = 60

_CHAT = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}], "tools": [], "stop": "x",
         "tool_choice": "auto", "max_tokens": 5, "stream": False, "temperature": 0, "n": 1,
         "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}}}  # fmt: skip
BODIES: dict[str, Sequence[dict[str, Any]]] = {
    "service-desk": [{"chat": "C-00001", "order": "HX-10001", "topic": "refund", "reason": "x", "transcript": ["x"]}],
    "llm": [_CHAT, {key: value for key, value in _CHAT.items() if key != "response_format"}],
    "rest-api": [{"id": "x", "name": "x", "price": "1", "status": "x"}],
    "event-store": [{"key": "x", "id": "x", "value": 1, "propensity": 0.5, "version": "x", "role": "x"}],
    "model-registry": [
        {"name": "eta"},
        {"description": "x", "metrics": {"auc": 0.7}, "tags": {"a": "b"}, "params": {"a": 1}, "who": "x"},
        {"version": 1, "expects": 1},
        {"reviewer": "x"},
    ],
}  # fmt: skip
"""By kind, what its routes take."""
PLACES: dict[str, dict[str, str]] = {
    "event-store": {"stream": "events"},
    "model-registry": {"model": "eta", "version": "1", "alias": "champion"},
    "soap-erp": {"name": "orders.txt"},
}
"""By kind, what stands in the braces of its routes."""
_ERP = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<{0} xmlns="urn:halden:erp:2009">{1}</{0}></soap:Body></soap:Envelope>"""
_OPERATIONS = {
    "Anmelden": ("Benutzer", "Kennwort"),
    "BestandLesen": ("Sitzung", "ArtikelNr"),
    "BestandListe": ("Sitzung", "ArtikelNr"),
    "BestellungAnlegen": ("Sitzung", "Auftrag", "ArtikelNr", "Menge", "Referenz"),
    "BestellungSuchen": ("Sitzung", "Referenz"),
}


async def http(kind: PartKind, part: Part, where: str, params: Any, said: Sequence[Said]) -> int:
    """Every route of a part on HTTP, with every body; how many requests that were."""
    assert isinstance(part, WebPart)
    assert part._runner is not None
    places = [
        (route.method if route.method != "*" else method, path)
        for route in part._runner.app.router.routes()
        if route.resource is not None
        for path in _filled(kind, route.resource.canonical, params)
        for method in (("POST", "PUT", "PATCH", "GET") if route.method == "*" else ("",))
    ]
    bodies = list(_bodies(kind, said))
    wanted = [(method, path, body) for method, path in places for body in (bodies if method not in _READS else [b""])]
    wanted += [(method, f"{path}?{query}", b"") for method, path in places for query in _queries(said)]
    connector = aiohttp.UnixConnector(where, limit=_AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(_PATIENCE)) as client:
        await asyncio.gather(*(_ask(client, kind, params, *one) for one in wanted))
        return len(wanted) + (await _order(client, kind, params, said) if kind.name == "soap-erp" else 0)


async def _order(client: aiohttp.ClientSession, kind: PartKind, params: Any, said: Sequence[Said]) -> int:
    """Purchase orders in a session of the ERP, one after the other."""
    names = _OPERATIONS["BestellungAnlegen"]
    login = _ERP.format("Anmelden", f"<Benutzer>{USER}</Benutzer><Kennwort>{PASSWORD}</Kennwort>").encode()
    token = re.search(rb"<Sitzung>(.*?)</Sitzung>", await _ask(client, kind, params, "POST", "/erp", login))
    if token is None:
        return 0
    right = {"Sitzung": token[1].decode(), "Auftrag": "HW-000001", "ArtikelNr": articles(1)[0], "Menge": "1"}
    for one in said:
        for name in names[1:]:
            text = escape(one.text)
            inner = "".join(f"<{n}>{v}</{n}>" for n, v in (right | {name: text}).items())
            body = _ERP.format("BestellungAnlegen", inner).encode("utf-8", "surrogatepass")
            await _ask(client, kind, params, "POST", "/erp", body)
    return len(said) * (len(names) - 1)


_READS = ("GET", "HEAD", "DELETE")


def _queries(said: Sequence[Said]) -> Iterator[str]:
    names = ("since", "limit", "key", "cursor", "updated_since", "page")
    for one in said:
        yield "&".join(f"{name}={quote(one.text[:200], errors='surrogatepass')}" for name in names)


def _filled(kind: PartKind, path: str, params: Any) -> Iterator[str]:
    if kind.name == "rest-api":
        for name in params.resources:
            yield f"{params.base}/{name}"
            yield f"{params.base}/{name}/x"
        yield "/oauth/token"
        return
    names = PLACES.get(kind.name, {})
    yield re.sub(r"\{(\w+)[^}]*\}", lambda found: names.get(found[1], "x"), path)


def _bodies(kind: PartKind, said: Sequence[Said]) -> Iterator[bytes]:
    for one in said:
        yield one.json
        yield b'{"x": ' + one.json + b"}"
        for base in BODIES.get(kind.name, ()):
            yield from (_with(base, name, one) for name in base)
        if kind.speaks == "xml":
            yield from _envelopes(one)


def _with(base: dict[str, Any], name: str, one: Said) -> bytes:
    """The body with this in the place of one of its fields; of the first in what is inside, too."""
    mark = "\x01mark\x01"
    return json.dumps(base | {name: mark}).encode().replace(json.dumps(mark).encode(), one.json)


def _envelopes(one: Said) -> Iterator[bytes]:
    raw = one.text.encode("utf-8", "surrogatepass")
    text = escape(one.text).encode("utf-8", "surrogatepass")
    for operation, names in _OPERATIONS.items():
        for field in names:
            inner = b"".join(b"<%b>%b</%b>" % (n.encode(), text if n == field else b"1", n.encode()) for n in names)
            yield _ERP.format(operation, "\x01").encode().replace(b"\x01", inner)
        yield _ERP.format(operation, "\x01").encode().replace(b"\x01", raw)
        yield _ERP.format(operation, "\x01" * 50).encode().replace(b"\x01", b"<a>" * 300)


async def _ask(
    client: aiohttp.ClientSession, kind: PartKind, params: Any, method: str, path: str, body: bytes
) -> bytes:
    """The answer; nothing where none came, and no answer may be an exception's."""
    media = "text/xml; charset=utf-8" if kind.speaks == "xml" else "application/json"
    key = next(iter(getattr(params, "keys", None) or ()), "k")
    access = _BASIC if "dropbox" in path else f"Bearer {getattr(params, 'token', None) or key}"
    headers = {"Content-Type": media, "Authorization": access}
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
        async with client.request(method, f"http://part{path}", data=body, headers=headers) as answer:
            assert answer.status != 500, (kind.name, method, path[:100], body[:300])
            return await answer.read()
    return b""


async def sftp(_kind: PartKind, _part: Part, where: str, params: Any, said: Sequence[Said]) -> int:
    """Names and contents over SFTP."""
    host, port = where.split(":")
    done = 0
    async with (
        asyncssh.connect(
            host, int(port), username=params.user, password=params.password, known_hosts=None, config=None
        ) as connection,
        connection.start_sftp_client(path_encoding=None) as client,
    ):
        for one in said:
            name = one.text.encode("utf-8", "surrogatepass")[:2000].replace(b"\x00", b"0")
            for folder in (*params.folders, "x"):
                path = b"/" + folder.encode() + b"/" + name
                for act in (_put(client, path, one.json[:1000]), client.rename(path, path + b"2"), client.stat(path)):
                    done += 1
                    with contextlib.suppress(asyncssh.Error, OSError):
                        await act
    return done


async def _put(client: asyncssh.SFTPClient, path: bytes, data: bytes) -> None:
    async with client.open(path, "wb") as file:
        await file.write(data)


async def database(_kind: PartKind, part: Any, _where: str, params: Any, said: Sequence[Said]) -> int:
    """Every table that anybody tells of, in each of its columns; and each function of the customer's."""
    done = 0
    async with await part.database.owner() as owner:
        cursor = await owner.execute(
            "SELECT table_schema, table_name, array_agg(column_name::text), array_agg(data_type::text)"
            " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'clock', 'queue')"
            " AND table_type = 'BASE TABLE' GROUP BY 1, 2"
        )
        tables = await cursor.fetchall()
        # Keys between tables say what one cannot write; here it matters what can be read.
        await owner.execute("SET session_replication_role = replica")
        for schema, table, names, types in tables:
            for number, one in enumerate(said):
                for column in names:
                    done += await _insert(owner, (schema, table), names, types, column, one, number)
        if hasattr(params, "queues"):
            done += await _publish(owner, params, said)
    return done


_PLAIN = {"text": "x", "boolean": "true", "jsonb": "{}", "json": "{}", "ARRAY": "{}", "uuid": "0" * 32}


async def _insert(
    owner: Any, table: tuple[str, str], names: Sequence[str], types: Sequence[str], column: str, one: Said, number: int
) -> int:
    values = {}
    for name, kind in zip(names, types, strict=True):
        plain = f"{kind[0]}{number}{column}"[:40] if kind == "text" else _PLAIN.get(kind)
        values[name] = plain or ("2026-03-02 08:00" if "timestamp" in kind or kind == "date" else str(number + 7))
        if name == "decision":
            values[name] = "approve"
        if name == column:
            values[name] = one.json.decode("utf-8", "replace") if kind.startswith("json") else one.text
    statement = SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        Identifier(*table),
        SQL(", ").join(map(Identifier, values)),
        SQL(", ").join(
            Literal(value.encode("utf-8", "replace").decode().replace("\x00", "")) for value in values.values()
        ),
    )
    try:
        await owner.execute(statement)
    except psycopg.Error:
        return 0
    return 1


async def _publish(owner: Any, params: Any, said: Sequence[Said]) -> int:
    done = 0
    for one in said:
        text = one.text.encode("utf-8", "replace").decode().replace("\x00", "")
        for name in params.queues:
            for key, body in ((text, "x"), ("x", text)):
                with contextlib.suppress(psycopg.Error):
                    await owner.execute("SELECT queue.publish(%s, %s, %s)", (name, key, body))
                    done += 1
        with contextlib.suppress(psycopg.Error):
            await owner.execute("SELECT queue.dead_letter(receipt, %s) FROM queue.receive(%s, 1)", (text, name))
    return done


Door = Callable[[PartKind, Part, str, Any, Sequence[Said]], Awaitable[int]]
DOORS: dict[str, Door] = {"sftp-drop": sftp, "postgres": database, "queue": database}
"""Doors of the kinds that do not speak HTTP, by name."""


def door(kind: PartKind) -> Door:
    """How one gets into a part of that kind."""
    if kind.name not in DOORS and kind.protocol != "http":
        raise AssertionError(f"nothing drives parts of kind {kind.name}: give them a door in {__name__}")
    return DOORS.get(kind.name, http)
