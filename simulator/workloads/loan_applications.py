"""Loan applications: each needs an immediate answer, and how the loan ends is known a quarter of a year later.

The scenario's dataset says of all applicants who would pay back; the customer learns it only of those who got a loan.
An early sign, the first instalment, comes sooner: it is paid or late, or deferred by a payment holiday.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
from pydantic import BaseModel, Field

from scenarios.units import Simulated
from scenarios.vocabulary import Named, Params
from simulator import gate
from simulator.workloads import answers
from simulator.workloads.base import Context, Intent, Judgement, Reply, Route, WorkloadKind
from simulator.workloads.decisions import Decision, Decisions, Left
from simulator.workloads.loan_alarms import FACTS_ALARMS, FACTS_CHANGES, Late, Loan, alarm_rows, change_rows
from simulator.workloads.loan_book import Book, Terms
from simulator.workloads.loan_models import FACTS_MODELS, Use, model_rows
from simulator.workloads.loan_reasons import FACTS_REASONS, Declined, reason_rows
from simulator.workloads.loan_tables import FACTS_APPLICATIONS, FACTS_DECISIONS, FEATURES

if TYPE_CHECKING:
    from simulator.dirt import Dataset

COMES_OF = ("applied_at", "late", "defaulted")
"""When it came in, and how it ended."""
MOST_REASONS = 4
_LONGEST = 60
"""Most characters of an answer that the evidence repeats: a deployment decides how long it is."""
_PACE = 0.1
"""How far the data's pace may be from the rate in the scenario, as a share."""


class LoanApplicationsParams(Params):
    """Parameters of `loan-applications`.

    The flow's `rate` must be the pace at which the dataset has them, within a tenth; they come when the data says.
    """

    data: str = Field(default="applications", json_schema_extra={"names": "dataset"})
    """Applications: `applied_at`, what they say (income, utilisation, tenure, enquiries, amount, term_years, sector,
    arrears, payment_holiday), and what comes of them: `late`, `defaulted`. Its concept drifts are the change."""
    db: str | None = Field(default=None, json_schema_extra={"names": "part"})
    """A database that `tells` of `decisions`, `alarms`, `models` and `trials`; left out: nothing is held against it."""
    due: Simulated = 30 * 86400.0
    """When the first instalment is due."""
    known: Simulated = 90 * 86400.0
    """When it is known whether a loan defaulted."""
    reasons: dict[str, str] = Field(default={})
    """From a phase that is a shift on, declines must say why: the codes, each with the column that it is about."""
    terms: Terms = Terms()

    def named(self) -> Iterable[Named]:
        for column in (*COMES_OF, *FEATURES):
            yield Named(("data",), column, self.data, reader="loan-applications", clean=True)
        for code, column in self.reasons.items():
            yield Named(("reasons", code), column, self.data, clean=True)


_TOLD = {
    "decisions": FACTS_DECISIONS.name, "alarms": FACTS_ALARMS.name, "models": FACTS_MODELS.name,
    "trials": FACTS_MODELS.name,
}  # fmt: skip
"""The queries of the database, and the table that each one is for."""


class Answer(BaseModel):
    """What the service must answer."""

    application_id: str
    """As asked."""
    decision: Literal["approve", "decline"]
    """Whether the loan is granted."""
    probability: float = Field(ge=0, le=1, allow_inf_nan=False)
    """Of default, as the model that decided has it."""
    model: str = Field(min_length=1, max_length=_LONGEST)
    """Name of the model that decided."""
    reasons: list[Annotated[str, Field(max_length=_LONGEST)]] = Field(default=[], max_length=20)
    """Of a decline, once the requirement has shifted and where `reasons` has codes: one to four of them."""


@dataclass(frozen=True)
class Application:
    """One row of the dataset."""

    id: str
    at: float
    """Wall second at which it comes in."""
    applied_at: datetime
    features: dict[str, Any]
    late: bool
    defaulted: bool
    before: bool
    """Whether the same applicant would have defaulted, had nothing changed in who pays back."""

    @property
    def first_instalment(self) -> Literal["paid", "late", "deferred"]:
        """Return how the first instalment goes; with a payment holiday it is never late."""
        if self.features["payment_holiday"]:
            return "deferred"
        return "late" if self.late else "paid"


