"""How many chats like this one came back within a week: looked up in the log of February, phrase by phrase.

A message that has none of the phrases that go with trouble is an easy one. Each sentence that the bot's own topics do not
explain is looked up; the worst two decide, by how often chats with such sentences were helped. Groups are small numbers
made larger by what all chats have in common (a beta prior), so that a rare sentence proves nothing.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.settings import ROOT

LOG = ROOT / "data" / "chats-2026-02.csv"
ORDER = re.compile(r"HX-\d+")
RARE = 12
"""Chats that a phrase must have been in."""
PRIOR = 6.0
"""Chats' worth of doubt."""
LENGTH = 3
"""Words of a phrase."""


@dataclass(frozen=True)
class Group:
    """Chats that have something in common."""

    chats: int
    helped: int

    def share(self, usual: float) -> float:
        """Of such chats, the share that was helped."""
        return (self.helped + PRIOR * usual) / (self.chats + PRIOR)


class Cases:
    """What February says of a message."""

    def __init__(self) -> None:
        with LOG.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["ended"] != "agent"]
        messages = [(row["first_message"], row["contacted_again"] == "no") for row in rows]
        self._usual = sum(helped for _, helped in messages) / len(messages)
        self._phrases = dict(_telling(messages, self._usual))
        groups: dict[tuple[str, ...], list[int]] = {}
        for text, helped in messages:
            for key in self._keys(text):
                counted = groups.setdefault(key, [0, 0])
                counted[0] += 1
                counted[1] += helped
        self._groups = {key: Group(*counted) for key, counted in groups.items()}
        silent = [row["contacted_again"] == "no" for row in rows if row["ended"] == "silent"]
        self.silent_among_helped = sum(silent) / sum(helped for _, helped in messages)
        self.silent_among_lost = (len(silent) - sum(silent)) / sum(not helped for _, helped in messages)

    def chance(self, text: str) -> float:
        """That the standard answer helps, 0 to 1."""
        usual = self._usual
        for key in self._keys(text):
            if key in self._groups:
                usual = self._groups[key].share(usual)
        return usual

    def helped_in_silence(self, chance: float) -> float:
        """That a customer of such a chat was helped who left without a word."""
        yes = chance * self.silent_among_helped
        return yes / (yes + (1 - chance) * self.silent_among_lost)

    def _keys(self, text: str) -> list[tuple[str, ...]]:
        """From the coarse to the fine: how many sentences tell of trouble, then the worst one, then the worst two."""
        found = self._worst(text)
        return [(str(len(found)),), *[(str(min(len(found), 3)), *found[: n + 1]) for n in range(min(len(found), 2))]]

    def _worst(self, text: str) -> list[str]:
        """Of each sentence with telling phrases the most telling one; the worst sentence first."""
        worst = []
        for sentence in sentences(text):
            telling = [(self._phrases[phrase], phrase) for phrase in phrases(sentence) if phrase in self._phrases]
            if telling:
                worst.append(min(telling))
        return [phrase for _, phrase in sorted(worst)]


def sentences(text: str) -> list[str]:
    """The sentences of a text, without order numbers."""
    return re.split(r"(?<=[.!?])\s|:", ORDER.sub("", text).lower())


@lru_cache(maxsize=10_000)
def phrases(sentence: str) -> tuple[str, ...]:
    """The runs of three words of a sentence. People write many a sentence again."""
    words = re.findall(r"[a-z]+", sentence)
    return tuple(" ".join(words[begin : begin + LENGTH]) for begin in range(len(words) - LENGTH + 1))


def _telling(messages: list[tuple[str, bool]], usual: float) -> Iterator[tuple[str, float]]:
    """Phrases that go with trouble, and the share of chats with them that were helped."""
    seen: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for text, helped in messages:
        for phrase in {phrase for sentence in sentences(text) for phrase in phrases(sentence)}:
            seen[phrase] += 1
            good[phrase] += helped
    for phrase, chats in seen.items():
        share = Group(chats, good[phrase]).share(usual)
        if chats >= RARE and share < usual - 0.2:
            yield phrase, share
