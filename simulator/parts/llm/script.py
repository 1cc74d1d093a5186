"""The script's language: what the model reads, what it answers, and how it goes wrong."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from scenarios.units import Share, Wall
from scenarios.vocabulary import WRITTEN, Params
from simulator.parts.llm import template

Scope = Literal["user", "input", "system", "all"]


@lru_cache(maxsize=1024)
def compiled(wanted: str | tuple[str, ...]) -> re.Pattern[str]:
    """Return the regular expression of a `Wanted`, which is one already or a list of words."""
    if isinstance(wanted, tuple):
        wanted = rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in wanted)})(?!\w)"
    return re.compile(wanted, re.IGNORECASE | re.MULTILINE)


def pattern(wanted: "str | Sequence[str]") -> re.Pattern[str]:
    """Return the compiled form of a `Wanted`."""
    return compiled(wanted if isinstance(wanted, str) else tuple(wanted))


def _compiles(wanted: Any) -> Any:
    try:
        found = pattern(wanted)
    except re.error as error:
        raise ValueError(f"{wanted!r} is no regular expression: {error}") from None
    if found.match("") and not found.groupindex:
        raise ValueError(f"{wanted!r} fits everything")
    return wanted


def _parses(value: Any) -> Any:
    for text in value if isinstance(value, list) else [value]:
        list(template.slots(text))
    return value


Wanted = Annotated[str | list[str], AfterValidator(_compiles)]
"""A regular expression (in any case), or words of which one must occur."""

Text = Annotated[str | list[str], AfterValidator(_parses)]
"""A template, or several of which each request gets one."""

Json = Annotated[dict[str, Any], AfterValidator(_parses)]
"""JSON whose texts are templates."""


class Range(Params):
    """At least `from`, at most `to`."""

    from_: int = Field(default=0, alias="from")
    to: int | None = None

    def holds(self, value: int) -> bool:
        """Whether a value is in the range."""
        return self.from_ <= value and (self.to is None or value <= self.to)


class Reading(Params):
    """Where to find a fact."""

    model_config = ConfigDict(json_schema_extra={WRITTEN: {"type": ["object", "string"]}})

    pattern: Wanted
    """Its group, or the whole match, is the value; it may occur several times."""
    from_: Scope = Field(default="input", alias="from")
    """`user`: the last message of the user. `input`: all of them, and the results of tools. `system`. `all`."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"pattern": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_group(self) -> Self:
        if pattern(self.pattern).groups > 1:
            raise ValueError("a fact's pattern has one group at most; write (?:…) for others")
        return self


class Draw(Params):
    """A number that the model makes up, evenly distributed, and the same for the same request."""

    from_: float = Field(alias="from")
    to: float
    decimals: int = Field(default=2, ge=0, le=6)


class Condition(Params):
    """What must be true; what is left out does not matter."""

    user: Wanted | None = None
    """In the last message of the user. Named groups are facts."""
    input: Wanted | None = None
    """In any message of the user, or in a tool's result. Named groups are facts."""
    system: Wanted | None = None
    """In the instructions (messages of the roles system and developer)."""
    said: Wanted | None = None
    """In what the assistant said last."""
    facts: tuple[str, ...] = ()
    """All of these are known."""
    tools: tuple[str, ...] = ()
    """All of these are offered."""
    tool: str | None = None
    """The last message is this tool's result; its fields are facts such as `tool.status`."""
    model: Wanted | None = None
    format: tuple[Literal["text", "json", "schema"], ...] = ()
    """One of these was asked for by `response_format`."""
    tokens: Range | None = None
    """Length of the whole request."""
    turn: Range | None = None
    """The number of the user's question in this conversation, from 1."""


