"""What a lap holds, as an author is shown it before anything is brought up."""

import json

import pytest

from labs.cli.picture import ON, picture
from labs.library.catalogue import find, slugs
from labs.library.glance import glance, unwatched
from labs.library.planned import planned
from scenarios.model import Check, Scenario
from simulator.clock import timeline
from simulator.drawing import drawn


def lap(slug: str, seed: int | None = None) -> dict[str, object]:
    found: dict[str, object] = json.loads(json.dumps(glance(find(slug).scenario, seed).to_json()))
    return found


@pytest.mark.parametrize("slug", slugs())
def test_it_is_the_lap_that_a_world_would_play(slug: str) -> None:
    template = find(slug).scenario
    for seed in (1, 2):
        played = timeline(drawn(template, seed))
        found = glance(template, seed)
        assert found.timeline == played
        assert found.ends == played.spans[-1].ends
        for strike in found.strikes:
            span = next(one for one in played.spans if one.name == strike.phase)
            assert all(span.begins <= begins < ends <= span.ends + 1e-9 for begins, ends in strike.spans)


def test_another_seed_draws_another_lap_and_none_the_middle() -> None:
    assert lap("first-day", 1) != lap("first-day", 2)
    assert lap("first-day")["seed"] is None
    (opening, *_) = lap("first-day")["phases"]  # type: ignore[misc]
    assert (opening["begins"], opening["ends"]) == (0.0, 2.5)  # type: ignore[has-type]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("slug", slugs())
def test_a_picture_has_every_phase_at_its_place_and_fits(slug: str, width: int) -> None:
    found = glance(find(slug).scenario, 1)
    lines = picture(found, width)
    assert max(map(len, lines)) <= max(width, 64)
    label = len(lines[0]) - len(lines[0].lstrip("phase").lstrip())
    room = len(lines[0]) - label
    for span in found.timeline.spans:
        begins = label + round(span.begins * room / found.ends)
        assert lines[0][begins:].lstrip("◆").startswith(span.name[0]), span.name
    struck = [line for line in lines if ON in line]
    assert len(struck) == len({(strike.kind, strike.target) for strike in found.strikes if strike.spans})


def test_a_phase_at_which_nobody_looks_is_named() -> None:
    scenario = find("first-day").scenario
    checks = [
        check.model_copy(update={"with_": {**check.with_, "during": ["morning"]}})
        for check in scenario.checks
        if check.measure != "recovered"
    ]
    assert unwatched(glance(scenario.model_copy(update={"checks": checks}))) == ["opening", "afternoon"]
    assert unwatched(glance(scenario)) == []
    assert isinstance(scenario, Scenario)


@pytest.mark.parametrize("slug", slugs())
def test_what_a_runtime_is_handed_has_all_services_with_their_limits(slug: str) -> None:
    entry = find(slug)
    found = {process["name"]: process for process in planned(entry, "docker")}
    for name, service in entry.scenario.deployment.services.items():
        assert found[name]["role"] == "deployment"
        assert found[name]["limits"]["memory"] == service.limits.memory
        assert {f"{part.upper().replace('-', '_')}_URL" for part in service.uses} <= found[name]["environment"].keys()
    assert found["field"]["nets"]
    assert not any("limits" in process for process in planned(entry, "local"))


def test_a_question_looks_at_the_phases_that_it_names() -> None:
    scenario = find("promise-dates").scenario
    asked = {"id": "asked", "family": "data", "sql": "select count(*) from requests", "expect": ">= 1", "says": "It is"}
    checks = [Check.model_validate(asked), Check.model_validate(asked | {"with": {"during": ["morning"]}})]
    whole, one = glance(scenario.model_copy(update={"checks": checks})).looks
    assert "morning" in whole.phases
    assert len(whole.phases) > 1
    assert one.phases == ("morning",)
