"""A back end without a machine: a shelf of made-up engagements, the same in every test."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from labs.catalogue import Entry, find
from labs.engagement import Engagement
from labs.progress.store import Attempt
from labs.shelf import Listed, Standing

PROBLEMS = """broken-belt/scenario.yaml:7:3: unknown key 'trafic'
  7 | trafic:
    | ^
    = did you mean 'traffic'?

1 problem"""


@cache
def _pattern() -> Entry:
    return find("promise-dates")


def entry(name: str, title: str, customer: str, level: int, minutes: int, **more: Any) -> Entry:
    pattern = _pattern()
    who = pattern.scenario.customer.model_copy(update={"name": customer} | more.pop("who", {}))
    facts = {"id": name, "title": title, "customer": who, "level": level, "minutes": minutes} | more
    return Entry(name, pattern.folder, pattern.scenario.model_copy(update=facts))


def attempt(scenario: str, score: float | None, number: int = 1, **more: Any) -> Attempt:
    result = "error" if score is None else "passed" if score >= 85 else "failed"
    facts: dict[str, Any] = {
        "id": number, "taken_at": datetime(2026, 3, 2, 9, number, tzinfo=UTC), "scenario": scenario,
        "title": scenario.replace("-", " ").capitalize(), "folder": f"/home/kim/{scenario}", "runtime": "docker",
        "result": result, "score": score, "pass_mark": 85.0, "reason": "", "currency": "EUR", "money": -1450.0,
        "recovered": 0.91, "hints": 0, "evidence": f"/home/kim/.fdelab/exams/{number}",
    }  # fmt: skip
    return Attempt(**facts | more)


def shelf() -> list[Listed]:
    return [
        Listed("first-day", entry("first-day", "First day", "Kranich Books", 0, 10, skills={"production-debugging": 1}),
               Standing.PASSED, attempt("first-day", 100.0), 1, Path("/home/kim/first-day")),
        Listed("phantom-stock", entry("phantom-stock", "Phantom stock", "Norde Logistik", 1, 75,
               skills={"data-pipelines": 3, "production-debugging": 1}), Standing.ENGAGED,
               attempt("phantom-stock", 48.5, 2), 3, Path("/home/kim/phantom-stock")),
        Listed("promise-dates", _pattern(), Standing.RUNNING, None, 0, Path("/home/kim/promise-dates")),
        Listed("queue-of-doom", entry("queue-of-doom", "Queue of doom", "Águas do Tejo", 3, 120, gaps=["workflow"],
               who={"trade": "water utility", "currency": "BRL"}), Standing.NEW),
        Listed("broken-belt", None, Standing.BROKEN, problems=PROBLEMS),
    ]  # fmt: skip


class Fake:
    """Answers at once; `trouble` is raised instead, where a test sets it."""

    def __init__(self) -> None:
        self.listed = shelf()
        self.trouble: Exception | None = None
        self.engagement: Engagement | None = None

    def shelf(self, lint: bool) -> list[Listed]:
        if self.trouble is not None:
            raise self.trouble
        return self.listed

    def resume(self, folder: str | None) -> Engagement | None:
        return self.engagement