class Rule(Params):
    """A kind of request, and the model's answer; the first rule that fits is used."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    when: Condition = Condition()
    unless: Condition | None = None
    says: Text | None = None
    """Text. The rule fits only when all facts outside of brackets in it are known."""
    json_: Json | None = Field(default=None, alias="json")
    """An object, given when JSON was requested, or when there is no `says`."""
    calls: dict[str, Json] | None = None
    """Tools with their arguments, called when they are offered and have not answered this question yet."""

    @model_validator(mode="after")
    def _answers(self) -> Self:
        if self.says is None and self.json_ is None and self.calls is None:
            raise ValueError(f"rule {self.name!r} answers nothing: give it says, json or calls")
        return self

    @property
    def texts(self) -> list[str]:
        """Return the templates of `says`."""
        return [self.says] if isinstance(self.says, str) else self.says or []


Kind = Literal[
    "wrong-number", "invent", "mix-up", "forget", "refuse", "obey", "repeat", "confuse", "broken-json", "cut", "fail"
]
ON_FACTS: frozenset[Kind] = frozenset({"wrong-number", "invent", "mix-up", "forget"})

_TAKES: dict[str, frozenset[Kind]] = {
    "of": ON_FACTS,
    "shape": frozenset({"invent"}),
    "says": frozenset({"refuse", "obey"}),
    "rule": frozenset({"confuse"}),
    "status": frozenset({"fail"}),
    "retry_after": frozenset({"fail"}),
}
_NEEDS: dict[str, tuple[Kind, ...]] = {
    "of": ("invent", "mix-up", "forget"),
    "shape": ("invent",),
    "says": ("obey",),
    "rule": ("confuse",),
}


class Flaw(Params):
    """One way in which answers go wrong, and how often."""

    name: str = Field(default="", pattern=r"^[a-z0-9-]*$")
    """Left out: its kind."""
    kind: Kind
    share: Share
    """Share of the possible answers that it applies to; drawn by business key if there is one."""
    per: Literal["call", "input", "conversation"] = "call"
    """`call`: drawn again for each call. `input`: the same for the same request. `conversation`: the same throughout
    one."""
    when: Condition = Condition()
    unless: Condition | None = None
    rules: tuple[str, ...] = ()
    """Applies only to answers of these rules."""
    of: tuple[str, ...] = ()
    """The facts that it applies to."""
    shape: str | None = None
    """The form of an invented value; every # is a digit."""
    says: Text | None = None
    rule: str | None = None
    """The rule whose answer is given instead."""
    status: Literal[429, 500, 503] | None = None
    """Left out: 500."""
    retry_after: Wall | None = None
    """When the failure says to come again; left out: it does not say."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        for name, kinds in _TAKES.items():
            given = getattr(self, name) not in (None, ())
            if given and self.kind not in kinds:
                raise ValueError(f"a flaw of kind {self.kind} takes no {name!r}")
            if not given and self.kind in _NEEDS.get(name, ()):
                raise ValueError(f"a flaw of kind {self.kind} needs {name!r}")
        return self

    @property
    def title(self) -> str:
        """Return its name in the evidence."""
        return self.name or self.kind

    @property
    def texts(self) -> list[str]:
        """Return the templates of `says`."""
        return [self.says] if isinstance(self.says, str) else self.says or []


class Script(Params):
    """What the model reads, answers and gets wrong."""

    read: dict[str, Reading] = Field(default={})
    """Facts that it finds in its input."""
    key: str | None = None
    """The fact that is the business key: flaws are drawn by it, and the evidence names it."""
    draws: dict[str, Draw] = Field(default={})
    """Facts that it makes up."""
    rules: tuple[Rule, ...] = ()
    """What it answers: the first whose conditions hold does."""
    flaws: tuple[Flaw, ...] = ()
    """What it gets wrong, and when."""

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        if self.key is not None and self.key not in self.read:
            raise ValueError(f"key: {self.key!r} is no fact under read")
        _once("rule", [rule.name for rule in self.rules])
        _once("flaw", [flaw.title for flaw in self.flaws])
        known = self._known()
        for rule in self.rules:
            for name in sorted(_used(rule) - known):
                raise ValueError(f"rule {rule.name!r}: nothing makes the fact {name!r} known")
        for flaw in self.flaws:
            self._check(flaw, known)
        return self

    def _check(self, flaw: Flaw, known: set[str]) -> None:
        rules = {rule.name for rule in self.rules}
        for name in (*flaw.rules, *([flaw.rule] if flaw.rule else ())):
            if name not in rules:
                raise ValueError(f"flaw {flaw.title!r}: there is no rule {name!r}")
        for name in flaw.of:
            if name not in known:
                raise ValueError(f"flaw {flaw.title!r}: nothing makes the fact {name!r} known")

    def _known(self) -> set[str]:
        known = {*BUILT_IN, *self.read, *self.draws}
        for when in [rule.when for rule in self.rules] + [flaw.when for flaw in self.flaws]:
            known |= set(_groups(when))
        return known


BUILT_IN = ("user", "turn")
"""Facts of every request: the last message of the user, and its number."""


def _groups(condition: Condition) -> Iterator[str]:
    for wanted in (condition.user, condition.input, condition.system, condition.said):
        if wanted is not None:
            yield from pattern(wanted).groupindex


def _used(rule: Rule) -> set[str]:
    given = [*rule.texts, rule.json_ or {}, *(rule.calls or {}).values()]
    names = {slot.name for value in given for slot in template.slots(value)} | set(rule.when.facts)
    return {name for name in names if not name.startswith("tool.")}


def _once(noun: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two {noun}s are named {name!r}")
