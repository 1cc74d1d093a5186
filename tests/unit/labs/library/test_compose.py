"""What is written for Docker Compose: of each engagement of the library, and of those that cannot be exported."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from labs.base.errors import UsageProblem
from labs.library import catalogue
from labs.library.compose.export import Exported, Wanted, export
from simulator.drawing import INCIDENT_SEED, drawn
from simulator.parts.config import HostConfig
from simulator.planner import plan
from simulator.standing import StandingConfig
from tests.unit.labs import little

IMAGES = {"site": "fdelab/site:abc", "workbench": "fdelab/workbench:def"}
ANSWERS = ("probes", "tells", "unchanged")
"""What parts are asked for the evidence alone."""


def exported(name: str, folder: Path, **more: Any) -> Exported:
    wanted = Wanted(catalogue.find(name), INCIDENT_SEED, 1.0)
    return export(replace(wanted, **more), folder, IMAGES)


def services(folder: Path) -> dict[str, Any]:
    document = yaml.safe_load((folder / "compose.yaml").read_text("utf-8"))
    assert list(document) == ["services"]  # docker-compose 1.29 knows no `name`, and `version` is obsolete
    found: dict[str, Any] = document["services"]
    return found


def written(made: Exported) -> dict[str, str]:
    """Everything but the customer's letter and the deployment, which a learner has anyway."""
    names = [file for file in made.files if file.name != "BRIEFING.md"]
    return {str(name): (made.folder / name).read_text("utf-8") for name in names}


@pytest.mark.parametrize("slug", catalogue.slugs())
def test_a_deployment_is_told_what_a_world_tells_it(slug: str, tmp_path: Path) -> None:
    exported(slug, tmp_path / "new")
    found = services(tmp_path / "new")
    scenario = catalogue.find(slug).scenario
    planned = plan(scenario, "session", tmp_path, tmp_path, "token", tmp_path, seed=INCIDENT_SEED)
    for process in planned.of("deployment"):
        service = found[process.name]
        assert service["environment"].keys() == process.env.keys() | {"HOME", "OMP_NUM_THREADS"}
        assert service["environment"]["CLOCK_URL"] == "http://clock:7001"
        assert not [word for word in (*service["command"], *service["environment"].values()) if "{" in word]
        assert service["image"] == IMAGES["workbench"]
        assert service["depends_on"] == {"clock": {"condition": "service_healthy"}}


@pytest.mark.parametrize("slug", catalogue.slugs())
def test_every_part_is_there_and_nothing_is_open_to_other_machines(slug: str, tmp_path: Path) -> None:
    made = exported(slug, tmp_path / "new")
    found = services(tmp_path / "new")
    aliases = {
        alias
        for service in found.values()
        for alias in service.get("networks", {}).get("default", {}).get("aliases", ())
    }
    scenario = catalogue.find(slug).scenario
    assert scenario.site.keys() <= aliases
    assert all(port.startswith("127.0.0.1:") for service in found.values() for port in service["ports"])
    assert [one.name for one in made.composed.published] == [*scenario.site, *scenario.deployment.services, "clock"]
    assert len({one.port for one in made.composed.published}) == len(made.composed.published)


