"""One exam of a deployment that tries to break out, for all tests that look at what it found."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import toys

HERE = Path(__file__).parent
INTRUDER = {"app/__init__.py": "", "app/intruder.py": (HERE / "intruder.py").read_text("utf-8")}
SEED = 918273645


def main(code: str) -> dict[str, str]:
    """A healthy service that also does `code` when it starts."""
    return INTRUDER | {"app/main.py": f"from app import intruder\n{code}\n{toys.ASGI}"}


@pytest.fixture(scope="package")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toys.scenario(tmp_path_factory.mktemp("scenarios") / "toy")


@pytest.fixture(scope="package")
def broke_out(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> toys.Sat:
    folder = tmp_path_factory.mktemp("intruder")
    return toys.examine(scenario, main("intruder.start()"), "box", folder, seed=SEED)


@pytest.fixture(scope="package")
def tried(broke_out: toys.Sat) -> dict[str, Any]:
    """What it found, by attempt."""
    lines = [line.removeprefix("TRIED ") for line in broke_out.lines() if line.startswith("TRIED ")]
    found = {row["what"]: row["found"] for row in map(json.loads, lines)}
    assert found.get("done"), (broke_out.told, broke_out.lines()[-20:])
    return found
