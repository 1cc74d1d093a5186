"""What the model answers: the first rule that fits, and the flaws that apply.

Pure: the same seed, the same request and the same number of attempts give the same answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from simulator import seeds
from simulator.parts.llm import errors, template, tokens
from simulator.parts.llm.flaws import REFUSAL, FlawSampler, Hit, Struck, misread, on_facts, spoil
from simulator.parts.llm.prompt import Known, Prompt
from simulator.parts.llm.requests import ToolCall
from simulator.parts.llm.schema import fit
from simulator.parts.llm.script import Condition, Rule, Script

Finish = Literal["stop", "length", "tool_calls"]

LOST = Rule(name="none", says="I am not sure what you mean. Could you say it in other words?")
"""The answer when no rule fits."""

CUT_AT = (0.2, 0.8)
"""How much is left of an answer that a flaw cuts off, as a range of shares."""


@dataclass(frozen=True)
class Answer:
    """The model's answer to one request."""

    rule: str
    text: str = ""
    refused: bool = False
    """Whether it is a refusal where a schema was requested: the API has a field for that."""
    calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"
    pieces: tuple[str, ...] = ()
    """The text's tokens."""
    struck: tuple[Struck, ...] = ()

    @property
    def tokens(self) -> int:
        """The number of tokens to charge."""
        return len(self.pieces) + sum(tokens.count(call.name + call.arguments) for call in self.calls)


class Speaker:
    """The model of one lap."""

    def __init__(self, seed: int, script: Script) -> None:
        self._seed = seed
        self._script = script
        self._dealer = FlawSampler(seed, script.flaws)

    def key(self, prompt: Prompt) -> str | None:
        """Return the business key in a request; None when there is none."""
        name = self._script.key
        values = prompt.facts({name: self._script.read[name]}).get(name) if name else None
        return values[0][:80] if values else None

    def answer(self, prompt: Prompt, nth: int, most: int) -> Answer:
        """Return the answer to the `nth` (from 1) request with this content, of at most `most` tokens.

        Raises `ApiError` when a flaw makes the provider fail.
        """
        rng = seeds.rng(self._seed, "answer", prompt.content, str(nth))
        known = prompt.facts(self._script.read) | self._drawn(rng)
        rule, _ = self._choose(prompt, known)
        hits = self._dealt(prompt, rule.name, known, nth)
        known, struck = on_facts(hits, known)
        answer = self._instead(prompt, known, hits) or self._plain(prompt, known, rng, hits, struck)
        return _written(answer, prompt, hits, most)

    def perhaps_fail(self, prompt: Prompt, rule: str, nth: int) -> None:
        """Raise `ApiError` if a flaw makes the provider fail at a request that needs no answer of the script."""
        self._dealt(prompt, rule, prompt.facts(self._script.read), nth)

    def _dealt(self, prompt: Prompt, rule: str, known: Known, nth: int) -> list[Hit]:
        hits = self._dealer.deal(prompt, rule, known, self.key(prompt), nth)
        for hit in hits:
            if hit.flaw.kind == "fail":
                raise errors.failed(hit.flaw.status or 500, hit.flaw.retry_after)
        return hits

    def _drawn(self, rng: Random) -> Known:
        return {name: [f"{rng.uniform(d.from_, d.to):.{d.decimals}f}"] for name, d in self._script.draws.items()}

    def _choose(self, prompt: Prompt, known: Known) -> tuple[Rule, Known]:
        for rule in self._script.rules:
            groups = prompt.holds(rule.when, rule.unless, known)
            if groups is not None and (_calls(rule, prompt) or _can_say(rule, prompt, known | groups)):
                return rule, known | groups
        return LOST, known

    def _plain(self, prompt: Prompt, known: Known, rng: Random, hits: Sequence[Hit], struck: list[Struck]) -> Answer:
        rule, known = self._choose(prompt, known)
        for hit in hits:
            other = next((r for r in self._script.rules if r.name == hit.flaw.rule), rule)
            more = known | _named(prompt, other.when)
            if other.name != rule.name and (_calls(other, prompt) or _can_say(other, prompt, more)):
                struck = [*struck, Struck(hit.flaw, was=rule.name, said=other.name)]
                rule, known = other, more
                break
        # A fact that was got wrong and is not in the answer did no harm.
        used = _used(rule, prompt)
        return replace(
            _say(rule, prompt, known, rng), struck=tuple(s for s in struck if s.fact is None or s.fact in used)
        )

    def _instead(self, prompt: Prompt, known: Known, hits: Sequence[Hit]) -> Answer | None:
        """Return what replaces the answer, by the first flaw of the script that does so."""
        for hit in hits:
            flaw = hit.flaw
            if flaw.kind == "refuse":
                text = _render(flaw.texts or [REFUSAL], known | hit.groups, hit.rng) or REFUSAL
                return Answer("refused", text, prompt.request.format == "schema", struck=(Struck(flaw, said=text),))
            if flaw.kind == "obey" and (order := _render(flaw.texts, known | hit.groups, hit.rng)):
                return Answer("obeyed", order, struck=(Struck(flaw, said=order),))
            if flaw.kind == "repeat" and prompt.said:
                return Answer("repeated", prompt.said, struck=(Struck(flaw, said=prompt.said),))
        return None


