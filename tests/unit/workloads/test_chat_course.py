"""What is to be expected of customers who say nothing."""

import pytest

from simulator.workloads.chat_book import Chat, book
from simulator.workloads.chat_course import Answer, ChatProgress
from simulator.workloads.chat_phrases import TOPICS

SILENT, CONFIRMS = 0.4, 0.6


def over(chat: Chat, *, article: str | None = None, reach: float = 1.0) -> ChatProgress:
    """The chat when the standard answer has come, and what the customer said next was answered alike."""
    course = ChatProgress(chat)
    says: str | None = chat.opening
    while says is not None and course.ending == "open":
        course.says(says)
        answer = Answer(chat=chat.id, text="See there.", article=article or TOPICS[chat.topic].article)
        _, says = course.hears(answer, 0.5, tells=chat.finds < reach, reach=reach)
    return course


@pytest.mark.parametrize("reach", [1.0, 0.5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_many_are_resolved_as_is_expected_of_them(seed: int, reach: float) -> None:
    times = [float(n) for n in range(4000)]
    courses = [over(chat, reach=reach) for chat in book(seed, times, lambda _: 0.4, SILENT, CONFIRMS)]
    resolved = sum(course.ending == "solved" for course in courses)
    assert sum(course.resolved(SILENT, CONFIRMS) for course in courses) == pytest.approx(resolved, rel=0.015)


def test_what_somebody_says_is_known() -> None:
    courses = [over(chat) for chat in book(1, [float(n) for n in range(400)], lambda _: 0.4, SILENT, CONFIRMS)]
    spoke = [c for c in courses if c.complaints or (c.ending == "solved" and c.chat.thanks)]
    assert {c.resolved(SILENT, CONFIRMS) for c in spoke} == {0.0, 1.0}
    assert all(c.resolved(SILENT, CONFIRMS) == (c.ending == "solved") for c in spoke)
    quiet = [c for c in courses if c not in spoke]
    assert all(0 < c.resolved(SILENT, CONFIRMS) < 1 for c in quiet)


def test_nobody_is_helped_by_another_page() -> None:
    chat = next(c for c in book(1, [float(n) for n in range(400)], lambda _: 0.4, SILENT, CONFIRMS) if not c.complaints)
    other = next(topic.article for name, topic in TOPICS.items() if name != chat.topic)
    assert over(chat, article=other).resolved(SILENT, CONFIRMS) == 0
