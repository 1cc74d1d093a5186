"""Which of the facts that somebody knows a question is about: by how engineers ask for each of them.

Every fact is a document of the phrasings that its author gave it; BM25 (bm25s, Lucene's variant) ranks them. A token is
a word, three or four letters of one, so that `sessions` finds `session` and a typo costs little, or what it means,
where other words of the field mean much the same (`labs.engagement.synonyms`). All people of an engagement are in one
index, so that what everybody talks about weighs less than what one of them knows.

Rank alone is no reason to answer: whatever is asked, some fact is first. So what was understood is weighed as well, as
`_Candidate.weight` says, and an answer is given only from `SURE` on and with `MARGIN` to the next. Both were set on one
half of the questions in `tests/unit/labs/engagement/asked`; the test reports the other half.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache

from labs.engagement.synonyms import meaning
from scenarios.people import People

SURE = 4.6
"""Weight from which a question is taken to be about a fact."""
HEARD = 3.6
"""Weight from which a person asks back instead of knowing nothing."""
MARGIN = 0.05
"""Share by which the first fact's score must exceed the second's."""
ELSEWHERE = 1.5
"""How many times the score of this person's best fact another's must have, for the question to be theirs."""

_GRAMS = (3, 4)
_CLOSE = 0.8
"""How alike a word and a misspelt one are (`difflib`)."""
_PARTLY = 0.5
"""Share of a word's letters that must be known for it to count in part."""
_SAME = 0.65
"""How much of a word is known where one is that means much the same."""
_WITNESSES = 2.0
"""From so many words on that are in a fact, none of them is there by chance."""
_MEANT = 2
"""How many times what a word means counts, beside the three times of the word itself."""
_SHORT = 4
"""Letters below which an unknown word is as likely a slip as a word."""
_LISTED = 4
"""Content words without any other from which a question is a list of keywords."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COURTESY = _words("""
    could would should may might please tell ask know like want need explain say hello hi thanks dear let lets
    get got also else really ever never yes anybody anyone anything everybody everything somebody someone
    something nobody much many us one ones thing things sure think believe whether
""")
_ASKING = _words("""
    who whom whose when where which why many much long often soon late fast quickly can may must
""")
"""Words that make a single subject a question with a point."""
_LIGHT = _words("""
    problem problems wrong going happening happened trouble matter issue issues situation begin start help story
    idea ideas work works business job new week today yesterday day days here useful important
""")
"""Words of questions that are about everything and nothing."""


class Depth(Enum):
    """How pointed a question is."""

    OPEN = "open"
    VAGUE = "vague"
    POINTED = "pointed"


@dataclass(frozen=True)
class Heard:
    """What a person made of a question."""

    depth: Depth
    facts: tuple[str, ...] = ()
    """One: it is about this. Two: it may be about either. None: about nothing that this person knows."""
    elsewhere: str | None = None
    """Who seems to know it, when it is not this person."""


@dataclass(frozen=True)
class _Document:
    person: str
    fact: str
    tokens: frozenset[str]
    subject: frozenset[str]
    """Words that alone are a vague question for it."""


@dataclass(frozen=True)
class _Candidate:
    """One fact, as far as a question is about it."""

    document: _Document
    score: float
    """BM25's."""
    matched: float
    """How many of the question's words it knows; words of its subject count twice."""
    share: float
    """Share of the question's words, and the same by how rare they are, between 0 and 2."""

    most: bool
    """Whether two of the question's words are in it, or more than half of them: one alone may be there by chance."""

    @property
    def sure(self) -> bool:
        """Whether the question is about it, unless it is as much about another."""
        return self.weight >= SURE and self.most

    @property
    def weight(self) -> float:
        """How much speaks for it: what was understood, how much of the question that is, and its rank's score."""
        return math.log1p(self.score) + self.share + 1.2 * min(self.matched, 3.0)


