"""Rules for what a brief is graded by."""

from collections.abc import Iterator

from scenarios import amounts
from scenarios.brief import FILE
from scenarios.claims import Claims
from scenarios.folder import INCIDENTS
from scenarios.globs import matches
from scenarios.incidents import overlay, unfit
from scenarios.model import Check
from scenarios.problems import ScenarioInvalid
from scenarios.rules.context import Context
from scenarios.shape import Loc

CHECK = "brief"
"""Id of the check on the brief."""
LEAST_DECOYS = 3
"""So many causes must be there that only look like one: else whoever spreads the loss evenly is nearly right."""


def reader_is_a_person(context: Context) -> None:
    """Require that the note goes to a person of the scenario."""
    if context.scenario.brief:
        context.refer(("brief", "to"), "person", context.scenario.brief.to, context.scenario.people, ("people",))


def can_be_submitted(context: Context) -> None:
    """Require that the learner may write the brief, and that no other check has its check's name."""
    if context.scenario.brief is None:
        return
    if not matches(FILE, context.scenario.deployment.editable):
        context.problem(("deployment", "editable"), f"{FILE} is not editable", f'add "{FILE}"')
    for index, check in enumerate(context.scenario.checks):
        if check.id == CHECK:
            context.problem(("checks", index, "id"), f"the id {CHECK!r} is taken: the brief's own check has it")


def incidents_can_be_recorded(context: Context) -> None:
    """Require that what lay over the workspace on another bad day is there, and could be a learner's."""
    spec = context.scenario.brief
    editable = context.scenario.deployment.editable
    for index, day in enumerate(spec.incidents if spec else ()):
        loc: Loc = ("brief", "incidents", index)
        try:
            said = unfit(context.folder, day)
            wrong = next((path for path in overlay(context.folder, day) if not matches(path, editable)), None)
        except ScenarioInvalid:  # which is told where the deployments are looked at
            continue
        if said is not None:
            context.problem(loc, said)
        elif wrong is not None:
            context.problem(loc, f"{wrong} is not editable", "leave it as the workspace has it")
    for name in INCIDENTS[spec.days if spec else 1 :]:
        if (context.folder / name).is_file():
            hint = "name what lay over the workspace under `incidents`, or delete it"
            context.problem(("brief",) if spec else (), f"{name} is of no incident that is named here", hint)


def something_can_be_told_apart(context: Context) -> None:
    """Require enough causes and decisions that only look right, and that no two of them read the same."""
    claims = context.scenario.brief.claims if context.scenario.brief else None
    if claims is None:
        return
    loc: Loc = ("brief", "claims")
    if (count := len(claims.causes) - len(claims.true)) < LEAST_DECOYS:
        context.problem((*loc, "causes"), f"{count} of the causes only look like one; {LEAST_DECOYS} are needed")
    if not any(not decision.mends for decision in claims.decisions.values()):
        context.problem((*loc, "decisions"), "every decision mends something; one must only look like a remedy")
    for key, entries in (("causes", claims.causes), ("decisions", claims.decisions)):
        seen: dict[str, str] = {}
        for name, entry in entries.items():
            words = " ".join(entry.says.casefold().split())
            if words in seen:
                context.problem((*loc, key, name, "says"), f"says the same as {seen[words]!r}")
            seen.setdefault(words, name)


def decisions_mend_causes(context: Context) -> None:
    """Require that what a decision mends is a cause that some of the loss is due to."""
    claims = context.scenario.brief.claims if context.scenario.brief else None
    for name, decision in (claims.decisions if claims else {}).items():
        for index, cause in enumerate(decision.mends):
            assert claims is not None
            loc: Loc = ("brief", "claims", "decisions", name, "mends", index)
            context.refer(loc, "cause", cause, claims.causes, ("brief", "claims", "causes"))
            if cause in claims.causes and cause not in claims.true:
                context.problem(loc, f"nothing is due to {cause!r}: it has no `rows`")


def numbers_have_units(context: Context) -> None:
    """Require that each number has a readable unit, and is about graded phases."""
    spec = context.scenario.brief
    if spec is None:
        return
    phases = {phase.name: phase for phase in context.scenario.phases}
    for name, fact in spec.facts.items():
        try:
            amounts.parse(fact.unit)
        except ValueError as error:
            context.problem(("brief", "facts", name, "unit"), f"unit: {error}")
    windows: list[tuple[Loc, list[str] | None]] = [(("brief", "claims", "of", "window"), spec.claims.of.window)]
    windows += [(("brief", "facts", name, "window"), fact.window) for name, fact in spec.facts.items()]
    for loc, window in windows:
        for index, phase in enumerate(window or ()):
            context.refer((*loc, index), "phase", phase, phases, ("phases",))


def evidence_is_written(context: Context) -> None:
    """Require that something in this scenario writes the loss, and the tables that can be cited."""
    claims = context.scenario.brief.claims if context.scenario.brief else None
    if claims is None:
        return
    context.refer(("brief", "claims", "of", "table"), "table", claims.of.table, context.tables)
    for table in claims.keys:
        context.refer(("brief", "claims", "keys", table), "table", table, context.tables, key=True)


def questions_can_be_asked(context: Context) -> None:
    """Require that each SQL query suits the tables, and has an answer in the incident, if there is one."""
    spec = context.scenario.brief
    if spec is None:
        return
    asked: list[tuple[Loc, Check]] = [
        (("brief", "facts", name, "sql"), _check(sql=fact.sql)) for name, fact in spec.facts.items()
    ]
    asked += [(("brief", "claims", *loc), _of(table, where)) for loc, table, where in _conditions(spec.claims)
              if table in context.tables]  # fmt: skip
    said = [(loc, context.vocabulary.question(check, context.tables)) for loc, check in asked]
    for loc, message in said:
        if message is not None:
            context.problem(loc, message)
    if not any(message for _, message in said):
        for mismatch in context.vocabulary.incident(context.scenario, context.folder):
            context.problem(("brief", *mismatch.loc), mismatch.message, mismatch.suggestion)


def _conditions(claims: Claims) -> Iterator[tuple[Loc, str, str]]:
    """Yield each expression and condition as a condition, with its place and the table that it is asked of."""
    of = claims.of
    yield ("of", "key"), of.table, f"({of.key}) is not null"
    yield ("of", "amount"), of.table, f"({of.amount}) > 0"
    if of.where is not None:
        yield ("of", "where"), of.table, of.where
    if of.besides is not None:
        yield ("of", "besides"), of.table, of.besides
    for name, sql in claims.true.items():
        yield ("causes", name, "rows"), of.table, sql
    for table, sql in claims.keys.items():
        yield ("keys", table), table, f"({sql}) is not null"


def _of(table: str, where: str) -> Check:
    return _check(measure="count", with_={"table": table, "where": where})


def _check(**question: object) -> Check:
    return Check.model_validate({"id": CHECK, "family": "communication", "expect": ">= 0", "says": "", **question})
