"""What the bot says, and who takes over."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.dialogue import Dialogue
from app.report import report
from app.schemas import Answer, Message
from tests.conftest import Neighbours

EASY = "Where is my parcel HX-10001?"
HARD = (
    "Where is my parcel HX-10001? I already wrote twice about this and nobody helped. "
    "I paid one part with a gift card and the other by instalments."
)
NO = "That did not help. Is parcel HX-10001 still on its way?"


NINE = datetime(2026, 3, 2, 9)


def say(bot: Dialogue, text: str, chat: str = "C-00001", minutes: float = 0) -> Answer:
    message = Message(chat, "HX-10001", text, NINE + timedelta(minutes=minutes))
    return asyncio.run(bot.answer(message))


def test_an_easy_question_is_answered(bot: Dialogue) -> None:
    answer = say(bot, EASY)
    assert answer.article == "help/where-is-my-parcel"
    assert answer.confidence > 0.85


def test_a_hard_one_goes_to_an_agent_with_all_that_is_known(bot: Dialogue, neighbours: Neighbours) -> None:
    assert say(bot, HARD).handed_over
    (packet,) = neighbours.packets
    assert packet["transcript"] == [{"from": "customer", "text": HARD}]
    assert (packet["order"], packet["order_status"]) == ("HX-10001", "shipped")
    assert packet["topic"] in bot._settings.articles
    assert packet["reason"] == "too-hard"


def test_not_when_the_floor_is_full(bot: Dialogue, neighbours: Neighbours) -> None:
    neighbours.load = 1.3
    assert not say(bot, HARD).handed_over


@pytest.mark.parametrize("load", [0.5, 1.0])
def test_nothing_is_said_twice(bot: Dialogue, neighbours: Neighbours, load: float) -> None:
    neighbours.load = load
    said = [say(bot, text).text for text in (EASY, NO, NO, NO)]
    assert len(set(said)) == len(said) or neighbours.packets


def test_after_a_bad_answer_an_agent_hears_both_sides(bot: Dialogue, neighbours: Neighbours) -> None:
    first = say(bot, EASY)
    assert say(bot, NO).handed_over
    assert [turn["text"] for turn in neighbours.packets[0]["transcript"]] == [EASY, first.text, NO]
    assert neighbours.packets[0]["reason"] == "not-helped"


def test_without_the_model_there_still_is_an_answer(bot: Dialogue, neighbours: Neighbours) -> None:
    neighbours.model_is_up = False
    answer = say(bot, EASY)
    assert answer.article == "help/where-is-my-parcel"
    assert "HX-10001" in answer.text


def test_without_the_model_its_last_words_hold(bot: Dialogue, neighbours: Neighbours) -> None:
    learnt = say(bot, EASY).text
    neighbours.model_is_up = False
    assert say(bot, EASY, "C-00002").text == learnt


def test_silence_is_no_consent(bot: Dialogue) -> None:
    for number in range(10):
        say(bot, EASY, f"C-{number}", minutes=number)
    quiet = report(bot.chats, bot.chance).resolution_rate
    assert 0.8 < quiet < 1
    say(bot, "Great, thank you!", "C-0", minutes=1)
    for number in (1, 2, 3):
        say(bot, NO, f"C-{number}", minutes=number + 1)
    assert report(bot.chats, bot.chance).handed_over == 3
    assert report(bot.chats, bot.chance).resolution_rate < quiet, "the silent are judged by those who speak"
