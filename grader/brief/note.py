"""Judge whether a note suits its reader, and whether it says what that person needs to know."""

from collections.abc import Iterator

from grader.brief import language
from grader.brief.numbers import mentioned
from grader.brief.parts import Part, Reading
from scenarios.brief import WORDS


def judge(reading: Reading, weight: float) -> Iterator[Part]:
    """Yield one part for each rule of a good note; without a note, none of them is earned."""
    note = (reading.brief.note or "").strip()
    if not note:
        yield Part("note", weight, reading.says("Nobody has told me anything."))
        return
    rules = {
        "reader": _reader(reading),
        "length": _length(reading, note),
        "sentences": _sentences(reading, note),
        "words": _words(reading, note),
        "number": None if mentioned(note, reading) else reading.says("How bad is it? I find no number of yours in it."),
        "ask": None if language.asks(note) else reading.says("And what do you want from me? You ask for nothing."),
        "blame": _blame(reading, note),
    }
    for rule, missed in rules.items():
        yield Part(f"note: {rule}", weight / len(rules), missed)


def _reader(reading: Reading) -> str | None:
    to = reading.brief.to
    return None if to == reading.spec.to else reading.says(f"It never reached me; it went to {to or 'nobody'}.")


def _length(reading: Reading, note: str) -> str | None:
    count = len(note.split())
    if count > WORDS:
        return reading.says(f"{count} words. I stopped before the end.")
    again = language.repeated(note)
    return reading.says(f"You say this twice: {again}") if again else None


def _sentences(reading: Reading, note: str) -> str | None:
    longest = max(language.sentences(note), key=lambda s: len(language.words(s)), default="")
    count = len(language.words(longest))
    if count <= language.MAX_SENTENCE_WORDS[reading.reader.jargon]:
        return None
    begin = " ".join(longest.split()[:5])
    return reading.says(f"I lost the thread in the sentence of {count} words that begins “{begin} …”")


def _words(reading: Reading, note: str) -> str | None:
    found = language.stumbles(note, reading.reader.jargon, reading.reader.knows)
    return reading.says(f"What is {', '.join(found[:3])}? I could not read on from there.") if found else None


def _blame(reading: Reading, note: str) -> str | None:
    names = [*reading.spec.spares, *(part for p in reading.scenario.people.values() for part in p.name.split())]
    sentence = language.blamed(note, names)
    return reading.says(f"I cannot pass on that somebody is to blame: {sentence}") if sentence else None
