"""In a box an exam comes to the same verdicts as on other runtimes: one pair here, all in `make prove`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labs.library.catalogue import find
from tests.scenarios import needs
from tests.scenarios.test_library import examine

SLUG = "promise-dates"
pytestmark = [pytest.mark.docker, pytest.mark.cores(needs.cores(SLUG, "box"))]


def test_reference_passes(tmp_path: Path, figure: Callable[..., None]) -> None:
    code, report = examine(SLUG, "reference", "box", tmp_path / "evidence", figure)
    lost = [(check["id"], check["observed"]) for check in report["checks"] if check["verdict"] != "pass"]
    assert (code, report["result"], report["runtime"]) == (0, "passed", "box"), (report["reason"], lost)
    assert report["score"] >= 85
    # How busy the machine was is told in warnings, too.
    unsealed = [warning for warning in report["warnings"] if warning.startswith("Not sealed: ")]
    assert unsealed == [], "an engine seals all that a box promises to seal"


def test_a_shortcut_fails(tmp_path: Path, figure: Callable[..., None]) -> None:
    shortcut = next(use for use in find(SLUG).uses() if use.startswith("shortcut:"))
    code, report = examine(SLUG, shortcut, "box", tmp_path / "evidence", figure)
    assert (code, report["result"]) == (1, "failed"), report["reason"]
