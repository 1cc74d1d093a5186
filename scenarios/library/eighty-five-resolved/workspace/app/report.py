"""The numbers for the dashboard."""

from app.chats import Chats
from app.schemas import Report


def report(chats: Chats) -> Report:
    """How the bot does: of the latest chats that it kept, how many are resolved."""
    every = chats.latest()
    kept = [chat for chat in every if not chat.handed_over]
    resolved = sum(chat.resolved for chat in kept)
    return Report(
        chats=len(every),
        handed_over=len(every) - len(kept),
        resolved=resolved,
        resolution_rate=resolved / len(kept) if kept else 1.0,
    )