class LoanApplications:
    """One lap of applications."""

    def __init__(self, context: Context, params: LoanApplicationsParams) -> None:
        self._context = context
        self._params = params
        self._timeline = context.clock.timeline
        dataset = context.data[params.data]
        self._applications = {a.id: a for a in self._read(dataset)}
        self._changes = _changes(dataset)
        self._explained_from = next((s.begins for s in self._timeline.spans if s.shift), None)
        self._answers: dict[str, Answer] = {}
        self._done: dict[str, float] = {}
        """When each of them was complete."""
        self._book = Book(params.terms, context.recorder, self._timeline)
        wanted = context.expected()
        if abs(len(self._applications) - wanted) > max(_PACE * wanted, 10):
            raise ValueError(
                f"traffic {context.stream}: dataset {params.data} has {len(self._applications)} applications for the"
                f" lap, and the rate asks for {wanted:.0f}"
            )

    def _read(self, dataset: "Dataset") -> list[Application]:
        """Return the applications within the lap, by time."""
        names = (*COMES_OF, *FEATURES)
        columns = [dataset.clean[name].tolist() for name in (dataset.key, *names)]
        columns.insert(1, dataset.clean.before("defaulted").tolist())
        found = []
        for key, before, applied_at, late, defaulted, *features in zip(*columns, strict=True):
            at = self._timeline.when(applied_at)
            if 0 <= at < self._timeline.traffic_ends:
                row = dict(zip(FEATURES, features, strict=True))
                found.append(Application(str(key), at, applied_at, row, bool(late), bool(defaulted), bool(before)))
        return sorted(found, key=lambda a: a.at)

    def intents(self) -> list[Intent]:
        """Return one `POST /applications` for each application."""
        return [self._intent(application) for application in self._applications.values()]

    def _intent(self, a: Application) -> Intent:
        body = {"application_id": a.id, "applied_at": a.applied_at.isoformat(), **a.features}
        headers = {"Content-Type": "application/json"}
        return Intent(
            f"{self._context.stream}-{a.id}", a.at, "POST", "/applications", orjson.dumps(body), headers, a.id
        )

    def judge(self, intent: Intent, reply: Reply) -> Judgement:
        """Return `ok` for a readable answer that, if it declines after the shift, gives reasons."""
        a = self._applications[str(intent.key)]
        self._book.close(reply.done_at)
        if not 200 <= reply.status < 300:
            self._note(a, None, reply.done_at)
            return Judgement("error", f"HTTP {reply.status}")
        answer = answers.read(Answer, reply.body, application_id=a.id)
        if isinstance(answer, str):
            self._note(a, None, reply.done_at)
            return Judgement("wrong", answer)
        self._answers[a.id], self._done[a.id] = answer, reply.done_at
        self._note(a, answer, reply.done_at)
        problem = self._unexplained(a, answer)
        return Judgement("wrong", problem) if problem else Judgement("ok")

    def _must_explain(self, a: Application, answer: Answer) -> bool:
        start = self._explained_from
        return bool(self._params.reasons) and start is not None and a.at >= start and answer.decision == "decline"

    def _unexplained(self, a: Application, answer: Answer) -> str | None:
        """Return what is wrong with the form of the reasons; None when nothing is."""
        if not self._must_explain(a, answer):
            return None
        if not answer.reasons:
            return "declined without a reason"
        if len(answer.reasons) > MOST_REASONS:
            return f"declined for {len(answer.reasons)} reasons, and at most {MOST_REASONS} are allowed"
        strange = [code for code in answer.reasons if code not in self._params.reasons]
        return f"no such reason: {strange[0]}" if strange else None

    def unanswered(self, intent: Intent, outcome: Literal["timeout", "error", "unsent"]) -> None:
        """Book that the applicant goes to another lender, unless the request was never sent."""
        a = self._applications[str(intent.key)]
        self._book.close(intent.at)
        if outcome != "unsent":
            self._note(a, None, None)

    def settle(self, site: Mapping[str, Mapping[str, Any]]) -> None:
        """Book what is known after the lap, and compare the answers with what the deployment recorded."""
        self._book.close()
        self._write_reasons()
        if self._params.db is None:
            return
        recorder = self._context.recorder
        tells = answers.told(site[self._params.db], _TOLD, recorder)
        self._write_decisions(tells.get("decisions", []))
        loans = self._loans()
        granted = list(loans.values())
        told = list(alarm_rows(tells.get("alarms", []), self._timeline, self._changes, granted, self._late()))
        for row in told:
            recorder.write(FACTS_ALARMS.name, row)
        for row in change_rows(self._changes, self._timeline, told):
            recorder.write(FACTS_CHANGES.name, row)
        uses = [Use(self._timeline.sim(self._done[key]), answer.model) for key, answer in self._answers.items()]
        for row in model_rows(tells.get("models", []), tells.get("trials", []), uses, loans, self._timeline):
            recorder.write(FACTS_MODELS.name, row)

    def _late(self) -> Late:
        """Return how likely a first instalment is late, by all applications."""
        of = [[a.late for a in self._applications.values() if a.defaulted is bad] for bad in (False, True)]
        return Late(*(sum(found) / max(len(found), 1) for found in of))

    def _loans(self) -> dict[str, Loan]:
        """Return every loan that was granted, by the dataset's key."""
        found = {}
        for key, answer in self._answers.items():
            if answer.decision == "approve":
                a = self._applications[key]
                due, known = (a.applied_at + timedelta(seconds=s) for s in (self._params.due, self._params.known))
                found[key] = Loan(
                    key, a.applied_at, due, known, a.first_instalment, a.defaulted, answer.model, answer.probability
                )
        return found

    def _write_reasons(self) -> None:
        answered = [
            (self._applications[key], answer)
            for key, answer in self._answers.items()
            if self._explained_from is not None and self._applications[key].at >= self._explained_from
        ]
        if not self._params.reasons:
            return
        seen = [(answer.model, answer.probability, a.features) for a, answer in answered]
        declined = [
            Declined(place, a.at, a.id, tuple(code[:_LONGEST] for code in answer.reasons))
            for place, (a, answer) in enumerate(answered)
            if answer.decision == "decline"
        ]
        for row in reason_rows(seen, declined, self._params.reasons, MOST_REASONS):
            self._context.recorder.write(FACTS_REASONS.name, row)

    def _write_decisions(self, rows: Sequence[Mapping[str, Any]]) -> None:
        recorded: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            recorded[str(row["application_id"])].append(row)
        for key in dict.fromkeys([*self._answers, *(k for k in recorded if k in self._applications)]):
            answer, found = self._answers.get(key), recorded.get(key, [])
            row = {
                "at": self._applications[key].at, "application_id": key, "answered": answer and answer.decision,
                "recorded": str(found[0]["decision"])[:_LONGEST] if found else None,
                "same": len(found) == 1 and answer is not None and _same(answer, found[0]),
            }  # fmt: skip
            self._context.recorder.write(FACTS_DECISIONS.name, row)

    def _note(self, a: Application, answer: Answer | None, done_at: float | None) -> None:
        granted = answer is not None and answer.decision == "approve"
        if answer is None:
            self._book.gone(a.id, a.at)
        elif granted:
            due, known = (
                self._timeline.when(a.applied_at + timedelta(seconds=after))
                for after in (self._params.due, self._params.known)
            )
            self._book.granted(a.id, a.at, due, known, late=a.first_instalment == "late", defaulted=a.defaulted)
        terms = self._params.terms
        change = bisect_right(self._changes, a.applied_at)
        since = (a.applied_at - self._changes[change - 1]).total_seconds() / 86400 if change else None
        row = {
            "change": change, "days": since,
            "at": a.at, "done_at": done_at, "application_id": a.id, "applied_at": a.applied_at.isoformat(),
            **a.features, "model": answer and answer.model, "probability": answer and answer.probability,
            "decision": answer and answer.decision,
            "reasons": " ".join(answer.reasons) if answer else None,
            "first_instalment": a.first_instalment if granted else None, "would_default": a.defaulted,
            "would_have": a.before,
            "profit": terms.profit(granted=granted, defaulted=a.defaulted) if answer else -terms.gone,
        }  # fmt: skip
        self._context.recorder.write(FACTS_APPLICATIONS.name, row)


