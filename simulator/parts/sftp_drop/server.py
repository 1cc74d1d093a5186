"""The drop over SFTP version 3 (draft-ietf-secsh-filexfer-02), for asyncssh.

Every operation of `asyncssh.SFTPServer` that would access this machine's own files is overridden.
"""

import errno
import os
import posixpath
import stat
from collections.abc import AsyncIterator, Callable
from datetime import UTC
from typing import Any, NoReturn, Protocol

import asyncssh
from asyncssh import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_TRUNC, FXF_WRITE, SFTPAttrs, SFTPName

from simulator.clock import Clock
from simulator.parts.sftp_drop.drop import Drop, Entry, Handle

_MODES = {"read": 0o550, "take": 0o770, "write": 0o770}
_OWNER = 1000
_NAME = 255
"""Longest path in the evidence: the caller decides what it contains."""


def _refusing(error: Exception) -> Any:
    """Return an operation that always fails with that error."""

    def refuse(*_: object) -> NoReturn:
        raise error.with_traceback(None)

    return refuse


_NOT_PERMITTED = _refusing(PermissionError(errno.EACCES, "folders are the customer's"))
_NOT_SUPPORTED = _refusing(asyncssh.SFTPOpUnsupported("not on this server"))


class Desk(Protocol):
    """What the server needs from the part."""

    drop: Drop

    @property
    def clock(self) -> Clock | None:
        """Return the lap's clock; None outside of laps."""

    def now(self) -> float:
        """Return the wall second of the lap, after everything due has arrived; 0 before the lap."""

    def called(self, route: str, key: str | None, result: str) -> None:
        """Record a call."""


