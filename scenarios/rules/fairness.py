"""Rules that keep a verdict from depending on chance."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from pydantic import BaseModel

from scenarios.expectation import Expectation, parse
from scenarios.model import Check, FaultUse, Phase, Service
from scenarios.phases import paces, rates, windows
from scenarios.rules.context import Context, marked
from scenarios.shape import Loc

FEWEST = 3
"""Bad requests that it must take to fail a threshold: one or two may happen to anyone."""


@dataclass(frozen=True)
class Sample:
    """A check on requests: which, how many, and what is expected of them."""

    loc: Loc
    check: Check
    params: BaseModel
    expected: Expectation
    phases: list[Phase]
    requests: float
    quantile: float | None


def _samples(context: Context) -> Iterator[Sample]:
    for index, check, params in context.surely_measured:
        flows = _flows(context, params)
        try:
            expected = parse(check.expect)
        except ValueError:
            continue
        phases = context.during(params)
        requests = sum(context.requests(flow, phases) for flow in flows)
        if looks_at := _injections_of(params):
            requests = sum(_affected_requests(context, use, on, phases) for use, on in _looked_at(context, looks_at))
        if requests:
            quantile = getattr(params, "quantile", None)
            yield Sample(("checks", index), check, params, expected, phases, requests, quantile)


def _flows(context: Context, params: BaseModel) -> list[str]:
    """Return the flows whose requests a check counts; none when it does not count requests."""
    traffic = context.scenario.traffic
    stream = getattr(params, "stream", None)
    if isinstance(stream, str):
        return [stream] if stream in traffic else []
    everything = getattr(params, "table", None) == "requests" and getattr(params, "among", None) in (None, "true")
    return list(traffic) if everything else []


def _injections_of(params: BaseModel) -> dict[str, str | None]:
    """Return the `link` and `kind` of the faults whose hits a check counts; empty when it counts none."""
    return {mark: value for _, mark, value in marked(params, "strikes")}


def _looked_at(context: Context, asked: dict[str, str | None]) -> Iterator[tuple[FaultUse, dict[str, float]]]:
    """Yield the faults whose hits such a check counts, each with the seconds that it is on by phase."""
    for use, on in _active(context.scenario.phases):
        if asked["link"] in (None, use.target) and (asked["kind"] is None or asked["kind"] in use.kinds):
            yield use, on


def _affected_requests(context: Context, use: FaultUse, on: dict[str, float], phases: list[Phase]) -> float:
    """Return about how many requests a fault hits, if each incoming one makes one to every part on its way."""
    services, traffic = context.scenario.deployment.services, context.scenario.traffic
    flows = [name for name, f in traffic.items() if use.target in {f.to, *_uses(services.get(f.to))}]
    requests = sum(_while_on(context, flow, on, phases) for flow in flows)
    return _picked(use, requests) * requests


def _while_on(context: Context, flow: str, on: dict[str, float], phases: list[Phase]) -> float:
    """Return about how many requests of a flow come while a fault is on."""
    by_phase = rates(context.scenario.phases, flow, context.scenario.traffic[flow].rate)
    return sum(by_phase[phase.name] * on.get(phase.name, 0.0) for phase in phases)


def _uses(service: Service | None) -> list[str]:
    return service.uses if service else []


def injections_exist(context: Context) -> None:
    """Require that a check on fault hits has such a fault in its phases."""
    for index, _, params in context.surely_measured:
        asked = _injections_of(params)
        names = {phase.name for phase in context.during(params)}
        if not asked or any(names & {n for n, s in on.items() if s} for _, on in _looked_at(context, asked)):
            continue
        what = f"fault {asked['kind']!r}" if asked["kind"] else "fault"
        where = f" on {asked['link']!r}" if asked["link"] else ""
        loc = ("checks", index, "with")
        context.problem(loc, f"no {what}{where} in the phases that this check looks at", key=True)


def injections_need_a_check_on_answers(context: Context) -> None:
    """Require that a check on fault hits needs a check on answers.

    A deployment that gives a fault nothing to hit looks good; only the other check shows whether it answers.
    """
    for index, check, params in context.surely_measured:
        if _injections_of(params) and not check.needs:
            what = f"{check.measure} is well where nothing was struck, also where nothing was done"
            context.problem(("checks", index, "measure"), what, "let it need a check on answers: `needs: [...]`")


def refusals_leave_room(context: Context) -> None:
    """Require that a threshold allows for incoming requests that faults refuse whatever the deployment does."""
    for sample in _samples(context):
        share = context.vocabulary.units.get(sample.check.measure or "") == "share" and sample.expected.unit == "share"
        flow = getattr(sample.params, "stream", None) or ""
        stream = context.scenario.traffic.get(flow)
        if not share or stream is None or sample.expected.op not in (">=", ">", "==") or _injections_of(sample.params):
            continue
        refused = max(_refused(context, flow, phases) for phases in _asked(context, sample))
        if 1 - refused < sample.expected.value - 1e-9:
            context.problem(
                (*sample.loc, "expect"),
                f"expect: faults on {stream.to!r} refuse {min(refused, 1.0) * 100:.3g} % of what comes in, "
                f"so no deployment can reach {sample.check.expect!r}",
                "strike the way to a part instead, or lower the bar",
            )


def _asked(context: Context, sample: Sample) -> list[list[Phase]]:
    """Return the phases that a check asks of: a gate, of the graded ones and then of all that nothing excuses."""
    watched = [phase for phase in context.scenario.phases if phase.graded or phase.excused is None]
    every = sample.check.gate and getattr(sample.params, "during", None) is None
    return [sample.phases, watched] if every else [sample.phases]


def _refused(context: Context, flow: str, phases: list[Phase]) -> float:
    """Return the share of a flow's requests in these phases that faults refuse, whatever the deployment does."""
    stream, total = context.scenario.traffic[flow], context.requests(flow, phases)
    refused = 0.0
    for use, on in _active(context.scenario.phases, partial(_unanswered, context, stream.timeout)):
        hits = any(kind in context.vocabulary.outage_faults for kind in use.kinds)
        if total and use.target == stream.to and not use.where and hits:
            struck = _while_on(context, flow, on, phases)
            refused += _picked(use, struck) * struck / total
    return refused


