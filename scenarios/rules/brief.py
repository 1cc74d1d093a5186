"""Rules for what a brief is graded by."""

from scenarios import amounts
from scenarios.brief import FILE
from scenarios.globs import matches
from scenarios.model import Check, Wanted
from scenarios.problems import did_you_mean
from scenarios.rules.context import Context
from scenarios.shape import Loc

CHECK = "brief"
"""Id of the check on the brief."""


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


def decoys_are_wrong(context: Context) -> None:
    """Require that a decoy is not also the right answer, and can be told from it."""
    spec = context.scenario.brief
    if spec is None:
        return
    for key in ("cause", "decision"):
        wanted: Wanted | None = getattr(spec, key)
        for index, decoy in enumerate(wanted.decoys if wanted else ()):
            assert wanted is not None
            shared = {p.casefold() for p in spec.phrases(decoy)} & {p.casefold() for p in spec.phrases(wanted.is_)}
            if decoy == wanted.is_ or shared:
                same = f" in the words {min(shared)!r}" if decoy != wanted.is_ else ""
                context.problem(("brief", key, "decoys", index), f"decoy {decoy!r} is the true {key}{same}")


def words_are_for_something(context: Context) -> None:
    """Require that words belong to a cause or decision, and that there are some."""
    spec = context.scenario.brief
    if spec is None:
        return
    named = [name for wanted in (spec.cause, spec.decision) if wanted for name in (wanted.is_, *wanted.decoys)]
    for name, phrases in spec.words.items():
        loc: Loc = ("brief", "words", name)
        if name not in named:
            context.problem(loc, f"no cause or decision is named {name!r}", did_you_mean(name, named), key=True)
        for index, phrase in enumerate(phrases):
            if not any(c.isalnum() for c in phrase):
                context.problem((*loc, index), "has no word in it")


def numbers_have_units(context: Context) -> None:
    """Require that each number has a readable unit, and is about graded phases."""
    phases = {phase.name: phase for phase in context.scenario.phases}
    for name, fact in (context.scenario.brief.facts if context.scenario.brief else {}).items():
        loc: Loc = ("brief", "facts", name)
        try:
            amounts.parse(fact.unit)
        except ValueError as error:
            context.problem((*loc, "unit"), f"unit: {error}")
        for index, phase in enumerate(fact.window or ()):
            context.refer((*loc, "window", index), "phase", phase, phases, ("phases",))


def evidence_is_written(context: Context) -> None:
    """Require that something in this scenario writes the tables that show the cause."""
    for table in context.scenario.brief.evidence if context.scenario.brief else ():
        context.refer(("brief", "evidence", table), "table", table, context.tables, key=True)


def questions_can_be_asked(context: Context) -> None:
    """Require that each SQL query suits the tables, and has an answer in the incident, if there is one."""
    spec = context.scenario.brief
    if spec is None:
        return
    asked: list[tuple[Loc, Check]] = [
        (("brief", "facts", name, "sql"), _check(sql=fact.sql)) for name, fact in spec.facts.items()
    ]
    asked += [
        (("brief", "evidence", table), _check(measure="count", with_={"table": table, "where": where}))
        for table, where in spec.evidence.items()
        if table in context.tables
    ]
    said = [(loc, context.vocabulary.question(check, context.tables)) for loc, check in asked]
    for loc, message in said:
        if message is not None:
            context.problem(loc, message)
    if not any(message for _, message in said):
        for mismatch in context.vocabulary.incident(context.scenario, context.folder):
            context.problem(("brief", *mismatch.loc), mismatch.message, mismatch.suggestion)


def _check(**question: object) -> Check:
    return Check.model_validate({"id": CHECK, "family": "communication", "expect": ">= 0", "says": "", **question})
