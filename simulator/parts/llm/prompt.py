"""A request as the model sees it: what it reads there, and whether a rule's conditions hold."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator import gate
from simulator.parts.llm import tokens
from simulator.parts.llm.requests import ChatRequest, Message
from simulator.parts.llm.script import Condition, Reading, Scope, Wanted, pattern

Known = dict[str, list[str]]
"""The values of each known fact."""

MOST_VALUES = 50
"""Most occurrences of one fact that are read: a caller decides how long the input is."""


@dataclass(frozen=True)
class Prompt:
    """One request as a whole."""

    request: ChatRequest

    @cached_property
    def tokens(self) -> int:
        """The length in tokens."""
        texts = (message.text + "".join(call.arguments for call in message.calls) for message in self._messages)
        return tokens.prompt(texts, self.request.tools)

    @cached_property
    def content(self) -> str:
        """A text that is the same for the same model and messages."""
        said = [[m.role, m.text, [[c.name, c.arguments] for c in m.calls]] for m in self._messages]
        return _digest(json.dumps([self.request.model, self.request.format, said]))

    @cached_property
    def conversation(self) -> str:
        """A text that is the same for every request that begins with the same question of the user."""
        return _digest(next((m.text for m in self._messages if m.role == "user"), ""))

    @cached_property
    def turn(self) -> int:
        """The number of the user's current question, from 1."""
        return max(sum(m.role == "user" for m in self._messages), 1)

    @cached_property
    def said(self) -> str:
        """What the assistant said last."""
        return next((m.text for m in reversed(self._messages) if m.role == "assistant" and m.text), "")

    @property
    def _messages(self) -> tuple[Message, ...]:
        return self.request.messages

    @cached_property
    def texts(self) -> Mapping[Scope, str]:
        """The text of each scope."""
        user = [m.text for m in self._messages if m.role == "user"]
        given = [m.text for m in self._messages if m.role in ("user", "tool")]
        system = [m.text for m in self._messages if m.role in ("system", "developer")]
        return {
            "user": user[-1] if user else "",
            "input": "\n".join(given),
            "system": "\n".join(system),
            "all": "\n".join(m.text for m in self._messages),
        }

    @cached_property
    def results(self) -> dict[str, str]:
        """What tools answered since the last question of the user, by the tool's name."""
        names = {call.id: call.name for message in self._messages for call in message.calls}
        last = max((n for n, m in enumerate(self._messages) if m.role == "user"), default=-1)
        answers = (m for m in self._messages[last + 1 :] if m.role == "tool")
        return {names.get(m.call_id or "", "?"): m.text for m in answers}

    @property
    def tool(self) -> str | None:
        """The tool whose result is the last message; None if it is no result."""
        return next(reversed(self.results), None) if self._messages[-1].role == "tool" else None

    def facts(self, reads: Mapping[str, Reading]) -> Known:
        """Return what is known about a request before any rule is tried."""
        known: Known = {"user": [self.texts["user"]], "turn": [str(self.turn)]}
        for text in self.results.values():
            known |= {f"tool.{name}": [value] for name, value in _fields(text)}
        for name, reading in reads.items():
            found = pattern(reading.pattern).finditer(self.texts[reading.from_])
            values = [match[match.re.groups] for match, _ in zip(found, range(MOST_VALUES), strict=False)]
            if values := [value.strip() for value in values if value and value.strip()]:
                known[name] = values
        return known

    def meets(self, condition: Condition, known: Known) -> Known | None:
        """Return the facts that the condition's named groups add; None when the condition does not hold."""
        request = self.request
        if not (
            set(condition.tools) <= request.offered.keys()
            and (condition.tool is None or condition.tool == self.tool)
            and known.keys() >= set(condition.facts)
            and (not condition.format or request.format in condition.format)
            and (condition.tokens is None or condition.tokens.holds(self.tokens))
            and (condition.turn is None or condition.turn.holds(self.turn))
        ):
            return None
        found = [
            _search(wanted, text)
            for wanted, text in (
                (condition.user, self.texts["user"]),
                (condition.input, self.texts["input"]),
                (condition.system, self.texts["system"]),
                (condition.said, self.said),
                (condition.model, request.model),
            )
            if wanted is not None
        ]
        if None in found:
            return None
        groups = ((name, value) for match in found if match for name, value in match.groupdict().items())
        return {name: [value.strip()] for name, value in groups if value and value.strip()}

    def holds(self, when: Condition, unless: Condition | None, known: Known) -> Known | None:
        """Return what `meets` returns for `when`; None when `unless` holds."""
        if unless is not None and self.meets(unless, known) is not None:
            return None
        return self.meets(when, known)


def _search(wanted: Wanted, text: str) -> re.Match[str] | None:
    return pattern(wanted).search(text)


def _fields(text: str) -> list[tuple[str, str]]:
    """Return the plain fields of a tool's result."""
    try:
        data: Any = gate.parse(text)
    except gate.Untold:
        return [("text", text)]
    if not isinstance(data, dict):
        return [("text", text)]
    plain = ((name, value) for name, value in data.items() if isinstance(value, str | int | float) and value != "")
    return [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in plain]


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
