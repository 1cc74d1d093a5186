"""Scenarios by name, ready to be played: a slug of the library, or the path of a scenario's folder or file."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labs.base import paths
from labs.base.errors import UsageProblem
from labs.base.problems import rendered
from scenarios import folder as layout
from scenarios import problems, regular, variants

if TYPE_CHECKING:
    from scenarios.draws import Template

CALIBRATION = layout.CALIBRATION
UNTOUCHED, REFERENCE, ALTERNATIVE = "untouched", "reference", "alternative"


@dataclass(frozen=True)
class Entry:
    """A scenario in its folder."""

    name: str
    """How the learner calls it: slug, or path."""
    folder: Path
    scenario: "Template"

    @property
    def briefing(self) -> Path:
        """What the learner reads first; not every scenario has one."""
        return self.folder / layout.BRIEFING

    @property
    def debrief(self) -> Path:
        """What had happened, for whoever has passed; not every scenario has one."""
        return self.folder / layout.DEBRIEF

    @property
    def site_files(self) -> Path | None:
        """Folder with what the scenario ships for its parts; None when it ships nothing."""
        folder = self.folder / "site"
        return folder if folder.is_dir() else None

    @property
    def incident(self) -> Path:
        """Evidence of one lap with the untouched deployment, packed; there once the scenario was verified."""
        return self.incident_of(1)

    def incident_of(self, number: int) -> Path:
        """Return the same of one of its incidents, counted from 1; the first where it has none of that number."""
        days = self.scenario.brief.days if self.scenario.brief else 1
        return self.folder / layout.INCIDENTS[number - 1 if number <= days else 0]

    def deal(self, dealt: int) -> int:
        """Which of its incidents a learner gets, by a number of the learner's."""
        from scenarios import incidents

        there = [*incidents.recorded(self.folder, self.scenario.brief)] or [1]
        return there[dealt % len(there)]

    @cached_property
    def hash(self) -> str:
        """Of everything that defines the scenario."""
        return variants.content_hash(self.folder)

    @cached_property
    def code(self) -> str:
        """Digest of the code that plays and grades exams of it. Raises `scenarios.vocabulary.UnknownWord`."""
        from labs.base.fingerprint import of_scenario

        return of_scenario(self.scenario)

    def calibration(self) -> dict[str, Any] | None:
        """Return what `scenario verify` measured of this very scenario, if it did."""
        try:
            found = json.loads(regular.read(self.folder / CALIBRATION, layout.TEXT))
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) and found.get("scenario_hash") == self.hash else None

    def scale(self) -> dict[str, Any] | None:
        """Return the two ends of the money scale, and what each trap is known by, as evidence carries them."""
        found = self.calibration()
        if found is None:
            return None
        kept = {key: value for key, value in found.items() if key not in ("proven", "proof", "measured")}
        return kept | {"traps": self._traps(found.get("measured") or {})}

    def _traps(self, measured: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what each deployment left in the proof, with what is said of those that are traps."""
        known = variants.variants(self.folder)
        return [
            {"name": use.removeprefix("shortcut:"), "checks": seen.get("checks", {}), **_said(known[use])}
            for use, seen in measured.items()
            if use in known
        ]

    @property
    def proven(self) -> bool:
        """Whether `scenario verify` found all that it claims to hold of this very scenario."""
        return bool((self.calibration() or {}).get("proven"))

    def proof(self) -> dict[str, Any] | None:
        """How far the proof went: `seeds` by runtime, `exams`, and whether it was made with the `present_code`.

        The last is None where that was not noted; all of it is where `scenario verify` has not noted it.
        """
        found = self._proof()
        if found is None:
            return None
        known = found["code"] if "unknown" not in found["code"] else None
        present = None if known is None else len(known) == 1 and known == [self.code]
        return {"seeds": found["seeds"], "exams": found["exams"], "present_code": present}

    def _proof(self) -> dict[str, Any] | None:
        found = (self.calibration() or {}).get("proof")
        return found if isinstance(found, dict) else None

    def verified(self) -> str | None:
        """How far it was proven, as `verified with 5 seeds on docker and 5 on local`; None: it is not proven."""
        if not self.proven:
            return None
        seeds: dict[str, list[int]] = (self._proof() or {}).get("seeds", {})
        counts = [(len(found), runtime) for runtime, found in seeds.items()]
        if not counts:
            return "verified"
        (count, runtime), *rest = counts
        first = f"{count} {'seed' if count == 1 else 'seeds'} on {runtime}"
        return f"verified with {' and '.join([first, *(f'{count} on {runtime}' for count, runtime in rest)])}"

    def uses(self) -> list[str]:
        """Every deployment that ships with it, as `--use` names them. Raises `ScenarioProblems`."""
        try:
            return list(variants.variants(self.folder))
        except problems.ScenarioInvalid as invalid:
            raise rendered(invalid) from None

    def shortcut(self, use: str) -> variants.Shortcut | None:
        """Return what a shortcut says of itself; None for the other deployments."""
        return variants.variants(self.folder)[use].shortcut

    def materialise(self, use: str, target: Path, dealt: int = 0, incident: int = 1) -> None:
        """Write one of its deployments into the new folder `target`, with a brief to fill in where one is asked for.

        `dealt` is a number of the learner's, by which what the brief can claim is shuffled; `incident` is what it is to
        be about.
        Raises `UsageProblem` for one that it does not have, `ScenarioProblems` where its files do not fit.
        """
        if use not in self.uses():
            hint = problems.did_you_mean(use, self.uses())
            raise UsageProblem(f"{self.scenario.id} has no deployment {use!r}", hint)
        try:
            variants.materialise(self.folder, use, target)
        except problems.ScenarioInvalid as invalid:
            raise rendered(invalid) from None
        brief = target / layout.BRIEF
        if self.scenario.brief is not None and not brief.exists():
            from labs.library.brief_template import template

            brief.write_text(template(self.scenario, dealt, incident), encoding="utf-8")


def _said(variant: variants.Variant) -> dict[str, str]:
    if variant.trap is None or variant.shortcut is None:
        return {}
    says = " ".join(variant.shortcut.says.split())
    return {"behaves": variant.trap.behaves, "tempts": variant.trap.tempts, "fails_because": says}


def slugs() -> list[str]:
    """Names of the library's scenarios."""
    return list(variants.slugs(paths.library()))


def locate(name: str) -> Path:
    """Return the scenario file that a slug or path means. Raises `UsageProblem`."""
    given = Path(name).expanduser()
    if name not in slugs() and given.is_file():
        return given.parent.resolve() / given.name
    try:
        return variants.find(name if name in slugs() else given, paths.library()).resolve() / layout.SCENARIO
    except problems.UnknownScenario as unknown:
        raise UsageProblem(str(unknown), "see `fdelab list`, or give the path of its folder") from None


def find(name: str, *, lint: bool = False, proof: bool = False) -> Entry:
    """Return the scenario that a slug or path means, `lint`ed where it is to be relied on; its `proof` too, if asked.

    Raises `UsageProblem` when there is none, `ScenarioProblems` with all that is wrong with it.
    """
    file = locate(name)
    words = None
    if lint or proof:
        # The words come from every other package; what only shows a scenario need not wait for them.
        from labs.library.vocabulary import vocabulary

        words = vocabulary()
    # Late, as whoever only asks where one lies need not know what scenarios are made of.
    from scenarios import loader

    try:
        scenario = loader.load(file, words, proof=proof)
    except problems.ScenarioInvalid as invalid:
        raise rendered(invalid) from None
    return Entry(name if name in slugs() else str(file.parent), file.parent, scenario)
