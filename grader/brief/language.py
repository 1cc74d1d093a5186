"""Say how a note reads: its words and sentences, an engineer's jargon in it, and blame. None of it costs points.

Sentence lengths follow the advice of plain-language guides: 15 to 20 words on average, 25 at most for a general
reader (GOV.UK style guide, "Sentence length").
"""

import re
from collections.abc import Iterable, Sequence


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_SENTENCE_WORDS = {"low": 25, "some": 30, "high": 35}
"""The most words a sentence may have, by how much jargon its reader can take."""

_OPAQUE = _listed("""
    async asynchronous auc backoff cgroup circuit-breaker coroutine crud daemon dataframe deadlock deserialize embedding
    f1 garbage-collection heap hyperparameter idempotence idempotency idempotent jitter kwargs memoize middleware mutex
    p50 p90 p95 p99 percentile quantile race-condition regex rmse rpc semaphore serialize sharding socket stack-trace
    stdout stderr tcp thread-pool threadpool tls upsert wsdl
""")
_TRADE = _listed("""
    api backend boolean caching config cron csv daemon dns docker endpoint frontend git http https inference json
    kubernetes latency load-balancer localhost log-file microservice ml mlops nginx parser payload pull-request
    rate-limit refactor repo rollback schema sdk server-side sftp soap sql ssh throttling throughput unicode unit-test
    url utf-8 uuid webhook xml yaml
""")
JARGON = {"low": _OPAQUE | _TRADE, "some": _OPAQUE, "high": frozenset[str]()}
"""Words that a reader does not know, by how much jargon that reader can take."""

_IDENTIFIER = re.compile(
    r"`[^`]+`|\b\w+_\w+\b|\b[a-z]+[A-Z]\w*\b|\b\w+\(\)|\b[45]\d\ds?(?= error)|\b[45]\d\ds\b|\bHTTP \d{3}\b"
)
"""Matches what appears in code and logs only."""
_BLAME = re.compile(
    r"\b(?:blame\w*|careless\w*|clueless|idiot\w*|incompeten\w*|lazy|negligen\w*|sloppy|sloppily|stupid\w*|"
    r"unprofessional\w*|amateur\w*|should have known|"
    r"(?:his|her|their|your|whose|\w+'s) (?:own )?(?:fault|mistake|mess)|"
    r"at fault)\b",
    re.IGNORECASE,
)
_DEEDS = re.compile(
    r"\b(?:broke|caused|failed|forgot|ignored|refuse[sd]?|neglected|messed|botched|ruined|stubborn|never bothered|"
    r"did(?:n't| not) (?:bother|care|test|think|read)|wrong|badly|poorly|guilty|responsible for)\b",
    re.IGNORECASE,
)
_ACQUITTED = re.compile(
    r"\b(?:not|nobody|no one|no-one|none|neither|nor|hardly|isn't|wasn't|aren't|weren't|without|nothing)\b"
    r"[^.;:!?]{0,60}\b(?:blame\w*|fault|mistake|guilty|responsible|careless\w*|negligen\w*)"
    r"|\bnothing (?:\w+ )?wrong\b|\bcould not have\b|\bcouldn't have\b",
    re.IGNORECASE,
)
"""Matches where a sentence says that somebody is not to blame."""
_GREETING = re.compile(
    r"\A\s*(?:(?:dear|hello|hi|hey|to|good (?:morning|afternoon|evening))\b(?:[ ][^\s,.!?:]{1,40}){0,4}|[^\W\d_]{1,40})"
    r"[,!:]\s+(?=\S)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:\n|(?<=[.!?])[ ])\s*(?:(?:best|kind|warm)(?: regards| wishes)?|regards|yours(?: \w+)?|thanks|thank you|cheers)"
    r"[,!.]?\s*(?:\S+(?: \S+){0,3})?\s*\Z",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])[\"'”)]*\s+|\n\s*\n|\n(?=\s*[-*•\d])")


def without_greetings(text: str) -> str:
    """Return a note without its salutation and its closing: whom it greets it does not blame."""
    return _CLOSING.sub("", _GREETING.sub("", text, count=1), count=1).strip()


def words(text: str) -> list[str]:
    """Return the words of a text; a number counts as one."""
    return re.findall(r"[^\W_][\w.,'’:%€$/-]*", text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; each item of a list counts as one."""
    return [piece.strip() for piece in _END.split(text) if words(piece)]


def stumbles(text: str, level: str, knows: Iterable[str] = ()) -> list[str]:
    """Return the words that such a reader does not know, in order; `knows` lists exceptions that this one does know."""
    known = {_key(word) for word in knows}
    found = [m[0] for m in _IDENTIFIER.finditer(text)] if level != "high" else []
    plain = _IDENTIFIER.sub(" ", text)
    pattern = "|".join(re.escape(w).replace(r"\-", "[- ]") for w in sorted(JARGON[level], key=lambda w: (-len(w), w)))
    found += re.findall(rf"(?<![\w-])(?:{pattern})(?:s|es|ed)?(?![\w-])", plain, re.IGNORECASE) if pattern else []
    return list(dict.fromkeys(word for word in found if _key(word) not in known))


def _key(word: str) -> str:
    return re.sub(r"[\W_]", "", word.casefold()).removesuffix("s")


def blamed(text: str, names: Sequence[str]) -> str | None:
    """Return the first sentence that blames somebody, or None."""
    people = "|".join(re.escape(name) for name in names)
    for sentence in sentences(text.replace("’", "'")):
        whom = re.search(rf"\b(?:{people})\b", sentence, re.IGNORECASE) if people else None
        if (_BLAME.search(sentence) or (whom and _DEEDS.search(sentence))) and not _ACQUITTED.search(sentence):
            return sentence
    return None


def repeated(text: str) -> str | None:
    """Return the first sentence that appears twice in a text, or None."""
    seen: set[str] = set()
    for sentence in sentences(text):
        key = " ".join(words(sentence)).casefold()
        if key in seen:
            return sentence
        seen.add(key)
    return None
