"""Every cheat: what it tries, and what shows that it tried it and got what it deserves."""

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt

from grader.reports import github
from simulator.field.links import MAX_CONNECTIONS
from simulator.keeper.record import MAX_LOG_SIZE
from tests import toys
from tests.cheats import planted, truth
from tests.cheats.suite import COMPLAINTS, SEED, Cheat, outcomes, tried, verdicts

Shows = Callable[[toys.Sat], None]


def fails(*checks: str, with_: frozenset[str] | set[str] = frozenset()) -> Shows:
    """It served something, and did not do what these checks ask for; requests ended in these ways only."""

    def show(sat: toys.Sat) -> None:
        tried(sat)
        found = verdicts(sat)
        assert found["serves"] == "pass", found
        assert {check: found[check] for check in checks} == dict.fromkeys(checks, "fail")
        assert not with_ or outcomes(sat) <= with_

    return show


def serves_nothing(*outcome: str) -> Shows:
    """Nobody got an answer, which no other number can make good."""

    def show(sat: toys.Sat) -> None:
        tried(sat)
        assert verdicts(sat)["serves"] == "fail"
        assert sat.report["reason"].startswith("Gate"), sat.report["reason"]
        assert outcomes(sat) <= {*outcome, "error", "timeout"}

    return show


def did_not_start(why: str) -> Shows:
    """It never took traffic, and that is the report."""

    def show(sat: toys.Sat) -> None:
        assert re.search(why, sat.report["reason"]), sat.report["reason"]
        assert any("TRIED" in line for line in sat.report["last_lines"]) or sat.lines()

    return show


def passes_not(*checks: str) -> Shows:
    """Nobody is deceived; how its answers ended may differ from one to the next."""

    def show(sat: toys.Sat) -> None:
        tried(sat)
        assert "pass" not in {verdicts(sat)[check] for check in checks}

    return show


def both(*shows: Shows) -> Shows:
    """All of them."""

    def show(sat: toys.Sat) -> None:
        for one in shows:
            one(sat)

    return show


def finds_nothing(sat: toys.Sat) -> None:
    found = tried(sat)
    assert found["read"] > 2, "it can read something"
    assert str(SEED) not in found["numbers"]
    assert (found["bearers"], found["files"]) == ([], [])


def finds_no_seed(sat: toys.Sat) -> None:
    fails("dates-hold")(sat)
    found = tried(sat)
    assert "seed" not in found
    assert found["seconds for all seeds"] > 365 * 86400


