import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from labs.base.errors import ExitCode, UsageProblem
from labs.cli import main
from labs.cli.app import COMMANDS, fdelab
from labs.cli.output import prose, table
from labs.cli.scenario import scenario as authoring
from labs.engagement.engagement import Engagement
from labs.library.catalogue import find
from tests.unit.labs import little

Captured = pytest.CaptureFixture[str]
LAZY = [*COMMANDS.values(), *authoring.lazy.values()]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def data(capsys: Captured) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("lazy", LAZY, ids=lambda lazy: lazy.name)
def test_every_command_is_there_and_says_what_it_does(lazy: Any) -> None:
    command = getattr(import_module(lazy.module), lazy.name)
    assert isinstance(command, click.Command)
    assert command.help
    assert lazy.help.endswith(".")


@pytest.mark.parametrize("name", ["list", "start", "status", "logs", "redeploy", "check", "hint", "ask", "brief",
                                  "exam", "regrade", "demo", "doctor", "gc"])  # fmt: skip
def test_every_command_that_prints_data_has_json(name: str) -> None:
    command = fdelab.get_command(click.Context(fdelab), name)
    assert command is not None
    assert "--json" in [option for param in command.params for option in param.opts]


@pytest.mark.parametrize("argv", [["--help"], ["-h"], []])
def test_help_shows_all_commands(capsys: Captured, argv: list[str]) -> None:
    assert main(argv) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["lst"], "did you mean 'list'"),
        (["scenario", "lintt"], "did you mean 'lint'"),
        (["exam", "nope", "--use", "reference"], "there is no 'nope' in the library"),
        (["exam"], "which engagement?"),
        (["exam", "promise-dates"], "which deployment?"),
        (["exam", "promise-dates", "--use", "refrence"], "no deployment 'refrence'"),
        (["exam", "promise-dates", "--use", "x", "--workspace", "."], "exclude each other"),
        (["exam", "promise-dates", "--use", "untouched", "--format", "pdf"], "no format 'pdf'"),
        (["exam", "promise-dates", "--workspace", "nowhere", "--runtime", "local"], "is no folder"),
        (["exam", "promise-dates", "--runtime", "cloud"], "cloud"),
        (["status"], "belongs to no engagement"),
        (["start"], "which engagement?"),
        (["redeploy"], "belongs to no engagement"),
        (["regrade", "."], "no run.json"),
        (["scenario", "show"], "Missing argument 'SCENARIO'"),
        (["scenario", "verify", "promise-dates", "--runtime", "cloud"], "no runtime 'cloud'"),
    ],
)
def test_mistakes_end_in_two_lines_and_two(argv: list[str], what: str, capsys: Captured) -> None:
    assert main(argv) == ExitCode.USAGE
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = [line for line in shown.err.splitlines() if not line.startswith(" " * 3)]
    assert what in shown.err
    assert lines[0].startswith("fdelab: ")
    assert lines[1].startswith("  → ")
    assert "Traceback" not in shown.err


def test_list(capsys: Captured) -> None:
    assert main(["list", "--json"]) == 0
    entry = next(one for one in data(capsys) if one["id"] == "promise-dates")
    assert entry.keys() >= {"id", "title", "level", "minutes", "customer", "skills", "verified", "folder"}