def _written(answer: Answer, prompt: Prompt, hits: Sequence[Hit], most: int) -> Answer:
    """Return the answer token by token: spoiled, stopped and cut off."""
    if answer.calls:
        return answer
    struck = list(answer.struck)
    pieces = tokens.pieces(_until(answer.text, prompt.request.stop))
    for hit in hits:
        said = "".join(pieces)
        if hit.flaw.kind == "wrong-number" and not hit.flaw.of:
            pieces = tokens.pieces(misread(hit.rng, said))
        elif hit.flaw.kind == "broken-json" and said.startswith("{"):
            pieces = tokens.pieces(spoil(hit.rng, said))
        elif hit.flaw.kind == "cut" and len(pieces) > 1:
            most = min(most, max(int(len(pieces) * hit.rng.uniform(*CUT_AT)), 1))
        else:
            continue
        struck.append(Struck(hit.flaw))
    finish: Finish = "length" if len(pieces) > most else "stop"
    pieces = pieces[:most]
    return replace(answer, text="".join(pieces), finish=finish, pieces=tuple(pieces), struck=tuple(struck))


def _used(rule: Rule, prompt: Prompt) -> set[str]:
    """Return the facts that an answer of this rule may contain."""
    given = [*rule.texts, rule.json_ or {}, *(rule.calls or {}).values()]
    schemas = (prompt.request.schema, *prompt.request.offered.values())
    return {slot.name for value in given for slot in template.slots(value)} | {
        name for schema in schemas for name in schema.get("properties") or {}
    }


def _named(prompt: Prompt, condition: Condition) -> Known:
    """Return what a rule's condition would read in a request, if it were about the texts alone."""
    texts = Condition(user=condition.user, input=condition.input)
    return prompt.meets(texts, {}) or {}


def _calls(rule: Rule, prompt: Prompt) -> list[str]:
    """Return the tools that a rule calls now."""
    request = prompt.request
    if request.choice == "none" or not rule.calls or not rule.calls.keys() <= request.offered.keys():
        return []
    names = [name for name in rule.calls if name not in prompt.results and request.choice in ("auto", "required", name)]
    return names if request.parallel else names[:1]


def _can_say(rule: Rule, prompt: Prompt, known: Known) -> bool:
    if prompt.request.choice not in ("none", "auto"):
        return False
    if rule.json_ is not None and (prompt.request.format != "text" or not rule.texts):
        return True
    return any(template.render(text, known) is not None for text in rule.texts)


def _say(rule: Rule, prompt: Prompt, known: Known, rng: Random) -> Answer:
    request = prompt.request
    names = _calls(rule, prompt)
    if not names and request.choice not in ("none", "auto"):
        # No rule calls what must be called: it is called with what is known under its arguments' names.
        names = [request.choice if request.choice in request.offered else next(iter(request.offered))]
    if names:
        calls = tuple(_call(name, rule, prompt, known, rng) for name in names)
        return Answer(rule.name, calls=calls, finish="tool_calls")
    text = _render(rule.texts, known, rng)
    if request.format == "text":
        return Answer(rule.name, text if text is not None else _json(template.fill(rule.json_, known)))
    value = template.fill(rule.json_, known) if rule.json_ is not None else {"answer": text}
    if request.format == "schema":
        value = fit(_by_name(request.schema, known) | value, request.schema)
    return Answer(rule.name, _json(value))


def _call(name: str, rule: Rule, prompt: Prompt, known: Known, rng: Random) -> ToolCall:
    schema = prompt.request.offered[name]
    given = (rule.calls or {}).get(name)
    value = template.fill(given, known) if given else fit(_by_name(schema, known), schema) or {}
    return ToolCall(f"call_{rng.getrandbits(96):024x}", name, _json(value))


def _by_name(schema: Mapping[str, Any], known: Known) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    return {name: known[name][0] for name in properties if name in known}


def _render(texts: Sequence[str], known: Known, rng: Random) -> str | None:
    """Return one of the texts that can be rendered; None when none can."""
    said = [text for text in (template.render(text, known) for text in texts) if text is not None]
    return rng.choice(said) if said else None


def _until(text: str, stops: Sequence[str]) -> str:
    return text[: min((text.find(stop) for stop in stops if stop in text), default=len(text))]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
