"""The parts of a running practice world, as the customer lets an engineer reach them: address, login, what to try."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labs.base.errors import UsageProblem
from scenarios.problems import did_you_mean
from simulator.drawing import drawn
from simulator.parts import PARTS
from simulator.parts.base import Access
from simulator.planner import way_in

if TYPE_CHECKING:
    from labs.engagement.engagement import Engagement
    from scenarios.model import Scenario


@dataclass(frozen=True)
class ReachablePart:
    """One part, and the way to it; what goes there passes its link as anything of the deployment's does."""

    name: str
    kind: str
    scheme: str
    """`http`, `postgresql`, `sftp`."""
    host: str
    port: int
    access: Access = field(repr=False)
    example: str
    """What may be tried first: a request, a query, or a command."""
    env: Mapping[str, str] = field(repr=False)
    """What the deployment's environment says of it, with this address."""

    @property
    def url(self) -> str:
        """Its address without a login."""
        return f"{self.scheme}://{self.host}:{self.port}{self.access.path}"


def reachable(engagement: "Engagement") -> list[ReachablePart]:
    """Every part of the engagement's world, in the scenario's order.

    Raises `UsageProblem` where no world is up, or it cannot be reached from this machine.
    """
    scenario = engagement.entry().scenario
    if not scenario.site:
        raise UsageProblem(f"{scenario.title} has no systems of the customer's to reach", "everything is in workspace/")
    world = engagement.live()
    status = world.status()
    if status.phase == "starting" and not status.parts:
        raise UsageProblem("the world is still starting", "try again in a moment")
    if not status.parts:
        raise UsageProblem(
            f"the parts of this world cannot be reached from here (runtime {status.runtime})",
            "fdelab stop, then fdelab start with this version of fdelab, on runtime docker or local",
        )
    # Who the customer is, logins among it, may have been drawn when the world was made.
    spec = world.files.load()
    there = drawn(spec.scenario, spec.seed)
    return [_reach(there, name, where) for name, where in status.parts.items()]


def part_called(engagement: "Engagement", name: str) -> ReachablePart:
    """Return the part of that name. Raises `UsageProblem` where there is none, and as `reachable` does."""
    site = engagement.entry().scenario.site
    if name not in site:
        raise UsageProblem(f"there is no part {name!r}", did_you_mean(name, site) or f"there are: {', '.join(site)}")
    return next(part for part in reachable(engagement) if part.name == name)


def _reach(scenario: "Scenario", name: str, where: str) -> ReachablePart:
    kind = PARTS[scenario.site[name].part]
    params = kind.params.model_validate(scenario.site[name].with_)
    host, _, port = where.rpartition(":")
    given = {f"{{url:{name}}}": f"{kind.scheme}://{where}", f"{{host:{name}}}": host, f"{{port:{name}}}": port}
    env = way_in(scenario, name)
    for reference, value in given.items():
        env = {key: text.replace(reference, value) for key, text in env.items()}
    return ReachablePart(name, kind.name, kind.scheme, host, int(port), kind.access(params), kind.example(params), env)
