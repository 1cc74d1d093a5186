"""Find out which causes and decisions a text names, by the words people use for them, unless it rules them out.

A sentence names a phrase when it has all of the phrase's words, each as the beginning of a word. It does not name what
it rules out ("not the time-outs", "rather than", "only a symptom").
"""

import re
from collections.abc import Iterable, Iterator

_SENTENCE = re.compile(
    r"(?<![.!?;:])[.!?;:]++(?=\s|$)|\n\s*\n|[,–—]|\s-\s|\b(?:but|although|though|whereas|while)\b", re.IGNORECASE
)
_AFTER = re.compile(
    r"(?=\b(?:rather than|instead of|neither|unlike|apart from|nothing to do with|"
    r"not (?:the|a|an|any|because|due|caused|from|by|in|that|just|merely|our|their|his|her|its)\b))",
    re.IGNORECASE,
)
"""From here to the end of the sentence, whatever is named is ruled out."""
_WHOLE = re.compile(
    r"\b(?:symptoms?|smoke|red herrings?|innocent|exonerated|misleading|looked like|suspected|"
    r"blamed|unrelated|coincidence|not (?:be )?(?:the|a|an|our|to) (?:\w+ )?(?:cause|reason|problem|blame|culprit))\b|"
    r"not (?:\w+ )?(?:cause[ds]?|explain|help|responsible|matter)\b",
    re.IGNORECASE,
)
"""A sentence that contains one of these rules out everything that it names."""


def named(text: str, phrases: Iterable[str]) -> bool:
    """Whether a text names what these phrases stand for."""
    pieces = list(_pieces(text))
    wanted = [[_begin(word) for word in re.findall(r"\w+", phrase)] for phrase in phrases]
    return any(words and all(w.search(piece) for w in words) for words in wanted for piece in pieces)


def _begin(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)


def _pieces(text: str) -> Iterator[str]:
    """Yield what the text claims, sentence by sentence."""
    for sentence in _SENTENCE.split(re.sub(r"n['’]t\b", " not", text)):
        if sentence and not _WHOLE.search(sentence):
            yield _joined(_AFTER.split(sentence)[0])


def _joined(text: str) -> str:
    """Return the text with all spellings of each hyphenated word: `time-out` becomes `time-out timeout time out`."""
    return re.sub(r"\b(\w+)-(\w+)", lambda m: f"{m[0]} {m[1]}{m[2]}", text)
