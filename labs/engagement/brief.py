"""How far the brief in an engagement's workspace is, and what is wrong with its form."""

from dataclasses import dataclass
from pathlib import Path

from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement
from scenarios import problems
from scenarios.brief import FILE, Brief, form_problems, read_file, text_of
from scenarios.model import BriefSpec
from scenarios.positions import Node


@dataclass(frozen=True)
class BriefState:
    """How far a brief is."""

    file: Path
    spec: BriefSpec
    brief: Brief | None
    """None: there is none, nothing is in it but comments, or its shape is wrong."""
    problems: tuple[problems.Problem, ...]
    """What is wrong with its form; none where there is no brief."""
    blank: bool


def brief_state(engagement: Engagement) -> BriefState:
    """The brief in an engagement's workspace. Raises `UsageProblem` where the engagement asks for none."""
    scenario = engagement.entry().scenario
    file = engagement.workspace / FILE
    if scenario.brief is None:
        raise UsageProblem("this engagement asks for no brief", "what it asks for is in briefing.md")
    if text_of(engagement.workspace) is None:
        return BriefState(file, scenario.brief, None, (), blank=True)
    brief, tree, found = read_file(file)
    if brief is None or tree is None:
        return BriefState(file, scenario.brief, None, problems.ordered(found), blank=False)
    said = [*form_problems(brief, tree, scenario, str(file)), *_citations(engagement, brief, tree, file)]
    return BriefState(file, scenario.brief, brief, problems.ordered(said), blank=False)


def _citations(engagement: Engagement, brief: Brief, tree: Node, file: Path) -> list[problems.Problem]:
    """Tables, columns and values that the incident does not have."""
    if not brief.evidence or not engagement.incident.is_dir():
        return []
    from grader.brief.evidence import NotThere, selected
    from simulator.evidence.reader import open_evidence

    found = []
    with open_evidence(engagement.incident) as evidence:
        for index, cited in enumerate(brief.evidence):
            try:
                selected(evidence, cited)
            except NotThere as error:
                at = tree.place(("evidence", index, *error.loc), key=error.key)
                found.append(problems.Problem(str(file), *at, str(error), error.hint))
    return found
