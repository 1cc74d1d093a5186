"""What a rule sees, and how it reports problems."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from scenarios.businesses import Written
from scenarios.model import Check, Phase, Scenario
from scenarios.phases import rates
from scenarios.problems import Problem, Related, did_you_mean, shown
from scenarios.shape import Loc, shape
from scenarios.tree import Node, Position
from scenarios.vocabulary import Columns, Vocabulary

M = TypeVar("M", bound=BaseModel)

_PLUGGED = frozenset({"part", "workload", "measure"})
"""Kinds of names that packages may add to."""


@dataclass
class Context:
    """One scenario under lint."""

    scenario: Scenario
    tree: Node
    path: Path
    vocabulary: Vocabulary
    problems: list[Problem] = field(default_factory=list)
    own: Mapping[str, Written] = field(default_factory=dict)
    """The businesses of the scenario's folder, by name."""

    @property
    def folder(self) -> Path:
        """The scenario's folder."""
        return self.path.parent

    def problem(
        self,
        loc: Loc,
        message: str,
        suggestion: str | None = None,
        *,
        key: bool = False,
        related: Related | None = None,
    ) -> None:
        """Report a problem at `loc` (with `key`, at its key), unless it follows from a problem of the shape."""
        if not self.tree.echoes(loc):
            self.problem_at(self.tree.place(loc, key=key), message, suggestion, related)

    def note(self, loc: Loc, message: str, suggestion: str | None = None) -> None:
        """Report something that an author should know about the key at `loc`, though nothing is wrong with it."""
        if not self.tree.echoes(loc):
            at = self.tree.place(loc, key=True)
            self.problems.append(Problem(str(self.path), *at, message, suggestion, note=True))

    def problem_at(
        self, at: Position, message: str, suggestion: str | None = None, related: Related | None = None
    ) -> None:
        """Report a problem at a place."""
        self.problems.append(Problem(str(self.path), *at, message, suggestion, (related,) if related else ()))

    def refer(
        self, loc: Loc, noun: str, name: str, known: Iterable[str], defined: Loc = (), *, key: bool = False
    ) -> bool:
        """Whether `name`, written at `loc`, is one of `known`; if not, report it.

        `defined` is where the scenario defines these names: when something is wrong there, an unknown name may follow
        from it.
        """
        if isinstance(known, Container) and name in known:
            return True
        place = self.tree.find(defined) if defined else None
        known = [*known, *(str(key) for key in (place.doubtful if place else ()))]
        if name in known:
            return True
        if not (defined and self._unsure(defined)):
            none = f" (the scenario has none under {defined[-1]!r})" if defined and not known else ""
            default = "" if key or self.tree.find(loc) else f", the default of {parameter(loc)!r}"
            hint = did_you_mean(name, known)
            if noun in _PLUGGED and not (hint or "").startswith("did you mean"):
                hint = " · ".join(map(str, self.vocabulary.broken())) or hint
            self.problem(loc, f"unknown {noun} {shown(name)}{default}{none}", hint, key=key)
        return False

    def _unsure(self, defined: Loc) -> bool:
        if self.tree.echoes(defined):
            return True
        node = self.tree.find(defined)
        items = node.value if node and isinstance(node.value, list) else []
        return bool(node and isinstance(node.value, list) and node.doubtful) or any(
            item.doubtful & {"id", "name"} for item in items
        )

    def sure(self, loc: Loc) -> bool:
        """Whether everything at `loc` and below was written by the author, so that sums over it are right."""
        if self.tree.echoes(loc):
            return False
        below = [self.block(loc)]
        while below:
            node = below.pop()
            if node.doubtful:
                return False
            if isinstance(node.value, dict):
                below += node.value.values()
            elif isinstance(node.value, list):
                below += node.value
        return True

    def block(self, loc: Loc) -> Node:
        """Return the node at `loc`; when none is written, an empty block placed at the closest node around it."""
        return self.tree.find(loc) or Node({}, self.tree.place(loc, key=True))

    def fit(self, loc: Loc, model: type[M]) -> M | None:
        """Return the block at `loc` as a `model`; None after reporting what does not fit."""
        return self.fit_node(self.block(loc), model) if not self.tree.echoes(loc) else None

    def fit_node(self, node: Node, model: type[M]) -> M | None:
        """Return the same for a tree that is not written in one place."""
        value, problems = shape(model, node, str(self.path), parameters=True)
        self.problems += problems
        return value

    @cached_property
    def measured(self) -> list[tuple[int, Check, BaseModel]]:
        """Return (index, check, parameters) of the checks whose measure is known and whose parameters fit."""
        out = []
        for index, check in enumerate(self.scenario.checks):
            model = self.vocabulary.measures.get(check.measure or "") if not check.sql else SqlParams
            if model is not None:
                value, _ = shape(model, self.block(("checks", index, "with")), str(self.path))
                if value is not None:
                    out.append((index, check, value))
        return out

    @cached_property
    def surely_measured(self) -> list[tuple[int, Check, BaseModel]]:
        """Return those of `measured` in which nothing stands in for a mistake."""
        return [found for found in self.measured if self.sure(("checks", found[0]))]

    @cached_property
    def tables(self) -> dict[str, Columns]:
        """Return every table that this scenario's world writes."""
        words = self.vocabulary
        found = dict(words.tables)
        for part in self.scenario.site.values():
            found.update(words.part_tables.get(part.part, {}))
        for flow in self.scenario.traffic.values():
            found.update(words.workload_tables.get(flow.workload, {}))
        return found

    def requests(self, flow: str, phases: Iterable[Phase]) -> float:
        """Return about how many requests a flow sends in these phases."""
        scenario = self.scenario
        by_phase = rates(scenario.phases, flow, scenario.traffic[flow].rate)
        return sum(by_phase[phase.name] * phase.lasts for phase in phases)

    def during(self, params: BaseModel) -> list[Phase]:
        """Return the phases that a check with these parameters looks at."""
        names = getattr(params, "during", None)
        return [p for p in self.scenario.phases if (p.name in names if names else p.graded)]


def parameter(loc: Loc) -> str:
    """Return a parameter's full name, such as `lockout.lasts`: the part of the location after `with`."""
    words = [word for word in loc if isinstance(word, str)]
    return ".".join(words[words.index("with") + 1 :] if "with" in words else words)


class SqlParams(BaseModel):
    """What `with` may contain beside `sql`."""

    model_config = {"extra": "forbid"}

    during: list[str] | None = Field(default=None, min_length=1)


Rule = Callable[[Context], None]


def marked(value: BaseModel, mark: str, loc: Loc = ()) -> Iterator[tuple[Loc, Any, Any]]:
    """Yield (loc, mark's value, value) of the fields, at any depth, whose `json_schema_extra` has `mark`."""
    for name, info in type(value).model_fields.items():
        found = getattr(value, name)
        here = (*loc, info.alias or name)
        extra = info.json_schema_extra
        if isinstance(extra, dict) and mark in extra:
            yield here, extra[mark], found
        for place, child in _children(found, here):
            yield from marked(child, mark, place)


def _children(value: Any, loc: Loc) -> Iterator[tuple[Loc, BaseModel]]:
    if isinstance(value, BaseModel):
        yield loc, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _children(child, (*loc, str(key)))
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from _children(child, (*loc, index))


def leaves(text: str) -> bool:
    """Whether a relative path or glob may lead out of the folder that it is relative to."""
    path = PurePosixPath(text)
    return (
        path.is_absolute() or ".." in path.parts or "\\" in text or "\0" in text or text[:1] == "~" or text[1:2] == ":"
    )
