"""The chance that the standard answer helps, learned from what became of 4,000 chats.

The topic model's confidence is no such chance: naive Bayes takes every word for independent evidence, so that it is
sure of almost everything, the surer the longer a message is. What makes a case difficult is in the customer's words.
"""

import csv
import math
import re
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from app.settings import ROOT
from app.topics import Guess

LOG = ROOT / "data" / "chats-2026-02.csv"


class Chance:
    """A logistic regression over the words of the first message, the topic and how sure the topic model is."""

    def __init__(self) -> None:
        with LOG.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["ended"] != "agent"]
        helped = np.array([row["contacted_again"] == "no" for row in rows])
        silent = np.array([row["ended"] == "silent" for row in rows])
        self.silent_if_helped = float(silent[helped].mean())
        self.silent_if_not = float(silent[~helped].mean())
        self._learn(rows, helped)

    def _learn(self, rows: list[dict[str, str]], helped: np.ndarray) -> None:
        counter = CountVectorizer(analyzer=phrases, min_df=8, binary=True)
        known = counter.fit_transform([row["first_message"] for row in rows])
        topics = sorted({row["topic"] for row in rows})
        others = [
            [doubt(Guess(row["topic"], float(row["confidence"]))), *(float(row["topic"] == topic) for topic in topics)]
            for row in rows
        ]
        model = LogisticRegression(C=0.3, max_iter=500).fit(hstack([known, csr_matrix(np.array(others))]), helped)
        weights = model.coef_[0].tolist()
        names = counter.get_feature_names_out().tolist()
        self._bias = float(model.intercept_[0])
        self._weights = dict(zip(names, weights, strict=False))
        self._doubt = weights[len(names)]
        self._topics = dict(zip(topics, weights[len(names) + 1 :], strict=True))

    def helps(self, text: str, guess: Guess) -> float:
        """0 to 1, for a chat that begins with this text."""
        said = phrases(text)
        odds = self._bias + sum(self._weights.get(phrase, 0.0) for phrase in said)
        odds += self._doubt * doubt(guess) + self._topics.get(guess.topic, 0.0)
        return 1 / (1 + math.exp(-odds))

    def helped(self, chance: float, today: float = 1.0) -> float:
        """0 to 1, for such a chat once the customer has left without a word; `today` are the odds beside February's."""
        yes, no = chance * today * self.silent_if_helped, (1 - chance) * self.silent_if_not
        return yes / (yes + no)


def phrases(text: str) -> set[str]:
    """The words of a text, and its pairs of words."""
    said = re.findall(r"[a-z]+", text.lower())
    return {*said, *(" ".join(pair) for pair in pairwise(said))}


def doubt(guess: Guess) -> float:
    """How unsure the topic model is, on a scale on which much confidence still differs from more."""
    return math.log(max(1 - guess.confidence, 1e-6)) / 5
