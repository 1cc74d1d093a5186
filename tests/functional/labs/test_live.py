"""The live feed of a real world on the local runtime: what a watcher sees of it, and its end."""

import asyncio
import json
import os
import signal
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from labs.engagement.engagement import Engagement
from labs.engagement.judge import Judge
from labs.engagement.practice import jump, redeploy
from labs.world.client import World
from labs.world.live.feed import Message, follow
from labs.world.live.model import Ended, Happened, Lines, Snapshot
from tests import toys
from tests.functional.labs.conftest import FDELAB
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-live")

PHASES = [
    {"name": "warm-up", "lasts": "1s", "simulates": "8m", "graded": False},
    {"name": "morning", "lasts": "2s", "simulates": "15m"},
    {"name": "storm", "lasts": "3s", "simulates": "15m", "faults": [{"link": "erp", "abort": 503, "share": "50%"}],
     "message": {"from": "lena", "text": "What is going on?"}},
]  # fmt: skip
TRAFFIC = little.scenario()["traffic"]["orders"] | {"timeout": "3s"}
PATIENCE = 40.0


@pytest.fixture(scope="module")
def engagement(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engagement]:
    """An engagement with its world up."""
    place = tmp_path_factory.mktemp("live")
    patch = pytest.MonkeyPatch()
    patch.setenv("FDELAB_STATE", str(place / "state"))
    folder = little.make(place / "little", phases=PHASES, traffic={"orders": TRAFFIC})
    # Started by another process, as it is when one comes back to it.
    subprocess.run([str(FDELAB), "start", str(folder), str(place / "mine"), "--runtime", "local"], check=True)
    yield Engagement.load(place / "mine")
    subprocess.run([str(FDELAB), "stop"], cwd=place / "mine", check=True)
    patch.undo()


async def until(feed: AsyncIterator[Message], done: Callable[[list[Message]], bool]) -> list[Message]:
    """All messages until `done` of them."""
    seen: list[Message] = []
    async with asyncio.timeout(PATIENCE):
        async for message in feed:
            seen.append(message)
            if done(seen):
                return seen
    raise AssertionError(f"the feed ended first: {seen[-1]}")


def snapshots(seen: list[Message]) -> list[Snapshot]:
    return [message for message in seen if isinstance(message, Snapshot)]


async def test_a_watcher_sees_traffic_money_lines_and_mail_and_no_fault(engagement: Engagement) -> None:
    """What the customer's own screens could show: what is behind it, nobody there knows."""
    world = engagement.live()

    def all_of_it(seen: list[Message]) -> bool:
        last, wrote = seen[-1], any(isinstance(one, Happened) and one.event.kind == "message" for one in seen)
        return wrote and isinstance(last, Snapshot) and last.when is not None and last.when.phase == "storm"

    async with aclosing(follow(world)) as feed:
        seen = await until(feed, all_of_it)
        last = snapshots(seen)[-1]
        assert (last.state, last.when.phase, last.runtime) == ("running", "storm", "local")
        assert [(s.name, s.state) for s in last.services] == [("promise-api", "up")]
        assert [(link.name, link.inward) for link in last.links] == [("promise-api", True), ("erp", False)]
        assert any(link.connections for link in last.links)
        assert 0 < last.when.progress < 1
        assert sum(second.sent for second in last.seconds) > 20
        assert any(second.p50 for second in last.seconds)
        kinds = [message.event.kind for message in seen if isinstance(message, Happened)]
        assert kinds.index("ready") < kinds.index("lap-started") < kinds.index("message")
        assert any(line.text for message in seen if isinstance(message, Lines) for line in message.lines)

        over = await until(feed, lambda seen: isinstance(seen[-1], Snapshot) and seen[-1].money.before is not None)
        before = snapshots(over)[-1].money.before
        lap = world.files.lap(before.lap)
        assert before.total == pytest.approx(sum(row["amount"] for row in toys.rows(lap, "ledger")))
        assert before.total < 0

        struck = {(row["link"], row["kind"]) for row in toys.rows(lap, "faults")}
        assert struck == {("erp", "abort")}, "there was something to hide"
        watched = snapshots(seen) + snapshots(over)
        assert {link.faults for shot in watched for link in shot.links} == {()}
        assert {second.wrong for shot in watched for second in shot.seconds} == {0}


