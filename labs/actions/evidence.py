"""Which evidence a learner means: the incident, or a lap of the practice world."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labs.actions.incident import IncidentRequest, incident
from labs.base.errors import UsageProblem

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement

INCIDENT = "incident"


@dataclass(frozen=True)
class EvidenceRequest:
    """Which evidence."""

    engagement: "Engagement"
    lap: str | None = None
    """`incident`, or the number of a practice lap; left out: the incident, or the newest lap where there is none."""


def evidence(request: EvidenceRequest) -> Path:
    """Return the folder of the evidence that is meant.

    Raises `UsageProblem` where there is no such incident or lap, or no world runs that has laps.
    """
    engagement, lap = request.engagement, request.lap
    if lap == INCIDENT or (lap is None and engagement.incident.is_dir()):
        return incident(IncidentRequest(engagement))
    if lap is not None and not (lap.isdigit() and int(lap)):
        raise UsageProblem(f"{lap!r} is no lap", "--lap takes `incident` or the number of a practice lap")
    laps = engagement.live().files.laps
    there = sorted(int(folder.name) for folder in laps.glob("*") if (folder / "run.json").is_file())
    wanted = int(lap) if lap is not None else max(there, default=0)
    if wanted not in there:
        known = ", ".join(map(str, there)) or "none yet"
        raise UsageProblem(f"lap {wanted} is not there", f"there are: {known}")
    return laps / str(wanted)
