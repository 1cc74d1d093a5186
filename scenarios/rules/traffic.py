"""Rules for traffic."""

from scenarios.rules.context import Context, marked
from scenarios.rules.datasets import exist as datasets_exist
from scenarios.rules.datasets import have_columns

MOST_REQUESTS = 1_000_000


def goes_to_a_service(context: Context) -> None:
    """Require that traffic goes to a service of the deployment."""
    services = context.scenario.deployment.services
    for name, flow in context.scenario.traffic.items():
        context.refer(("traffic", name, "to"), "service", flow.to, services, ("deployment", "services"))


def workloads_fit(context: Context) -> None:
    """Require that workloads exist, accept their parameters, and find the parts whose truth they know."""
    for name, flow in context.scenario.traffic.items():
        workloads = context.vocabulary.workloads
        if not context.refer(("traffic", name, "workload"), "workload", flow.workload, workloads):
            continue
        value = context.fit(("traffic", name, "with"), workloads[flow.workload])
        if value is not None:
            datasets_exist(context, value, ("traffic", name, "with"))
            have_columns(context, value, ("traffic", name, "with"))
        for loc, noun, part in marked(value, "names") if value else ():
            if noun == "part" and isinstance(part, str):
                context.refer(("traffic", name, "with", *loc), "part", part, context.scenario.site, ("site",))


def can_be_borne(context: Context) -> None:
    """Require that a lap's traffic is little enough to be generated, recorded and judged."""
    requests = sum(context.requests(name, context.scenario.phases) for name in context.scenario.traffic)
    if requests > MOST_REQUESTS:
        context.problem(("traffic",), f"a lap sends {requests:,.0f} requests; {MOST_REQUESTS:,} is the most")


def phases_know_it(context: Context) -> None:
    """Require that the rates of a phase are those of flows."""
    for index, phase in enumerate(context.scenario.phases):
        for name in phase.traffic:
            loc = ("phases", index, "traffic", name)
            context.refer(loc, "flow", name, context.scenario.traffic, ("traffic",), key=True)


def is_some(context: Context) -> None:
    """Require that a flow has requests, and time for answers."""
    for name, flow in context.scenario.traffic.items():
        if flow.rate <= 0:
            context.problem(("traffic", name, "rate"), "rate: this flow sends nothing")
        if flow.timeout <= 0:
            context.problem(("traffic", name, "timeout"), "timeout: no request can be answered in no time")
