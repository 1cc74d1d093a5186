"""What became of the chats of February: the log that lies in the workspace, made by the customers of the workload.

`python -m tests.scenarios.eighty_five_resolved.chat_log > …/workspace/data/chats-2026-02.csv`
"""

import csv
import io
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from scenarios.variants import LIBRARY
from simulator import seeds
from simulator.workloads.chat_book import Lapses, book
from simulator.workloads.chat_course import Answer, ChatProgress
from simulator.workloads.chat_phrases import TOPICS
from tests.scenarios.workspaces import code_of

WORKSPACE = LIBRARY / "eighty-five-resolved" / "workspace"
SEED = 202602
CHATS = 4000
FROM = datetime(2026, 2, 2)
BELOW = 0.60
"""Confidence under which the bot of February handed over."""
LAPSE, LAPSES = 2.0, 2 * 86400
"""How far the pages of February were behind, and how long they were: on some days."""
Guess = Callable[[str], Any]


def topic_model() -> Guess:
    """The topic model of the workspace."""
    with code_of(WORKSPACE):
        found: Guess = import_module("app.topics").TopicModel().guess
        return found


def rows(guess: Guess, count: int = CHATS) -> list[dict[str, object]]:
    """One row a chat, the first `count`, as `docs/chat-log.md` explains."""
    rng = seeds.rng(SEED, "log")
    times = sorted(rng.uniform(0, 27 * 86400) for _ in range(CHATS))
    lapses = Lapses(SEED, LAPSE, LAPSES, 27 * 86400)
    chats = book(SEED, times, lambda _: 0.30, silent=0.35, confirms=0.70, lapse=lapses.at)[:count]
    return [_row(ChatProgress(chat), guess, rng.random()) for chat in chats]


def _row(course: ChatProgress, guess: Guess, generous: float) -> dict[str, object]:
    chat = course.chat
    topic, confidence = first = guess(chat.opening)
    says: str | None = chat.opening
    while says is not None and not course.handed:
        course.says(says)
        if course.ending == "solved":
            break
        sure = guess(says)
        article = TOPICS[sure.topic].article
        handed = len(course.said) == 1 and first.confidence < BELOW
        answer = Answer(chat=chat.id, text=article, article=article, handed_over=handed)
        says = course.hears(answer, rescue=0.55)[1]
    confirmed = course.ending == "solved" and len(course.said) > 1 + course.complaints
    ended = "agent" if course.handed else "confirmed" if confirmed else _unconfirmed(course)
    rates = generous < {"confirmed": 0.45, "agent": 0.3, "complained": 0.15, "silent": 0.04}[ended]
    return {
        "chat": f"F-{chat.id[2:]}",
        "began_at": (FROM + timedelta(seconds=chat.at)).isoformat(timespec="seconds"),
        "order": chat.order,
        "topic": topic,
        "confidence": f"{confidence:.4f}",
        "answers": len(course.answers),
        "ended": ended,
        "contacted_again": "no" if course.ending in ("solved", "agent") else "yes",
        "stars": course.stars(0.0, complete=False) if rates else "",
        "first_message": chat.opening,
    }


def _unconfirmed(course: ChatProgress) -> str:
    return "complained" if course.complaints else "silent"


def text(count: int = CHATS) -> str:
    """The file, or its begin."""
    made = rows(topic_model(), count)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(made[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.write(text())
