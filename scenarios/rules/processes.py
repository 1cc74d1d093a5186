"""Rules for faults that hit processes."""

from collections.abc import Iterator

from scenarios.model import FaultUse
from scenarios.rules.context import Context
from scenarios.rules.faults import uses
from scenarios.shape import Loc


def _process_faults(context: Context) -> Iterator[tuple[Loc, FaultUse, str]]:
    """Yield each fault of a process with its location and its kind, if that is known."""
    for loc, use in uses(context):
        kind = next(iter(use.kinds), "")
        if use.service and kind in context.vocabulary.process_faults:
            yield loc, use, kind


def target_a_process(context: Context) -> None:
    """Require that a fault hits the process of a service, or of a part that shares it with no other."""
    services, site = context.scenario.deployment.services, context.scenario.site
    alone = [n for n, p in site.items() if (p.part in context.vocabulary.alone if p.alone is None else p.alone)]
    for loc, use in uses(context):
        if not use.service:
            continue
        if use.service in site and use.service not in alone:
            context.problem(
                (*loc, "service"),
                f"part {use.service!r} shares its process with others, so that no fault can strike it by itself",
                "give it one of its own: `alone: true`",
            )
            continue
        context.refer((*loc, "service"), "service", use.service, [*services, *alone], ("deployment", "services"))


def parts_stand_still_in_their_phase(context: Context) -> None:
    """Require that a paused part resumes within the phase: meanwhile it takes no settings."""
    for loc, use, kind in _process_faults(context):
        if kind == "pause" and use.service in context.scenario.site and context.scenario.phases[int(loc[1])].shift:
            context.problem(
                (*loc, kind), f"part {use.service!r} would stand still until the lap ends", "not in a shift", key=True
            )


def squeezes_are_tight(context: Context) -> None:
    """Require that a squeeze leaves less memory than the service has."""
    for loc, use, kind in _process_faults(context):
        service = context.scenario.deployment.services.get(use.service)
        given = context.fit((*loc, kind), context.vocabulary.faults[kind]) if kind == "memory" else None
        limit = getattr(given, "to", None)
        if service is not None and isinstance(limit, int) and limit >= service.limits.memory:
            have = f"{service.limits.memory / 2**20:g}m"
            context.problem((*loc, kind), f"memory: {use.service!r} has {have} by its limits", f"less than {have}")


def runtimes_can_carry_it_out(context: Context) -> None:
    """Note the runtimes that cannot carry a fault out, because they will refuse the scenario."""
    for loc, _, kind in _process_faults(context):
        cannot = context.vocabulary.runtimes(kind)
        if cannot:
            said = "; ".join(f"{runtime} cannot ({why})" for runtime, why in cannot.items())
            context.note((*loc, kind), f"{kind} needs runtime docker: {said}", "there the scenario is refused")
