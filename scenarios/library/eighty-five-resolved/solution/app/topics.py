"""What a message is about: a naive Bayes over words, trained in the blink of an eye when the bot starts."""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from app.settings import ROOT

UTTERANCES = ROOT / "data" / "utterances.csv"
SMOOTHING = 0.1
SMALL = frozenset(
    "a about again all also am an and any are as at be been before but by can could did do does for from had has have "
    "hello help hi how i if in into is it its just me my no not of on one or our out please so some something that the "
    "their them then there they this to too two was we what when where which who will with would yet you your thanks "
    "kind regards good morning hope well quick answer advance birthday app phone use years customer looked site find "
    "found".split()
)
"""Words that say nothing about a topic."""


def words(text: str) -> list[str]:
    """The words of a text that may say something; order numbers are none."""
    return [word for word in re.findall(r"[a-z]+", text.lower()) if word not in SMALL]


class Guess(NamedTuple):
    """A topic, and how sure the model is of it; which is no chance of anything."""

    topic: str
    confidence: float


class TopicModel:
    """Tells topics apart."""

    def __init__(self) -> None:
        with UTTERANCES.open(newline="", encoding="utf-8") as file:
            self.learn((row["topic"], row["text"]) for row in csv.DictReader(file))

    def learn(self, examples: Iterable[tuple[str, str]]) -> None:
        """Count how often each word stands in messages about each topic."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for topic, text in examples:
            counts[topic].update(words(text))
        vocabulary = {word for counted in counts.values() for word in counted}
        self._logs = {}
        for topic, counted in sorted(counts.items()):
            total = sum(counted.values()) + SMOOTHING * len(vocabulary)
            self._logs[topic] = {word: math.log((counted[word] + SMOOTHING) / total) for word in vocabulary}

    def guesses(self, text: str) -> list[Guess]:
        """All topics, the likeliest first."""
        said = words(text)
        scores = {topic: sum(logs.get(word, 0.0) for word in said) for topic, logs in self._logs.items()}
        best = max(scores.values())
        whole = sum(math.exp(score - best) for score in scores.values())
        found = [Guess(topic, math.exp(score - best) / whole) for topic, score in scores.items()]
        return sorted(found, key=lambda guess: -guess.confidence)
