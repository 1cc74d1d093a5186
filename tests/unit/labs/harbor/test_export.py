"""What a task of Harbor is made of, for each engagement of the library; and what cannot be one."""

import filecmp
import json
import os
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from labs.base.errors import UsageProblem
from labs.cli.export import harbor
from labs.engagement.engagement import begin
from labs.harbor import verify
from labs.harbor.export import Exported, export
from labs.harbor.task import Kind
from labs.library import catalogue
from labs.library.catalogue import REFERENCE, UNTOUCHED, Entry
from scenarios import variants
from tests.unit.labs import little

IMAGES = {"site": "fdelab/site:abc", "workbench": "fdelab/workbench:def"}
SCHEMA = json.loads(Path(__file__).with_name("task-schema-0.26.0.json").read_bytes())
"""Harbor's own (Apache-2.0), as `harbor task schema` of 0.26.0 prints it."""
HARBORS_PYTHON = "FDELAB_HARBOR"
"""A Python that can import `harbor`; on 3.11 its wheel is unpacked there, with what its models import."""


def exported(name: str, folder: Path, **more: Any) -> Exported:
    return export(catalogue.find(name), Kind(**more), folder, IMAGES)


@pytest.fixture(scope="module", params=catalogue.slugs())
def task(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Entry, Path]:
    folder = tmp_path_factory.mktemp("harbor") / "new"
    exported(request.param, folder)
    return catalogue.find(request.param), folder


def toml(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "task.toml").read_text("utf-8"))


