"""The direction of imports: what each way in loads, and the contracts of pyproject.toml."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"textual", "docker", "duckdb", "fastapi", "aiohttp", "faker", "psycopg", "lxml", "mcp"}


def loaded_by(code: str) -> set[str]:
    """Top-level names of all modules that a fresh interpreter has after running `code`."""
    report = "import json, sys; print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    modules = loaded_by(
        "import sys; sys.argv = ['fdelab', '--help']\n"
        "from labs.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    assert modules & HEAVY == set()


def _modules(package: str) -> list[str]:
    names = []
    for file in sorted((ROOT / package).rglob("*.py")):
        module = file.relative_to(ROOT).with_suffix("").parts
        if module[:2] != ("scenarios", "library") and module[-1] != "__main__" and module[:2] != ("labs", "tui"):
            names.append(".".join(module[:-1] if module[-1] == "__init__" else module))
    return names


@pytest.mark.parametrize("package", ["labs", "grader", "simulator", "scenarios"])
def test_only_the_terminal_app_loads_textual(package: str) -> None:
    assert "textual" not in loaded_by("\n".join(f"import {module}" for module in _modules(package)))


WORKERS_NEED = (HEAVY | {"click", "pydantic", "yaml", "psutil"}) - {"textual"}


def test_the_app_is_painted_without_loading_what_its_workers_need() -> None:
    """The interpreter draws the app while it imports: what takes long is for workers, once the place is painted."""
    code = "from labs.tui import app, local_backend, places\nplaces.PLACES['catalogue'].open()"
    assert loaded_by(code) & WORKERS_NEED == set()


def test_places_are_entered_without_loading_what_their_workers_need() -> None:
    """But for Pydantic, which the events of a world are models of; by then the first place's worker has loaded it."""
    code = "from labs.tui import app, local_backend, places\nfor place in places.PLACES:\n    place.open()"
    assert loaded_by(code) & WORKERS_NEED <= {"pydantic"}


@pytest.mark.parametrize("process", ["simulator.field.__main__", "simulator.parts.host", "simulator.keeper.keeper"])
def test_a_process_of_a_world_loads_no_kind_before_its_scenario_names_one(process: str) -> None:
    """Nor what any of them leans on, nor YAML: a scenario comes as JSON."""
    code = (
        f"import sys, {process}\n"
        "from simulator.faults import FAULTS\nfrom simulator.parts import PARTS\n"
        "from simulator.workloads import WORKLOADS\n"
        "homes = [home.partition(':')[0] for kinds in (FAULTS, PARTS, WORKLOADS) for home in kinds._homes.values()]\n"
        "assert len(homes) > 35\n"
        "loaded = {*homes} & {*sys.modules}\nassert not loaded, loaded"
    )
    assert loaded_by(code) & {"numpy", "lxml", "psycopg", "asyncssh", "faker", "fastapi", "yaml", "duckdb"} == set()


def test_grading_loads_no_runtime() -> None:
    assert loaded_by("import grader") & {"docker", "testcontainers", "textual"} == set()


def test_import_contracts_are_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache", "--no-logo"], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
