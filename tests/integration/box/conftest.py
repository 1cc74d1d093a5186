"""One exam of a deployment that tries to break out, for all tests that look at what it found."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import toys

HERE = Path(__file__).parent
CODE = {f"app/{name}.py": (HERE / f"{name}.py").read_text("utf-8") for name in ("__init__", "intruder", "misdeeds")}
CODE |= {"app/calls.py": (HERE.parent / "calls.py").read_text("utf-8")}
SEED = 918273645


def main(code: str) -> dict[str, str]:
    """A healthy service that also does `code` when it starts."""
    return CODE | {"app/main.py": f"from app import intruder, misdeeds\n{code}\n{toys.ASGI}"}


def told(sat: toys.Sat) -> dict[str, Any]:
    """What an intruder found, by attempt."""
    lines = [line.removeprefix("TRIED ") for line in sat.lines() if line.startswith("TRIED ")]
    found = {row["what"]: row["found"] for row in map(json.loads, lines)}
    assert found.get("done"), (sat.told, sat.lines()[-20:])
    return found


@pytest.fixture(scope="package")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toys.scenario(tmp_path_factory.mktemp("scenarios") / "toy")


@pytest.fixture(scope="package")
def broke_out(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> toys.Sat:
    folder = tmp_path_factory.mktemp("intruder")
    return toys.examine(scenario, main("intruder.start()"), "box", folder, seed=SEED)


@pytest.fixture(scope="package")
def tried(broke_out: toys.Sat) -> dict[str, Any]:
    return told(broke_out)
