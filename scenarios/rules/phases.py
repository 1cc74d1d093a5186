"""Rules for phases, and for the people who write in them."""

from scenarios.phases import DRAIN
from scenarios.problems import Related
from scenarios.rules.context import Context

MOST_SECONDS = 1800
"""Most wall seconds of all phases together."""


def names_differ(context: Context) -> None:
    """Require that each phase has a name of its own, because rows of evidence refer to it."""
    first: dict[str, int] = {}
    for index, phase in enumerate(context.scenario.phases):
        loc = ("phases", index, "name")
        if phase.name == DRAIN:
            context.problem(loc, f"the name {DRAIN!r} is taken: every lap ends with a phase of that name")
        elif phase.name in first:
            at = context.tree.place(("phases", first[phase.name], "name"))
            context.problem(loc, f"two phases are named {phase.name!r}", related=Related(*at, "the first one"))
        first.setdefault(phase.name, index)


def jumps_are_ungraded(context: Context) -> None:
    """Require that the clock jumps only in ungraded phases: limits run out at once, which nobody can be graded on."""
    for index, phase in enumerate(context.scenario.phases):
        key = "day" if phase.day is not None else "from"
        if (phase.day is not None or phase.from_ is not None) and phase.graded:
            context.problem(
                ("phases", index, key), "the clock jumps in a graded phase", "add `graded: false` to this phase"
            )


def excuses_are_for_ungraded_phases(context: Context) -> None:
    """Require that only an ungraded phase is excused, and that the excuse says something."""
    for index, phase in enumerate(context.scenario.phases):
        if phase.excused is None:
            continue
        if phase.graded:
            context.problem(("phases", index, "excused"), "a graded phase cannot be excused", "say `graded: false` too")
        elif not phase.excused.strip():
            context.problem(("phases", index, "excused"), "excused: say why nothing counts in this phase")


def messages_come_from_people(context: Context) -> None:
    """Require that messages come from people of the scenario."""
    for index, phase in enumerate(context.scenario.phases):
        if phase.message is not None:
            loc = ("phases", index, "message", "from")
            context.refer(loc, "person", phase.message.from_, context.scenario.people, ("people",))


def some_are_graded(context: Context) -> None:
    """Require a graded phase: without one there is nothing to judge."""
    if not any(phase.graded for phase in context.scenario.phases):
        context.problem(("phases",), "no phase is graded")


def shifts_are_looked_at(context: Context) -> None:
    """Require that some check looks at a phase in which a changed requirement holds."""
    if len(context.measured) < len(context.scenario.checks):
        return
    whole = any("during" not in type(params).model_fields for _, _, params in context.measured)
    looked = {phase.name for _, _, params in context.measured for phase in context.during(params)}
    for index, phase in enumerate(context.scenario.phases):
        if phase.shift and not whole and not looked & {later.name for later in context.scenario.phases[index:]}:
            hint = "grade it, or a phase behind it, and name that under `during`"
            message = f"no check looks at what shift {phase.name!r} changes"
            context.problem(("phases", index, "shift"), message, hint)


def lap_ends(context: Context) -> None:
    """Require that a lap is short enough to wait for."""
    seconds = sum(phase.lasts for phase in context.scenario.phases)
    if seconds > MOST_SECONDS:
        context.problem(("phases",), f"a lap takes {seconds:,.0f} s; {MOST_SECONDS:,} s is the most")


def start_has_no_zone(context: Context) -> None:
    """Require a start without a time zone, because simulated time is the customer's local time."""
    if context.scenario.clock.starts.tzinfo is not None:
        context.problem(("clock", "starts"), "starts: local time takes no zone", "leave out Z or the offset")
