"""Find out whether a deployment used up its own limits or the machine: then a busy machine does not excuse it."""

from grader.context import EvidenceView, GradingContext
from simulator.evidence.run import Run
from simulator.evidence.sql import text

AT_LIMIT = 0.95
"""Share of its limit of CPU or processes from which a service counts as at the limit."""
OFTEN = 0.1
"""Share of samples at a limit from which the deployment is held responsible; a busy start-up alone stays below."""
_OURS = "field"
MOST = 0.7
"""Share of the machine's cores that a deployment may use on average; scenarios are designed for half of two."""


def own(run: Run, context: GradingContext) -> str | None:
    """Return which limit the deployment reached and how often, or that it used up the machine; None when neither."""
    view = context.narrow(frozenset({"resources"}), None)
    return _out_of_memory(run) or _at_limit(context, view) or _overdrawn(run) or _took_all(run, view)


def _out_of_memory(run: Run) -> str | None:
    """Return which services ran out of memory.

    Near that limit the machine reclaims memory all the time, and other processes have to wait for it.
    """
    services = sorted({str(end.get("service")) for end in run.restarts if end.get("out_of_memory")})
    return f"{', '.join(services)} ran out of memory" if services else None


def _at_limit(context: GradingContext, view: EvidenceView) -> str | None:
    for name, service in context.scenario.deployment.services.items():
        limits = service.limits
        cpu, pids = limits.cpus * AT_LIMIT, limits.pids * AT_LIMIT
        at_limit = f"cpu >= {cpu!r} or throttled >= 0.1 or pids >= {pids!r}"
        share = view.number(f"select avg(({at_limit})::int) from resources where service = {text(name)}")
        if share is not None and share >= OFTEN:
            return f"{name} was at its own limit of CPU or processes in {share:.0%} of the samples"
    return None


def _overdrawn(run: Run) -> str | None:
    """Return in how much of the time the deployment's bytes gave the links more work than they do for any deployment.

    The field does this work before it sends traffic, and only as much as any deployment needs.
    """
    if run.overdrawn is None or run.overdrawn < OFTEN:
        return None
    return f"in {run.overdrawn:.0%} of the time its bytes gave the links more work than any deployment needs"


def _took_all(run: Run, view: EvidenceView) -> str | None:
    """Return how much of the machine the deployment used.

    Work that it causes in the customer's systems counts, too: a database burns as much CPU as its queries need.
    """
    each = f"select avg(cpu) as cpu from resources where service <> {text(_OURS)} group by service"
    used = view.number(f"select sum(cpu) from ({each})") or 0.0
    if run.machine.cores is None or used < MOST * run.machine.cores:
        return None
    return f"it used {used:.1f} of the machine's {run.machine.cores} cores, by itself or through the customer's systems"
