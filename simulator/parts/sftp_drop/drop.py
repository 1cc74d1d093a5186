"""The drop's files during one lap, in memory: what can be seen, read and changed at a given wall second.

Errors are the operating system's own (`OSError` with an errno), as a file server's are.
"""

import errno
import hashlib
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.parts.sftp_drop.arrivals import Arrival

MAX_FILE, MAX_BYTES, MAX_FILES = 16 * 2**20, 64 * 2**20, 5_000
"""What the deployment may leave in the drop: bytes of one file, bytes of all, and number of files."""

LONGEST_PATH = 255
"""Most characters of a path that the deployment creates."""

Access = Literal["read", "take", "write"]
Note = Callable[[str, dict[str, Any]], None]
"""Takes an event's name (`arrived`, `read`, or one of a delivery) and its details."""


def _refuse(code: int, text: str | None = None) -> OSError:
    return OSError(code, text or os.strerror(code))


@dataclass
class Entry:
    """A file: the customer's, which may still be growing, or one that the deployment writes."""

    path: str
    data: bytes | bytearray
    touched: float
    """Wall second of its last change, for files of the deployment."""
    arrival: Arrival | None = None
    mode: int | None = None
    """Permissions that a client set; they are shown, and have no effect."""
    times: tuple[int, int] | None = None
    """Last access and last change that a client set, in seconds since 1970; until it is written to again."""

    def size(self, at: float) -> int:
        """Return the bytes that are there at wall second `at`."""
        if self.arrival is None or self.complete(at):
            return len(self.data)
        share = (at - self.arrival.begins) / (self.arrival.ends - self.arrival.begins)
        return int(len(self.data) * max(share, 0.0))

    def complete(self, at: float) -> bool:
        """Whether the customer has finished writing it."""
        return self.arrival is None or at >= self.arrival.ends

    def changed(self, at: float) -> float:
        """Return the wall second of its last change so far."""
        return self.touched if self.arrival is None else max(min(at, self.arrival.ends), 0.0)

    def locked(self, at: float) -> bool:
        """Whether the customer has it open exclusively."""
        return self.arrival is not None and at < self.arrival.locked_until


@dataclass(eq=False)
class Handle:
    """A file that a client has open."""

    drop: "Drop"
    entry: Entry
    opened_at: float
    writing: bool
    appending: bool
    who: Mapping[str, str]
    """User and client, for the evidence."""
    read: bool = False
    read_to: int = 0
    complete: bool = False
    written: bool = False


