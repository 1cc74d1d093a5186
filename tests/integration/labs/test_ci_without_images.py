"""In CI, an engine that cannot have its images is an outage, and no reason to run a stranger's code without it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import toys

pytestmark = pytest.mark.docker


def test_an_image_that_cannot_be_had_is_an_exam_that_could_not_be_judged(tmp_path: Path) -> None:
    scenario = toys.scenario(tmp_path / "toy")
    workspace = toys.deployment(tmp_path / "workspace", {"app/main.py": toys.ASGI})
    env = os.environ | {"CI": "true", "FDELAB_STATE": str(tmp_path / "state"), "FDELAB_BASE_IMAGE": "127.0.0.1:1/none"}
    argv = [str(toys.FDELAB), "exam", str(scenario), "--workspace", str(workspace)]
    done = subprocess.run(argv, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 3, done.stderr
    assert "image 127.0.0.1:1/none cannot be pulled" in done.stderr
    assert not (tmp_path / "state" / "worlds").exists(), "nothing was begun"
