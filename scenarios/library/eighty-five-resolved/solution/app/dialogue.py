"""What the bot says next."""

import logging

from app import log
from app.chance import Chance
from app.chats import Chat, Chats, thanks
from app.desk import Desk, NotTaken
from app.floor import Floor
from app.llm import Llm, NoAnswer
from app.orders import Orders
from app.phrasebook import Phrasebook
from app.policy import Policy
from app.schemas import Answer, Message
from app.settings import Settings
from app.topics import Guess, TopicModel

logger = logging.getLogger("bot.dialogue")

WELCOME = "You are welcome! Have a lovely day."
AGENT = "A colleague will take over in a moment, and knows what we have talked about."
LAST = "I have no better answer. Our hotline has, and so has the page behind this link."


class Dialogue:
    """Answers messages."""

    def __init__(
        self, settings: Settings, topics: TopicModel, chance: Chance, floor: Floor, llm: Llm, orders: Orders, desk: Desk
    ) -> None:
        self.chats = Chats()
        self.chance = chance
        self._settings = settings
        self._policy = Policy(settings.handover)
        self._topics = topics
        self._floor = floor
        self._llm = llm
        self._book = Phrasebook()
        self._orders = orders
        self._desk = desk

    async def answer(self, message: Message) -> Answer:
        """The answer to a message."""
        chat = self.chats.get(message.chat, message.order, message.sent_at)
        chat.says("customer", message.text)
        if thanks(message.text):
            return self._say(chat, Answer(chat=chat.id, text=WELCOME))
        guesses = self._topics.guesses(chat.said[0])
        if len(chat.said) == 1:
            chat.chance = self.chance.helps(message.text, guesses[0])
        if self._wants_agent(chat, message.text):
            answer = await self._hand_over(chat, guesses[0].topic)
            if answer is not None:
                return self._say(chat, answer)
        return self._say(chat, await self._help(chat, guesses))

    def _wants_agent(self, chat: Chat, text: str) -> bool:
        """Whether an agent should take over."""
        load = self._floor.load
        if any(word in text.lower().split() for word in self._settings.handover.words):
            return True
        if len(chat.said) == 1:
            return self._policy.hand_over(chat.chance, load)
        return len(chat.said) == 2 and self._policy.rescue(load)

    async def _help(self, chat: Chat, guesses: list[Guess]) -> Answer:
        """The next best article; nothing is said twice."""
        guess = next((g for g in guesses if g.topic not in chat.topics), None)
        if guess is None:
            return Answer(chat=chat.id, text=LAST, article=self._settings.articles[guesses[0].topic], confidence=0.0)
        chat.topics.append(guess.topic)
        text = await self._words(chat, guess.topic)
        chance = chat.chance if len(chat.said) == 1 else 0.1
        logger.info(log.fields("answered", chat=chat.id, turn=len(chat.said), topic=guess.topic, chance=chance))
        return Answer(chat=chat.id, text=text, article=self._settings.articles[guess.topic], confidence=chance)

    async def _words(self, chat: Chat, topic: str) -> str:
        status = (await self._order(chat)).get("status", "not known")
        facts = f"Order {chat.order} is {status}."
        try:
            text = await self._llm.answer(chat.id, topic, self._settings.articles[topic], chat.said[-1], facts)
        except NoAnswer:
            return self._book.answer(topic, status, chat.order) or self._settings.texts[topic].format(order=chat.order)
        self._book.learn(topic, status, chat.order, text)
        return text

    async def _order(self, chat: Chat) -> dict:
        if not chat.facts:
            chat.facts = await self._orders.get(chat.order)
        return chat.facts

    async def _hand_over(self, chat: Chat, topic: str) -> Answer | None:
        """None: nobody can take it."""
        self._floor.sent()
        order = await self._order(chat)
        packet = {
            "chat": chat.id,
            "order": chat.order,
            "order_status": order.get("status"),
            "topic": topic,
            "transcript": list(chat.transcript),
            "reason": "not-helped" if chat.tried else "too-hard",
        }
        try:
            await self._desk.hand_over(packet)
        except NotTaken as error:
            logger.error(log.fields("not handed over", chat=chat.id, error=error))
            return None
        chat.handed_over = True
        return Answer(chat=chat.id, text=AGENT, handed_over=True, confidence=chat.chance)

    def _say(self, chat: Chat, answer: Answer) -> Answer:
        chat.says("bot", answer.text)
        return answer
