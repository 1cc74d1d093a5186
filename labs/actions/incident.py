"""The evidence of the bad day, for the learner to investigate."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.engagement.artefacts import Artefact
    from labs.engagement.engagement import Engagement


@dataclass(frozen=True)
class IncidentRequest:
    """Of which engagement."""

    engagement: "Engagement"


def incident(request: IncidentRequest) -> Path:
    """Its folder, which is read-only. Raises `UsageProblem` where the engagement came without one."""
    folder = request.engagement.incident
    if not folder.is_dir():
        raise UsageProblem("this engagement came without an incident", "fdelab logs shows the running world's")
    return folder


def artefacts(request: IncidentRequest) -> "list[Artefact]":
    """Return what is left of the day: files, mail, logs, tables. Raises `UsageProblem` as `incident` does."""
    from labs.engagement.artefacts import listed

    return listed(incident(request))


def artefact(request: IncidentRequest, path: str) -> bytes:
    """Return the bytes of one of them.

    Raises `UsageProblem` where there is none of that path, and as `incident` does.
    """
    from labs.engagement.artefacts import content

    return content(incident(request), path)


def path_of(request: IncidentRequest, name: str) -> str:
    """Return the path of the one that was named so, or by the end of its path. Raises `UsageProblem` as `artefact`."""
    there = [one.path for one in artefacts(request)]
    found = next((path for path in there if path == name or path.endswith(f"/{name}")), None)
    if found is None:
        raise UsageProblem(f"the incident has no {name!r}", "fdelab incident lists what is there")
    return found
