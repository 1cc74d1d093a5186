"""An SFTP drop of the customer's, by what is installed with fdelab: list, read, fetch and deliver files."""

import asyncio
import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from labs.base.errors import LabError, UsageProblem
from labs.engagement.parts import ReachablePart
from labs.engagement.tables import Answer

if TYPE_CHECKING:
    from asyncssh import SFTPClient

USES = {"ls": "ls [PATH]", "cat": "cat PATH", "get": "get PATH [FILE]", "put": "put FILE PATH"}
PATIENCE = 30.0
"""Seconds that one command may take."""


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    listing: Answer | None = None
    data: bytes | None = None
    """What `cat` read."""
    said: str = ""


def command(part: ReachablePart, words: tuple[str, ...]) -> Done:
    """Log in and do one thing. Raises `UsageProblem` where it is none, `LabError` where it fails."""
    import asyncssh

    name, *arguments = words
    least, most = {"ls": (0, 1), "cat": (1, 1), "get": (1, 2), "put": (2, 2)}.get(name, (1, 0))
    if not least <= len(arguments) <= most:
        raise UsageProblem(f"{' '.join(words)!r} is no command of the drop's", " · ".join(USES.values()))
    try:
        return asyncio.run(_within(part, name, arguments))
    except TimeoutError:
        raise LabError(f"{part.name} did not answer in {PATIENCE:g} s", "try again") from None
    except (asyncssh.Error, OSError) as error:
        raise LabError(
            f"{part.name}: {str(error) or type(error).__name__}", "that may be what happens there: try again"
        ) from None


async def _within(part: ReachablePart, name: str, arguments: list[str]) -> Done:
    import asyncssh

    key = f"[{part.host}]:{part.port} {part.access.more['HOST_KEY']}"
    async with asyncio.timeout(PATIENCE), asyncssh.connect(
        part.host, part.port, username=part.access.user, password=part.access.password, client_keys=None, config=None,
        known_hosts=asyncssh.import_known_hosts(key + "\n"), agent_path=None,
    ) as session, session.start_sftp_client() as client:  # fmt: skip
        return await _do(client, name, arguments)


async def _do(client: "SFTPClient", name: str, arguments: list[str]) -> Done:
    path = arguments[0] if arguments else "/"
    if name == "ls":
        return Done(listing=await _list(client, path))
    if name == "put":
        target = arguments[1]
        target += PurePosixPath(path).name if target.endswith("/") else ""
        await client.put(path, target)
        return Done(said=f"{path} → {target}")
    async with client.open(path, "rb") as file:
        data: bytes = cast(Any, await file.read())  # a file opened so gives bytes, which its type does not say
    if name == "cat":
        return Done(data=data)
    kept = Path(arguments[1] if len(arguments) > 1 else PurePosixPath(path).name)
    await asyncio.to_thread(kept.write_bytes, data)
    return Done(said=f"{path} → {kept} ({len(data):,} bytes)")


async def _list(client: "SFTPClient", path: str) -> Answer:
    found = [entry for entry in await client.readdir(path) if entry.filename not in (".", "..")]
    rows = sorted((_row(entry) for entry in found), key=lambda row: str(row[0]))
    return Answer(("name", "bytes", "changed"), rows)


def _row(entry: Any) -> tuple[Any, ...]:
    folder = stat.S_ISDIR(entry.attrs.permissions or 0)
    changed = entry.attrs.mtime
    return (
        f"{entry.filename}/" if folder else entry.filename,
        None if folder else entry.attrs.size,
        datetime.fromtimestamp(changed, UTC).replace(tzinfo=None) if changed else None,
    )


def write_out(data: bytes) -> None:
    """Print what was read, as it is."""
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
