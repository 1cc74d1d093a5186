"""Which tip is next, and what is wrong with a guide."""

from pathlib import Path

import pytest

from scenarios.guide import MILESTONES, Guide, load
from scenarios.loader import examine
from scenarios.problems import ScenarioInvalid
from scenarios.variants import content_hash

GUIDE = Guide.model_validate(
    {
        "tips": [
            {"until": "world-launched", "says": "launch"},
            {"until": "logs-read", "says": "read"},
            {"until": "exam-passed", "says": "pass"},
            {"says": "bye"},
        ]
    }
)


@pytest.mark.parametrize(
    ("done", "says"),
    [
        ((), "launch"),
        (("briefing-read",), "launch"),
        (("world-launched",), "read"),
        (("world-launched", "file-saved"), "pass"),
        (("file-saved",), "pass"),
        (MILESTONES, "bye"),
    ],
)
def test_the_next_tip_is_the_first_that_nothing_done_makes_superfluous(done: tuple[str, ...], says: str) -> None:
    tip = GUIDE.tip(frozenset(done))
    assert tip is not None
    assert tip.says == says


def test_a_guide_may_end() -> None:
    assert Guide(tips=GUIDE.tips[:-1]).tip(frozenset(MILESTONES)) is None


def test_a_scenario_without_guide_has_none(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    (tmp_path / "guide.yaml").write_text("tips: [{until: dinner, says: x}]\n")
    with pytest.raises(ScenarioInvalid):
        load(tmp_path)


@pytest.mark.parametrize(
    ("tips", "where", "message"),
    [
        ("[{until: dinner, says: x}]", (1, 16), "dinner"),
        ("[{says: bye}, {until: logs-read, says: x}]", (1, 8), "nothing ends this tip"),
        ("[{until: logs-read, says: x}, {until: checks-seen, says: x}]", (1, 45), "checks-seen is not later"),
        ("[{until: logs-read, says: " + "x" * 151 + "}]", (1, 33), "150"),
        ("[]", (1, 1), "tips"),
    ],
)
def test_what_is_wrong_with_a_guide_is_told_where_it_is(write, vocabulary, tips, where, message) -> None:
    file = write()
    guide = file.parent / "guide.yaml"
    guide.write_text(f"tips: {tips}\n")
    problem = next(one for one in examine(file, vocabulary)[1] if one.path == str(guide))
    assert (problem.line, problem.column) == where, problem
    assert message in problem.message


def test_better_words_need_no_new_proof(write) -> None:
    folder = write().parent
    before = content_hash(folder)
    (folder / "guide.yaml").write_text("tips: [{says: bye}]\n")
    assert content_hash(folder) == before
