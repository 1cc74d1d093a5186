"""What the bot says next."""

import asyncio
import logging

from app import log
from app.cases import Cases
from app.chats import Chat, thanks
from app.clock import Clock
from app.desk import Desk
from app.llm import Phrasebook
from app.orders import Orders
from app.ration import Ration
from app.schemas import Answer, Message
from app.settings import Settings
from app.topics import TopicModel

logger = logging.getLogger("bot.dialogue")

WELCOME = "You are welcome! Have a lovely day."
AGENT = "A colleague will take over in a moment, and knows what we have talked about."
BYE = "That is all that I know. Our hotline knows more; please call."
ROOM = 0.75
"""Part of the seats up to which an agent may also try what the bot has failed at."""


class Dialogue:
    """Answers messages."""

    def __init__(
        self, settings: Settings, cases: Cases, clock: Clock, book: Phrasebook, orders: Orders, desk: Desk
    ) -> None:
        self.chats: dict[str, Chat] = {}
        self.cases = cases
        self._settings = settings
        self._topics = TopicModel()
        self._ration = Ration(settings)
        self._clock = clock
        self._book = book
        self._orders = orders
        self._desk = desk
        self._writing: set[asyncio.Task[None]] = set()

    async def answer(self, message: Message) -> Answer:
        """The answer to a message."""
        chat = self.chats.setdefault(message.chat, Chat(message.chat, message.order, message.sent_at))
        chat.turns.append(("customer", message.text))
        answer = await self._next(chat, message.text)
        chat.turns.append(("bot", answer.text))
        return answer

    async def _next(self, chat: Chat, text: str) -> Answer:
        if thanks(text):
            return Answer(chat.id, WELCOME)
        if len(chat.said) == 1:
            chat.topics = self._topics.ranking(text)
            chat.chance = self.cases.chance(text)
            self._ration.begins(self._clock.minute(), chat.chance)
        topic = chat.topics[0] if chat.topics else None
        status = (await self._orders.get(chat.order)).get("status")
        if await self._needs_agent(chat, text) and await self._desk.take(self._packet(chat, status)):
            chat.taken = True
            return Answer(chat.id, AGENT, handed_over=True, confidence=chat.chance)
        if topic is None:
            return Answer(chat.id, BYE, article="help", confidence=0.0)
        return self._say(chat, chat.topics.pop(0))

    async def _needs_agent(self, chat: Chat, text: str) -> bool:
        """Whether an agent should take over."""
        if any(word in text.lower().split() for word in self._settings.desk.words):
            return True
        if len(chat.said) > 2:
            return False
        floor = await self._desk.floor()
        if floor is None:
            return False
        if len(chat.said) == 2:
            return floor.busy + floor.queue < ROOM * floor.seats
        return chat.chance < self._ration.threshold(floor.seats, floor.queue)

    def _packet(self, chat: Chat, status: str | None) -> dict:
        reason = "too-hard" if len(chat.said) == 1 else "not-helped"
        return {
            "chat": chat.id, "order": chat.order, "order_status": status, "topic": self._topics.ranking(chat.said[0])[0],
            "transcript": [{"from": who, "text": text} for who, text in chat.turns], "reason": reason,
        }  # fmt: skip

    def _say(self, chat: Chat, topic: str) -> Answer:
        writing = asyncio.get_running_loop().create_task(self._book.write(topic))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        text = self._book.answer(topic, chat.order)
        chance = chat.chance if len(chat.said) == 1 else 0.1
        logger.info(log.fields("answered", chat=chat.id, turn=len(chat.said), topic=topic, chance=chance))
        return Answer(chat.id, text, article=self._settings.articles[topic], confidence=chance)
