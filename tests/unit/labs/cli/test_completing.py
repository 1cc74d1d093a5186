"""What Tab offers."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from grader.reports.formats import FORMATS
from labs.base import paths
from labs.base.errors import UsageProblem
from labs.cli import completing
from labs.cli.app import COMMANDS, COMPLETES, COMPLETION, fdelab
from labs.cli.scenario import scenario as authoring
from labs.engagement.engagement import Engagement, begin
from labs.engagement.practice import jump, met
from labs.library.catalogue import find, slugs
from labs.library.curriculum.load import curriculum
from labs.library.reference import words
from labs.world.client import World
from tests.unit.labs import little

FDELAB = Path(sys.executable).with_name("fdelab")


def offered(*typed: str) -> list[str]:
    """For the last of the words."""
    *args, incomplete = typed
    return [item.value for item in ShellComplete(fdelab, {}, "fdelab", COMPLETES).get_completions(args, incomplete)]


@pytest.fixture
def inside(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Within an engagement's workspace; what its scenario says."""
    engagement, _ = begin(find(str(folder)), tmp_path / "mine")
    monkeypatch.chdir(engagement.workspace)
    return little.scenario()


def test_commands_are_offered_without_importing_one() -> None:
    assert offered("") == list(COMMANDS)
    assert offered("st") == ["start", "status", "stop"]
    assert offered("scenario", "") == list(authoring.lazy)
    code = f"""
import sys
from click.shell_completion import ShellComplete
from labs.cli.app import fdelab
assert ShellComplete(fdelab, {{}}, "fdelab", {COMPLETES!r}).get_completions([], "")
sys.exit(any(name.startswith("labs.cli.e") for name in sys.modules))
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("command", [("start",), ("exam",), ("debrief",), ("scenario", "show"), ("scenario", "verify"),
                                     ("scenario", "lint"), ("scenario", "new", "--from")], ids=" ".join)  # fmt: skip
def test_engagements(command: tuple[str, ...]) -> None:
    assert offered(*command, "") == slugs()
    assert offered(*command, "first") == ["first-day"]
    assert offered(*command, "./mine") == ["./mine"], "the shell goes on with folders"


def test_what_the_engagement_that_one_is_in_has(inside: dict[str, Any]) -> None:
    assert offered("hint", "") == [check["id"] for check in inside["checks"] if check.get("hint")] == ["dates-hold"]
    assert sorted(offered("ask", "")) == sorted(inside["people"])
    assert offered("logs", "") == list(inside["deployment"]["services"])
    assert offered("exam", "--use", "") == ["untouched", "reference", "alternative"]
    assert offered("exam", "first-day", "--use", "sh") == [], "what tempts is no learner's to know"
    assert offered("scenario", "verify", "first-day", "--only", "sh")[0] == "shortcut:by-what-is-likely"


def test_phases_are_offered_once_they_have_begun(inside: dict[str, Any]) -> None:
    assert offered("phase", "") == []
    engagement = Engagement.load(Path.cwd().parent)
    engagement.session = "0123abcd"
    engagement.save()
    world = World.find("0123abcd").files
    world.folder.mkdir(parents=True)
    lines = [{"kind": "starting"}, {"kind": "phase", "phase": "warm-up"}, {"kind": "jumping", "phase": "morning"}]
    world.events.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + '{"kind": "phase", "ph')
    assert offered("phase", "") == ["warm-up"]
    assert [phase.name for phase in met(engagement)] == ["warm-up"]
    with pytest.raises(UsageProblem) as told:
        jump(engagement, "mornin")
    assert "morning" not in str(told.value.remedy)
    said = CliRunner().invoke(fdelab, ["phase"])
    assert "warm-up" in said.output
    assert "morning" not in said.output


def test_all_phases_of_the_scenario_that_an_author_names_are_offered(tmp_path: Path) -> None:
    shuffled = [little.PHASES[0], {"shuffle": [little.PHASES[1], {"name": "noon", "lasts": "3s"}]}]
    folder = str(little.make(tmp_path / "little", phases=shuffled))
    assert offered("scenario", "preview", folder, "--phases", "") == ["warm-up", "morning", "noon"]
    assert offered("scenario", "preview", folder, "--phases", "noon,m") == ["noon,morning"]
    assert offered("scenario", "preview", folder, "--phases", "noon,n") == []
    assert offered("scenario", "preview", str(tmp_path / "none"), "--phases", "") == []


@pytest.mark.parametrize("command", ["hint", "phase", "ask", "logs"])
def test_outside_of_an_engagement_nothing_is_offered(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert offered(command, "") == []


@pytest.mark.parametrize("scenario", ["- not: a mapping", "checks: 3\nphases: [3]\npeople: 4\ndeployment: x", ":\n\t-"])
@pytest.mark.parametrize("command", ["hint", "phase", "ask", "logs"])
def test_a_scenario_that_is_broken_breaks_no_tab(
    command: str, scenario: str, inside: dict[str, Any], folder: Path
) -> None:  # fmt: skip
    (folder / "scenario.yaml").write_text(scenario, "utf-8")
    assert offered(command, "") == []


@pytest.mark.parametrize("name", slugs())
def test_deployments_are_those_that_ship(name: str) -> None:
    ship = sorted(find(name).uses())
    assert sorted(offered("scenario", "verify", name, "--only", "")) == ship
    assert sorted(offered("exam", name, "--use", "")) == [use for use in ship if not use.startswith("shortcut:")]
    assert offered("scenario", "verify", name, "--only", "ref") == ["reference"]


def test_modules_formats_and_words() -> None:
    assert sorted(offered("curriculum", "show", "")) == sorted(curriculum().syllabus.modules)
    assert offered("exam", "--format", "") == list(FORMATS)
    assert offered("regrade", "--format", "json,j") == ["json,junit"]
    assert offered("scenario", "words", "soap") == ["soap-erp"]
    assert set(offered("scenario", "words", "")) == {word["name"] for word in words()}
    assert offered("scenario", "words", "soap-erp.l") == ["soap-erp.latency", "soap-erp.lockout"]


def test_every_name_that_one_types_is_completed() -> None:
    """Of arguments and options that take a name, none is left out; free text and numbers are none."""
    free = {"question", "grep", "query", "headers", "body"}
    for lazy in (*COMMANDS.values(), *authoring.lazy.values()):
        command: click.Command = getattr(import_module(lazy.module), lazy.name)
        for param in command.params:
            if param.type is click.STRING and param.name not in free | {"runtimes", "learner", "class_secret"}:
                assert param._custom_shell_complete is not None, f"{command.name} {param.name}"


def test_titles_are_said_beside_names() -> None:
    items = completing.engagements(click.Context(fdelab), click.Argument(["x"]), "first")
    assert [item.help for item in items] == ["First day"]


@pytest.mark.parametrize(("file", "line"), COMPLETION.items())
def test_the_lines_that_switch_it_on_are_told_and_work(
    file: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fdelab.main(["--help"], standalone_mode=False) in (0, None)
    assert line in capsys.readouterr().out
    assert line in (paths.curriculum().parent / "docs" / "first-steps.md").read_text("utf-8")
    shell = line.partition(f"{COMPLETES}=")[2].partition("_")[0]
    env = {COMPLETES: f"{shell}_source", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([FDELAB], env=env, capture_output=True, text=True, check=True)
    assert f"{COMPLETES}={shell}_complete" in done.stdout
    assert shell in file


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["fdelab", "sta"], ["start", "status"]),
        (["fdelab", "start", "pr"], ["promise-dates"]),
        (["fdelab", "scenario", "verify", "first-day", "--only", "shortcut", ":", "co"], ["comma-to-point"]),
        (["fdelab", "scenario", "verify", "first-day", "--only", "shortcut", ":"],
         [place.name for place in sorted((paths.library() / "first-day" / "shortcuts").iterdir())]),
        (["fdelab", "exam", "first-day", "--format", "junit,m"], ["junit,markdown"]),
    ],
    ids=" ".join,
)  # fmt: skip
def test_bash_completes(typed: list[str], expected: list[str], tmp_path: Path) -> None:
    """With what click made for bash, and the words as bash parts them."""
    (tmp_path / "fdelab").symlink_to(FDELAB)
    script = f"""
PATH={tmp_path}:$PATH
{COMPLETION["~/.bashrc"]}
COMP_WORDS=({" ".join(json.dumps(word) for word in typed)}) COMP_CWORD={len(typed) - 1}
_fdelab_completion fdelab
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == expected
    assert done.stderr == ""
