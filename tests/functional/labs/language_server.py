"""The YAML language server that editors use, driven over stdio as they do (LSP 3.17): just what a test needs."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

VERSION = "1.19.2"
"""Of yaml-language-server: the last that runs with the Node.js that Debian has."""
PATIENCE = 120.0
"""Seconds until whatever is waited for must have come."""


def found() -> Path:
    """The server's program, installed by npm into a cache beside other programs' when it is not there yet.

    A test without it is skipped, but fails where `FDELAB_REQUIRE_NODE` is set, as in CI.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        _without("needs Node.js and npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fdelab-tests"
    place = cache / f"yaml-language-server-{VERSION}"
    program = Path("node_modules", "yaml-language-server", "bin", "yaml-language-server")
    if not (place / program).exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=cache))
        argv = ["npm", "install", "--prefix", str(draft), "--no-audit", "--no-fund", f"yaml-language-server@{VERSION}"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(draft)
            _without(f"npm cannot install yaml-language-server: {done.stderr[-300:]}")
        with contextlib.suppress(OSError):
            # Another worker may have been first.
            draft.rename(place)
        shutil.rmtree(draft, ignore_errors=True)
    return place / program


def _without(why: str) -> None:
    if os.environ.get("FDELAB_REQUIRE_NODE"):
        pytest.fail(f"{why}, and FDELAB_REQUIRE_NODE is set")
    pytest.skip(why)


class Server:
    """A running server, and what it said of the documents that were opened."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout
        self._number = 0
        self._told: dict[str, list[dict[str, Any]]] = {}

    async def ask(self, method: str, **params: Any) -> Any:
        """Call the server; what it tells or asks meanwhile is taken note of, or answered with nothing."""
        self._number += 1
        number = self._number
        await self._send({"id": number, "method": method, "params": params})
        while True:
            message = await self._next()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    async def tell(self, method: str, **params: Any) -> None:
        """Notify the server."""
        await self._send({"method": method, "params": params})

    async def open(self, uri: str, text: str) -> list[dict[str, Any]]:
        """Open a document, and wait for what the server has to say of it."""
        self._told.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        await self.tell("textDocument/didOpen", textDocument=document)
        while uri not in self._told:
            await self._next()
        return self._told[uri]

    async def at(self, method: str, uri: str, text: str, mark: str) -> Any:
        """Open `text` without the `mark` in it, and ask of the place where it stands."""
        before = text[: text.index(mark)]
        await self.open(uri, text.replace(mark, "", 1))
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        found = await self.ask(method, textDocument={"uri": uri}, position=position)
        await self.tell("textDocument/didClose", textDocument={"uri": uri})
        return found

    async def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await self._stdin.drain()

    async def _next(self) -> dict[str, Any]:
        head = await self._stdout.readuntil(b"\r\n\r\n")
        size = next(
            int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")
        )
        message: dict[str, Any] = json.loads(await self._stdout.readexactly(size))
        if message.get("method") == "textDocument/publishDiagnostics":
            self._told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            items = message["params"].get("items") if message["method"] == "workspace/configuration" else None
            await self._send({"id": message["id"], "result": [None] * len(items) if items else None})
        return message


@contextlib.asynccontextmanager
async def serving(program: Path) -> AsyncIterator[Server]:
    """A server that has been greeted as an editor greets it, without any schema but those that files name."""
    process = await asyncio.create_subprocess_exec("node", program, "--stdio", stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(PATIENCE):
            server = Server(process)
            hover = {"contentFormat": ["markdown"]}
            capabilities = {"textDocument": {"hover": hover, "completion": {}, "publishDiagnostics": {}}}
            await server.ask("initialize", processId=os.getpid(), rootUri=None, capabilities=capabilities)
            await server.tell("initialized")
            yaml = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
            await server.tell("workspace/didChangeConfiguration", settings={"yaml": yaml})
            yield server
    finally:
        process.kill()
        await process.wait()
