"""What is said of a lap that an author looks at; how it is played is in `tests/functional`."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.report import CheckReport, Report
from grader.verdict import Result, Verdict
from labs.base.errors import ScenarioProblems, UsageProblem
from labs.library.catalogue import Entry, find
from labs.verify.preview import Previewed, PreviewRequest, Saved, Tell, lines, ordered, preview, previews
from tests.unit.labs import little
from tests.unit.labs.verify.test_matrix import exam, matrix


def check(name: str, verdict: Verdict, **more: Any) -> CheckReport:
    made = CheckReport(name, "data", "It holds", False, 1, verdict, 0, 0, 50, "≥ 95 %", "90 %", 0.9, "share")
    return replace(made, **more)


def previewed(*checks: CheckReport, phases: tuple[str, ...] = ("noon",)) -> Previewed:
    report = Report("little", "-", "Little", "Halden", "local", 1, False, "reference", (1,), Result.FAILED, 40.0, 85,
                    "", checks=checks)  # fmt: skip
    return Previewed("reference", 1, phases, report, tuple(lines(report, matrix())), examined=False)


def test_a_deployment_is_named_as_elsewhere_a_shortcut_also_by_its_name_alone(folder: Path, tmp_path: Path) -> None:
    entry = find(str(little.tempt(folder)))

    def of(use: str) -> tuple[str | None, Path | None]:
        order = ordered(entry, PreviewRequest(str(folder), use, seed=7))
        assert (order.seed, order.runtime) == (7, "local")
        return order.use, order.workspace

    assert of("alternative") == ("alternative", None)
    assert of("nothing") == of("shortcut:nothing") == ("shortcut:nothing", None)
    (tmp_path / "mine").mkdir()
    assert of(str(tmp_path / "mine")) == (None, tmp_path / "mine")
    with pytest.raises(UsageProblem, match="neither a deployment of little nor a folder") as wrong:
        of("refrence")
    assert wrong.value.remedy == "did you mean 'reference'?"


def test_shortcuts_that_fail_a_check_stand_beside_it() -> None:
    known = matrix(
        exam("shortcut:quick", a=("fail", 0.1), b=("pass", 1.0)), exam("shortcut:lazy", a=("fail", 0.2)),
        exam("untouched", a=("fail", 0.0), b=("fail", 0.0)),
    )  # fmt: skip
    report = previewed(check("a", Verdict.PASS), check("b", Verdict.WAITING)).report
    assert [one.shortcuts for one in lines(report, known)] == [("quick", "lazy"), ()]
    assert [one.outcome for one in lines(report, known)] == ["passed", "not in these phases"]


def test_of_some_phases_everything_that_can_be_judged_has_to_pass() -> None:
    passed, failed, waits = (check(v, v) for v in (Verdict.PASS, Verdict.FAIL, Verdict.WAITING))
    assert previewed(passed, waits).result is Result.PASSED
    assert previewed(passed, failed, waits).result is Result.FAILED
    assert previewed(passed, check("extra", Verdict.FAIL, optional=True)).result is Result.PASSED
    assert previewed(passed, check("broken", Verdict.ERROR)).result is Result.ERROR
    assert previewed(waits).result is Result.ERROR
    assert previewed(passed, phases=()).result is Result.FAILED, "of a whole lap the report says it"
    assert previewed(passed, waits).to_json()["score"] is None


def test_lint_comes_before_anything_runs(entry: Entry, state: Path) -> None:
    file = entry.folder / "scenario.yaml"
    file.write_text(file.read_text("utf-8").replace("measure: ratio", "measure: ration"), "utf-8")
    with pytest.raises(ScenarioProblems, match=r"scenario\.yaml:\d+:\d+.*ratio"):
        preview(PreviewRequest(str(entry.folder)), lambda _scenario, _event: None)
    assert not (state / "worlds").exists()


async def test_what_is_wrong_is_told_at_each_save(entry: Entry) -> None:
    @contextmanager
    def shown() -> Iterator[Tell]:
        yield lambda _scenario, _event: None

    request = PreviewRequest(str(entry.folder), phases=("nooon",))
    async with aclosing(previews(request, shown)) as found:
        first = await anext(found)
        (entry.folder / "briefing.md").write_text("Another day.", "utf-8")
        saved, second = await anext(found), await anext(found)
    assert isinstance(first, UsageProblem)
    assert saved == Saved((entry.folder / "briefing.md",))
    assert isinstance(second, UsageProblem)
    assert first.what == second.what == "little has no phase 'nooon'"
