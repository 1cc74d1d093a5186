"""The numbers for the dashboard."""

from app.chance import Chance
from app.chats import Chat, Chats, complains, thanks
from app.schemas import Report


def report(chats: Chats, chance: Chance) -> Report:
    """Of the chats that the bot kept, how many are resolved: those confirmed, and of the silent ones as many as the
    log says of such chats."""
    every = chats.all()
    kept = [chat for chat in every if not chat.handed_over]
    resolved = sum(_resolved(chat, chance) for chat in kept)
    return Report(
        chats=len(every),
        handed_over=len(every) - len(kept),
        resolved=round(resolved),
        resolution_rate=resolved / len(kept) if kept else 1.0,
    )


def _resolved(chat: Chat, chance: Chance) -> float:
    last = chat.said[-1]
    if thanks(last):
        return 1.0
    # Who has complained and been answered something else is hardly ever helped by it.
    return 0.0 if complains(last) else chance.helped(chat.chance)
