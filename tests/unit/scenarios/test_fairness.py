"""What lint calls unfair, unlooked at or without excuse: a grade that nobody could reach, or that sees nothing."""

from dataclasses import replace

import pytest

from scenarios.loader import examine
from scenarios.vocabulary import Params
from tests.unit.scenarios.linting import CHECK, HERE, LOSS, SITE, WITH, found

UNFAIR = "expect: 2 bad requests of about 200 would break '>= 99.5 %'; it must take 3 or more"


def test_a_fault_on_a_part_that_nobody_uses_strikes_nothing(write, vocabulary):
    problems = found(write((SITE, SITE + "  depot: {part: mailbox}\n"), ("link: shop", "link: §depot")), vocabulary)
    assert "no service uses part 'depot', so nothing passes over this link" in problems


@pytest.mark.parametrize(
    ("uses", "measure", "said"),
    [
        ("[shop]", "storm", "no service uses 'depot', so nothing goes over that link"),
        ("[shop, depot]", "storm", "single attempts are seen on HTTP alone; 'depot' speaks tcp"),
        ("[shop, depot]", "leak", None),
    ],
)
def test_how_a_deployment_behaves_is_seen_on_links_it_uses(write, vocabulary, uses, measure, said):
    mark = "§" if said else ""
    check = CHECK.format(f'measure: {measure}, with: {{link: {mark}depot}}, expect: "<= 2"')
    depot = (SITE, SITE + "  depot: {part: mailbox}\n")
    problems = found(write(depot, ("uses: [shop]", f"uses: {uses}"), (LOSS, LOSS + check)), vocabulary)
    assert [*problems] == ([said] if said else [])


@pytest.mark.parametrize(
    ("picks", "share"),
    [
        ("every: 5", "10 %"),
        ("first: 40", "10 %"),
        ("first: 4000", None),
        ("from: 45m sim, until: 60m sim", "10 %"),
        ("flap: {on: 3m sim, off: 12m sim}", "10 %"),
        ("every: 2, flap: {on: 6m sim, off: 9m sim}", "10 %"),
        ("flap: {on: 9m sim, off: 1m sim}", None),
    ],
)
def test_what_is_counted_is_a_share_of_the_requests_too(write, vocabulary, picks, share):
    check = CHECK.format('measure: latency, with: {stream: orders, quantile: §90%}, expect: "<= 1s"')
    text = check if share else check.replace(HERE, "")
    problems = found(write((LOSS, LOSS + text), ("share: 20%", picks)), vocabulary)
    unfair = [m for m in problems if m.startswith("quantile: a tail of 10 % is within twice")]
    assert [m.split("twice the ")[1] for m in unfair] == ([f"{share} that latency strikes on 'shop'"] if share else [])


def test_bad_requests_are_counted_at_the_rate_of_each_phase(write, vocabulary):
    slow = "- name: slow\n"
    file = write(('">= 98 %"', '">= 99.5 %"'), (slow, slow + "    traffic: {orders: 60/s}\n"))
    assert found(file, vocabulary) == {}
    file = write((slow, slow + "    traffic: {orders: 5/s}\n"))
    said = "expect: 2 bad requests of about 50 would break '>= 98 %'; it must take 3 or more"
    assert said in found(file, vocabulary)


@pytest.mark.parametrize(
    ("old", "new", "unknown"),
    [
        ("level: 1", "level: 1\n§colour: red", "unknown key 'colour'"),
        ("lasts: 4s,", "lasts: 4s, §shown: true,", "unknown key 'shown'"),
        ("level: 1", "level: §one", "level: expected a whole number, found 'one'"),
        ("id: loss", "§colour: red, id: loss", "unknown key 'colour'"),
    ],
)
def test_what_is_unfair_is_told_beside_what_does_not_fit(write, vocabulary, old, new, unknown):
    file = write((old, new), ('">= 98 %"', '">= 99.5 %"'))
    assert set(found(file, vocabulary)) == {unknown, UNFAIR}
    text = file.read_text().splitlines()
    line = next(number for number, one in enumerate(text, 1) if "99.5" in one)
    places = [(p.line, p.column) for p in examine(file, vocabulary)[1] if p.message == UNFAIR]
    assert places == [(line, text[line - 1].index('"') + 1)]