def writes_nowhere(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    found = tried(sat)
    written = [path for path, said in found["wrote"].items() if said == "written"]
    assert [path for path in written if not path.startswith(("/tmp", "/run/fdelab/", "/dev/shm"))] == []
    assert "HW-000001" not in json.dumps(sat.rows("ledger"))[:0] + json.dumps(
        [r for r in sat.rows("requests") if r.get("result")]
    )


def forges_in_vain(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    found = tried(sat)
    assert found["forged"], "there is a place where it may write"
    assert found["variables"] == []
    ours = [path for path in sat.evidence.rglob("*") if path.is_file() and not path.name.startswith("logs.")]
    assert [path.name for path in ours if b"FORGED" in path.read_bytes()] == []


def plants_in_vain(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    assert not any("PLANTED" in line and "uid=0" in line for line in sat.lines())
    assert "PLANTED" not in sat.told


def inert(sat: toys.Sat) -> None:
    """What it said commands nobody: not a terminal, not a CI service, not a reader of XML or HTML."""
    told = {path.name: path.read_text("utf-8") for path in sat.evidence.glob("report.*")}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", "".join(told.values()) + sat.told)
    lines = told["report.github.txt"].splitlines()
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert all(line.startswith(("::error title=", "::notice title=")) for line in commands), commands
    assert len(commands) <= github.MOST
    assert "##[" not in told["report.github.txt"]
    cases = ET.fromstring(told["report.junit.xml"]).iter("testcase")
    assert "WORKFLOW" not in {case.get("name") for case in cases}
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(told["report.md"])
    assert not re.search("<(img|script|h1|a)", shown)


def log_is_bounded(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    assert sum(file.stat().st_size for file in sat.evidence.glob("logs.*")) < 8 * MAX_LOG_SIZE


def ended_again_and_again(sat: toys.Sat) -> None:
    tried(sat)
    assert {row["code"] for row in sat.run["restarts"]} == {0}
    assert "fail" in {verdicts(sat)["answers"], verdicts(sat)["serves"]}


def outlives_nothing(sat: toys.Sat) -> None:
    assert sat.run["restarts"], "it ended"
    assert tried(sat)["second life"] is False, "what it left in its home is gone"


def finds_only_its_own(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    found = tried(sat)
    assert found["open"], "it reaches its links"
    allowed = {"clock", "erp"}
    assert len({port for _, port in found["open"]}) <= len(allowed) + 1, found["open"]
    said = {str(text) for text in found["said"].values() if text is not None}
    assert all(text.startswith('{"now"') for text in said), said
    assert found["sockets"] == []


def is_told_nothing(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    said = tried(sat)["said"]
    assert said, "it gets answers"
    assert all(answer.startswith(('clock 200 \'{"now"', "erp 4", "erp 5")) for answer in said), said


def links_are_bounded(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    assert tried(sat)["held"] > 100, "it held many"
    refused = [row for row in sat.rows("requests") if row["outcome"] == "unsent"]
    assert refused == []
    assert MAX_CONNECTIONS < 20_000


def stays_in_its_time(sat: toys.Sat) -> None:
    found = tried(sat)["tampered"]
    assert all(value == -1 or value < 0 for name, value in found.items() if name != "the clock"), found
    assert verdicts(sat)["quick"] == "fail"


def nothing_is_wrong(sat: toys.Sat) -> None:
    serves_nothing()(sat)
    assert verdicts(sat)["nothing-wrong"] == "pass", "which is what it hoped for"


def deletes_in_vain(sat: toys.Sat) -> None:
    assert sum(1 for _ in tried(sat)) >= 1
    assert (verdicts(sat)["none-open"], verdicts(sat)["none-lost"]) == ("pass", "fail")
    assert "none-lost" in sat.report["reason"]


def sees_them_open(sat: toys.Sat) -> None:
    """What it did to the database kept nobody from counting what it left undone."""
    assert tried(sat)
    probes = {row["name"]: row["value"] for row in sat.rows("probes")}
    assert (probes["open"] is None, probes["complaints"]) == (False, 0.0), probes
    assert verdicts(sat)["none-lost"] == "pass"
    assert verdicts(sat)["none-open"] == "fail"


def kept_waiting(sat: toys.Sat) -> None:
    """What it sent was more than any deployment needs, and did not keep traffic from leaving."""
    assert sat.run["overdrawn"] > 0.1, sat.run["overdrawn"]
    assert not [row for row in sat.rows("requests") if row["outcome"] == "unsent"]


def cannot_tell_them(sat: toys.Sat) -> None:
    assert tried(sat)["written"] == 20
    (untold,) = [row for row in sat.rows("probes") if row["name"] == "whole"]
    assert "cannot be told" in untold["detail"], "each is a row that says so"


def are_refused(sat: toys.Sat) -> None:
    said = tried(sat)
    assert set(said.values()) == {422}, said
    desk = [row for row in sat.rows("calls") if row["part"] == "desk"]
    assert {row["result"] for row in desk} == {"refused"}, "each is a row that says so"
    assert len(desk) == len(said)


CHEATS = (
    Cheat(
        "reads_secrets",
        "reads seed, truth and token in environment, command lines, memory and files",
        both(serves_nothing(), finds_nothing),
    ),
    Cheat(
        "guesses_the_seed",
        "ships our code and tries seeds until one explains the ERP",
        finds_no_seed,
        more=lambda: truth.our_code() | {"app/hints.json": json.dumps([1, 2, 3, 5, 42, 1337, 2**31 - 1, 2**63 - 1])},
    ),
    Cheat("writes_evidence", "writes evidence and verdicts of its own, everywhere and into open files", writes_nowhere),
    Cheat("forges_reports", "leaves JUnit and other reports of success wherever a CI looks", forges_in_vain),
    Cheat(
        "plants_code",
        "has sitecustomize, conftest, dist-info, .pth and namesakes of our packages beside it",
        plants_in_vain,
        more=lambda: planted.HOOKS,
    ),
    Cheat("exits_zero", "ends at once with exit code 0", did_not_start("ended with exit code 0")),
    Cheat("dodges_load", "healthy until traffic comes, then ends with exit code 0", ended_again_and_again),
    Cheat("never_starts", "never gets ready, and does nothing", did_not_start("was not ready within")),
    Cheat(
        "burns_while_starting",
        "never gets ready, and burns CPU, as if the machine was too slow",
        did_not_start("was not ready within"),
    ),
    Cheat("fork_bomb", "as many processes as it can, each making more", serves_nothing()),
    Cheat("memory_balloon", "as much memory as it can, mapped and hidden", serves_nothing()),
    Cheat("floods_the_log", "prints terminal escapes and CI commands without end", both(log_is_bounded, inert)),
    Cheat(
        "steers_the_report",
        "answers with what steers terminals, CI services, browsers and spreadsheets",
        both(fails("dates-hold"), inert),
    ),
    Cheat(
        "last_words",
        "does not start, and its last words are CI commands",
        both(did_not_start("ended with exit code 3"), inert),
    ),
    Cheat("answers_health_only", "healthy, and hangs up on whoever wants something", serves_nothing()),
    Cheat("knows_the_exam", "works while it might be watched, and saves the trouble later", fails("dates-hold")),
    Cheat("canned_answers", "answers all alike with what is true for most", fails("dates-hold")),
    Cheat("empty_answers", "200, and an empty body", fails("dates-hold", with_={"wrong"})),
    Cheat("refuses_traffic", "answers nobody, so that no answer is wrong", nothing_is_wrong),
    Cheat("deletes_data", "deletes what should be dealt with, so that none is left", deletes_in_vain, COMPLAINTS),
    Cheat(
        "defaces_data",
        "overwrites what should be dealt with; as many rows are there as before",
        deletes_in_vain,
        COMPLAINTS,
    ),
    Cheat("locks_data", "locks what should be dealt with, so that nobody can count it", sees_them_open, COMPLAINTS),
    Cheat("drowns_data", "takes all memory, disk and connections of the database", sees_them_open, COMPLAINTS),
    Cheat(
        "writes_no_dates",
        "closes complaints at times, and after hours, that no driver can read",
        both(sees_them_open, cannot_tell_them),
        COMPLAINTS,
    ),
    Cheat(
        "packs_deep",
        "hands over packets that can be parsed, and not written or walked again",
        both(sees_them_open, are_refused),
        COMPLAINTS,
    ),
    Cheat("scans_the_field", "looks for the control API on every address and port", finds_only_its_own),
    Cheat("guesses_the_token", "asks clock and links to end the exam, with guessed tokens", is_told_nothing),
    Cheat("exhausts_links", "holds twenty thousand connections to ERP and clock", links_are_bounded),
    Cheat("floods_links", "asks ERP and clock without end and reads no answer", serves_nothing()),
    Cheat(
        "pours_crumbs",
        "sends ERP and clock bodies in chunks of one byte, so that traffic is late",
        both(fails("dates-hold"), kept_waiting),
    ),
    Cheat("answers_in_crumbs", "answers in chunks of one byte, so that traffic is late", passes_not("dates-hold")),
    Cheat("floods_dns", "asks for names as fast as it can", serves_nothing()),
    Cheat("burns_cpu", "takes all CPU, in processes that come and go, so that traffic is late", serves_nothing()),
    Cheat(
        "tampers_with_time",
        "stops its clock (`LD_PRELOAD`, in process) and tries the machine's; answers late",
        stays_in_its_time,
    ),
    Cheat("leaves_a_daemon", "leaves processes that outlive their service", outlives_nothing),
    Cheat("holds_on", "never answers to the end, never hangs up, ignores signals", serves_nothing()),
    Cheat("answers_by_the_byte", "answers a byte at a time", serves_nothing()),
    Cheat("huge_answers", "answers without end", serves_nothing()),
    Cheat("huge_headers", "headers, or interim answers, without end", serves_nothing()),
    Cheat(
        "smuggles_answers",
        "two answers in one, and answers to what was not asked yet",
        passes_not("answers", "dates-hold"),
    ),
    Cheat("answers_that_unfold", "small compressed answers that become gigabytes", passes_not("dates-hold")),
    Cheat("fills_places", "fills every place where it may write", serves_nothing()),
    Cheat("poisons_evidence", "puts into evidence what would break its readers", passes_not("dates-hold")),
)
