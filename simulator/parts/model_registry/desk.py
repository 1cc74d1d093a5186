"""The registry during one lap: what callers, reviewers and the customer's own people do, each with its audit row.

Whatever falls due by simulated time (a review, a version that appears) is done before anybody looks at the registry or
changes it; since nothing else changes it, that is as good as on time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.parts.base import Lap
from simulator.parts.model_registry.bodies import Ask, Body, Details, Move
from simulator.parts.model_registry.gates import missing, objections
from simulator.parts.model_registry.params import ModelRegistryParams, Version
from simulator.parts.model_registry.shelf import Artefact, Card, Stored
from simulator.parts.model_registry.tables import AUDIT, HELD
from simulator.parts.problems import Problem

_MOST = 1000
"""Most models, and most versions of one model, that callers may create."""
_ROOM = 32 * 2**20
"""Most bytes of everything that callers say about models and versions."""


class Desk:
    """The registry's operations. They raise `Problem` when something does not exist, or a change is refused."""

    def __init__(self, name: str, lap: Lap, rules: ModelRegistryParams) -> None:
        self._name = name
        self._lap = lap
        self.rules = rules
        self.cards: dict[str, Card] = {}
        self._due: list[tuple[datetime, Callable[[datetime], None]]] = []
        self._given: dict[tuple[str, str], int | None] = {}
        self._used = self._said = 0
        """Bytes of artefacts, and of what is said about versions."""
        for model, spec in rules.models.items():
            self.cards[model] = card = Card(model)
            for version in spec.versions:
                self._own(card, version)
        self.configure(rules)

    def configure(self, rules: ModelRegistryParams) -> None:
        """Apply new rules, and move aliases that the customer's people move now."""
        self.catch_up()
        self.rules = rules
        wanted = {(model, alias): v for model, aliases in rules.aliases.items() for alias, v in aliases.items()}
        for (model, alias), number in wanted.items():
            if (model, alias) not in self._given or self._given[model, alias] != number:
                self._put(self.cards[model], alias, number)
        self._given = wanted

    def catch_up(self) -> None:
        """Do what has fallen due."""
        now = self._lap.clock.now()
        while ready := [one for one in self._due if one[0] <= now]:
            first = min(ready, key=lambda one: one[0])
            self._due.remove(first)
            first[1](first[0])

    def card(self, model: str) -> Card:
        """Return a model. Raises `Problem` when there is none of that name."""
        if model not in self.cards:
            raise Problem(404, "not_found", f"There is no model {model[:60]!r}.")
        return self.cards[model]

    def version(self, model: str, which: str) -> tuple[Card, Stored]:
        """Return a model and one of its versions, by number or alias. Raises `Problem` when there is none."""
        card = self.card(model)
        number = card.aliases.get(which) if not which.isdecimal() else int(which[:9])
        for version in self.there(card):
            if version.number == number:
                return card, version
        raise Problem(404, "not_found", f"{model} has no version {which[:30]!r}.")

    def there(self, card: Card) -> list[Stored]:
        """Return a model's versions. Raises `Problem` when there is no such model."""
        return list(card.there(self._lap.clock.now()))

    def make(self, model: str) -> Card:
        """Create a model and return it. Raises `Problem` when it exists, or there are too many."""
        if model in self.cards:
            raise Problem(409, "conflict", f"There is a model {model!r}.")
        if len(self.cards) >= _MOST:
            raise Problem(507, "full", f"There are {_MOST} models; that is all there can be.")
        self.cards[model] = Card(model)
        return self.cards[model]

    def register(self, model: str, details: Details) -> tuple[Card, Stored]:
        """Register a version and return it with its model. Raises `Problem` when it is refused."""
        card = self.card(model)
        self._keep(details)
        if len(card.versions) >= _MOST:
            raise Problem(507, "full", f"{model} has {_MOST} versions; that is all there can be.")
        version = Stored(model, len(card.versions) + 1, self._lap.clock.now())
        card.versions.append(version)
        self._fill(version, details)
        self._audit(version, "registered", details)
        return card, version

    def change(self, version: Stored, details: Details) -> None:
        """Add to a version's description. Raises `Problem` when it is refused."""
        self._keep(details)
        self._fill(version, details)
        self._audit(version, "changed", details)

    def put(self, version: Stored, path: str, body: bytes) -> bool:
        """Store an artefact, and return whether it is new; an existing one is never replaced. Raises `Problem`."""
        result = "ok"
        try:
            return self._stored(version, path, body)
        except Problem as problem:
            result = problem.code
            raise
        finally:
            self._audit(version, "artefact", Body(reason=path[:120]), result=result)

    def ask(self, version: Stored, ask: Ask) -> None:
        """Ask somebody for a review; while one is pending nothing changes. Raises `Problem` when it is refused."""
        reviewer = self.rules.reviewers.get(ask.reviewer)
        if reviewer is None:
            people = ", ".join(self.rules.reviewers) or "nobody"
            raise Problem(404, "not_found", f"{ask.reviewer[:60]!r} reviews nothing. Who does: {people}.")
        now = self._lap.clock.now()
        self._audit(version, "asked", ask)
        said = version.reviews.get(ask.reviewer)
        if said is None or said[1] is not None:
            version.reviews[ask.reviewer] = (now, None, "")
            due = now + timedelta(seconds=reviewer.takes)
            self._due.append((due, lambda at: self._review(version, ask.reviewer, at)))

    def move(self, card: Card, alias: str, move: Move) -> None:
        """Give an alias to a version, if its gate allows it. Raises `Problem` when it does not."""
        _, version = self.version(card.name, str(move.version))
        self.known(alias)
        holder = card.aliases.get(alias)
        if move.expects is not None and move.expects != holder:
            self._audit(version, "alias", move, alias=alias, was=holder, result="conflict")
            raise Problem(409, "conflict", f"Version {holder} is {alias}, not {move.expects}.", version=holder)
        gate, back = self.rules.gates.get(alias), card.had(alias, version.number)
        lacks = missing(gate, card, version, self._lap.clock.now()) if gate and not back else []
        result = "gate_closed" if lacks else "ok"
        self._audit(
            version, "alias", move, alias=alias, was=holder, back=back, result=result,
            missing="; ".join(lacks) or None,
        )  # fmt: skip
        if lacks:
            raise Problem(422, result, f"To become {alias} it needs {'; '.join(lacks)}.", missing=lacks)
        card.move(alias, version.number, self._lap.clock.now(), self._lap.clock.at())

    def take(self, card: Card, alias: str, body: Body) -> None:
        """Take an alias away. Raises `Problem` when no version has it."""
        holder = card.aliases.get(alias)
        if holder is None:
            raise Problem(404, "not_found", f"No version of {card.name} is {alias[:30]}.")
        self._audit(card.versions[holder - 1], "unalias", body, alias=alias, was=holder)
        card.move(alias, None, self._lap.clock.now(), self._lap.clock.at())

    def known(self, alias: str) -> None:
        """Check that an alias exists. Raises `Problem` otherwise."""
        if alias not in self.rules.names:
            names = ", ".join(self.rules.names)
            raise Problem(404, "not_found", f"There is no alias {alias[:30]!r}. There are: {names}.")

    def settle(self) -> None:
        """End the lap: record which version had which alias when."""
        self.catch_up()
        for card in self.cards.values():
            for s in card.spells:
                self._lap.recorder.write(
                    HELD.name,
                    {"since": s.begun_at, "until": s.ended_at, "part": self._name, "model": card.name,
                     "version": s.version, "alias": s.alias, "sim": s.begun.isoformat()},
                )  # fmt: skip

    def _own(self, card: Card, spec: Version) -> None:
        """Register a version of the customer's, now or later."""
        appears = self._lap.clock.timeline.sim(0.0) + timedelta(seconds=spec.after)
        files = {path: Artefact(Path(file).read_bytes()) for path, file in spec.artefacts.items()}
        version = Stored(
            card.name, len(card.versions) + 1, appears, spec.description, dict(spec.metrics), dict(spec.tags),
            dict(spec.params), files,
        )  # fmt: skip
        card.versions.append(version)
        self._due.append((appears, lambda at: self._audit(version, "registered", Body(), customer=True, sim=at)))

    def _put(self, card: Card, alias: str, number: int | None) -> None:
        """Do what the customer's people do, regardless of gates."""
        now, at = self._lap.clock.now(), self._lap.clock.at()
        holder = card.aliases.get(alias)
        if holder == number:
            return
        version = card.versions[(number or holder or 1) - 1]
        version.registered = min(version.registered, now)
        back = number is not None and card.had(alias, number)
        card.move(alias, number, now, at)
        event = "alias" if number is not None else "unalias"
        self._audit(version, event, Body(), alias=alias, was=holder, back=back, customer=True)

    def _review(self, version: Stored, name: str, at: datetime) -> None:
        """Record that a reviewer has looked at a version as it is then."""
        reviewer = self.rules.reviewers.get(name)
        if reviewer is None:
            version.reviews.pop(name, None)
            return
        against = objections(reviewer, version)
        reason = f"I miss: {'; '.join(against)}" if against else ""
        version.reviews[name] = (at, not against, reason)
        said = Body(who=name[:80], reason=reason[:2000] or None)
        self._audit(version, "rejected" if against else "approved", said, customer=True, sim=at)

    def _stored(self, version: Stored, path: str, body: bytes) -> bool:
        if len(body) > self.rules.largest:
            raise Problem(413, "too_large", f"An artefact has at most {self.rules.largest} bytes.")
        there = version.artefacts.get(path)
        if there is not None and there.body != body:
            raise Problem(409, "conflict", "It is there, with other content. Register another version.")
        if there is None:
            if self._used + len(body) > self.rules.room:
                raise Problem(507, "full", "There is no more room for artefacts.")
            self._used += len(body)
            version.artefacts[path] = Artefact(body)
        return there is None

    def _keep(self, details: Details) -> None:
        """Take up room for what is said. Raises `Problem` when there is none left."""
        self._said += len(details.model_dump_json())
        if self._said > _ROOM:
            raise Problem(507, "full", "There is no more room for what is said of versions.")

    @staticmethod
    def _fill(version: Stored, details: Details) -> None:
        version.description = version.description if details.description is None else details.description
        version.metrics |= details.metrics
        version.params |= details.params
        for name, value in details.tags.items():
            version.tags.pop(name, None)
            if value is not None:
                version.tags[name] = value

    def _audit(
        self, version: Stored, event: str, said: Body, *, customer: bool = False, result: str = "ok",
        sim: datetime | None = None, **more: Any,
    ) -> None:  # fmt: skip
        clock = self._lap.clock
        row = {"at": clock.at() if sim is None else clock.timeline.when(sim), "part": self._name,
               "model": version.model, "version": version.number, "event": event, "alias": None, "was": None,
               "back": None, "customer": customer, "who": said.who, "reason": said.reason, "result": result,
               "missing": None, "sim": (sim or clock.now()).isoformat(), **more}  # fmt: skip
        self._lap.recorder.write(AUDIT.name, row)
