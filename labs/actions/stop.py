"""Take worlds down; workspaces stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from labs.world.keepers import Keeper


@dataclass(frozen=True)
class StopRequest:
    """Which worlds."""

    engagements: "Sequence[Engagement]" = ()
    """Those of these engagements."""
    session: str | None = None
    """The one of this name, whichever state folder it is in."""
    everywhere: bool = False
    """Every one of this state folder."""


@dataclass(frozen=True)
class Stopped:
    """What was ended."""

    sessions: tuple[str, ...]
    """Of worlds that ran until now."""
    elsewhere: "tuple[Keeper, ...]" = ()
    """Worlds of other state folders that run on; looked for where every world was to end."""


def stop(request: StopRequest) -> Stopped:
    """End worlds, and wait until nothing of them is left.

    Raises `UsageProblem` where a world is another user's or cannot be seen from here, and where there is no world of
    the name.
    """
    from labs.engagement import practice
    from labs.world import keepers

    if request.session is not None:
        practice.stop_session(request.session)
        return Stopped((request.session,))
    if request.everywhere:
        return Stopped(tuple(practice.take_down_all()), tuple(keepers.elsewhere()))
    ended = [practice.take_down(engagement) for engagement in request.engagements]
    return Stopped(tuple(session for session in ended if session is not None))
