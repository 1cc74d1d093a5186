"""A world as its clients see it: made here, kept by its keeper, followed through its events, asked through its API."""

import contextlib
import json
import math
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Container, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from labs.base import paths
from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge, Interrupted, no_room
from labs.base.files import remove_tree
from labs.world.pace import Pace
from simulator.files import write_json
from simulator.keeper.world_files import WorldFiles

if TYPE_CHECKING:
    import urllib.error

    from simulator.keeper.spec import WorldSpec
    from simulator.protocol import base, control
    from simulator.protocol import events as protocol

GREETING = 1.0
"""Seconds of its life in which a keeper that has not said where it answers is waited for. One that takes longer is
still starting its world; one that was heard before is taking it down."""

CLOSING = 300.0
"""Seconds after its lap in which a world hands its evidence over and takes itself down: more than it ever needs."""

STOP_PATIENCE = 30.0
"""Seconds that a keeper has to take its world down before it is ended itself."""

COLLECTING = 5.0
"""Seconds in which the last threads of a keeper that has taken its world down end."""


class World:
    """One world in its folder below the state folder."""

    def __init__(self, folder: Path) -> None:
        self.files = WorldFiles(folder)

    @classmethod
    def find(cls, session: str) -> "World":
        """Return the world of a session, whether it still lives or not."""
        return cls(paths.worlds() / session)

    @classmethod
    def new(cls) -> "World":
        """Return a world that nobody has yet, with an empty folder. Raises `CouldNotJudge` where none can be made."""
        world = cls.find(secrets.token_hex(4))
        try:
            world.folder.mkdir(parents=True)
        except OSError as error:
            raise CouldNotJudge(
                f"the state folder {paths.state()} cannot be used: {error.strerror}",
                "make it writable, or set FDELAB_STATE to a folder that is",
            ) from None
        return world

    @property
    def folder(self) -> Path:
        """Where all of the world's own files are."""
        return self.files.folder

    @property
    def session(self) -> str:
        """What labels everything that the world leaves on the machine."""
        return self.folder.name

    @property
    def log(self) -> Path:
        """What the keeper and our own processes printed."""
        return self.folder / "keeper.log"

    def next_snapshot(self) -> Path:
        """Return a new place for the deployment's files, numbered in the order of deployments."""
        deployed = self.folder / "deployed"
        taken = [int(f.name) for f in deployed.iterdir() if f.name.isdigit()] if deployed.is_dir() else []
        return deployed / str(max(taken, default=0) + 1)

    def launch(self, spec: "WorldSpec") -> None:
        """Write `world.json` and start the keeper, which outlives this process."""
        write_json(self.files.spec, spec.model_dump(mode="json", by_alias=True))
        self.files.events.touch()
        with self.log.open("ab") as log:
            child = _CHILDREN[self.session] = subprocess.Popen(
                [sys.executable, "-m", "simulator.world", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=os.environ | {"FDELAB_SESSION": self.session, "PYTHONPATH": _import_path()},
                start_new_session=True,
            )
        with contextlib.suppress(psutil.NoSuchProcess):
            born = psutil.Process(child.pid).create_time()
            write_json(self.folder / "launched.json", {"pid": child.pid, "created": born}, mode=0o600)

    def process(self) -> psutil.Process | None:
        """Return the keeper's process, or None when it is gone."""
        child = _CHILDREN.get(self.session)
        if child is not None and child.poll() is not None:
            return None
        for file in (self.files.keeper, self.folder / "launched.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, psutil.Error):
                who = json.loads(file.read_bytes())
                process = psutil.Process(int(who["pid"]))
                same = abs(process.create_time() - float(who["created"])) < 0.01
                if same and process.status() != psutil.STATUS_ZOMBIE:
                    return process
        return None

    def alive(self) -> bool:
        """Whether its keeper runs."""
        return self.process() is not None

    def _call(self, method: str, path: str, body: "base.Model | None" = None, timeout: float = 60.0) -> bytes:
        """Ask the keeper. Raises `CouldNotJudge` when it does not answer, with the reason when it refuses."""
        # Late, as all that speaks with a world: half of the commands only look whether there is one.
        import urllib.error
        import urllib.request

        from labs.base.loopback import OPENER

        who = self._keeper()
        request = urllib.request.Request(  # noqa: S310 - the keeper wrote this address, on loopback
            who.url + path,
            method=method,
            data=None if body is None else body.model_dump_json().encode(),
            headers={"Authorization": f"Bearer {who.token}", "Content-Type": "application/json"},
        )
        try:
            with OPENER.open(request, timeout=timeout) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise CouldNotJudge(f"the world refused {path}: {_detail(error)}", "try again in a moment") from None
        except (OSError, ValueError) as error:
            raise CouldNotJudge(f"the world does not answer {path} ({error})", f"look at {self.log}") from None

    def _keeper(self) -> "control.KeeperAddress":
        """Where the keeper answers; it says so a moment after it began to work."""
        pace = Pace()
        while True:
            try:
                return self.address()
            except (OSError, ValueError):
                pass
            if not self._young():
                raise CouldNotJudge("the world is not up (yet)", "wait for `fdelab start` to finish")
            pace.wait()

    def _young(self) -> bool:
        """Whether its keeper has begun a moment ago."""
        process = self.process()
        with contextlib.suppress(psutil.Error):
            return process is not None and time.time() - process.create_time() < GREETING
        return False

    def address(self) -> "control.KeeperAddress":
        """Where the keeper said that it answers.

        Raises `OSError` and `ValueError` where it did not, and `CouldNotJudge` where it speaks another protocol.
        """
        from simulator.protocol import base, control

        data = json.loads(self.files.keeper.read_bytes())
        with _one_version():
            base.check(data)
        return control.KeeperAddress.model_validate(data)

    def status(self) -> "control.WorldStatus":
        """Return what the world is doing, as the keeper tells it. Raises `CouldNotJudge` when it does not answer."""
        return self._status(self._call("GET", "/status", timeout=15))

    def redeploy(self, snapshot: Path) -> None:
        """Replace the deployment by the one in that folder. Raises `CouldNotJudge` when the keeper does not."""
        from simulator.protocol import control

        self._call("POST", "/redeploy", control.RedeployRequest(snapshot=snapshot))

    def jump(self, phase: str) -> None:
        """End the lap, and begin the next one with that phase. Raises `CouldNotJudge` when the keeper does not."""
        from simulator.protocol import control

        self._call("POST", "/phase", control.JumpRequest(phase=phase))

    def pause(self, holder: "control.Holder") -> None:
        """Let the world rest until `resume`, or until its holder is gone. Raises `CouldNotJudge` when it does not."""
        self._call("POST", "/pause", holder)

    def resume(self, holder: "control.Holder") -> None:
        """End this holder's wish for rest. Raises `CouldNotJudge` when the keeper does not answer."""
        self._call("POST", "/resume", holder)

    def _status(self, answer: bytes) -> "control.WorldStatus":
        from simulator.protocol import control

        try:
            return control.WorldStatus.model_validate_json(answer)
        except ValueError as error:
            raise CouldNotJudge(f"the world's answer is unreadable ({error})", f"look at {self.log}") from None

    def events(
        self, *, since: int = 0, cancel: CancelToken | None = None, last: Container[str] = ()
    ) -> "Iterator[protocol.Event]":
        """Events from byte `since` on, as they come, until the world has stopped.

        One that should stop by itself after an event of a kind in `last`, and does not, is waited for no longer than
        `CLOSING`. Raises `Interrupted` once `cancel` is gone, and `CouldNotJudge` when the keeper died without a last
        word.
        """
        for some in self.looks(since=since, cancel=cancel, last=last):
            yield from some

    def looks(
        self, *, since: int = 0, cancel: CancelToken | None = None, last: Container[str] = ()
    ) -> "Iterator[list[protocol.Event]]":
        """Yield what is new at each look, also where that is nothing: for whoever waits for a time, too.

        Takes the same as `events`. Raises `Interrupted` and `CouldNotJudge` as that does.
        """
        from simulator.protocol.events import Stopped

        until, pace = math.inf, Pace()
        while time.monotonic() < until:
            lived = self.alive()
            events, since = self.events_from(since)
            if events:
                pace.changed()
            yield events
            if any(isinstance(event, Stopped) for event in events):
                return
            if any(event.kind in last for event in events):
                until = time.monotonic() + CLOSING
            if not lived:
                if full := no_room(self.folder):
                    raise full
                raise CouldNotJudge(f"the world's keeper died: {self.last_words()}", "try again; see `fdelab doctor`")
            if cancel is not None and cancel.gone:
                raise Interrupted("interrupted")
            pace.wait(cancel)

    def events_from(self, since: int) -> "tuple[list[protocol.Event], int]":
        """Return the whole events from byte `since` on that are there now, and the byte after them.

        Raises `CouldNotJudge` when somebody has removed the world meanwhile, or it speaks another protocol.
        """
        try:
            with self.files.events.open("rb") as file:
                file.seek(since)
                whole = file.read().rpartition(b"\n")[0]
        except FileNotFoundError:
            raise CouldNotJudge("another command took the world down", "begin again") from None
        from simulator.protocol import events as protocol

        with _one_version():
            found = [protocol.read(line) for line in whole.split(b"\n") if line]
        return found, since + (len(whole) + 1 if whole else 0)

    def events_end(self) -> int:
        """Return the byte after the last event so far."""
        return self.files.events.stat().st_size

    def last_words(self) -> str:
        """Return the last line that the keeper printed."""
        lines = self.log.read_text(errors="replace").split("\n") if self.log.is_file() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    def stop(self) -> None:
        """End the world and wait until nothing of it is left; what an engine keeps that is silent, is left for `gc`."""
        process = self.process()
        if process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
            deadline, pace = time.monotonic() + STOP_PATIENCE, Pace()
            while self.alive() and time.monotonic() < deadline:
                pace.wait()
            with contextlib.suppress(psutil.Error):
                process.kill()
                process.wait(5)
        if not self._took_itself_down():
            from simulator.runtime import gc
            from simulator.runtime.base import RuntimeSilent

            with contextlib.suppress(RuntimeSilent):
                gc.remove(self.folder.parent, live=_AllBut(self.session))

    def _took_itself_down(self) -> bool:
        """Whether the keeper said that nothing is left; a world that was never launched has nothing."""
        if not (self.folder / "launched.json").is_file():
            return True
        from simulator.protocol.events import Stopped

        with contextlib.suppress(CouldNotJudge):
            last = [event for event in self.events_from(0)[0] if isinstance(event, Stopped)]
            return bool(last) and last[-1].left is None
        return False

    def remove(self) -> None:
        """Remove the world's folder; only of a world that has stopped."""
        remove_tree(self.folder)
        child = _CHILDREN.pop(self.session, None)
        if child is not None:
            # Its first thread may be gone, and it looks dead, while others of it still end: wait until it is collected.
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(COLLECTING)


@contextlib.contextmanager
def _one_version() -> Iterator[None]:
    """Turn another version of the protocol into an error. Raises `CouldNotJudge`."""
    from simulator.protocol import base

    try:
        yield
    except base.OtherVersion as error:
        raise CouldNotJudge(str(error), error.remedy) from None


class _AllBut(Container[str]):
    """Every session but one: what must be left alone when one world is swept away."""

    def __init__(self, session: str) -> None:
        self.session = session

    def __contains__(self, session: object) -> bool:
        return session != self.session


_CHILDREN: dict[str, subprocess.Popen[bytes]] = {}
"""Keepers that this very process started, by session: whoever asks for the world has to collect what is left of one."""


def _detail(error: "urllib.error.HTTPError") -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"status {error.code}"


def _import_path() -> str:
    """Return where the keeper finds this very code, also where it runs from a source folder that is not installed."""
    here = str(Path(__file__).resolve().parents[2])
    given = os.environ.get("PYTHONPATH")
    return here if not given else f"{here}{os.pathsep}{given}"


def living() -> list[World]:
    """Every world of this state folder whose keeper runs."""
    folder = paths.worlds()
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [world for world in map(World, found) if world.alive()]
