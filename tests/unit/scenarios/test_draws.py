"""Where draws stand in a scenario's file, and what lint sees of them."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.draws import Template, extremes
from scenarios.loader import examine, load
from scenarios.model import Scenario
from simulator.drawing import INCIDENT_SEED, drawn
from tests.unit.scenarios.conftest import SOUND

MORNING = "  - {name: morning, lasts: 10s, simulates: 75m}\n"
DRAWN = (
    SOUND.replace("rate: 20/s", "rate: 18/s..24/s")
    .replace("token: 60m sim", "token: {pick: [50m sim, 60m sim, 70m sim], not: incident}")
    .replace("phases:\n", "clock: {starts: 2026-03-02T08:00..2026-03-20T08:00}\nphases:\n")
    .replace(MORNING, MORNING.replace("lasts: 10s", "lasts: {range: 8s..14s, not: incident}"))
    .replace("share: 20%", "share: 15%..25%, from: 1m sim..10m sim")
)
SHUFFLED = DRAWN.replace(
    MORNING.replace("lasts: 10s", "lasts: {range: 8s..14s, not: incident}"),
    "  - shuffle:\n      - {name: one, lasts: 8s..9s, simulates: 1h}\n      - {name: two, lasts: 5s, simulates: 40m}\n",
)


def test_without_a_seed_the_middle_stands_there_and_its_words_are_known(write, vocabulary):
    scenario = load(write(text=DRAWN), vocabulary)
    assert [phase.lasts for phase in scenario.phases] == [4.0, 11.0, 10.0]
    assert scenario.said("phases", 1, "lasts") == "8 to 14 s"
    assert scenario.said("site", "shop", "with", "token") == "50m sim, 60m sim or 70m sim"
    assert scenario.said("phases", 0, "lasts") is None
    assert [draw.stream for draw in scenario.draws] == [
        "clock/starts", "site/shop/with/token", "traffic/orders/rate", "phases/morning/lasts",
        "phases/slow/faults/0/share", "phases/slow/faults/0/from",
    ]  # fmt: skip


def test_a_template_survives_the_way_to_another_process(write, vocabulary):
    scenario = load(write(text=SHUFFLED), vocabulary)
    assert Template.model_validate_json(scenario.model_dump_json(by_alias=True)) == scenario


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**63 - 1), text=st.sampled_from([DRAWN, SHUFFLED]))
def test_what_any_seed_draws_lints_clean_and_lies_in_its_range(seed, text, write, vocabulary):
    scenario, problems = examine(write(text=text), vocabulary)
    assert scenario is not None
    assert not problems
    made = drawn(scenario, seed)
    assert type(made) is Scenario
    assert 18 <= made.traffic["orders"].rate <= 24
    assert made.site["shop"].with_["token"] in {"50m sim", "60m sim", "70m sim"}
    lasts = {phase.name: phase.lasts for phase in made.phases}
    assert 8 <= lasts.get("morning", 9) <= 14
    assert made.phases[0].name == "warm-up"
    assert {p.name for p in made.phases} == {p.name for p in scenario.phases}
    # What was drawn is a scenario that an author could have written.
    assert Scenario.model_validate(made.model_dump(mode="json", by_alias=True)) == made


def test_one_more_range_moves_no_other_draw(write, vocabulary):
    one = load(write(text=DRAWN), vocabulary)
    more = DRAWN.replace("lasts: 4s", "lasts: 3s..5s").replace(
        "phases:\n", "phases:\n  - {name: before, lasts: 2s..3s, graded: false}\n"
    )
    other = load(write(text=more), vocabulary)
    for seed in range(20):
        first, second = drawn(one, seed), drawn(other, seed)
        assert first.clock == second.clock
        assert first.traffic == second.traffic
        assert first.phases[1:] == second.phases[2:]


def test_a_scenario_without_ranges_draws_to_itself(write, vocabulary):
    scenario = load(write(), vocabulary)
    assert scenario.draws == ()
    made = drawn(scenario, 7)
    assert made.model_dump() == scenario.model_dump(exclude={"draws"})
    assert made == drawn(scenario, 8)


def test_seeds_draw_differently_and_none_as_the_incident(write, vocabulary):
    scenario = load(write(text=DRAWN), vocabulary)
    incident = drawn(scenario, INCIDENT_SEED)
    made = [drawn(scenario, seed) for seed in range(40)]
    assert len({one.phases[1].lasts for one in made}) > 30
    assert all(abs(one.phases[1].lasts - incident.phases[1].lasts) > 0.5 for one in made)
    assert {one.site["shop"].with_["token"] for one in made} == {"50m sim", "60m sim", "70m sim"} - {
        incident.site["shop"].with_["token"]
    }


def test_who_the_customer_is_stays_from_lap_to_lap(write, vocabulary):
    scenario = load(write(text=DRAWN), vocabulary)
    laps = [drawn(scenario, seed, customer=5) for seed in range(10)]
    assert len({str((lap.clock, lap.site)) for lap in laps}) == 1
    assert len({lap.phases[1].lasts for lap in laps}) == 10
    assert laps[0].clock == drawn(scenario, 5).clock


def test_every_order_of_a_shuffle_comes_and_what_surrounds_it_stays(write, vocabulary):
    scenario = load(write(text=SHUFFLED), vocabulary)
    orders = {tuple(phase.name for phase in drawn(scenario, seed).phases) for seed in range(20)}
    assert orders == {("warm-up", "one", "two", "slow"), ("warm-up", "two", "one", "slow")}
    lasts = {phase.name: phase.lasts for seed in range(20) for phase in drawn(scenario, seed).phases}
    assert lasts["two"] == 5.0


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("lasts: 10s, simulates", "lasts: 14s..8s, simulates", "18:28", "the second end must be more"),
        ("lasts: 10s, simulates", "lasts: 8..14s, simulates", "18:28", "both ends need the unit: 8s..14s"),
        ("lasts: 10s, simulates", 'lasts: "8s..14s", simulates', "18:28", "is not a duration such as"),
        ("lasts: 10s, simulates", "lasts: {pick: [8s]}, simulates", "18:35", "a pick needs two values to choose from"),
        ("lasts: 10s, simulates", "lasts: {pick: [8s, 9s], not: incident}, simulates", "18:35", "with one left"),
        ("lasts: 10s, simulates", "lasts: {pick: [7s, 8s, 9s], not: 8s}, simulates", "18:54", "`not` is about"),
        ("lasts: 10s, simulates", "lasts: {range: soon}, simulates", "18:36", "a range is written like 8s..14s"),
        ("graded: false", "graded: {pick: [true, false]}", "17:48", "`graded` is the same in every lap"),
        ("part: shop-system", "part: {pick: [shop-system, mailbox]}", "9:24", "`part` is the same in every lap"),
        ("rate: 20/s", "rate: {pick: [20/s, many]}", "15:61", "'many' is not a rate such as 20/s (with everything"),
        ("token: 60m sim", "token: {pick: [60m sim, 6m sim]}", "9:60", "that is drawn at its high end)"),
        ("lasts: 10s, simulates", "lasts: 8s..2h, simulates", "18:28", "is more than 1h"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_draw_is_told_once_at_its_place(write, vocabulary, old, new, at, said):
    _, problems = examine(write((old, new)), vocabulary)
    found = [(f"{problem.line}:{problem.column}", problem.message) for problem in problems]
    assert [place for place, message in found if said in message] == [at], found
    assert len(found) == 1, found


def test_fairness_is_looked_at_where_a_check_has_the_fewest_requests(write, vocabulary):
    """Of the requests of ten seconds, 98 % are missed by five; of those of two seconds, by one."""
    text = SOUND.replace("name: slow\n    lasts: 10s", "name: slow\n    lasts: 2s..20s")
    assert "lasts: 2s..20s" in text
    _, problems = examine(write(text=text), vocabulary)
    (problem,) = problems
    assert problem.message.startswith("expect: 1 bad request of about 40 would break '>= 98 %'")
    assert problem.message.endswith("(with everything that is drawn at its low end)")


def test_a_range_that_means_text_is_to_be_quoted(write, vocabulary):
    _, problems = examine(write(("with: {token: 60m sim}", "with: {version: {pick: [1.10, 1.20]}}")), vocabulary)
    (problem,) = problems
    assert "text is meant here" in problem.message
    assert not examine(write(("with: {token: 60m sim}", 'with: {version: {pick: ["1.10", "1.20"]}}')), vocabulary)[1]


def test_a_column_s_own_pick_is_for_each_row_and_one_within_it_for_the_lap(tmp_path):
    from scenarios.draws import take
    from scenarios.positions import parse

    text = """\
