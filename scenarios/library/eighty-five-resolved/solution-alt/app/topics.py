"""What a message is about: a naive Bayes over words, trained in the blink of an eye when the bot starts.

It ranks topics well. The confidence that it used to give was none: it counts every word as if it stood alone.
"""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

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


class TopicModel:
    """Tells topics apart."""

    def __init__(self) -> None:
        with UTTERANCES.open(newline="", encoding="utf-8") as file:
            self._logs = _learned((row["topic"], row["text"]) for row in csv.DictReader(file))

    def ranking(self, text: str) -> list[str]:
        """All topics, the likeliest first."""
        said = [word for word in re.findall(r"[a-z]+", text.lower()) if word not in SMALL]
        scores = {topic: sum(logs.get(word, 0.0) for word in said) for topic, logs in self._logs.items()}
        return sorted(scores, key=scores.__getitem__, reverse=True)


def _learned(examples: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for topic, text in examples:
        counts[topic].update(word for word in re.findall(r"[a-z]+", text.lower()) if word not in SMALL)
    vocabulary = {word for counted in counts.values() for word in counted}
    logs = {}
    for topic, counted in sorted(counts.items()):
        total = sum(counted.values()) + SMOOTHING * len(vocabulary)
        logs[topic] = {word: math.log((counted[word] + SMOOTHING) / total) for word in vocabulary}
    return logs
