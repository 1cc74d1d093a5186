import contextlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from labs.base.cancel import CancelToken
from labs.base.errors import Interrupted
from labs.engagement import practice
from labs.engagement.engagement import Engagement, begin
from labs.exam.run import ExamRequest, world_spec
from labs.library.catalogue import Entry
from labs.progress.store import Store
from labs.world.client import World


def test_what_a_dead_world_left_goes_when_the_next_one_comes(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement, _ = begin(entry, tmp_path / "mine")
    dead, fresh = World.new(), World.new()
    dead.files.events.touch()
    (dead.folder / "launched.json").write_text('{"pid": 1, "created": 1.0}')
    engagement.session = dead.session
    engagement.save()
    monkeypatch.setattr(practice, "_launch", lambda _engagement: fresh)
    assert practice.launch(engagement) == (fresh, False)
    assert not dead.folder.exists()
    assert fresh.folder.exists()


class Keeper:
    """A process that stands for a world's keeper."""

    def __init__(self, world: World, entry: Entry, exam: bool) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        created = psutil.Process(self.process.pid).create_time()
        (world.folder / "launched.json").write_text(json.dumps({"pid": self.process.pid, "created": created}))
        spec = world_spec(ExamRequest(entry, seed=1), world, world.folder / "deployed" / "1", exam=exam)
        world.files.spec.write_text(spec.model_dump_json(by_alias=True))
        world.files.events.write_text('{"kind": "stopped"}\n')


@pytest.mark.parametrize(("exam", "waiting", "left"), [(False, False, False), (False, True, True), (True, False, True)])
def test_all_worlds_end_and_whoever_waits_for_one_finds_it(
    entry: Entry, tmp_path: Path, exam: bool, waiting: bool, left: bool
) -> None:
    engagement, _ = begin(entry, tmp_path / "mine")
    world = World.new()
    engagement.session = world.session
    engagement.save()
    Store().opened(engagement.folder, engagement.scenario)
    keeper = Keeper(world, entry, exam)
    with Engagement.load(engagement.folder).locked() if waiting else contextlib.nullcontext():
        assert practice.take_down_all() == [world.session]
    keeper.process.wait(30)
    assert world.folder.exists() is left
    assert practice.take_down_all() == []


class Silent:
    """A world whose new deployment never answers."""

    def events_from(self, since: int) -> tuple[list[Any], int]:
        return [], since

    def status(self) -> Any:
        return SimpleNamespace(services={})


def test_nobody_waits_for_a_deployment_once_the_token_is_gone(entry: Entry) -> None:
    token = CancelToken()
    token.let_go()
    services = entry.scenario.deployment.services
    with pytest.raises(Interrupted, match="the new deployment is in the world"):
        practice._await_traffic(cast("World", Silent()), services, 0, lambda _event: None, token)
