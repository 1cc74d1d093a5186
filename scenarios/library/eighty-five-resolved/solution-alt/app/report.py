"""The numbers for the dashboard."""

from collections.abc import Iterable

from app.cases import Cases
from app.chats import Chat
from app.schemas import Report


def report(chats: Iterable[Chat], cases: Cases) -> Report:
    """Those who said so are resolved, those who complained last are not, and of the silent ones as many as in February."""
    every = list(chats)
    kept = [chat for chat in every if not chat.taken and chat.turns]
    resolved = sum(chat.resolved(cases.helped_in_silence(chat.chance)) for chat in kept)
    rate = resolved / len(kept) if kept else 1.0
    return Report(len(every), len(every) - len(kept), round(resolved), rate)