@pytest.mark.parametrize("slug", catalogue.slugs())
def test_the_configs_are_those_that_their_readers_take(slug: str, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    exported(slug, folder)
    clock = StandingConfig.model_validate_json((folder / "config" / "clock.json").read_bytes())
    scenario = drawn(catalogue.find(slug).scenario, INCIDENT_SEED)
    assert (clock.seed, clock.starts, clock.pace) == (INCIDENT_SEED, scenario.clock.starts, 1.0)
    hosts = [HostConfig.model_validate_json((folder / "config" / f"{name}.json").read_bytes()) for name in clock.site]
    assert {part.name for host in hosts for part in host.parts} == scenario.site.keys()
    assert {host.token for host in hosts} == {clock.token}
    assert all((folder / "files").is_dir() for host in hosts if host.files is not None)
    for name in clock.site:
        assert f"./config/{name}.json:/run/fdelab/config.json:ro" in services(folder)[name]["volumes"]


@pytest.mark.parametrize("slug", catalogue.slugs())
def test_nothing_of_the_examiner_is_in_it(slug: str, tmp_path: Path) -> None:
    made = exported(slug, tmp_path / "new")
    entry = catalogue.find(slug)
    texts = "\n".join(written(made).values())
    for check in entry.scenario.checks:
        assert check.says not in texts
        assert not check.hint or check.hint not in texts
        assert not check.sql or check.sql not in texts
    for name in ("scenario.yaml", "people.yaml", "debrief.md", "calibration.json", "solution", "shortcuts", "business"):
        assert not list((tmp_path / "new").rglob(name))
    configs = [json.loads(text) for name, text in written(made).items() if name.startswith("config/")]
    assert all(
        config.keys() <= HostConfig.model_fields.keys() | StandingConfig.model_fields.keys() for config in configs
    )
    params = [part["params"] for config in configs for part in config.get("parts", ())]
    assert not [name for given in params for name in ANSWERS if name in given]


def test_everybody_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    import os

    before = os.umask(0o077)
    try:
        exported("first-day", tmp_path / "new")
    finally:
        os.umask(before)
    for path in (tmp_path / "new").rglob("*"):
        wanted = 0o755 if path.is_dir() else 0o644
        assert path.stat().st_mode & wanted == wanted, path


def test_the_page_says_logins_images_and_what_is_missing(tmp_path: Path) -> None:
    exported("phantom-stock", tmp_path / "new", pace=60.0)
    page = (tmp_path / "new" / "README.md").read_text("utf-8")
    assert "WMS_URL='postgresql://loader:loader-7@127.0.0.1:18001/wms'" in page
    assert IMAGES["site"] in page and "fdelab images build" in page
    assert "60 times as fast" in page
    for word in ("No faults", "No traffic", "No grading", "What not to read", "which is the incident's"):
        assert word in page
    assert "{" not in page.replace('{"now": …, "rate": …}', "")


def test_a_deployment_of_ones_own_stays_where_it_is(tmp_path: Path) -> None:
    own = tmp_path / "my: $HOME"
    own.mkdir()
    exported("first-day", tmp_path / "new", workspace=own)
    assert not (tmp_path / "new" / "workspace").exists()
    assert services(tmp_path / "new")["shop"]["volumes"] == [
        {"type": "bind", "source": str(own).replace("$", "$$"), "target": "/app", "read_only": True}
    ]


def test_another_seed_is_another_customers_day(tmp_path: Path) -> None:
    exported("eighty-five-resolved", tmp_path / "one", seed=1)
    exported("eighty-five-resolved", tmp_path / "two", seed=2)
    one, two = ((tmp_path / name / "config" / "site.json").read_text("utf-8") for name in ("one", "two"))
    assert json.loads(one)["parts"] != json.loads(two)["parts"]


@pytest.mark.parametrize("place", ["full", "file"])
def test_a_folder_with_something_in_it_is_left_alone(place: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    (tmp_path / "file").touch()
    with pytest.raises(UsageProblem, match="not empty"):
        exported("first-day", tmp_path / place)
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine"]


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageProblem, match="cannot be written"):
        exported("first-day", tmp_path / "file" / "new")
    with pytest.raises(UsageProblem, match="is no folder"):
        exported("first-day", tmp_path / "new", workspace=tmp_path / "file")


@pytest.mark.parametrize("pace", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clock_has_a_pace(pace: float, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no pace"):
        exported("first-day", tmp_path / "new", pace=pace)


def test_without_systems_there_is_nothing_to_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from labs.library.compose import export as module

    entry = catalogue.find("first-day")
    bare = drawn(entry.scenario, 1).model_copy(update={"site": {}})
    monkeypatch.setattr(module, "drawn", lambda *_: bare)
    with pytest.raises(UsageProblem, match="no systems of the customer's"):
        export(Wanted(entry, 1, 1.0), tmp_path / "new", IMAGES)
    assert not (tmp_path / "new").exists()


def test_a_part_of_another_package_is_in_no_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.parts.rest_api.params import RestParams

    monkeypatch.setattr(RestParams, "__module__", "fdelab_cranes.part")
    with pytest.raises(UsageProblem, match="of another package"):
        exported("first-day", tmp_path / "new")


def test_a_service_with_a_name_of_the_sites_is_refused(tmp_path: Path) -> None:
    folder = little.make(tmp_path / "little")
    text = (folder / "scenario.yaml").read_text("utf-8").replace("promise-api", "site")
    (folder / "scenario.yaml").write_text(text, "utf-8")
    with pytest.raises(UsageProblem, match="is called 'site'"):
        exported(str(folder), tmp_path / "new")
