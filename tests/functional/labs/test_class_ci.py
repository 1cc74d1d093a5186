"""CI for a class: the action's and the templates' own commands, run here on a toy scenario."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import junitparser
import pytest
import yaml

from labs.cli.app import fdelab
from tests import toys

ROOT = Path(__file__).parents[3]
CI = ROOT / "curriculum" / "ci"
SECRET = "sixteen bytes or more"

pytestmark = pytest.mark.xdist_group("labs-class_ci")


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario, and a learner's repository that has laid traps: a report, and a folder named like the scenario."""
    place = tmp_path_factory.mktemp("class")
    toys.scenario(place / "toy", checks=[*toys.CHECKS, toys.CHECKS[0] | {"id": "kept", "hidden": True, "says": "Shh"}])
    toys.deployment(place / "repo", {"app/main.py": toys.ASGI, "toy/scenario.yaml": "forged: true"})
    toys.deployment(place / "precious", {"report.junit.xml": "forged"})
    (place / "repo" / "fdelab-reports").symlink_to(place / "precious")
    return place


def environment(place: Path, **more: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "FDELAB_STATE": str(place / "state")} | more


def bash(script: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=cwd, env=env, capture_output=True, text=True,
                          timeout=120)  # fmt: skip


def test_the_actions_own_step_examines_and_publishes_no_secret(place: Path) -> None:
    (step,) = [step for step in parsed(ROOT / "action.yml")["runs"]["steps"] if step["name"] == "Exam"]
    assert "${{" not in step["run"]
    given = {"SCENARIO": str(place / "toy"), "WORKSPACE": ".", "RUNTIME": "local", "LEARNER": "ada", "ATTEMPT": "2",
             "FDELAB_CLASS_SECRET": SECRET}  # fmt: skip
    assert set(given) == set(step["env"])
    runner = {"RUNNER_TEMP": str(place / "runner"), "GITHUB_ACTION_PATH": str(ROOT),
              "EVIDENCE": str(place / "evidence"),
              "GITHUB_STEP_SUMMARY": str(place / "summary.md")}  # fmt: skip
    done = bash(step["run"], place / "repo", environment(place, **given, **runner))
    assert done.returncode == 1, done.stdout + done.stderr

    from labs.seeding import class_seed

    seed = json.loads((place / "evidence" / "run.json").read_text())["seed"]
    assert seed == class_seed(SECRET.encode(), "little", "ada", 2)
    reports = place / "runner" / "fdelab-reports"
    assert {file.name for file in reports.iterdir()} == {
        "report.github.txt", "report.junit.xml", "report.md", "report.json",
    }  # fmt: skip
    published = done.stdout + done.stderr + "".join(file.read_text("utf-8") for file in reports.iterdir())
    assert [word for word in (str(seed), SECRET, "Shh") if word in published] == []
    assert "kept" in published
    assert "::error title=" in done.stdout
    assert (place / "summary.md").read_text("utf-8") == (reports / "report.md").read_text("utf-8")


def test_gitlabs_own_command_replaces_a_forged_report(place: Path) -> None:
    job = parsed(CI / "gitlab.yml")[".fdelab-exam"]
    reports = job["artifacts"]["paths"][0]
    assert job["artifacts"]["reports"]["junit"].startswith(reports)
    command = job["script"][-1]
    env = environment(place, SCENARIO=str(place / "toy"), WORKSPACE=".", RUNTIME="local", LEARNER="a", ATTEMPT="1",
                      CI_PROJECT_DIR=str(place / "repo"))  # fmt: skip
    (place / "opt").mkdir()
    (place / "opt" / "fdelab").symlink_to(ROOT)
    done = bash(command, place / "opt", env)
    assert done.returncode == 1, done.stderr
    junit = (place / "repo" / reports / "report.junit.xml").read_bytes()
    (suite,) = junitparser.JUnitXml.fromstring(junit)
    assert suite.failures >= 1
    assert (place / "precious" / "report.junit.xml").read_text() == "forged", "the link went, not what it led to"


def test_a_workspace_that_leads_elsewhere_is_no_submission(place: Path) -> None:
    (place / "link").symlink_to(place / "repo")
    argv = [str(CI / "exam.sh"), str(place / "toy"), str(place / "link"), str(place / "none"), "text"]
    done = subprocess.run(argv, env=environment(place), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "symbolic link" in done.stderr
    assert not (place / "none").exists()


def gradescope(place: Path, files: dict[str, str], learner: int) -> dict[str, Any]:
    """What Gradescope finds after `run_autograder`."""
    base = place / f"gradescope-{learner}"
    source = base / "source"
    source.mkdir(parents=True)
    (source / "fdelab").symlink_to(ROOT)
    (source / "exam.conf").write_text(f"SCENARIO={place / 'toy'}\nRUNTIME=local\nexport CI=\n")
    (source / "class-secret").write_text(SECRET)
    (base / "submission_metadata.json").write_text(json.dumps({"users": [{"id": learner}], "previous_submissions": []}))
    toys.deployment(base / "submission", files)
    done = subprocess.run([str(CI / "gradescope" / "run_autograder")], env=environment(place, AUTOGRADER=str(base)),
                          capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads((base / "results" / "results.json").read_text())
    return results


def test_gradescope_gets_its_results(place: Path) -> None:
    results = gradescope(place, {"app/main.py": toys.ASGI}, learner=1)
    assert results["score"] == 0.0
    assert [test["name"] for test in results["tests"]][-1] == "reliability: kept"
    assert "Shh" not in json.dumps(results)


def test_a_submission_that_gradescope_cannot_take_is_a_zero_with_the_reason(place: Path) -> None:
    results = gradescope(place, {"elsewhere.py": ""}, learner=2)
    assert results["score"] == 0
    assert "none of the files" in results["output"]


@pytest.mark.parametrize("file", ["example/.github/workflows/exam.yml", "example/.gitlab-ci.yml"])
def test_a_teacher_writes_ten_lines_and_no_input_that_is_not_there(file: str) -> None:
    text = (CI / file).read_text("utf-8")
    assert len(text.splitlines()) <= 10
    content = parsed(CI / file)
    if "jobs" in content:
        used = content["jobs"]["exam"]["steps"][-1]["with"]
        assert set(used) <= set(parsed(ROOT / "action.yml")["inputs"])
    else:
        (job,) = [job for name, job in content.items() if name != "include"]
        template = parsed(CI / "gitlab.yml")
        assert set(job["variables"]) <= set(template[job["extends"]]["variables"])


@pytest.mark.parametrize("script", ["exam.sh", "gradescope/setup.sh", "gradescope/run_autograder"])
def test_scripts_are_sound_and_say_what_fdelab_knows(script: str) -> None:
    assert os.access(CI / script, os.X_OK)
    assert subprocess.run(["bash", "-n", CI / script]).returncode == 0
    exam = fdelab.get_command(click.Context(fdelab), "exam")
    assert exam is not None
    known = {name for param in exam.params for name in param.opts}
    said = "\n".join(line for line in (CI / script).read_text("utf-8").splitlines() if "fdelab exam" in line)
    assert set(re.findall(r"(?<=\s)--[a-z-]+", said)) <= known
