"""Every scenario of the library tells good deployments from bad ones, with the same verdict on each runtime.

One seed of the untouched deployment, the reference and one shortcut; `make prove` does all of them on many seeds.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labs.library.catalogue import find, slugs

pytestmark = pytest.mark.slow

SEED = 7
RUNTIMES = [pytest.param("docker", marks=pytest.mark.docker), "local"]
HUNGRY = {"the-shock"}
"""Their deployments train models: two exams of these at once would be a test of the machine."""
SLUGS = [pytest.param(slug, marks=[pytest.mark.xdist_group("hungry")] if slug in HUNGRY else []) for slug in slugs()]
LONGEST = 600.0
"""Seconds that a command may take, images included: far more than one does, and an end to one that hangs."""


def fdelab(*argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    command = [str(Path(sys.executable).with_name("fdelab")), *argv]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    return done.returncode, done.stdout, done.stderr


def examine(slug: str, use: str, runtime: str, out: Path, figure: Callable[..., None]) -> tuple[int, dict[str, Any]]:
    """Exit code and report of one exam."""
    begun = time.monotonic()
    code, printed, told = fdelab(
        "exam", slug, "--use", use, "--runtime", runtime, "--seed", str(SEED), "--format", "json", "--out", str(out)
    )
    figure(f"exam of {slug}, {use}, {runtime}, all in", time.monotonic() - begun, "s", budget="≤ 75 s")
    assert printed, (code, told)
    return code, json.loads(printed)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("slug", SLUGS)
class TestVerdicts:
    def test_untouched_fails(self, slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
        code, report = examine(slug, "untouched", runtime, tmp_path / "evidence", figure)
        assert (code, report["result"]) == (1, "failed"), report["reason"]
        assert report["score"] < 40

    def test_reference_passes(self, slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
        code, report = examine(slug, "reference", runtime, tmp_path / "evidence", figure)
        lost = [(check["id"], check["observed"]) for check in report["checks"] if check["verdict"] != "pass"]
        assert (code, report["result"]) == (0, "passed"), (report["reason"], lost)
        assert report["score"] >= 85

        again, printed, _ = fdelab("regrade", str(tmp_path / "evidence"), "--format", "json")
        assert (again, printed) == (0, (tmp_path / "evidence" / "report.json").read_text("utf-8")), "byte for byte"

    def test_a_shortcut_fails(self, slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
        shortcut = next(use for use in find(slug).uses() if use.startswith("shortcut:"))
        code, report = examine(slug, shortcut, runtime, tmp_path / "evidence", figure)
        assert (code, report["result"]) == (1, "failed"), report["reason"]
