"""What the bot says."""

import asyncio
from datetime import datetime, timedelta

from app.chats import complains
from app.dialogue import Dialogue
from app.report import report
from app.schemas import Answer, Message
from tests.conftest import Neighbours


NINE = datetime(2026, 3, 2, 9)


def say(bot: Dialogue, text: str, chat: str = "C-00001", minutes: float = 0) -> Answer:
    message = Message(chat, "HX-10001", text, NINE + timedelta(minutes=minutes))
    return asyncio.run(bot.answer(message))


def test_a_question_is_answered_with_its_article(bot: Dialogue) -> None:
    answer = say(bot, "Where is my parcel HX-10001?")
    assert answer.article == "help/where-is-my-parcel"
    assert not answer.handed_over
    assert answer.confidence > 0.6


def test_the_model_is_told_about_the_order(bot: Dialogue, neighbours: Neighbours) -> None:
    say(bot, "Where is my parcel HX-10001?")
    assert neighbours.facts == ["Order HX-10001 is shipped."]


def test_who_asks_for_a_person_gets_one(bot: Dialogue, neighbours: Neighbours) -> None:
    assert say(bot, "I want a human").handed_over
    assert neighbours.packets == [{"chat": "C-00001", "message": "I want a human", "reason": "low confidence"}]


def test_the_bot_is_sorry_when_the_model_is_down(bot: Dialogue, neighbours: Neighbours) -> None:
    neighbours.model_is_up = False
    assert say(bot, "Where is my parcel HX-10001?").article is None


def test_thanks_are_no_question(bot: Dialogue) -> None:
    assert "welcome" in say(bot, "Great, thank you!").text


def test_the_report_counts_who_complains(bot: Dialogue) -> None:
    say(bot, "Where is my parcel HX-10001?", "C-00001")
    say(bot, "Cancel HX-10002 please", "C-00002")
    say(bot, "That did not help. Cancel HX-10002 please", "C-00002")
    say(bot, "Where is my parcel HX-10003?", "C-00003", minutes=3)
    assert report(bot.chats).resolution_rate == 0.5
    say(bot, "Where is my parcel HX-10004?", "C-00004", minutes=18)
    assert report(bot.chats).chats == 1


def test_complaints_are_recognised() -> None:
    assert complains("No, that is not what I asked. Where is it?")
    assert not complains("Thanks, that solved it.")
