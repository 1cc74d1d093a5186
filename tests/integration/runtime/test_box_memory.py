"""What the kernel does in a box whose memory is used up, before we could."""

import json
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer

from simulator.runtime import images
from simulator.runtime.base import Exit
from simulator.runtime.box import BoxRuntime, memory
from simulator.runtime.docker.engine import Engine

pytestmark = pytest.mark.docker

FILL = """
import json, subprocess, sys
from simulator.runtime.box import memory

before = memory.kills()
code = subprocess.run([sys.executable, "-c", "held = b'x' * 2**29"]).returncode
print(json.dumps([before, code, memory.kills()]))
"""


def test_the_kernel_tells_whom_it_killed_for_memory(engine: Engine) -> None:
    tag = images.ensure(engine, {"site"}, print)["site"]
    plain = DockerContainer(tag, network_mode="none", mem_limit=2**27, memswap_limit=2**27)
    with plain.with_command("sleep 600") as container:
        told = container.exec(["python", "-c", FILL]).output
    assert json.loads(told) == [0, -9, 1]


def test_who_was_killed_while_the_kernel_had_to_ran_out_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = 3
    monkeypatch.setattr(memory, "kills", lambda: kills)
    runtime = BoxRuntime(tmp_path)
    runtime._kills["api"] = 3
    assert runtime._how("api", -9) == Exit(137)
    kills = 4
    assert runtime._how("api", -9) == Exit(137, out_of_memory=True)
    assert runtime._how("api", -15) == Exit(143)
    assert runtime._how("field", -9) == Exit(137), "not a guest"
