"""Whether a deployment used up what it may have, or the machine: then no trouble of the machine excuses it."""

from grader.context import EvidenceView, GradingContext
from simulator.evidence.run import Run
from simulator.evidence.sql import text

AT_LIMIT = 0.95
"""Share of its limit of CPU or processes from which a service counts as being at it."""
OFTEN = 0.1
"""Share of samples at a limit that makes it the deployment's own doing; a busy start-up alone does not."""
_OURS = "field"
MOST = 0.7
"""Share of the machine's cores that a deployment may use on average; scenarios are made for half of two."""


def own(run: Run, case: GradingContext) -> str | None:
    """Which limit the deployment was at, and how often, or that it took the machine; None when neither."""
    grounds = case.narrow(frozenset({"resources"}), None)
    return _out_of_memory(run) or _at_limit(case, grounds) or _overdrawn(run) or _took_all(run, grounds)


def _out_of_memory(run: Run) -> str | None:
    """Who comes to that limit has the machine look for memory all along, and others wait for it meanwhile."""
    services = sorted({str(end.get("service")) for end in run.restarts if end.get("out_of_memory")})
    return f"{', '.join(services)} ran out of memory" if services else None


def _at_limit(case: GradingContext, grounds: EvidenceView) -> str | None:
    for name, service in case.scenario.deployment.services.items():
        limits = service.limits
        cpu, pids = limits.cpus * AT_LIMIT, limits.pids * AT_LIMIT
        at_limit = f"cpu >= {cpu!r} or throttled >= 0.1 or pids >= {pids!r}"
        share = grounds.number(f"select avg(({at_limit})::int) from resources where service = {text(name)}")
        if share is not None and share >= OFTEN:
            return f"{name} was at its own limit of CPU or processes in {share:.0%} of the samples"
    return None


def _overdrawn(run: Run) -> str | None:
    """The world works for a deployment's bytes before it sends the traffic, and so only as much as any needs."""
    if run.overdrawn is None or run.overdrawn < OFTEN:
        return None
    return f"in {run.overdrawn:.0%} of the time its bytes gave the links more work than any deployment needs"


def _took_all(run: Run, grounds: EvidenceView) -> str | None:
    """What the customer's systems do for it is its doing, too: a database burns whatever it is asked to."""
    each = f"select avg(cpu) as cpu from resources where service <> {text(_OURS)} group by service"
    used = grounds.number(f"select sum(cpu) from ({each})") or 0.0
    if run.machine.cores is None or used < MOST * run.machine.cores:
        return None
    return f"it used {used:.1f} of the machine's {run.machine.cores} cores, by itself or through the customer's systems"