@pytest.mark.parametrize(
    ("old", "new", "unknown"),
    [
        # How long the phases are, and which are graded, is not known where that is what is misspelt.
        ("name: morning, lasts: 10s", "name: morning, §lats: 10s", "unknown key 'lats'"),
        ("lasts: 4s, graded", "lasts: 4s, §graedd", "unknown key 'graedd'"),
        ("rate: 20/s", "rate: §20", "rate: 20 is not a rate such as 20/s"),
        ("during: [slow]", "§durnig: [slow]", "unknown key 'durnig'"),
    ],
)
def test_what_a_mistake_makes_unfair_is_not(write, vocabulary, old, new, unknown):
    problems = found(write((old, new), ('">= 98 %"', '">= 99.5 %"')), vocabulary)
    assert unknown in problems
    assert not [message for message in problems if "would break" in message]


@pytest.mark.parametrize(
    ("phase", "check", "looks"),
    [
        ("shift: true", "", True),
        ("shift: §true", "during: [morning]", False),
        ("shift: §true\n    graded: false", "", False),
    ],
)
def test_what_a_shift_changes_is_looked_at(write, vocabulary, phase, check, looks):
    changes = [("name: slow\n", f"name: slow\n    {phase}\n"), (WITH, "with: {stream: orders}")]
    if check:
        changes = [changes[0], ("during: [slow]", check), ("accounts: [late]", f"accounts: [late], {check}")]
    problems = found(write(*changes), vocabulary)
    said = "no check looks at what shift 'slow' changes"
    assert (said in problems) is not looks


def test_a_shift_is_looked_at_by_what_is_always_of_the_whole_lap(write, vocabulary):
    class Whole(Params):
        pass

    measures, units = {**vocabulary.measures, "whole": Whole}, {**vocabulary.units, "whole": "any"}
    words = replace(vocabulary, measures=measures, units=units)
    check = CHECK.format('measure: whole, expect: ">= 3"')
    file = write(("name: slow\n", "name: slow\n    shift: true\n    graded: false\n"), (WITH, "with: {stream: orders}"),
                 (LOSS, LOSS + check))  # fmt: skip
    assert "no check looks at what shift 'slow' changes" not in found(file, words)


def test_a_graded_phase_in_which_nobody_looks_at_something_is_noted(write, vocabulary):
    notes = [p for p in examine(write(), vocabulary, notes=True)[1] if p.note]
    assert [(p.line, p.message) for p in notes if "never taken" in p.message] == [
        (29, "availability of orders is never taken in morning")
    ]
    whole = ("with: {stream: orders, during: [slow]}", "with: {stream: orders}")
    assert not [p for p in examine(write(whole), vocabulary, notes=True)[1] if "never taken" in p.message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("simulates: 75m}", "simulates: 75m, excused: why}", "a graded phase cannot be excused"),
        ("graded: false", "graded: false, excused: ' '", "excused: say why nothing counts in this phase"),
    ],
)
def test_an_excuse_is_for_an_ungraded_phase_and_says_why(write, vocabulary, old, new, message):
    problems = examine(write((old, new)), vocabulary)[1]
    assert [p.message.replace("'", "") for p in problems] == [message]
    assert not examine(write(("graded: false", "graded: false, excused: the files come first")), vocabulary)[1]


def test_a_gate_cannot_ask_for_answers_that_faults_refuse_in_the_warm_up(write, vocabulary):
    refused = "graded: false, faults: [{link: api, reset: {}}]"
    gate = ("with: {stream: orders, during: [slow]}", "with: {stream: orders}\n    gate: true")
    (problem,) = examine(write(("graded: false", refused), gate), vocabulary)[1]
    assert "refuse 16.7 % of what comes in" in problem.message
    assert not examine(write(("graded: false", f"{refused}, excused: why"), gate), vocabulary)[1]
