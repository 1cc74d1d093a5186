"""A scenario without a line of Python of ours: files, a database and a queue, through links with faults on them."""

import json
import shutil
from pathlib import Path

from tests.functional.labs.conftest import Run

FOLDER = Path(__file__).with_name("three_stores")


def test_it_lints(run: Run) -> None:
    done = run("scenario", "lint", FOLDER)
    assert done.returncode == 0, done.stdout


def test_mistakes_are_told_in_an_author_s_words(run: Run, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "wrong")
    file = tmp_path / "wrong" / "scenario.yaml"
    wrongs = {
        "files: [schema.sql]": "files: [shema.sql]",
        "{expected: scans}": "{expected: scan}",
        "name: new}": "name: old}",
        "{queue: paid, takes": "{queue: payed, takes",
        "facts_arrivals where": "facts_arrival where",
    }
    text = file.read_text()
    for right, wrong in wrongs.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    file.write_text(text)
    said = run("scenario", "lint", file.parent).stdout
    for expected in (
        "there is no file 'shema.sql' in the scenario's folder site/",
        "unknown dataset 'scan'",
        "name: 'old' is not one of same, new",
        "worker 'finance': there is no queue 'payed' in `queues`",
        "facts_arrival",
    ):
        assert expected in said


def test_a_lap_on_the_local_runtime(run: Run, tmp_path: Path) -> None:
    done = run("exam", FOLDER, "--use", "reference", "--runtime", "local", "--trust-submission", "--json")
    report = json.loads(done.stdout)
    assert {check["id"]: check["verdict"] for check in report["checks"]} == dict.fromkeys(
        (check["id"] for check in report["checks"]), "pass"
    )
    assert len(report["checks"]) > 8
