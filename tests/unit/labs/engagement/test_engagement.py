import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from labs.base.errors import SubmissionInvalid, UsageProblem
from labs.base.files import remove_tree
from labs.engagement.engagement import Engagement, begin, current, required
from labs.engagement.people import ask
from labs.library.catalogue import Entry, find
from labs.verify import incident
from simulator.evidence.upgrade import in_two
from tests.unit.grader.laps import Lap
from tests.unit.labs import little


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_starting_makes_the_folder(entry: Entry, tmp_path: Path) -> None:
    engagement, new = begin(entry, tmp_path / "mine", "local")
    assert new
    assert (engagement.workspace / "app" / "main.py").is_file()
    assert (engagement.folder / "briefing.md").read_bytes() == entry.briefing.read_bytes()
    assert Engagement.load(engagement.folder) == engagement


def test_the_workspace_is_a_repository_without_any_git_configuration(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    monkeypatch.delenv("GIT_DIR")
    assert "as it was handed over" in git(engagement.workspace, "log", "--oneline")
    assert git(engagement.workspace, "status", "--short") == ""
    assert not (tmp_path / "elsewhere").exists()


def test_commands_find_it_from_below_and_not_from_beside(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    assert current(engagement.workspace / "app" / "erp") == engagement
    assert current(engagement.folder) == engagement
    assert current(tmp_path) is None
    with pytest.raises(UsageProblem, match="belongs to no engagement"):
        required(tmp_path)


def test_a_working_folder_that_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UsageProblem, match="was removed"):
        current()


def test_starting_again_resumes_and_touches_nothing(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    (engagement.workspace / "app" / "main.py").write_text("mine")
    again, new = begin(entry, tmp_path / "mine", "auto")
    assert not new
    assert again == engagement
    assert (engagement.workspace / "app" / "main.py").read_text() == "mine"


def test_starting_again_puts_back_what_is_missing(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine", "local")
    remove_tree(engagement.workspace)
    with pytest.raises(SubmissionInvalid, match="is gone"):
        engagement.submission()
    (engagement.folder / ".fdelab" / "workspace").mkdir()  # as left by one that was interrupted
    (engagement.folder / "briefing.md").write_text("my notes")
    again, new = begin(entry, tmp_path / "mine")
    assert not new
    assert again.runtime == "local"
    assert (again.submission() / "app" / "main.py").is_file()
    assert git(again.workspace, "status", "--short") == ""
    assert (again.folder / "briefing.md").read_text() == "my notes"


def test_only_one_command_at_a_time_changes_its_world(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine")
    other = Engagement.load(engagement.folder)
    other.session = "0a1b2c3d"
    with other.locked(), pytest.raises(UsageProblem, match="another fdelab command"), engagement.locked():
        pass
    other.session = "0a1b2c3d"
    other.save()
    with engagement.locked():
        assert engagement.session == "0a1b2c3d"


def test_a_change_leaves_what_others_have_remembered_meanwhile(entry: Entry, tmp_path: Path) -> None:
    mine, _ = begin(entry, tmp_path / "mine")
    other = Engagement.load(mine.folder)
    with other.changing():
        other.session = "0a1b2c3d"
    ask(mine, "dieter", "how many sessions may we open?")
    begin(entry, mine.folder, "local")
    kept = Engagement.load(mine.folder)
    assert (kept.session, kept.revealed, kept.runtime) == ("0a1b2c3d", ["session-limit"], "local")
    assert mine.session == "0a1b2c3d"


def test_hints_that_are_taken_at_the_same_time_are_all_kept(entry: Entry, tmp_path: Path) -> None:
    stale, _ = begin(entry, tmp_path / "mine")
    copies = [Engagement.load(stale.folder) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda pair: pair[1].take_hint(f"check-{pair[0]}"), enumerate(copies)))
    assert stale.take_hint("one-more")
    assert not copies[0].take_hint("one-more")
    assert set(Engagement.load(stale.folder).hints) == {*(f"check-{n}" for n in range(8)), "one-more"}


def test_a_folder_with_anything_else_in_it_is_refused(entry: Entry, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageProblem, match="not empty"):
        begin(entry, tmp_path / "mine", "auto")
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]
    with pytest.raises(UsageProblem, match="not empty"):
        begin(entry, tmp_path / "mine" / "thesis.txt", "auto")


def test_an_empty_folder_is_used(entry: Entry, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert begin(entry, tmp_path / "mine", "auto")[1]


def test_another_engagements_folder_is_refused(entry: Entry, tmp_path: Path) -> None:
    begin(entry, tmp_path / "mine", "auto")
    other = find(str(little.make(tmp_path / "other", title="Other")))
    with pytest.raises(UsageProblem, match="is an engagement with"):
        begin(other, tmp_path / "mine", "auto")


@pytest.mark.parametrize("split", [True, False])
def test_the_incident_is_unpacked_read_only_and_without_truth(entry: Entry, tmp_path: Path, split: bool) -> None:
    lap = Lap(run={"seed": 41, "session": "abc"}).request(3.0, "wrong", detail="told 3, costs 2")
    for answer in incident.WITHHELD:
        lap.add(answer, at=None)
    (tmp_path / "laps").mkdir()
    evidence = tmp_path / "evidence"
    in_two(lap.write(tmp_path / "laps"), evidence) if split else lap.write(tmp_path / "laps").rename(evidence)
    incident.pack(evidence, entry.incident)
    first = entry.incident.read_bytes()
    incident.pack(evidence, entry.incident)
    assert entry.incident.read_bytes() == first
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    assert sorted(os.listdir(engagement.incident)) == ["requests.field.jsonl", "run.json", "tables"]
    assert not {"seed", "scenario", "calibration"} & json.loads((engagement.incident / "run.json").read_text()).keys()
    assert "costs" not in (engagement.incident / "requests.field.jsonl").read_text()
    assert not any(path.stat().st_mode & 0o222 for path in [engagement.incident, *engagement.incident.iterdir()])
    remove_tree(engagement.folder)
    assert not engagement.folder.exists()


def test_a_broken_file_is_said_to_be_broken(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    for content in ("{", "[]", '{"format": 1, "unknown": 2}', '{"format": 99}'):
        (engagement.folder / ".fdelab" / "engagement.json").write_text(content)
        with pytest.raises(UsageProblem, match=r"engagement\.json"):
            current(engagement.workspace)


def test_a_session_that_leads_elsewhere_is_refused(entry: Entry, tmp_path: Path) -> None:
    engagement, _ = begin(entry, tmp_path / "mine", "auto")
    engagement.session = "../../elsewhere"
    engagement.save()
    with pytest.raises(UsageProblem, match="cannot be read"):
        Engagement.load(engagement.folder)
