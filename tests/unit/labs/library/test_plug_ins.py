"""A package whose plug-in is broken is named: by lint, by whoever asks for its word, and by `doctor`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from scenarios.vocabulary import Registry, UnknownWord
from simulator.parts.base import PartKind

OURS = version("fdelab")
BROKEN = {
    "gone": ("fdelab.parts", "gone = fdelab_gone:PART", "import nowhere_at_all\n",
             "ModuleNotFoundError: No module named 'nowhere_at_all'"),
    "odd": ("fdelab.parts", "odd = fdelab_odd:PART", "PART = 3\n",
            "AttributeError: 'int' object has no attribute 'name'"),
    "twin": ("fdelab.parts", "twin = fdelab_twin:PART", "from simulator.parts.queue.kind import QUEUE as PART\n",
             "ValueError: there is a part 'queue' already"),
    "old": ("fdelab.parts", "old = fdelab_old:PART", "", f"ValueError: it is for fdelab <0.0.1, and this is {OURS}"),
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages, each with an entry point of ours that cannot be used."""
    for name, (group, point, code, _) in BROKEN.items():
        (tmp_path / f"fdelab_{name}.py").write_text(code)
        info = tmp_path / f"fdelab_{name}-1.2.dist-info"
        info.mkdir()
        needs = "Requires-Dist: fdelab<0.0.1\n" if name == "old" else "Requires-Dist: fdelab\n"
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: fdelab-{name}\nVersion: 1.2\n{needs}")
        (info / "entry_points.txt").write_text(f"[{group}]\n{point}\n")
    return tmp_path


@pytest.fixture
def path(site: Path) -> Iterator[None]:
    sys.path.insert(0, str(site))
    yield
    sys.path.remove(str(site))


@pytest.mark.usefixtures("path")
def test_the_others_work_and_whoever_asks_is_told() -> None:
    registry: Registry[PartKind] = Registry("part", {"queue": "simulator.parts.queue.kind:QUEUE"}, "fdelab.parts")
    assert list(registry) == ["queue"]
    assert {(one.package, one.point, one.why) for one in registry.broken} == {
        (f"fdelab-{name} 1.2", f"{group}: {point}", why) for name, (group, point, _, why) in BROKEN.items()
    }
    with pytest.raises(UnknownWord, match=r"package fdelab-gone 1\.2 cannot be used \(fdelab\.parts: gone = "):
        registry["gone"]


def test_commands_name_the_package(site: Path, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(site), "FDELAB_STATE": str(tmp_path / "state")}

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        fdelab = Path(sys.executable).with_name("fdelab")
        return subprocess.run([fdelab, *argv], env=env, capture_output=True, text=True, check=False)

    found = " ".join(run("doctor").stdout.split())
    for name, (group, point, _, why) in BROKEN.items():
        assert f"plug-in fdelab-{name} 1.2" in found
        assert f"cannot be used ({group}: {point}): {why}" in found
    assert run("scenario", "new", str(tmp_path / "mine")).returncode == 0
    file = tmp_path / "mine" / "scenario.yaml"
    file.write_text(file.read_text().replace("part: rest-api", "part: zzz"))
    told = run("scenario", "lint", str(file))
    assert told.returncode == 2
    assert "unknown part 'zzz'" in told.stdout
    assert "package fdelab-gone 1.2 cannot be used (fdelab.parts: gone = fdelab_gone:PART)" in told.stdout