@dataclass(eq=False)
class Drop:
    """All folders and files."""

    folders: Mapping[str, Access]
    """What may be done in each folder, by path."""
    arrivals: Sequence[Arrival] = ()
    note: Note = lambda _event, _row: None
    locked: bool = False
    """Whether opening files is refused."""
    files: dict[str, Entry] = field(default_factory=dict)
    handles: set[Handle] = field(default_factory=set)

    def __post_init__(self) -> None:
        steps = [(a.begins, 0, a) for a in self.arrivals] + [(a.ends, 1, a) for a in self.arrivals]
        self._steps = deque(sorted(steps, key=lambda step: step[:2]))
        """Future events, in order."""

    def next(self) -> float | None:
        """Return the wall second at which something arrives next; None when nothing will."""
        return self._steps[0][0] if self._steps else None

    def advance(self, at: float) -> None:
        """Let everything happen that is due by wall second `at`."""
        while self._steps and self._steps[0][0] <= at:
            _, ended, arrival = self._steps.popleft()
            seen = f"{arrival.path}.part" if arrival.part else arrival.path
            if not ended:
                self.files[seen] = Entry(seen, arrival.content, 0.0, arrival)
                continue
            if arrival.part and seen in self.files and self.files[seen].arrival is arrival:
                entry = self.files.pop(seen)
                entry.path = arrival.path
                self.files[entry.path] = entry
            self.note("arrived", {"at": max(arrival.ends, 0.0), "arrival": arrival})

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, in order. Raises `OSError`."""
        if folder not in self.folders and folder != "/" and not self._is_folder(folder):
            raise _refuse(errno.ENOENT)
        inside = folder.rstrip("/") + "/"
        paths = (*self.files, *self.folders)
        return sorted({path[len(inside) :].split("/")[0] for path in paths if path.startswith(inside)})

    def entry(self, path: str) -> Entry | None:
        """Return the file at `path`, or None for a folder. Raises `OSError`."""
        if path in self.files:
            return self.files[path]
        if not self._is_folder(path):
            raise _refuse(errno.ENOENT)
        return None

    def access(self, path: str) -> Access:
        """Return what may be done with files directly in the folder of `path`. Raises `OSError`."""
        folder = path.rpartition("/")[0]
        if folder not in self.folders:
            raise _refuse(errno.EACCES if folder == "" or self._is_folder(folder) else errno.ENOENT)
        return self.folders[folder]

    def open(self, path: str, mode: str, at: float, who: Mapping[str, str]) -> Handle:
        """Open a file; `mode` has letters of w(rite) a(ppend) c(reate) t(runcate) x(clusive), as in POSIX.

        Creating and truncating are changes even without `w`: a client that takes a lock creates a file, and writes
        nothing. Raises `OSError`.
        """
        there = path in self.files
        if {"c", "x"} <= set(mode) and (there or self._is_folder(path)):
            raise _refuse(errno.EEXIST)
        if "w" in mode or "a" in mode or "t" in mode or ("c" in mode and not there):
            entry = self._for_writing(path, mode, at)
        else:
            found = self.entry(path)
            if found is None:
                raise _refuse(errno.EACCES, "is a folder")
            self._check_free(found, at)
            entry = found
        handle = Handle(self, entry, at, "w" in mode or "a" in mode, "a" in mode, who)
        # A file that was made or emptied counts as written, also when nothing follows.
        handle.written = "t" in mode or not there or (handle.writing and not entry.data)
        self.handles.add(handle)
        return handle

    def _for_writing(self, path: str, mode: str, at: float) -> Entry:
        if self.access(path) != "write" or self._is_folder(path):
            raise _refuse(errno.EACCES)
        if len(path) > LONGEST_PATH:
            raise _refuse(errno.ENAMETOOLONG)
        entry = self.files.get(path)
        if entry is None and "c" not in mode:
            raise _refuse(errno.ENOENT)
        if entry is not None:
            self._check_free(entry, at)
        elif self.locked:
            raise _refuse(errno.EBUSY, "the server is being backed up")
        if entry is None and sum(e.arrival is None for e in self.files.values()) >= MAX_FILES:
            raise _refuse(errno.ENOSPC, "too many files")
        if entry is None or entry.arrival is not None or "t" in mode:
            kept = b"" if entry is None or "t" in mode else entry.data
            entry = self.files[path] = Entry(path, bytearray(kept), at, mode=entry.mode if entry else None)
        return entry

    def read(self, handle: Handle, offset: int, size: int, at: float) -> bytes:
        """Return bytes of what is there by now."""
        entry = handle.entry
        there = entry.size(at)
        data = bytes(entry.data[offset : min(offset + size, there)])
        handle.read = True
        handle.read_to = max(handle.read_to, min(offset + len(data), there))
        handle.complete = entry.complete(at)
        return data

    def write(self, handle: Handle, offset: int, data: bytes, at: float) -> None:
        """Put bytes into a file; a gap before them is filled with zeros."""
        start = len(handle.entry.data) if handle.appending else offset
        held = self._changeable(handle, start + len(data), at)
        held.extend(bytes(max(start - len(held), 0)))
        held[start : start + len(data)] = data

    def truncate(self, handle: Handle, size: int, at: float) -> None:
        """Change a file's length, with zeros appended if it was shorter."""
        held = self._changeable(handle, size, at)
        del held[size:]
        held.extend(bytes(size - len(held)))

    def _changeable(self, handle: Handle, end: int, at: float) -> bytearray:
        """Return the content of the file, which is about to reach `end` and counts as changed."""
        entry = handle.entry
        if not handle.writing or not isinstance(entry.data, bytearray):
            raise _refuse(errno.EACCES)
        if end > MAX_FILE or max(end - len(entry.data), 0) + self._used() > MAX_BYTES:
            raise _refuse(errno.ENOSPC, "quota exceeded")
        entry.touched, entry.times = at, None
        handle.written = True
        return entry.data

    def mark(self, entry: Entry | None, mode: int | None, times: tuple[int, int] | None) -> None:
        """Set a file's permissions and times; the customer's own keep theirs. Raises `OSError` for folders."""
        if entry is None or self.access(entry.path) == "read":
            raise _refuse(errno.EACCES)
        if entry.arrival is None:
            entry.mode = entry.mode if mode is None else mode
            entry.times = entry.times if times is None else times

    def close(self, handle: Handle, at: float, finished: bool = True) -> None:
        """Close a file, and record what was done with it."""
        if handle not in self.handles:
            return
        self.handles.discard(handle)
        entry = handle.entry
        if handle.read or not (handle.writing or handle.written):
            size = len(entry.data)
            self.note("read", {
                "at": at, "opened_at": handle.opened_at, "path": entry.path,
                "feed": entry.arrival.feed if entry.arrival else None, **handle.who, "bytes": handle.read_to,
                "size": size, "complete": handle.complete, "whole": handle.complete and handle.read_to >= size,
            })  # fmt: skip
        if handle.written:
            self.note("delivered" if finished else "unfinished", {"at": at, "path": entry.path, **told(entry.data)})

    def remove(self, path: str, at: float) -> None:
        """Remove a file. Raises `OSError`."""
        entry = self._movable(path, at)
        del self.files[path]
        self.note("removed", {"at": at, "path": path, **told(entry.data)})

    def rename(self, path: str, to: str, at: float, replacing: bool) -> None:
        """Move a file; over another one only if `replacing`. Raises `OSError`."""
        entry = self._movable(path, at)
        # Within a folder that may be emptied a file may also be renamed; into any other one it is delivered.
        if self.access(to) != "write" and path.rpartition("/")[0] != to.rpartition("/")[0]:
            raise _refuse(errno.EACCES)
        if len(to) > LONGEST_PATH:
            raise _refuse(errno.ENAMETOOLONG)
        if self._is_folder(to) or (to in self.files and not replacing):
            raise _refuse(errno.EEXIST)
        del self.files[path]
        entry.path = to
        self.files[to] = entry
        self.note("renamed", {"at": at, "path": path, "to": to, **told(entry.data)})

    def delivered(self) -> list[Entry]:
        """Return the files that the deployment wrote, ordered by path."""
        return [self.files[path] for path in sorted(self.files) if self.files[path].arrival is None]

    def _movable(self, path: str, at: float) -> Entry:
        entry = self.entry(path)
        if entry is None or self.access(path) == "read":
            raise _refuse(errno.EACCES)
        self._check_free(entry, at)
        return entry

    def _check_free(self, entry: Entry, at: float) -> None:
        if self.locked:
            raise _refuse(errno.EBUSY, "the server is being backed up")
        if entry.locked(at):
            raise _refuse(errno.EBUSY, "the file is in use by another process")

    def _is_folder(self, path: str) -> bool:
        return path in ("", "/") or any(f == path or f.startswith(f"{path}/") for f in self.folders)

    def _used(self) -> int:
        return sum(len(entry.data) for entry in self.files.values() if entry.arrival is None)


def told(data: bytes | bytearray) -> dict[str, Any]:
    """Return what the evidence says about a file's content."""
    lines = data.count(b"\n") + (len(data) > 0 and not data.endswith(b"\n"))
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "rows": lines}
