"""A grader's install: without the extra `workbench`, all of ours is there but deployments on this interpreter."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from simulator.evidence.packed import unpack
from simulator.runtime import images, libraries

ROOT = Path(__file__).parents[2]
MODULES = {"scikit-learn": "sklearn"}
BLOCK = '''
import sys

class Rest:
    """All finders that there are, for everything but what is not to be there."""

    def __init__(self, finders):
        self.finders = finders

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            return None
        return next((spec for one in self.finders if (spec := one.find_spec(name, path, target))), None)

    def find_distributions(self, *context):
        for one in self.finders:
            yield from getattr(one, "find_distributions", lambda *_: ())(*context)

sys.meta_path[:] = [Rest([*sys.meta_path])]
'''


def _extra() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {line.partition(">")[0] for line in project["optional-dependencies"]["workbench"]}
    return {MODULES.get(name, name) for name in names}


def _without(code: str) -> "subprocess.CompletedProcess[str]":
    """Run code where nothing of the extra can be imported."""
    argv = [sys.executable, "-c", BLOCK.format(missing=_extra()) + code]
    return subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=False)


def _modules() -> list[str]:
    found = []
    for package in ("labs", "grader", "simulator", "scenarios"):
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            if parts[1:2] not in (("library",), ("template",)) or parts[0] != "scenarios":
                found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def test_all_of_ours_is_imported_without_what_learners_alone_use() -> None:
    done = _without("\n".join(f"import {module}" for module in _modules() if not module.endswith("__main__")))
    assert done.returncode == 0, done.stderr


def test_every_kind_is_there_and_a_folder_of_evidence_is_graded(tmp_path: Path) -> None:
    unpack(min((ROOT / "tests/golden/evidence").glob("format-*/*.tar.gz")), tmp_path)
    done = _without(
        "from labs.library.vocabulary import vocabulary\n"
        "from labs.library.reference import words\n"
        "assert len(words()) > 100 and vocabulary().parts['postgres']\n"
        "from grader.grade import grade\n"
        "from pathlib import Path\n"
        f"report = grade(Path({str(tmp_path)!r}))\n"
        "assert report.checks, report\n"
    )
    assert done.returncode == 0, done.stderr


CHOICES = {
    "local": "from simulator.runtime import choose\nchoose('local', Path('/nowhere'))",
    "box": "from simulator.runtime.box.workbench import programs\nprograms()",
}


@pytest.mark.parametrize("runtime", CHOICES)
def test_a_deployment_on_this_interpreter_is_refused_with_what_to_do(runtime: str) -> None:
    done = _without(f"from pathlib import Path\n{CHOICES[runtime]}\n")
    assert "RuntimeUnavailable: deployments cannot run here: this install has no cachetools, defused" in done.stderr
    assert "fdelab[workbench]" in done.stderr and "--runtime docker" in done.stderr


def test_the_extra_is_what_learners_may_import_and_is_not_ours() -> None:
    lines = (Path(images.__file__).parent / "workbench/requirements.txt").read_text("utf-8").splitlines()
    allowed = {MODULES.get(line.partition("[")[0], line.partition("[")[0]) for line in lines if line[:1] not in "# "}
    assert set(libraries.EXTRA) == _extra() - {"scipy"}
    assert set(libraries.EXTRA) <= allowed
