"""What an agent may look at and ask: each tool is a learner's command, and its docstring tells the agent what it is."""

from collections import deque
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from labs.actions import data
from labs.base.errors import UsageProblem
from labs.mcp.work import Desk, Work

Answer = dict[str, Any]
ROWS, LINES, CHARACTERS = 200, 200, 20_000
"""What comes of tables, of logs and of a file, unless the agent asks for another part."""
MOST_ROWS = 1_000
MOST_LINES = 1_000


class Looking:
    """Tools that change nothing of the deployment."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def status(self, context: Context) -> Answer:
        """Show what the customer's world is doing now, what traffic it has, and what people wrote to you."""

        def job(work: Work) -> Answer:
            from labs.actions.status import StatusRequest, status

            return data.of_status(work.engagement, status(StatusRequest(work.engagement)))

        return await self._desk.do(context, job)

    async def check(self, context: Context) -> Answer:
        """Check your deployment against what the customer expects, in practice laps since the last redeploy.

        `result` is `passed`, `failed` or `error`: the last means that it cannot be said yet, as too little of the lap
        is over. Each check says what must hold, and what was measured.
        """

        def job(work: Work) -> Answer:
            import json

            from labs.actions.check import CheckRequest, check, seen

            report = check(CheckRequest(work.engagement)).report
            seen(work.engagement, report)
            answer: Answer = json.loads(report.dumps())
            return answer

        return await self._desk.do(context, job)

    async def logs(
        self,
        context: Context,
        service: Annotated[str | None, Field(description="Of this service alone; left out: of all.")] = None,
        lap: Annotated[int | None, Field(ge=1, description="Of an earlier lap; the last three are kept.")] = None,
        incident: Annotated[bool, Field(description="Of the bad day instead; no world needs to run.")] = False,
        grep: Annotated[str, Field(description="Only lines in which this regular expression is found.")] = "",
        last: Annotated[int, Field(ge=1, le=MOST_LINES, description="So many lines, the newest.")] = LINES,
    ) -> Answer:
        """Show what the deployment prints: the newest lines of the lap, each with the second that it came in."""

        def job(work: Work) -> Answer:
            from labs.actions.logs import LogsRequest, logs

            lines: deque[Answer] = deque(maxlen=last)
            count = 0
            for line in logs(LogsRequest(work.engagement, service, False, lap, incident, grep)):
                lines.append(line.row)
                count += 1
            return {"lines": list(lines), "earlier": count - len(lines)}

        return await self._desk.do(context, job)

    async def incident(
        self,
        context: Context,
        file: Annotated[str | None, Field(description="One of them, by its path; left out: all are listed.")] = None,
        begin: Annotated[int, Field(ge=0, description="The character of the file to begin with.")] = 0,
    ) -> Answer:
        """Show what is left of the customer's bad day: files as they were delivered, mail, logs, tables.

        Of a long file you get a part, and `next`, where the following part begins. The tables are asked with `sql`.
        """

        def job(work: Work) -> Answer:
            from labs.actions.incident import IncidentRequest, artefact, artefacts, path_of

            request = IncidentRequest(work.engagement)
            if file is None:
                return {"files": data.of_artefacts(artefacts(request))}
            text = artefact(request, file).decode("utf-8", "replace")
            end = begin + CHARACTERS
            more = {"next": end, "characters": len(text)} if end < len(text) else {}
            return {"path": path_of(request, file), "text": text[begin:end], **more}

        return await self._desk.do(context, job)

    async def sql(
        self,
        context: Context,
        query: Annotated[
            str, Field(description="In DuckDB's SQL; left out: the tables, and what a row of each is.")
        ] = "",
        table: Annotated[str | None, Field(description="Describe the columns of this table instead.")] = None,
        lap: Annotated[
            str | None,
            Field(
                description="`incident`, or the number of a practice lap. Left out: the incident, where there is one."
            ),
        ] = None,
        limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Most rows of the answer.")] = ROWS,
    ) -> Answer:
        """Ask the customer's tables of the bad day, or of a practice lap, in SQL; without a query: which there are.

        Times in `happened_at` are seconds since the lap's start; the table `phases` has the customer's own time.
        """

        def job(work: Work) -> Answer:
            from labs.actions.evidence import EvidenceRequest, evidence
            from labs.engagement.tables import LearnerTables, described

            if query and table is not None:
                raise UsageProblem("a query and a table to describe exclude each other", "give one of them")
            with LearnerTables(evidence(EvidenceRequest(work.engagement, lap))) as tables:
                answer = tables.ask(query, limit) if query else described(tables, table)
                cut = {"more": f"the first {limit:,} rows; there are more"} if answer.more else {}
                return {"rows": data.of_answer(answer), **cut}

        return await self._desk.do(context, job)

    async def ask(
        self,
        context: Context,
        person: Annotated[
            str | None, Field(description="Their name; left out: who there is, and what time is left.")
        ] = None,
        question: Annotated[str, Field(description="In your own words; left out: what they said so far.")] = "",
        meaning: Annotated[
            int | None, Field(ge=1, description="Which of the things was meant, where they asked back; costs nothing.")
        ] = None,
        accept: Annotated[bool | None, Field(description="Agree to what they asked of you, or refuse it.")] = None,
    ) -> Answer:
        """Ask a person of the customer. Each question costs minutes of their time; a pointed one tells you more."""

        def job(work: Work) -> Answer:
            from labs.actions.ask import AskRequest, ask, asked

            said = bool(question.strip()) + (meaning is not None) + (accept is not None)
            if said > 1:
                raise UsageProblem("question, meaning and accept exclude each other", "give one of them")
            if said and person is None:
                raise UsageProblem("whom do you mean?", "name the person; without a question you see who there is")
            if person is None or not said:
                return data.of_asked(asked(work.engagement, person))
            return data.of_reply(ask(AskRequest(work.engagement, person, question, meaning, accept)))

        return await self._desk.do(context, job)

    async def hint(
        self,
        context: Context,
        check: Annotated[str | None, Field(description="For this check; left out: which checks have one.")] = None,
    ) -> Answer:
        """Take a nudge for one check; it is remembered that you did."""

        def job(work: Work) -> Answer:
            from labs.actions.hint import HintRequest, hints, take_hint

            if check is None:
                return {"hints": data.of_hints(hints(work.engagement))}
            return data.of_hint(take_hint(HintRequest(work.engagement, check)))

        return await self._desk.do(context, job)

    async def brief(self, context: Context) -> Answer:
        """Show how far your brief to the customer is (workspace/brief.yaml), and what is wrong with its form.

        It lists the causes and decisions that can be claimed, and what your evidence selects. None of it says whether
        that is true: the exam does. While nothing is written, `template` is what to begin with.
        """

        def job(work: Work) -> Answer:
            from labs.actions.brief import BriefRequest, look_at_brief

            found = look_at_brief(BriefRequest(work.engagement))
            return data.of_brief(found) | ({"template": found.template} if found.blank else {})

        return await self._desk.do(context, job)
