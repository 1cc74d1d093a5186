"""All degenerate deployments of one scenario, held without a world, and what it says of the scenario that some pass."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import mean
from typing import Any

from grader.report import Report
from grader.verdict import Result, Verdict
from labs.library.catalogue import Entry
from labs.verify.findings import Finding
from labs.verify.offline import leaving, losses, sabotage
from labs.verify.offline.base import Base, Kept, Plain, Told
from labs.verify.offline.changes import Change, Source, of_answers
from labs.verify.offline.learned import learn
from labs.verify.offline.play import Played, play
from labs.verify.offline.stage import Asked, Stage

MOST_PRODUCTS = 24
"""Deployments that make two decisions degenerate at once."""

Progress = Callable[[str, int, int], None]
"""Takes what is played next, its number, and how many there are."""


@dataclass
class Extreme:
    """One degenerate deployment, by seed."""

    name: str
    about: str
    kind: str
    """`nothing` looked at; one decision degenerate `around` a correct deployment; a field `lost`; or `sabotage`."""
    reports: dict[int, Report] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The highest score; what could not be judged has none."""
        return max((report.score or 0.0 for report in self.reports.values()), default=0.0)

    @property
    def passes(self) -> bool:
        """Whether it passed with any seed."""
        return any(report.result is Result.PASSED for report in self.reports.values())

    def failed(self) -> list[str]:
        """Return the checks that it failed with every seed."""
        each = [{c.id for c in r.checks if c.verdict is Verdict.FAIL} for r in self.reports.values()]
        common = set.intersection(*each) if each else set()
        return [check.id for check in next(iter(self.reports.values())).checks if check.id in common]

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        scores = {str(seed): report.score for seed, report in self.reports.items()}
        return {"name": self.name, "kind": self.kind, "about": self.about, "scores": scores, "passes": self.passes,
                "fails": self.failed()}  # fmt: skip


@dataclass
class Found:
    """What came out for one scenario."""

    extremes: dict[str, Extreme] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)
    """By field or column the checks that some loss of it moved, with any seed."""
    seeds: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    """Seeds of which a lap of the reference was at hand."""

    def findings(self, entry: Entry) -> list[Finding]:
        """Return what is to be repaired in the scenario."""
        exempt, found = entry.scenario.extremes, []
        for one in self.extremes.values():
            if one.kind == "lost":
                continue
            errors = sorted({r.reason for r in one.reports.values() if r.result is Result.ERROR})
            if errors:
                found.append(Finding("not-judged", one.name, f"could not be judged: {errors[0]}"))
            elif one.passes and one.name not in exempt:
                found.append(Finding("extreme-passes", one.name, f"passes with {one.score:g}. {one.about}"))
        for name in exempt:
            if name not in self.extremes:
                found.append(Finding("exempt", name, "is exempted, and no such deployment was made"))
            elif not self.extremes[name].passes:
                found.append(Finding("exempt", name, "is exempted, and fails: take the exemption away"))
        found += [
            Finding("unread", name, "no loss of it moves a check") for name, moves in self.lost.items() if not moves
        ]
        return found


