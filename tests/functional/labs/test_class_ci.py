"""CI for a class: the action's and the templates' own commands, run here on a toy scenario."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import click
import junitparser
import pytest
import yaml

from labs.cli.app import fdelab
from tests import toys
from tests.unit.labs import little

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
    hidden = toys.CHECKS[0] | {"id": "kept", "hidden": True, "says": "Shh"}
    little.endure(toys.scenario(place / "toy", checks=[*toys.CHECKS, hidden]))
    toys.deployment(place / "repo", {"app/main.py": toys.ASGI, "toy/scenario.yaml": "forged: true"})
    toys.deployment(place / "precious", {"report.junit.xml": "forged"})
    (place / "repo" / "fdelab-reports").symlink_to(place / "precious")
    return place


def environment(place: Path, **more: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # The local runtime trusts what it runs, and in CI says no.
    return os.environ | {"PATH": path, "FDELAB_STATE": str(place / "state"), "CI": "false"} | more


def bash(script: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=cwd, env=env, capture_output=True, text=True,
                          timeout=240)  # fmt: skip


def test_the_actions_own_step_examines_and_publishes_no_secret(place: Path) -> None:
    (step,) = [step for step in parsed(ROOT / "action.yml")["runs"]["steps"] if step["name"] == "Exam"]
    assert "${{" not in step["run"]
    given = {"SCENARIO": str(place / "toy"), "WORKSPACE": ".", "RUNTIME": "local", "LEARNER": "class/ada",
             "ATTEMPT": "2", "FDELAB_CLASS_SECRET": SECRET}  # fmt: skip
    assert set(given) == set(step["env"])
    runner = {"RUNNER_TEMP": str(place / "runner"), "GITHUB_ACTION_PATH": str(ROOT),
              "EVIDENCE": str(place / "evidence"),
              "GITHUB_OUTPUT": str(place / "output"),
              "GITHUB_STEP_SUMMARY": str(place / "summary.md")}  # fmt: skip
    done = bash(step["run"], place / "repo", environment(place, **given, **runner))
    assert done.returncode == 1, done.stdout + done.stderr

    from labs.exam.seeding import class_seed

    seed = json.loads((place / "evidence" / "examiner" / "run.json").read_text())["seed"]
    assert seed == class_seed(SECRET.encode(), "little", "class/ada", 2)
    reports = place / "runner" / "fdelab-reports"
    assert {file.name for file in reports.iterdir()} == {
        "report.github.txt", "report.junit.xml", "report.md", "report.json",
    }  # fmt: skip
    published = done.stdout + done.stderr + "".join(file.read_text("utf-8") for file in reports.iterdir())
    assert [word for word in (str(seed), SECRET, "Shh") if word in published] == []
    assert "kept" in published
    assert "::error title=" in done.stdout
    artifact = (place / "output").read_text().strip()
    assert artifact.startswith("artifact=fdelab-reports-")
    assert artifact.endswith("toy-class%2Fada"), "another one for each learner of a run"
    assert not set(artifact) & set('":<>|*?\\/'), "no name of an artifact has these"
    assert (place / "summary.md").read_text("utf-8") == (reports / "report.md").read_text("utf-8")


def test_gitlabs_own_command_replaces_a_forged_report(place: Path) -> None:
    job = parsed(CI / "gitlab.yml")[".fdelab-exam"]
    reports = job["artifacts"]["paths"][0]
    assert job["artifacts"]["reports"]["junit"].startswith(reports)
    command = "\n".join(job["script"][-2:]).replace("/opt/", f"{place}/opt/")
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
    (place / "week1").mkdir()
    (place / "week1" / "toy").symlink_to(place / "repo")
    toys.deployment(place / "repo" / "workspace", {"app/main.py": toys.ASGI})
    for workspace in (str(place / "link"), "link", "week1/toy/workspace"):
        done = exam_sh(place, str(place / "toy"), workspace, CI="true")
        assert done.returncode == 2
        assert "a symbolic link leads" in done.stderr
        assert "a symbolic link leads" in json.loads((place / "reports" / "refused.json").read_text())["refused"]


def exam_sh(place: Path, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(place / "reports", ignore_errors=True)
    words = [str(CI / "exam.sh"), *argv, "reports", "text", "--runtime", "docker"]
    return subprocess.run(words, cwd=place, env=environment(place, **env), capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize(
    ("scenario", "workspace", "env", "told", "refused"),
    [
        ("toy", "repo", {"FDELAB_CLASS_SECRET": SECRET}, "set LEARNER and ATTEMPT", False),
        ("toy", "repo", {"FDELAB_CLASS_SECRET": "short", "LEARNER": "a", "ATTEMPT": "1"}, "fewer than 16", False),
        ("toy", "", {}, "which workspace?", False),
        ("toy", "nowhere", {}, "nowhere is no folder", True),
        ("toy", "precious", {}, "none of the files", True),
        ("tyo", "repo", {}, "there is no", False),
    ],
)
def test_mistakes_end_with_2_and_only_a_submission_that_cannot_be_taken_is_the_learners(
    place: Path, scenario: str, workspace: str, env: dict[str, str], told: str, refused: bool
) -> None:
    done = exam_sh(place, str(place / scenario), workspace, **env)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert (place / "reports" / "refused.json").exists() is refused


def test_the_empty_folder_that_git_makes_of_a_repository_within_a_repository_says_what_it_is(
    place: Path, tmp_path: Path
) -> None:
    toys.deployment(tmp_path / "class" / "workspace", {"app/main.py": toys.ASGI})
    git = "git -c user.name=a -c user.email=a -c init.defaultBranch=main"
    commit = f"{git} init -q && {git} add . 2>/dev/null && {git} commit -q -m as-handed-over"
    made = bash(f"(cd class/workspace && {commit}) && cd class && {commit} && {git} clone -q . ../checkout",
                tmp_path, environment(place))  # fmt: skip
    assert made.returncode == 0, made.stderr
    done = exam_sh(place, str(place / "toy"), str(tmp_path / "checkout" / "workspace"))
    assert done.returncode == 2
    assert "is empty" in done.stderr
    assert "repository within a repository" in done.stderr


def gradescope(
    place: Path, files: dict[str, str], learner: int, scenario: str = "toy", secret: str = SECRET
) -> dict[str, Any]:
    """What Gradescope finds after `run_autograder`."""
    base = place / f"gradescope-{learner}"
    source = base / "source"
    source.mkdir(parents=True)
    (source / "fdelab").symlink_to(ROOT)
    (source / "exam.conf").write_text(f"SCENARIO={place / scenario}\nRUNTIME=local\nexport CI=false\n")
    (source / "class-secret").write_text(secret)
    (base / "submission_metadata.json").write_text(json.dumps({"users": [{"id": learner}], "previous_submissions": []}))
    toys.deployment(base / "submission", files)
    done = subprocess.run([str(CI / "gradescope" / "run_autograder")], env=environment(place, AUTOGRADER=str(base)),
                          capture_output=True, text=True, timeout=240)  # fmt: skip
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


@pytest.mark.parametrize(("learner", "mistake", "told"), [
    (3, {"scenario": "tyo"}, "there is no"), (4, {"secret": "short"}, "fewer than 16 bytes"),
])  # fmt: skip
def test_a_mistake_of_the_teachers_gives_nobody_a_zero(
    place: Path, learner: int, mistake: dict[str, str], told: str
) -> None:
    results = gradescope(place, {"elsewhere.py": ""}, learner, **mistake)
    assert "score" not in results
    assert told in results["output"]
    assert "tell your instructor" in results["output"]


def test_gradescopes_image_says_when_its_python_is_too_old(place: Path, tmp_path: Path) -> None:
    for name, script in (("apt-get", "case $* in *python3.1*) exit 100;; esac"), ("python3", "exit 1")):
        file = toys.deployment(tmp_path, {name: f"#!/bin/bash\n{script}\n"}) / name
        file.chmod(0o755)
    env = environment(place, AUTOGRADER=str(tmp_path)) | {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run([CI / "gradescope" / "setup.sh"], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "choose a base image" in done.stderr


class Asks(BaseHTTPRequestHandler):
    """A server of repositories that wants to know who asks."""

    asked: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers["Authorization"])
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def test_gitlabs_token_is_for_gitlab_alone(place: Path) -> None:
    (fetch,) = [line for line in parsed(CI / "gitlab.yml")[".fdelab-exam"]["script"] if line.startswith("fetch()")]
    with ThreadingHTTPServer(("127.0.0.1", 0), Asks) as server:
        Thread(target=server.serve_forever).start()
        port = server.server_port
        env = environment(place, CI_SERVER_URL=f"http://127.0.0.1:{port}", CI_JOB_TOKEN="token", NO_PROXY="*",
                          GIT_TERMINAL_PROMPT="0", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")  # fmt: skip
        for host in ("localhost", "127.0.0.1"):
            assert bash(f"{fetch}\nfetch http://{host}:{port}/class/fdelab.git here", place, env).returncode != 0
        server.shutdown()
    sent = base64.b64encode(b"gitlab-ci-token:token").decode()
    assert [one for one in Asks.asked if one] == [f"Basic {sent}"]


def test_what_grades_on_gitlab_is_closed_before_an_exam() -> None:
    *before, _, exam = parsed(CI / "gitlab.yml")[".fdelab-exam"]["script"]
    assert "exam.sh" in exam
    assert {"chmod -R go-rwx fdelab venv", 'chmod go-rwx "$CI_PROJECT_DIR"'} <= set(before)


@pytest.mark.parametrize("file", ["class/github.yml", "class/gitlab-ci.yml"])
def test_a_class_is_graded_by_a_job_that_names_each_learner(file: str) -> None:
    content = parsed(CI / file)
    job = content["jobs"]["grade"] if "jobs" in content else content["grade"]
    if "steps" in job:
        used = job["steps"][-1]["with"]
        assert set(used) <= set(parsed(ROOT / "action.yml")["inputs"])
        assert used["learner"] == "${{ matrix.learner }}"
        return
    template = parsed(CI / "gitlab.yml")[job["extends"]]["variables"]
    (matrix,) = job["parallel"]["matrix"]
    assert {*job["variables"], *matrix} <= set(template)
    assert "$LEARNER" in job["variables"]["SUBMISSION"]


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
