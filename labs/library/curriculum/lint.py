"""What is wrong with the curriculum: names that lead nowhere, pages that are missing, too long, or link to nothing."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from labs.library.curriculum.load import GOALS, PAGES, SYLLABUS, Curriculum, minutes
from scenarios.model import Scenario
from scenarios.problems import Problem, did_you_mean, ordered, shown
from scenarios.tree import Node

LONGEST = 20
"""Minutes of reading that a page may take."""

_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
_NAMED = re.compile(r"fdelab (?:start|exam|demo) ([a-z0-9][a-z0-9-]*)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def lint(found: Curriculum, library: Mapping[str, Scenario]) -> tuple[Problem, ...]:
    """Every problem, in order of place. `library`: the scenarios that there are, by slug."""
    slugs = library.keys()
    return ordered([*_goals(found, slugs), *_syllabus(found, slugs), *_pages(found, slugs), *_asked(found, library)])


def _goals(found: Curriculum, slugs: Collection[str]) -> Iterator[Problem]:
    goals, path = found.goals, str(found.folder / GOALS)
    for kind, topics in (("challenges", goals.challenges), ("cases", goals.cases), ("practices", goals.practices)):
        for name, topic in topics.items():
            yield from _unknown(path, found.goals_tree, (kind, name, "scenarios"), topic.scenarios, slugs, "scenario")


def _syllabus(found: Curriculum, slugs: Collection[str]) -> Iterator[Problem]:
    syllabus, path, tree = found.syllabus, str(found.folder / SYLLABUS), found.syllabus_tree
    for name, track in syllabus.tracks.items():
        yield from _unknown(path, tree, ("tracks", name, "modules"), track.modules, syllabus.modules, "module")
    taught = {module for track in syllabus.tracks.values() for module in track.modules}
    for name, module in syllabus.modules.items():
        yield from _unknown(path, tree, ("modules", name, "scenarios"), module.scenarios, slugs, "scenario")
        if not found.page(name).is_file():
            yield _at(path, tree, ("modules", name), f"there is no page {PAGES}/{name}.md", key=True)
        if name not in taught:
            yield _at(path, tree, ("modules", name), "no track has this module", key=True)


def _pages(found: Curriculum, slugs: Collection[str]) -> Iterator[Problem]:
    for page in sorted((found.folder / PAGES).glob("*.md")):
        module = found.syllabus.modules.get(page.stem)
        if module is None:
            yield Problem(str(page), 1, 1, "no module of the syllabus has this page", f"name it in {SYLLABUS}")
            continue
        text = page.read_text("utf-8")
        yield from _lines(page, text, slugs)
        takes, exercises = minutes(text), set(_NAMED.findall(text))
        if takes > LONGEST:
            yield Problem(str(page), 1, 1, f"takes {takes} minutes to read; {LONGEST} at most")
        for slug in module.scenarios:
            if slug not in exercises:
                yield Problem(str(page), 1, 1, f"no exercise says `fdelab start {slug}`")


def _lines(page: Path, text: str, slugs: Collection[str]) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        for link in _LINK.finditer(line):
            target = unquote(link[1].partition("#")[0])
            if target and not _ELSEWHERE.match(target) and not (page.parent / target).exists():
                yield Problem(str(page), number, link.start(1) + 1, f"{shown(target)} is not there")
        for named in _NAMED.finditer(line):
            if named[1] not in slugs:
                hint = did_you_mean(named[1], slugs)
                yield Problem(str(page), number, named.start(1) + 1, f"unknown scenario {shown(named[1])}", hint)


def _asked(found: Curriculum, library: Mapping[str, Scenario]) -> Iterator[Problem]:
    """Skills and gaps that scenarios name, and the curriculum does not know."""
    for slug, scenario in library.items():
        for noun, named, known in (
            ("skill", scenario.skills, found.goals.skills),
            ("gap", scenario.gaps, found.goals.gaps),
        ):
            for name in named:
                if name not in known:
                    message = f"scenario {slug} names the {noun} {shown(name)}, which is not here"
                    yield Problem(str(found.folder / GOALS), 1, 1, message, did_you_mean(name, known))


def _unknown(
    path: str, tree: Node, loc: tuple[str, ...], names: list[str], known: Collection[str], noun: str
) -> Iterator[Problem]:
    for number, name in enumerate(names):
        if name not in known:
            at = tree.place((*loc, number))
            yield Problem(path, *at, f"unknown {noun} {shown(name)}", did_you_mean(name, known))


def _at(path: str, tree: Node, loc: tuple[str, ...], message: str, *, key: bool = False) -> Problem:
    return Problem(path, *tree.place(loc, key=key), message)
