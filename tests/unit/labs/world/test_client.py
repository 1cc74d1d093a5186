import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import psutil
import pytest

from labs.base.cancel import CancelToken
from labs.base.errors import CouldNotJudge, Interrupted
from labs.world import client
from labs.world.client import World, living
from labs.world.pace import SOONEST
from simulator.protocol.base import VERSION
from simulator.protocol.events import Event, Failed, Paused, Resumed, Stopped, line


@pytest.fixture
def world(state: Path) -> World:
    world = World.find("0a1b2c3d")
    world.folder.mkdir(parents=True)
    world.files.events.touch()
    return world


def keep(world: World, pid: int, created: float) -> None:
    who = {"pid": pid, "created": created, "url": "http://127.0.0.1:9", "token": "x", "protocol": VERSION}
    world.files.keeper.write_text(json.dumps(who))


def say(world: World, *events: Event) -> None:
    world.files.events.write_text("".join(f"{line(event)}\n" for event in events))


def test_a_world_lives_as_long_as_its_keepers_very_process(world: World) -> None:
    assert not world.alive()
    me = psutil.Process()
    keep(world, me.pid, me.create_time())
    assert world.alive()
    assert [one.session for one in living()] == [world.session]
    keep(world, me.pid, me.create_time() - 100)
    assert not world.alive()
    assert living() == []


def test_a_keeper_that_has_not_said_who_it_is_yet_counts(world: World) -> None:
    me = psutil.Process()
    (world.folder / "launched.json").write_text(json.dumps({"pid": me.pid, "created": me.create_time()}))
    assert world.alive()


def test_a_dead_keeper_is_dead(world: World) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        keep(world, process.pid, psutil.Process(process.pid).create_time())
    assert not world.alive()


LEADER_GONE = (
    "import ctypes, threading, time; threading.Thread(target=time.sleep, args=(0.5,)).start(); "
    "ctypes.CDLL(None).pthread_exit(None)"
)


def test_a_keeper_is_collected_though_its_last_threads_outlive_its_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = subprocess.Popen([sys.executable, "-c", LEADER_GONE])
    monkeypatch.setitem(client._CHILDREN, world.session, child)
    keep(world, child.pid, psutil.Process(child.pid).create_time())
    while world.alive():
        time.sleep(0.01)
    assert child.poll() is None, "nobody can collect it yet"
    world.remove()
    assert child.returncode is not None


def test_snapshots_are_numbered(world: World) -> None:
    assert world.next_snapshot().name == "1"
    for name in ("1", "10", "draft"):
        (world.folder / "deployed" / name).mkdir(parents=True)
    assert world.next_snapshot().name == "11"


def test_a_world_that_somebody_removed_is_told_and_is_no_traceback(world: World) -> None:
    world.remove()
    with pytest.raises(CouldNotJudge, match="another command took the world down"):
        list(world.events())


def test_torn_events_wait_for_their_end(world: World) -> None:
    told = line(Paused()) + "\n" + line(Resumed())
    world.files.events.write_text(told[:-7])
    events, at = world.events_from(0)
    assert events == [Paused()]
    with world.files.events.open("a") as file:
        file.write(told[-7:] + "\n")
    assert world.events_from(at) == ([Resumed()], world.events_end())


def test_events_end_with_the_world(world: World) -> None:
    say(world, Resumed(), Stopped())
    assert list(world.events()) == [Resumed(), Stopped()]


def test_a_keeper_that_hangs_in_the_end_holds_nobody_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.world.client.CLOSING", 2 * SOONEST)
    keep(world, os.getpid(), psutil.Process().create_time())
    say(world, Failed(reason="the engine went away"))
    assert [event.kind for event in world.events(last=("failed",))] == ["failed"]


def test_a_keeper_that_dies_without_a_word_is_ours_to_answer_for(world: World) -> None:
    say(world, Resumed())
    world.log.write_text("Traceback\nMemoryError\n\n")
    events = world.events()
    assert next(events) == Resumed()
    with pytest.raises(CouldNotJudge, match="MemoryError"):
        next(events)


def test_following_can_be_interrupted(world: World) -> None:
    keep(world, os.getpid(), psutil.Process().create_time())
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Interrupted):
        next(world.events(cancel=cancel))


def test_who_asks_before_the_keeper_answers_waits_for_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.world.client.GREETING", 60.0)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as young:
        born = psutil.Process(young.pid).create_time()
        (world.folder / "launched.json").write_text(json.dumps({"pid": young.pid, "created": born}))
        later = Timer(8 * SOONEST, keep, (world, young.pid, born))
        later.start()
        with pytest.raises(CouldNotJudge, match="does not answer"):
            world.status()
        later.join()
        young.communicate(b"\n")


def test_who_asks_a_keeper_that_takes_its_world_down_is_not_kept_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = psutil.Process()
    (world.folder / "launched.json").write_text(json.dumps({"pid": me.pid, "created": me.create_time()}))
    monkeypatch.setattr("labs.world.client.GREETING", time.time() - me.create_time())  # its time is up this very moment
    monkeypatch.setattr("labs.world.client.time.sleep", lambda _seconds: pytest.fail("it waits"))
    with pytest.raises(CouldNotJudge, match="not up"):
        world.status()


@pytest.mark.parametrize(("said", "clean"), [(Stopped(), True), (Stopped(left="a container"), False)])
def test_what_a_keeper_left_is_swept_away_by_who_stops_the_world(
    world: World, said: Stopped, clean: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Path] = []
    monkeypatch.setattr("simulator.runtime.gc.remove", lambda worlds, live: swept.append(worlds))
    (world.folder / "launched.json").write_text(json.dumps({"pid": 1, "created": 0.0}))
    say(world, said)
    world.stop()
    assert swept == ([] if clean else [world.folder.parent])


def test_a_world_that_is_not_up_is_said_to_be_so(world: World) -> None:
    with pytest.raises(CouldNotJudge, match="not up"):
        world.status()
    keep(world, os.getpid(), 0.0)
    with pytest.raises(CouldNotJudge, match="does not answer"):
        world.status()


@pytest.mark.parametrize(
    "said", [{"kind": "stopped", "t": 0.0}, {"kind": "renamed", "t": 0.0, "protocol": VERSION + 1}]
)
def test_a_world_of_another_version_is_told_of_and_can_be_stopped(
    world: World, said: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Path] = []
    monkeypatch.setattr("simulator.runtime.gc.remove", lambda worlds, live: swept.append(worlds))
    (world.folder / "launched.json").write_text(json.dumps({"pid": 1, "created": 0.0}))
    world.files.events.write_text(json.dumps(said) + "\n")
    with pytest.raises(CouldNotJudge, match="another version of fdelab") as refused:
        list(world.events())
    assert "fdelab stop" in (refused.value.remedy or "")
    world.stop()
    assert swept == [world.folder.parent], "what it left is not known, so it is looked for"


def test_a_keeper_of_another_version_is_not_asked(world: World) -> None:
    who = {"pid": os.getpid(), "created": 0.0, "url": "http://127.0.0.1:9", "token": "x", "protocol": VERSION + 1}
    world.files.keeper.write_text(json.dumps(who))
    with pytest.raises(CouldNotJudge, match=f"it speaks protocol {VERSION + 1}"):
        world.status()
