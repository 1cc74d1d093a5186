"""What an agent may do to its deployment and its world: each tool is a learner's command."""

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from pydantic import Field

from labs.actions import data
from labs.base.errors import UsageProblem
from labs.mcp.work import Desk, Work

Answer = dict[str, Any]
Runtime = Annotated[
    Literal["auto", "docker", "local"] | None,
    Field(description="Where services run: containers, or processes. Left out: as before, else what there is."),
]
ExamRuntime = Annotated[
    Literal["auto", "docker", "local", "box"] | None,
    Field(description="Where services run: containers, processes, or one container. Left out: as the world does."),
]


class Doing:
    """Tools that bring something about."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self, context: Context, runtime: Runtime = None) -> Answer:
        """Bring the customer's world up, with your workspace in it; it runs until `stop`, also when you leave.

        `world` is `up`, `ran` (it was up before), or `broken`: it is up, and your deployment did not start in it.
        What was deleted of the engagement's folder is put back as it was handed over.
        """

        def job(work: Work) -> Answer:
            from labs.actions.start import StartRequest, start

            started = start(StartRequest(None, None, runtime, here=work.engagement), work.tell, work.cancel)
            facts = data.of_engagement(started.engagement) | {"new": started.new}
            return facts | {"world": started.world.value, "last_lines": started.last_lines}

        return await self._desk.do(context, job)

    async def redeploy(self, context: Context) -> Answer:
        """Put your workspace into the running world. `ready` says whether it takes traffic; else see `last_lines`."""

        def job(work: Work) -> Answer:
            from labs.actions.redeploy import RedeployRequest, redeploy

            done = redeploy(RedeployRequest(work.engagement), work.tell, work.cancel)
            return data.of_redeploy(done) | {"remarks": list(done.collected.remarks)}

        return await self._desk.do(context, job)

    async def phase(
        self,
        context: Context,
        phase: Annotated[str | None, Field(description="Its name; left out: which have begun so far.")] = None,
    ) -> Answer:
        """Jump to a phase of the customer's day: this lap ends, and the next begins there. For practice only."""

        def job(work: Work) -> Answer:
            from labs.actions.jump import JumpRequest, jump, phases

            if phase is None:
                known = phases(work.engagement)
                return {"phases": [{"phase": one.name, "graded": one.graded, "shift": one.shift} for one in known]}
            jump(JumpRequest(work.engagement, phase))
            return {"next": phase}

        return await self._desk.do(context, job)

    async def exam(self, context: Context, runtime: ExamRuntime = None) -> Answer:
        """Hold an exam: a fresh world, a seed that nobody knows, one lap, a report. Takes a minute or a few.

        Your workspace is examined as it is now, while your own world waits. `result` is `passed`, `failed`, or `error`
        where it could not be judged.
        """

        def job(work: Work) -> Answer:
            import json

            from labs.actions.exam import TakeExamRequest, take_exam
            from labs.actions.memory import reach
            from labs.base.ci import in_ci

            if in_ci():
                raise UsageProblem(
                    "a CI runs this: what lies in a folder must not choose its own exam there",
                    "fdelab exam ENGAGEMENT --workspace DIR examines it; where this is no CI, set CI=false",
                )
            done = take_exam(TakeExamRequest(work.engagement, runtime=runtime), work.tell, work.cancel)
            if "exam-passed" in done.milestones:
                reach(work.engagement.folder, "report-read")
            report: Answer = json.loads(done.report.dumps())
            return report | {"evidence": str(done.evidence), "remarks": list(done.remarks)}

        return await self._desk.do(context, job)

    async def stop(self, context: Context) -> Answer:
        """Take the world of this engagement down; your workspace stays as it is."""

        def job(work: Work) -> Answer:
            from labs.actions.stop import StopRequest, stop

            return {"stopped": list(stop(StopRequest([work.engagement])).sessions)}

        return await self._desk.do(context, job)
