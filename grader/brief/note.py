"""Judge whether a note says what its reader needs, and advise on how it reads."""

from collections.abc import Iterator

from grader.brief import language
from grader.brief.numbers import mentioned
from grader.brief.parts import Part, Reading
from grader.brief.truth import Truth
from scenarios.brief import WORDS

LITTLE = 0.05
"""A cause with less than this share is not worth a note's words."""


def judge(reading: Reading, true: Truth, points: float) -> Iterator[Part]:
    """Yield a part for each thing that a note must have; without a note, none is earned."""
    if not reading.note.text.strip():
        yield Part("note", points, reading.says("Nobody has told me anything."))
        return
    rules = {"length": _length(reading), "number": _number(reading), "cause": _cause(reading, true)}
    for rule, missed in rules.items():
        yield Part(f"note: {rule}", points / len(rules), missed and reading.says(missed))


def _length(reading: Reading) -> str | None:
    return f"{reading.note.words} words. I stopped before the end." if reading.note.words > WORDS else None


def _number(reading: Reading) -> str | None:
    return None if mentioned(reading.note.text, reading) else "How bad is it? I find no number of yours in it."


def _cause(reading: Reading, true: Truth) -> str | None:
    said = " ".join(reading.note.text.casefold().split())
    says = " ".join(reading.spec.claims.causes[true.largest].says.casefold().split())
    if true.largest in reading.note.causes or says in said:
        return None
    return "I have read it, and do not know what most of it came from."


def advice(reading: Reading) -> Iterator[Part]:
    """Yield what would make the note easier to read, or truer to the rest of the brief. None of it costs points."""
    note = language.without_greetings(reading.note.text)
    found = {
        "reader": _reader(reading),
        "sentences": _sentences(reading, note),
        "words": _words(reading, note),
        "blame": _blame(reading, note),
        "contradiction": _contradiction(reading),
    }
    for what, said in found.items():
        if said is not None:
            yield Part(f"advice: {what}", 0.0, reading.says(said))


def _reader(reading: Reading) -> str | None:
    to = reading.brief.to
    return None if to == reading.spec.to else f"It never reached me; it went to {to or 'nobody'}."


def _sentences(reading: Reading, note: str) -> str | None:
    longest = max(language.sentences(note), key=lambda s: len(language.words(s)), default="")
    count = len(language.words(longest))
    if count <= language.MAX_SENTENCE_WORDS[reading.reader.jargon]:
        again = language.repeated(note)
        return f"You say this twice: {again}" if again else None
    begin = " ".join(longest.split()[:5])
    return f"I lost the thread in the sentence of {count} words that begins “{begin} …”"


def _words(reading: Reading, note: str) -> str | None:
    found = language.stumbles(note, reading.reader.jargon, reading.reader.knows)
    return f"What is {', '.join(found[:3])}?" if found else None


def _blame(reading: Reading, note: str) -> str | None:
    names = [*reading.spec.spares, *(part for p in reading.scenario.people.values() for part in p.name.split())]
    sentence = language.blamed(note, names)
    return f"It reads as if somebody were to blame: {sentence}" if sentence else None


def _contradiction(reading: Reading) -> str | None:
    for name in reading.note.causes:
        claim = reading.brief.claims.get(name)
        if claim is None or claim.share < LITTLE:
            says = reading.spec.claims.causes[name].says
            return f"Your note says that {says}; your table gives it next to nothing."
    return None
