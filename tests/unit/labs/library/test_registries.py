"""Registries: every kind is found at its home, under its name, and none is loaded before somebody uses it."""

import subprocess
import sys
from typing import Any

import pytest

from grader.measures import MEASURES
from scenarios.vocabulary import Registry, Those, Told, UnknownWord
from simulator.dirt import COLUMNS, DIRT
from simulator.faults import FAULTS, PROCESS_FAULTS
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS

REGISTRIES: dict[str, Registry[Any]] = {
    "parts": PARTS, "workloads": WORKLOADS, "faults": FAULTS, "process faults": PROCESS_FAULTS, "measures": MEASURES,
    "columns": COLUMNS, "dirt": DIRT,
}  # fmt: skip


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_every_kind_is_at_home_under_its_name(registry: Registry[Any]) -> None:
    assert {name: registry[name].name for name in registry} == {name: name for name in registry}
    assert len(registry) == len([*registry]) > 0
    assert registry.broken == []


def test_a_kind_is_loaded_when_it_is_used_and_not_before() -> None:
    code = (
        "import sys\n"
        "from scenarios.vocabulary import Told\n"
        "from simulator.parts import PARTS\n"
        "tables = Told(PARTS, lambda kind: kind.tables)\n"
        "assert 'queue' in PARTS and 'queue' in tables and 'postgres' in [*tables]\n"
        "loaded = [name for name in sys.modules if name.startswith('simulator.parts.')]\n"
        "assert loaded == [], loaded\n"
        "assert tables['llm'] and 'simulator.parts.llm.kind' in sys.modules\n"
        "assert 'simulator.parts.queue' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_told_of_a_kind_is_told_by_its_name() -> None:
    alone, tables = Those(PARTS, lambda kind: kind.alone), Told(PARTS, lambda kind: kind.tables)
    assert "postgres" in alone and "llm" not in alone and "nothing" not in alone and 3 not in alone
    assert tables["llm"] == PARTS["llm"].tables and len(tables) == len(PARTS) and [*tables] == [*PARTS]
    assert tables.get("nothing") is None


def test_a_home_without_the_kind_is_a_mistake_of_ours() -> None:
    moved: Registry[Any] = Registry("part", {"queue": "simulator.parts.llm.kind:LLM"})
    with pytest.raises(AssertionError, match="is named 'llm', not 'queue'"):
        moved["queue"]
    with pytest.raises(UnknownWord, match="unknown part 'quue'; did you mean 'queue'"):
        moved["quue"]
