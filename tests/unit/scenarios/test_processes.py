"""Faults that strike processes, as lint sees them: in the toy scenario, with the real faults of processes."""

from dataclasses import replace

import pytest

from labs.library import vocabulary as real
from scenarios.loader import examine
from simulator.faults import PROCESS_FAULTS
from tests.unit.scenarios.linting import FAULT, FLOW, SITE, found

LINK = f"link: shop, {FAULT}"
ALONE = (SITE, SITE.replace("part: shop-system,", "part: shop-system, alone: true,"))
DEPOT = (SITE, SITE + "  depot: {part: mailbox}\n")


@pytest.fixture(scope="module")
def words(vocabulary):
    """The toy vocabulary, in which the installed faults of processes are known, and mailboxes live alone."""
    installed = real.vocabulary()

    def strike(use, part):
        return installed.target_problem(use, part) if use.service else vocabulary.target_problem(use, part)

    return replace(
        vocabulary,
        faults={**vocabulary.faults, **{name: kind.params for name, kind in PROCESS_FAULTS.items()}},
        process_faults=installed.process_faults,
        runtimes=installed.runtimes,
        outage_faults=installed.outage_faults,
        outage_seconds=installed.outage_seconds,
        alone=frozenset({"mailbox"}),
        target_problem=strike,
    )


@pytest.mark.parametrize(
    ("changes", "said", "suggestion"),
    [
        ([(LINK, "service: §apy, cpu: 20%")], "unknown service 'apy'", "did you mean 'api'?"),
        ([(LINK, "service: §shop, pause: 1s")],
         "part 'shop' shares its process with others, so that no fault can strike it by itself", "`alone: true`"),
        ([ALONE, (LINK, "service: shop, pause: 1s")], None, None),
        ([DEPOT, (LINK, "service: depot, pause: 1s")], None, None),
        ([DEPOT, (LINK, "service: depot, §kill: 1s")],
         "kill strikes services: a part that it struck would lose what it knows of its lap", None),
        ([ALONE, (LINK, "service: shop, §pause: 1s"), ("name: slow\n", "name: slow\n    shift: true\n")],
         "part 'shop' would stand still until the lap ends", "not in a shift"),
        ([(LINK, "service: api, cpu: 20%"), ("name: slow\n", "name: slow\n    shift: true\n")], None, None),
        ([(LINK, "service: api, §latency: {from: 1s, to: 2s}")],
         "latency strikes links, not processes: write `link: api`", None),
        ([(LINK, "service: api, §cpu: 20%, share: 20%")],
         "cpu strikes all of api; `share` would pick from it", None),
        ([(LINK, "service: api, §memory: {to: 1g}")], "memory: 'api' has 256m by its limits", "less than 256m"),
        ([(LINK, "service: api, memory: {to: 64m}")], None, None),
        ([("{" + LINK, "§{service: api, link: shop, cpu: 20%")],
         "faults: a fault strikes one `link`, or the process of one `service`", None),
        ([(LINK, "service: api, cpu: §2")], "to: 2 is not a share such as 5%", None),
    ],
)  # fmt: skip
def test_rules(write, words, changes, said, suggestion):
    problems = found(write(*changes), words)
    if said is None:
        assert not problems
        return
    at = next((message for message in problems if message.startswith(said)), None)
    assert at is not None
    assert suggestion is None or suggestion in (problems[at] or "")


@pytest.mark.parametrize(
    ("fault", "cannot"),
    [
        ("cpu: 20%", ["local", "box"]),
        ("memory: {to: 64m}", ["local"]),
        ("disk_full: {}", ["local", "box"]),
        ("pause: 1s", []),
        ("skew: 3m sim", []),
    ],
)
def test_what_a_runtime_cannot_do_is_a_note(write, words, fault, cannot):
    file = write((LINK, f"service: api, {fault}"))
    assert not examine(file, words)[1]
    notes = [note for note in examine(file, words, notes=True)[1] if "needs runtime" in note.message]
    name = fault.partition(":")[0]
    assert [note.message.partition(":")[0] for note in notes] == ([f"{name} needs runtime docker"] if cannot else [])
    for note in notes:
        assert note.note
        assert [runtime for runtime in ("local", "box", "docker") if f"{runtime} cannot (" in note.message] == cannot
        assert note.suggestion == "there the scenario is refused"
        assert note.line is not None and note.column is not None
        line = file.read_text().splitlines()[note.line - 1]
        assert line[note.column - 1 :].startswith(name)


SURE = "expect: faults on 'api' refuse {} of what comes in, so no deployment can reach '>= 98 %'"


@pytest.mark.parametrize(
    ("fault", "share"),
    [
        # The check looks at ten seconds, which simulate 75 minutes.
        ("kill: 2s", "20 %"),
        ("kill: 100ms", None),
        ("kill: 1h", "100 %"),
        ("kill: 1h, until: 15m sim", "20 %"),
        ("kill: 1s, from: 4275s sim", "5 %"),
        ("kill: 1s, flap: {on: 15m sim, off: 15m sim}", "30 %"),
        ("kill: 1s, flap: {on: 15m sim, off: 15m sim}, first: 2", "20 %"),
        ("restart: {grace: 3s, again: 1s}", "10 %"),
        ("restart: 5s", None),
        ("pause: {}", "90 %"),
        ("pause: 3s", "20 %"),
        ("pause: 900ms", None),
        ("skew: 1h sim", None),
        ("cpu: 1%", None),
    ],
)
def test_what_comes_to_a_service_that_is_away_is_denied(write, words, fault, share):
    patient = (FLOW, FLOW[:-1] + ", timeout: 1s}")
    problems = found(write(patient, (LINK, f"service: api, {fault}")), words)
    assert list(problems) == ([SURE.format(share)] if share else [])


def test_who_waits_longer_than_a_service_stands_still_gets_an_answer(write, words):
    assert not found(write((LINK, "service: api, pause: 3s")), words)


def test_an_absence_goes_on_in_the_phases_after_a_shift(write, words):
    late = ("checks:\n", "  - {name: late, lasts: 10s, simulates: 150m}\nchecks:\n")
    shift = ("name: slow\n", "name: slow\n    shift: true\n")
    during = ("during: [slow]", "during: [late]")
    problems = found(write(late, shift, during, (LINK, "service: api, kill: 3s, from: 4050s sim")), words)
    assert list(problems) == [SURE.format("20 %")]
