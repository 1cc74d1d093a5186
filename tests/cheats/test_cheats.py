"""No cheat passes, none makes its own failure ours, and none leaves anything; honest work passes in the same exams."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.loader import load
from tests.cheats import suite, truth
from tests.cheats.table import CHEATS
from tests.conftest import Figure

pytestmark = pytest.mark.docker

RUNTIMES = ("docker", "box")
EACH = ["docker", pytest.param("box", marks=pytest.mark.representative)]
ALONE, BESIDE = pytest.mark.cores(1.5), pytest.mark.cores(0.5)
"""Cores of an exam that has at most one of the other kind beside it, on two cores; and of one that mostly waits."""
REPRESENTATIVE = {
    "reads_secrets": "looks for what it must not know",
    "forges_reports": "writes the verdict itself",
    "plants_code": "has its own code run where ours is",
    "dodges_load": "is not there when it counts",
    "fork_bomb": "starves the machine",
    "floods_the_log": "speaks to whoever reads along",
    "knows_the_exam": "answers what pleases",
    "deletes_data": "removes the evidence from the customer's systems",
    "guesses_the_token": "gives orders to the world",
    "exhausts_links": "wears out what carries it",
    "leaves_a_daemon": "outlives its exam",
    "smuggles_answers": "breaks the protocol of its answers",
}
"""One cheat of each kind, for `make test`, and what makes the kind; `make cheats` examines all of them."""
HUNGRY = {
    "fork_bomb",
    "memory_balloon",
    "burns_cpu",
    "burns_while_starting",
    "floods_links",
    "floods_dns",
    "pours_crumbs",
    "exhausts_links",
    "drowns_data",
}
"""Two of these at once would be a test of the machine; so would honest work beside one of them."""
ON_LOCAL = {
    "burns_cpu",
    "burns_while_starting",
    "floods_the_log",
    "floods_links",
    "floods_dns",
    "pours_crumbs",
    "answers_in_crumbs",
    "exhausts_links",
    "writes_no_dates",
    "packs_deep",
}
"""Local trusts a deployment with the machine. What it burns excuses it there no more; these do no lasting harm."""


def _cases() -> list[Any]:
    found: list[Any] = []
    for cheat in CHEATS:
        for runtime in (*RUNTIMES, *(["local"] if cheat.name in ON_LOCAL else [])):
            marks = [ALONE if cheat.name in HUNGRY else BESIDE]
            if cheat.name in REPRESENTATIVE and runtime == "box":
                marks.append(pytest.mark.representative)
            found.append(pytest.param(cheat, runtime, id=f"{cheat.name}-{runtime}", marks=marks))
    return found


@pytest.fixture(scope="session")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What others do on the machine excuses no cheat in these."""
    folder = tmp_path_factory.mktemp("scenarios")
    return {kind: suite.scenario(kind, folder / kind, patient=True) for kind in (suite.ORDERS, suite.COMPLAINTS)}


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """In these a busy machine would excuse a cheat, so that one which is hungry might try to make it busy."""
    folder = tmp_path_factory.mktemp("strict")
    return {kind: suite.scenario(kind, folder / kind) for kind in (suite.ORDERS, suite.COMPLAINTS)}


@pytest.mark.parametrize(("cheat", "runtime"), _cases())
def test_a_cheat_gets_what_it_deserves(
    cheat: suite.Cheat,
    runtime: str,
    scenarios: dict[str, Path],
    strict: dict[str, Path],
    tmp_path: Path,
    figure: Figure,
) -> None:
    found = strict if cheat.name in HUNGRY else scenarios
    sat = suite.sit(cheat.files(), runtime, found[cheat.scenario], tmp_path)
    took = suite.others_took(sat)
    if sat.report["result"] == "error" and cheat.name in HUNGRY and took:
        pytest.skip(f"{took}, and so this shows nothing of {cheat.name}")
    suite.deserved(sat, tmp_path / "state")
    cheat.shows(sat)
    figure(
        cheat.name,
        sat.seconds,
        "s",
        tries=cheat.tries,
        runtime=runtime,
        result=sat.report["result"],
        reason=sat.report["reason"],
        slowdown=sat.report["slowdown"],
        others=sat.run["others"],
        warnings=sat.report["warnings"],
    )


@ALONE
@pytest.mark.parametrize("runtime", EACH)
@pytest.mark.parametrize(("name", "kind"), [("honest", suite.ORDERS), ("honest_clerk", suite.COMPLAINTS)])
def test_honest_work_passes(name: str, kind: str, runtime: str, scenarios: dict[str, Path], tmp_path: Path) -> None:
    sat = suite.sit(suite.submission(name), runtime, scenarios[kind], tmp_path)
    assert (sat.code, sat.report["result"]) == (0, "passed"), (sat.told, suite.verdicts(sat), sat.lines()[-20:])
    assert suite.left_behind(tmp_path / "state") == []


@ALONE
@pytest.mark.parametrize("runtime", EACH)
def test_a_cheat_that_knew_the_seed_would_pass(runtime: str, scenarios: dict[str, Path], tmp_path: Path) -> None:
    """So that what the suite says of the others means something."""
    known = truth.known(load(scenarios[suite.ORDERS]), suite.SEED)
    sat = suite.sit(suite.submission("replays_answers") | known, runtime, scenarios[suite.ORDERS], tmp_path)
    assert sat.report["result"] == "passed", (sat.told, suite.verdicts(sat))


@BESIDE
@pytest.mark.parametrize("runtime", EACH)
def test_answers_of_another_exam_are_worth_nothing(
    runtime: str, scenarios: dict[str, Path], tmp_path: Path, figure: Figure
) -> None:
    known = truth.known(load(scenarios[suite.ORDERS]), suite.SEED + 1)
    sat = suite.sit(suite.submission("replays_answers") | known, runtime, scenarios[suite.ORDERS], tmp_path)
    suite.deserved(sat, tmp_path / "state")
    assert suite.tried(sat)["replayed"] > 40
    assert suite.verdicts(sat)["dates-hold"] == "fail"
    figure(
        "replays_answers",
        sat.seconds,
        "s",
        tries="answers what was true in another exam, order by order",
        runtime=runtime,
        result=sat.report["result"],
        reason=sat.report["reason"],
    )
