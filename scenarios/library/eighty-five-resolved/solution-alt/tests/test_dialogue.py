"""What the bot says, and who takes over."""

import asyncio
from datetime import datetime, timedelta

from app import settings
from app.cases import Cases
from app.dialogue import Dialogue
from app.ration import Ration
from app.report import report
from app.schemas import Answer, Message
from tests.conftest import Neighbours

EASY = "Where is my parcel HX-10001?"
HARD = (
    "I already wrote twice about this and nobody helped. Where is my parcel HX-10001? "
    "I paid one part with a gift card and the other by instalments."
)
NO = "That did not help. Is parcel HX-10001 still on its way?"


NINE = datetime(2026, 3, 2, 9)


def say(bot: Dialogue, text: str, chat: str = "C-00001", minutes: float = 0) -> Answer:
    message = Message(chat, "HX-10001", text, NINE + timedelta(minutes=minutes))
    return asyncio.run(bot.answer(message))


def test_chances_are_those_of_february(cases: Cases) -> None:
    assert cases.chance(EASY) > 0.9
    assert cases.chance(HARD) < 0.3


def test_an_easy_question_is_answered_and_written_down(bot: Dialogue, neighbours: Neighbours) -> None:
    assert say(bot, EASY).article == "help/where-is-my-parcel"
    assert neighbours.written == ["delivery"]


def test_a_hard_one_goes_to_an_agent_with_all_that_is_known(bot: Dialogue, neighbours: Neighbours) -> None:
    assert say(bot, HARD).handed_over
    (packet,) = neighbours.packets
    assert packet["transcript"] == [{"from": "customer", "text": HARD}]
    assert (packet["order"], packet["order_status"]) == ("HX-10001", "shipped")
    assert packet["topic"] in bot._settings.articles
    assert packet["reason"] == "too-hard"


def test_nothing_is_said_twice(bot: Dialogue, neighbours: Neighbours) -> None:
    neighbours.seats = 0
    said = [say(bot, text).text for text in (EASY, NO, NO, NO)]
    assert len(set(said)) == 4


def test_the_fewer_seats_the_worse_a_case_must_be(neighbours: Neighbours) -> None:
    ration = Ration(settings.load())
    for number in range(100):
        ration.begins(number / 10, number / 100)
    many, some, none = (ration.threshold(seats, 0) for seats in (80, 20, 0))
    assert many == settings.load().prices.even
    assert many > some > none
    assert ration.threshold(20, 10) < some


def test_silence_is_no_consent(bot: Dialogue) -> None:
    for number in range(10):
        say(bot, EASY, f"C-{number}", minutes=number)
    quiet = report(bot.chats.values(), bot.cases).resolution_rate
    assert 0.8 < quiet < 1
    for number in range(3):
        say(bot, NO, f"C-{number}", minutes=number + 1)
    assert report(bot.chats.values(), bot.cases).handed_over == 3
    assert report(bot.chats.values(), bot.cases).resolution_rate < quiet