datasets:
  goods:
    rows: 3..7
    columns:
      zone: {pick: [a, b]}
      other: {pick: {pick: [[a, b], [c, d]]}}
"""
    tree, _ = parse(text, "x")
    assert tree is not None
    assert [draw.stream for draw in take(tree, "x").draws] == [
        "datasets/goods/rows",
        "datasets/goods/columns/other/pick",
    ]


def test_lint_looks_at_both_ends_of_everything_and_at_each_value(write, vocabulary):
    scenario = load(write(text=DRAWN), vocabulary)
    for draw in scenario.draws:
        seen = {extreme.choices.get(draw.at, draw.middle) for extreme in extremes(scenario.draws)}
        assert {draw.lowest, draw.highest} <= seen
        assert not draw.pick or seen == set(range(len(draw.pick)))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0))
def test_few_scenarios_cover_every_value_of_every_pick(sizes, seed):
    rng = random.Random(seed)
    picks = {f"s{n}": [f"{20 + rng.randrange(30)}m sim" for _ in range(size + 2)] for n, size in enumerate(sizes)}
    text = SOUND.replace(
        "site:\n  shop: {part: shop-system, with: {token: 60m sim}}",
        "site:\n  shop: {part: shop-system}\n"
        + "\n".join(
            f"  {name}: {{part: shop-system, with: {{token: {{pick: [{', '.join(v)}]}}}}}}" for name, v in picks.items()
        ),
    )
    from scenarios.draws import take
    from scenarios.positions import parse
    from scenarios.shape import shape

    tree, _ = parse(text, "x")
    assert tree is not None
    found = take(tree, "x")
    scenario, _ = shape(Scenario, tree, "x")
    assert scenario is not None
    template = Template.model_validate(scenario.model_dump(mode="json", by_alias=True) | {"draws": tuple(found.draws)})
    covered = template.covering()
    assert len(covered) <= max(map(len, picks.values()))
    for name, values in picks.items():
        assert {one.site[name].with_["token"] for one in covered} == set(values)
