"""Which scenarios a run examines: all that changed, and of the others each within a few turns."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.base.fingerprint import relevant
from labs.library.catalogue import find, slugs
from labs.verify.cpu import busiest
from labs.verify.cpu import cores as measured
from tests.cheats.table import CHEATS
from tests.cheats.test_cheats import REPRESENTATIVE
from tests.scenarios import choice, needs

TWENTY = {f"s-{n}": f"hash {n}" for n in range(20)}


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_every_scenario_has_its_turn_within_as_many_as_a_library_needs(first: int, count: int) -> None:
    hashes = {f"s-{n}": f"hash {n}" for n in range(count)}
    now = choice.by_turns(hashes, first)
    each = max(min(count, choice.LEAST), -(-count // choice.EACH))
    assert len(now) == each
    turns = -(-count // each)
    assert set().union(*(choice.by_turns(hashes, first + n) for n in range(turns))) == set(hashes)
    assert choice.by_turns(hashes, first) == now


def test_of_twenty_five_have_their_turn() -> None:
    assert [len(choice.by_turns(TWENTY, turn)) for turn in range(4)] == [5] * 4


def test_a_scenario_that_changed_is_examined_and_so_is_one_whose_own_code_changed() -> None:
    concerned = {"first-day": {"simulator/parts/rest_api/part.py"}, "the-shock": {"simulator/parts/postgres/part.py"}}
    files = {
        "scenarios/library/first-day/scenario.yaml": {"first-day"},
        "scenarios/library/first-day-two/scenario.yaml": set(),
        "tests/scenarios/the_shock/test_content.py": {"the-shock"},
        "simulator/parts/postgres/part.py": {"the-shock"},
        "simulator/field/field.py": set(),
        "README.md": set(),
    }
    for file, slugs_ in files.items():
        assert choice.changed([file], concerned) == slugs_
    assert choice.changed(files, concerned) == {"first-day", "the-shock"}
    assert choice.changed(None, concerned) == set(concerned), "where nobody can tell it is all"


def test_the_code_that_a_scenario_has_for_itself_leaves_out_what_all_share() -> None:
    own = relevant({slug: find(slug).scenario for slug in slugs()})
    assert "simulator/parts/soap_erp/part.py" in own["promise-dates"]
    assert "simulator/parts/soap_erp/part.py" not in own["the-shock"]
    assert not any("simulator/field/field.py" in files for files in own.values())


@given(st.sets(st.text("abc", min_size=1, max_size=3)), st.integers(1, 6))
def test_the_parts_of_a_library_are_the_whole_and_share_nothing(names: set[str], of: int) -> None:
    parts = [choice.part(sorted(names), f"{n}/{of}") for n in range(1, of + 1)]
    assert sorted(name for one in parts for name in one) == sorted(names)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("wrong", ["0/4", "5/4", "1", "a/b", "1/4/2", "all of them"])
def test_a_part_that_there_is_not_is_an_error(wrong: str) -> None:
    with pytest.raises(ValueError, match="a part such as 1/4"):
        choice.part(["a"], wrong)


@pytest.mark.parametrize(("which", "count"), [("all", 5), ("1/1", 5), ("5/5", 1)])
def test_the_environment_chooses(which: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.WHICH, which)
    found = choice.chosen.__wrapped__()
    assert len(found) == len(slugs()) * count // 5
    assert set(found) <= set(slugs())


def test_without_a_wish_it_is_what_has_its_turn_and_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(choice.WHICH, raising=False)
    monkeypatch.setenv(choice.TURN, "3")
    turn = choice.by_turns({slug: find(slug).hash for slug in slugs()}, 3)
    monkeypatch.setattr(choice, "changed_files", lambda: ())
    assert set(choice.chosen.__wrapped__()) == turn
    (other, *_) = set(slugs()) - turn
    monkeypatch.setattr(choice, "changed_files", lambda: (f"scenarios/library/{other}/scenario.yaml",))
    assert set(choice.chosen.__wrapped__()) == turn | {other}


def test_an_exam_needs_what_the_busiest_ten_seconds_of_a_lap_took() -> None:
    calm = [{"at": at, "service": name, "cpu": 0.1} for at in range(10) for name in ("field", "shop")]
    busy = [{"at": 10 + at, "service": "shop", "cpu": 0.8} for at in range(10)]
    assert busiest(calm) == pytest.approx(0.2)
    assert busiest([*calm, *busy]) == pytest.approx(0.8)
    assert busiest([]) is None


def test_evidence_says_what_it_took_up_to_a_torn_line(tmp_path: Path) -> None:
    assert measured(tmp_path) is None
    (tmp_path / "resources.keeper.jsonl").write_text('{"at": 1.0, "service": "shop", "cpu": 0.5}\n{"at": 2.0, "ser')
    assert measured(tmp_path) == 0.5


@pytest.mark.parametrize("slug", slugs())
def test_what_a_scenario_needs_was_measured(slug: str) -> None:
    assert needs._lap(find(slug)) not in (0, needs.UNKNOWN)
    assert needs.cores(slug, "docker") > needs.cores(slug, "local") > needs.BESIDE["local"]


def test_each_kind_of_cheat_is_represented_by_one_that_there_is() -> None:
    assert len(REPRESENTATIVE) == 12
    assert set(REPRESENTATIVE) < {cheat.name for cheat in CHEATS}
