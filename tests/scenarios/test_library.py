"""Every scenario of the library tells good deployments from bad ones, with the same verdict on each runtime.

One seed: the reference on Docker, and on local the untouched deployment, the reference and one shortcut. `make test`
examines the scenarios that were changed and others by turns, `make library` all (`tests/scenarios/choice.py`); `make
prove` does all deployments of each on many seeds.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labs.library.catalogue import find
from tests.scenarios import needs
from tests.scenarios.choice import chosen

SEED = 7
LONGEST = 600.0
"""Seconds that a command may take, images included: far more than one does, and an end to one that hangs."""


def fdelab(*argv: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    command = [str(Path(sys.executable).with_name("fdelab")), *argv]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    return done.returncode, done.stdout, done.stderr


def examine(slug: str, use: str, runtime: str, out: Path, figure: Callable[..., None]) -> tuple[int, dict[str, Any]]:
    """Exit code and report of one exam."""
    begun, before = time.monotonic(), _cpu()
    code, printed, told = fdelab(
        "exam", slug, "--use", use, "--runtime", runtime, "--seed", str(SEED), "--format", "json", "--out", str(out)
    )
    took, spent = time.monotonic() - begun, _cpu() - before
    figure(f"exam of {slug}, {use}, {runtime}, all in", took, "s", budget="≤ 75 s", cores=round(spent / took, 2))
    assert printed, (code, told)
    return code, json.loads(printed)


def _cpu() -> float:
    """Seconds of CPU that everything which was started from here has used, and has ended; on an engine, our side."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def of_chosen(runtime: str) -> pytest.MarkDecorator:
    """An exam of each scenario that is chosen, once the cores that it needs are free."""
    engine = [pytest.mark.docker] if runtime != "local" else []
    return pytest.mark.parametrize(
        ("slug", "runtime"),
        [
            pytest.param(
                slug, runtime, id=f"{slug}-{runtime}", marks=[pytest.mark.cores(needs.cores(slug, runtime)), *engine]
            )
            for slug in chosen()
        ],
    )


@of_chosen("local")
def test_untouched_fails(slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
    code, report = examine(slug, "untouched", runtime, tmp_path / "evidence", figure)
    assert (code, report["result"]) == (1, "failed"), report["reason"]
    assert report["score"] < 40


@of_chosen("local")
def test_reference_passes(slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
    passes(slug, runtime, tmp_path / "evidence", figure)


@of_chosen("docker")
def test_reference_passes_on_docker(slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
    passes(slug, runtime, tmp_path / "evidence", figure)


def passes(slug: str, runtime: str, evidence: Path, figure: Callable[..., None]) -> None:
    """The reference does, with a good score, and again when its evidence is graded again."""
    code, report = examine(slug, "reference", runtime, evidence, figure)
    lost = [(check["id"], check["observed"]) for check in report["checks"] if check["verdict"] != "pass"]
    assert (code, report["result"]) == (0, "passed"), (report["reason"], lost)
    assert report["score"] >= 85

    again, printed, _ = fdelab("regrade", str(evidence), "--format", "json")
    assert (again, printed) == (0, (evidence / "report.json").read_text("utf-8")), "byte for byte"


@of_chosen("local")
def test_a_shortcut_fails(slug: str, runtime: str, tmp_path: Path, figure: Callable[..., None]) -> None:
    shortcut = next(use for use in find(slug).uses() if use.startswith("shortcut:"))
    code, report = examine(slug, shortcut, runtime, tmp_path / "evidence", figure)
    assert (code, report["result"]) == (1, "failed"), report["reason"]