async def test_money_is_seen_before_the_lap_is_over(engagement: Engagement) -> None:
    async with aclosing(follow(engagement.live())) as feed:

        def told(seen: list[Message]) -> bool:
            last = seen[-1]
            return isinstance(last, Snapshot) and last.when is not None and (last.money.per_hour or 0.0) < 0

        last = snapshots(await until(feed, told))[-1]
        assert last.when is not None
        assert last.when.lap == last.money.now.lap
        assert last.money.now.total < 0


async def test_checks_are_judged_again_after_a_redeploy(engagement: Engagement) -> None:
    judge = Judge(engagement)
    async with aclosing(follow(engagement.live())) as feed:

        def judged(seen: list[Message]) -> bool:
            judge.heed(seen[-1])
            if not judge.stale:
                return False
            report = judge.judge()
            return any(check.verdict in ("pass", "fail") for check in report.checks if check.id == "dates-hold")

        await until(feed, judged)
        assert not judge.stale
        replacing = asyncio.create_task(asyncio.to_thread(redeploy, engagement, lambda _event: None))

        def replaced(seen: list[Message]) -> bool:
            judge.heed(seen[-1])
            return isinstance(seen[-1], Happened) and seen[-1].event.kind == "redeployed"

        def stale(seen: list[Message]) -> bool:
            judge.heed(seen[-1])
            return judge.stale

        await until(feed, replaced)
        # At once: soon there is something to judge again.
        report = judge.judge()
        assert all(c.verdict == "waiting" for c in report.checks if c.id == "dates-hold"), "what was before is void"
        await until(feed, stale)
        await replacing


async def test_a_jump_begins_the_next_lap_there(engagement: Engagement) -> None:
    async with aclosing(follow(engagement.live())) as feed:
        first = snapshots(await until(feed, lambda seen: isinstance(seen[-1], Snapshot) and bool(seen[-1].when)))[-1]
        assert first.when.spans[0].name == "warm-up"
        await asyncio.to_thread(jump, engagement, "storm")

        def there(seen: list[Message]) -> bool:
            when = seen[-1].when if isinstance(seen[-1], Snapshot) else None
            return when is not None and when.spans[0].name == "storm"

        last = snapshots(await until(feed, there))[-1]
    assert last.lap > first.lap
    assert [span.name for span in last.when.spans] == ["storm", ""], "what is still to come has no name"
    assert last.when.spans[0].sim_begins.strftime("%H:%M") == "07:53"


async def test_a_killed_keeper_is_a_clear_last_word(engagement: Engagement) -> None:
    world = engagement.live()
    argv = [str(FDELAB), "status", "--watch"]
    watching = await asyncio.create_subprocess_exec(*argv, cwd=engagement.folder, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(PATIENCE):
            while b"traffic" not in (line := await watching.stdout.readline()):
                assert line, "it ended"
        async with aclosing(follow(world)) as feed:
            await until(feed, lambda seen: isinstance(seen[-1], Snapshot))
            os.kill(json.loads(world.files.keeper.read_bytes())["pid"], signal.SIGKILL)
            *_, last = await until(feed, lambda seen: isinstance(seen[-1], Ended))
        assert isinstance(last, Ended)
        assert not last.wanted
        assert "keeper died" in last.reason
        assert "start it again" in last.advice
        async with asyncio.timeout(PATIENCE):
            _, err = await watching.communicate()
    finally:
        if watching.returncode is None:
            watching.kill()
            await watching.wait()
    assert watching.returncode == 3
    assert b"keeper died" in err
    world.stop()


async def test_a_world_that_is_gone_is_a_last_word_too(tmp_path: Path) -> None:
    assert [type(message) async for message in follow(World(tmp_path / "nowhere"))] == [Ended]
