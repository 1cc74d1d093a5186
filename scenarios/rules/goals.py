"""Rules for the goals of a scenario: the curriculum explains its skills and gaps."""

from scenarios.rules.context import Context


def are_explained(context: Context) -> None:
    """Require skills and gaps that the curriculum explains, because progress would list a misspelt one as another."""
    scenario, words = context.scenario, context.vocabulary
    for name in scenario.skills if words.skills else ():
        context.refer(("skills", name), "skill", name, words.skills, key=True)
    for index, name in enumerate(scenario.gaps if words.gaps else ()):
        context.refer(("gaps", index), "gap", name, words.gaps)
