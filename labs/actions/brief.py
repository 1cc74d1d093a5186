"""What the learner tells the customer about the incident: how far it is, or how to begin."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labs.engagement.brief import Selected
    from labs.engagement.engagement import Engagement
    from scenarios.placeholders import Expanded
    from scenarios.problems import Problem


@dataclass(frozen=True)
class BriefRequest:
    """Whose brief."""

    engagement: "Engagement"
    text: str | None = None
    """What is to be looked at instead of what is in the file."""


@dataclass(frozen=True)
class ClaimLooked:
    """A cause that can be claimed, and what is claimed of it; whether it is true is not said."""

    name: str
    says: str
    share: float | None
    """What the learner claims; None: nothing."""
    selected: "Selected | None"
    """What the claim's evidence selects; None where there is none, or where it cannot be looked up."""


@dataclass(frozen=True)
class BriefLooked:
    """How far it is; none of it says whether it is true: the exam does."""

    file: Path
    blank: bool
    """Whether nothing is in it yet."""
    left_out: tuple[str, ...] | None
    """Parts that are not written yet; None: its shape is wrong, so that nobody can say."""
    asked: "Mapping[str, str]"
    """The facts that the customer asks for: what each asks, and of which stretch of the day."""
    problems: "tuple[Problem, ...]"
    """What is wrong with its form."""
    template: str
    """What to begin with."""
    currency: str
    of: str
    """What the shares are of, in words."""
    claims: "tuple[ClaimLooked, ...]" = ()
    """Every cause that can be claimed, in this learner's order."""
    decisions: "Mapping[str, str]" = field(default_factory=dict)
    """Every decision that can be taken, in this learner's order, and what it says."""
    chosen: tuple[str, ...] = ()
    """The decisions that are taken."""
    note: "Expanded | None" = None
    """The note as its reader gets it; None: there is none."""


def look_at_brief(request: BriefRequest) -> BriefLooked:
    """Look at the brief in the workspace. Raises `UsageProblem` where the engagement asks for none."""
    from labs.engagement.brief import brief_state
    from labs.library.brief_template import shuffled, template
    from scenarios.brief import MEANS
    from scenarios.phases import stretch

    engagement = request.engagement
    found, scenario = brief_state(engagement, request.text), engagement.entry().scenario
    claims, brief, seed = found.spec.claims, found.brief, engagement.seed
    left = tuple(MEANS) if found.blank else tuple(brief.left_out) if brief else None
    said = brief.claims if brief else {}
    return BriefLooked(
        found.file,
        found.blank,
        left,
        {name: f"{fact.asks} ({stretch(scenario.phases, fact.window)})" for name, fact in found.spec.facts.items()},
        found.problems,
        template(scenario, seed, engagement.dealt),
        scenario.customer.currency,
        f"{claims.of.says}, {stretch(scenario.phases, claims.of.window)}",
        tuple(
            ClaimLooked(name, claims.causes[name].says, said[name].share if name in said else None,
                        found.selected.get(name))
            for name in shuffled(claims.causes, seed)
        ),
        {name: claims.decisions[name].says for name in shuffled(claims.decisions, seed)},
        tuple(brief.decisions) if brief else (),
        found.note,
    )  # fmt: skip


def begun(engagement: "Engagement") -> str:
    """Return the text of the brief in the workspace; of one that is not there, the template. Raises `UsageProblem`."""
    from scenarios.brief import FILE, MOST
    from scenarios.regular import head

    file = engagement.workspace / FILE
    if not file.is_file():
        return look_at_brief(BriefRequest(engagement)).template
    return head(file, 4 * MOST).decode("utf-8-sig", errors="replace")


def write_brief(request: BriefRequest) -> Path:
    """Write the request's text into the workspace; returns the file. Raises `UsageProblem` where it cannot be."""
    from labs.base.errors import UsageProblem
    from scenarios.brief import FILE

    file = request.engagement.workspace / FILE
    draft = file.with_name(f".{FILE}")
    try:
        draft.write_text(request.text or "", encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageProblem(f"{file} cannot be written: {error.strerror}", "make room, or look at its rights") from None
    return file