class DropServer(asyncssh.SFTPServer):
    """One client's session."""

    def __init__(self, chan: Any, desk: Desk) -> None:
        super().__init__(chan)
        self._desk = desk
        connection = chan.get_connection()
        self._who = {
            "user": str(connection.get_extra_info("username")),
            "client": str(connection.get_extra_info("client_version"))[:80],
        }

    def exit(self) -> None:
        """Report success, as OpenSSH's server does: without it, its scp exits with 1 after a good transfer."""
        self.channel.exit(0)

    # Files

    def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> object:
        letters = ((FXF_WRITE, "w"), (FXF_APPEND, "a"), (FXF_CREAT, "c"), (FXF_TRUNC, "t"), (FXF_EXCL, "x"))
        mode = "".join(letter for flag, letter in letters if pflags & flag)
        route = "open to write" if mode else "open"

        def act(drop: Drop, at: float) -> Handle:
            handle = drop.open(_text(path), mode, at, self._who)
            if handle.entry.mode is None and handle.entry.arrival is None:
                handle.entry.mode = _permissions(attrs)
            return handle

        return self._call(route, path, act)

    def close(self, file_obj: object) -> None:
        handle = self._handle(file_obj)
        handle.drop.close(handle, self._desk.now())

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        handle = self._handle(file_obj)
        return handle.drop.read(handle, offset, size, self._desk.now())

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        handle = self._handle(file_obj)
        handle.drop.write(handle, offset, data, self._desk.now())
        return len(data)

    def fsync(self, file_obj: object) -> None:
        self._handle(file_obj)

    def remove(self, path: bytes) -> None:
        self._call("remove", path, lambda drop, at: drop.remove(_text(path), at))

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._call("rename", oldpath, lambda drop, at: drop.rename(_text(oldpath), _text(newpath), at, False))

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._call("rename", oldpath, lambda drop, at: drop.rename(_text(oldpath), _text(newpath), at, True))

    def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Create no folder. Raises `FileExistsError` for an existing one: clients try before they upload."""
        try:
            self._desk.drop.entry(_text(path))
        except FileNotFoundError:
            _NOT_PERMITTED(path, attrs)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    # What is where

    async def scandir(self, path: bytes) -> AsyncIterator[SFTPName]:
        folder = _text(path)
        names = self._call("list", path, lambda drop, _at: drop.names(folder))
        yield SFTPName(b".", attrs=self._attrs(folder))
        yield SFTPName(b"..", attrs=self._attrs(posixpath.dirname(folder)))
        for name in names:
            yield SFTPName(name.encode("utf-8", "surrogateescape"), attrs=self._attrs(posixpath.join(folder, name)))

    def realpath(self, path: bytes) -> bytes:
        return _text(path).encode("utf-8", "surrogateescape")

    def stat(self, path: bytes) -> SFTPAttrs:
        return self._attrs(_text(path))

    def lstat(self, path: bytes) -> SFTPAttrs:
        return self._attrs(_text(path))

    def fstat(self, file_obj: object) -> SFTPAttrs:
        return self._of(self._handle(file_obj).entry, self._desk.now())

    def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Set size, times and permissions of what the deployment delivered; owners are accepted and ignored."""
        size = attrs.size
        if size is not None:
            self._call("open to write", path, lambda drop, at: self._resize(drop, _text(path), size, at))
        drop = self._desk.drop
        drop.mark(drop.entry(_text(path)), _permissions(attrs), _times(attrs))

    def lsetstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        self.setstat(path, attrs)

    def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        """Set a file's attributes: OpenSSH's scp overwrites what was there, and sets the length last."""
        handle = self._handle(file_obj)
        if attrs.size is not None:
            handle.drop.truncate(handle, attrs.size, self._desk.now())
        handle.drop.mark(handle.entry, _permissions(attrs), _times(attrs))

    def _resize(self, drop: Drop, path: str, size: int, at: float) -> None:
        handle = drop.open(path, "w", at, self._who)
        try:
            drop.truncate(handle, size, at)
        finally:
            drop.close(handle, at)

    def format_user(self, _uid: int | None) -> str:
        return "customer"

    def format_group(self, _gid: int | None) -> str:
        return "partners"

    # What this server does not do

    rmdir = _NOT_PERMITTED
    open56 = lock = unlock = readlink = symlink = link = statvfs = fstatvfs = _NOT_SUPPORTED

    def _call(self, route: str, path: bytes, act: Callable[[Drop, float], Any]) -> Any:
        at, result = self._desk.now(), "ok"
        try:
            return act(self._desk.drop, at)
        except OSError as error:
            result = errno.errorcode.get(error.errno or 0, "error")
            raise
        finally:
            self._desk.called(route, _shown(path), result)

    def _handle(self, file_obj: object) -> Handle:
        assert isinstance(file_obj, Handle)
        if file_obj.drop is not self._desk.drop:
            raise OSError(errno.EBADF, "the server was restarted meanwhile")
        return file_obj

    def _attrs(self, path: str) -> SFTPAttrs:
        at = self._desk.now()
        entry = self._desk.drop.entry(path)
        if entry is not None:
            return self._of(entry, at)
        access = self._desk.drop.folders.get(path, "read")
        return SFTPAttrs(
            size=0, uid=_OWNER, gid=_OWNER, permissions=stat.S_IFDIR | _MODES[access], atime=0, mtime=0, nlink=1
        )

    def _of(self, entry: Entry, at: float) -> SFTPAttrs:
        clock = self._desk.clock
        mtime = int(clock.timeline.sim(entry.changed(at)).replace(tzinfo=UTC).timestamp()) if clock else 0
        mode = 0o440 if entry.arrival else 0o660 if entry.mode is None else entry.mode
        atime, mtime = entry.times or (mtime, mtime)
        return SFTPAttrs(
            size=entry.size(at), uid=_OWNER, gid=_OWNER, permissions=stat.S_IFREG | mode, atime=atime, mtime=mtime,
            nlink=1,
        )  # fmt: skip


def _permissions(attrs: SFTPAttrs) -> int | None:
    return None if attrs.permissions is None else attrs.permissions & 0o777


def _times(attrs: SFTPAttrs) -> tuple[int, int] | None:
    return None if attrs.atime is None or attrs.mtime is None else (int(attrs.atime), int(attrs.mtime))


def _text(path: bytes) -> str:
    """Return an absolute path without `.` and `..`; no path leads out of the root."""
    return posixpath.normpath(posixpath.join("/", path.decode("utf-8", "surrogateescape"))).replace("//", "/")


def _shown(path: bytes) -> str:
    return _text(path).encode("utf-8", "replace").decode("utf-8")[:_NAME]
