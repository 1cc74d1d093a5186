"""Placeholders in a note, which stand for what the brief says elsewhere.

{loss}                     a number of `impact`, with its unit
{cause:NAME}               a cause, in the customer's words; {cause:NAME|it read them wrongly}: in words of one's own
{share:NAME}               the share that is claimed for it
{decision:NAME}            a decision, in the same two ways
{ask} {risk} {owner}       what stands there
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.model import Scenario

if TYPE_CHECKING:
    from scenarios.brief_model import Amount, Ask, Brief

_PLACE = re.compile(r"\{((?:cause|decision|share):)?([\w-]{1,64})(?:\|([^{}|]{0,600}))?\}")
_BEGIN = re.compile(r"(?:\A|[.!?][\"'”’)]?|\n[ \t]*\n|\n[ \t]*[-*•])\s*\Z")
"""Matches a text behind which a sentence begins: its end, a paragraph's, or a list's mark."""
_NEAR = 20
_LONGEST = 20_000
"""Most characters that placeholders are replaced up to: nobody reads a tenth of it."""
_ANY = re.compile(r"\{([^{}\n]{0,80})\}")


@dataclass(frozen=True)
class Expanded:
    """A note as its reader gets it."""

    text: str
    causes: tuple[str, ...]
    """The causes that placeholders stand for, in order."""
    unknown: tuple[str, ...]
    """Placeholders that stand for nothing, without their braces."""

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def names(brief: "Brief", scenario: Scenario) -> list[str]:
    """Return everything that may stand in braces, without the braces."""
    assert scenario.brief is not None
    claims = scenario.brief.claims
    return [
        *brief.impact,
        "ask", "risk", "owner",
        *(f"cause:{name}" for name in claims.causes),
        *(f"share:{name}" for name in brief.claims),
        *(f"decision:{name}" for name in claims.decisions),
    ]  # fmt: skip


def expand(brief: "Brief", scenario: Scenario) -> Expanded:
    """Return the note of a brief with every placeholder replaced by what it stands for; an unknown one stays."""
    note = brief.note or ""
    causes: list[str] = []
    text, end = "", 0
    for match in _PLACE.finditer(note):
        kind, name, own = match[1] or "", match[2], match[3]
        said = _said(brief, scenario, kind, name)
        if said is None:
            continue
        if len(text) + len(said) > _LONGEST:
            break
        if kind == "cause:":
            causes.append(name)
        if own is not None and kind in ("cause:", "decision:"):
            said = own.strip()
        text += note[end : match.start()]
        text += _fitted(said, text[-_NEAR:])
        end = match.end()
    text += note[end:]
    return Expanded(text, tuple(dict.fromkeys(causes)), tuple(_left(text)))


def _left(text: str) -> Iterator[str]:
    yield from dict.fromkeys(match[1] for match in _ANY.finditer(text))


def _said(brief: "Brief", scenario: Scenario, kind: str, name: str) -> str | None:
    assert scenario.brief is not None
    claims = scenario.brief.claims
    if kind == "cause:":
        return claims.causes[name].says.rstrip(". ") if name in claims.causes else None
    if kind == "decision:":
        return claims.decisions[name].says.rstrip(". ") if name in claims.decisions else None
    if kind == "share:":
        return f"{100 * brief.claims[name].share:.3g} %" if name in brief.claims else None
    if name in brief.impact:
        return amount(brief.impact[name])
    if name == "ask" and brief.ask is not None:
        return asked(brief.ask)
    return {"risk": brief.risk, "owner": brief.owner}.get(name)


def amount(said: "Amount") -> str:
    """Return a number with its unit, as a note has it: `7,206 EUR/h`."""
    number = f"{said.number:,.0f}" if abs(said.number) >= 1000 else f"{said.number:g}"
    return f"{number} {said.unit}".strip()


def asked(ask: "Ask") -> str | None:
    """Return what is asked for, what it costs and until when: `approve a disk (200 EUR) by 6 March 2026`."""
    if not (ask.what or "").strip():
        return None
    cost = f" ({ask.amount.strip()})" if ask.amount else ""
    until = f" by {ask.by.day} {ask.by:%B %Y}" if ask.by else ""
    return f"{(ask.what or '').strip().rstrip('.')}{cost}{until}"


def _fitted(said: str, before: str) -> str:
    """Return it with a capital letter where a sentence begins."""
    return said[:1].upper() + said[1:] if _BEGIN.search(before) else said
