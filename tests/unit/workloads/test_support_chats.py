"""How chats go on, what they cost, and what the day's end finds out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios.model import Scenario
from simulator.clock import Clock, timeline
from simulator.evidence.recorder import Recorder
from simulator.workloads import WORKLOADS, answers
from simulator.workloads.base import Context, Intent, Judgement, Reply
from simulator.workloads.chat_book import Chat
from simulator.workloads.chat_course import ChatProgress, Report, complete, fits, same
from simulator.workloads.chat_phrases import TOPICS
from simulator.workloads.chat_tables import FACTS_CHATS, FACTS_REPORTS, FACTS_TURNS
from simulator.workloads.support_chats import SupportChats, SupportChatsParams

SCENARIO = Scenario.model_validate(
    {
        "id": "chats", "title": "Chats", "customer": {"name": "X", "trade": "shoes", "currency": "EUR"},
        "level": 1, "minutes": 10, "site": {"desk": {"part": "service-desk"}},
        "deployment": {"services": {"bot": {"command": ["true"]}}, "editable": ["app/**"]},
        "traffic": {"chats": {"workload": "support-chats", "to": "bot", "rate": "20/s"}},
        "phases": [
            {"name": "warm-up", "lasts": "4s", "simulates": "8m", "graded": False},
            {"name": "day", "lasts": "40s", "simulates": "80m"},
            {"name": "sale", "lasts": "10s", "simulates": "20m", "shift": True},
        ],
        "checks": [{"id": "c", "family": "data", "sql": "select 1", "expect": "== 1", "says": "x"}],
    }
)  # fmt: skip


class Lap:
    """One lap of the workload."""

    def __init__(self, folder: Path, **params: Any) -> None:
        self.folder = folder
        self.recorder = Recorder(folder, "field")
        self.timeline = timeline(SCENARIO)
        context = Context("chats", SCENARIO.traffic["chats"], SCENARIO, 5, Clock(self.timeline, 0), self.recorder)
        self.workload = SupportChats(context, SupportChatsParams.model_validate(params))
        self.timeout = SCENARIO.traffic["chats"].timeout
        self.intents = {i.key: i for i in self.workload.intents() if i.key}
        self.courses = self.workload._courses

    def pick(self, **wanted: Any) -> Chat:
        """A graded chat with such properties; `complaints` is how many there are."""
        for course in self.courses.values():
            chat = course.chat
            has = {"complaints": len(chat.complaints), "solvable": chat.solvable, "thanks": chat.thanks is not None}
            if 4 < chat.at < 40 and has.items() >= {k: v for k, v in wanted.items() if k in has}.items() and (
                chat.saved < 0.5) is wanted.get("saved", chat.saved < 0.5):  # fmt: skip
                return chat
        raise LookupError(wanted)

    def answer(self, chat: Chat, intent: Intent | None = None, status: int = 200, **says: Any) -> Judgement:
        intent = intent or self.intents[chat.id]
        body = {"chat": chat.id, "text": "See the page.", "article": TOPICS[chat.topic].article} | says
        return self.workload.judge(intent, Reply(intent.at, intent.at + 0.1, status, json.dumps(body).encode()))

    def settle(self, *cases: dict[str, Any]) -> dict[str, dict[str, Any]]:
        self.workload.settle({"desk": {"cases": list(cases)}})
        return {row["chat"]: row for row in self.rows(FACTS_CHATS.name)}

    def rows(self, table: str) -> list[dict[str, Any]]:
        self.recorder.flush()
        file = self.folder / f"{table}.field.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def booked(self, chat: Chat) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in self.rows("ledger"):
            if row["key"] in (chat.id, "T-1"):
                found[row["account"]] = round(found.get(row["account"], 0) - row["amount"], 2)
        return {account: cost for account, cost in found.items() if cost}


@pytest.fixture
def lap(tmp_path: Path) -> Iterator[Lap]:
    made = Lap(tmp_path)
    yield made
    made.recorder.close()


def case(chat: Chat, **more: Any) -> dict[str, Any]:
    turns = [{"from": "customer", "text": chat.opening}]
    packet = {"order": chat.order, "topic": chat.topic, "reason": "too-hard", "transcript": turns}
    return {
        "ticket": "T-1", "chat": chat.id, "at": chat.at, "outcome": "taken", "packet": packet,
        "missing": [], "waited": 0.0, "handled": 10.0,
    } | more  # fmt: skip


def test_it_is_registered_with_its_tables() -> None:
    assert set(WORKLOADS["support-chats"].tables) == {FACTS_CHATS, FACTS_REPORTS, FACTS_TURNS}


def test_who_is_helped_says_thanks_or_nothing(lap: Lap) -> None:
    grateful, quiet = lap.pick(solvable=True, thanks=True), lap.pick(solvable=True, thanks=False)
    (thanks,) = lap.answer(grateful).then
    assert json.loads(thanks.body)["text"] == grateful.thanks
    assert thanks.at > lap.intents[grateful.id].at + 0.1
    assert lap.answer(grateful, thanks, article=None).outcome == "ok"
    assert lap.answer(quiet).then == ()
    facts = lap.settle()
    assert [facts[c.id]["outcome"] for c in (grateful, quiet)] == ["solved", "solved"]
    assert facts[quiet.id]["csat"] in (4, 5)
    assert lap.booked(quiet) == {"bot": 0.4}


def test_who_is_not_helped_complains_and_gives_up(lap: Lap) -> None:
    chat = lap.pick(solvable=False, complaints=2)
    (first,) = lap.answer(chat).then
    (second,) = lap.answer(chat, first).then
    assert lap.answer(chat, second, text="see  the PAGE").then == ()
    assert lap.booked(chat) == {"bot": 0.4, "calls-again": 7, "lost-customers": 9}, "booked at once"
    fact = lap.settle()[chat.id]
    assert (fact["outcome"], fact["why"], fact["turns"], fact["repeats"]) == ("lost", "gave up", 3, 2)
    assert fact["csat"] in (1, 2)


def test_who_is_silent_leaves_without_a_word(lap: Lap) -> None:
    chat = lap.pick(solvable=False, complaints=0)
    assert lap.answer(chat).then == ()
    assert lap.settle()[chat.id]["why"] == "left without a word"


def test_the_wrong_article_helps_nobody(lap: Lap) -> None:
    chat = lap.pick(solvable=True, complaints=1)
    (more,) = lap.answer(chat, article="help/other").then
    assert lap.answer(chat, more).outcome == "ok"
    fact = lap.settle()[chat.id]
    assert (fact["outcome"], fact["first"]) == ("solved", False)


def test_an_apology_is_no_answer(lap: Lap) -> None:
    chat = lap.pick(complaints=0)
    assert lap.answer(chat, article=None).outcome == "wrong"


@pytest.mark.parametrize("body", [{"text": 7}, {"handed_over": "yes"}, {"confidence": 7}])
def test_what_is_no_answer_to_this_chat_ends_it(lap: Lap, body: dict[str, Any]) -> None:
    chat = lap.pick()
    judged = lap.answer(chat, **body)
    assert (judged.outcome, judged.then) == ("wrong", ())
    assert lap.settle()[chat.id]["why"] == "no answer"


def test_errors_and_silence_end_a_chat(lap: Lap) -> None:
    first, second = [c.chat for c in lap.courses.values() if c.chat.at > 4][:2]
    assert lap.answer(first, status=500).outcome == "error"
    lap.workload.unanswered(lap.intents[second.id], "timeout")
    facts = lap.settle()
    assert {facts[c.id]["why"] for c in (first, second)} == {"no answer"}


def test_an_agent_helps_and_costs_minutes(lap: Lap) -> None:
    chat = lap.pick(solvable=False)
    assert lap.answer(chat, handed_over=True).then == ()
    assert lap.booked(chat) == {"bot": 0.4, "agents": 6}, "as usual, until it is known"
    fact = lap.settle(case(chat))[chat.id]
    assert (fact["outcome"], fact["complete"], fact["late"], fact["waited"]) == ("agent", True, False, 0)
    assert fact["csat"] in (4, 5)
    assert lap.booked(chat) == {"bot": 0.4, "agents": 7}


@pytest.mark.parametrize("found", [[], ["left"], ["waiting"]])
def test_who_finds_no_agent_is_lost(lap: Lap, found: list[str]) -> None:
    chat = lap.pick()
    lap.answer(chat, handed_over=True)
    fact = lap.settle(*(case(chat, outcome=outcome) for outcome in found))[chat.id]
    assert fact["outcome"] == "lost"
    assert lap.booked(chat) == {"bot": 0.4, "calls-again": 7, "lost-customers": 9}


@pytest.mark.parametrize(("saved", "outcome"), [(True, "agent"), (False, "lost")])
def test_after_a_bad_answer_an_agent_cannot_help_everybody(lap: Lap, saved: bool, outcome: str) -> None:
    chat = lap.pick(solvable=False, complaints=1, saved=saved) if saved else next(
        c.chat for c in lap.courses.values() if c.chat.saved > 0.55 and not c.chat.solvable and c.chat.complaints
    )  # fmt: skip
    (complaint,) = lap.answer(chat).then
    lap.answer(chat, complaint, handed_over=True)
    assert lap.settle(case(chat))[chat.id]["outcome"] == outcome


def test_a_case_that_belongs_to_no_chat_costs_as_well(lap: Lap) -> None:
    chat = lap.pick()
    lap.settle(case(chat) | {"chat": "C-unknown"})
    assert lap.booked(chat) == {"agents": 7}


def test_the_report_is_held_against_the_truth(lap: Lap) -> None:
    helped, lost = lap.pick(solvable=True, thanks=True), lap.pick(solvable=False)
    lap.answer(helped)
    lap.answer(lost, status=500)
    look = next(i for i in lap.workload.intents() if i.path == "/report")
    body = b'{"resolution_rate": 0.9}'
    assert lap.workload.judge(look, Reply(look.at, look.at, 200, body)).outcome == "ok"
    assert lap.workload.judge(look, Reply(look.at, look.at, 200, b"[]")).outcome == "error"
    rows = lap.rows(FACTS_REPORTS.name)
    assert [(r["reported"], r["truth"], r["chats"]) for r in rows] == [(0.9, 0.5, 2), (None, 0.5, 2)]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"resolution_rate": true}', b'{"resolution_rate": 1.2}', b"7"])
def test_what_is_no_rate_is_none(body: bytes) -> None:
    assert isinstance(answers.read(Report, body), str)


def test_nobody_writes_after_the_day(lap: Lap) -> None:
    ends = lap.timeline.traffic_ends
    assert max(i.at for i in lap.workload.intents()) < ends
    last = next(c.chat for c in lap.courses.values() if not c.chat.solvable and c.chat.complaints)
    late = Intent("late", ends - 0.05, "POST", "/", json.dumps({"text": "x"}).encode(), {}, last.id)
    assert lap.answer(last, late).then == ()


def test_the_sale_brings_difficult_cases(tmp_path: Path) -> None:
    lap = Lap(tmp_path, complex="20%", complex_later="80%")
    shares = []
    for begin, end in ((4, 44), (44, 54)):
        some = [c.chat.complex for c in lap.courses.values() if begin <= c.chat.at < end]
        shares.append(sum(some) / len(some))
    lap.recorder.close()
    assert shares == pytest.approx([0.2, 0.8], abs=0.02)


def test_a_report_is_about_the_latest_chats(tmp_path: Path) -> None:
    lap = Lap(tmp_path, window="12m sim")
    looked = Intent("look", 30.0, "GET", "/report")
    inside, young, old = (
        next(c.chat for c in lap.courses.values() if c.chat.solvable and begin <= c.chat.at < end)
        for begin, end in ((24.1, 28.9), (29.1, 30), (20, 23.9))
    )
    for chat in (inside, young, old):
        lap.answer(chat)
    lap.workload.judge(looked, Reply(30, 30, 200, b'{"resolution_rate": 0.9}'))
    assert [(r["truth"], r["chats"]) for r in lap.rows(FACTS_REPORTS.name)] == [(1.0, 1)]
    lap.recorder.close()


class TestWaiting:
    def test_the_impatient_leave_and_an_answer_comes_too_late(self, tmp_path: Path) -> None:
        lap = Lap(tmp_path, waits="2s")
        hurried, calm = (
            next(c.chat for c in lap.courses.values() if c.chat.solvable and c.chat.at > 4 and test(c.chat.hurry))
            for test in (lambda u: u < 0.1, lambda u: u > 0.9)
        )
        for chat, outcome in ((hurried, "error"), (calm, "ok")):
            intent = lap.intents[chat.id]
            body = {"chat": chat.id, "text": "See the page.", "article": TOPICS[chat.topic].article}
            done = intent.at + 0.5 * lap.timeout
            judged = lap.workload.judge(intent, Reply(intent.at, done, 200, json.dumps(body).encode()))
            assert judged.outcome == outcome
        facts = lap.settle()
        assert (facts[hurried.id]["outcome"], facts[hurried.id]["why"]) == ("lost", "left waiting")
        assert facts[calm.id]["outcome"] == "solved"
        lap.recorder.close()


class TestPackets:
    def course(self, lap: Lap) -> ChatProgress:
        chat = lap.pick(complaints=1, solvable=False)
        (complaint,) = lap.answer(chat, text="See – the page!").then
        lap.answer(chat, complaint, handed_over=True)
        return lap.courses[chat.id]

    def packet(self, course: ChatProgress) -> dict[str, Any]:
        said = (("customer", course.said[0]), ("bot", course.answers[0]), ("customer", course.said[1]))
        transcript = [{"from": who, "text": text} for who, text in said]
        return {"order": course.chat.order, "topic": "refund", "reason": "not-helped", "transcript": transcript}

    def test_all_that_was_said(self, lap: Lap) -> None:
        course = self.course(lap)
        assert complete(course, self.packet(course), None)
        assert complete(course, self.packet(course) | {"order_status": "shipped"}, "shipped")

    @pytest.mark.parametrize("lacks", ["order", "reason", "transcript"])
    def test_nothing_may_be_left_out(self, lap: Lap, lacks: str) -> None:
        course = self.course(lap)
        assert not complete(course, self.packet(course) | {lacks: None}, None)

    def test_a_status_must_be_the_orders(self, lap: Lap) -> None:
        course = self.course(lap)
        assert not complete(course, self.packet(course) | {"order_status": "lost"}, "shipped")

    def test_what_the_bot_had_answered_belongs_to_it(self, lap: Lap) -> None:
        course = self.course(lap)
        said = [{"from": "customer", "text": text} for text in course.said]
        assert not complete(course, self.packet(course) | {"transcript": said}, None)

    def test_who_said_what_and_when_belongs_to_it(self, lap: Lap) -> None:
        course = self.course(lap)
        turns = self.packet(course)["transcript"]
        swapped = [{"from": "bot" if t["from"] == "customer" else "customer", "text": t["text"]} for t in turns]
        for wrong in (swapped, turns[::-1], [*turns, turns[0]], [t["text"] for t in turns], "\n".join(course.said)):
            assert not complete(course, self.packet(course) | {"transcript": wrong}, None)

    def test_the_reason_is_that_of_this_talk(self, lap: Lap) -> None:
        course = self.course(lap)
        assert not complete(course, self.packet(course) | {"reason": "too-hard"}, None)
        fresh = lap.pick(complaints=2, solvable=False)
        lap.answer(fresh, handed_over=True)
        packet = case(fresh)["packet"]
        assert complete(lap.courses[fresh.id], packet, None)
        assert not complete(lap.courses[fresh.id], packet | {"reason": "not-helped"}, None)

    def test_it_goes_to_those_who_know_about_its_topic(self, lap: Lap) -> None:
        chat = next(c.chat for c in lap.courses.values() if c.chat.also and c.chat.at > 4)
        other = next(topic for topic in TOPICS if topic not in (chat.topic, chat.also))
        assert [fits(chat, {"topic": topic}) for topic in (chat.topic, chat.also, other, None)] == [
            True,
            True,
            False,
            False,
        ]


def test_the_same_text_is_the_same_whatever_its_dress() -> None:
    assert same("See  the page!") == same("see the PAGE")
    assert same("See the page") != same("See that page")
