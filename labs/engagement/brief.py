"""How far the brief in an engagement's workspace is, what is wrong with its form, and what its evidence selects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement
from scenarios import problems
from scenarios.brief import FILE, form_problems, read, read_file, text_of, written
from scenarios.brief_model import Brief, Cited
from scenarios.claims import BriefSpec
from scenarios.model import Scenario
from scenarios.placeholders import Expanded, expand
from scenarios.shape import Loc
from scenarios.tree import Node

if TYPE_CHECKING:
    from simulator.evidence.reader import Evidence


@dataclass(frozen=True)
class Selected:
    """What the evidence of one claim selects, as far as the customer's own books tell it."""

    rows: int
    """How many rows are cited."""
    keys: int
    """Of how many of those whom the loss is about."""
    amount: float
    """What these have cost, for whatever cause, in the customer's currency."""
    share: float
    """Of the whole loss."""


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
    selected: dict[str, Selected] = field(default_factory=dict)
    """By claim, where its evidence can be looked up."""
    note: Expanded | None = None
    """The note as its reader gets it."""


def brief_state(engagement: Engagement, text: str | None = None) -> BriefState:
    """Return the brief in an engagement's workspace, or that which `text` would be there.

    Raises `UsageProblem` where the engagement asks for none.
    """
    scenario = engagement.entry().scenario
    file = engagement.workspace / FILE
    if scenario.brief is None:
        raise UsageProblem("this engagement asks for no brief", "what it asks for is in briefing.md")
    if not (text_of(engagement.workspace) if text is None else written(text)):
        return BriefState(file, scenario.brief, None, (), blank=True)
    brief, tree, found = read_file(file) if text is None else read(text, str(file))
    if brief is None or tree is None:
        return BriefState(file, scenario.brief, None, problems.ordered(found), blank=False)
    evident, selected = _evident(engagement, scenario, brief, tree, file)
    about = [*_another(brief, tree, engagement.dealt, str(file))]
    said = problems.ordered([*form_problems(brief, tree, scenario, str(file)), *about, *evident])
    note = expand(brief, scenario) if (brief.note or "").strip() else None
    return BriefState(file, scenario.brief, brief, said, blank=False, selected=selected, note=note)


def _another(brief: Brief, tree: Node, dealt: int, file: str) -> Iterator[problems.Problem]:
    """Yield the problem of a brief about an incident not this learner's: the exam reads it as one about theirs."""
    if brief.incident is not None and brief.incident != dealt:
        said = f"is about incident {brief.incident}; what happened here is incident {dealt}"
        yield problems.Problem(file, *tree.place(("incident",)), said, f"write `incident: {dealt}`")


def _evident(
    engagement: Engagement, scenario: Scenario, brief: Brief, tree: Node, file: Path
) -> tuple[list[problems.Problem], dict[str, Selected]]:
    """Tables, columns and values that the incident does not have; and what is selected by the others, by claim."""
    cited = [(name, claim) for name, claim in brief.claims.items() if claim.evidence]
    if not cited or not engagement.incident.is_dir():
        return [], {}
    from simulator.evidence.reader import open_evidence

    found, selected = [], {}
    with open_evidence(engagement.incident) as evidence:
        for name, claim in cited:
            wrong = [*_not_there(evidence, scenario, tree, str(file), ("claims", name, "evidence"), claim.evidence)]
            found += wrong
            if not wrong and (there := _selected(evidence, scenario, claim.evidence)) is not None:
                selected[name] = there
    return found, selected


def _not_there(
    evidence: "Evidence", scenario: Scenario, tree: Node, file: str, place: Loc, cited: list[Cited]
) -> Iterator[problems.Problem]:
    from grader.brief.evidence import NotThere

    for index, one in enumerate(cited):
        try:
            _keys(evidence, scenario, one)
        except NotThere as error:
            at = tree.place((*place, index, *error.loc), key=error.key)
            yield problems.Problem(file, *at, str(error), error.hint)


def _keys(evidence: "Evidence", scenario: Scenario, cited: Cited) -> set[str]:
    from grader.brief.evidence import keys

    assert scenario.brief is not None
    return keys(evidence, scenario, scenario.brief.claims, cited)


def _selected(evidence: "Evidence", scenario: Scenario, cited: list[Cited]) -> Selected | None:
    """Return what is selected; None where the incident does not have the customer's books."""
    import duckdb

    from grader.brief.evidence import selected
    from grader.brief.truth import costs
    from grader.context import Unobservable

    assert scenario.brief is not None
    rows = sum(evidence.ask(f"select count(*) from ({selected(evidence, one)})")[0][0] for one in cited)
    try:
        every = costs(evidence, scenario, scenario.brief.claims)
    except (duckdb.Error, Unobservable):
        return None
    struck = set[str]().union(*(_keys(evidence, scenario, one) for one in cited)) & every.keys()
    amount, total = sum(every[key] for key in struck), sum(every.values())
    return Selected(rows, len(struck), amount, amount / total if total else 0.0)
