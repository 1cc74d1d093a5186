"""The protocol's JSON Schemas are true of what a real world wrote and answered."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import jsonschema

from simulator.protocol import events, live, schema
from tests.functional.keeper.conftest import LiveWorld


def checker(document: dict[str, Any]) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def called(name: str) -> jsonschema.Draft202012Validator:
    calls = schema.calls()
    return checker({"$ref": f"#/$defs/{name}", "$defs": calls["$defs"]})


def watched(world: LiveWorld, done: Callable[[set[str]], bool]) -> list[dict[str, Any]]:
    """Messages of the live stream, until their kinds are enough; those of events count by the event's."""
    address = json.loads(world.files.keeper.read_bytes())
    request = urllib.request.Request(
        f"{address['url']}/live", headers={"Authorization": f"Bearer {address['token']}"}
    )  # fmt: skip
    told: list[dict[str, Any]] = []
    seen: set[str] = set()
    with urllib.request.urlopen(request, timeout=60) as stream:
        for line in stream:
            told.append(json.loads(line))
            seen.add(told[-1].get("event", told[-1])["kind"])
            if done(seen):
                return told
    raise AssertionError(f"the stream ended; it told of {seen}")


def test_the_schemas_are_true_of_a_world_that_was_started_jumped_paused_redeployed_and_stopped(
    world: Callable[..., LiveWorld],
) -> None:
    running = world()
    running.until("lap-started")
    called("KeeperAddress").validate(json.loads(running.files.keeper.read_bytes()))
    called("WorldStatus").validate(running.call("GET", "/status"))
    told = watched(running, lambda seen: {"phase", "world", "lines", "event"} - {"event"} <= seen)
    called("WorldStatus").validate(running.call("POST", "/phase", {"phase": "slow-erp"}))
    running.until("lap-started", times=2)
    running.call("POST", "/redeploy", {"snapshot": running.spec.snapshot})
    running.call("POST", "/pause")
    running.call("POST", "/resume")
    running.until("lap-finished")
    called("Stopping").validate(running.call("POST", "/stop"))
    running.process.wait(timeout=60)

    for message in told:
        checker(schema.live()).validate(message)
        assert json.loads(live.line(live.parse(message))) == message
    lines = running.files.events.read_text("utf-8").splitlines()
    strict = checker(schema.events())
    for line in lines:
        strict.validate(json.loads(line))
        assert events.line(events.read(line)) == line
    assert {json.loads(line)["kind"] for line in lines} >= {
        "progress", "starting", "waiting", "ready", "lap-started", "phase", "jumping", "lap-failed", "redeployed",
        "paused", "resumed", "lap-finished", "stopped",
    }  # fmt: skip


def test_the_schema_is_true_of_a_world_that_fails_and_of_a_deployment_that_does_not_start(
    world: Callable[..., LiveWorld],
) -> None:
    broken = world(edit=lambda folder: (folder / "app/main.py").write_text("import nothing_there\n"))
    broken.until("deployment-failed")
    (field,) = broken.processes("simulator.field")
    field.kill()
    # Nobody looks while it waits for a deployment.
    broken.call("POST", "/redeploy", {"snapshot": broken.spec.snapshot})
    broken.until("failed")
    broken.process.wait(timeout=60)
    strict = checker(schema.events())
    kinds = set()
    for told in broken.events():
        strict.validate(told)
        kinds.add(told["kind"])
    assert {"deployment-failed", "failed", "stopped"} <= kinds