def unknown(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Fields that Harbor does not know, which it takes in silence."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    kind = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else None
    # What is written as text alone must not swallow a table.
    choices = [one for one in schema.get("anyOf", ()) if kind is not None and one.get("type", "object") == kind]
    if choices:
        yield from min(([*unknown(value, one, at)] for one in choices), key=len)
    elif isinstance(value, dict) and "properties" in schema:
        for key, inner in value.items():
            known = schema["properties"].get(key)
            yield from unknown(inner, known, f"{at}.{key}") if known is not None else [f"{at}.{key}"]
    elif isinstance(value, list):
        for inner in value:
            yield from unknown(inner, schema.get("items", {}), f"{at}[]")


def test_harbor_knows_all_that_it_is_told(task: tuple[Entry, Path]) -> None:
    entry, folder = task
    told = toml(folder)
    jsonschema.validate(told, SCHEMA)
    assert [*unknown(told, SCHEMA)] == []
    assert told["schema_version"] == "1.4"
    assert told["task"]["name"] == f"fdelab/{entry.scenario.id}"
    assert (told["verifier"]["environment_mode"], told["verifier"]["user"]) == ("separate", "root")
    assert told["verifier"]["env"] == {"FDELAB_SEED": "${FDELAB_SEED:-}"}
    assert [one["source"] for one in told["artifacts"]] == ["/workspace"]
    assert told["environment"]["network_mode"] == told["verifier"]["environment"]["network_mode"] == "no-network"
    lap = sum(phase.lasts for phase in entry.scenario.covering()[-1].phases)
    assert told["verifier"]["timeout_sec"] > 2 * lap * verify.TRIES


def test_the_walk_finds_what_harbor_does_not_know() -> None:
    assert [*unknown({"agent": {"timeout_secs": 1}, "artifacts": [{"sources": "x"}]}, SCHEMA)] == [
        ".agent.timeout_secs",
        ".artifacts[].sources",
    ]


CHECK = """
import sys, typing
from pathlib import Path
if not hasattr(typing, "override"):  # Python 3.11
    import typing_extensions
    for name in ("override", "TypedDict", "NotRequired"):
        setattr(typing, name, getattr(typing_extensions, name))
from harbor.lint.models import DEFAULT_RULES
from harbor.lint.task import lint_task
from harbor.models.task.config import TaskConfig
from harbor.models.task.paths import TaskPaths
from harbor.models.task.verifier_mode import resolve_verifier_environment_definition
folder = Path(sys.argv[1])
config = TaskConfig.model_validate_toml((folder / "task.toml").read_text())
verifier = resolve_verifier_environment_definition(config, TaskPaths(folder))
found = [str(one) for one in lint_task(folder, selected_rules=DEFAULT_RULES)]
print(verifier.directory.name, verifier.bundled_tests, found)
"""


@pytest.mark.skipif(HARBORS_PYTHON not in os.environ, reason=f"{HARBORS_PYTHON} names no Python with Harbor")
def test_harbors_own_model_and_rules_take_it(task: tuple[Entry, Path]) -> None:
    done = subprocess.run(
        [os.environ[HARBORS_PYTHON], "-c", CHECK, task[1]],
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("tests True []", 0), done.stderr


def test_the_agent_has_what_a_learner_gets_and_no_more(task: tuple[Entry, Path], tmp_path: Path) -> None:
    entry, folder = task
    place = folder / "environment"
    assert {one.name for one in place.iterdir()} == {"Dockerfile", "briefing.md", "incident", "workspace"}
    learners, _ = begin(entry, tmp_path / "learners", seed=0)
    for name in ("incident", "workspace"):
        ours, theirs = ({*variants.files(one / name)} for one in (place, learners.folder))
        assert ours - theirs == ({Path(verify.SENTINEL)} if name == "workspace" else set())
        assert filecmp.cmpfiles(place / name, learners.folder / name, theirs, shallow=False)[1:] == ([], [])


def test_nothing_of_the_examiner_is_told_to_the_agent(task: tuple[Entry, Path]) -> None:
    entry, folder = task
    place = folder / "environment"
    mine = [file for file in place.rglob("*") if file.is_file() and "incident" not in file.relative_to(place).parts]
    pages = [file.read_text("utf-8", errors="replace") for file in mine]
    instruction = (folder / "instruction.md").read_text("utf-8")
    for check in entry.scenario.checks:
        assert not [page for page in pages if check.says in page]
        for secret in (check.hint, check.sql, check.says if check.hidden else None):
            assert secret is None or not [page for page in (*pages, instruction) if secret in page]
    for name in ("scenario.yaml", "people.yaml", "debrief.md", "calibration.json", "shortcuts", "labs", "examiner"):
        assert not [*place.rglob(name)]


def test_the_instruction_says_what_to_repair_and_how_it_is_examined(task: tuple[Entry, Path]) -> None:
    entry, folder = task
    text = (folder / "instruction.md").read_text("utf-8")
    assert "canary" in text.splitlines()[0]
    assert ("/workspace/brief.yaml" in text) == (entry.scenario.brief is not None)
    head, _, _ = text.partition("## How it is examined")
    assert all(head.count(f"`{glob}`") == 1 for glob in entry.scenario.deployment.editable)
    assert all(
        check.hidden or check.optional or " ".join(check.says.split()) in text for check in entry.scenario.checks
    )
    assert entry.briefing.read_text("utf-8").strip().splitlines()[-1] in text


def test_the_verifier_has_the_very_engagement(task: tuple[Entry, Path]) -> None:
    entry, folder = task
    ours = folder / "tests" / "fdelab"
    assert [one.name for one in (ours / "scenarios" / "library").iterdir()] == [entry.scenario.id]
    there = catalogue.find(str(ours / "scenarios" / "library" / entry.scenario.id))
    assert (there.hash, there.code, there.calibration()) == (entry.hash, entry.code, entry.calibration())
    assert (ours / "labs" / "cli" / "exam.py").is_file() and (ours / "grader").is_dir()
    assert not (ours / "labs" / "tui").exists() and not (ours / "curriculum" / "ci").exists()
    told = (folder / "tests" / "test.sh").read_text("utf-8").splitlines()[-1].split()
    families = {check.family for check in entry.scenario.checks}
    assert told[4:] == [entry.scenario.id, *sorted(families)]
    assert (folder / "tests" / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()


def test_the_oracle_is_the_reference(task: tuple[Entry, Path], tmp_path: Path) -> None:
    entry, folder = task
    entry.materialise(REFERENCE, tmp_path / "reference")
    there = {*variants.files(tmp_path / "reference")}
    assert {*variants.files(folder / "solution" / "reference")} == there
    assert filecmp.cmpfiles(folder / "solution" / "reference", tmp_path / "reference", there, shallow=False)[1:] == (
        [],
        [],
    )


def test_the_same_engagement_gives_the_same_bytes_whatever_the_umask(task: tuple[Entry, Path], tmp_path: Path) -> None:
    entry, folder = task
    before = os.umask(0o077)
    try:
        made = exported(entry.name, tmp_path / "again")
    finally:
        os.umask(before)
    assert {*made.files} == {*variants.files(folder)}
    for file in made.files:
        one, other = folder / file, made.folder / file
        assert one.read_bytes() == other.read_bytes() and one.stat().st_mode == other.stat().st_mode, file


def test_images_and_seed_are_named_in_its_page(tmp_path: Path) -> None:
    exported("first-day", tmp_path / "new", seed=7)
    page = (tmp_path / "new" / "README.md").read_text("utf-8")
    for word in (*IMAGES.values(), "fdelab images build", "Python 3.12", "seed 7", "FDELAB_SEED=N", "no-network"):
        assert word in page
    assert toml(tmp_path / "new")["verifier"]["env"] == {"FDELAB_SEED": "${FDELAB_SEED:-7}"}
    assert f"FROM {IMAGES['workbench']}" in (tmp_path / "new" / "environment" / "Dockerfile").read_text("utf-8")
    assert f"FROM {IMAGES['site']}" in (tmp_path / "new" / "tests" / "Dockerfile").read_text("utf-8")


def test_without_a_registry_compose_cuts_the_network(tmp_path: Path) -> None:
    exported("first-day", tmp_path / "new", offline=True)
    told = toml(tmp_path / "new")
    assert told["environment"]["network_mode"] == told["verifier"]["environment"]["network_mode"] == "public"
    for place in ("environment", "tests"):
        assert "network_mode: none" in (tmp_path / "new" / place / "docker-compose.yaml").read_text("utf-8")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(UsageProblem, match="not empty"):
        exported("first-day", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
    with pytest.raises(UsageProblem, match="cannot be written"):
        exported("first-day", tmp_path / "mine" / "new")


def test_an_engagement_of_ones_own_needs_no_letter_and_no_incident(tmp_path: Path) -> None:
    own = little.tempt(little.make(tmp_path / "little"))
    (own / "briefing.md").unlink()
    exported(str(own), tmp_path / "new")
    assert {one.name for one in (tmp_path / "new" / "environment").iterdir()} == {"Dockerfile", "workspace"}
    assert "COPY workspace /workspace\nRUN chown" in (tmp_path / "new" / "environment" / "Dockerfile").read_text(
        "utf-8"
    )
    assert "/incident" not in (tmp_path / "new" / "instruction.md").read_text("utf-8")


def test_without_a_reference_there_is_no_oracle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Entry, "uses", lambda _self: [UNTOUCHED])
    with pytest.raises(UsageProblem, match="no reference"):
        exported("first-day", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_word_of_another_package_is_in_no_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.base.fingerprint.modules", lambda _scenario: frozenset({"fdelab_cranes.part"}))
    with pytest.raises(UsageProblem, match="fdelab_cranes"):
        exported("first-day", tmp_path / "new")


def test_the_command_tells_programs_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.library.compose.export.tags", lambda: IMAGES)
    done = CliRunner().invoke(harbor, ["first-day", str(tmp_path / "new"), "--seed", "3", "--json"])
    told = json.loads(done.stdout)
    assert (told["folder"], told["images"], told["seed"]) == (str(tmp_path / "new"), IMAGES, 3)
    assert {"task.toml", "instruction.md", "environment/workspace/.fdelab"} <= {*told["files"]}