def test_show(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert main(["scenario", "show", "promise-dates", "--json"]) == 0
    shown = data(capsys)
    assert shown["id"] == "promise-dates"
    assert len(shown["hash"]) >= 32
    assert shown["uses"][:2] == ["untouched", "reference"]
    assert main(["scenario", "show", "promise-dates"]) == 0
    told = capsys.readouterr().out
    assert "Dieter Kuhn" in told
    assert told.splitlines()[-1] == (find("promise-dates").verified() or "not verified")
    assert all(word in told for word in ("night-lock", "takes the measure of", "covers", "━", "◆"))
    assert main(["scenario", "show", "promise-dates", "--plan", "docker"]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("promise-api (deployment)", "ERP_URL={url:erp}", "MiB", "in deploy"))
    assert main(["scenario", "show", "promise-dates", "--plan", "local", "--json"]) == 0
    assert not any("image" in process for process in data(capsys))


def test_words(capsys: Captured) -> None:
    assert main(["scenario", "words", "--json"]) == 0
    kinds = {word["kind"] for word in data(capsys)}
    assert kinds == {"part", "workload", "fault", "measure", "column", "dirt", "table"}
    assert main(["scenario", "words"]) == 0
    assert "availability" in capsys.readouterr().out


def test_all_about_one_word(capsys: Captured) -> None:
    assert main(["scenario", "words", "latency", "--json"]) == 0
    fault, measure = data(capsys)
    assert (fault["kind"], measure["kind"], measure["unit"]) == ("fault", "measure", "seconds")
    quantile = next(one for one in measure["parameters"] if one["name"] == "quantile")
    assert (quantile["type"], quantile["default"]) == ("such as 5%", "95%")
    assert main(["scenario", "words", "order-promising"]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("POST /orders", "promise_date", "costs.wrong", "15m sim", "lost-orders"))
    assert main(["scenario", "words", "facts_promises"]) == 0
    assert "date in the answer" in capsys.readouterr().out
    assert main(["scenario", "words", "latenzy"]) == ExitCode.USAGE
    assert "did you mean 'latency'" in capsys.readouterr().err


def test_a_word_has_an_example_and_its_blocks_are_told_to_the_last(capsys: Captured) -> None:
    assert main(["scenario", "words", "llm"]) == 0
    shown = capsys.readouterr().out
    assert all(said in shown for said in ("llm.rules.when", "part: llm", "more lines"))
    assert main(["scenario", "words", "llm.rules.when", "--json"]) == 0
    (block,) = data(capsys)
    assert {"user", "system", "turn"} < {one["name"] for one in block["parameters"]}
    assert main(["scenario", "words", "soap-erp.lokout"]) == ExitCode.USAGE
    assert "did you mean 'soap-erp.lockout'" in capsys.readouterr().err
    assert main(["scenario", "words", "availability.x"]) == ExitCode.USAGE
    assert "fdelab scenario words availability" in capsys.readouterr().err


def test_schema(capsys: Captured) -> None:
    assert main(["scenario", "schema"]) == 0
    assert "$defs" in data(capsys)


def test_lint(folder: Path, capsys: Captured) -> None:
    assert main(["scenario", "lint", str(little.tempt(folder)), "promise-dates"]) == 0
    assert "no problems" in capsys.readouterr().out
    little.tempt(little.make(folder.parent / "bad", level=9))
    assert main(["scenario", "lint", str(folder.parent / "bad"), "--json"]) == ExitCode.USAGE
    (found,) = data(capsys)
    assert found["problems"][0]["line"] > 0
    assert main(["scenario", "lint", str(folder.parent / "bad")]) == ExitCode.USAGE
    assert re.search(r"scenario\.yaml:\d+:\d+: ", capsys.readouterr().out)


def test_an_engagement_without_a_world(folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["start", str(folder), "mine", "--files-only", "--json"]) == 0
    started = data(capsys)
    assert started["new"] is True
    assert started["session"] is None
    monkeypatch.chdir(started["workspace"])
    assert main(["status", "--json"]) == 0
    assert data(capsys)["world"] is None
    assert main(["hint", "--json"]) == 0
    assert data(capsys) == [
        {"check": "serves", "says": "The deployment answers at all", "taken": False},
        {"check": "dates-hold", "says": "The dates that we promise are true", "taken": False},
    ]
    assert main(["hint", "dates-hold"]) == 0
    assert capsys.readouterr().out == "Look at large stocks.\n"
    assert main(["hint", "--json"]) == 0
    assert [one.get("hint") for one in data(capsys)] == [None, "Look at large stocks."]
    assert main(["hint"]) == 0
    assert "\ndates-hold: Look at large stocks.\n" in capsys.readouterr().out, "what was taken can be read again"
    assert main(["hint", "dates-hld"]) == ExitCode.USAGE
    assert "did you mean 'dates-hold'?" in capsys.readouterr().err
    assert main(["hint", "loss-avoided"]) == ExitCode.USAGE
    for command in ("logs", "check", "redeploy"):
        assert main([command]) == ExitCode.USAGE
        assert "no world of this engagement is running" in capsys.readouterr().err
    assert main(["stop"]) == 0


@pytest.fixture
def mine(folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engagement that one is in."""
    assert main(["start", str(folder), "mine", "--files-only", "--json"]) == 0
    workspace = Path(data(capsys)["workspace"])
    monkeypatch.chdir(workspace)
    return workspace.parent


def test_asking_people(mine: Path, capsys: Captured) -> None:
    assert main(["ask"]) == 0
    told = capsys.readouterr()
    assert "dieter  Dieter Kuhn  ERP owner" in told.out
    assert "90 of 90 minutes of their time left" in told.err
    assert main(["ask", "dieter", "how", "many", "sessions", "may", "we", "open?"]) == 0
    told = capsys.readouterr()
    assert "Two sessions" in told.out
    assert "8 minutes of their time; 82 minutes left" in told.err
    assert main(["ask", "dieter", "how many sessions may we open?", "--json"]) == 0
    said = data(capsys)
    assert (said["kind"], said["reveals"], said["minutes"], said["left"]) == ("again", "session-limit", 0, 82)
    assert main(["ask", "--json"]) == 0
    found = data(capsys)
    assert [(one["person"], one["minutes"], one["asked"]) for one in found["people"]] == [
        ("lena", 5, 0),
        ("dieter", 8, 2),
    ]
    assert found["time"] == {"minutes": 90, "left": 82, "again": None}
    assert main(["ask", "dieter"]) == 0
    assert "› how many sessions may we open?\nDieter Kuhn  Two sessions." in capsys.readouterr().out
    assert main(["ask", "lena"]) == 0
    assert "nothing was asked yet" in capsys.readouterr().err


def test_a_person_who_asks_back(mine: Path, capsys: Captured) -> None:
    assert main(["ask", "dieter", "when do we order articles in the warehouse?", "--json"]) == 0
    said = data(capsys)
    assert said["kind"] == "either"
    assert [choice["number"] for choice in said["choices"]] == [1, 2]
    assert main(["ask", "dieter", "--meaning", "2", "--json"]) == 0
    assert data(capsys)["minutes"] == 0
    assert main(["ask", "dieter", "when do we order articles in the warehouse?"]) == 0
    told = capsys.readouterr()
    assert f"  1  {said['choices'][0]['means']}" in told.out
    assert "say which: fdelab ask dieter --meaning 1" in told.err
    assert main(["ask", "dieter", "--meaning", "3"]) == ExitCode.USAGE
    assert "3 is not one of 1 to 2" in capsys.readouterr().err


def test_what_a_person_asks_for(mine: Path, capsys: Captured) -> None:
    for _ in range(4):
        assert main(["ask", "lena", "do you own a parrot?"]) == 0
    told = capsys.readouterr()
    assert "always answer something" in told.out
    assert "fdelab ask lena --accept, or --refuse" in told.err
    assert main(["ask"]) == 0
    assert "Lena Brandt waits for an answer" in capsys.readouterr().out
    assert main(["ask", "lena", "--refuse"]) == 0
    assert "the date is a lie" in capsys.readouterr().out
    assert main(["ask", "lena", "--accept"]) == ExitCode.USAGE
    assert "has asked nothing of you that is open" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["lena", "why?", "--accept"], ["lena", "--accept", "--refuse"], ["--meaning", "1"]])
def test_one_thing_is_said_to_somebody(mine: Path, argv: list[str], capsys: Captured) -> None:
    assert main(["ask", *argv]) == ExitCode.USAGE
    assert capsys.readouterr().err


def test_inside_an_engagement_start_means_this_one(
    folder: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["start", str(folder), "mine", "--files-only", "--runtime", "local"]) == 0
    other = little.make(tmp_path / "other", title="Other")
    monkeypatch.chdir(tmp_path / "mine" / "workspace")
    for name in ([], [str(folder)]):
        capsys.readouterr()
        assert main(["start", *name, "--files-only", "--json"]) == 0
        started = data(capsys)
        assert (started["new"], started["folder"]) == (False, str(tmp_path / "mine"))
    assert Engagement.load(tmp_path / "mine").runtime == "local"
    assert main(["start", str(other), "--files-only"]) == ExitCode.USAGE
    assert main(["start", str(other), "../../theirs", "--files-only"]) == 0


def test_logs_of_the_incident_need_no_world(
    folder: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["start", str(folder), "mine", "--files-only"])
    monkeypatch.chdir(tmp_path / "mine")
    capsys.readouterr()
    assert main(["logs", "--incident"]) == ExitCode.USAGE
    assert "without an incident" in capsys.readouterr().err
    (tmp_path / "mine" / "incident").mkdir()
    row = {"at": 3.25, "service": "promise-api", "stream": "stderr", "line": "no date"}
    (tmp_path / "mine" / "incident" / "logs.keeper.jsonl").write_text(json.dumps(row) + "\n")
    assert main(["logs", "--incident"]) == 0
    assert capsys.readouterr().out == "   3.25  no date\n"
    assert main(["logs", "--incident", "--json"]) == 0
    assert data(capsys) == row
    assert main(["logs", "--incident", "--lap", "1"]) == ExitCode.USAGE
    assert "exclude each other" in capsys.readouterr().err


def test_a_state_folder_that_cannot_be_used(
    folder: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "file"))
    assert main(["start", str(folder), "mine"]) == ExitCode.NOT_JUDGED
    assert "set FDELAB_STATE" in capsys.readouterr().err
    out = str(tmp_path / "file" / "out")
    assert main(["exam", str(folder), "--use", "reference", "--out", out]) == ExitCode.USAGE
    assert "cannot be made" in capsys.readouterr().err


def test_tables_fit_the_terminal(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    table([("a", "word " * 20)])
    assert len(capsys.readouterr().out.splitlines()) == 1
    monkeypatch.setenv("COLUMNS", "40")
    table([("a", "word " * 20), ("bb", "short")], ("head", "what"))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[2].startswith("      word")
    assert prose("word " * 20).count("\n") == 2
    table([("a" * 20, "word " * 20, "bb")], ("head", "what", "more"))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[:2] == ["head                  what          more", "a" * 20 + "  word word     bb"]


def test_colour_only_where_it_is_wanted(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["list"]) == 0
    assert "\x1b[" in capsys.readouterr().out
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            main(["list"])
            main(["nope"])
            shown = capsys.readouterr()
            assert "\x1b[" not in shown.out + shown.err


def test_our_own_failures_leave_a_log_and_no_traceback(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    def broken() -> list[str]:
        raise RuntimeError("the roof is on fire")

    monkeypatch.setattr("labs.cli.listing.slugs", broken)
    assert main(["list"]) == ExitCode.NOT_JUDGED
    shown = capsys.readouterr().err
    assert "RuntimeError: the roof is on fire" in shown
    assert "Traceback" not in shown
    (log,) = (state / "crashes").iterdir()
    assert str(log) in shown
    assert "Traceback" in log.read_text()


def test_what_is_told_steers_no_terminal_and_commands_no_ci(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> list[str]:
        raise UsageProblem("x\n::error::hello \x1b[2J ##[error]a ##vso[task]b", " \n  ::warning::do")

    monkeypatch.setattr("labs.cli.listing.slugs", refused)
    assert main(["list"]) == ExitCode.USAGE
    shown = capsys.readouterr().err
    assert not re.search(r"^\s*::|\x1b|##(vso)?\[", shown, re.MULTILINE)
    assert "hello" in shown


def test_interrupts_end_in_130(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupted() -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("labs.cli.listing.slugs", interrupted)
    assert main(["list"]) == ExitCode.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err
