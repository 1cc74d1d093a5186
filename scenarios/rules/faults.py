"""Rules about faults."""

from collections.abc import Iterator

from scenarios.model import FaultUse
from scenarios.problems import did_you_mean, shown
from scenarios.rules.context import Context
from scenarios.shape import Loc


def _uses(context: Context) -> Iterator[tuple[Loc, FaultUse]]:
    for index, phase in enumerate(context.scenario.phases):
        for number, use in enumerate(phase.faults):
            yield ("phases", index, "faults", number), use


def strike_a_link(context: Context) -> None:
    """A fault strikes the way to a part that some service uses, or the traffic that comes in at a service."""
    services = context.scenario.deployment.services
    used = {part for service in services.values() for part in service.uses}
    place: Loc = ("deployment", "services")
    unsure = context.block(place).doubtful or any(context.tree.echoes((*place, name, "uses")) for name in services)
    for loc, use in _uses(context):
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
    """A fault strikes a share, or the first few, or every nth."""
    for loc, use in _uses(context):
        for also in use.picks[1:]:
            context.problem(
                (*loc, also),
                f"`{also}` beside `{use.picks[0]}`: a fault picks whom it strikes in one way",
                "keep one of `share`, `first` and `every`",
                key=True,
            )


def are_of_one_kind(context: Context) -> None:
    """One key names the fault, and its parameters fit it."""
    faults = context.vocabulary.faults
    for loc, use in _uses(context):
        kinds = list(use.kinds)
        known = [kind for kind in kinds if kind in faults]
        if not kinds:
            context.problem(loc, "no fault is named here", did_you_mean("", faults), key=True)
        for kind in kinds:
            if kind not in faults:
                words = [*faults, *(FaultUse.model_fields if known else ())]
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


def _can_strike(context: Context, loc: Loc, use: FaultUse, kind: str) -> None:
    part = context.scenario.site.get(use.link)
    if part is not None and part.part not in context.vocabulary.parts:
        return
    said = context.vocabulary.strike(use, part.part if part else None)
    if said is not None:
        context.problem((*loc, kind), said, key=True)
