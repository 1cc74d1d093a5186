"""The drop as a deployment meets it: with asyncssh, and with OpenSSH's own client."""

import asyncio
import base64
import hashlib
import inspect
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh import FXF_CREAT, FXF_EXCL, FXF_READ, FXF_TRUNC, FXF_WRITE

from simulator.parts.sftp_drop import hostkey
from simulator.parts.sftp_drop.params import SftpDropParams
from simulator.parts.sftp_drop.part import SftpDrop
from simulator.parts.sftp_drop.server import DropServer

USER, PASSWORD = "scanner", "s3'cret"
TEXT = "id;qty\n" + "".join(f"{n};{n % 7}\n" for n in range(2_000)) + "END;2000\n"
PARAMS: dict[str, Any] = {
    "user": USER,
    "password": PASSWORD,
    "host_key": "halden",
    "folders": {"outbox": "take", "inbox": "write", "archive/2025": "read"},
    "feeds": {
        "stock": {"name": "stock.csv", "text": TEXT},
        "old": {"name": "old.csv", "text": "x", "folder": "archive/2025"},
        "grows": {"name": "grows.csv", "text": TEXT, "after": 60.0, "write": 2250.0},
        "parts": {"name": "parts.csv", "text": TEXT, "after": 60.0, "write": 2250.0, "while_writing": "part"},
        "tomorrow": {"name": "tomorrow.csv", "text": TEXT, "after": 86_400.0},
        "busy": {"name": "busy.csv", "text": TEXT, "locked": {"share": 1.0, "lasts": 1800.0}, "after": 0.0},
        "twice": {"name": "twice_{date}_{n}.csv", "text": "a\n", "after": 0.0, "duplicated": 1.0,
                  "resent": {"share": 1.0, "from": 450.0, "to": 450.0, "name": "new"}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("sftp-drop", **PARAMS)


@asynccontextmanager
async def connected(site: Any, **more: Any) -> AsyncIterator[asyncssh.SFTPClient]:
    hosts = asyncssh.import_known_hosts(f"* {hostkey.public('halden')}\n")
    login = {"username": USER, "password": PASSWORD, "known_hosts": hosts, "client_keys": None, "config": None} | more
    async with (
        asyncssh.connect("127.0.0.1", site.port, **login) as connection,
        connection.start_sftp_client() as sftp,
    ):
        yield sftp


async def until(true: Callable[[], Any], within: float = 30.0) -> Any:
    async with asyncio.timeout(within):
        while not (found := await true()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found


async def listing(sftp: asyncssh.SFTPClient, folder: str = "outbox") -> set[str]:
    return {str(name) for name in await sftp.listdir(folder)} - {".", ".."}


async def test_files_come_by_simulated_time_and_what_is_read_is_told(site: Any) -> None:
    async with connected(site) as sftp:
        site.begin()
        there = await listing(sftp)
        assert "stock.csv" in there
        assert "tomorrow.csv" not in there
        async with sftp.open("outbox/stock.csv", encoding="utf-8") as file:
            assert await file.read() == TEXT

        async def size() -> Any:
            return "grows.csv" in await listing(sftp) and await sftp.getsize("outbox/grows.csv")

        some = await until(size)
        assert 0 < some < len(TEXT)
        async with sftp.open("outbox/grows.csv", "rb") as file:
            assert 0 < len(await file.read()) < len(TEXT)
        assert "parts.csv.part" in await listing(sftp)

        async def whole() -> bool:
            return "parts.csv" in await listing(sftp)

        await until(whole)
        async with sftp.open("outbox/grows.csv", "rb") as file:
            assert await file.read() == TEXT.encode()
    site.settle()
    told = {(row["path"], row["complete"], row["whole"]) for row in site.rows("facts_reads")}
    assert told == {("/outbox/stock.csv", True, True), ("/outbox/grows.csv", False, False),
                    ("/outbox/grows.csv", True, True)}  # fmt: skip
    assert {row["user"] for row in site.rows("facts_reads")} == {USER}
    arrived = {row["feed"]: row for row in site.rows("facts_arrivals") if row["kind"] == "original"}
    assert arrived["stock"]["at"] == 0.0
    assert arrived["grows"]["began_at"] == pytest.approx(60 / 450)
    assert arrived["grows"]["at"] - arrived["grows"]["began_at"] == pytest.approx(5.0)
    assert "tomorrow" not in arrived
    assert arrived["grows"]["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()


async def test_a_file_that_somebody_has_open_opens_later(site: Any) -> None:
    async with connected(site) as sftp:
        site.begin()
        with pytest.raises(asyncssh.SFTPFailure, match="in use by another process"):
            await sftp.open("outbox/busy.csv")
        site.configure(**PARAMS | {"locked": True})
        with pytest.raises(asyncssh.SFTPFailure, match="backed up"):
            await sftp.open("outbox/stock.csv")
        site.configure(**PARAMS)

        async def opens() -> bool:
            try:
                async with sftp.open("outbox/busy.csv") as file:
                    return len(await file.read()) == len(TEXT)
            except asyncssh.SFTPFailure:
                return False

        await until(opens)
    site.settle()
    refused = [row for row in site.rows("calls") if row["route"] == "open" and row["result"] == "EBUSY"]
    assert {row["key"] for row in refused} == {"/outbox/busy.csv", "/outbox/stock.csv"}


async def test_files_come_twice(site: Any) -> None:
    site.begin()
    async with connected(site) as sftp:
        assert {"twice_20260302_1.csv", "twice_20260302_1_copy.csv"} <= await listing(sftp)

        async def again() -> bool:
            return "twice_20260302_1_r.csv" in await listing(sftp)

        await until(again)
    state = site.settle()
    kinds = {row["kind"]: row.get("original") for row in site.rows("facts_arrivals") if row["feed"] == "twice"}
    assert kinds == {"original": None, "duplicate": "/outbox/twice_20260302_1.csv",
                     "resent": "/outbox/twice_20260302_1.csv"}  # fmt: skip
    assert [one["kind"] for one in state["arrived"] if one["feed"] == "twice"] == ["original", "duplicate", "resent"]


async def test_what_is_delivered_is_handed_over(site: Any) -> None:
    site.begin()
    async with connected(site) as sftp:
        async with sftp.open("inbox/orders.tmp", "wb") as file:
            await file.write(b"a\nb\n")
            await file.write(b"c")
        await sftp.rename("inbox/orders.tmp", "inbox/orders.csv")
        left = await sftp.open("inbox/left.csv", "wb")
        await left.write(b"half a l")
        assert await sftp.getsize("inbox/orders.csv") == 5
        state = site.settle()
        with pytest.raises((asyncssh.Error, OSError)):
            await left.write(b"ine")
    digest = hashlib.sha256(b"a\nb\nc").hexdigest()
    files = {one["path"]: one for one in state["delivered"]}
    assert base64.b64decode(files["/inbox/orders.csv"].pop("content")) == b"a\nb\nc"
    assert files["/inbox/orders.csv"] == {"path": "/inbox/orders.csv", "bytes": 5, "sha256": digest, "rows": 3}
    events = [(row["path"], row["event"], row["rows"]) for row in site.rows("facts_deliveries")]
    assert events == [("/inbox/orders.tmp", "delivered", 3), ("/inbox/orders.tmp", "renamed", 3),
                      ("/inbox/left.csv", "unfinished", 1)]  # fmt: skip


async def test_a_new_lap_finds_nothing_of_the_last(site: Any) -> None:
    site.begin()
    async with connected(site) as sftp:
        await sftp.remove("outbox/stock.csv")
        async with sftp.open("inbox/mine.csv", "wb") as file:
            await file.write(b"x")
        before = await sftp.open("inbox/open.csv", "wb")
        site.begin()  # the lap before was aborted
        with pytest.raises(asyncssh.SFTPError):
            await before.write(b"of the last lap")
        assert await listing(sftp, "inbox") == set()
        assert "stock.csv" in await listing(sftp)
    assert site.settle()["delivered"] == []
    async with connected(site) as sftp:  # between laps
        assert await listing(sftp) == await listing(sftp, "inbox") == set()


async def test_folders_allow_what_the_customer_says_and_nothing_leads_out(site: Any) -> None:
    site.begin()
    async with connected(site) as sftp:
        assert await listing(sftp, "/") == {"archive", "inbox", "outbox"}
        assert await sftp.realpath("../../etc/passwd") == "/etc/passwd"
        for forbidden in (
            lambda: sftp.remove("archive/2025/old.csv"),
            lambda: sftp.open("outbox/mine.csv", "wb"),
            lambda: sftp.open("archive/2025/old.csv", "wb"),
            lambda: sftp.rename("outbox/stock.csv", "archive/2025/stock.csv"),
            lambda: sftp.mkdir("inbox/new"),
        ):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await forbidden()
        await sftp.makedirs("inbox", exist_ok=True)
        with pytest.raises(asyncssh.SFTPFailure, match="File exists"):
            await sftp.mkdir("inbox")
        for missing in ("/etc/passwd", "../../etc/passwd", "outbox/no.csv"):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await sftp.open(missing)
        with pytest.raises(asyncssh.SFTPFailure, match="quota"):
            async with sftp.open("inbox/large", "wb", block_size=0) as file:
                await file.write(b"x", offset=2**40)
        await sftp.rename("outbox/stock.csv", "outbox/stock.csv.done")
        assert "stock.csv.done" in await listing(sftp)
    site.settle()


async def test_who_does_not_know_the_password_stays_out(site: Any) -> None:
    site.begin()
    for wrong in ({"password": "wrong"}, {"username": "root"}):
        with pytest.raises(asyncssh.PermissionDenied):
            async with connected(site, **wrong):
                pass
    async with connected(site):
        site.configure(**PARAMS | {"sessions": 1})
        with pytest.raises(asyncssh.DisconnectError, match="too many connections"):
            async with connected(site):
                pass
    site.configure(**PARAMS | {"password": "changed"})
    with pytest.raises(asyncssh.PermissionDenied):
        async with connected(site):
            pass
    async with connected(site, password="changed") as sftp, asyncssh.connect(
        "127.0.0.1", site.port, username=USER, password="changed", known_hosts=None, config=None
    ) as connection:  # fmt: skip
        assert await listing(sftp, "inbox") == set()
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.run("id")
    site.settle()
    results = [row["result"] for row in site.rows("calls") if row["route"] in ("login", "connect")]
    assert results.count("REFUSED") >= 3
    assert "FULL" in results


def test_no_operation_reaches_this_machine_s_own_files() -> None:
    inherited = {
        name for name, member in inspect.getmembers(asyncssh.SFTPServer, inspect.isfunction)
        if not name.startswith("_") and name not in vars(DropServer)
    }  # fmt: skip
    assert inherited == {"convert_attrs", "format_longname", "map_path", "reverse_map_path"}


@pytest.fixture
def openssh(site: Any, tmp_path: Path) -> Callable[..., str]:
    """Runs one of OpenSSH's programs in `tmp_path` and gives what it printed."""
    (tmp_path / "known").write_text(f"[127.0.0.1]:{site.port} {hostkey.public('halden')}\n")
    (tmp_path / "answer").write_text('#!/bin/sh\necho "s3\'cret"\n')
    (tmp_path / "answer").chmod(0o700)
    options = ["-F", "none", "-P", str(site.port), "-o", f"UserKnownHostsFile={tmp_path / 'known'}"]
    options += ["-o", "StrictHostKeyChecking=yes", "-o", "PubkeyAuthentication=no"]

    def run(program: str, *more: str, commands: str = "") -> str:
        done = subprocess.run(
            [program, *options, *more], input=commands, cwd=tmp_path, capture_output=True, text=True, timeout=30,
            env=os.environ | {"SSH_ASKPASS": str(tmp_path / "answer"), "SSH_ASKPASS_REQUIRE": "force"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH's client is not installed")
def test_openssh_s_client_works(site: Any, tmp_path: Path, openssh: Callable[..., str]) -> None:
    site.begin()
    (tmp_path / "mine.csv").write_text("1\n2\n")
    os.utime(tmp_path / "mine.csv", (1_700_000_000, 1_700_000_000))
    commands = "ls -l outbox\nget outbox/stock.csv got.csv\nput -p mine.csv inbox/\nchmod 640 inbox/mine.csv\n"
    commands += "rename inbox/mine.csv inbox/yours.csv\nrm outbox/stock.csv\nls -ln inbox\n"
    listed = openssh("sftp", f"{USER}@127.0.0.1", commands=commands)
    assert (tmp_path / "got.csv").read_text() == TEXT
    (line,) = [line for line in listed.splitlines() if line.startswith("-") and line.endswith("inbox/yours.csv")]
    assert line.startswith("-rw-r-----")
    assert "Nov 14  2023" in line
    assert [one["path"] for one in site.settle()["delivered"]] == ["/inbox/yours.csv"]


@pytest.mark.skipif(shutil.which("scp") is None, reason="OpenSSH's client is not installed")
def test_openssh_s_scp_delivers_and_overwrites(site: Any, tmp_path: Path, openssh: Callable[..., str]) -> None:
    site.begin()
    for text in ("a long first version\n", "short\n"):
        (tmp_path / "mine.csv").write_text(text)
        openssh("scp", "-p", "mine.csv", f"{USER}@127.0.0.1:/inbox/mine.csv")
    openssh("scp", "-p", f"{USER}@127.0.0.1:/inbox/mine.csv", "back.csv")
    assert (tmp_path / "back.csv").read_text() == "short\n"
    assert int((tmp_path / "back.csv").stat().st_mtime) == int((tmp_path / "mine.csv").stat().st_mtime)
    (one,) = site.settle()["delivered"]
    assert base64.b64decode(one["content"]) == b"short\n"
    events = [(row["path"], row["event"], row["bytes"]) for row in site.rows("facts_deliveries")]
    assert events == [("/inbox/mine.csv", "delivered", 21), ("/inbox/mine.csv", "delivered", 6)]


async def test_a_lock_is_taken_once(site: Any) -> None:
    """`O_CREAT|O_EXCL` without a flag to write, as paramiko's mode `x` sends it, and with one, as everybody's `wx`."""
    site.begin()
    async with connected(site) as sftp:
        for flags in (FXF_CREAT | FXF_EXCL, FXF_CREAT | FXF_EXCL | FXF_WRITE, FXF_CREAT | FXF_EXCL | FXF_READ):
            await (await sftp.open(f"inbox/lock{flags}", flags)).close()
            for there in (f"inbox/lock{flags}", "outbox/stock.csv", "inbox"):
                with pytest.raises(asyncssh.SFTPFailure, match="File exists"):
                    await sftp.open(there, flags)
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await sftp.open("outbox/lock", flags)
        async with sftp.open("outbox/stock.csv", FXF_READ | FXF_CREAT, encoding="utf-8") as file:
            assert await file.read() == TEXT
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.open("outbox/stock.csv", FXF_READ | FXF_TRUNC)
    delivered = site.settle()["delivered"]
    assert [(one["path"], one["bytes"]) for one in delivered] == [(f"/inbox/lock{flags}", 0) for flags in (40, 41, 42)]
    assert [row["event"] for row in site.rows("facts_deliveries")] == ["delivered"] * 3
    assert [row["path"] for row in site.rows("facts_reads")] == ["/outbox/stock.csv"]


async def test_an_upload_in_steps_as_winscp_and_rclone_do_it(site: Any) -> None:
    """A partial name, chunks in any order, a size, times, then the real name: over the old file only where asked to."""
    site.begin()
    async with connected(site) as sftp:
        for text, replace in ((b"first version", False), (b"second", True)):
            async with sftp.open("inbox/o.csv.filepart", "wb", asyncssh.SFTPAttrs(permissions=0o600)) as file:
                await file.write(text[4:], offset=4)
                await file.write(text[:4], offset=0)
                await file.setstat(asyncssh.SFTPAttrs(size=len(text)))
                await file.setstat(asyncssh.SFTPAttrs(atime=1_700_000_001, mtime=1_700_000_000))
            if replace:
                with pytest.raises(asyncssh.SFTPFailure):
                    await sftp.rename("inbox/o.csv.filepart", "inbox/o.csv")
            await (sftp.posix_rename if replace else sftp.rename)("inbox/o.csv.filepart", "inbox/o.csv")
            seen = await sftp.stat("inbox/o.csv")
            assert (seen.size, seen.mtime, seen.atime) == (len(text), 1_700_000_000, 1_700_000_001)
            assert (seen.permissions or 0) & 0o777 == 0o600
        await sftp.truncate("inbox/o.csv", 3)
        await sftp.chmod("inbox/o.csv", 0o644)
        await sftp.utime("outbox/stock.csv", (1, 1))  # taken, and the customer's file keeps its time
        changed = await sftp.stat("inbox/o.csv")
        assert (changed.size, (changed.permissions or 0) & 0o777, changed.mtime == 1_700_000_000) == (3, 0o644, False)
        assert (await sftp.stat("outbox/stock.csv")).mtime != 1
        with pytest.raises(asyncssh.SFTPFailure, match="quota"):
            await sftp.truncate("inbox/o.csv", 2**40)
        for path in ("outbox/stock.csv", "archive/2025/old.csv"):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await sftp.truncate(path, 0)
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await sftp.truncate("inbox/none.csv", 0)
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.chmod("inbox", 0o777)
        async with sftp.open("inbox/gone.csv", "wb") as file:
            await sftp.remove("inbox/gone.csv")
            await file.setstat(asyncssh.SFTPAttrs(size=2, permissions=0o600))
    (one,) = site.settle()["delivered"]
    assert base64.b64decode(one["content"]) == b"sec"
    last = [row for row in site.rows("facts_deliveries") if row["path"] == "/inbox/o.csv"][-1]
    assert (last["event"], last["bytes"]) == ("delivered", 3)


async def test_it_serves_a_unix_socket(tmp_path: Path) -> None:
    part = SftpDrop("drop", SftpDropParams.model_validate(PARAMS))
    await part.start(str(tmp_path / "drop.sock"), 0)
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / "drop.sock"))
            options = {"username": USER, "password": PASSWORD, "known_hosts": None, "config": None}
            async with asyncssh.connect(sock=client, **options) as connection, connection.start_sftp_client() as sftp:
                assert await listing(sftp, "/") == {"archive", "inbox", "outbox"}
    finally:
        await part.stop()
