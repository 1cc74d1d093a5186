"""Several exams of one deployment: the worst is reported, with what all came to."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.repeated import spread, worst
from grader.report import Report
from grader.reports.formats import FORMATS
from grader.verdict import Result
from tests.unit.grader import examples


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return examples.reference(tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return examples.untouched(tmp_path_factory.mktemp("untouched"))


def test_who_fails_once_has_failed(passed: Report, failed: Report) -> None:
    unjudged = replace(passed, result=Result.ERROR, score=None)
    found = worst([passed, unjudged, failed, passed])
    assert found.result is Result.FAILED
    assert found.repeated is not None
    assert (found.repeated.exams, found.repeated.passed) == (4, 2)
    assert found.repeated.results == (Result.PASSED, Result.ERROR, Result.FAILED, Result.PASSED)
    assert worst([passed, unjudged]).result is Result.ERROR, "what was not judged is no pass"


def test_of_passed_exams_the_lowest_score_counts(passed: Report) -> None:
    found = worst([passed, replace(passed, score=71.5), replace(passed, score=88.0)])
    assert (found.result, found.score) == (Result.PASSED, 71.5)
    assert found.repeated is not None
    assert "3 passed. Scores from 71.5 to 100.0, median 88.0." in spread(found.repeated)


@given(st.lists(st.tuples(st.sampled_from([Result.PASSED, Result.FAILED]), st.floats(0, 100)), min_size=1, max_size=9))
def test_it_is_passed_when_all_are(passed: Report, exams: list[tuple[Result, float]]) -> None:
    found = worst([replace(passed, result=result, score=score) for result, score in exams])
    assert (found.result is Result.PASSED) == all(result is Result.PASSED for result, _ in exams)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_format_tells_of_all_of_them(kind: str, passed: Report, failed: Report) -> None:
    said = FORMATS[kind].render(worst([passed, failed]))
    if kind == "json":
        assert json.loads(said)["repeated"]["results"] == ["passed", "failed"]
    else:
        assert "The worst of 2 exams" in " ".join(said.split())
    assert "The worst of" not in FORMATS[kind].render(failed)