class Hearing:
    """Everybody's facts, ready to be asked for."""

    def __init__(self, people: People) -> None:
        import bm25s

        known = [
            (name, fact, _content([*one.asked, one.means, one.topic, *one.words]), _content(one.words))
            for name, fact, one in people.facts()
        ]
        self._documents = [
            _Document(name, fact, frozenset(_tokens(said)), frozenset(subject)) for name, fact, said, subject in known
        ]
        self._disputed = [set(one.between) for one in people.contradictions]
        self._index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        self._index.index([list(_tokens(said)) for _, _, said, _ in known], show_progress=False)
        self._words = sorted({word for _, _, said, _ in known for word in said})
        self._rare = _rarity([set(said) for _, _, said, _ in known])

    def hear(self, person: str, question: str) -> Heard:
        """Return what `person` makes of a question."""
        words = [self._mended(word) for word in plain(question)]
        meant = [word for word in words if word not in _idle()]
        if all(word in _LIGHT for word in meant) and not any(word in _ASKING for word in words):
            return Heard(Depth.OPEN)
        ranked = self._ranked(meant)
        own = [one for one in ranked if one.document.person == person]
        best, second = own[0], own[1] if len(own) > 1 else None
        depth = _depth(words, meant, best.document)
        clear = second is None or second.score <= (1 - MARGIN) * best.score
        elsewhere = self._elsewhere(ranked, best)
        if elsewhere is not None or best.weight < HEARD:
            return Heard(depth, (), elsewhere)
        return Heard(depth, tuple(one.document.fact for one in own[: 1 if best.sure and clear else 2]))

    def said(self, words: Iterable[str], question: str) -> bool:
        """Whether a question has one of these words, in any form: `lock` is in `locked`."""
        asked = f" {' '.join(plain(question))} "
        return any(f" {' '.join(plain(word))}" in asked for word in words)

    def _ranked(self, meant: Sequence[str]) -> list[_Candidate]:
        known = self._index.vocab_dict
        tokens = [token for token in _tokens(meant) if token in known]
        scores = self._index.get_scores(tokens) if tokens else [0.0] * len(self._documents)
        found = [self._candidate(one, float(s), meant) for one, s in zip(self._documents, scores, strict=True)]
        return sorted(found, key=lambda one: (-one.score, -one.weight))

    def _candidate(self, document: _Document, score: float, meant: Sequence[str]) -> _Candidate:
        counted = [word for word in meant if _counts(word, document)]
        known = [_known(word, document.tokens) for word in counted]
        rarity = [self._rare.get(word, self._rare[""]) for word in counted]
        matched = sum(k * (2 if word in document.subject else 1) for word, k in zip(counted, known, strict=True))
        rare = sum(k * r for k, r in zip(known, rarity, strict=True)) / (sum(rarity) or 1)
        share = sum(known) / (len(known) or 1)
        spelt = [_spelt(word, document.tokens) for word in counted]
        # A word that only means much the same is half a witness, unless that is the subject: it may mean another thing.
        subject = {meaning(word) for word in document.subject} - {None}
        witnesses = sum(
            1.0 if own else (1.0 if meaning(word) in subject else 0.5) * bool(k)
            for word, own, k in zip(counted, spelt, known, strict=True)
        )
        most = sum(spelt) / (len(spelt) or 1) > 1 / 2 or witnesses >= _WITNESSES
        return _Candidate(document, score, matched, share + 0.8 * rare, most)

    def _elsewhere(self, ranked: Sequence[_Candidate], best: _Candidate) -> str | None:
        """Who else the question is for, when their fact fits much better than the best of whoever was asked.

        Where these two contradict each other, both have something to say.
        """
        other = next((one for one in ranked if one.document.person != best.document.person), None)
        if other is None or not other.sure or other.score <= ELSEWHERE * best.score:
            return None
        return None if {best.document.fact, other.document.fact} in self._disputed else other.document.person

    def _mended(self, word: str) -> str:
        """Return the word, or the one that it is a misspelling of."""
        if len(word) < _SHORT or word in self._words or word in _idle() or word in _LIGHT or word.isdigit():
            return word
        alike = (known for known in self._words if known[0] == word[0] and abs(len(known) - len(word)) <= 2)
        return next(iter(get_close_matches(word, alike, 1, _CLOSE)), word)


def _content(texts: Iterable[str]) -> list[str]:
    """Return the words that say what texts are about."""
    return [word for text in texts for word in plain(text) if word not in _idle()]


def _rarity(documents: Sequence[set[str]]) -> dict[str, float]:
    """How much each word tells (its idf); under `""`, a word that nobody uses."""
    count = len(documents)
    words = {word for document in documents for word in document}
    within = {word: sum(word in document for document in documents) for word in words} | {"": 0}
    return {word: math.log(1 + (count - n + 0.5) / (n + 0.5)) for word, n in within.items()}


def plain(text: str) -> list[str]:
    """Its words in lower case without accents, so that a keyboard without them can ask too."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return re.findall(r"[a-z0-9_]+", "".join(c for c in spread if not unicodedata.combining(c)))


def _depth(words: Sequence[str], meant: Sequence[str], best: _Document) -> Depth:
    """One word of a subject, or a bare list of words, is vague; with an asking word it is not."""
    bare = len(meant) == len(words) >= _LISTED
    asks = len(words) > 1 and any(word in _ASKING for word in words)
    known = [word for word in dict.fromkeys(meant) if _known(word, best.tokens)]
    return Depth.VAGUE if bare or (len(known) <= 1 and not asks) else Depth.POINTED


def _counts(word: str, document: _Document) -> bool:
    """Whether a word speaks for or against a fact: one that fits any question does so only where it is the subject."""
    return word in document.subject if word in _LIGHT else len(word) >= _SHORT or word in document.tokens


def _known(word: str, tokens: frozenset[str]) -> float:
    """How much of a word is among tokens: all of it, what it means, the share of its letters, or none."""
    found = _spelt(word, tokens)
    same = meaning(word)
    return max(found, _SAME) if same is not None and same in tokens else found


def _spelt(word: str, tokens: frozenset[str]) -> float:
    """Return the same of how it is written, whatever it means."""
    if word in tokens:
        return 1.0
    grams = [*_grams(word)]
    share = sum(gram in tokens for gram in grams) / (len(grams) or 1)
    return share if share >= _PARTLY else 0.0


def _tokens(words: Iterable[str]) -> Iterable[str]:
    """Each word, three times as what tells more than any run of its letters, and those."""
    for word in words:
        yield from (word,) * 3
        yield from _grams(word)
        if (same := meaning(word)) is not None:
            yield from (same,) * _MEANT


def _grams(word: str) -> Iterable[str]:
    """Its runs of letters, with blanks where it begins and ends."""
    padded = f" {word} "
    for size in _GRAMS:
        for at in range(len(padded) - size + 1):
            yield padded[at : at + size]


@cache
def _idle() -> frozenset[str]:
    """Words that are in every question."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    return frozenset(word for word in STOPWORDS_EN_PLUS if word not in ("again", "same", "now")) | _COURTESY
