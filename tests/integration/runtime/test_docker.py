"""A world on a real engine: who reaches whom, what is told of each process, what is left."""

import asyncio
import json
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.plan import Limits, Mount
from simulator.runtime.base import Exit
from simulator.runtime.docker.engine import Engine

from .conftest import MEBI, Lab

pytestmark = pytest.mark.docker


def left(engine: Engine, session: str) -> tuple[list[object], list[object]]:
    label = {"label": f"fdelab.session={session}"}
    return engine.api.containers(all=True, filters=label), engine.api.networks(filters=label)


async def test_the_field_reaches_both_nets_under_their_names_and_itself_as_the_part(world: Lab) -> None:
    for name in ("site-erp", "promise-api", "erp"):
        assert (await world.ask(do="connect", host=name, port=8000))["reached"], name
    assert (await world.ask(do="lookup", name="erp"))["found"] == world.ip("field", "deploy")
    assert (await world.ask(do="lookup", name="site-erp"))["found"] == world.ip("site", "site")
    assert (await world.guest(do="lookup", name="erp"))["found"] == world.ip("field", "deploy")


async def test_names_of_who_is_there_for_good_need_no_engine_to_be_found(world: Lab) -> None:
    """A busy engine answers lookups late or not at all; a deployment that is replaced has to be nowhere meanwhile."""
    hosts = [line.split() for line in str(await world.ask(do="read", path="/etc/hosts")).splitlines()]
    known = {name: address for address, *names in hosts for name in names}
    assert known["erp"] == world.ip("field", "deploy")
    assert known["site-erp"] == world.ip("site", "site")
    assert "promise-api" not in known
    assert world.ip("site", "site") not in str(await world.guest(do="read", path="/etc/hosts"))


async def test_a_config_and_an_environment_have_their_references_resolved(world: Lab) -> None:
    config = json.loads(await world.ask(do="read", path="/run/fdelab/config.json"))
    assert config == {"erp": "http://site-erp:8000", "here": "/evidence"}
    guest = await world.guest(do="me")
    assert guest["argv"][1:] == [world.ip("promise-api", "deploy"), "8000"]
    assert guest["cwd"] == "/app"
    assert guest["env"]["ERP_URL"] == "http://erp:8000"
    assert (guest["env"]["HOME"], guest["env"]["OMP_NUM_THREADS"]) == ("/tmp", "1")
    image = {"PATH", "LANG", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "HOSTNAME"}
    assert guest["env"].keys() - image == {"HOME", "OMP_NUM_THREADS", "FDELAB_SESSION", "ERP_URL"}


async def test_what_the_field_writes_as_evidence_is_the_hosts(world: Lab) -> None:
    assert (await world.ask(do="write", path="/evidence/field"))["written"]
    order = {"do": "write", "path": "/evidence/site"}
    assert (await world.ask(do="pass", at="http://site-erp:8000", order=order))["written"]
    for name in ("field", "site"):
        written = world.folder / "laps" / name
        assert written.stat().st_uid == os.getuid()
        written.unlink()


async def test_field_and_site_are_hardened_too(world: Lab) -> None:
    for at in ("http://erp:8000", "http://site-erp:8000"):
        told = await world.ask(do="pass", at=at, order={"do": "me"})
        assert told["privileges"] == "1"
        allowed = 0 if at == "http://erp:8000" or os.getuid() else 1 << 0 | 1 << 6 | 1 << 7
        assert int(told["capabilities"], 16) == allowed
        assert not (await world.ask(do="pass", at=at, order={"do": "write", "path": "/x"}))["written"]


async def test_the_learners_files_are_copied_and_keep_their_modes(world: Lab) -> None:
    source = world.folder / "promise-api.d"
    assert source.stat().st_mode & 0o777 == 0o700
    assert (source / "main.py").stat().st_mode & 0o777 == 0o600
    assert (await world.guest(do="read", path="/app/main.py")) == (source / "main.py").read_text()
    assert not (await world.guest(do="write", path="/app/main.py"))["written"]


async def test_a_redeployed_service_has_its_new_files_and_its_old_address(world: Lab, tmp_path: Path) -> None:
    before = world.ip("promise-api", "deploy")
    new = tmp_path / "new"
    new.mkdir()
    (new / "main.py").write_text((world.folder / "promise-api.d" / "main.py").read_text() + "\n# new\n")
    world.lines.clear()
    service = replace(world.service(), mounts=(Mount("code", new, "/app"),))
    await world.start(service)
    assert world.ip("promise-api", "deploy") == before
    assert (await world.guest(do="read", path="/app/main.py")).endswith("# new\n")
    assert len(list((world.world / "mounts" / "promise-api").iterdir())) == 1


