"""Support chats: customers write to a bot, turn by turn, until they are helped, handed to an agent, or gone.

The truth is what each customer needs (`chat_book`), which the seed determines; how a chat continues follows from that
and the bot's answers (`chat_course`). A chat's cost is booked as soon as it is known, and agents' minutes first as a
usual value.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson
from pydantic import Field

from scenarios.units import Share, Simulated, Wall
from scenarios.vocabulary import Named, Params
from simulator import seeds
from simulator.workloads import answers
from simulator.workloads.base import Context, Intent, Judgement, Reply, Route, WorkloadKind
from simulator.workloads.chat_book import Chat, Lapses, book
from simulator.workloads.chat_course import TOO_HARD, Answer, ChatProgress, Report, complete, fits
from simulator.workloads.chat_pages import Pages
from simulator.workloads.chat_phrases import TOPICS
from simulator.workloads.chat_tables import FACTS_CHATS, FACTS_REPORTS, FACTS_TURNS
from simulator.workloads.decisions import Decision, Decisions, Left

_LAG = 120.0
"""Simulated seconds that a chat has to be old for a report: until then its customer may still write."""
_BY_ARTICLE = {topic.article: name for name, topic in TOPICS.items()}
_SHOWN = 300
"""Most characters of an answer that the evidence repeats: a deployment decides how long it is."""


class Costs(Params):
    """What a chat costs the customer's company, in its currency."""

    bot: float = Field(default=0.40, ge=0)
    """Every chat that begins."""
    case: float = Field(default=6.0, ge=0)
    """What a case with an agent is booked with until its minutes are known."""
    minute: float = Field(default=0.70, ge=0)
    """An agent's minute."""
    again: float = Field(default=7.0, ge=0)
    """A customer who was not helped calls."""
    churn: float = Field(default=9.0, ge=0)
    """A customer who was not helped buys elsewhere from now on: the chance, times the customer's value."""


class SupportChatsParams(Params):
    """Parameters of `support-chats`."""

    desk: str = Field(default="desk", json_schema_extra={"names": "part"})
    """Name of the service desk (kind `service-desk`) in the scenario's site."""
    orders: str | None = Field(default=None, json_schema_extra={"names": "dataset"})
    """The dataset with the customers' orders, keyed `HX-10001` and up, and with their `status`; left out: a packet
    needs no status."""
    complex: Share = Field(default=0.30, ge=0, le=1)
    """Part of the chats that are more than the standard answer is made for."""
    complex_later: Share | None = Field(default=None, ge=0, le=1)
    """The same once the requirement has shifted."""
    silent: Share = Field(default=0.35, ge=0, le=1)
    """Part of those not helped who leave without a word."""
    confirms: Share = Field(default=0.70, ge=0, le=1)
    """Part of those helped who say so."""
    rescue: Share = Field(default=0.55, ge=0, le=1)
    """Chance that an agent still can help after one answer that did not."""
    thinks: Simulated = Field(default=40.0, gt=0)
    """How long a customer takes to write again, give or take a half."""
    reports: Simulated = Field(default=240.0, gt=0)
    """How often somebody looks at `GET /report`."""
    window: Simulated | None = Field(default=None, gt=0)
    """The report is about the chats that began within so long, until two minutes before somebody looks; left out: all
    that are over."""
    lapse: float = Field(default=0.0, ge=0, le=6)
    """By how much the log-odds of being helped fall for ordinary cases while the help pages are behind."""
    lapses: Simulated = Field(default=960.0, gt=0)
    """How long the pages are good and behind, about, by turns."""
    model: str | None = Field(default=None, json_schema_extra={"names": "part"})
    """The language model (kind `llm`) that has read the help pages: its rule for a topic, named as the topic, has the
    figures that an answer must have. Left out: any text will do."""
    alone: Share = Field(default=1.0, ge=0, le=1)
    """Of those whom an answer helps, the part that it also helps when its figures are not the page's, because they read
    the page."""
    waits: Wall | None = Field(default=None, gt=0)
    """How long every customer waits for an answer; whoever waits longest leaves at the flow's time-out. Left out: all
    wait until then."""
    costs: Costs = Costs()

    def named(self) -> Iterable[Named]:
        if self.orders is not None:
            yield Named(("orders",), "status", self.orders, reader="support-chats", clean=True)


