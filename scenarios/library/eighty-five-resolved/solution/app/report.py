"""The numbers for the dashboard."""

from app.chance import Chance
from app.chats import Chat, Chats
from app.schemas import Report

DOUBT = 20.0
"""Chats' worth of February in what we say of today."""


def report(chats: Chats, chance: Chance) -> Report:
    """Of the latest chats that the bot kept, how many are resolved: those confirmed, and of the silent ones as many as
    the log says of such chats, on a day on which the pages help as much as they do now."""
    latest = chats.latest()
    kept = [chat for chat in latest if not chat.handed_over]
    today = _today([chat for chat in latest if chat.tried], chance)
    resolved = sum(_resolved(chat, chance, today) for chat in kept)
    return Report(
        chats=len(latest),
        handed_over=len(latest) - len(kept),
        resolved=round(resolved),
        resolution_rate=resolved / len(kept) if kept else 1.0,
    )


def _today(answered: list[Chat], chance: Chance) -> float:
    """The odds that an answer helps, beside those that its words had in February: by who thanks and who complains."""
    expected = sum(chat.chance for chat in answered)
    helped = sum(chat.thanked and not chat.complained for chat in answered) / (1 - chance.silent_if_helped)
    lost = sum(chat.complained for chat in answered) / (1 - chance.silent_if_not)
    usual = (expected + 1) / (len(answered) + 2)
    now = (helped + DOUBT * usual) / (helped + lost + DOUBT)
    return now / (1 - now) * (1 - usual) / usual


def _resolved(chat: Chat, chance: Chance, today: float) -> float:
    if chat.thanked:
        return 1.0
    # Who has complained and been answered something else is hardly ever helped by it.
    return 0.0 if chat.complained else chance.helped(chat.chance, today)
