"""Judge how a note reads: its words and sentences, an engineer's jargon in it, a request, and blame.

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
    api backend boolean byte cache cached caching config container cron csv daemon deploy deployment dns docker endpoint
    exception frontend gateway git http https inference json kubernetes latency load-balancer localhost locale log-file
    microservice ml mlops nginx null parse parser parsing payload pipeline pod pool proxy pull-request query queue
    rate-limit refactor repo rest retry retries rollback schema sdk server-side session sftp soap sql ssh throttle
    throttling throughput thread timeout timeouts time-out time-outs token unicode unit-test url utf-8 uuid webhook
    worker xml yaml
""")
JARGON = {"low": _OPAQUE | _TRADE, "some": _OPAQUE, "high": frozenset[str]()}
"""Words that a reader does not know, by how much jargon that reader can take."""

_IDENTIFIER = re.compile(
    r"`[^`]+`|\b\w+_\w+\b|\b[a-z]+[A-Z]\w*\b|\b\w+\(\)|\b[45]\d\ds?(?= error)|\b[45]\d\ds\b|\bHTTP \d{3}\b"
)
"""Matches what appears in code and logs only."""
_ASK = re.compile(
    r"\?|\bplease\b|\b(?:i|we) (?:\w+ )?(?:ask|need|request|propose|recommend|suggest)\b|"
    r"\b(?:let me|let us|tell me|tell us) know\b|"
    r"\byour (?:approval|decision|consent|word|agreement|go-ahead|help|ok)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:can|could|would|will|may) (?:you|i|we) ", re.IGNORECASE)
_GRANT = re.compile(r"\b(?:approve|agree|allow|decide|confirm|say)\b", re.IGNORECASE)
"""After one of the words above, one of these on the same line makes it a request, too."""
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
_END = re.compile(r"(?<=[.!?])[\"'”)]*\s+|\n\s*\n|\n(?=\s*[-*•\d])")


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


def asks(text: str) -> bool:
    """Whether a text asks its reader for something."""
    return any(_ASK.search(sentence) or any(map(_may, sentence.split("\n"))) for sentence in sentences(text))


def _may(line: str) -> bool:
    asked = _MAY.search(line)
    return asked is not None and _GRANT.search(line, asked.end()) is not None


def blamed(text: str, names: Sequence[str]) -> str | None:
    """Return the first sentence that blames somebody, or None."""
    people = "|".join(re.escape(name) for name in names)
    for sentence in sentences(text.replace("’", "'")):
        whom = re.search(rf"\b(?:{people})\b", sentence, re.IGNORECASE) if people else None
        if _BLAME.search(sentence) or (whom and _DEEDS.search(sentence)):
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
