"""What a learner is handed holds nothing that only the examiner knows: of each engagement of the library, for real."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labs.cli import main
from labs.engagement.engagement import Engagement
from labs.library.catalogue import Entry, find, slugs
from scenarios import people
from simulator.evidence.packed import unpack
from simulator.evidence.reader import EvidenceMissing, open_evidence
from simulator.evidence.run import Run
from simulator.evidence.tables import CUSTOMER, EXAMINER, Table
from simulator.protocol.events import LapFinished


def text(folder: Path) -> str:
    """All that can be read below a folder, but git's own."""
    files = (file for file in folder.rglob("*") if file.is_file() and ".git" not in file.parts)
    return "\n".join(file.read_text("utf-8", errors="replace") for file in files)


def secrets(entry: Entry) -> Iterator[tuple[str, str]]:
    """What the scenario says that nobody may read in an engagement: hints, questions, people's answers, the brief."""
    scenario, known = entry.scenario, people.load(entry.folder)
    for check in scenario.checks:
        yield f"hint of {check.id}", check.hint or ""
        yield f"question of {check.id}", check.sql or str(check.with_.get("of") or check.with_.get("where") or "")
    for key, fact, answer in known.facts() if known is not None else ():
        yield f"answer of {key}, {fact}", answer.says
        yield f"vague answer of {key}, {fact}", answer.vague
    if scenario.brief is not None:
        for name, number in scenario.brief.facts.items():
            yield f"question of {name}", number.sql
        for name, cause in scenario.brief.claims.causes.items():
            yield f"rows of {name}", cause.rows or ""


def found(secrets: Iterable[tuple[str, str]], said: str) -> list[str]:
    plain = " ".join(said.split())
    return [name for name, secret in secrets if len(secret) > 20 and " ".join(secret.split()) in plain]


def keys(value: Any) -> set[str]:
    """Names of all members within a JSON value."""
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in keys(inner)}
    return {name for inner in value for name in keys(inner)} if isinstance(value, list) else set()


def columns(folder: Path) -> dict[str, set[str]]:
    """The members of the rows of each table in a folder."""
    names: dict[str, set[str]] = {}
    for file in folder.glob("*.jsonl"):
        for line in file.read_bytes().split(b"\n"):
            names.setdefault(file.name.partition(".")[0], set()).update(json.loads(line) if line else ())
    return names


def assert_is_the_customers(folder: Path, tables: dict[str, Table]) -> None:
    """A lap's folder, without the examiner's within it, has columns of the customer's alone and knows no scenario."""
    for name, members in columns(folder).items():
        shown = {column.name for column in tables[name].shown}
        assert members - {"_row"} <= shown, name
        assert not {one for one in members if one.startswith(("true_", "would_"))}, name
    run = json.loads((folder / "run.json").read_text())
    assert not keys(run) & {
        "scenario",
        "seed",
        "calibration",
        "checks",
        "people",
        "answers",
        "ask",
        "hint",
        "sql",
        "dirt",
        "mask",
    }


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engagements")


@pytest.mark.parametrize("name", slugs())
def test_a_learners_folder_holds_nothing_of_the_examiners(name: str, begun: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FDELAB_STATE", str(begun / "state"))
    folder = begun / name
    assert main(["start", name, str(folder), "--files-only"]) == 0
    entry = find(name)
    assert not (folder / "incident" / "examiner").exists()
    with open_evidence(folder / "incident") as evidence:
        assert evidence.ask("select count(*) from requests where outcome = 'wrong'") == [(0,)]
        assert evidence.ask("select count(*) from requests") > [(0,)]
    with pytest.raises(EvidenceMissing):
        Run.read(folder / "incident")
    (begun / f"{name}-whole").mkdir()
    unpack(entry.incident, begun / f"{name}-whole")
    whole = Run.read(begun / f"{name}-whole").declared
    assert_is_the_customers(folder / "incident", whole)
    said = text(folder)
    assert not found(secrets(entry), said)
    # The control: it is found where it is.
    assert found(secrets(entry), (entry.folder / "scenario.yaml").read_text()) or not entry.scenario.checks
    for table in whole.values():
        for column in table.columns:
            if column.whose == EXAMINER and column.name.startswith(("true_", "would_", "truth")):
                assert not re.search(rf'"{column.name}"\s*:', text(folder / "incident")), (table.name, column.name)


def test_the_examiners_half_of_an_incident_stays_with_the_scenario(tmp_path: Path) -> None:
    for name in slugs():
        (tmp_path / name).mkdir()
        unpack(find(name).incident, tmp_path / name)
        with open_evidence(tmp_path / name, audience=EXAMINER) as evidence:
            assert evidence.ask("select count(*) from ledger where cause is null") == [(0,)], name
        with open_evidence(tmp_path / name, audience=CUSTOMER) as evidence:
            assert "cause" not in {column.name for column in evidence.tables["ledger"].columns}


def test_practice_shows_the_customers_side_alone(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("FDELAB_STATE", str(tmp_path / "state"))
    folder = tmp_path / "mine"
    assert main(["start", "first-day", str(folder), "--runtime", "local"]) == 0
    try:
        monkeypatch.chdir(folder)
        entry = find("first-day")
        lap = _whole_lap(folder)
        assert_is_the_customers(lap, Run.read(lap).declared)
        assert not found(secrets(entry), text(folder) + "".join(map(_read, lap.glob("*.json*"))))
        capsys.readouterr()
        main(["check", "--json"])
        report = json.loads(capsys.readouterr().out)
        rows = [row for check in report["checks"] for row in check["rows"]]
        assert rows, "the shop as it was handed over fails"
        assert not {name for row in rows for name in row} & {"truth", "verdict", "detail", "cause"}
        assert [check["sql"] for check in report["checks"]] == [None] * len(report["checks"])
    finally:
        main(["stop"])


def _read(file: Path) -> str:
    return file.read_text("utf-8")


def _whole_lap(folder: Path) -> Path:
    """The folder of a practice lap that is over."""
    world = Engagement.load(folder).live()
    return world.files.lap(next(event.lap for event in world.events() if isinstance(event, LapFinished)))
