"""One lap of a business: cases are asked for, answers judged as they come, and what they cost is booked at once."""

import math
from collections.abc import Mapping
from typing import Any, Literal

from scenarios.business import Business
from simulator.workloads.base import Context, Intent, Judgement, Reply
from simulator.workloads.cases.compiled import Compiled, Next, Step
from simulator.workloads.cases.functions import cents
from simulator.workloads.cases.making import AT, DONE, Case, Making
from simulator.workloads.cases.names import given

_LONGEST = 200
"""Most characters of a text in a row of facts: a deployment decides how long it is."""
_LAST = 0.001
"""Seconds before the end of the traffic at which what is known only later is booked, on a phase that can be graded."""


class Cases:
    """One lap of one business."""

    def __init__(self, business: Business, context: Context, params: Any) -> None:
        self._business, self._context = business, context
        self._params: dict[str, Any] = params.model_dump()
        self._timeline = context.clock.timeline
        gives = given(business, self._params, context.data)
        self._made = Compiled(business, gives, {name: data.key for name, data in context.data.items()})
        self._right = frozenset(business.right)
        self._open: dict[str, Case] = {}
        self._steps: dict[str, Step] = {}
        """What is asked of a case, where that is not the first request."""
        self._went: dict[tuple[str, str], int] = {}
        """How often a case took a step."""
        self._closed: list[Case] | None = [] if business.settle.tables or business.settle.money else None
        for case in Making(business, gives, context, self._params).cases():
            case |= self._made.absent
            for name, value in self._made.early:
                case[name] = value(case)
            self._open[case["id"]] = case

    def intents(self) -> list[Intent]:
        """Return one request for each case."""
        return [self._intent(self._made.first, case, case[AT]) for case in self._open.values()]

    def _intent(self, step: Step, case: Case, at: float) -> Intent:
        sends, number = step.sends, case["asked"] + 1
        name = f"{self._context.stream}-{case['id']}" + (f"-{number}" if number > 1 else "")
        return Intent(name, at, sends.method, sends.path(case), sends.body(case), sends.headers(case), case["id"])

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return `ok` for a verdict among those that are `right`; no status that is an answer is `error`.

        An answer after which the customer asks for something else is `ok` when it can be read.
        """
        case = self._open[str(intent.key)]
        step = self._steps.get(case["id"], self._made.first)
        problem = self._read(step, case, intent, reply)
        verdict, detail = self._judged(case, problem)
        following = self._next(case, reply.done_at)
        if following is None:
            self._close(case, verdict, detail)
        then = (following[1],) if following is not None else ()
        if problem is not None:
            return Judgement("wrong" if case["unreadable"] else "error", problem, then)
        goes_on = following is not None and not following[0].step.again
        if goes_on or verdict in self._right:
            return Judgement("ok", None, then)
        return Judgement("wrong", detail or verdict, then)

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Close the case: no answer came."""
        case = self._open[str(intent.key)]
        case |= {"asked": case["asked"] + 1, "unanswered": True, "unreadable": False, "status": None, "waited": None,
                 "answered_at": None}  # fmt: skip
        self._close(case, *self._judged(case, outcome))

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Close the cases that were never asked for, or not again, and ask the questions of the settlement."""
        for case in list(self._open.values()):
            if not case["asked"]:
                case |= {"unanswered": True, "unreadable": False}
            self._close(case, *self._judged(case, None if case["asked"] else "never sent"))
        if self._closed is not None:
            # Late: DuckDB takes its time.
            from simulator.workloads.cases.settling import settle

            settle(self._business, self._made.names, self._context, self._params, self._closed, site)

    def _read(self, step: Step, case: Case, intent: Intent, reply: Reply) -> str | None:
        """Note what is known of an answer; return what is wrong with it, if it is none."""
        case[DONE] = reply.done_at
        case["asked"] += 1
        case["status"] = reply.status
        case["waited"] = reply.done_at - intent.at
        case["answered_at"] = self._timeline.sim(reply.done_at)
        problem: str | None = None
        unreadable = False
        if 200 <= reply.status < 300:
            found = step.reads.read(reply.body, case)
            if isinstance(found, str):
                problem, unreadable = found[:_LONGEST], True
            else:
                case |= found
        elif reply.status not in step.sends.accepts:
            problem = f"HTTP {reply.status}"
        case["unreadable"], case["unanswered"] = unreadable, problem is not None
        return problem

    def _judged(self, case: Case, problem: str | None) -> tuple[str, str | None]:
        """Compute what depends on the answer; return the verdict, and what is said of it."""
        for name, value in self._made.late:
            case[name] = value(case)
        verdict = next((name for name, rule in self._made.rules if rule is None or rule(case)), "")
        case["verdict"] = verdict
        says = self._made.says.get(verdict)
        return verdict, problem or (says(case)[:_LONGEST] if says is not None else None)

    def _next(self, case: Case, done_at: float) -> tuple[Next, Intent] | None:
        """Return what the customer does next, if anything; it must be possible before the traffic ends."""
        for one in self._made.then:
            went = self._went.get((case["id"], one.name), 0)
            if went < one.then.at_most and one.when(case):
                at = done_at + one.then.after / self._timeline.span(done_at).rate
                if at >= self._timeline.traffic_ends:
                    return None
                self._went[case["id"], one.name] = went + 1
                step = self._steps.get(case["id"], self._made.first) if one.step.again else one.step
                self._steps[case["id"]] = step
                return one, self._intent(step, case, at)
        return None

    def _close(self, case: Case, verdict: str, detail: str | None) -> None:
        """Write the facts of a case, and book what it costs and earns."""
        del self._open[case["id"]]
        self._steps.pop(case["id"], None)
        write = self._context.recorder.write
        row: dict[str, Any] = {"at": case[AT], "done_at": case.get(DONE)}
        for name, value in self._made.facts:
            found = value(case)
            row[name] = found[:_LONGEST] if isinstance(found, str) else found
        row["verdict"], row["detail"] = verdict, detail
        write(self._business.facts.table, row)
        if self._closed is not None:
            self._closed.append(case)
        for account in self._made.money:
            if account.when is None or account.when(case):
                self._book(case, account.name, account.amount(case), account.sign,
                           account.booked_at(case) if account.booked_at is not None else None)  # fmt: skip

    def _book(self, case: Case, account: str, amount: float | None, sign: int, booked_at: Any) -> None:
        """Book an amount when the case was due, or later. What is no amount, or less than nothing, books nothing."""
        if amount is None or not 0 < amount < math.inf:
            return
        at = case[AT]
        if booked_at is not None:
            at = max(0.0, min(self._timeline.when(booked_at), self._timeline.traffic_ends - _LAST))
        try:
            rounded = cents(amount)
        except ArithmeticError:
            return
        if rounded and self._context.counts(at):
            row = {"at": at, "account": account, "amount": sign * rounded, "cause": case["verdict"], "key": case["id"]}
            self._context.recorder.write("ledger", row)