class Examiner:
    """Plays everything on one seed."""

    def __init__(self, entry: Entry, seed: int, lap: Kept | None, elsewhere: "tuple[Stage, Kept] | None") -> None:
        self._stage = stage = Stage(entry, seed)
        self._lap = lap
        self._plain = Plain(stage=stage)
        self._learned = learn(stage, lap) if lap else None
        self._heart = learn(*elsewhere) if elsewhere else None
        self._state = elsewhere[1].site(elsewhere[0]) if elsewhere else None

    @cached_property
    def honest(self) -> Report:
        """The report on the correct deployment, played again."""
        assert self._lap is not None
        return play(self._stage, self._lap).report

    def plays(self) -> Iterator[tuple[str, str, str, Callable[[], Played | None]]]:
        """Yield kind, name and meaning of every deployment, and what plays it."""
        for name, about, changes in self._nothing():
            yield "nothing", name, about, self._playing(self._plain, changes)
        if self._lap is None:
            return
        source = Source(self._stage, self._learned, self._heart)
        for change in (*of_answers(source), *leaving.of_side_effects(self._stage, self._state)):
            yield "around", f"reference, but {change.name}", change.about, self._playing(self._lap, [change])
        for loss in losses.losses(source):
            for change in loss.changes:
                yield "lost", change.name, loss.field, self._playing(self._lap, [change])

    def _playing(self, base: Base, changes: Sequence[Change]) -> Callable[[], Played | None]:
        def hold() -> Played | None:
            played = play(self._stage, base, changes)
            # What changes nothing of this lap is no deployment of its own.
            return played if played.altered or base.name == self._plain.name else None

        return hold

    def _nothing(self) -> Iterator[tuple[str, str, list[Change]]]:
        silent = Change("silent", answer=lambda asked, _told: Told(asked.intent.at, lost="error"))
        empty = Change("empty", answer=_empty)
        yield "silent", "No answer.", [silent]
        yield "empty", "An answer without a field.", [empty]
        yield "plain", "Every field filled with something.", []
        source = Source(self._stage, self._learned, self._heart)
        answers, rows = list(of_answers(source)), list(leaving.of_side_effects(self._stage, self._state))
        rows = [change for change in rows if ": everybody" in change.name or ": by-heart" in change.name]
        for change in (*answers, *rows):
            if "right-at-first" not in change.name and "where" not in change.name and "unwatched" not in change.name:
                yield change.name, change.about, [change]
        constant = [c for c in answers if "=" in c.name and not any(w in c.name for w in ("where", "-then-", "=as-"))]
        pairs = [(a, b) for a, b in itertools.product(constant, rows)]
        pairs += [(a, b) for a, b in itertools.combinations(constant, 2) if _field(a) != _field(b)]
        for a, b in _spread(pairs, MOST_PRODUCTS):
            yield f"{a.name}, {b.name}", f"{a.about} {b.about}", [a, b]

    def sabotage(self, spoilt: Mapping[str, tuple[Change, Report]]) -> Iterator[tuple[str, str, Played]]:
        """Yield name, meaning and exam of each deployment that uses up what a check endures."""
        if self._lap is None:
            return
        for check in self._stage.scenario.checks:
            if sabotage.tolerant(check) is None or check.id not in spoilt:
                continue
            change, report = spoilt[check.id]
            made = sabotage.sabotage(self._stage, self._lap, self.honest, check, change, report)
            if made is not None:
                about = f"{made.change} for {made.share:.1%} of the cases, so that {check.id} is at {made.value:.4g}."
                yield f"sabotage of {check.id}", about, made.played

    def changes(self) -> dict[str, Change]:
        """Return the changes around the correct deployment by name, as `plays` calls them."""
        source = Source(self._stage, self._learned, self._heart)
        return {f"reference, but {change.name}": change for change in of_answers(source)}


def _empty(_asked: Asked, told: Told) -> Told:
    return Told(told.done_at, {}, sent_at=told.sent_at)


def _field(change: Change) -> str:
    return change.name.partition("=")[0]


def _spread(pairs: list[tuple[Change, Change]], most: int) -> list[tuple[Change, Change]]:
    """Return at most so many, evenly over all."""
    if len(pairs) <= most:
        return pairs
    return [pairs[int(number * len(pairs) / most)] for number in range(most)]


def examine(entry: Entry, seeds: Sequence[int], laps: Mapping[int, Kept], progress: Progress) -> Found:
    """Play every degenerate deployment on every seed; `laps` has kept laps of the reference by seed."""
    found = Found(seeds=tuple(seeds), kept=tuple(seed for seed in seeds if seed in laps))
    for seed in seeds:
        other = next((other for other in laps if other != seed), None)
        elsewhere = (Stage(entry, other), laps[other]) if other is not None else None
        examiner = Examiner(entry, seed, laps.get(seed), elsewhere)
        _on_seed(examiner, seed, found, progress)
    return found


def _on_seed(examiner: Examiner, seed: int, found: Found, progress: Progress) -> None:
    plays = list(examiner.plays())
    spoilt: dict[str, tuple[Change, Report]] = {}
    changes = examiner.changes() if seed in found.kept else {}
    for number, (kind, name, about, hold) in enumerate(plays, start=1):
        progress(name, number, len(plays))
        played = hold()
        if kind == "lost":
            moves = found.lost.setdefault(about, [])
            if played is not None:
                moves += [c for c in losses.moved(examiner.honest, played.report) if c not in moves]
        if played is None:
            continue
        found.extremes.setdefault(name, Extreme(name, about, kind)).reports[seed] = played.report
        if name in changes:
            _note(spoilt, changes[name], played.report)
    for name, about, played in examiner.sabotage(spoilt):
        found.extremes.setdefault(name, Extreme(name, about, "sabotage")).reports[seed] = played.report


def _note(spoilt: dict[str, tuple[Change, Report]], change: Change, report: Report) -> None:
    """Keep, for every check, the change that breaks it and the fewest others."""
    broken = [check.id for check in report.checks if check.verdict is Verdict.FAIL]
    for check in broken:
        known = spoilt.get(check)
        if known is None or len(broken) < sum(c.verdict is Verdict.FAIL for c in known[1].checks):
            spoilt[check] = (change, report)


def strongest(found: Found, most: int = 3) -> list[Extreme]:
    """Return the deployments that look at nothing and score most, on average over the seeds."""
    known = [one for one in found.extremes.values() if one.kind == "nothing"]
    return sorted(known, key=lambda one: -mean(r.score or 0.0 for r in one.reports.values()))[:most]