def _changes(dataset: "Dataset") -> list[datetime]:
    """Return the days on which the concept changes."""
    found = {row["sim"] for row in dataset.changes(lambda _sim: 0.0) if row["drift"] == "concept"}
    return sorted(map(datetime.fromisoformat, found))


def _same(answer: Answer, row: Mapping[str, Any]) -> bool:
    found = gate.real(row["probability"])
    near = found is not None and abs(found - answer.probability) <= 0.001
    return near and row["decision"] == answer.decision and row["model"] == answer.model


LOAN_APPLICATIONS = WorkloadKind(
    "loan-applications",
    LoanApplicationsParams,
    LoanApplications,
    tables=(FACTS_APPLICATIONS, FACTS_DECISIONS, FACTS_REASONS, FACTS_ALARMS, FACTS_CHANGES, FACTS_MODELS),
    about=(
        "Applicants for a loan want a decision at once. Any decision that can be read is an answer, and a decline after"
        " the shift needs its reasons; what the decision was worth is booked when it is known how the loan ends. With"
        " `db`, answers are held in the end against what the deployment wrote down."
    ),
    routes=(
        Route(
            "POST /applications",
            "Is this loan granted?",
            Answer,
            {
                "application_id": "text, the dataset's key",
                "applied_at": "simulated local time, ISO 8601 without a zone",
                **dict.fromkeys(FEATURES, "as the dataset has it"),
            },
        ),
    ),
    accounts={
        "interest": "`interest` of each loan that was paid back",
        "write-offs": "`loss` of each that defaulted",
        "provisions": "`provision` when a first instalment is late, and back when the loan's end is known",
        "abandoned": "`gone` for each applicant without an answer",
    },
    leaves={
        "`decisions` that the database tells": "`application_id`, `decision`, `model`, `probability` of each answer",
        "`alarms` that it tells": (
            "`raised_at`, `since`, `instalments`, `late` of each change that was found: since when loans are paid back"
            " otherwise, how many first instalments of those were due and not deferred, and how many of them late"
        ),
        "`models` that it tells": (
            "`model`, `registered_at`, `trained_until`, `auc_champion`, `auc_challenger` of each, before it decides"
        ),
        "`trials` that it tells": (
            "`model`, `application_id`, `champion`, `challenger`: the probability of either for each loan on which the"
            " model was compared with the one before it"
        ),
    },
    decisions=Decisions(
        {
            "POST /applications": (
                Decision("application_id", "key"),
                Decision("decision", "choice", ("approve", "decline")),
                Decision("probability", "number", (0, 0.1, 0.5)),
                Decision("model", "text", ("m",)),
                Decision("reasons", "list"),
            )
        },
        left=(
            Left(
                "decisions",
                "db",
                ("tells", "decisions"),
                {
                    "application_id": "asked application_id",
                    "decision": "answer decision",
                    "model": "answer model",
                    "probability": "answer probability",
                },
                case="application_id",
            ),
            Left(
                "alarms",
                "db",
                ("tells", "alarms"),
                {"raised_at": "", "since": "", "instalments": "0", "late": "0"},
                alarm=True,
                time="raised_at",
            ),
            Left(
                "models",
                "db",
                ("tells", "models"),
                dict.fromkeys(("model", "registered_at", "trained_until", "auc_champion", "auc_challenger"), ""),
            ),
            Left(
                "trials",
                "db",
                ("tells", "trials"),
                dict.fromkeys(("model", "application_id", "champion", "challenger"), ""),
            ),
        ),
        groups=("payment_holiday", "sector"),
    ),
)
