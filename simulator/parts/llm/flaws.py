"""How answers go wrong: which flaws apply to a request, and what each one does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from simulator import seeds
from simulator.parts.llm.prompt import Known, Prompt
from simulator.parts.llm.script import ON_FACTS, Flaw
from simulator.sampling import ShuffledSampler

REFUSAL = "I'm sorry, but I can't help with that."

_CARDS = 2**40
"""The range of numbers for keys that have no number of their own."""


@dataclass(frozen=True)
class Struck:
    """A flaw that had an effect."""

    flaw: Flaw
    fact: str | None = None
    was: str | None = None
    said: str | None = None


@dataclass(frozen=True)
class Hit:
    """A flaw that applies to a request, with the generator for what it does and what its condition read."""

    flaw: Flaw
    rng: Random
    groups: Known


class FlawSampler:
    """Draws flaws for one lap: by business key, exact in number if the key ends in a number; else by content."""

    def __init__(self, seed: int, flaws: Iterable[Flaw]) -> None:
        self._seed = seed
        self._flaws = tuple(flaws)
        self._decks: dict[tuple[str, ...], ShuffledSampler] = {}

    def deal(self, prompt: Prompt, rule: str, known: Known, key: str | None, nth: int) -> list[Hit]:
        """Return the flaws of this request, the `nth` (from 1) with this content, which `rule` would answer."""
        hits = []
        for flaw in self._flaws:
            if flaw.rules and rule not in flaw.rules:
                continue
            groups = prompt.holds(flaw.when, flaw.unless, known)
            if groups is None:
                continue
            names = self._names(flaw, rule, nth)
            card = _card(self._whom(flaw, prompt, key))
            if self._deck(names, flaw.share).struck(card):
                hits.append(Hit(flaw, seeds.rng(self._seed, *names, str(card)), groups))
        return hits

    def _whom(self, flaw: Flaw, prompt: Prompt, key: str | None) -> str:
        if key is not None:
            return key
        return prompt.conversation if flaw.per == "conversation" else prompt.content

    def _names(self, flaw: Flaw, rule: str, nth: int) -> tuple[str, ...]:
        """Return the name of the sampler: another rule or attempt draws again, unless the flaw says otherwise."""
        if flaw.per == "conversation":
            return ("flaw", flaw.title)
        return ("flaw", flaw.title, rule) if flaw.per == "input" else ("flaw", flaw.title, rule, str(nth))

    def _deck(self, names: tuple[str, ...], share: float) -> ShuffledSampler:
        if names not in self._decks:
            self._decks[names] = ShuffledSampler(seeds.child(self._seed, *names), share)
        return self._decks[names]


def _card(whom: str) -> int:
    digits = whom[len(whom.rstrip("0123456789")) :] if whom.isascii() else ""
    return int(digits) if 0 < len(digits) <= 9 else seeds.child(0, whom) % _CARDS


def on_facts(hits: Iterable[Hit], known: Known) -> tuple[Known, list[Struck]]:
    """Return the facts as the model sees them, and what it got wrong."""
    facts, struck = dict(known), []
    for hit in hits:
        if hit.flaw.kind not in ON_FACTS:
            continue
        for name in hit.flaw.of:
            was = facts.get(name)
            now = _FACTS[hit.flaw.kind](hit, was)
            if now == was:
                continue
            if now is None:
                del facts[name]
            else:
                facts[name] = now
            struck.append(Struck(hit.flaw, name, was[0] if was else None, now[0] if now else None))
    return facts, struck


def _wrong(hit: Hit, values: list[str] | None) -> list[str] | None:
    return [misread(hit.rng, values[0]), *values[1:]] if values else values


def _invent(hit: Hit, values: list[str] | None) -> list[str] | None:
    if values:
        return values
    shape = hit.flaw.shape or ""
    digits = iter([str(hit.rng.randint(1, 9)), *(str(hit.rng.randint(0, 9)) for _ in shape)])
    return ["".join(next(digits) if character == "#" else character for character in shape)]


def _mix_up(hit: Hit, values: list[str] | None) -> list[str] | None:
    others = sorted({value for value in values or () if value != (values or [""])[0]})
    if not values or not others:
        return values
    other = hit.rng.choice(others)
    return [other, *(value for value in values if value != other)]


def _forget(_hit: Hit, _values: list[str] | None) -> list[str] | None:
    return None


_FACTS: dict[str, Callable[[Hit, list[str] | None], list[str] | None]] = {
    "wrong-number": _wrong,
    "invent": _invent,
    "mix-up": _mix_up,
    "forget": _forget,
}


def misread(rng: Random, text: str) -> str:
    """Return the text with one digit changed, and no number that begins with 0; without digits it stays the same."""
    places = [n for n, character in enumerate(text) if character in "0123456789"]
    if not places:
        return text
    place = rng.choice(places)
    first = place == 0 or text[place - 1] not in "0123456789"
    digits = [digit for digit in "123456789" + "0" * (not first) if digit != text[place]]
    return text[:place] + rng.choice(digits) + text[place + 1 :]


def spoil(rng: Random, text: str) -> str:
    """Return JSON as a careless model writes it: in a fence after a word, with a comma too many, or cut off."""
    return rng.choice(
        (
            lambda: f"Here is the JSON:\n```json\n{text}\n```",
            lambda: f"{text[:-1].rstrip()},{text[-1:]}",
            lambda: text[: max(len(text) * 2 // 3, 1)],
            lambda: text.replace('"', "'"),
        )
    )()