class SupportChats:
    """One lap of chats."""

    def __init__(self, context: Context, params: SupportChatsParams) -> None:
        self._context = context
        self._params = params
        self._timeline = context.clock.timeline
        seed = self._seed = seeds.child(context.seed, "workload", context.stream)
        times = context.arrivals(seed)
        whole = (self._timeline.sim(self._timeline.traffic_ends) - self._timeline.sim(0.0)).total_seconds()
        lapses = Lapses(seed, params.lapse, params.lapses, whole)
        chats = book(
            seed, times, self._complex, params.silent, params.confirms, lambda at: lapses.at(self._since(0.0, at))
        )
        self._courses = {chat.id: ChatProgress(chat) for chat in chats}
        self._status = self._statuses()
        self._pages = Pages(context.scenario, params.model, self._timeline) if params.model else None

    def intents(self) -> list[Intent]:
        """Return the opening of each chat, and the requests of somebody who looks at the report."""
        openings = [
            self._says(course.chat, course.chat.opening, course.chat.at, 1) for course in self._courses.values()
        ]
        return openings + self._looks()

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return `ok` for an answer or an agent, `wrong` for any other 2xx answer; then the customer goes on."""
        if intent.key is None:
            return self._judge_report(intent, reply)
        course = self._courses[intent.key]
        if not 200 <= reply.status < 300:
            return self._broken(course, intent, reply, "error", f"HTTP {reply.status}")
        answer = answers.read(Answer, reply.body, chat=course.chat.id)
        if isinstance(answer, str):
            return self._broken(course, intent, reply, "wrong", answer)
        return self._go_on(course, intent, reply, answer)

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Let the customer leave."""
        if intent.key is None:
            self._report(intent.at, None)
        else:
            self._broken(self._courses[intent.key], intent, None, "error", outcome)

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Find each chat's case at the desk, and book what that changes."""
        cases: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for case in site[self._params.desk]["cases"]:
            cases[case["chat"]].append(case)
        for name, course in self._courses.items():
            self._settle(course, cases.pop(name, []))
        for strangers in cases.values():
            for case in strangers:
                at = min(float(case["at"]), self._timeline.traffic_ends - 0.001)
                self._book(at, "agents", self._minutes(case), "a case of no chat", case["ticket"])

    def _settle(self, course: ChatProgress, cases: list[Mapping[str, Any]]) -> None:
        for one in cases:
            self._book(course.chat.at, "agents", self._minutes(one), "minutes of an agent", one["ticket"])
        if course.handed:
            self._book(course.chat.at, "agents", -self._params.costs.case, "usual case, now known", course.chat.id)
        case = next(iter(cases), None)
        status = self._status.get(course.chat.order)
        packet = case["packet"] if course.handed and case is not None else {}
        whole = bool(packet) and complete(course, packet, status)
        routed = bool(packet) and fits(course.chat, packet)
        if course.ending == "agent" and (case is None or case["outcome"] != "taken"):
            course.ending, course.why = "lost", "left the queue" if case else "no agent was told"
            self._book_loss(course)
        waited = float(case["waited"]) if case else None
        self._context.recorder.write(FACTS_CHATS.name, self._fact(course, waited, whole, routed))

    def _fact(self, course: ChatProgress, waited: float | None, complete: bool, routed: bool) -> dict[str, Any]:
        chat = course.chat
        helps = course.first if course.first is not None else chat.solvable
        return {
            "at": chat.at, "chat": chat.id, "topic": chat.topic, "complex": chat.complex, "outcome": course.ending,
            "why": course.why, "turns": len(course.said), "answers": len(course.answers), "repeats": course.repeats,
            "handed": course.handed, "late": course.late, "complete": complete if course.handed else None,
            "routed": routed if course.handed else None, "waited": waited, "confidence": course.confidence,
            "first": course.first, "helps": helps, "solvable": chat.solvable, "chance": chat.chance,
            "csat": None if course.ending == "open" else course.stars(waited or 0.0, complete=complete and routed),
        }  # fmt: skip

    def _go_on(self, course: ChatProgress, intent: Intent, reply: Reply, answer: Answer) -> Judgement:
        if reply.done_at - intent.at > self._patience(course.chat):
            return self._broken(course, intent, reply, "error", "the customer had left before it came", answer)
        handed, ended, repeats = course.handed, course.ending, course.repeats
        self._begin(course, intent)
        told = self._tells(answer, intent, reply)
        reach = 1.0 if told else self._params.alone
        verdict, says = course.hears(answer, self._params.rescue, tells=course.chat.finds < reach, reach=reach)
        about = told if answer.article is not None and not answer.handed_over else None
        self._note(course, intent, reply, answer, verdict, repeat=course.repeats > repeats, told=about)
        if course.handed and not handed:
            self._book(course.chat.at, "agents", self._params.costs.case, "handed over", course.chat.id)
        if course.ending != ended:
            self._close(course)
        then = self._following(course, says, reply.done_at)
        useless = verdict == "no answer"
        return Judgement("wrong" if useless else "ok", "neither an answer nor an agent" if useless else None, then)

    def _following(self, course: ChatProgress, says: str | None, at: float) -> tuple[Intent, ...]:
        if says is None:
            return ()
        rng = seeds.rng(self._seed, "pause", course.chat.id, str(len(course.said)))
        pause = self._params.thinks * rng.uniform(0.5, 1.5) / self._timeline.span(at).rate
        if at + pause >= self._timeline.traffic_ends:
            return ()
        return (self._says(course.chat, says, at + pause, len(course.said) + 1),)

    def _tells(self, answer: Answer, intent: Intent, reply: Reply) -> bool:
        """Whether an answer says what the page that it rests on says today."""
        topic = _BY_ARTICLE.get(answer.article or "")
        return self._pages is None or (
            topic is not None and self._pages.tells(answer.text, topic, intent.at, reply.done_at)
        )

    def _patience(self, chat: Chat) -> float:
        longest, least = self._context.flow.timeout, self._params.waits
        return longest if least is None else least + chat.hurry * max(longest - least, 0.0)

    def _broken(
        self,
        course: ChatProgress,
        intent: Intent,
        reply: Reply | None,
        outcome: Literal["wrong", "error"],
        detail: str,
        answer: Answer | None = None,
    ) -> Judgement:
        open_before = course.ending == "open"
        self._begin(course, intent)
        course.fails("left waiting" if answer else "no answer")
        self._note(course, intent, reply, answer, "no answer", repeat=False, told=None)
        if open_before:
            self._close(course)
        return Judgement(outcome, detail)

    def _begin(self, course: ChatProgress, intent: Intent) -> None:
        if not course.said:
            self._book(course.chat.at, "bot", self._params.costs.bot, "a chat", course.chat.id)
        course.says(orjson.loads(intent.body)["text"])

    def _close(self, course: ChatProgress) -> None:
        """End the chat, as far as the bot is concerned."""
        if course.ending == "lost":
            self._book_loss(course)

    def _book_loss(self, course: ChatProgress) -> None:
        cause = course.why or "lost"
        self._book(course.chat.at, "calls-again", self._params.costs.again, cause, course.chat.id)
        self._book(course.chat.at, "lost-customers", self._params.costs.churn, cause, course.chat.id)

    def _minutes(self, case: Mapping[str, Any]) -> float:
        return float(case["handled"]) * self._params.costs.minute if case["outcome"] == "taken" else 0.0

    def _book(self, at: float, account: str, cost: float, cause: str, key: str) -> None:
        if cost and self._timeline.span(at).counts:
            row = {"at": at, "account": account, "amount": -round(cost, 4), "cause": cause, "key": key}
            self._context.recorder.write("ledger", row)

    def _note(
        self,
        course: ChatProgress,
        intent: Intent,
        reply: Reply | None,
        answer: Answer | None,
        verdict: str,
        *,
        repeat: bool,
        told: bool | None,
    ) -> None:
        self._context.recorder.write(FACTS_TURNS.name, {
            "at": intent.at, "done_at": reply.done_at if reply else None, "chat": course.chat.id,
            "turn": len(course.said), "said": course.said[-1], "answer": answer and answer.text[:_SHOWN],
            "article": answer and answer.article and answer.article[:_SHOWN], "repeat": repeat, "verdict": verdict,
            "told": told,
        })  # fmt: skip

    def _says(self, chat: Chat, text: str, at: float, turn: int) -> Intent:
        sent_at = self._timeline.sim(at).replace(microsecond=0).isoformat()
        body = {"chat": chat.id, "order": chat.order, "text": text, "sent_at": sent_at}
        name = f"{self._context.stream}-{chat.id}-{turn}"
        headers = {"Content-Type": "application/json"}
        return Intent(name, at, "POST", f"/chats/{chat.id}/messages", orjson.dumps(body), headers, chat.id)

    def _looks(self) -> list[Intent]:
        found: list[Intent] = []
        at = 0.0
        while (at := at + self._params.reports / self._timeline.span(at).rate) < self._timeline.traffic_ends:
            found.append(Intent(f"{self._context.stream}-report-{len(found) + 1}", at, "GET", "/report"))
        return found

    def _judge_report(self, intent: Intent, reply: Reply) -> Judgement:
        report = answers.read(Report, reply.body) if 200 <= reply.status < 300 else ""
        if isinstance(report, str):
            self._report(intent.at, None)
            return Judgement("error", "no `resolution_rate` from 0 to 1")
        self._report(intent.at, float(report.resolution_rate))
        return Judgement("ok")

    def _report(self, at: float, share: float | None) -> None:
        kept = [course for course in self._courses.values() if self._reported(course, at)]
        resolved = sum(course.resolved(self._params.silent, self._params.confirms) for course in kept)
        truth = resolved / len(kept) if kept else None
        self._context.recorder.write(
            FACTS_REPORTS.name, {"at": at, "reported": share, "truth": truth, "chats": len(kept)}
        )

    def _reported(self, course: ChatProgress, at: float) -> bool:
        """Whether a report at that time is about that chat: the bot kept it, and it is over."""
        if course.handed or course.ending not in ("solved", "lost"):
            return False
        window = self._params.window
        return window is None or _LAG <= self._since(course.chat.at, at) < window

    def _since(self, begins: float, ends: float) -> float:
        """Return the simulated seconds between two wall seconds."""
        return (self._timeline.sim(ends) - self._timeline.sim(begins)).total_seconds()

    def _complex(self, at: float) -> float:
        later = self._params.complex_later
        shifted = any(span.shift and span.begins <= at for span in self._timeline.spans)
        return later if shifted and later is not None else self._params.complex

    def _statuses(self) -> Mapping[str, str]:
        if self._params.orders is None:
            return {}
        clean = self._context.data[self._params.orders].clean
        keys, statuses = (list(clean[name]) for name in (self._context.data[self._params.orders].key, "status"))
        return {str(key): str(status) for key, status in zip(keys, statuses, strict=True)}


