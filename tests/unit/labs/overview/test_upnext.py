"""What comes next is one answer, wherever it is asked."""

import re
from dataclasses import replace
from pathlib import Path

import click
import pytest

from grader.verdict import Result
from labs.base import paths
from labs.cli import main
from labs.cli.app import fdelab
from labs.engagement import guide
from labs.engagement.engagement import begin
from labs.engagement.guide import note
from labs.library.catalogue import find, slugs
from labs.library.curriculum.load import SYLLABUS
from labs.overview.upnext import order, up_next
from labs.progress.store import Store
from labs.tui.local_backend import LocalBackend
from scenarios.guide import MILESTONES
from tests.unit.labs.progress.test_store import REPORT

README = Path(__file__).parents[4] / "README.md"
Captured = pytest.CaptureFixture[str]


def passed(name: str, at: int = 0) -> None:
    report = replace(REPORT, scenario=name, title=name, score=100.0, result=Result.PASSED)
    Store().add_attempt(report, Path(f"/exams/{name}-{at}"))


def following() -> str | None:
    found = up_next()
    return found.listed.name if found else None


def test_whoever_passes_what_is_next_goes_through_the_curriculum_in_its_order() -> None:
    taken = []
    while (name := following()) is not None:
        taken.append(name)
        passed(name)
    assert taken == list(order())
    assert set(taken) == set(slugs())


@pytest.mark.parametrize("done", [[], ["first-day"], ["promise-dates"], ["first-day", "promise-dates"]], ids=str)
def test_every_command_and_the_app_name_the_same_one(done: list[str], capsys: Captured) -> None:
    for name in done:
        passed(name)
    expected = following()
    for argv in (["list"], ["progress"], ["curriculum", "show"]):
        assert main(argv) == 0
        assert re.findall(r"fdelab start ([a-z]\S*)", capsys.readouterr().err) == [expected], argv
    assert LocalBackend().record().suggestions[0].listed.name == expected


def test_what_was_begun_is_gone_on_with_where_it_lies(tmp_path: Path, capsys: Captured) -> None:
    engagement, _ = begin(find("the-shock"), tmp_path / "a folder")
    Store().opened(engagement.folder, "the-shock")
    assert following() == "the-shock"
    assert main(["progress"]) == 0
    assert f"next: cd '{engagement.folder}' && fdelab start  (you have begun it)" in capsys.readouterr().err


def test_newcomers_are_led_to_one_engagement_by_help_readme_and_guide() -> None:
    first = following()
    assert f"`fdelab start {first}`" in (fdelab.help or "")
    readme = README.read_text("utf-8")
    assert re.findall(r"fdelab start (\S+)", readme)[0] == first
    entry = find(first or "")
    assert f"Press enter on *{entry.scenario.title}*" in readme
    begun = guide.first()
    assert begun is not None
    assert begun.scenario == first
    assert f"Begin with {entry.scenario.title}." in (begun.tip.says if begun.tip else "")


def test_the_tip_after_passing_names_the_debrief_and_what_is_next(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    engagement, _ = begin(find("first-day"), tmp_path / "mine")
    passed("first-day")
    for deed in MILESTONES:
        note(engagement.folder, deed)
    monkeypatch.chdir(engagement.folder)
    assert main(["status"]) == 0
    told = click.unstyle(capsys.readouterr().err)
    assert "debrief" in told.partition("→")[0]
    assert "→ fdelab debrief first-day" in told
    assert "next: fdelab start promise-dates ~/promise-dates" in told


def test_no_guide_names_an_engagement_of_its_own_choice_as_the_next() -> None:
    titles = {name: find(name).scenario.title for name in slugs()}
    for name in slugs():
        found = guide.of(name, find(name).folder, None)
        said = [tip.says for tip in found.guide.tips] if found is not None else []
        others = [title for slug, title in titles.items() if slug != name]
        assert not [title for title in others for text in said if title.casefold() in text.casefold()]


def test_without_a_curriculum_levels_decide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from labs.library.curriculum.load import curriculum

    (tmp_path / SYLLABUS).write_text("tracks: 3\n", "utf-8")
    monkeypatch.setattr(paths, "curriculum", lambda: tmp_path)
    curriculum.cache_clear()
    try:
        assert order() == ()
        passed("first-day")
        assert following() == "phantom-stock"
    finally:
        curriculum.cache_clear()


@pytest.mark.parametrize("mark", [70.0, 85.0])
def test_a_score_is_said_with_the_pass_mark_and_never_as_one_out_of_the_other(mark: float, capsys: Captured) -> None:
    Store().add_attempt(replace(REPORT, score=100.0, pass_mark=mark, result=Result.PASSED), Path("/exams/1"))
    assert main(["progress"]) == 0
    told = capsys.readouterr().out
    assert f"100 of 100, pass mark {mark:g}" in told
    assert f"of {mark:g}" not in told
