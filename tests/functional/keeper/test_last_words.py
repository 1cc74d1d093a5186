"""A process of ours that ends by itself says why where a person looks."""

from collections.abc import Callable
from pathlib import Path

from scenarios import loader
from tests.functional.keeper.conftest import LiveWorld
from tests.unit.labs import little


def test_a_site_that_does_not_start_says_why_in_the_laps_record(
    world: Callable[..., LiveWorld], tmp_path: Path
) -> None:
    db = {"part": "postgres", "with": {"setup": ["SELECT * FROM nowhere"]}}
    scenario = loader.load(little.make(tmp_path / "broken", site=little.scenario()["site"] | {"db": db}))
    live = world(laps=1, exam=True, scenario=scenario)
    live.process.wait(timeout=120)
    failed = live.run(1)["failed"]
    assert failed.startswith("site-db ended with exit code 1: ")
    assert "UndefinedTable" in failed
    assert live.until("failed")["reason"] == failed