async def test_samples_tell_what_a_process_uses_and_how_its_limit_held_it_back(world: Lab) -> None:
    await world.runtime.stop("promise-api")
    world.lines.clear()
    await world.start(world.service(limits=Limits(cpus=0.25, memory=128 * MEBI, pids=64)))
    burning = asyncio.create_task(world.guest(do="burn", seconds=4))
    seen = []
    while not burning.done():
        if sample := await world.runtime.sample("promise-api"):
            seen.append(sample)
        await asyncio.sleep(0.25)
    assert max(s.cpu for s in seen) > 0
    assert sum(s.throttled for s in seen) > 0.1, "it wanted more than its quarter"
    assert 5 * MEBI < seen[-1].memory < 128 * MEBI
    assert 1 <= seen[-1].pids < 20
    await world.runtime.stop("promise-api")
    assert await world.runtime.sample("promise-api") is None


async def test_every_line_arrives_in_order(lab: Lab) -> None:
    code = """
        import sys
        for block in range(100):
            print(*range(block * 1000, block * 1000 + 1000), sep="\\n", flush=True)
        print("why", file=sys.stderr)
        print("bye", end="")
    """
    service = lab.service(code, argv=("python", "main.py"))
    await lab.open(lab.plan(service))
    await lab.runtime.start(service)
    assert await lab.exit("promise-api") == Exit(0)
    out = [line for _, stream, line in lab.lines if stream == "stdout"]
    assert out == [*map(str, range(100_000)), "bye"]
    assert [line for _, stream, line in lab.lines if stream == "stderr"] == ["why"]


async def test_a_process_that_closes_its_output_still_runs(lab: Lab) -> None:
    code = """
        import os, time
        os.close(1)
        os.close(2)
        open("/tmp/closed", "w").close()
        while not os.path.exists("/tmp/enough"):
            time.sleep(0.05)
        os._exit(5)
    """
    service = lab.service(code, argv=("python", "main.py"))
    await lab.open(lab.plan(service))
    await lab.runtime.start(service)
    api, container = lab.engine.api, f"fdelab-{lab.session}-promise-api"

    def done(*argv: str) -> bool:
        made = api.exec_create(container, argv)["Id"]
        api.exec_start(made)
        return bool(api.exec_inspect(made)["ExitCode"] == 0)

    await lab.until(lambda: done("test", "-e", "/tmp/closed"))
    assert await lab.runtime.exited("promise-api") is None
    done("touch", "/tmp/enough")  # the container may end, and this with it, before it says that it is done
    assert await lab.exit("promise-api") == Exit(5)


async def test_a_program_that_does_not_exist_has_exited(lab: Lab) -> None:
    service = lab.service(argv=("no-such-program",))
    await lab.open(lab.plan(service))
    await lab.runtime.start(service)
    assert await lab.exit("promise-api") == Exit(127)
    assert "no-such-program" in lab.lines[-1][2]


async def test_a_container_killed_behind_our_back_has_exited(world: Lab) -> None:
    world.engine.api.kill(f"fdelab-{world.session}-promise-api", signal="KILL")
    assert await world.exit("promise-api") == Exit(137)
    world.lines.clear()
    await world.start(world.service())
    assert (await world.guest(do="me"))["uid"] == 65534


async def test_a_stopped_process_takes_its_daemons_along(world: Lab) -> None:
    await world.guest(do="daemon")
    await world.runtime.stop("promise-api")
    await world.runtime.stop("promise-api")
    assert await world.runtime.exited("promise-api") == Exit(137)
    assert not (await world.ask(do="connect", host="promise-api", port=8000, timeout=2))["reached"]


async def test_close_leaves_nothing_and_may_be_called_again(world: Lab) -> None:
    containers, networks = left(world.engine, world.session)
    assert (len(containers), len(networks)) == (3, 3)
    await world.runtime.close()
    await world.runtime.close()
    assert left(world.engine, world.session) == ([], [])
    assert [path.name for path in world.world.iterdir()] == ["config"]


async def test_control_is_published_on_loopback_alone(world: Lab) -> None:
    port = world.addresses["control"].port
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass
    own = socket.gethostbyname(socket.gethostname())
    if not own.startswith("127."):
        with pytest.raises(OSError, match=r"refused|timed out"):
            socket.create_connection((own, port), timeout=2)
