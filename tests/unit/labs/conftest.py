from pathlib import Path

import pytest

from labs.library.catalogue import Entry, find
from tests.unit.labs import little


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return little.make(tmp_path / "scenario")


@pytest.fixture
def entry(folder: Path) -> Entry:
    return find(str(folder))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    return tmp_path / "state"
