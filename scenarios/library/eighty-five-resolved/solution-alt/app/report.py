"""The numbers for the dashboard."""

from collections.abc import Iterable
from datetime import timedelta

from app.cases import Cases
from app.chats import Chat
from app.schemas import Report

OLDEST, YOUNGEST = timedelta(minutes=17), timedelta(minutes=2)
"""Chats that a report is about; who wrote less than two minutes ago may still write again."""
DOUBT = 15.0
"""Chats' worth of what was to be expected, beside what customers say now."""


def report(chats: Iterable[Chat], cases: Cases) -> Report:
    """Those who said so are resolved, those who complained are not. The silent ones are what those make of them who
    speak: February says how many of each are silent."""
    every = list(chats)
    now = max((chat.began for chat in every), default=None)
    latest = [chat for chat in every if now is not None and YOUNGEST <= now - chat.began <= OLDEST]
    kept = [chat for chat in latest if not chat.taken]
    silence = _silence([chat for chat in latest if chat.mood != "none"], cases)
    resolved = sum(1.0 if c.confirmed else silence if c.mood == "silence" else 0.0 for c in kept)
    return Report(len(latest), len(latest) - len(kept), round(resolved), resolved / len(kept) if kept else 1.0)


def _silence(answered: list[Chat], cases: Cases) -> float:
    """The share of the silent ones who were helped."""
    if not answered:
        return 1.0
    usual = sum(chat.chance for chat in answered) / len(answered)
    helped = sum(chat.mood == "thanks" for chat in answered) / (1 - cases.silent_among_helped) + DOUBT * usual
    lost = sum(chat.mood == "no" for chat in answered) / (1 - cases.silent_among_lost) + DOUBT * (1 - usual)
    return cases.helped_in_silence(helped / (helped + lost))
