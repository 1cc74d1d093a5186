"""Rules for faults."""

import math
from collections.abc import Iterator, Sequence

from scenarios.model import FaultUse, Phase
from scenarios.phases import paces
from scenarios.problems import did_you_mean, shown
from scenarios.rules.context import Context
from scenarios.rules.site import around
from scenarios.shape import Loc

_SHORTEST_S = 0.1
"""Wall seconds that a turn of a recurring fault must be on, or off: requests take about as long."""


def uses(context: Context) -> Iterator[tuple[Loc, FaultUse]]:
    """Yield every fault of the scenario, and where it is written."""
    for index, phase in enumerate(context.scenario.phases):
        for number, use in enumerate(phase.faults):
            yield ("phases", index, "faults", number), use


def target_a_link(context: Context) -> None:
    """Require that a fault hits the link to a part that some service uses, or a service's incoming traffic."""
    services = context.scenario.deployment.services
    used = {part for service in services.values() for part in service.uses}
    place: Loc = ("deployment", "services")
    unsure = context.block(place).doubtful or any(context.tree.echoes((*place, name, "uses")) for name in services)
    for loc, use in uses(context):
        if not use.link:
            continue
        if use.link in context.scenario.site and use.link not in used:
            if unsure:
                continue
            context.problem(
                (*loc, "link"),
                f"no service uses part {use.link!r}, so nothing passes over this link",
                f"add it to a service: `uses: [{use.link}]`",
            )
            continue
        context.refer((*loc, "link"), "link", use.link, [*used, *services], ("site",))


def pick_one_way(context: Context) -> None:
    """Require that a fault chooses its hits in one way: a share, the first few, or every nth."""
    for loc, use in uses(context):
        for also in use.picks[1:]:
            context.problem(
                (*loc, also),
                f"`{also}` beside `{use.picks[0]}`: a fault picks whom it strikes in one way",
                "keep one of `share`, `first` and `every`",
                key=True,
            )


def come_and_go_in_time(context: Context) -> None:
    """Require that a fault with times or turns is on within its phase, and long enough to be noticed."""
    phases = context.scenario.phases
    for (loc, use), (phase, pace) in zip(uses(context), _places(phases), strict=True):
        lasts = math.inf if phase.shift else phase.lasts * pace
        if use.until is not None and use.until <= use.from_:
            context.problem(
                (*loc, "until"), "until: the fault is over before it sets in", "`from` comes before `until`"
            )
        elif use.from_ >= lasts:
            context.problem(
                (*loc, "from"),
                f"from: phase {phase.name!r} simulates {_sim(lasts)}, so the fault never sets in",
                "it counts from the phase's begin",
            )
        elif use.until is not None and use.until > lasts:
            context.problem(
                (*loc, "until"),
                f"until: phase {phase.name!r} simulates {_sim(lasts)}, and the fault is over with it",
                "leave it out, or make the phase a shift",
            )
        for name in ("on", "off") if use.flap is not None else ():
            wall = getattr(use.flap, name) / pace
            if wall < _SHORTEST_S:
                context.problem(
                    (*loc, "flap", name),
                    f"flap: {name} for {wall * 1000:.3g} ms of wall time in phase {phase.name!r}; it takes 100 ms",
                    f"make it at least {_sim(_SHORTEST_S * pace)}",
                )


def _sim(seconds: float) -> str:
    return f"{seconds / 60:.3g}m sim" if seconds >= 60 else f"{seconds:.3g}s sim"


def _places(phases: Sequence[Phase]) -> Iterator[tuple[Phase, float]]:
    """Yield the phase of each fault, and its pace."""
    for phase, pace in zip(phases, paces(phases), strict=True):
        yield from [(phase, pace)] * len(phase.faults)


def are_of_one_kind(context: Context) -> None:
    """Require that one key names the fault, and that its parameters fit."""
    faults = context.vocabulary.faults
    for loc, use in uses(context):
        kinds = list(use.kinds)
        known = [kind for kind in kinds if kind in faults]
        if not kinds:
            context.problem(loc, "no fault is named here", did_you_mean("", faults), key=True)
        for kind in kinds:
            if kind not in faults:
                own = [info.alias or name for name, info in FaultUse.model_fields.items()]
                words = [*faults, *(own if known else ())]
                context.problem((*loc, kind), f"unknown fault {shown(kind)}", did_you_mean(kind, words), key=True)
            elif kind != known[0]:
                context.problem(
                    (*loc, kind),
                    f"a second fault, {kind!r}, beside {known[0]!r}",
                    "make it an entry of its own in `faults`",
                    key=True,
                )
            elif context.fit((*loc, kind), faults[kind]) is not None and len(kinds) == 1:
                _can_strike(context, loc, use, kind)


def change_what_is_there(context: Context) -> None:
    """Require that fields which a fault changes are in some answer over its link."""
    for loc, use in uses(context):
        if use.target in context.scenario.site and not context.sure(("site", use.target)):
            continue
        for kind in use.kinds if len(use.kinds) == 1 and context.sure(loc) else ():
            for found in context.vocabulary.changed_fields(context.scenario, use, around(context)):
                context.problem((*loc, kind, *found.loc), found.message, found.suggestion, key=found.key)


def _can_strike(context: Context, loc: Loc, use: FaultUse, kind: str) -> None:
    part = context.scenario.site.get(use.target)
    if part is not None and part.part not in context.vocabulary.parts:
        return
    said = context.vocabulary.target_problem(use, part.part if part else None)
    if said is not None:
        context.problem((*loc, kind), said, key=True)