def _unanswered(context: Context, patience: float, use: FaultUse, on: float) -> float:
    return context.vocabulary.outage_seconds(use, on, patience)


def three_bad_requests(context: Context) -> None:
    """Require that failing a threshold takes at least three bad requests, because fewer are luck."""
    for sample in _samples(context):
        breaking = _breaking(sample, context.vocabulary.units.get(sample.check.measure or "", "any"))
        if breaking is not None and breaking < FEWEST:
            count = f"{breaking} bad request{'' if breaking == 1 else 's'}"
            context.problem(
                (*sample.loc, "expect"),
                f"expect: {count} of about {sample.requests:.0f} would break {_threshold(sample)}; "
                f"it must take {FEWEST} or more",
                "lower the bar, or look at more or longer phases",
            )


def _threshold(sample: Sample) -> str:
    return repr(sample.check.expect) if sample.quantile is None else f"a quantile of {sample.quantile * 100:g} %"


def _breaking(sample: Sample, unit: str) -> int | None:
    """Return how few bad requests fail the expectation; None when that is not known."""
    if sample.quantile is not None:
        return math.floor((1 - sample.quantile) * sample.requests + 1e-9) + 1
    if unit != "share" or sample.expected.unit != "share":
        return None
    op, value = sample.expected.op, sample.expected.value
    if op == "==":
        return 1
    allowed = (1 - value if op in (">=", ">") else value) * sample.requests
    return math.ceil(allowed - 1e-9) if op in ("<", ">") else math.floor(allowed + 1e-9) + 1


def quantiles_clear_of_faults(context: Context) -> None:
    """Require that a quantile's tail differs from a fault's share, or chance decides on which side it falls."""
    for sample in _samples(context):
        if sample.quantile is None:
            continue
        tail = 1 - sample.quantile
        for use, share in _faults_on_the_way(context, sample):
            if share / 2 - 1e-9 <= tail <= share * 2 + 1e-9:
                context.problem(
                    (*sample.loc, "with", "quantile"),
                    f"quantile: a tail of {tail * 100:g} % is within twice the {share * 100:.3g} % that "
                    f"{next(iter(use.kinds), 'a fault')} strikes on {use.target!r}",
                    f"choose a tail under {share * 50:.3g} % or over {share * 200:.3g} %",
                )


def _faults_on_the_way(context: Context, sample: Sample) -> Iterator[tuple[FaultUse, float]]:
    """Yield (fault, its share of the requests that the check looks at) for faults on the way of the check's stream."""
    flow = getattr(sample.params, "stream", None) or ""
    stream = context.scenario.traffic.get(flow)
    service = context.scenario.deployment.services.get(stream.to) if stream else None
    path = {stream.to, *service.uses} if stream and service else set()
    total = context.requests(flow, sample.phases) if stream else 0.0
    for use, on in _active(context.scenario.phases):
        struck = _while_on(context, flow, on, sample.phases) if stream else 0.0
        share = _picked(use, struck) * struck / total if total else 0.0
        if use.target in path and 0 < share < 1:
            yield use, share


def _picked(use: FaultUse, requests: float) -> float:
    """Return the share of the requests that a fault hits; a fault of a process hits all that come to it."""
    if use.service:
        return 1.0
    if use.first is not None:
        return min(1.0, use.first / requests) if requests else 0.0
    return 1 / use.every if use.every is not None else use.share


def _active(
    phases: list[Phase], lasting: Callable[[FaultUse, float], float] = lambda _use, on: on
) -> Iterator[tuple[FaultUse, dict[str, float]]]:
    """Yield every fault with the wall seconds that it is on in its own phase and, for a shift, in all later phases.

    `lasting` says how many of the wall seconds of one turn count, from the turn's beginning.
    """
    speeds = paces(phases)
    for index, phase in enumerate(phases):
        reach = slice(index, None if phase.shift else index + 1)
        later = list(zip(phases[reach], speeds[reach], strict=True))
        for use in phase.faults:
            turns = list(_turns(use, later, lasting))
            on, passed = {}, 0.0
            for each, _ in later:
                until = passed + each.lasts
                on[each.name] = sum(max(0.0, min(b, until) - max(a, passed)) for a, b in turns)
                passed = until
            yield use, on


def _turns(
    use: FaultUse, phases: list[tuple[Phase, float]], lasting: Callable[[FaultUse, float], float]
) -> Iterator[tuple[float, float]]:
    """Yield (from, until) in wall seconds of each turn that counts; for a process, `first` limits their number."""
    simulated = sum(phase.lasts * pace for phase, pace in phases)
    for since, until in islice(windows(use, simulated), use.first if use.service else None):
        begins, ends = _wall(since, phases), _wall(until, phases)
        yield begins, begins + lasting(use, ends - begins)


def _wall(simulated: float, phases: list[tuple[Phase, float]]) -> float:
    """Return the wall seconds until that many simulated seconds have passed in phases, each with its pace."""
    wall = 0.0
    for phase, pace in phases:
        part = min(simulated, phase.lasts * pace)
        wall, simulated = wall + part / pace, simulated - part
    return wall