SUPPORT_CHATS = WorkloadKind(
    "support-chats",
    SupportChatsParams,
    SupportChats,
    tables=(FACTS_TURNS, FACTS_CHATS, FACTS_REPORTS),
    about=(
        "Customers write to a bot until they are helped, handed to an agent, or gone. An answer helps where it rests on"
        " the help article for what the customer needs, says what that page says today (where there is a `model`), and"
        " the case is not `complex`. Whoever is not helped writes"
        " again a few times, or leaves at once; an agent helps the less, the more answers did not."
        f" Topics, each with its article: {', '.join(f'{name} ({topic.article})' for name, topic in TOPICS.items())}."
    ),
    routes=(
        Route(
            "POST /chats/{chat}/messages",
            "A customer says something.",
            Answer,
            {
                "chat": "text",
                "order": "text, the number of the customer's order",
                "text": "what the customer says",
                "sent_at": "simulated local time, ISO 8601 without a zone",
            },
        ),
        Route("GET /report", "Somebody looks at how well the bot does, every `reports`.", Report),
    ),
    accounts={
        "bot": "`bot` for every chat",
        "agents": "`minute` for each of an agent's minutes; `case` until they are known",
        "calls-again": "`again` for each who was not helped",
        "lost-customers": "`churn` for the same",
    },
    leaves={
        "cases on the service desk": (
            "one for each chat that was handed over, with a packet of `chat`, `order`, `topic`, `reason` (`too-hard`,"
            " or `not-helped` where the bot had said something), `order_status` (where `orders` is given), and all that"
            " was said in `transcript`, as `[{from, text}]`, from `customer` or `bot`"
        )
    },
    decisions=Decisions(
        {
            "POST /chats/{chat}/messages": (
                Decision("chat", "key"),
                Decision("text", "text", ("Sorry, I did not quite get that.",)),
                Decision("article", "choice", (*(topic.article for topic in TOPICS.values()), None)),
                Decision("handed_over", "choice", (False, True)),
                Decision("confidence", "number", (0, 0.5, 1)),
            ),
            "GET /report": (Decision("resolution_rate", "number", (0, 0.5, 0.85, 1)),),
        },
        left=(
            Left(
                "cases",
                "desk",
                ("cases",),
                {
                    "packet.chat": "asked chat",
                    "packet.order": "asked order",
                    "packet.topic": "return",
                    "packet.reason": TOO_HARD,
                    "packet.order_status": "shipped",
                    "packet.transcript": "asked text",
                },
                case="packet.chat",
                when=("handed_over", True),
            ),
        ),
    ),
)
