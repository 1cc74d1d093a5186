"""What the bot says next."""

import logging

from app import log
from app.chats import Chat, Chats, thanks
from app.desk import Desk, NotTaken
from app.llm import Llm, NoAnswer
from app.orders import Orders
from app.schemas import Answer, Message
from app.settings import Settings
from app.topics import Guess, TopicModel

logger = logging.getLogger("bot.dialogue")

SORRY = "Sorry, I did not quite get that. Could you say it in other words?"
WELCOME = "You are welcome! Have a lovely day."
AGENT = "A colleague will take over in a moment."


class Dialogue:
    """Answers messages."""

    def __init__(self, settings: Settings, topics: TopicModel, llm: Llm, orders: Orders, desk: Desk) -> None:
        self.chats = Chats()
        self._settings = settings
        self._topics = topics
        self._llm = llm
        self._orders = orders
        self._desk = desk

    async def answer(self, message: Message) -> Answer:
        """The answer to a message."""
        chat = self.chats.get(message.chat, message.order, message.sent_at)
        chat.said.append(message.text)
        if thanks(message.text):
            return Answer(chat=chat.id, text=WELCOME)
        guess = self._topics.guess(message.text)
        if self._wants_agent(message.text) or guess.confidence < self._settings.handover.confidence_below:
            return await self._hand_over(chat, message, guess)
        return await self._help(chat, message, guess)

    def _wants_agent(self, text: str) -> bool:
        return any(word in text.lower() for word in self._settings.handover.words)

    async def _help(self, chat: Chat, message: Message, guess: Guess) -> Answer:
        order = await self._orders.get(chat.order)
        facts = f"Order {chat.order} is {order.get('status', 'not known')}."
        article = self._settings.articles[guess.topic]
        try:
            text = await self._llm.answer(chat.id, guess.topic, article, message.text, facts)
        except NoAnswer as error:
            logger.error(log.fields("apologised", chat=chat.id, topic=guess.topic, error=error))
            return Answer(chat=chat.id, text=SORRY)
        chat.answers.append(text)
        logger.info(
            log.fields("answered", chat=chat.id, turn=len(chat.said), topic=guess.topic, confidence=guess.confidence)
        )
        return Answer(chat=chat.id, text=text, article=article, confidence=guess.confidence)

    async def _hand_over(self, chat: Chat, message: Message, guess: Guess) -> Answer:
        try:
            await self._desk.hand_over({"chat": chat.id, "message": message.text, "reason": "low confidence"})
        except NotTaken as error:
            logger.error(log.fields("not handed over", chat=chat.id, error=error))
            return Answer(chat=chat.id, text=SORRY)
        chat.handed_over = True
        return Answer(chat=chat.id, text=AGENT, handed_over=True, confidence=guess.confidence)
