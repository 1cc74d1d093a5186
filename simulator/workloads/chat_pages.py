"""What the customer's help pages say today: the figures that an answer must have for a customer to need no page.

A language model (kind `llm`) has read the pages and answers from them: its rule for a topic, named as the topic, has
the page's figures. They may change with a phase.
"""

import re
from collections.abc import Mapping
from typing import Any

from scenarios.model import Phase, Scenario
from simulator.clock import Timeline

Figures = frozenset[str]
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_NAMED = re.compile(r"\{[^}]*\}|\bHX-\d+")
"""What stands for something else, and orders' numbers: no figures of a page."""


def figures(text: str) -> Figures:
    """Return the figures in a text, without those of an order's number."""
    return frozenset(_FIGURE.findall(_NAMED.sub(" ", text)))


class Pages:
    """The figures of each topic's page, by phase."""

    def __init__(self, scenario: Scenario, model: str, timeline: Timeline) -> None:
        self._timeline = timeline
        self._by_phase: dict[str, dict[str, Figures]] = {}
        rules = scenario.site[model].with_.get("rules", [])
        for phase in scenario.phases:
            now = _rules(phase, model, rules)
            self._by_phase[phase.name] = {rule["name"]: figures(_text(rule)) for rule in now}
            rules = now if phase.shift else rules
        self._last = {rule["name"]: figures(_text(rule)) for rule in rules}

    def tells(self, text: str, topic: str, asked: float, answered: float) -> bool:
        """Whether a text has the page's figures and no other, as they were when it was asked for or when it came."""
        return figures(text) in (self._at(asked, topic), self._at(answered, topic))

    def _at(self, at: float, topic: str) -> Figures | None:
        return self._by_phase.get(self._timeline.span(at).name, self._last).get(topic)


def _rules(phase: Phase, model: str, before: Any) -> Any:
    return phase.set.get(model, {}).get("rules", before)


def _text(rule: Mapping[str, Any]) -> str:
    says = rule.get("says") or ""
    return says if isinstance(says, str) else " ".join(says)
